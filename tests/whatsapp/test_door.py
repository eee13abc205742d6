"""The door: what is delivered is stored and then acknowledged; what is long or fails is kept as it came."""

import asyncio
import json

import pytest
from sqlalchemy.exc import IntegrityError

from defensoria.conversations import deliveries
from defensoria.conversations.models import Delivery, Message, Status, UnreadablePayload
from defensoria.whatsapp import webhook
from defensoria.whatsapp.signature import sign

from .conftest import APP_SECRET, inbound


async def _deliver(line, payload):
    """Post and do not wait for more than the acknowledgement."""
    body = json.dumps(payload).encode()
    headers = {"X-Hub-Signature-256": sign(body, APP_SECRET)}
    return await line.client.post("/webhooks/whatsapp/webhook", content=body, headers=headers)


@pytest.fixture
def unread(line, monkeypatch):
    """The door, while nobody reads what it keeps as it came."""
    monkeypatch.setattr(webhook.deliveries, "oldest", lambda session, most: [])
    return line


def _status(wamid: str, status: str) -> dict:
    told = {"id": wamid, "status": status, "timestamp": "1795449601"}
    return {"entry": [{"changes": [{"value": {"statuses": [told]}}]}]}


async def test_what_is_acknowledged_is_stored(unread):
    assert (await _deliver(unread, inbound(unread.maria, "oi"))).status_code == 200
    assert [message.text for message in await unread.messages() if message.direction == "in"] == ["oi"]
    assert await unread.rows(Delivery) == []


async def test_how_far_a_message_has_come_is_noted_when_it_is_acknowledged(line, monkeypatch):
    await line.say(line.maria, "oi")
    sent = (await line.messages())[-1]
    monkeypatch.setattr(webhook.deliveries, "oldest", lambda session, most: [])
    assert (await _deliver(line, _status(sent.wamid, "delivered"))).status_code == 200
    assert (await line.messages())[-1].status == Status.DELIVERED.value
    assert await line.rows(Delivery) == []


async def test_a_long_delivery_is_kept_as_it_came_before_anybody_reads_it(unread):
    payload = {"entry": [_status(f"wamid.{number}", "read")["entry"][0] for number in range(40)]}
    assert (await _deliver(unread, payload)).status_code == 200
    (kept,) = await unread.rows(Delivery)
    assert json.loads(kept.body) == payload


async def test_what_nobody_foresaw_in_a_delivery_is_kept_as_it_came(unread, monkeypatch):
    payload = inbound(unread.maria, "oi")
    monkeypatch.setattr(webhook, "read_payload", lambda body: 1 / 0)
    assert (await _deliver(unread, payload)).status_code == 200
    (kept,) = await unread.rows(Delivery)
    assert json.loads(kept.body) == payload


async def test_a_status_that_cannot_be_noted_at_once_is_kept_and_noted_later(line, monkeypatch):
    await line.say(line.maria, "oi")
    sent, note, failures = (await line.messages())[-1], webhook.receipts.apply_status, []

    def fails_once(*args):
        if len(failures) < 2:
            failures.append(1)
            raise IntegrityError("UPDATE", {}, Exception())
        return note(*args)

    monkeypatch.setattr(webhook.receipts, "apply_status", fails_once)
    assert (await line.post(_status(sent.wamid, "read"))).status_code == 200
    assert (await line.messages())[-1].status == Status.READ.value


async def test_what_a_process_that_died_took_in_is_read_and_answered(line):
    await line.database.run(deliveries.put, json.dumps(inbound(line.maria, "oi")).encode())
    await line.until(lambda: bool(line.graph.texts(line.maria)))
    assert await line.rows(Delivery) == []


async def test_what_cannot_be_stored_is_set_aside_and_keeps_nobody_waiting(line, monkeypatch):
    keep = webhook.inbox.receive

    def fails_on_maria(session, message):
        if message.wa_id == line.maria:
            raise IntegrityError("INSERT", {}, Exception())
        return keep(session, message)

    monkeypatch.setattr(webhook.inbox, "receive", fails_on_maria)
    assert (await line.post(inbound(line.maria, "oi"))).status_code == 200
    assert await line.say(line.joao, "oi")
    assert [message.wamid for message in await line.messages() if message.direction == "in"] != []
    (aside,) = await line.rows(UnreadablePayload)
    assert "IntegrityError" in aside.reason
    assert await line.rows(Delivery) == []


async def test_a_delivery_that_two_read_at_once_is_stored_once(line):
    door = line.app.ctx.door
    delivery_of_both = deliveries.Body(0, json.dumps(inbound(line.maria, "oi", wamid="wamid.once")).encode())
    await line.database.run(deliveries.put, delivery_of_both.body)
    waiting = await line.database.read(deliveries.oldest, 1)
    await asyncio.gather(*(door._read(delivery) for delivery in (*waiting, *waiting, delivery_of_both)))
    await line.read()
    assert [message.wamid for message in await line.rows(Message) if message.direction == "in"] == ["wamid.once"]
