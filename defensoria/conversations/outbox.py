"""What the citizen is to be told: kept until WhatsApp has taken it, one at a time and in order for each citizen."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session, aliased, selectinload

from defensoria.clock import utc_now
from defensoria.conversations import media, sending
from defensoria.conversations.events import record
from defensoria.conversations.models import Atendimento, Citizen, Direction, MediaFile, Message, Status
from defensoria.settings import settings

logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=24)
"""How long after a citizen's last message WhatsApp takes free text for them."""
TEMPLATE = "template"
WINDOW_CLOSED = "passaram mais de 24 horas desde a última mensagem da pessoa"
INVITATION = "Convite para a pessoa voltar a escrever, com o texto aprovado no WhatsApp."

UNSENT = (Status.PENDING.value, Status.SENDING.value)
"""What keeps the citizen's next message waiting: WhatsApp has not said that it has it."""

_WITH_FILE = ("image", "document")
_LEASE = timedelta(seconds=60)

# Written out once: to put one of these together takes longer than to run it.
_EARLIER = aliased(Message)
_DUE = (
    select(Message)
    .where(
        Message.direction == Direction.OUT.value,
        Message.status == Status.PENDING.value,
        Message.id
        == select(func.min(_EARLIER.id))
        .where(
            _EARLIER.direction == Direction.OUT.value,
            _EARLIER.status.in_(UNSENT),
            _EARLIER.citizen_id == Message.citizen_id,
        )
        .scalar_subquery(),
        Message.not_before.is_(None) | (Message.not_before <= bindparam("now")),
    )
    .order_by(Message.id)
    .limit(bindparam("most"))
)
"""The oldest unsent message of each citizen who has one due."""
UNHEARD = (
    Message.direction == Direction.OUT.value,
    Message.status == Status.SENDING.value,
    Message.lease_until < bindparam("now"),
)
"""What was being sent when its lease ran out: its process died, or no answer came."""
_ANY_UNHEARD = select(Message.id).where(*UNHEARD).limit(1)
_LEASED = (
    update(Message.__table__)
    .where(
        Message.id == bindparam("message_id"),
        Message.attempts == bindparam("before"),
        Message.status == bindparam("status_before"),
    )
    .values(status=Status.SENDING.value, attempts=bindparam("before") + 1, lease_until=bindparam("until"))
)

_THEIRS = (
    select(Citizen).options(selectinload(Citizen.aliases)).where(Citizen.id.in_(bindparam("citizens", expanding=True)))
)
_HEARD = (
    select(Atendimento.citizen_id, func.max(Atendimento.last_citizen_message_at))
    .where(Atendimento.citizen_id.in_(bindparam("citizens", expanding=True)))
    .group_by(Atendimento.citizen_id)
)


@dataclass(frozen=True)
class Outgoing:
    """Something to say: what the desk shows (`type`, `text`) and the Graph API body without the addressee."""

    type: str
    text: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Leased:
    """A message this process may send now, and where to. After `free_until` WhatsApp takes no free text."""

    id: int
    address: str
    address_kind: str
    body: Mapping[str, Any]
    free_until: datetime | None = None
    file: "LeasedFile | None" = None
    attempts: int = 0
    """How often it was tried before."""


@dataclass(frozen=True)
class Outlook:
    """What there is to do: messages that may be sent, as far as reading tells, and whether some were not heard of."""

    due: Sequence[Leased]
    unheard: bool

    def __bool__(self) -> bool:
        return bool(self.due) or self.unheard


NOTHING = Outlook((), False)


@dataclass(frozen=True)
class LeasedFile:
    """The file that goes with a message: where it is kept, and its id at WhatsApp's once it is there."""

    path: str
    mime_type: str
    media_id: str


def enqueue(
    session: Session, atendimento: Atendimento, author: str, outgoing: Outgoing, answers: int | None = None
) -> int:
    """Add a message to the outbox under the atendimento's present epoch. Returns its id.

    Args:
        answers: the id of the citizen's message it is the answer to, where it is to one, for the record.
    """
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
    to = {"answers": answers} if answers is not None else {}
    record(session, atendimento, "message_out", author, message_id=message.id, **to)
    return int(message.id)


def look(session: Session, limit: int = 20) -> Outlook:
    """The oldest unsent message of each citizen who has one due, up to `limit`. Keeps no writer waiting."""
    now = utc_now()
    due = session.scalars(_DUE, {"now": now, "most": limit}).all()
    return Outlook(_addressed(session, due), session.scalar(_ANY_UNHEARD, {"now": now}) is not None)


def lease(session: Session, outlook: Outlook) -> list[Leased]:
    """Reserve for this process what it saw to be due, unless another was quicker.

    While sending is stopped that is none, or one that tries whether it goes again.
    """
    until = utc_now() + _LEASE
    allowed = outlook.due[: sending.allowance(session, len(outlook.due))]
    won = [message for message in allowed if _win(session, message, until)]
    if won:
        sending.note_probe(session, won[0].id)
    return won


def invitation() -> Outgoing | None:
    """The approved template that asks a citizen to write again, where the office has one."""
    name, language = settings().whatsapp_reopen_template, settings().whatsapp_reopen_template_language
    body = {"type": TEMPLATE, TEMPLATE: {"name": name, "language": {"code": language}}}
    return Outgoing(TEMPLATE, INVITATION, body) if name else None


def invited(session: Session, citizen_id: int) -> bool:
    """Whether an invitation has been sent since the citizen last wrote, or is about to be."""
    newest = select(func.max(Message.id)).where(Message.citizen_id == citizen_id)
    heard = session.scalar(newest.where(Message.direction == Direction.IN.value)) or 0
    invited = newest.where(Message.type == TEMPLATE, Message.status != Status.FAILED.value)
    return (session.scalar(invited.where(Message.direction == Direction.OUT.value)) or 0) > heard


def _win(session: Session, message: Leased, until: datetime) -> bool:
    """Lease a message, unless another process just did."""
    before = {"message_id": message.id, "before": message.attempts, "status_before": Status.PENDING.value}
    return bool(session.execute(_LEASED, {**before, "until": until}).rowcount == 1)


def _addressed(session: Session, messages: Sequence[Message]) -> list[Leased]:
    """Messages with where each goes, and until when free text may."""
    theirs = {"citizens": list({message.citizen_id for message in messages})}
    if not messages:
        return []
    by_id = {citizen.id: citizen for citizen in session.scalars(_THEIRS, theirs)}
    heard = dict(session.execute(_HEARD, theirs).all())
    files = media.of_messages(session, [message.id for message in messages if message.type in _WITH_FILE])
    return [
        _leased(message, by_id[message.citizen_id], heard.get(message.citizen_id), files.get(message.id))
        for message in messages
    ]


def _leased(message: Message, citizen: Citizen, heard: datetime | None, file: MediaFile | None) -> Leased:
    kinds = {alias.value: alias.kind for alias in citizen.aliases}
    kind = kinds.get(citizen.address, "wa_id")
    free_until = heard + WINDOW if heard else None
    return Leased(message.id, citizen.address, kind, message.payload, free_until, _file(file), message.attempts)


def _file(file: MediaFile | None) -> LeasedFile | None:
    return LeasedFile(file.path, file.mime_type, file.media_id) if file is not None else None
