"""The WhatsApp channel: Meta's webhook on Rasa's server, and the work that starts and stops with it.

Each citizen is served apart, one message after the other, by the bot or by nobody here when a person holds the
conversation.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from defensoria.actions_in_process import ActionsInProcess
from defensoria.conversations.database import Database
from defensoria.conversations.schema import upgrade
from defensoria.living_facts import Follower
from defensoria.settings import settings
from defensoria.whatsapp import webhook
from defensoria.whatsapp.bot import Bot
from defensoria.whatsapp.graph import GraphClient
from defensoria.whatsapp.media import MediaClient, MediaFetcher
from defensoria.whatsapp.sender import Sender
from defensoria.whatsapp.service import Service
from defensoria.whatsapp.signature import is_same
from defensoria.whatsapp.webhook import CHANNEL, Door

_ACTIONS = "actions"


class WhatsAppChannel(InputChannel):
    """Rasa's input channel for the WhatsApp Business Cloud API. Its settings are the environment's."""

    @classmethod
    def name(cls) -> str:
        """The channel's name, which is also its path: `/webhooks/whatsapp/webhook`."""
        return CHANNEL

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The webhook's routes and the work that starts and stops with the server."""
        blueprint = webhook.blueprint()
        blueprint.after_server_start(_start)
        blueprint.before_server_stop(_stop)
        blueprint.add_route(facts_in_force, "/facts", methods=["GET"])
        return blueprint


async def facts_in_force(request: Request) -> HTTPResponse:
    """Which edits of the office's facts this process has taken up: for whoever has the token of Rasa's API."""
    token = settings().rasa_token
    if not token or not is_same(f"Bearer {token}", request.headers.get("Authorization", "")):
        return request.app.ctx.door.gate.refuse(request)
    return json(request.app.ctx.facts.report())


async def _start(app: Sanic, _loop: Any) -> None:
    config = settings()
    upgrade(config.database_url)
    app.ctx.database = Database(config.database_url)
    app.ctx.graph = GraphClient.from_settings(config)
    actions = ActionsInProcess(_ACTIONS) if config.actions_in_rasa else None
    # Answering needs all of the one processor that Python gives this process: the desk's sends while it runs.
    sender = Sender(app.ctx.database, app.ctx.graph, config.whatsapp_messages_per_second, standby=True)
    app.ctx.service = Service(
        database=app.ctx.database,
        bot=lambda: Bot(app.ctx.agent, actions),
        bot_timeout=config.bot_timeout_seconds,
    )
    app.ctx.door = Door(app.ctx.database, app.ctx.graph, config.whatsapp_app_secret)
    await app.ctx.service.appear()
    app.ctx.facts = Follower(app.ctx.database)
    await app.ctx.facts.look()
    reminder, abandon = (timedelta(minutes=m) for m in (config.reminder_minutes, config.abandon_minutes))
    app.ctx.tasks = [
        asyncio.create_task(app.ctx.door.run()),
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
    app.ctx.tasks.append(asyncio.create_task(app.ctx.service.run()))


async def _stop(app: Sanic, _loop: Any) -> None:
    await app.ctx.service.stop()
    for task in app.ctx.tasks:
        task.cancel()
    await asyncio.gather(*app.ctx.tasks, return_exceptions=True)
    await app.ctx.door.close()
    await app.ctx.graph.close()
    app.ctx.database.dispose()
