"""An edit kept in the store holds in a running process soon after, and a broken one never takes it down."""

import logging
from datetime import datetime

import pytest
from sqlalchemy import select, text

from defensoria import living_facts
from defensoria.conversations import facts as store
from defensoria.conversations.database import Database
from defensoria.conversations.models import AuditEntry
from defensoria.living_facts import Follower
from defensoria.office.calendar import CUIABA, is_open
from defensoria.office.editing import TABLES, Rows, packaged
from defensoria.office.facts import FactsError, office_facts

pytestmark = pytest.mark.usefixtures("facts_may_change")

NOW = datetime(2026, 11, 23, 14, tzinfo=CUIABA)
CLOSURES, PHONES = TABLES["fechamentos"], TABLES["plantoes"]
CLOSURE = {
    **dict.fromkeys(CLOSURES.columns, ""),
    **{"inicio": "23/11/2026", "nome": "falta de energia", "tipo": "interrupcao", "nucleos": "sinop"},
    **{"fonte": "Aviso do núcleo", "data": "2026-11-23"},
}


def edit(database: Database, rows: Rows, based_on: int = 0, at: datetime = NOW) -> None:
    with database.transaction() as session:
        living_facts.change(session, CLOSURES, rows, "ti", store.EDITED, based_on, at, origin="10.0.0.1")


def closed() -> bool:
    return not is_open(office_facts(), NOW, "sinop")


async def test_an_edit_is_taken_up_and_taken_back_without_a_restart(database: Database) -> None:
    follower = Follower(database)
    await follower.look()
    assert not closed()
    edit(database, [*packaged(CLOSURES), CLOSURE])
    assert not closed(), "kept, but this process has not looked yet"
    await follower.look()
    assert closed()
    edit(database, packaged(CLOSURES), based_on=1)
    await follower.look()
    assert not closed()


def test_who_changed_which_table_is_in_the_audit_and_nothing_of_its_rows(database: Database) -> None:
    edit(database, [*packaged(CLOSURES), CLOSURE])
    with database.transaction() as session:
        (entry,) = session.scalars(select(AuditEntry)).all()
        assert (entry.actor, entry.action, entry.origin) == ("ti", "fato_alterado", "10.0.0.1")
        assert entry.data == {"tabela": "fechamentos", "versao": 1}


def test_what_cannot_hold_is_not_kept(database: Database) -> None:
    with pytest.raises(FactsError, match="tipo"):
        edit(database, [{**CLOSURE, "tipo": "festa"}])
    with database.transaction() as session:
        assert store.numbers(session) == {}
        assert session.scalars(select(AuditEntry)).all() == []


async def test_an_edit_this_code_cannot_read_is_logged_and_the_others_hold(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    edit(database, [*packaged(CLOSURES), CLOSURE])
    with database.transaction() as session:
        rows = [{"telefone": "de outra versão do programa"}]
        store.keep(session, PHONES.name, rows, "ti", store.EDITED, 0, original=packaged(PHONES))
    follower = Follower(database)
    with caplog.at_level(logging.ERROR):
        await follower.look()
        await follower.look()
    assert closed()
    assert list(follower.broken) == ["plantoes"]
    assert caplog.text.count("cannot hold here") == 1


async def test_a_store_that_does_not_answer_leaves_the_last_good_facts(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    edit(database, [*packaged(CLOSURES), CLOSURE])
    follower = Follower(database)
    await follower.look()
    with database.transaction() as session:
        session.execute(text("ALTER TABLE fact_versions RENAME TO elsewhere"))
    await follower.look()
    assert closed()
    assert "could not be looked up" in caplog.text


def test_a_command_works_with_the_facts_as_edited(database: Database) -> None:
    edit(database, [*packaged(CLOSURES), CLOSURE])
    with database.transaction() as session:
        living_facts.take_up(session)
    assert closed()
