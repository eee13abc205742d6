"""The audit: every entry follows from the one before, and a change to any of them shows."""

import pytest
from sqlalchemy import text

from defensoria.conversations import audit
from defensoria.conversations.database import Database


def _write_three(database: Database) -> None:
    for protocolo in ("1", "2", "3"):
        with database.transaction() as session:
            audit.record(session, "ana", "leitura", protocolo=protocolo, nucleo="sinop", origin="127.0.0.1", campo="x")


def test_an_untouched_chain_holds(database: Database) -> None:
    _write_three(database)
    with database.transaction() as session:
        assert audit.first_broken(session) is None


@pytest.mark.parametrize("column", ["actor", "action", "protocolo", "nucleo", "origin"])
def test_a_changed_entry_shows(database: Database, column: str) -> None:
    _write_three(database)
    with database.transaction() as session:
        session.execute(text(f"UPDATE audit_entries SET {column} = 'outro' WHERE id = 2"))  # noqa: S608
    with database.transaction() as session:
        assert audit.first_broken(session) == 2


def test_a_removed_entry_shows(database: Database) -> None:
    _write_three(database)
    with database.transaction() as session:
        session.execute(text("DELETE FROM audit_entries WHERE id = 2"))
    with database.transaction() as session:
        assert audit.first_broken(session) == 3
