"""The year that a database is filled with: the same for the same seed, and what is derived from it is what it says."""

from datetime import date

import pytest
from sqlalchemy import delete, func, select, update

from bench.year import fill
from defensoria.conversations.models import Atendimento, AtendimentoFact, Holder, Message, PlanningProgress
from defensoria.planning.following import derive_some

LAST = date(2026, 11, 20)
SIZE = (300, 5000)


def _facts(session) -> list[tuple]:
    columns = [column for column in AtendimentoFact.__table__.columns if column.name != "id"]
    return session.execute(select(*columns).order_by(AtendimentoFact.atendimento_id)).all()


def test_a_year_is_of_the_size_asked_for_and_ends_with_its_last_day(database):
    written = fill(database, *SIZE, LAST, seed=1)
    assert (written["atendimentos"], written["messages"]) == SIZE
    with database.transaction() as session:
        last = session.scalar(select(func.max(Message.at)))
        first = session.scalar(select(func.min(Atendimento.opened_at)))
        assert session.scalar(select(func.count()).where(Atendimento.holder == Holder.CLOSED.value)) > 250
    assert (first.year, last.year) == (2025, 2026)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_same_seed_gives_the_same_year(database, tmp_path, migrated_file):
    import shutil

    from defensoria.conversations.database import Database

    other = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'other.db')}")
    found = []
    for store in (database, other):
        fill(store, *SIZE, LAST, seed=7)
        with store.transaction() as session:
            said = select(Message.at, Message.author, Message.text, Message.wamid).order_by(Message.id)
            found.append((_facts(session), session.execute(said).all()))
    other.dispose()
    assert found[0] == found[1]


def test_what_service_derives_from_a_year_is_what_the_generator_wrote(database):
    fill(database, *SIZE, LAST, seed=3, with_dialogues=True)
    with database.transaction() as session:
        written = _facts(session)
        session.execute(delete(AtendimentoFact))
        session.execute(update(PlanningProgress).values(event_id=0))
    more = True
    while more:
        with database.transaction() as session:
            more = derive_some(session)
    with database.transaction() as session:
        assert _facts(session) == written


def test_a_store_in_which_there_is_something_is_refused(database):
    fill(database, 20, 400, LAST, seed=1)
    with pytest.raises(ValueError, match="vazio"):
        fill(database, 20, 400, LAST, seed=1)


def test_too_few_messages_are_refused(database):
    with pytest.raises(ValueError, match="precisam"):
        fill(database, 20, 40, LAST, seed=1)
