"""How the store stands, in numbers that are cheap to read however much is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from defensoria.clock import utc_now
from defensoria.conversations.models import (
    Atendimento,
    Delivery,
    Direction,
    Holder,
    Message,
    SendingState,
    Status,
    UnreadablePayload,
    Worker,
)
from defensoria.conversations.order import NEARLY_OVER
from defensoria.conversations.outbox import UNSENT, WINDOW
from defensoria.conversations.promises import UNANSWERED
from defensoria.conversations.serving import GONE

_TO_GO = (*UNSENT, Status.WAITING.value)
_OPEN = (Holder.BOT.value, Holder.QUEUE.value, Holder.HUMAN.value)
_RECENTLY = timedelta(hours=1)
_QUEUED = (Atendimento.holder == Holder.QUEUE.value) & Atendimento.queue_from.is_(None)
_UNSERVED = (Message.direction == Direction.IN.value) & (Message.status == Status.RECEIVED.value)
_OUT = Message.direction == Direction.OUT.value


@dataclass(frozen=True)
class Reading:
    """One thing that was counted: a number, or one for each value of `label`."""

    name: str
    meaning: str
    numbers: Mapping[str, float]
    label: str = ""


def read_store(session: Session) -> list[Reading]:
    """All readings, as the store stands now. Ages are in seconds, and 0 where nothing waits."""
    now = utc_now()
    unsent = select(func.min(Message.at)).where(_OUT, Message.status.in_(UNSENT))
    return [
        _one(
            "defensoria_deliveries_oldest_seconds",
            "Age of the oldest delivery of Meta's that nobody has read.",
            _age(session, select(func.min(Delivery.received_at)), now),
        ),
        _one("defensoria_inbox_messages", "Messages nobody has dealt with.", _count(session, Message, _UNSERVED)),
        _one(
            "defensoria_inbox_oldest_seconds",
            "Age of the oldest message nobody has dealt with.",
            _age(session, select(func.min(Message.stored_at)).where(_UNSERVED), now),
        ),
        _by("defensoria_conversations", "Open conversations by who holds them.", "holder", _held(session)),
        _one("defensoria_queue_conversations", "Who waits for a person now.", _count(session, Atendimento, _QUEUED)),
        _one(
            "defensoria_queue_oldest_seconds",
            "How long who waits longest for a person has waited.",
            _age(session, select(func.min(Atendimento.queued_at)).where(_QUEUED), now),
        ),
        _one(
            "defensoria_windows_closing",
            "Who waits for a person's words and can soon no longer be written to.",
            _count(session, Atendimento, _closing(now)),
        ),
        _by("defensoria_outbox_messages", "Messages still to be sent.", "status", _unsent(session)),
        _one("defensoria_outbox_oldest_seconds", "Age of the oldest to be sent.", _age(session, unsent, now)),
        _one(
            "defensoria_outbox_failed_last_hour",
            "Messages of the last hour that did not go.",
            _count(session, Message, _OUT & (Message.status == "failed") & (Message.at > now - _RECENTLY)),
        ),
        _one("defensoria_sending_stopped", "Whether WhatsApp refuses everything.", _stopped(session)),
        _one(
            "defensoria_unreadable_last_hour",
            "Parts of webhooks that could not be read.",
            _count(session, UnreadablePayload, UnreadablePayload.received_at > now - _RECENTLY),
        ),
        _one("defensoria_workers", "Workers of the bot.", _count(session, Worker, Worker.seen_at > now - GONE)),
    ]


def _one(name: str, meaning: str, number: float) -> Reading:
    return Reading(name, meaning, {"": number})


def _by(name: str, meaning: str, label: str, numbers: Mapping[str, float]) -> Reading:
    return Reading(name, meaning, numbers, label)


def _count(session: Session, model: type, condition: object) -> int:
    return int(session.scalar(select(func.count()).select_from(model).where(condition)))


def _age(session: Session, oldest: Select, now: datetime) -> float:
    since: datetime | None = session.scalar(oldest)
    return max((now - since).total_seconds(), 0.0) if since else 0.0


def _held(session: Session) -> dict[str, float]:
    rows = select(Atendimento.holder, func.count()).where(Atendimento.holder.in_(_OPEN)).group_by(Atendimento.holder)
    return {**dict.fromkeys(_OPEN, 0), **{holder: count for holder, count in session.execute(rows)}}


def _unsent(session: Session) -> dict[str, float]:
    rows = select(Message.status, func.count()).where(_OUT, Message.status.in_(_TO_GO)).group_by(Message.status)
    return {**dict.fromkeys(_TO_GO, 0), **{status: count for status, count in session.execute(rows)}}


def _closing(now: datetime) -> object:
    waits = or_(_QUEUED, (Atendimento.holder == Holder.HUMAN.value) & UNANSWERED)
    heard = Atendimento.last_citizen_message_at
    return waits & (heard > now - WINDOW) & (heard <= now - WINDOW + NEARLY_OVER)


def _stopped(session: Session) -> int:
    return int(session.scalar(select(SendingState.stopped_since).where(SendingState.id == 1)) is not None)
