"""The audit: entries are only added, each follows from the one before, and a change to any of them shows."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from defensoria.clock import utc_now
from defensoria.conversations import audit
from defensoria.conversations.database import Database

DROP = {
    "sqlite": ["DROP TRIGGER audit_entries_stay", "DROP TRIGGER audit_entries_remain"],
    "postgresql": [
        "DROP TRIGGER audit_entries_stay ON audit_entries",
        "DROP TRIGGER audit_entries_remain ON audit_entries",
    ],
}


def _write_three(database: Database) -> None:
    for protocolo in ("1", "2", "3"):
        with database.transaction() as session:
            audit.record(session, "ana", "leitura", protocolo=protocolo, nucleo="sinop", origin="127.0.0.1", campo="x")


def _chain(database: Database) -> audit.Chain:
    with database.transaction() as session:
        return audit.check(session)


def _by_force(database: Database, statement: str) -> None:
    """What whoever rules the database can do to it."""
    with database.transaction() as session:
        for drop in DROP[database.engine.dialect.name]:
            session.execute(text(drop))
        session.execute(text(statement))


def test_an_untouched_chain_holds(database: Database) -> None:
    assert _chain(database) == audit.Chain(0, "0" * 64, None)
    _write_three(database)
    chain = _chain(database)
    assert (chain.entries, chain.first_broken) == (3, None)
    with database.transaction() as session:
        rows = list(audit.export(session))
    assert [row["protocolo"] for row in rows] == ["1", "2", "3"]
    assert rows[-1]["hash"] == chain.last_hash


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'outro' WHERE id = 2",
        "DELETE FROM audit_entries WHERE id = 3",
        "DELETE FROM audit_entries",
    ],
)
def test_the_database_neither_changes_nor_removes_an_entry(database: Database, statement: str) -> None:
    _write_three(database)
    with pytest.raises(DBAPIError, match="only added"), database.transaction() as session:
        session.execute(text(statement))
    assert _chain(database).entries == 3


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_table_is_not_emptied_at_once(database: Database) -> None:
    _write_three(database)
    with pytest.raises(DBAPIError, match="only added"), database.transaction() as session:
        session.execute(text("TRUNCATE audit_entries"))


@pytest.mark.parametrize("column", ["actor", "action", "protocolo", "nucleo", "origin"])
def test_an_entry_changed_by_force_shows(database: Database, column: str) -> None:
    _write_three(database)
    _by_force(database, f"UPDATE audit_entries SET {column} = 'outro' WHERE id = 2")  # noqa: S608
    assert _chain(database).first_broken == 2


def test_an_entry_removed_by_force_shows(database: Database) -> None:
    _write_three(database)
    _by_force(database, "DELETE FROM audit_entries WHERE id = 2")
    assert _chain(database).first_broken == 3


def test_the_last_entry_removed_by_force_shows_to_who_kept_its_hash(database: Database) -> None:
    _write_three(database)
    kept = {_chain(database).last_hash}
    with database.transaction() as session:
        assert audit.missing(session, kept) == set()
    _by_force(database, "DELETE FROM audit_entries WHERE id = 3")
    assert _chain(database).first_broken is None
    with database.transaction() as session:
        assert audit.missing(session, kept) == kept


def test_old_entries_may_go_and_the_chain_still_holds(database: Database) -> None:
    _write_three(database)
    with database.transaction() as session:
        assert audit.remove_before(session, utc_now()) == 3
    _write_three(database)
    with database.transaction() as session:
        rows = list(audit.export(session))
        assert audit.remove_before(session, utc_now() - timedelta(days=1)) == 0
    assert [row["action"] for row in rows] == ["expurgo", "leitura", "leitura", "leitura"]
    assert rows[0]["data"]["ate"] == 3
    chain = _chain(database)
    assert (chain.entries, chain.first_broken) == (4, None)
    with pytest.raises(DBAPIError, match="only added"), database.transaction() as session:
        session.execute(text("DELETE FROM audit_entries WHERE id = 4"))
    with database.transaction() as session:
        assert audit.remove_before(session, utc_now()) == 4
    assert _chain(database).first_broken is None


def test_what_is_undone_leaves_no_entry(database: Database) -> None:
    with database._sessions() as session:
        audit.check(session)
        audit.record(session, "ana", "leitura")
        session.rollback()
        session.commit()
    assert _chain(database).entries == 0


def test_entries_written_at_the_same_time_form_one_chain(database: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def write(number: int) -> None:
        with database.transaction() as session:
            audit.record(session, "ana", "leitura", numero=number)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(20)))
    chain = _chain(database)
    assert (chain.entries, chain.first_broken) == (20, None)


def test_an_address_of_any_length_is_kept_as_far_as_it_fits(database: Database) -> None:
    with database.transaction() as session:
        audit.record(session, "ana", "leitura", origin="x" * 300)
    assert _chain(database).entries == 1
