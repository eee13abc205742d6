"""Whatever comes twice, late, at once or half way: the store loses no message, answers none twice, and has one holder.

Hypothesis plays Meta, the bot's workers, the attendants, the clock, the senders and WhatsApp against one store, in any
order, and after each step reads the whole of it.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier, Lock
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from defensoria.conversations import holder, inbox, receipts, serving
from defensoria.conversations.contents import Text
from defensoria.conversations.database import Database
from defensoria.conversations.holder import BotTurn, Contested
from defensoria.conversations.inbox import InboundMessage
from defensoria.conversations.models import Atendimento, Base, Direction, Holder, User
from defensoria.conversations.outbox import Leased
from tests.sending import fail, fail_for_now, lease_due

from .conftest import NOON, TRIAGE, said
from .ledger import Ledger

# Two numbers and two business-scoped ids in every company: people known by one, by the other, by both, crossed.
IDENTITIES = [
    (number, user_id)
    for number in ("556599990001", "556599990002", None)
    for user_id in (None, "BR.1", "BR.2")
    if number or user_id
]
LATENESS = [timedelta(0), timedelta(seconds=1), timedelta(hours=2), timedelta(days=6)]
PAUSES = [timedelta(seconds=3), timedelta(seconds=61), timedelta(minutes=20), timedelta(hours=1)]
REMINDER, ABANDON = timedelta(minutes=15), timedelta(minutes=45)
LEASE = timedelta(seconds=60)
NEWS = ["sent", "delivered", "read", "failed", "unheard of"]
ENDS: dict[str, dict[str, Any]] = {
    "asks on": {},
    "hands over": {"handoff": True},
    "keeps for the opening": {"handoff": True, "queue_from": NOON + timedelta(hours=1)},
    "ends": {"outcome": "orientado"},
}
OFTEN_ASKS_ON = [*["asks on"] * 3, *sorted(ENDS)]
DEEDS = [
    *["a_turn_begins", "a_turn_ends", "a_turn_ends", "a_turn_ends"],
    *["an_attendant_may", "an_attendant_may", "an_attendant_tries"],
    *["time_passes", "the_office_opens", "the_watch_acts", "the_watch_acts"],
    *["whatsapp_takes", "whatsapp_takes", "a_sender_notes", "a_sender_notes"],
    *["a_sender_leases", "a_status_arrives", "a_status_arrives"],
]
"""What can happen, the more often named the likelier: names of methods of `Conversations`."""

number = st.integers(0, 23)
seldom = st.sampled_from([False, False, False, True])
items = st.tuples(st.sampled_from(IDENTITIES), st.sampled_from(LATENESS), seldom)


class Clock:
    """What `defensoria.clock` takes for `datetime`: time passes only when a test says so."""

    def __init__(self) -> None:
        self.instant = NOON

    def now(self, _zone: object) -> datetime:
        return self.instant


class Died(Exception):
    """A process ended within a transaction."""


@dataclass(frozen=True)
class Turn:
    """A turn under way: the message, and what was known of its conversation when it began."""

    message_id: int
    atendimento_id: int
    holder: str
    epoch: int


@dataclass(frozen=True)
class Sending:
    """A message a sender has leased, and the id WhatsApp gave it once it was taken."""

    leased: Leased
    until: datetime
    wamid: str | None = None


class Conversations(RuleBasedStateMachine):
    """The world around the store.

    Each thing that can happen is a method that is told `which` of those there are it happens to, `how` it goes, and
    whether its process dies before it commits. What cannot happen yet brings about what it needs.
    """

    def __init__(self, database: Database, clock: Clock, attendants: list[User]) -> None:
        super().__init__()
        self.database, self.clock, self.attendants = database, clock, attendants
        clock.instant = NOON
        self.goes_on = False
        self.ids, self.lock = count(1), Lock()
        self.acknowledged: dict[str, InboundMessage] = {}
        self.unacknowledged: list[InboundMessage] = []
        self.turns: list[Turn] = []
        self.answered: Counter[int] = Counter()
        self.winners: dict[int, int] = {}
        self.silent: list[tuple[Atendimento, bool]] = []
        self.sending: list[Sending] = []
        self.taken: list[tuple[int, str]] = []
        with database.transaction() as session:
            for table in reversed(Base.metadata.sorted_tables):
                if not table.name.startswith("user"):
                    session.execute(table.delete())
            self.ledger = Ledger.of(session)

    @initialize(end=st.sampled_from(sorted(ENDS)), goes_on=seldom)
    def a_citizen_writes(self, end: str, goes_on: bool) -> None:
        """And is answered. `goes_on`: whether, when all has happened, what is left is made up for."""
        self.goes_on = goes_on
        self._deliver([self._message(*IDENTITIES[0], LATENESS[0])])
        self._begin_turn(0)
        self._end_turn(self.turns.pop(), end)

    @rule(batch=st.lists(items, min_size=1, max_size=3), stored=st.sampled_from([99, 99, 99, 0, 1]), which=number)
    def meta_delivers(self, batch: list[tuple[Any, timedelta, bool]], stored: int, which: int) -> None:
        """Messages, some seen before. A process that dies with only `stored` of them kept has acknowledged none."""
        if len(self.ledger.unserved()) > 3:
            # No precondition: what may be drawn must not hang on who won a race, or no failure can be replayed.
            self.a_turn_ends(which, stored, False)
            return
        messages = self.unacknowledged
        for identity, lateness, again in batch:
            seen = list(self.acknowledged.values())
            messages = [*messages, _one(seen, which) if again else self._message(*identity, lateness)]
        self._deliver(messages, stored)

    @rule(deed=st.sampled_from(DEEDS), which=number, how=number, dies=seldom)
    def something_happens(self, deed: str, which: int, how: int, dies: bool) -> None:
        """Between two looks at the store."""
        getattr(self, deed)(which, how, dies)

    @rule(deeds=st.tuples(*[st.sampled_from(DEEDS)] * 2), which=number, how=number)
    def two_things_happen_at_once(self, deeds: tuple[str, str], which: int, how: int) -> None:
        """To the same as far as may be, on connections of their own."""
        start = Barrier(2, timeout=30)

        def happens(deed: str, how: int) -> None:
            start.wait()
            getattr(self, deed)(which, how, False)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(happens, deeds, (how, how + 1)))

    @invariant()
    def all_is_as_it_may_be(self) -> None:
        """In the store as a whole, and against what it was a step ago."""
        with self.transaction() as session:
            now, waiting = Ledger.of(session), serving.left_alone(session)
        now.check(self.answered, self.winners)
        now.check_after(self.ledger)
        assert set(self.acknowledged) <= {row.wamid for row in now.going(Direction.IN)}, "a message is lost"
        turns_said = [row for row in now.going(Direction.OUT) if row.text in ENDS]
        assert len(turns_said) == sum(self.answered.values()), "a turn's words without the turn, or it without them"
        assert sorted(waiting) == sorted({row.citizen_id for row in now.unserved()})
        self.ledger = now

    def teardown(self) -> None:
        """After a restart with nothing else going on, every message is dealt with and every word goes out."""
        if not self.goes_on:
            return
        self.turns, self.silent, self.sending = [], [], []
        self._deliver(self.unacknowledged)
        self.all_is_as_it_may_be()
        for _ in self.ledger.unserved():
            self._begin_turn(0)
            if self.turns:
                self._end_turn(self.turns.pop(), "asks on")
        self.all_is_as_it_may_be()
        for _ in self.ledger.unsent():
            self.clock.instant += timedelta(minutes=6)
            with self.transaction() as session:
                due = lease_due(session)
                for leased in due:
                    receipts.mark_sent(session, leased.id, self._take(leased.id))
            if not due:
                break
        self.all_is_as_it_may_be()
        assert not self.ledger.unserved()
        assert not self.ledger.unsent()

    def a_turn_begins(self, which: int, how: int, dies: bool) -> None:
        """A worker takes up a citizen's oldest message, also one that another has in hand."""
        if not self._begin_turn(which, dies):
            self._deliver([self._message(*_one(IDENTITIES, which), _one(LATENESS, how))])

    def a_turn_ends(self, which: int, how: int, dies: bool) -> None:
        """With the bot's words, or with the message left to a person."""
        turn = self._taken_from(self.turns, which)
        if turn is None:
            self.a_turn_begins(which, how, dies)
        else:
            self._end_turn(turn, _one(OFTEN_ASKS_ON, how), dies)

    def an_attendant_may(self, which: int, how: int, dies: bool) -> None:
        """Take what waits, answer or close what is theirs."""
        with_people = [row for row in self.ledger.atendimentos.values() if row.holder in ("queue", "human")]
        if not with_people:
            self.a_turn_ends(which, how, dies)
            return
        row = _one(with_people, which)
        holders = [user for user in self.attendants if user.id == row.attendant_id]
        if holders:
            self._attend(row.id, holders[0], _one(["answer", "close"], how), dies)
        else:
            self._attend(row.id, _one(self.attendants, how), "claim", dies)

    def an_attendant_tries(self, which: int, how: int, dies: bool) -> None:
        """Anything on any conversation."""
        row = _one(list(self.ledger.atendimentos.values()), which)
        self._attend(row.id, _one(self.attendants, how), _one(["claim", "answer", "close"], how), dies)

    def time_passes(self, which: int, how: int, dies: bool) -> None:
        """For everybody."""
        self.clock.instant += _one(PAUSES, how)

    def the_office_opens(self, which: int, how: int, dies: bool) -> None:
        """And lets in who was kept until now."""
        with self.transaction(dies) as session:
            holder.let_in(session, self.clock.instant)

    def the_watch_acts(self, which: int, how: int, dies: bool) -> None:
        """On one of those it found silent, among whom other things may have happened since; or it looks for them."""
        found = self._taken_from(self.silent, which)
        if found is not None:
            seen, reminded = found
            with self.transaction(dies) as session:
                (holder.abandon if reminded else holder.remind)(session, seen, [said("Ainda está aí?")])
            return
        with self.transaction() as session:
            for silence, reminded in ((REMINDER, False), (REMINDER + ABANDON, True)):
                since = self.clock.instant - silence
                self.silent += [(seen, reminded) for seen in holder.silent(session, since, reminded)]
        if not self.silent:
            self.clock.instant += ABANDON

    def a_sender_leases(self, which: int, how: int, dies: bool) -> None:
        """What is due. A sender that has died with its leases is one that does not go on."""
        with self.transaction(dies) as session:
            leased = lease_due(session, 1 + how % 3)
        if not dies:
            self.sending += [Sending(each, self.clock.instant + LEASE) for each in leased]

    def whatsapp_takes(self, which: int, how: int, dies: bool) -> None:
        """A leased message, which the sender does not know yet. No request outlasts its lease."""
        sending = self._taken_from(self.sending, which)
        if sending is None:
            self.a_sender_leases(which, how, dies)
        elif sending.wamid is None and self.clock.instant < sending.until:
            self.sending.append(replace(sending, wamid=self._take(sending.leased.id)))

    def a_sender_notes(self, which: int, how: int, dies: bool) -> None:
        """How it went. A message that WhatsApp took, while its answer was not heard, counts as not gone."""
        sending = self._taken_from(self.sending, which)
        if sending is None:
            self.a_sender_leases(which, how, dies)
            return
        heard, passing = how % 2 == 0, how % 3 > 0
        with self.transaction(dies) as session:
            if sending.wamid and heard:
                receipts.mark_sent(session, sending.leased.id, sending.wamid)
            elif sending.wamid or passing:
                fail_for_now(session, sending.leased.id, "no answer")
            else:
                fail(session, sending.leased.id, "131026")

    def a_status_arrives(self, which: int, how: int, dies: bool) -> None:
        """Of any message WhatsApp took, in any order, also twice, with or without what we sent along."""
        if not self.taken:
            self.whatsapp_takes(which, how, dies)
            return
        message_id, wamid = _one(self.taken, which)
        with self.transaction(dies) as session:
            receipts.apply_status(session, wamid, str(message_id) if how % 2 else None, _one(NEWS, how), None)

    @contextmanager
    def transaction(self, dies: bool = False) -> Iterator[Session]:
        """A transaction, which is lost when the process dies before its end."""
        with suppress(Died), self.database.transaction() as session:
            yield session
            if dies:
                raise Died

    def _message(self, number: str | None, user_id: str | None, lateness: timedelta) -> InboundMessage:
        wamid = f"wamid.in.{next(self.ids)}"
        at = self.clock.instant - lateness
        said = Text(body="oi")
        return InboundMessage(wamid=wamid, type="text", at=at, wa_id=number, user_id=user_id, content=said)

    def _deliver(self, messages: list[InboundMessage], stored: int = 99) -> None:
        for message in messages[:stored]:
            # As the webhook does: who loses a race for the same rows sees them at the second try.
            try:
                self._store(message)
            except IntegrityError:
                self._store(message)
        if stored < len(messages):
            self.unacknowledged = messages
        else:
            self.unacknowledged = []
            self.acknowledged |= {message.wamid: message for message in messages}

    def _store(self, message: InboundMessage) -> None:
        with self.transaction() as session:
            inbox.receive(session, message)

    def _begin_turn(self, which: int, dies: bool = False) -> bool:
        # Two workers may both open the next atendimento; the second is refused and tries again later.
        with suppress(IntegrityError), self.transaction(dies) as session:
            waiting = sorted(serving.left_alone(session))
            if not waiting:
                return False
            message = inbox.unprocessed(session, _one(waiting, which))
            if message is None:
                # Between the two looks another has dealt with it: it is no turn any more.
                return True
            current = inbox.reopen_if_closed(session, message)
            if not dies:
                self.turns.append(Turn(message.id, current.id, current.holder, current.epoch))
        return True

    def _end_turn(self, turn: Turn, end: str, dies: bool = False) -> None:
        kept = False
        with self.transaction(dies) as session:
            if turn.holder == Holder.BOT.value:
                answer = BotTurn([said(end)], TRIAGE, **ENDS[end])
                kept = holder.finish_bot_turn(session, turn.message_id, turn.atendimento_id, turn.epoch, answer)
            else:
                inbox.served_now(session, turn.message_id)
        self.answered[turn.message_id] += kept and not dies

    def _attend(self, atendimento_id: int, user: User, does: str, dies: bool) -> None:
        with suppress(Contested), self.transaction(dies) as session:
            if does == "claim":
                holder.claim(session, atendimento_id, user)
                assert dies or self.winners.setdefault(atendimento_id, user.id) == user.id, "two took it"
            elif does == "answer":
                holder.answer(session, atendimento_id, user, said("Bom dia"))
            else:
                holder.close(session, atendimento_id, user, "resolvido", said("Até logo"))

    def _take(self, message_id: int) -> str:
        citizen_id = self.ledger.messages[message_id].citizen_id
        before = [taken for taken, _ in self.taken if self.ledger.messages[taken].citizen_id == citizen_id]
        assert message_id in before or message_id > max(before, default=0), "a later message went first"
        wamid = f"wamid.out.{next(self.ids)}"
        self.taken.append((message_id, wamid))
        return wamid

    def _taken_from(self, those: list[Any], which: int) -> Any:
        with self.lock:
            return those.pop(which % len(those)) if those else None


def _one(those: list[Any], which: int) -> Any:
    return those[which % len(those)]


def test_whatever_happens_nothing_is_lost_doubled_or_out_of_turn(database, attendants, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("defensoria.clock.datetime", clock)
    on_file = database.engine.dialect.name == "sqlite"
    # Of SQLite, the last connection to close writes the log back: with one that stays open, none is the last.
    with database.engine.connect():
        run_state_machine_as_test(
            lambda: Conversations(database, clock, attendants),
            settings=settings(
                max_examples=30 if on_file else 8,
                stateful_step_count=40,
                # The same ways every time: what a search finds is kept as a test of its own beside this one.
                derandomize=True,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
