"""What is said unasked: reminders, requests kept for the opening, the end of the day, and how the service was."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from defensoria.clock import utc_now
from defensoria.conversations import holder, users
from defensoria.conversations.models import Atendimento, Holder, Outcome, Role
from defensoria.whatsapp.rendering import text_messages

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
        Outcome.ABANDONED.value,
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


async def _handed_over(line) -> Atendimento:
    for text in ("oi", "1", "1", "1", "sinop", "1"):
        await line.say(line.maria, text)
    return await line.only_atendimento()


async def _go_round(line) -> None:
    await line.app.ctx.service.watch_once(REMINDER, ABANDON)


async def test_who_still_waits_when_the_day_ends_is_told_once_when_it_goes_on(line, clock):
    clock("2026-11-27T17:59:00-04:00")
    await _handed_over(line)
    told = len(line.graph.sent)
    await _go_round(line)
    assert len(line.graph.sent) == told
    clock("2026-11-27T18:00:00-04:00")
    await _go_round(line)
    await line.until(lambda: len(line.graph.sent) == told + 1)
    last = line.graph.texts(line.maria)[-1]
    assert "segunda-feira, 30 de novembro, às 12h de Cuiabá" in last
    assert "não perde o lugar" in last
    await _go_round(line)
    clock("2026-11-29T10:00:00-04:00")
    await _go_round(line)
    assert len(line.graph.sent) == told + 1
    assert (await line.only_atendimento()).queued_at is not None


async def test_who_waits_a_second_day_is_told_again(line, clock):
    clock("2026-11-26T17:00:00-04:00")
    await _handed_over(line)
    told = len(line.graph.sent)
    for evening in (26, 27):
        clock(f"2026-11-{evening}T18:00:00-04:00")
        await _go_round(line)
    await line.until(lambda: len(line.graph.sent) == told + 2)
    assert "30 de novembro" in line.graph.texts(line.maria)[-1]


@pytest.mark.parametrize(("now", "is_told"), [("18:10:00", False), ("18:31:00", True)])
async def test_a_conversation_taken_and_not_answered_is_told_of_after_the_overtime(line, clock, now, is_told):
    clock("2026-11-26T17:00:00-04:00")
    atendimento = await _handed_over(line)
    await line.database.run(_taken_by_ana, atendimento.id)
    clock(f"2026-11-26T{now}-04:00")
    await _go_round(line)
    assert ((await line.only_atendimento()).promised_for is not None) == is_told


async def test_who_was_answered_is_not_told_that_nobody_can(line, clock):
    clock("2026-11-26T17:00:00-04:00")
    atendimento = await _handed_over(line)
    await line.database.run(_taken_by_ana, atendimento.id, "Já vi seu caso. Até amanhã!")
    clock("2026-11-26T19:00:00-04:00")
    await _go_round(line)
    assert (await line.only_atendimento()).promised_for is None


def _taken_by_ana(session, atendimento_id: int, words: str | None = None, outcome: str | None = None) -> None:
    ana = users.add_user(session, "ana", "Ana", Role.ATTENDANT, ["sinop"], "uma senha comprida")
    holder.claim(session, atendimento_id, ana)
    if words:
        holder.answer(session, atendimento_id, ana, text_messages(words)[0])
    if outcome:
        holder.close(session, atendimento_id, ana, outcome, None)


async def _closed(line, outcome: str = "resolvido") -> None:
    atendimento = await _handed_over(line)
    await line.database.run(_taken_by_ana, atendimento.id, "Pronto.", outcome)


async def _asked(line) -> None:
    await _closed(line)
    await _go_round(line)
    await line.until(lambda: "Como foi o atendimento?" in line.graph.texts(line.maria)[-1])


async def test_after_a_person_closed_it_the_citizen_is_asked_once_how_it_was(line):
    await _asked(line)
    told = len(line.graph.sent)
    await _go_round(line)
    assert len(line.graph.sent) == told


@pytest.mark.parametrize(
    ("text", "rating"), [("1", "bom"), ("foi ótimo", "bom"), ("mais ou menos", "regular"), ("péssimo", "ruim")]
)
async def test_the_answer_is_kept_thanked_for_and_opens_nothing(line, text, rating):
    await _asked(line)
    assert "anotei" in await line.say(line.maria, text)
    assert (await line.only_atendimento()).rating == rating


async def test_a_tap_answers_too(line):
    await _asked(line)
    reply = {"type": "button_reply", "button_reply": {"id": "utter_satisfacao|ruim", "title": "Ruim"}}
    assert "anotei" in await line.say(line.maria, type="interactive", interactive=reply)
    assert (await line.only_atendimento()).rating == "ruim"


@pytest.mark.parametrize("text", ["foi bom mas preciso de outra coisa", "ele voltou e está me batendo agora"])
async def test_more_than_an_answer_opens_the_next_atendimento(line, text):
    await _asked(line)
    await line.say(line.maria, text)
    assert [row.rating for row in await line.rows(Atendimento)] == [None, None]


async def test_a_second_answer_changes_nothing(line):
    await _asked(line)
    await line.say(line.maria, "1")
    await line.say(line.maria, "3")
    assert (await line.rows(Atendimento))[0].rating == "bom"


async def test_who_did_not_answer_the_attendant_is_not_asked(line):
    await _closed(line, "sem_resposta")
    await _go_round(line)
    assert (await line.only_atendimento()).rating_asked_at is None
