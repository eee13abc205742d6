"""Silence: a reminder, then the conversation is closed where it was left; and requests kept for the opening."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from defensoria.clock import utc_now
from defensoria.conversations.models import ABANDONED, Atendimento, Holder

from .conftest import inbound

REMINDER, ABANDON = timedelta(minutes=20), timedelta(minutes=60)


async def _pass(line, minutes: float) -> None:
    """Let the citizens' last words be `minutes` old, and go one round."""
    then = utc_now() - timedelta(minutes=minutes)
    await line.database.run(lambda session: session.execute(update(Atendimento).values(last_citizen_message_at=then)))
    await line.app.ctx.service.watch_once(REMINDER, ABANDON)


async def test_who_falls_silent_is_reminded_once_and_then_the_conversation_is_closed(line):
    for text in ("oi", "1"):
        await line.say(line.maria, text)
    told = len(line.graph.sent)
    await _pass(line, 19)
    await _pass(line, 21)
    await _pass(line, 22)
    await line.until(lambda: len(line.graph.sent) == told + 1)
    assert "ainda está aí" in line.graph.texts(line.maria)[-1]
    await _pass(line, 81)
    await line.until(lambda: len(line.graph.sent) == told + 2)
    atendimento = await line.only_atendimento()
    assert (atendimento.holder, atendimento.outcome, atendimento.criterio) == (
        Holder.CLOSED.value,
        ABANDONED,
        "renda_individual",
    )


async def test_coming_back_goes_on_from_the_question_where_it_stopped(line):
    for text in ("oi", "1"):
        await line.say(line.maria, text)
    told = len(line.graph.sent)
    await _pass(line, 21)
    await _pass(line, 81)
    await line.until(lambda: len(line.graph.sent) == told + 2)
    assert "qual área" in await line.say(line.maria, "1")
    first, second = await line.rows(Atendimento)
    assert (second.previous_id, second.criterio, second.servico) == (
        first.id,
        "renda_individual",
        "novo_atendimento",
    )


async def test_an_answer_after_the_reminder_keeps_the_conversation_open(line):
    await line.say(line.maria, "oi")
    await _pass(line, 21)
    await line.say(line.maria, "1")
    await _pass(line, 5)
    assert (await line.only_atendimento()).holder == Holder.BOT.value


async def test_what_a_person_or_a_queue_holds_is_left_alone(line):
    for text in ("oi", "1", "1", "1", "sinop", "1"):
        await line.say(line.maria, text)
    told = len(line.graph.sent)
    await _pass(line, 500)
    assert len(line.graph.sent) == told
    assert (await line.only_atendimento()).holder == Holder.QUEUE.value


@pytest.mark.parametrize(("now", "is_in"), [("2026-11-23T11:59:00-04:00", False), ("2026-11-23T12:00:00-04:00", True)])
async def test_a_request_kept_for_the_opening_enters_the_queue_at_the_opening(line, clock, now, is_in):
    clock("2026-11-21T14:00:00-04:00")
    for text in ("oi", "sinop", "sim", "1", "1", "1", "está certo"):
        await line.say(line.maria, text)
    kept = await line.only_atendimento()
    assert (kept.holder, kept.nucleo, kept.queued_at) == (Holder.QUEUE.value, "sinop", None)
    clock(now)
    await line.app.ctx.service.watch_once(REMINDER, ABANDON)
    atendimento = await line.only_atendimento()
    assert (atendimento.queued_at is not None) == is_in
    assert (atendimento.queue_from is None) == is_in


async def test_a_reaction_is_kept_and_not_answered(line):
    await line.say(line.maria, "oi")
    told = len(line.graph.sent)
    await line.post(inbound(line.maria, type="reaction", reaction={"message_id": "wamid.x", "emoji": "👍"}))
    await line.idle()
    assert len(line.graph.sent) == told
    assert [message.type for message in await line.messages() if message.direction == "in"] == ["text", "reaction"]
