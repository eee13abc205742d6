"""Which process sends, and whether anything may be sent now: what all processes must agree on."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import bindparam, func, select
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.models import Atendimento, Direction, Message, SendingState, Status

logger = logging.getLogger(__name__)

FIRST_PROBE = timedelta(seconds=30)
LONGEST_PROBE = timedelta(minutes=5)
TURN_LASTS = timedelta(seconds=5)
"""How long a process that says nothing more keeps others from sending."""
_LEFT_TO_OTHERS = timedelta(seconds=2)
"""How long after a turn's end a process on standby leaves it to others: they look every half second."""
_LISTED = 50
# Written out once: to put one of these together takes longer than to run it.
_STATE = SendingState.__table__
_STANDS = select(_STATE).where(_STATE.c.id == 1)
_PROBING = select(_STATE.c.id).where(_STATE.c.probe_id == bindparam("message_id"))


@dataclass(frozen=True)
class DeadLetter:
    """A message that will not reach its citizen unless somebody sends it again."""

    id: int
    at: datetime
    protocolo: str
    reason: str


@dataclass(frozen=True)
class Report:
    """How sending stands. `counts` is of messages out by status, `oldest` the instant of the oldest still to go."""

    stopped_since: datetime | None
    reason: str | None
    counts: dict[str, int]
    oldest: datetime | None
    dead: list[DeadLetter]


class Turn(Enum):
    """Whose turn to send it is, as one process sees it."""

    OURS = "ours, for long enough"
    FREE = "for who takes it, or ours to be taken again"
    OTHERS = "another process's"


def turn_of(session: Session, process: str, standby: bool = False) -> Turn:
    """Whose turn it is, without taking it."""
    now = utc_now()
    state = _stands(session)
    if state is None or state.sender is None:
        return Turn.FREE
    if state.sender == process and state.sender_until > now + (timedelta(0) if standby else TURN_LASTS / 2):
        return Turn.OURS
    unwanted_since = now - _LEFT_TO_OTHERS if standby else now
    mine = state.sender == process and not standby
    return Turn.FREE if mine or state.sender_until <= unwanted_since else Turn.OTHERS


def take_turn(session: Session, process: str, standby: bool = False) -> bool:
    """Whether `process` is the one that sends: rates are counted in its memory and hold for all that is sent.

    One on `standby` keeps no turn beyond its end and takes one only where nobody else wants it.
    """
    turn = turn_of(session, process, standby)
    if turn is Turn.OURS:
        return True
    state = _state(session, lock=True)
    if turn is Turn.OTHERS or turn_of(session, process, standby) is Turn.OTHERS:
        return False
    state.sender, state.sender_until = process, utc_now() + TURN_LASTS
    return True


def give_turn(session: Session, process: str) -> None:
    """Let another process send at once."""
    state = _state(session, lock=True)
    if state.sender == process:
        state.sender = state.sender_until = None


def allowance(session: Session, limit: int) -> int:
    """How many messages may be tried now: `limit`, or while sending is stopped one from time to time."""
    state = _stands(session)
    if state is None or state.stopped_since is None:
        return limit
    return 1 if state.probe_at <= utc_now() else 0


def note_probe(session: Session, message_id: int) -> None:
    """While sending is stopped: this message finds out whether WhatsApp takes messages again."""
    stands = _stands(session)
    if stands is not None and stands.stopped_since is not None:
        state = _state(session)
        state.probe_id = message_id
        state.probe_at = utc_now() + timedelta(seconds=state.wait_seconds)


def stop(session: Session, code: int | None, reason: str, hold: bool, message_id: int) -> None:
    """Stop all sending, or, where `message_id` was the probe, wait twice as long for the next.

    Args:
        hold: begin with the longest wait.
    """
    state = _state(session, lock=True)
    first = LONGEST_PROBE if hold else FIRST_PROBE
    if state.stopped_since is None:
        state.stopped_since, wait = utc_now(), first
        logger.critical("WhatsApp refuses all messages (code %s): sending is stopped, everything is kept.", code)
    elif state.probe_id == message_id:
        wait = max(first, min(timedelta(seconds=2 * state.wait_seconds), LONGEST_PROBE))
    else:
        return
    state.reason, state.probe_id = reason, None
    state.wait_seconds = int(wait.total_seconds())
    state.probe_at = utc_now() + wait


def probe_passed(session: Session, message_id: int) -> None:
    """Send again, where it was stopped and `message_id` was the probe."""
    if not session.scalar(_PROBING, {"message_id": message_id}):
        return
    state = _state(session, lock=True)
    if state.stopped_since is not None and state.probe_id == message_id:
        state.stopped_since = state.reason = state.probe_id = state.probe_at = None
        logger.warning("WhatsApp takes messages again: sending goes on.")


def report(session: Session) -> Report:
    """How sending stands, with the newest dead letters."""
    state = _state(session)
    outgoing = Message.direction == Direction.OUT.value
    counts = session.execute(select(Message.status, func.count()).where(outgoing).group_by(Message.status))
    unsent = Message.status.in_((Status.PENDING.value, Status.SENDING.value))
    dead = session.execute(
        select(Message.id, Message.at, Atendimento.protocolo, Message.error)
        .join(Atendimento, Atendimento.id == Message.atendimento_id)
        .where(outgoing, Message.status == Status.FAILED.value)
        .order_by(Message.id.desc())
        .limit(_LISTED)
    )
    return Report(
        stopped_since=state.stopped_since,
        reason=state.reason,
        counts=dict(tuple(row) for row in counts),
        oldest=session.scalar(select(func.min(Message.at)).where(outgoing, unsent)),
        dead=[DeadLetter(row[0], row[1], row[2], row[3] or "") for row in dead],
    )


def _stands(session: Session) -> Row | None:
    """How it stands, to be read alone; None where nothing was ever sent."""
    session.flush()
    return session.execute(_STANDS).first()


def _state(session: Session, lock: bool = False) -> SendingState:
    how = {"with_for_update": True} if lock else {}
    state: SendingState | None = session.get(SendingState, 1, **how)
    if state is not None:
        return state
    # Another process may make the row at this instant.
    with suppress(IntegrityError), session.begin_nested():
        session.add(SendingState(id=1, wait_seconds=0))
    return session.get(SendingState, 1, **how)
