"""The outbox's way out: each citizen's messages one at a time and in order, many citizens at once, at WhatsApp's pace.

Every process may run one: the store gives the turn to one of them, and a lease keeps a message from being sent twice.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations import media, outbox, receipts, sending
from defensoria.conversations.database import Database
from defensoria.conversations.failures import Failure, Refusal
from defensoria.conversations.outbox import NOTHING, Leased, LeasedFile, Outlook
from defensoria.conversations.together import Together
from defensoria.settings import settings
from defensoria.whatsapp.graph import GraphClient, Sent
from defensoria.whatsapp.pace import RecipientPace, TokenBucket
from defensoria.whatsapp.waking import Bell, until_woken

logger = logging.getLogger(__name__)

_IDLE_SECONDS = 0.05
_SELDOM_SECONDS = 0.5
_GATHER_SECONDS = 0.005
_SURELY_SECONDS = 1.0
"""How long after a turn was taken it is not asked again whose it is, nor what was not heard of."""
_IN_FLIGHT = 32
_SECONDS_TO_FINISH = 3.0
_BURST_SECONDS = 0.25
"""How much of a second's messages may go in one instant."""


class Sender:
    """Sends what is due until it is cancelled.

    Args:
        per_second: messages of all citizens together.
        standby: whether to send only while no other process does.
    """

    def __init__(self, database: Database, graph: GraphClient, per_second: float = 80.0, standby: bool = False) -> None:
        self._standby = standby
        self._database = database
        self._notes = Together(database.jot)
        self._graph = graph
        self._name = uuid.uuid4().hex
        self._woken = asyncio.Event()
        self._stands_by = standby
        self._held_back = False
        self._surely_until = 0.0
        self._starting: asyncio.Task[int] | None = None
        self._flying: set[asyncio.Task[None]] = set()
        self._pace = TokenBucket(max(int(per_second * _BURST_SECONDS), 1), 1 / per_second)
        self._recipients = RecipientPace()

    async def run(self) -> None:
        """Send until cancelled; then let end what is under way. A failure of the database is logged and tried again."""
        try:
            with Bell.OUTBOX.listen(self._heard):
                while True:
                    self._woken.clear()
                    try:
                        self._starting = asyncio.create_task(self._start_due())
                        # Cancelled half way, it would leave leases behind that nobody sends.
                        started = await asyncio.shield(self._starting)
                    except Exception:
                        logger.exception("The outbox could not be read or written; trying again.")
                        started = 0
                    # Answers come one by one; what they make due is looked for together.
                    await (asyncio.sleep(_GATHER_SECONDS) if started else self._rest())
        finally:
            await self._finish()

    def _heard(self) -> None:
        # Who stands by would look at each message only to see that another sends it.
        if not self._stands_by:
            self._woken.set()

    async def _start_due(self) -> int:
        free = min(_IN_FLIGHT - len(self._flying), int(self._pace.tokens))
        if free <= 0:
            return 0
        surely = time.monotonic() < self._surely_until
        turn, outlook = await self._database.glance(_look, self._name, free, self._standby, surely)
        self._stands_by = self._standby and turn is sending.Turn.OTHERS
        self._held_back = False
        if turn is sending.Turn.OTHERS or (turn is sending.Turn.OURS and not outlook):
            return 0
        ours, due = await self._database.jot(_lease, self._name, outlook, self._standby)
        # From a whole look on, so that there is one again and again however much there is to send.
        if not (surely and ours):
            self._surely_until = time.monotonic() + _SURELY_SECONDS if ours else 0.0
        # What is due and may yet not go is held back for longer than a look is worth.
        self._held_back = bool(outlook.due) and not due
        for message in due:
            self._pace.take()
            task = asyncio.create_task(self._send(message))
            self._flying.add(task)
            task.add_done_callback(self._landed)
        return len(due)

    def _landed(self, task: "asyncio.Task[None]") -> None:
        self._flying.discard(task)
        # The citizen's next message is due, and there is room for it.
        self._woken.set()

    async def _send(self, message: Leased) -> None:
        try:
            await self._send_or_put_back(message)
        except Exception:
            logger.exception(
                "How message %d went could not be noted; a status or its lease's end will tell.", message.id
            )

    async def _send_or_put_back(self, message: Leased) -> None:
        pace = self._recipients.of(message.address)
        if pace.wait:
            await self._notes.run(receipts.put_back, message.id, pace.wait)
            return
        pace.take()
        result = _outside_window(message) or await self._deliver(message)
        if isinstance(result, Sent):
            await self._notes.run(receipts.mark_sent, message.id, result.wamid)
        else:
            await self._notes.run(receipts.mark_refused, message.id, result)

    async def _deliver(self, message: Leased) -> Sent | Refusal:
        body = await self._with_file(message, message.file) if message.file else message.body
        if isinstance(body, Refusal):
            return body
        return await self._graph.send(message.address, message.address_kind, body, str(message.id))

    async def _with_file(self, message: Leased, file: LeasedFile) -> Mapping[str, Any] | Refusal:
        """The body with the id of its file, which is uploaded where it has none yet."""
        uploaded = file.media_id or await self._graph.upload(settings().media_dir / file.path, file.mime_type)
        if isinstance(uploaded, Refusal):
            return uploaded
        if not file.media_id:
            await self._database.run(media.note_uploaded, message.id, uploaded)
        kind = message.body["type"]
        return {**message.body, kind: {**message.body[kind], "id": uploaded}}

    async def _rest(self) -> None:
        """Until something is to be sent, or there is a token again for what could not be."""
        seldom = self._held_back or self._stands_by
        await until_woken(self._woken, self._pace.wait or (_SELDOM_SECONDS if seldom else _IDLE_SECONDS))

    async def _finish(self) -> None:
        if self._starting:
            await asyncio.wait([self._starting], timeout=_SECONDS_TO_FINISH)
        if self._flying:
            await asyncio.wait(self._flying, timeout=_SECONDS_TO_FINISH)
        try:
            await self._database.run(sending.give_turn, self._name)
        except Exception:
            logger.exception("The turn to send could not be given back; it ends by itself.")


def _look(session: Session, process: str, limit: int, standby: bool, surely: bool) -> tuple[sending.Turn, Outlook]:
    """Whose turn it is, and what there is to do where it may be this process's. To find out keeps no writer waiting.

    Where it was `surely` this process's a moment ago only what is due is looked for.
    """
    turn = sending.Turn.OURS if surely else sending.turn_of(session, process, standby)
    return turn, outbox.look(session, limit, also_unheard=not surely) if turn is not sending.Turn.OTHERS else NOTHING


def _lease(session: Session, process: str, outlook: Outlook, standby: bool) -> tuple[bool, list[Leased]]:
    """Whether it is this process's turn, and then what it may send."""
    if not sending.take_turn(session, process, standby):
        return False, []
    if outlook.unheard:
        receipts.settle_unheard(session)
    return True, outbox.lease(session, outlook)


def _outside_window(message: Leased) -> Refusal | None:
    """What WhatsApp would answer to free text after the 24 hours, without asking it."""
    if message.body.get("type") == outbox.TEMPLATE or not message.free_until or utc_now() < message.free_until:
        return None
    return Refusal(outbox.WINDOW_CLOSED, Failure.WINDOW)
