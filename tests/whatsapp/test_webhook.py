"""The webhook: signed, stored before it is acknowledged, each citizen answered once and in order."""

import asyncio
import json
import logging

import pytest
from aiohttp import ClientConnectionError
from rasa.shared.core.events import UserUttered
from sqlalchemy import update

from defensoria.actions_in_process import ActionsInProcess
from defensoria.clock import utc_now
from defensoria.conversations import holder, inbox
from defensoria.conversations.models import (
    Atendimento,
    Direction,
    Holder,
    MediaFile,
    MediaStatus,
    Status,
    UnreadablePayload,
)
from defensoria.settings import settings
from defensoria.whatsapp import service
from defensoria.whatsapp.payloads import read_payload

from .conftest import PATIENCE, inbound


async def test_metas_verification_gets_its_challenge_back_for_our_token_alone(line):
    query = {"hub.mode": "subscribe", "hub.verify_token": "test-verify-token", "hub.challenge": "12345"}
    answer = await line.client.get("/webhooks/whatsapp/webhook", params=query)
    assert (answer.status_code, answer.text) == (200, "12345")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    for wrong in ({**query, "hub.verify_token": "other"}, {**query, "hub.mode": "x"}, {}):
        assert (await line.client.get("/webhooks/whatsapp/webhook", params=wrong)).status_code == 403


@pytest.mark.parametrize("secret", ["other", ""])
async def test_a_bad_or_missing_signature_is_403_and_nothing_is_stored(line, secret):
    assert (await line.post(inbound(line.maria, "oi"), secret=secret)).status_code == 403
    assert await line.messages() == []
    assert await line.rows(UnreadablePayload) == []


async def test_broken_json_is_acknowledged_and_kept_for_inspection(line):
    assert (await line.post(b'{"entry": [')).status_code == 200
    (kept,) = await line.rows(UnreadablePayload)
    assert kept.body == '{"entry": ['


async def test_a_first_message_is_answered_in_one_message_with_a_list_to_tap(line):
    answer = await line.say(line.maria, "oi")
    assert "Defensoria Pública de Mato Grosso" in answer
    (sent,) = line.graph.sent
    assert sent["to"] == line.maria
    rows = sent["interactive"]["action"]["sections"][0]["rows"]
    assert next(row["title"] for row in rows) == "Só a minha renda"
    assert line.graph.read


async def test_from_oi_to_the_queue_by_tapping_and_typing(line):
    await line.say(line.maria, "oi")
    await line.say(line.maria, type="interactive", interactive=_tap(line, "list_reply", 0))
    await line.say(line.maria, "novo atendimento")
    await line.say(line.maria, type="interactive", interactive=_tap(line, "button_reply", 0))
    await line.say(line.maria, "sinop")
    answer = await line.say(line.maria, "está certo")
    atendimento = await line.only_atendimento()
    assert atendimento.protocolo in answer
    assert "Núcleo de Sinop" in answer
    assert (atendimento.holder, atendimento.nucleo, atendimento.epoch) == (Holder.QUEUE.value, "sinop", 1)
    assert (atendimento.criterio, atendimento.servico, atendimento.area, atendimento.municipio) == (
        "renda_individual",
        "novo_atendimento",
        "civel",
        "Sinop",
    )
    said = [message.text for message in await line.messages() if message.direction == Direction.IN.value]
    assert said == ["oi", "Só a minha renda", "novo atendimento", "Cível", "sinop", "está certo"]


async def test_a_message_delivered_twice_is_answered_once(line):
    await line.say(line.maria, "oi", wamid="wamid.same")
    assert (await line.post(inbound(line.maria, "oi", wamid="wamid.same"))).status_code == 200
    await line.idle()
    await asyncio.sleep(0.1)
    assert len(line.graph.sent) == 1


async def test_what_a_person_holds_is_not_answered_by_the_bot(line):
    for text in ("oi", "1", "1", "1", "sinop", "1"):
        await line.say(line.maria, text)
    told = len(line.graph.sent)
    await line.post(inbound(line.maria, "é sobre a pensão da minha filha"))
    await line.idle()
    await asyncio.sleep(0.1)
    assert len(line.graph.sent) == told
    last = (await line.messages())[-1]
    assert (last.text, last.status) == ("é sobre a pensão da minha filha", Status.PROCESSED.value)


async def test_after_closing_a_new_message_starts_afresh_in_a_linked_atendimento(line):
    for text in ("oi", "1", "1", "1", "sinop", "1"):
        await line.say(line.maria, text)
    await line.database.run(lambda session: session.execute(update(Atendimento).values(holder="closed")))
    assert "Qual destas frases" in await line.say(line.maria, "oi")
    first, second = await line.rows(Atendimento)
    assert second.previous_id == first.id
    assert second.criterio is None


async def close_lately(line):
    closed = {"holder": "closed", "outcome": "resolvido", "closed_at": utc_now()}
    await line.database.run(lambda session: session.execute(update(Atendimento).values(**closed)))


async def test_a_thank_you_after_the_closing_is_answered_and_opens_nothing(line):
    for text in ("oi", "1", "1", "1", "sinop", "1"):
        await line.say(line.maria, text)
    await close_lately(line)
    assert "De nada" in await line.say(line.maria, "muito obrigada viu")
    (atendimento,) = await line.rows(Atendimento)
    assert atendimento.holder == "closed"
    assert (await line.messages())[-1].atendimento_id == atendimento.id


async def test_hands_in_thanks_after_the_closing_need_no_answer(line):
    await line.say(line.maria, "oi")
    await close_lately(line)
    told = len(line.graph.sent)
    await line.post(inbound(line.maria, "🙏"))
    await line.idle()
    assert (await line.messages())[-1].status == Status.PROCESSED.value
    assert len(line.graph.sent) == told
    assert len(await line.rows(Atendimento)) == 1


@pytest.mark.parametrize("said", ["obrigada, mas preciso de outra coisa", "?"])
async def test_a_question_after_the_closing_opens_the_next_atendimento(line, said):
    await line.say(line.maria, "oi")
    await close_lately(line)
    assert "Qual destas frases" in await line.say(line.maria, said)
    first, second = await line.rows(Atendimento)
    assert (second.previous_id, (await line.messages())[-1].atendimento_id) == (first.id, second.id)


async def test_an_audio_is_kept_for_a_person_and_the_citizen_told(line):
    await line.say(line.maria, "oi")
    answer = await line.say(line.maria, type="audio", audio={"id": "77", "mime_type": "audio/ogg", "voice": True})
    assert "guardei" in answer
    audio = next(message for message in await line.messages() if message.type == "audio")
    assert audio.payload["message"]["audio"]["id"] == "77"


async def test_a_document_is_fetched_while_the_conversation_goes_on(line):
    await line.say(line.maria, type="document", document={"id": "77", "mime_type": "application/pdf"})

    async def stored() -> MediaFile:
        while (file := (await line.rows(MediaFile))[0]).status != MediaStatus.STORED.value:
            await asyncio.sleep(0.05)
        return file

    file = await asyncio.wait_for(stored(), PATIENCE)
    assert (settings().media_dir / file.path).read_bytes() == b"%PDF-1.1"


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("location", {"latitude": -15.6, "longitude": -56.1}),
        ("contacts", [{"name": {"formatted_name": "Ana"}}]),
        ("order", {"catalog_id": "1", "product_items": []}),
    ],
)
async def test_what_only_a_person_can_use_is_kept_for_one(line, kind, sent):
    await line.say(line.maria, "oi")
    assert "guardei" in await line.say(line.maria, type=kind, **{kind: sent})


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("sticker", {"sticker": {"id": "5", "mime_type": "image/webp"}}),
        ("unsupported", {"errors": [{"code": 131051, "title": "Message type unknown"}]}),
        ("hologram", {}),
        ("interactive", {"interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}}}),
    ],
)
async def test_what_the_bot_cannot_read_leaves_the_question_open_and_is_said(line, kind, sent):
    await line.say(line.maria, "oi")
    await line.say(line.maria, "1")
    assert "O que você precisa?" in await line.say(line.maria, type=kind, **sent)


async def test_who_opens_the_chat_is_greeted(line):
    assert "Defensoria Pública de Mato Grosso" in await line.say(line.maria, type="request_welcome")


async def test_a_reaction_is_kept_and_not_answered(line):
    await line.say(line.maria, "oi")
    await line.post(inbound(line.maria, type="reaction", reaction={"message_id": "wamid.OUT1", "emoji": "👍"}))
    await line.idle()
    await asyncio.sleep(0.1)
    assert len(line.graph.sent) == 1
    assert (await line.messages())[-1].type == "reaction"


@pytest.mark.parametrize("text", ["/restart", "/session_start", "//", '/inform{"criterio": "nenhum"}', '{"a": 1}'])
async def test_a_citizens_slash_or_json_is_text_and_triggers_nothing(line, text):
    await line.say(line.maria, "oi")
    await line.say(line.maria, "1")
    assert "O que você precisa?" in await line.say(line.maria, text)
    atendimento = await line.only_atendimento()
    assert (atendimento.criterio, atendimento.servico) == ("renda_individual", None)


async def test_a_citizen_without_number_is_answered_by_the_business_scoped_id(line):
    user_id = f"BR.{line.maria}"
    payload = inbound("x", "oi")
    value = payload["entry"][0]["changes"][0]["value"]
    value["contacts"] = [{"profile": {"name": "Ana"}, "user_id": user_id}]
    del value["messages"][0]["from"]
    value["messages"][0]["from_user_id"] = user_id
    await line.post(payload)
    await line.until(lambda: bool(line.graph.texts(user_id)))
    assert line.graph.sent[0]["recipient"] == user_id
    assert "to" not in line.graph.sent[0]


async def test_a_batch_serves_each_citizen_and_keeps_the_order_of_each(line):
    one, two = inbound(line.maria, "oi"), inbound(line.joao, "oi")
    second = inbound(line.maria, "1", timestamp="1795449601")
    await line.post({"entry": one["entry"] + second["entry"] + two["entry"]})
    await line.until(lambda: len(line.graph.texts(line.maria)) == 2 and len(line.graph.texts(line.joao)) == 1)
    assert "O que você precisa?" in line.graph.texts(line.maria)[1]


async def test_a_send_that_fails_is_kept_and_tried_again(line):
    line.graph.refuse_next = [503]
    assert "Defensoria" in await line.say(line.maria, "oi")
    sent = next(message for message in await line.messages() if message.direction == Direction.OUT.value)
    assert sent.attempts == 2


async def test_statuses_mark_what_was_sent(line):
    await line.say(line.maria, "oi")
    out = next(message for message in await line.messages() if message.direction == Direction.OUT.value)
    status = {"id": out.wamid, "status": "read", "timestamp": "1795449601", "recipient_id": line.maria}
    await line.post({"entry": [{"changes": [{"value": {"statuses": [status]}}]}]})
    out = next(message for message in await line.messages() if message.direction == Direction.OUT.value)
    assert out.status == Status.READ.value


async def test_what_a_message_cost_is_kept_with_it(line):
    await line.say(line.maria, "oi")
    out = next(message for message in await line.messages() if message.direction == Direction.OUT.value)
    price = {"billable": True, "category": "service", "type": "regular", "pricing_model": "PMP"}
    status = {"id": out.wamid, "status": "played", "timestamp": "1795449601", "pricing": price}
    await line.post({"entry": [{"changes": [{"value": {"statuses": [status]}}]}]})
    out = next(message for message in await line.messages() if message.direction == Direction.OUT.value)
    assert out.status == Status.READ.value
    assert out.pricing == {"billable": True, "category": "service", "type": "regular", "model": "PMP"}


async def test_when_rasa_fails_in_hours_a_person_is_called_and_the_citizen_told(line, monkeypatch):
    async def fails(message):
        raise RuntimeError("model broken")

    await line.say(line.maria, "oi")
    monkeypatch.setattr(line.app.ctx.agent, "handle_message", fails)
    answer = await line.say(line.maria, "1")
    atendimento = await line.only_atendimento()
    assert atendimento.holder == Holder.QUEUE.value
    assert atendimento.protocolo in answer


async def test_when_rasa_fails_out_of_hours_the_hours_and_the_plantao_are_said(line, monkeypatch, clock):
    clock("2026-11-21T14:00:00-04:00")

    async def fails(message):
        raise RuntimeError("model broken")

    monkeypatch.setattr(line.app.ctx.agent, "handle_message", fails)
    answer = await line.say(line.maria, "oi")
    assert "segunda-feira, 23 de novembro" in answer
    assert "plantonistas" in answer
    assert (await line.only_atendimento()).holder == Holder.BOT.value


async def test_after_the_actions_failed_the_next_message_is_answered_as_if_they_had_not(line, monkeypatch, clock):
    clock("2026-11-21T14:00:00-04:00")

    async def fails(_actions, **_request):
        raise ClientConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(ActionsInProcess, "request", fails)
        assert "tive um problema" in await line.say(line.maria, "oi")
    assert await line.say(line.maria, "oi") == await line.say(line.joao, "oi")


async def test_a_form_whose_action_fails_is_not_taken_for_a_triage_that_is_done(line, monkeypatch):
    run = ActionsInProcess.request

    async def fails_to_validate(actions, **request):
        if request["json"]["next_action"] == "validate_triagem_form":
            raise ClientConnectionError
        return await run(actions, **request)

    monkeypatch.setattr(ActionsInProcess, "request", fails_to_validate)
    assert "tive um problema" in await line.say(line.maria, "oi")


async def test_what_rasa_knew_and_cannot_be_read_is_not_asked_again(line, monkeypatch):
    async def fails(_sender_id):
        raise OSError

    await line.say(line.maria, "oi")
    monkeypatch.setattr(line.app.ctx.agent.tracker_store._tracker_store, "retrieve", fails)
    assert "tive um problema" in await line.say(line.maria, "1")


async def test_what_another_process_stored_or_one_that_died_did_not_serve_is_served(line):
    (message,) = read_payload(_raw(inbound(line.maria, "oi")))
    await line.database.run(inbox.receive, message)
    await line.until(lambda: bool(line.graph.texts(line.maria)))
    assert "Defensoria" in line.graph.texts(line.maria)[0]


async def test_a_turn_that_could_not_be_kept_is_one_that_rasa_does_not_know_of(line, monkeypatch):
    await line.say(line.maria, "oi")
    keep, kept = holder.finish_bot_turn, []

    def fails_at_first(session, *turn):
        kept.append(keep(session, *turn))
        if len(kept) == 1:
            raise OSError
        return kept[-1]

    monkeypatch.setattr(holder, "finish_bot_turn", fails_at_first)
    monkeypatch.setattr(service, "_RETRY_SECONDS", 0.01)
    assert "O que você precisa?" in await line.say(line.maria, "1")
    assert kept == [True, True]
    tracker = await line.app.ctx.agent.tracker_store.retrieve(line.maria)
    assert [event.text for event in tracker.events if isinstance(event, UserUttered)] == ["oi", "1"]


async def test_no_text_and_no_number_of_a_citizen_is_logged(line, caplog):
    caplog.set_level(logging.INFO)
    await line.say(line.maria, "meu marido me bateu")
    await line.post({"entry": [{"changes": [{"value": {"messages": [{"from": line.maria}]}}]}]})
    assert "bateu" not in caplog.text
    assert line.maria not in caplog.text


def _tap(line, kind: str, place: int) -> dict:
    action = line.graph.sent[-1]["interactive"]["action"]
    chosen = action["sections"][0]["rows"][place] if kind == "list_reply" else action["buttons"][place]["reply"]
    return {"type": kind, kind: {"id": chosen["id"], "title": chosen["title"]}}


def _raw(payload: dict) -> bytes:
    return json.dumps(payload).encode()
