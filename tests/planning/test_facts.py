"""What planning knows of an atendimento, from real dialogues and what people did with them."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, update

from defensoria.clock import utc_now
from defensoria.conversations import holder, users
from defensoria.conversations.models import Atendimento, AtendimentoEvent, AtendimentoFact, Message, Role
from defensoria.office.calendar import CUIABA
from defensoria.planning.following import derive_some, look, rebuild, settle
from defensoria.whatsapp.rendering import text_messages
from tests.whatsapp.conftest import line  # noqa: F401 - a fixture


def _derive(session) -> list[AtendimentoFact]:
    session.execute(update(AtendimentoEvent).values(at=AtendimentoEvent.at))
    for event in session.query(AtendimentoEvent):
        event.at -= timedelta(minutes=1)
    session.flush()
    while derive_some(session):
        pass
    return session.query(AtendimentoFact).order_by(AtendimentoFact.id).all()


def _attended(session, protocolo_of: int) -> None:
    ana = users.add_user(session, "ana", "Ana", Role.ATTENDANT, ["sinop"], "uma senha comprida")
    holder.claim(session, protocolo_of, ana)
    holder.answer(session, protocolo_of, ana, text_messages("Bom dia")[0])
    holder.close(session, protocolo_of, ana, "resolvido", None)
    price = {"billable": True, "category": "utility"}
    session.execute(update(Message).where(Message.author == "ana").values(pricing=price))
    session.execute(update(Atendimento).values(rating="bom"))


async def test_a_conversation_from_the_greeting_to_the_rating(line):  # noqa: F811
    for text in ("oi", "sdfghj qwrt", "1", "1", "1", "sinop", "voltar", "sorriso", "1"):
        await line.say(line.maria, text)
    atendimento = await line.only_atendimento()
    await line.database.run(_attended, atendimento.id)
    (fact,) = await line.database.run(_derive)
    assert (fact.municipio, fact.nucleo, fact.area) == ("Sorriso", "sorriso", "civel")
    assert (fact.asked_criterio, fact.asked_servico, fact.asked_elegibilidade) == (2, 1, 0)
    assert fact.asked_municipio == 2
    assert (fact.not_understood, fact.wanted_person, fact.last_question) == (1, False, "confirmacao")
    assert (fact.messages_in, fact.messages_people, fact.billed_utility) == (9, 1, 1)
    assert (fact.rating, fact.outcome, fact.came_back) == ("bom", "resolvido", False)
    assert fact.minutes_first_answer == 0
    assert fact.opened_hour.minute == fact.opened_hour.second == 0


@pytest.mark.parametrize(("day", "outside"), [(21, True), (23, False)])
async def test_who_came_outside_the_hours(line, day, outside):  # noqa: F811
    for text in ("oi", "1", "1", "1", "sinop", "1"):
        await line.say(line.maria, text)
    opened = datetime(2026, 11, day, 14, tzinfo=CUIABA)
    await line.database.run(lambda session: session.execute(update(Atendimento).values(opened_at=opened)))
    (fact,) = await line.database.run(_derive)
    assert fact.outside_hours == outside


async def test_what_the_bot_still_holds_has_no_facts(line):  # noqa: F811
    await line.say(line.maria, "oi")
    assert await line.database.run(_derive) == []


async def test_facts_derived_anew_are_the_same(line):  # noqa: F811
    for text in ("oi", "1", "1", "1", "sinop", "1"):
        await line.say(line.maria, text)

    def values(session) -> list[dict]:
        return [
            {
                column.name: getattr(fact, column.name)
                for column in AtendimentoFact.__table__.columns
                if column.name != "id"
            }
            for fact in _derive(session)
        ]

    first = await line.database.run(values)
    assert await line.database.run(rebuild) == 1
    assert await line.database.run(values) == first


async def test_what_was_closed_long_ago_keeps_its_facts(line):  # noqa: F811
    for text in ("oi", "1", "1", "1", "sinop", "1"):
        await line.say(line.maria, text)
    await line.database.run(_derive)

    def age(session) -> list[AtendimentoFact]:
        long_ago = utc_now() - timedelta(days=9)
        session.execute(update(Atendimento).values(holder="closed", closed_at=long_ago, municipio="Cuiabá"))
        rebuilt = session.query(AtendimentoFact).one()
        session.query(AtendimentoEvent).delete()
        session.add(AtendimentoEvent(atendimento_id=rebuilt.atendimento_id, at=utc_now(), kind="status", actor="bot"))
        return _derive(session)

    (fact,) = await line.database.run(age)
    assert fact.municipio == "Sinop"


async def test_what_was_read_before_another_derived_is_not_kept(line):  # noqa: F811
    for text in ("oi", "1", "1", "1", "sinop", "1"):
        await line.say(line.maria, text)
    await line.database.run(_derive)
    await line.database.run(rebuild)
    found = await line.database.read(look)
    assert len(found.facts) == 1
    assert await line.database.run(settle, found)
    assert not await line.database.run(settle, found)


async def test_nothing_is_kept_of_an_atendimento_that_went_while_it_was_read(line):  # noqa: F811
    for text in ("oi", "1", "1", "1", "sinop", "1"):
        await line.say(line.maria, text)
    await line.database.run(_derive)
    await line.database.run(rebuild)
    found = await line.database.read(look)

    def goes(session) -> None:
        for table in (AtendimentoEvent, Message, Atendimento):
            session.execute(delete(table))

    await line.database.run(goes)
    assert await line.database.run(settle, found)
    assert await line.database.run(lambda session: session.query(AtendimentoFact).count()) == 0
