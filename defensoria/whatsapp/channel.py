"""The WhatsApp channel: Meta's webhook on Rasa's server, and what starts and stops with it.

A message is stored and committed before it is acknowledged; then each citizen is served apart, one message after the
other, by the bot or by nobody here when a person holds the conversation.
"""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from defensoria.actions_in_process import ActionsInProcess
from defensoria.conversations import inbox, outbox
from defensoria.conversations.database import Database
from defensoria.conversations.inbox import InboundMessage
from defensoria.conversations.schema import upgrade
from defensoria.conversations.together import Together
from defensoria.living_facts import Follower
from defensoria.settings import settings
from defensoria.whatsapp import watch
from defensoria.whatsapp.bot import CHANNEL, Bot
from defensoria.whatsapp.gate import Gate
from defensoria.whatsapp.graph import GraphClient
from defensoria.whatsapp.media import MediaClient, MediaFetcher
from defensoria.whatsapp.payloads import DeliveryStatus, Item, Unreadable, read_payload
from defensoria.whatsapp.sender import Sender
from defensoria.whatsapp.service import Service
from defensoria.whatsapp.signature import is_same

logger = logging.getLogger(__name__)

_ACTIONS = "actions"


class WhatsAppChannel(InputChannel):
    """Rasa's input channel for the WhatsApp Business Cloud API. Its settings are the environment's."""

    @classmethod
    def name(cls) -> str:
        """The channel's name, which is also its path: `/webhooks/whatsapp/webhook`."""
        return CHANNEL

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The webhook's routes and the work that starts and stops with the server."""
        blueprint = Blueprint("whatsapp")
        blueprint.after_server_start(_start)
        blueprint.before_server_stop(_stop)
        blueprint.add_route(verify, "/webhook", methods=["GET"])
        blueprint.add_route(facts_in_force, "/facts", methods=["GET"])
        blueprint.add_route(watch.timed(receive), "/webhook", methods=["POST"], stream=True, name="receive")
        blueprint.add_route(watch.alive, "/alive", methods=["GET"])
        blueprint.add_route(watch.ready, "/ready", methods=["GET"])
        blueprint.add_route(watch.numbers, "/metrics", methods=["GET"])
        return blueprint


async def verify(request: Request) -> HTTPResponse:
    """Meta's check that this webhook is ours: its challenge back for our token, 403 for any other."""
    expected = settings().whatsapp_verify_token
    ours = bool(expected) and is_same(expected, request.args.get("hub.verify_token", ""))
    if request.args.get("hub.mode") != "subscribe" or not ours:
        return request.app.ctx.gate.refuse(request)
    return text(request.args.get("hub.challenge", ""), headers={"X-Content-Type-Options": "nosniff"})


async def facts_in_force(request: Request) -> HTTPResponse:
    """Which edits of the office's facts this process has taken up: for whoever has the token of Rasa's API."""
    token = settings().rasa_token
    if not token or not is_same(f"Bearer {token}", request.headers.get("Authorization", "")):
        return request.app.ctx.gate.refuse(request)
    return json(request.app.ctx.facts.report())


async def receive(request: Request) -> HTTPResponse:
    """Store what Meta delivers, acknowledge it, then serve it. An unsigned body is refused and nothing of it kept."""
    body = await request.app.ctx.gate.body_of(request)
    if body is None:
        return request.app.ctx.gate.refuse(request)
    served = {await _store(request.app, item) for item in read_payload(body)}
    for citizen_id in served - {None}:
        request.app.ctx.service.serve_soon(citizen_id)
    return text("ok")


async def _store(app: Any, item: Item) -> int | None:
    """Keep one item, with all that wait. Returns the citizen to serve, if it is a message not seen before."""
    intake, database = app.ctx.intake, app.ctx.database
    try:
        return await intake.run(_keep, item)
    except IntegrityError:
        # Another worker stored the same message or the same new citizen at this instant; now it can be seen.
        return await database.run_first(_keep, item)
    except DataError as error:
        # What the database does not take today it does not take at Meta's next delivery either.
        return await database.run_first(_keep, Unreadable(f"store: {type(error.orig).__name__}", repr(item)))


def _keep(session: Session, item: Item) -> int | None:
    if isinstance(item, InboundMessage):
        stored = inbox.receive(session, item)
        return int(stored.citizen_id) if stored else None
    if isinstance(item, DeliveryStatus):
        pricing = asdict(item.pricing) if item.pricing else None
        outbox.apply_status(session, item.wamid, item.callback_data, item.status, item.error, pricing)
    else:
        logger.warning("A part of a webhook was kept for inspection: %s", item.reason)
        inbox.keep_unreadable(session, item.reason, item.body)
    return None


async def _start(app: Sanic, _loop: Any) -> None:
    config = settings()
    upgrade(config.database_url)
    app.ctx.database = Database(config.database_url)
    app.ctx.intake = Together(app.ctx.database.run_first)
    app.ctx.gate = Gate(config.whatsapp_app_secret)
    app.ctx.graph = GraphClient.from_settings(config)
    actions = ActionsInProcess(_ACTIONS) if config.actions_in_rasa else None
    # Answering needs all of the one processor that Python gives this process: the desk's sends while it runs.
    sender = Sender(app.ctx.database, app.ctx.graph, config.whatsapp_messages_per_second, standby=True)
    app.ctx.service = Service(
        database=app.ctx.database,
        bot=lambda: Bot(app.ctx.agent, actions),
        graph=app.ctx.graph,
        on_outgoing=sender.wake,
        bot_timeout=config.bot_timeout_seconds,
    )
    await app.ctx.service.appear()
    app.ctx.facts = Follower(app.ctx.database)
    await app.ctx.facts.look()
    reminder, abandon = (timedelta(minutes=m) for m in (config.reminder_minutes, config.abandon_minutes))
    app.ctx.tasks = [
        asyncio.create_task(sender.run()),
        asyncio.create_task(app.ctx.facts.run()),
        asyncio.create_task(MediaFetcher(app.ctx.database, MediaClient.from_settings(config)).run()),
        asyncio.create_task(app.ctx.service.keep_watch(reminder, abandon)),
        asyncio.create_task(app.ctx.service.keep_place()),
    ]
    if app.ctx.agent.is_ready():
        # The first parse reads tables that the model does not hold; no citizen shall wait for them.
        await app.ctx.agent.parse_message("oi")
    # What is there now stays; the collector need not look through all of it again and again.
    gc.collect()
    gc.freeze()
    await app.ctx.service.resume()


async def _stop(app: Sanic, _loop: Any) -> None:
    await app.ctx.service.stop()
    for task in app.ctx.tasks:
        task.cancel()
    await asyncio.gather(*app.ctx.tasks, return_exceptions=True)
    await app.ctx.graph.close()
    app.ctx.database.dispose()
