"""Whatever comes twice, late, at once or half way: the store loses no message, answers none twice, and has one holder.

Hypothesis plays Meta, the bot's workers, the attendants, the clock, the senders and WhatsApp against one store, in any
order, and after each step reads the whole of it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from defensoria.conversations import holder, inbox, outbox
from defensoria.conversations.database import Database
from defensoria.conversations.holder import BotTurn, Contested
from defensoria.conversations.inbox import InboundMessage
from defensoria.conversations.models import Atendimento, Base, Direction, Holder, User
from defensoria.conversations.outbox import Leased

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
PAUSES = [timedelta(seconds=3), timedelta(seconds=61), timedelta(minutes=20), timedelta(hours=3)]
REMINDER, ABANDON = timedelta(minutes=15), timedelta(minutes=45)
ENDS: dict[str, dict[str, Any]] = {
    "asks on": {},
    "hands over": {"handoff": True},
    "keeps for the opening": {"handoff": True, "queue_from": NOON + timedelta(hours=1)},
    "ends": {"outcome": "orientado"},
}

NEWS = ["sent", "delivered", "read", "failed"]
ACTS = ["write", "begin", "end", "watch", "fitting", "any", *NEWS]

which = st.integers(0, 23)
"""One of those there are, counted round."""
seldom = st.sampled_from([False, False, False, True])
"""Among others, whether a process dies before it commits."""


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
    """The world around the store."""

    def __init__(self, database: Database, clock: Clock, attendants: list[User]) -> None:
        super().__init__()
        self.database, self.clock, self.attendants = database, clock, attendants
        clock.instant = NOON
        self.ids = count(1)
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

    @contextmanager
    def transaction(self, dies: bool = False) -> Iterator[Session]:
        """A transaction, which is lost when the process dies before its end."""
        with suppress(Died), self.database.transaction() as session:
            yield session
            if dies:
                raise Died

    @initialize(end=st.sampled_from(sorted(ENDS)))
    def a_citizen_writes(self, end: str) -> None:
        """And is answered: things begin where most can happen."""
        self._deliver([self._message(*IDENTITIES[0], LATENESS[0])], 1)
        self._begin_turn(0)
        self._end_turn(self.turns.pop(), end)

    @rule(
        batch=st.lists(
            st.tuples(st.sampled_from(IDENTITIES), st.sampled_from(LATENESS), seldom), min_size=1, max_size=3
        ),
        stored=st.sampled_from([99, 99, 99, 0, 1]),
        which=which,
    )
    def meta_delivers(self, batch: list[tuple[Any, timedelta, bool]], stored: int, which: int) -> None:
        """Messages, some seen before. A process that dies with only `stored` of them kept has acknowledged none."""
        messages = self.unacknowledged
        for identity, lateness, again in batch:
            if again and self.acknowledged:
                messages = [*messages, _one(list(self.acknowledged.values()), which)]
            else:
                messages = [*messages, self._message(*identity, lateness)]
        self._deliver(messages, stored)

    @rule(which=which, begins=st.booleans(), end=st.sampled_from(sorted(ENDS)), dies=seldom)
    def the_bot_works(self, which: int, begins: bool, end: str, dies: bool) -> None:
        """A worker takes up a citizen's oldest message, also one that another has in hand; or a turn ends, or dies."""
        if self.turns and not (begins and self.ledger.unserved()):
            self._end_turn(_taken_from(self.turns, which), end, dies)
        else:
            self._begin_turn(which)

    @rule(which=which, at_random=seldom, dies=seldom)
    def an_attendant_acts(self, which: int, at_random: bool, dies: bool) -> None:
        """Mostly as they may: who is first takes what waits, and who has a conversation answers or closes it."""
        self._attend(*(self._any_deed(which) if at_random else self._fitting_deed(which)), dies)

    @rule(pause=st.sampled_from(PAUSES), opens=seldom, dies=seldom)
    def time_passes(self, pause: timedelta, opens: bool, dies: bool) -> None:
        """And at the opening those who wait for it are let in."""
        self.clock.instant += pause
        if opens:
            with self.transaction(dies) as session:
                holder.let_in(session, self.clock.instant)

    @rule(which=which, reminded=st.booleans(), dies=seldom)
    def the_watch_works(self, which: int, reminded: bool, dies: bool) -> None:
        """It looks for who fell silent, and acts on each later, when other things may have happened."""
        if self.silent:
            self._break_silence(*_taken_from(self.silent, which), dies)
            return
        since = self.clock.instant - (REMINDER + ABANDON if reminded else REMINDER)
        with self.transaction() as session:
            self.silent = [(seen, reminded) for seen in holder.silent(session, since, reminded)]

    @rule(which=which, goes_on=st.booleans(), takes=st.booleans(), final=seldom, heard=st.booleans(), dies=seldom)
    @precondition(lambda self: self.sending or self.ledger.unsent())
    def a_sender_works(self, which: int, goes_on: bool, takes: bool, final: bool, heard: bool, dies: bool) -> None:
        """It leases what is due; or WhatsApp takes a message, of which the sender does not know yet; or it notes that.

        What WhatsApp took and the sender has not heard of counts for the sender as not gone. A sender that died with
        its leases is one that does not go on.
        """
        if not (self.sending and goes_on):
            self._lease(1 + which % 3, dies)
            return
        sending = _taken_from(self.sending, which)
        if takes and sending.wamid is None and self.clock.instant < sending.until:
            self.sending.append(self._take(sending))
            return
        with self.transaction(dies) as session:
            if sending.wamid and heard:
                outbox.mark_sent(session, sending.leased.id, sending.wamid)
            elif final and not sending.wamid:
                outbox.mark_failed(session, sending.leased.id, "131026")
            else:
                outbox.mark_retry(session, sending.leased.id, "no answer")

    @rule(
        which=which,
        status=st.sampled_from([*NEWS, "unheard of"]),
        known=st.booleans(),
        dies=seldom,
    )
    @precondition(lambda self: self.taken)
    def a_status_arrives(self, which: int, status: str, known: bool, dies: bool) -> None:
        """Of any message WhatsApp took, in any order, also twice."""
        self._tell(which, status, known, dies)

    @rule(which=which, acts=st.lists(st.sampled_from(ACTS), min_size=2, max_size=2))
    def two_act_at_once(self, which: int, acts: list[str]) -> None:
        """On connections of their own, about one conversation as far as there is one."""
        start = Barrier(2, timeout=30)

        def do(act: Callable[[], None]) -> None:
            start.wait()
            act()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(do, [self._act(act, which) for act in acts]))

    @invariant()
    def all_is_as_it_may_be(self) -> None:
        """In the store as a whole, and against what it was a step ago."""
        with self.transaction() as session:
            now, waiting = Ledger.of(session), inbox.citizens_waiting(session)
        now.check(self.answered, self.winners)
        now.check_after(self.ledger)
        assert set(self.acknowledged) <= {row.wamid for row in now.going(Direction.IN)}, "a message is lost"
        turns_said = [row for row in now.going(Direction.OUT) if row.text in ENDS]
        assert len(turns_said) == sum(self.answered.values()), "a turn's words without the turn, or it without them"
        assert sorted(waiting) == sorted({row.citizen_id for row in now.unserved()})
        self.ledger = now

    def teardown(self) -> None:
        """After a restart with nothing else going on, every message is dealt with and every word goes out."""
        self.turns, self.silent, self.sending = [], [], []
        self._deliver(self.unacknowledged, len(self.unacknowledged))
        self.all_is_as_it_may_be()
        for _ in self.ledger.unserved():
            self._begin_turn(0)
            self._end_turn(self.turns.pop(), "asks on")
        self.all_is_as_it_may_be()
        for _ in self.ledger.unsent():
            self.clock.instant += timedelta(minutes=6)
            self._lease(20)
            with self.transaction() as session:
                for sending in self.sending:
                    outbox.mark_sent(session, sending.leased.id, self._take(sending).wamid or "")
            if not self.sending:
                break
            self.sending = []
        self.all_is_as_it_may_be()
        assert not self.ledger.unserved()
        assert not self.ledger.unsent()

    def _message(self, number: str | None, user_id: str | None, lateness: timedelta) -> InboundMessage:
        wamid = f"wamid.in.{next(self.ids)}"
        return InboundMessage(wamid, "text", self.clock.instant - lateness, wa_id=number, user_id=user_id, text="oi")

    def _deliver(self, messages: list[InboundMessage], stored: int) -> None:
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

    def _begin_turn(self, which: int) -> None:
        # Two workers may both open the next atendimento; the second is refused and tries again later.
        with suppress(IntegrityError), self.transaction() as session:
            waiting = sorted(inbox.citizens_waiting(session))
            if waiting:
                message = inbox.unprocessed(session, _one(waiting, which))
                current = inbox.reopen_if_closed(session, message)
                self.turns.append(Turn(message.id, current.id, current.holder, current.epoch))

    def _end_turn(self, turn: Turn, end: str, dies: bool = False) -> None:
        kept = False
        with self.transaction(dies) as session:
            if turn.holder == Holder.BOT.value:
                answer = BotTurn([said(end)], TRIAGE, **ENDS[end])
                kept = holder.finish_bot_turn(session, turn.message_id, turn.atendimento_id, turn.epoch, answer)
            else:
                inbox.mark_processed(session, turn.message_id)
        self.answered[turn.message_id] += kept and not dies

    def _fitting_deed(self, which: int) -> tuple[int, User, str]:
        with_people = [row for row in self.ledger.atendimentos.values() if row.holder in ("queue", "human")]
        if not with_people:
            return self._any_deed(which)
        row = _one(with_people, which)
        if row.holder == Holder.QUEUE.value:
            return row.id, _one(self.attendants, which), "claim"
        (attendant,) = (user for user in self.attendants if user.id == row.attendant_id)
        return row.id, attendant, _one(["answer", "close"], which)

    def _any_deed(self, which: int) -> tuple[int, User, str]:
        row = _one(list(self.ledger.atendimentos.values()), which)
        return row.id, _one(self.attendants, which), _one(["claim", "answer", "close"], which)

    def _attend(self, atendimento_id: int, user: User, does: str, dies: bool = False) -> None:
        with suppress(Contested), self.transaction(dies) as session:
            if does == "claim":
                holder.claim(session, atendimento_id, user)
                assert dies or self.winners.setdefault(atendimento_id, user.id) == user.id, "two took it"
            elif does == "answer":
                holder.answer(session, atendimento_id, user, said("Bom dia"))
            else:
                holder.close(session, atendimento_id, user, "resolvido", said("Até logo"))

    def _break_silence(self, seen: Atendimento, reminded: bool, dies: bool = False) -> None:
        act = holder.abandon if reminded else holder.remind
        with self.transaction(dies) as session:
            act(session, seen, [said("Ainda está aí?")])

    def _tell(self, which: int, status: str, known: bool = True, dies: bool = False) -> None:
        message_id, wamid = _one(self.taken, which)
        with self.transaction(dies) as session:
            outbox.apply_status(session, wamid, str(message_id) if known else None, status, None)

    def _lease(self, limit: int, dies: bool = False) -> None:
        with self.transaction(dies) as session:
            leased = outbox.lease_due(session, limit)
        if not dies:
            self.sending += [Sending(each, self.clock.instant + timedelta(seconds=60)) for each in leased]

    def _take(self, sending: Sending) -> Sending:
        message_id = sending.leased.id
        citizen_id = self.ledger.messages[message_id].citizen_id
        before = [taken for taken, _ in self.taken if self.ledger.messages[taken].citizen_id == citizen_id]
        assert message_id in before or message_id > max(before, default=0), "a later message went first"
        wamid = f"wamid.out.{next(self.ids)}"
        self.taken.append((message_id, wamid))
        return replace(sending, wamid=wamid)

    def _act(self, act: str, which: int) -> Callable[[], None]:
        if act == "write":
            message = self._message(*_one(IDENTITIES, which), LATENESS[0])
            return lambda: self._deliver([message], 1)
        if act == "begin" and self.ledger.unserved():
            return lambda: self._begin_turn(which)
        if act == "end" and self.turns:
            turn, end = _taken_from(self.turns, which), _one(sorted(ENDS), which)
            return lambda: self._end_turn(turn, end)
        if act == "watch" and self.silent:
            seen = _taken_from(self.silent, which)
            return lambda: self._break_silence(*seen)
        if act in NEWS and self.taken:
            return lambda: self._tell(which, act)
        deed = self._any_deed(which) if act == "any" else self._fitting_deed(which)
        return lambda: self._attend(*deed)


def _one(items: list[Any], which: int) -> Any:
    return items[which % len(items)]


def _taken_from(items: list[Any], which: int) -> Any:
    return items.pop(which % len(items))


def test_whatever_happens_nothing_is_lost_doubled_or_out_of_turn(database, attendants, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("defensoria.clock.datetime", clock)
    on_file = database.engine.dialect.name == "sqlite"
    run_state_machine_as_test(
        lambda: Conversations(database, clock, attendants),
        settings=settings(
            max_examples=int(__import__("os").environ.get("N", 40 if on_file else 30)),
            stateful_step_count=40,
            deadline=None,
            phases=[Phase.generate] + [Phase.shrink] * bool(__import__("os").environ.get("SHRINK")),
            suppress_health_check=list(HealthCheck),
        ),
    )
