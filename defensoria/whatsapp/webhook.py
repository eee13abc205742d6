"""Meta's webhook: what is delivered is made into messages and statuses, committed, and then acknowledged.

What is long or cannot be stored is kept as it came and read later, so that neither Meta nor anybody else waits for it.
Who answers the messages finds them in the store.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from defensoria.conversations import deliveries, inbox, receipts
from defensoria.conversations.database import Database
from defensoria.conversations.deliveries import Body
from defensoria.conversations.inbox import InboundMessage
from defensoria.conversations.models import Holder, Status
from defensoria.conversations.together import Together
from defensoria.settings import settings
from defensoria.whatsapp import watch
from defensoria.whatsapp.gate import Gate
from defensoria.whatsapp.graph import GraphClient
from defensoria.whatsapp.payloads import DeliveryStatus, Item, Unreadable, read_payload
from defensoria.whatsapp.signature import is_same
from defensoria.whatsapp.waking import Bell, until_woken

logger = logging.getLogger(__name__)

CHANNEL = "whatsapp"
"""The channel's name, which is also its path: `/webhooks/whatsapp/webhook`."""

_MOST_AT_ONCE = 10
"""Messages and statuses of one delivery that Meta may wait for; nearly all have one."""
_AT_ONCE = 16
_IDLE_SECONDS = 0.5
_RETRY_SECONDS = 1.0
_MOST_MARKS = 50
"""Read marks under way at once."""


@dataclass(frozen=True)
class Written:
    """A message stored and to be dealt with: its id at WhatsApp, and whether the bot deals with it."""

    wamid: str
    for_bot: bool


Keep = Callable[[Session, Item], Written | None]


class Door:
    """Takes in what Meta delivers: stored, and acknowledged; what is kept as it came is read then, in that order.

    Args:
        database: the store.
        graph: for read marks.
        app_secret: the key of Meta's signature.
    """

    def __init__(
        self,
        database: Database,
        graph: GraphClient,
        app_secret: str,
    ) -> None:
        self.gate = Gate(app_secret)
        self._database = database
        self._arrivals = Together(database.jot_first)
        self._arrived = asyncio.Event()
        self._graph = graph
        self._marking: set[asyncio.Task[None]] = set()

    async def take_in(self, body: bytes) -> None:
        """Store what a signed body holds. Once this returns it is not lost, whatever happens."""
        try:
            items = read_payload(body)
            stored = await self._arrivals.run(_keep_each, items, _keep) if len(items) <= _MOST_AT_ONCE else None
        except Exception as error:
            logger.warning("A delivery could not be stored; it is kept and tried again: %s.", type(error).__name__)
            stored = None
        if stored is None:
            await self._arrivals.run(deliveries.put, body)
            self._arrived.set()
        else:
            self._tell(stored)

    async def run(self) -> None:
        """Until cancelled: read what was kept as it came, here or by a process that ended before it read it."""
        while True:
            self._arrived.clear()
            try:
                waiting = await self._database.glance(deliveries.oldest, _AT_ONCE)
                for delivery in waiting:
                    await self._read(delivery)
            except Exception:
                logger.exception("What was delivered could not be read or stored; trying again.")
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            if len(waiting) < _AT_ONCE:
                await until_woken(self._arrived, _IDLE_SECONDS)

    async def close(self) -> None:
        """Let the read marks under way end."""
        await asyncio.gather(*self._marking, return_exceptions=True)

    async def _read(self, delivery: Body) -> None:
        """Make one delivery into messages and statuses, in a transaction that nobody waits long for."""
        items = read_payload(delivery.body)
        try:
            stored = await self._database.run(_keep_all, delivery.id, items, _keep)
        except OperationalError:
            raise
        except Exception as error:
            logger.warning("Something delivered could not be stored: %s.", type(error).__name__)
            stored = await self._database.run(_keep_all, delivery.id, items, _keep_or_set_aside)
        self._tell(stored)

    def _tell(self, stored: Sequence[Written]) -> None:
        """That messages wait to be dealt with: to those who deal with them, and to the citizens."""
        if stored:
            Bell.INBOX.ring()
        for message in stored:
            if message.for_bot:
                self._show_reading(message.wamid)

    def _show_reading(self, wamid: str) -> None:
        """Ask for the read mark and the typing sign without waiting for them; a slow WhatsApp is not asked for more."""
        if len(self._marking) >= _MOST_MARKS:
            return
        task = asyncio.create_task(self._graph.mark_read(wamid))
        self._marking.add(task)
        task.add_done_callback(self._marking.discard)


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


def _keep_all(session: Session, delivery_id: int, items: Sequence[Item], keep: Keep) -> list[Written]:
    """Store what a delivery holds, and take it away. Returns the messages to be dealt with."""
    if not deliveries.take(session, delivery_id):
        return []
    return _keep_each(session, items, keep)


def _keep_each(session: Session, items: Sequence[Item], keep: Keep) -> list[Written]:
    return [message for item in items if (message := keep(session, item))]


def _keep_or_set_aside(session: Session, item: Item) -> Written | None:
    """As `_keep`; what cannot be stored is kept for inspection, so that nothing else waits for it."""
    try:
        with session.begin_nested():
            return _keep(session, item)
    except OperationalError:
        raise
    except Exception as error:
        # What the database does not take today it does not take at the next try either.
        return _keep(session, Unreadable(f"store: {type(error).__name__}", repr(item)))


def _keep(session: Session, item: Item) -> Written | None:
    if isinstance(item, InboundMessage):
        stored = inbox.receive(session, item)
        if stored is None or stored.status != Status.RECEIVED.value:
            return None
        return Written(stored.wamid, stored.holder in (Holder.BOT.value, Holder.CLOSED.value))
    if isinstance(item, DeliveryStatus):
        pricing = asdict(item.pricing) if item.pricing else None
        receipts.apply_status(session, item.wamid, item.callback_data, item.status, item.error, pricing)
    else:
        logger.warning("A part of a webhook was kept for inspection: %s", item.reason)
        inbox.keep_unreadable(session, item.reason, item.body)
    return None
