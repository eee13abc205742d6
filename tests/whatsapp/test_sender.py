"""The way out, against the simulator with faults: in order, at WhatsApp's pace, each message once, none in silence."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from defensoria.clock import utc_now
from defensoria.conversations import inbox, media, outbox, receipts, sending
from defensoria.conversations.contents import Text
from defensoria.conversations.database import Database
from defensoria.conversations.inbox import InboundMessage
from defensoria.conversations.models import Atendimento, MediaFile, Message, SendingState
from defensoria.conversations.outbox import Outgoing
from defensoria.settings import settings
from defensoria.simulator.app import create_app
from defensoria.simulator.settings import SimulatorSettings
from defensoria.whatsapp import sender
from defensoria.whatsapp.graph import FILE_GONE, GraphClient
from defensoria.whatsapp.pace import RECIPIENT_BURST, RecipientPace, TokenBucket
from defensoria.whatsapp.payloads import DeliveryStatus, read_payload
from defensoria.whatsapp.rendering import text_messages
from defensoria.whatsapp.sender import Sender
from defensoria.whatsapp.waking import Bell
from tests.simulator.endpoint import serving

MARIA, JOSE = "5565900000001", "5565900000002"
PATIENCE = 15.0


class Office:
    """A store with its sender, and the simulator's phones at the other end."""

    def __init__(self, database: Database, sender: Sender, phones: httpx.AsyncClient) -> None:
        self.database, self.sender, self.phones = database, sender, phones

    async def hears(self, *citizens: str) -> None:
        """Citizens write: on their phones and into the store."""
        for citizen in citizens:
            url = f"/simulator/phones/{citizen}/messages"
            wamid = (await self.phones.post(url, json={"text": "oi"})).json()["id"]
            message = InboundMessage(wamid=wamid, type="text", at=utc_now(), wa_id=citizen, content=Text(body="oi"))
            await self.database.run(inbox.receive, message)

    async def says(self, citizen: str, *texts: str, author: str = "bot") -> list[int]:
        """Put texts for a citizen into the outbox."""

        def enqueue(session: Any) -> list[int]:
            atendimento = session.scalar(select(Atendimento).where(Atendimento.citizen.has(address=citizen)))
            return [outbox.enqueue(session, atendimento, author, text_messages(text)[0]) for text in texts]

        ids = await self.database.run(enqueue)
        Bell.OUTBOX.ring()
        return ids

    async def fault(self, **fault: Any) -> None:
        """Ask the simulator for a fault."""
        assert (await self.phones.post("/simulator/faults", json=fault)).status_code == 201

    async def phone(self, citizen: str) -> list[str]:
        """What a phone shows from the office."""
        messages = (await self.phones.get(f"/simulator/phones/{citizen}")).json()["messages"]
        return [message["text"] for message in messages if message["direction"] == "out"]

    async def message(self, message_id: int) -> Message:
        """A message as it is stored."""
        return await self.database.run(lambda session: session.get(Message, message_id))

    async def becomes(self, message_id: int, status: str) -> Message:
        """Wait until a message has a status."""
        return await self.eventually(lambda session: _with_status(session, message_id, status))

    async def eventually(self, found: Callable[[Any], Any]) -> Any:
        """Wait until something is found in the store."""
        for _ in range(int(PATIENCE / 0.05)):
            if result := await self.database.run(found):
                return result
            await asyncio.sleep(0.05)
        raise AssertionError("did not happen in time")


def _with_status(session: Any, message_id: int, status: str) -> Message | None:
    return session.scalar(select(Message).where(Message.id == message_id, Message.status == status))


async def _webhook(request: Request) -> Response:
    for item in read_payload(await request.body()):
        if isinstance(item, DeliveryStatus):
            news = (item.wamid, item.callback_data, item.status, item.error)
            await request.app.state.database.run(receipts.apply_status, *news)
    return PlainTextResponse("ok")


@pytest_asyncio.fixture()
async def office(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """A running sender. Waits that are long in life are short here."""
    monkeypatch.setattr(receipts, "_GRACE", {True: timedelta(seconds=1), False: timedelta(seconds=1)})
    monkeypatch.setattr(receipts, "_FIRST_WAIT_SECONDS", 0.05)
    monkeypatch.setattr(receipts, "_RECIPIENT_SECONDS", 0.3)
    monkeypatch.setattr(sending, "FIRST_PROBE", timedelta(seconds=1))
    webhook = Starlette(routes=[Route("/webhook", _webhook, methods=["POST"])])
    webhook.state.database = database
    async with serving(webhook) as address:
        chosen = SimulatorSettings(
            app_secret="a", access_token="b", verify_token="c", webhook_url=f"{address}/webhook", status_delay=0.02
        )
        app = create_app(chosen)
        async with app.router.lifespan_context(app), serving(app) as simulator:
            graph = GraphClient(f"{simulator}/v26.0", chosen.phone_number_id, "b")
            sends = Sender(database, graph)
            running = asyncio.create_task(sends.run())
            async with httpx.AsyncClient(base_url=simulator) as phones:
                yield Office(database, sends, phones)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await graph.close()


pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def test_each_citizen_is_told_in_order_while_others_fail_and_wait(office):
    await office.hears(MARIA, JOSE)
    await office.fault(status=503, count=6)
    await office.fault(code=131056, to=JOSE, count=1)
    texts = [f"mensagem {number}" for number in range(12)]
    told = [(await office.says(citizen, *texts))[-1] for citizen in (MARIA, JOSE)]
    for message_id in told:
        await office.becomes(message_id, "delivered")
    assert [await office.phone(citizen) for citizen in (MARIA, JOSE)] == [texts, texts]


async def test_a_slow_answer_to_one_citizen_holds_up_nobody_else(office):
    await office.hears(MARIA, JOSE)
    await office.fault(delay=3, to=MARIA, count=1)
    (slow,) = await office.says(MARIA, "devagar")
    *_, last = await office.says(JOSE, *map(str, range(10)))
    await office.becomes(last, "delivered")
    assert (await office.message(slow)).status == "sending"


async def test_what_was_not_heard_of_is_settled_however_much_there_is_to_send(office, monkeypatch):
    monkeypatch.setattr(sender, "_SURELY_SECONDS", 0.2)
    others = [f"55650001{number:05d}" for number in range(100)]
    await office.hears(MARIA, *others)
    (lost,) = await office.says(MARIA, "perdida")
    await office.becomes(lost, "delivered")
    unheard = {"status": "sending", "wamid": None, "lease_until": utc_now() - timedelta(seconds=1)}
    await office.database.run(lambda session: session.execute(update(Message).values(unheard)))
    for citizen in others:
        await office.says(citizen, "olá")
        if (await office.message(lost)).status == "delivered":
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody asked what became of it")


async def test_a_connection_cut_after_the_message_was_taken_delivers_it_once(office):
    await office.hears(MARIA)
    await office.fault(cut="after", count=1)
    first, second = await office.says(MARIA, "uma vez", "depois")
    await office.becomes(second, "delivered")
    await asyncio.sleep(1.2)
    assert await office.phone(MARIA) == ["uma vez", "depois"]
    assert (await office.message(first)).status == "delivered"


async def test_the_bots_words_lost_with_the_connection_are_sent_again(office):
    await office.hears(MARIA)
    await office.fault(cut="before", count=1)
    (message_id,) = await office.says(MARIA, "uma vez")
    await office.becomes(message_id, "delivered")
    assert await office.phone(MARIA) == ["uma vez"]


async def test_a_persons_words_lost_with_the_connection_are_shown_as_not_known_to_have_come(office):
    await office.hears(MARIA)
    await office.fault(cut="before", count=1)
    lost, after = await office.says(MARIA, "primeira", "segunda", author="ana")
    assert (await office.becomes(lost, "failed")).error == receipts.OUTCOME_UNKNOWN
    await office.becomes(after, "delivered")
    assert await office.phone(MARIA) == ["segunda"]
    assert await office.database.run(receipts.resend, lost)
    await office.becomes(lost, "delivered")


async def test_an_expired_token_stops_everything_and_loses_nothing(office, caplog):
    await office.hears(MARIA, JOSE)
    await office.fault(code=190, status=401)
    texts = ["um", "dois", "três"]
    told = [(await office.says(citizen, *texts))[-1] for citizen in (MARIA, JOSE)]
    await office.eventually(lambda session: sending.report(session).stopped_since)
    await asyncio.sleep(1.5)
    assert [await office.phone(citizen) for citizen in (MARIA, JOSE)] == [[], []]
    assert len([entry for entry in caplog.records if entry.levelname == "CRITICAL"]) == 1
    await office.phones.delete("/simulator/faults")
    await office.database.run(lambda session: session.execute(update(SendingState).values(probe_at=utc_now())))
    for message_id in told:
        await office.becomes(message_id, "delivered")
    assert [await office.phone(citizen) for citizen in (MARIA, JOSE)] == [texts, texts]


async def test_free_text_after_24_hours_is_never_posted_and_says_why(office):
    await office.hears(MARIA)
    long_ago = {"last_citizen_message_at": utc_now() - timedelta(hours=24, seconds=1)}
    await office.database.run(lambda session: session.execute(update(Atendimento).values(long_ago)))
    (message_id,) = await office.says(MARIA, "tarde demais")
    assert (await office.becomes(message_id, "failed")).error == outbox.WINDOW_CLOSED
    assert await office.phone(MARIA) == []


async def test_whatsapp_out_of_reach_is_tried_again_and_not_unknown(database):
    graph = GraphClient("http://127.0.0.1:9/v26.0", "1", "b")
    refusal = await graph.send(MARIA, "wa_id", {"type": "text"}, "1")
    await graph.close()
    assert refusal.failure.name == "PASSING"


async def test_a_recipient_gets_a_burst_and_then_one_message_each_six_seconds(database):
    now = 0.0
    bucket = RecipientPace(lambda: now).of(MARIA)
    for _ in range(RECIPIENT_BURST):
        assert bucket.wait == 0
        bucket.take()
    assert 5.9 < bucket.wait <= 6
    now = 6.0
    assert bucket.wait == 0
    bucket.take()
    assert bucket.wait > 5.9


async def test_over_a_second_no_more_than_the_rate_leaves(database):
    now = 0.0
    bucket = TokenBucket(20, 1 / 80, lambda: now)
    taken = 0
    while now < 10:
        while bucket.wait == 0:
            bucket.take()
            taken += 1
        now += 0.01
    assert 790 <= taken <= 820


async def test_a_sender_that_ends_gives_its_turn_at_once(office):
    await office.hears(MARIA)
    await office.becomes((await office.says(MARIA, "um"))[0], "delivered")
    state = await office.database.run(lambda session: session.get(SendingState, 1))
    await office.sender._finish()
    after = await office.database.run(lambda session: session.get(SendingState, 1))
    assert (state.sender is not None, after.sender) == (True, None)


async def test_who_stands_by_and_sends_alone_sends_as_soon_as_it_is_woken(office, monkeypatch):
    office.sender._standby = True
    await office.hears(MARIA)
    await office.becomes((await office.says(MARIA, "um"))[0], "delivered")
    for wait in ("_IDLE_SECONDS", "_SELDOM_SECONDS"):
        monkeypatch.setattr(sender, wait, 60.0)
    await asyncio.sleep(0.8)
    await office.becomes((await office.says(MARIA, "dois"))[0], "delivered")


async def test_a_read_mark_shows_that_an_answer_is_being_written(office):
    await office.hears(MARIA)
    (inbound,) = (await office.phones.get(f"/simulator/phones/{MARIA}")).json()["messages"]
    await office.sender._graph.mark_read(inbound["id"])
    (inbound,) = (await office.phones.get(f"/simulator/phones/{MARIA}")).json()["messages"]
    assert inbound["status"] == "read"


async def with_file(office: Office, path: str) -> int:
    """Put a document for Maria into the outbox."""

    def enqueue(session: Any) -> int:
        atendimento = session.scalar(select(Atendimento))
        body = {"type": "document", "document": {"filename": "lista.pdf"}}
        message_id = outbox.enqueue(session, atendimento, "ana", Outgoing("document", "", body))
        media.keep_outgoing(session, message_id, "document", "application/pdf", path, 8, "lista.pdf")
        return message_id

    return await office.database.run(enqueue)


async def test_a_file_is_uploaded_and_its_message_carries_the_id(office: Office) -> None:
    folder = settings().media_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "out-1.pdf").write_bytes(b"%PDF-1.4")
    await office.hears(MARIA)
    await office.fault(code=131016, count=1)
    message_id = await with_file(office, "out-1.pdf")
    await office.becomes(message_id, "delivered")
    file = await office.eventually(lambda session: session.scalar(select(MediaFile).where(MediaFile.media_id != "")))
    assert await office.phone(MARIA) == ["lista.pdf"]
    received = (await office.phones.get(f"/v26.0/{file.media_id}", headers={"Authorization": "Bearer b"})).json()
    assert (received["mime_type"], received["file_size"]) == ("application/pdf", 8)


async def test_a_file_that_is_gone_fails_with_its_reason(office: Office) -> None:
    await office.hears(MARIA)
    message_id = await with_file(office, "never-kept.pdf")
    failed = await office.becomes(message_id, "failed")
    assert failed.error == FILE_GONE
