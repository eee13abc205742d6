"""What the citizen is to be told: kept until WhatsApp has taken it, one at a time and in order for each citizen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from defensoria.clock import utc_now
from defensoria.conversations.events import record
from defensoria.conversations.models import Atendimento, Citizen, Direction, Message, Status

_UNSENT = (Status.PENDING.value, Status.SENDING.value)
_MESSAGE_ID = re.compile(r"[0-9]{1,9}")
_LEASE = timedelta(seconds=60)
_FIRST_WAIT_SECONDS = 2.0
_LONGEST_WAIT_SECONDS = 300.0

_PROGRESS = {
    Status.PENDING.value: 0,
    Status.SENDING.value: 1,
    Status.SENT.value: 2,
    Status.DELIVERED.value: 3,
    Status.READ.value: 4,
}


@dataclass(frozen=True)
class Outgoing:
    """Something to say: what the desk shows (`type`, `text`) and the Graph API body without the addressee."""

    type: str
    text: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Leased:
    """A message this process may send now, and where to."""

    id: int
    address: str
    address_kind: str
    body: Mapping[str, Any]


def enqueue(session: Session, atendimento: Atendimento, author: str, outgoing: Outgoing) -> int:
    """Add a message to the outbox under the atendimento's present epoch. Returns its id."""
    now = utc_now()
    message = Message(
        atendimento_id=atendimento.id,
        citizen_id=atendimento.citizen_id,
        direction=Direction.OUT.value,
        author=author,
        type=outgoing.type,
        text=outgoing.text,
        payload=dict(outgoing.body),
        at=now,
        stored_at=now,
        status=Status.PENDING.value,
        epoch=atendimento.epoch,
    )
    session.add(message)
    session.flush()
    record(session, atendimento, "message_out", author, message_id=message.id)
    return int(message.id)


def lease_due(session: Session, limit: int = 20) -> list[Leased]:
    """Reserve for this process the oldest unsent message of each citizen who has one due.

    A lease that runs out (its process died) is due again.
    """
    now = utc_now()
    earlier = aliased(Message)
    first_of_citizen = (
        select(func.min(earlier.id))
        .where(
            earlier.direction == Direction.OUT.value,
            earlier.status.in_(_UNSENT),
            earlier.citizen_id == Message.citizen_id,
        )
        .scalar_subquery()
    )
    due = session.scalars(
        select(Message)
        .where(
            Message.direction == Direction.OUT.value,
            Message.status.in_(_UNSENT),
            Message.id == first_of_citizen,
            (Message.not_before.is_(None)) | (Message.not_before <= now),
            (Message.lease_until.is_(None)) | (Message.lease_until < now),
        )
        .order_by(Message.id)
        .limit(limit)
    ).all()
    return [leased for message in due if (leased := _lease(session, message, now + _LEASE))]


def mark_sent(session: Session, message_id: int, wamid: str) -> None:
    """Note that WhatsApp took the message. A status that came earlier than this is not set back."""
    message = _locked(session, message_id)
    message.wamid = wamid
    message.lease_until = None
    if message.status in _UNSENT:
        _set_status(session, message, Status.SENT.value)


def mark_retry(session: Session, message_id: int, error: str) -> None:
    """Note a failure that may pass: the message stays first in its citizen's line and is due again later.

    Where a status says that WhatsApp has the message, that counts.
    """
    message = _locked(session, message_id)
    if message.status not in _UNSENT:
        return
    wait = min(_FIRST_WAIT_SECONDS * 2 ** max(message.attempts - 1, 0), _LONGEST_WAIT_SECONDS)
    message.status = Status.PENDING.value
    message.lease_until = None
    message.not_before = utc_now() + timedelta(seconds=wait)
    message.error = error


def mark_failed(session: Session, message_id: int, error: str) -> None:
    """Note a failure that will not pass: the attendant sees it with its reason and the next message goes on.

    Where a status says that WhatsApp has the message, that counts.
    """
    message = _locked(session, message_id)
    if message.status not in _UNSENT:
        return
    message.lease_until = None
    message.error = error
    _set_status(session, message, Status.FAILED.value)


def apply_status(session: Session, wamid: str, callback_data: str | None, status: str, error: str | None) -> bool:
    """Take a status from WhatsApp. Statuses only move forward, except that `failed` may come after `sent`.

    Returns:
        False when no message of ours is meant.
    """
    ours = select(Message).where(Message.wamid == wamid, Message.direction == Direction.OUT.value)
    message = session.scalar(ours.with_for_update().execution_options(populate_existing=True))
    if message is None and callback_data and _MESSAGE_ID.fullmatch(callback_data):
        message = _locked(session, int(callback_data))
        if message is None or message.direction != Direction.OUT.value or message.wamid not in (None, wamid):
            return False
        message.wamid = wamid
    if message is None:
        return False
    if status == Status.FAILED.value:
        if message.status not in (Status.DELIVERED.value, Status.READ.value):
            message.error = error
            _set_status(session, message, status)
    elif _PROGRESS.get(status, -1) > _PROGRESS.get(message.status, 99):
        message.lease_until = None
        _set_status(session, message, status)
    return True


def _locked(session: Session, message_id: int) -> Message:
    """The message as it is now; other transactions that note how it went wait for this one."""
    message: Message = session.get(Message, message_id, with_for_update=True)
    return message


def _lease(session: Session, message: Message, until: Any) -> Leased | None:
    won = session.execute(
        update(Message)
        .where(Message.id == message.id, Message.attempts == message.attempts, Message.status == message.status)
        .values(status=Status.SENDING.value, attempts=message.attempts + 1, lease_until=until)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:
        return None
    citizen: Citizen = session.get(Citizen, message.citizen_id)
    kinds = {alias.value: alias.kind for alias in citizen.aliases}
    return Leased(message.id, citizen.address, kinds.get(citizen.address, "wa_id"), message.payload)


def _set_status(session: Session, message: Message, status: str) -> None:
    message.status = status
    record(
        session,
        session.get(Atendimento, message.atendimento_id),
        "status",
        message.author,
        message_id=message.id,
        status=status,
    )
