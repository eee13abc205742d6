"""Two workers behind one webhook, on one database: each citizen is served in order, and by the other if one dies."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import cycle

import httpx
import pytest_asyncio
from sanic import Sanic
from sqlalchemy import select, update

from defensoria.clock import utc_now
from defensoria.conversations import inbox, serving
from defensoria.conversations.models import Message, ServedCitizen, Status, Worker
from defensoria.whatsapp.channel import WhatsAppChannel
from defensoria.whatsapp.payloads import read_payload
from tests.agent import trained_agent

from .conftest import Line, _port, _serve, inbound
from .test_webhook import _raw

TRIAGE = ("oi", "1", "novo atendimento", "cível", "moro em sinop")


@pytest_asyncio.fixture()
async def both(line: Line) -> AsyncIterator[tuple[Line, Line]]:
    """The first worker and a second one beside it."""
    app = Sanic("rasa-beside", configure_logging=False)
    app.ctx.agent = trained_agent()
    channel = WhatsAppChannel.from_credentials(None)
    app.blueprint(channel.blueprint(app.ctx.agent.handle_message), url_prefix="/webhooks/whatsapp")
    server = await _serve(app)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{_port(server)}") as client:
        second = Line(app, client, line.graph, app.ctx.database)
        second.maria, second.joao = line.maria, line.joao
        yield line, second
    await server.before_stop()
    await server.close()
    await server.after_stop()


async def _unserved(line: Line) -> list[Message]:
    return [message for message in await line.messages() if message.status == Status.RECEIVED.value]


async def _settled(*lines: Line) -> None:
    async def poll() -> None:
        while await _unserved(lines[0]) or any(line.app.ctx.service._serving for line in lines):
            await asyncio.sleep(0.02)

    await asyncio.wait_for(poll(), 40)


async def test_what_each_worker_takes_in_is_answered_once_and_in_order(both):
    one, two = both
    peace = [await one.say(one.joao, text) for text in TRIAGE]
    for text, line in zip(TRIAGE, cycle((one, two))):
        assert (await line.post(inbound(one.maria, text))).status_code == 200
    await _settled(one, two)
    await one.until(lambda: len(one.graph.texts(one.maria)) >= len(one.graph.texts(one.joao)))
    assert "\n".join(one.graph.texts(one.maria)) == "\n".join(peace)


async def test_the_same_message_at_both_workers_at_once_is_answered_once(both):
    one, two = both
    message = inbound(one.maria, "oi", wamid="wamid.both")
    answers = await asyncio.gather(*(line.post(message) for line in (one, two, one, two)))
    assert [answer.status_code for answer in answers] == [200] * 4
    await _settled(one, two)
    await one.until(lambda: bool(one.graph.texts(one.maria)))
    assert len(one.graph.texts(one.maria)) == 1


async def test_whom_a_dead_worker_was_serving_the_other_goes_on_with(both):
    one, two = both
    (message,) = read_payload(_raw(inbound(one.maria, "oi")))
    with one.database.transaction() as session:
        inbox.receive(session, message)
        serving.beat(session, "dead")
        serving.take(session, "dead", serving.left_alone(session, 1))
    await asyncio.sleep(0.3)
    assert one.graph.texts(one.maria) == []
    with one.database.transaction() as session:
        silent = utc_now() - serving.GONE - timedelta(seconds=1)
        session.execute(update(Worker).where(Worker.name == "dead").values(seen_at=silent))
    await one.until(lambda: bool(one.graph.texts(one.maria)))
    await _settled(one, two)
    assert len(one.graph.texts(one.maria)) == 1


async def test_a_worker_that_ends_leaves_its_place_and_nobody_behind(both):
    one, two = both
    name = two.app.ctx.service._name
    await two.say(two.maria, "oi")
    before = await one.database.read(lambda session: session.scalars(select(Worker.name)).all())
    assert name in before
    for task in two.app.ctx.tasks:
        task.cancel()
    await asyncio.gather(*two.app.ctx.tasks, return_exceptions=True)
    after = await one.database.read(lambda session: session.scalars(select(Worker.name)).all())
    assert set(before) - set(after) == {name}
    assert await one.database.read(lambda session: session.scalars(select(ServedCitizen.worker)).all()) == []


async def test_a_worker_that_was_taken_for_dead_says_that_it_is_there_and_serves_again(line):
    with line.database.transaction() as session:
        serving.leave(session, line.app.ctx.service._name)
    await line.app.ctx.service.appear()
    assert await line.say(line.maria, "oi")


async def test_a_conversation_stays_at_the_worker_that_has_it_in_memory(both, monkeypatch):
    monkeypatch.setattr("defensoria.whatsapp.service._LEFT_TO_OTHERS_SECONDS", 3600.0)
    asked: list[int] = []
    for place, line in enumerate(both):
        service = line.app.ctx.service
        await service.appear()
        monkeypatch.setattr(service, "_bot", lambda bot=service._bot, place=place: asked.append(place) or bot())
    await both[0].app.ctx.service.appear()
    for number in range(4):
        asked.clear()
        for text in ("oi", "1"):
            await both[0].say(f"55669777000{number}", text)
        assert len(set(asked)) == 1


async def test_who_waits_for_a_worker_that_does_not_come_is_served_by_another(both):
    one, _ = both
    with one.database.transaction() as session:
        for number in range(20):
            serving.beat(session, f"slow {number}")
    for line in both:
        await line.app.ctx.service.appear()
    assert await one.say(one.maria, "oi")
