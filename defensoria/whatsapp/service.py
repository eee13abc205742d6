"""Serving citizens: each one's messages in order, one writer a citizen, many citizens at once."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from defensoria.clock import office_now, utc_now
from defensoria.conversations import holder, inbox, ratings, serving
from defensoria.conversations.database import Database
from defensoria.conversations.models import Atendimento, Citizen, Direction, Holder, Message, Outcome
from defensoria.conversations.outbox import Outgoing
from defensoria.conversations.together import Together
from defensoria.watching import metrics
from defensoria.whatsapp import unasked
from defensoria.whatsapp.bot import Bot, BotFailed
from defensoria.whatsapp.failure import turn_without_bot
from defensoria.whatsapp.graph import GraphClient
from defensoria.whatsapp.turns import Turns

logger = logging.getLogger(__name__)

_AT_ONCE = 8
_RETRY_SECONDS = 5.0
_WATCH_SECONDS = 30.0
_TO_GO_ON = timedelta(days=7)
"""How long a citizen who left may come back to the question where they stopped."""
_OTHER = aliased(Message)
_TASK = (
    select(
        Atendimento,
        Citizen,
        select(_OTHER.id)
        .where(
            _OTHER.atendimento_id == Atendimento.id,
            _OTHER.direction == Direction.IN.value,
            _OTHER.id < bindparam("message_id"),
        )
        .exists(),
    )
    .join(Citizen, Citizen.id == Atendimento.citizen_id)
    .where(Atendimento.id == bindparam("atendimento_id"))
)
"""The conversation of a message and its citizen, and whether the citizen has written in it before. Written out once: to
put it together takes longer than to run it."""


@dataclass(frozen=True)
class _Task:
    """A message to serve, with what the turn needs to know of its conversation. Rows are detached."""

    message: Message
    atendimento: Atendimento
    address: str
    notice: str | None
    afresh: bool


class Service:
    """The bot's side of every conversation it holds.

    Args:
        database: the store.
        bot: gives the bot that is loaded now (a retrained model replaces it).
        graph: for read marks.
        on_outgoing: called when there is something to send.
        bot_timeout: seconds after which a turn of the bot counts as failed.
    """

    def __init__(
        self,
        database: Database,
        bot: Callable[[], Bot],
        graph: GraphClient,
        on_outgoing: Callable[[], None],
        bot_timeout: float,
    ) -> None:
        self._database = database
        self._bot = bot
        self._graph = graph
        self._on_outgoing = on_outgoing
        self._turns = Turns(_AT_ONCE, bot_timeout)
        self._name = uuid.uuid4().hex
        self._places = Together(database.run)
        self._serving: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        self._reading: set[asyncio.Task[None]] = set()

    async def appear(self) -> None:
        """Say to the other workers that this one is there: from now on it may serve."""
        await self._database.run(serving.beat, self._name)

    async def resume(self) -> None:
        """Serve whom nobody serves: the last process ended, or another worker did."""
        await self.appear()
        for citizen_id in await self._database.read(serving.left_alone):
            self.serve_soon(citizen_id)

    async def keep_place(self) -> None:
        """Until cancelled: stay known to the other workers, and go on with what they leave behind."""
        try:
            while True:
                await asyncio.sleep(serving.BEAT_SECONDS)
                try:
                    await self.resume()
                except Exception:
                    logger.exception("This worker could not say that it is there; trying again.")
        finally:
            await self._database.run(serving.leave, self._name)

    def serve_soon(self, citizen_id: int) -> None:
        """Serve a citizen's unprocessed messages, in a task of their own."""
        if citizen_id in self._serving:
            self._again.add(citizen_id)
            return
        self._serving[citizen_id] = asyncio.create_task(self._serve(citizen_id))

    async def keep_watch(self, reminder: timedelta, abandon: timedelta) -> None:
        """Until cancelled: remind who fell silent, close what was left, and let in at the opening who waits for it.

        Args:
            reminder: silence after which a citizen is reminded of the open question.
            abandon: silence after the reminder that closes the conversation.
        """
        while True:
            try:
                await self.watch_once(reminder, abandon)
            except Exception:
                logger.exception("The watch over silent conversations failed; trying again.")
            await asyncio.sleep(_WATCH_SECONDS)

    async def watch_once(self, reminder: timedelta, abandon: timedelta) -> None:
        """One round of the watch."""
        await self._database.run(holder.let_in, office_now())
        await self._say_unasked(unasked.tell_who_waits)
        await self._say_unasked(unasked.ask_for_ratings)
        now = utc_now()
        for left in await self._database.read(holder.silent, now - reminder - abandon, True):
            await self._break_silence(left, "utter_abandono", holder.abandon)
        for quiet in await self._database.read(holder.silent, now - reminder, False):
            await self._break_silence(quiet, "utter_lembrete", holder.remind)

    async def _say_unasked(self, say: Callable[[Database, Bot], Awaitable[int]]) -> None:
        try:
            if await say(self._database, self._bot()):
                self._on_outgoing()
        except BotFailed as failure:
            logger.error("Nothing could be said to who waits for it: %s", failure)

    async def _break_silence(
        self, atendimento: Atendimento, response: str, act: Callable[[Session, Atendimento, list[Outgoing]], bool]
    ) -> None:
        try:
            words = await self._bot().words(response, atendimento.citizen.address)
        except BotFailed as failure:
            logger.error("Nothing could be said to a silent citizen: %s", failure)
            return
        if await self._database.run(act, atendimento, words):
            self._on_outgoing()

    async def stop(self) -> None:
        """Let the turns under way end. What is still stored unprocessed is served at the next start."""
        await asyncio.gather(*self._serving.values(), *self._reading, return_exceptions=True)

    async def _serve(self, citizen_id: int) -> None:
        try:
            while await self._places.run(serving.take, citizen_id, self._name):
                self._again.discard(citizen_id)
                if task := await self._next_task(citizen_id):
                    await self._turn(task)
                more = await self._places.run(serving.give_back, citizen_id, self._name)
                if not more and citizen_id not in self._again:
                    return
        except Exception:
            logger.exception("Citizen %d could not be served; the message stays stored and is tried again.", citizen_id)
            asyncio.get_running_loop().call_later(_RETRY_SECONDS, self.serve_soon, citizen_id)
        finally:
            self._serving.pop(citizen_id, None)

    async def _next_task(self, citizen_id: int) -> _Task | None:
        task = await self._database.read(_read_task, citizen_id)
        # Only what is the bot's needs nothing but reading.
        if task is None or task.atendimento.holder == Holder.BOT.value or inbox.closed_lately(task.atendimento):
            return task
        return await self._database.run(_take_task, citizen_id)

    def _show_reading(self, wamid: str) -> None:
        """Ask for the read mark and the typing sign without waiting for them."""
        task = asyncio.create_task(self._graph.mark_read(wamid))
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)

    async def _turn(self, task: _Task) -> None:
        message, atendimento = task.message, task.atendimento
        if atendimento.holder == Holder.CLOSED.value:
            await self._after_closing(task)
            return
        if atendimento.holder != Holder.BOT.value:
            await self._database.run(inbox.served_now, message.id)
            return
        self._show_reading(message.wamid)
        failed = False
        try:
            turn = await self._turns.take(
                lambda: self._bot().answer(message, atendimento, task.address, task.afresh, task.notice)
            )
        except BotFailed as failure:
            logger.error("The bot gave no answer to message %d: %s", message.id, failure)
            turn, failed = turn_without_bot(atendimento), True
        kept = await self._database.run(holder.finish_bot_turn, message.id, atendimento.id, atendimento.epoch, turn)
        _count(turn, message, kept, failed)
        if kept:
            self._on_outgoing()

    async def _after_closing(self, task: _Task) -> None:
        """Keep how the service was found, or answer a courtesy; anything else opens the next atendimento."""
        bot = self._bot()
        try:
            rating = bot.option_meant(unasked.RATING, task.message) if ratings.awaited(task.atendimento) else None
            if rating:
                thanks = await bot.words(unasked.RATED, task.address)
                await self._database.run(ratings.rate, task.message.id, rating, thanks)
                self._on_outgoing()
                return
            says = await bot.answer_to_courtesy(task.message, task.address)
        except BotFailed as failure:
            logger.error("Whether message %d is a courtesy could not be told: %s", task.message.id, failure)
            says = None
        if says is None:
            await self._database.run(_reopen, task.message.id)
            return
        await self._database.run(holder.acknowledge, task.message.id, says)
        self._on_outgoing()


def _count(turn: holder.BotTurn, message: Message, kept: bool, failed: bool) -> None:
    ending = "handed_over" if turn.handoff else "closed" if turn.outcome else "answered"
    metrics.TURNS.labels("dropped" if not kept else "failed" if failed else ending).inc()
    metrics.TURN.observe(max((utc_now() - message.stored_at).total_seconds(), 0.0))


def _reopen(session: Session, message_id: int) -> None:
    inbox.reopen_if_closed(session, session.get(Message, message_id))


def _read_task(session: Session, citizen_id: int) -> _Task | None:
    message = inbox.unprocessed(session, citizen_id)
    return _task(session, message, message.atendimento_id) if message else None


def _take_task(session: Session, citizen_id: int) -> _Task | None:
    """As `_read_task`; what came to a closed atendimento is moved to the next, and what is a person's is theirs."""
    message = inbox.unprocessed(session, citizen_id)
    if message is None:
        return None
    atendimento: Atendimento = session.get(Atendimento, message.atendimento_id)
    if not inbox.closed_lately(atendimento):
        atendimento = inbox.reopen_if_closed(session, message)
    return _task(session, message, atendimento.id)


def _task(session: Session, message: Message, atendimento_id: int) -> _Task:
    of = {"atendimento_id": atendimento_id, "message_id": message.id}
    atendimento, citizen, later = session.execute(_TASK, of).one()
    first = not later and atendimento.previous_id is not None
    afresh = first and not _left_lately(session, atendimento)
    return _Task(message, atendimento, citizen.address, citizen.notice_version, afresh)


def _left_lately(session: Session, atendimento: Atendimento) -> bool:
    """Whether the last atendimento was left at an open question not long ago: then it goes on from there."""
    previous: Atendimento = session.get(Atendimento, atendimento.previous_id)
    return previous.outcome == Outcome.ABANDONED.value and utc_now() - previous.closed_at < _TO_GO_ON
