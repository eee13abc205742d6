"""Serving citizens: each one's messages in order, one writer a citizen, many citizens at once."""

import asyncio
import logging
import math
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session, aliased

from defensoria.clock import office_now, utc_now
from defensoria.conversations import holder, inbox, ratings, serving
from defensoria.conversations.database import Database
from defensoria.conversations.models import Atendimento, Citizen, Direction, Holder, Message, Outcome
from defensoria.conversations.outbox import Outgoing
from defensoria.watching import metrics
from defensoria.whatsapp import unasked
from defensoria.whatsapp.bot import Bot, BotFailed
from defensoria.whatsapp.failure import turn_without_bot
from defensoria.whatsapp.turns import Turns
from defensoria.whatsapp.waking import Bell, until_woken

logger = logging.getLogger(__name__)

T = TypeVar("T")

_AT_ONCE = 8
_PLACES = 2 * _AT_ONCE
"""Citizens taken at once, so that the next is ready when a turn ends; whom this worker does not take another may."""
_EVERYBODY = 1000
_LEFT_TO_OTHERS_SECONDS = 0.2
"""How long a citizen waits for the worker that knows their conversation before any other serves them."""
_IDLE_SECONDS = 0.05
_RETRY_SECONDS = 5.0
_WATCH_SECONDS = 30.0
_TO_GO_ON = timedelta(days=7)
"""How long a citizen who left may come back to the question where they stopped."""
_OTHER = aliased(Message)
# Written out once: to put one of these together takes longer than to run it.
_TASK = (
    select(
        Message,
        Atendimento,
        Citizen.address,
        Citizen.notice_version,
        select(_OTHER.id)
        .where(
            _OTHER.atendimento_id == Message.atendimento_id,
            _OTHER.direction == Direction.IN.value,
            _OTHER.id < Message.id,
        )
        .exists()
        .label("later"),
    )
    .join(Atendimento, Atendimento.id == Message.atendimento_id)
    .join(Citizen, Citizen.id == Message.citizen_id)
)
"""A message with its conversation and its citizen, and whether they have written in it before."""
_THIS_TASK = _TASK.where(Message.id == bindparam("message_id"))
_NEXT_TASK = inbox.oldest_unprocessed(_TASK)


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
        bot_timeout: seconds after which a turn of the bot counts as failed.
    """

    def __init__(
        self,
        database: Database,
        bot: Callable[[], Bot],
        bot_timeout: float,
    ) -> None:
        self._database = database
        self._bot = bot
        self._turns = Turns(_AT_ONCE, bot_timeout)
        self._name = uuid.uuid4().hex
        self._there = [self._name]
        self._left_to_others: dict[int, float] = {}
        self._woken = asyncio.Event()
        self._serving: set[asyncio.Task[None]] = set()
        self._resting: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def appear(self) -> None:
        """Say to the other workers that this one is there: from now on it may serve. Learn who else is."""
        self._there = await self._database.run(serving.beat, self._name)

    async def keep_place(self) -> None:
        """Until cancelled: stay known to the other workers."""
        try:
            while True:
                await asyncio.sleep(serving.BEAT_SECONDS)
                try:
                    await self.appear()
                except Exception:
                    logger.exception("This worker could not say that it is there; trying again.")
        finally:
            await self._database.run(serving.leave, self._name)

    async def run(self) -> None:
        """Until cancelled: serve whom nobody serves, whoever stored what they wrote and whenever."""
        with Bell.INBOX.listen(self._woken.set):
            while True:
                self._woken.clear()
                try:
                    await self._take()
                except Exception:
                    logger.exception("Who waits could not be read; trying again.")
                    await asyncio.sleep(_RETRY_SECONDS)
                    continue
                await until_woken(self._woken, _IDLE_SECONDS)

    async def _take(self) -> None:
        # Where nobody is answered, nobody waits in line either: all are told within one time-out.
        free = (_EVERYBODY if self._turns.stuck else _PLACES) - len(self._serving)
        if self._stopping or free <= 0:
            return
        wanted = self._for_here(await self._database.glance(serving.left_alone, free * len(self._there)))
        if not wanted:
            return
        citizens = await self._database.jot(serving.take, self._name, wanted[:free])
        # Whoever was taken while this worker began to end is let go with its place.
        for citizen_id in () if self._stopping else citizens:
            task = asyncio.create_task(self._serve(citizen_id))
            self._serving.add(task)
            task.add_done_callback(self._served)

    def _for_here(self, left_alone: list[int]) -> list[int]:
        """Those who are at home here, and who waited long enough for another worker."""
        if len(self._there) == 1:
            return left_alone
        now, before = asyncio.get_running_loop().time(), self._left_to_others
        others = [citizen_id for citizen_id in left_alone if serving.home(citizen_id, self._there) != self._name]
        self._left_to_others = since = {citizen_id: before.get(citizen_id, now) for citizen_id in others}
        return [each for each in left_alone if now - since.get(each, -math.inf) >= _LEFT_TO_OTHERS_SECONDS]

    def _served(self, task: "asyncio.Task[None]") -> None:
        self._serving.discard(task)
        # Those who waited for a place are taken together. Who wrote more meanwhile is seen at the next look.
        if len(self._serving) == _AT_ONCE:
            self._woken.set()

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
                Bell.OUTBOX.ring()
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
            Bell.OUTBOX.ring()

    async def stop(self) -> None:
        """Let the turns under way end. What is still stored unprocessed is served at the next start."""
        self._stopping = True
        await asyncio.gather(*self._serving, return_exceptions=True)
        for task in self._resting:
            task.cancel()

    async def _serve(self, citizen_id: int) -> None:
        """Deal with the citizen's oldest message; who has written more is left to whoever has a place free."""
        try:
            task = await self._next_task(citizen_id)
            await (self._turn(task) if task else self._let_go(citizen_id))
        except Exception:
            logger.exception("Citizen %d could not be served; the message stays stored and is tried again.", citizen_id)
            resting = asyncio.create_task(self._let_go_later(citizen_id))
            self._resting.add(resting)
            resting.add_done_callback(self._resting.discard)

    async def _let_go(self, citizen_id: int) -> None:
        await self._database.jot(serving.give_back, citizen_id, self._name)

    async def _let_go_later(self, citizen_id: int) -> None:
        """Whoever took the citizen again at once would fail again at once."""
        await asyncio.sleep(_RETRY_SECONDS)
        await self._let_go(citizen_id)
        self._woken.set()

    async def _end(self, task: _Task, work: Callable[..., T], *args: Any) -> T:
        """The last thing done with a message: `work(session, *args)`, and its citizen is let go in the same breath."""

        def work_and_let_go(session: Session) -> T:
            done = work(session, *args)
            serving.give_back(session, task.message.citizen_id, self._name)
            return done

        return await self._database.jot(work_and_let_go)

    async def _next_task(self, citizen_id: int) -> _Task | None:
        task = await self._database.glance(_read_task, citizen_id)
        # Only what is the bot's needs nothing but reading.
        if task is None or task.atendimento.holder == Holder.BOT.value or inbox.closed_lately(task.atendimento):
            return task
        return await self._database.jot(_take_task, citizen_id)

    async def _turn(self, task: _Task) -> None:
        message, atendimento = task.message, task.atendimento
        if atendimento.holder == Holder.CLOSED.value:
            await self._after_closing(task)
            return
        if atendimento.holder != Holder.BOT.value:
            await self._end(task, inbox.served_now, message.id)
            return
        failed = False
        try:
            turn = await self._turns.take(
                lambda: self._bot().answer(message, atendimento, task.address, task.afresh, task.notice),
                waited=(utc_now() - message.stored_at).total_seconds(),
            )
        except BotFailed as failure:
            logger.error("The bot gave no answer to message %d: %s", message.id, failure)
            turn, failed = turn_without_bot(atendimento), True
        kept = await self._end(task, holder.finish_bot_turn, message.id, atendimento.id, atendimento.epoch, turn)
        _count(turn, message, kept, failed)
        if kept:
            Bell.OUTBOX.ring()

    async def _after_closing(self, task: _Task) -> None:
        """Keep how the service was found, or answer a courtesy; anything else opens the next atendimento."""
        bot = self._bot()
        try:
            rating = bot.option_meant(unasked.RATING, task.message) if ratings.awaited(task.atendimento) else None
            if rating:
                thanks = await bot.words(unasked.RATED, task.address)
                await self._end(task, ratings.rate, task.message.id, rating, thanks)
                Bell.OUTBOX.ring()
                return
            says = await bot.answer_to_courtesy(task.message, task.address)
        except BotFailed as failure:
            logger.error("Whether message %d is a courtesy could not be told: %s", task.message.id, failure)
            says = None
        if says is None:
            await self._end(task, _reopen, task.message.id)
            return
        await self._end(task, holder.acknowledge, task.message.id, says)
        Bell.OUTBOX.ring()


def _count(turn: holder.BotTurn, message: Message, kept: bool, failed: bool) -> None:
    ending = "handed_over" if turn.handoff else "closed" if turn.outcome else "answered"
    metrics.TURNS.labels("dropped" if not kept else "failed" if failed else ending).inc()
    metrics.TURN.observe(max((utc_now() - message.stored_at).total_seconds(), 0.0))


def _reopen(session: Session, message_id: int) -> None:
    inbox.reopen_if_closed(session, session.get(Message, message_id))


def _read_task(session: Session, citizen_id: int) -> _Task | None:
    found = session.execute(_NEXT_TASK, {"citizen_id": citizen_id}).first()
    return _task(session, found) if found else None


def _take_task(session: Session, citizen_id: int) -> _Task | None:
    """As `_read_task`; what came to a closed atendimento is moved to the next, and what is a person's is theirs."""
    message = inbox.unprocessed(session, citizen_id)
    if message is None:
        return None
    if not inbox.closed_lately(session.get(Atendimento, message.atendimento_id)):
        inbox.reopen_if_closed(session, message)
    return _task(session, session.execute(_THIS_TASK, {"message_id": message.id}).one())


def _task(session: Session, found: Row) -> _Task:
    first = not found.later and found.Atendimento.previous_id is not None
    afresh = first and not _left_lately(session, found.Atendimento)
    return _Task(found.Message, found.Atendimento, found.address, found.notice_version, afresh)


def _left_lately(session: Session, atendimento: Atendimento) -> bool:
    """Whether the last atendimento was left at an open question not long ago: then it goes on from there."""
    previous: Atendimento = session.get(Atendimento, atendimento.previous_id)
    return previous.outcome == Outcome.ABANDONED.value and utc_now() - previous.closed_at < _TO_GO_ON
