"""Meta's webhook: a message is stored and committed before it is acknowledged; who answers it finds it in the store."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from defensoria.conversations import inbox, outbox
from defensoria.conversations.database import Database
from defensoria.conversations.inbox import InboundMessage
from defensoria.conversations.models import Atendimento, Holder, Status
from defensoria.conversations.together import Together
from defensoria.settings import settings
from defensoria.whatsapp import watch
from defensoria.whatsapp.gate import Gate
from defensoria.whatsapp.graph import GraphClient
from defensoria.whatsapp.payloads import DeliveryStatus, Item, Unreadable, read_payload
from defensoria.whatsapp.signature import is_same

logger = logging.getLogger(__name__)

CHANNEL = "whatsapp"
"""The channel's name, which is also its path: `/webhooks/whatsapp/webhook`."""

_MOST_MARKS = 50
"""Read marks under way at once."""


@dataclass(frozen=True)
class Written:
    """A message stored and to be dealt with: its id at WhatsApp, and whether the bot deals with it."""

    wamid: str
    for_bot: bool


class Door:
    """Takes in what Meta delivers.

    Args:
        database: the store.
        graph: for read marks.
        app_secret: the key of Meta's signature.
        on_stored: called when a message waits to be dealt with. Who does that in another process looks by itself.
    """

    def __init__(
        self,
        database: Database,
        graph: GraphClient,
        app_secret: str,
        on_stored: Callable[[], object] = bool,
    ) -> None:
        self.gate = Gate(app_secret)
        self._database = database
        self._intake = Together(database.run_first)
        self._graph = graph
        self._on_stored = on_stored
        self._marking: set[asyncio.Task[None]] = set()

    async def take_in(self, body: bytes) -> None:
        """Store everything that a signed body holds. What is committed is found by whoever has a place free."""
        stored = [message for item in read_payload(body) if (message := await self._store(item))]
        if stored:
            self._on_stored()
        for message in stored:
            if message.for_bot:
                self._show_reading(message.wamid)

    async def close(self) -> None:
        """Let the read marks under way end."""
        await asyncio.gather(*self._marking, return_exceptions=True)

    def _show_reading(self, wamid: str) -> None:
        """Ask for the read mark and the typing sign without waiting for them; a slow WhatsApp is not asked for more."""
        if len(self._marking) >= _MOST_MARKS:
            return
        task = asyncio.create_task(self._graph.mark_read(wamid))
        self._marking.add(task)
        task.add_done_callback(self._marking.discard)

    async def _store(self, item: Item) -> Written | None:
        """Keep one item, with all that wait. Returns what is to be dealt with, if it is a message not seen before."""
        try:
            return await self._intake.run(_keep, item)
        except IntegrityError:
            # Another process stored the same message or the same new citizen at this instant; now it can be seen.
            return await self._database.run_first(_keep, item)
        except DataError as error:
            # What the database does not take today it does not take at Meta's next delivery either.
            return await self._database.run_first(_keep, Unreadable(f"store: {type(error.orig).__name__}", repr(item)))


def blueprint() -> Blueprint:
    """The webhook's routes and those of the watch over this process, for an application with a `door`."""
    routes = Blueprint(CHANNEL)
    routes.add_route(verify, "/webhook", methods=["GET"])
    routes.add_route(watch.timed(receive), "/webhook", methods=["POST"], stream=True, name="receive")
    routes.add_route(watch.alive, "/alive", methods=["GET"])
    routes.add_route(watch.ready, "/ready", methods=["GET"])
    routes.add_route(watch.numbers, "/metrics", methods=["GET"])
    return routes


async def verify(request: Request) -> HTTPResponse:
    """Meta's check that this webhook is ours: its challenge back for our token, 403 for any other."""
    expected = settings().whatsapp_verify_token
    ours = bool(expected) and is_same(expected, request.args.get("hub.verify_token", ""))
    if request.args.get("hub.mode") != "subscribe" or not ours:
        return request.app.ctx.door.gate.refuse(request)
    return text(request.args.get("hub.challenge", ""), headers={"X-Content-Type-Options": "nosniff"})


async def receive(request: Request) -> HTTPResponse:
    """Store what Meta delivers, then acknowledge it. An unsigned body is refused and nothing of it kept."""
    door = request.app.ctx.door
    body = await door.gate.body_of(request)
    if body is None:
        return door.gate.refuse(request)
    await door.take_in(body)
    return text("ok")


def _keep(session: Session, item: Item) -> Written | None:
    if isinstance(item, InboundMessage):
        stored = inbox.receive(session, item)
        if stored is None or stored.status != Status.RECEIVED.value:
            return None
        holder = session.get(Atendimento, stored.atendimento_id).holder
        return Written(stored.wamid, holder in (Holder.BOT.value, Holder.CLOSED.value))
    if isinstance(item, DeliveryStatus):
        pricing = asdict(item.pricing) if item.pricing else None
        outbox.apply_status(session, item.wamid, item.callback_data, item.status, item.error, pricing)
    else:
        logger.warning("A part of a webhook was kept for inspection: %s", item.reason)
        inbox.keep_unreadable(session, item.reason, item.body)
    return None
