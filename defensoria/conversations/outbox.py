"""What the citizen is to be told: kept until WhatsApp has taken it, one at a time and in order for each citizen."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations import sending
from defensoria.conversations.events import Concerned, record
from defensoria.conversations.models import Atendimento, Citizen, CitizenAlias, Direction, MediaFile, Message, Status
from defensoria.settings import settings

logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=24)
"""How long after a citizen's last message WhatsApp takes free text for them."""
TEMPLATE = "template"
WINDOW_CLOSED = "passaram mais de 24 horas desde a última mensagem da pessoa"
INVITATION = "Convite para a pessoa voltar a escrever, com o texto aprovado no WhatsApp."

UNSENT = (Status.PENDING.value, Status.SENDING.value)
"""What keeps the citizen's next message waiting: WhatsApp has not said that it has it."""

_LEASE = timedelta(seconds=60)

# Written out once: to put one of these together takes longer than to run it. On tables: to make objects of the rows of
# one, and to look for changes in them, takes several times as long.
_MESSAGES, _CITIZENS, _ATENDIMENTOS = Message.__table__, Citizen.__table__, Atendimento.__table__
_FILES, _ALIASES = MediaFile.__table__, CitizenAlias.__table__
_EARLIER = _MESSAGES.alias()
_DUE = (
    select(
        _MESSAGES.c.id,
        _MESSAGES.c.payload,
        _MESSAGES.c.attempts,
        _CITIZENS.c.address,
        select(_ALIASES.c.kind)
        .where(_ALIASES.c.citizen_id == _CITIZENS.c.id, _ALIASES.c.value == _CITIZENS.c.address)
        .limit(1)
        .scalar_subquery()
        .label("address_kind"),
        select(func.max(_ATENDIMENTOS.c.last_citizen_message_at))
        .where(_ATENDIMENTOS.c.citizen_id == _CITIZENS.c.id)
        .scalar_subquery()
        .label("heard_at"),
        _FILES.c.path,
        _FILES.c.mime_type,
        _FILES.c.media_id,
    )
    .join_from(_MESSAGES, _CITIZENS, _CITIZENS.c.id == _MESSAGES.c.citizen_id)
    .outerjoin(_FILES, _FILES.c.message_id == _MESSAGES.c.id)
    .where(
        _MESSAGES.c.direction == Direction.OUT.value,
        _MESSAGES.c.status == Status.PENDING.value,
        _MESSAGES.c.id
        == select(func.min(_EARLIER.c.id))
        .where(
            _EARLIER.c.direction == Direction.OUT.value,
            _EARLIER.c.status.in_(UNSENT),
            _EARLIER.c.citizen_id == _MESSAGES.c.citizen_id,
        )
        .scalar_subquery(),
        _MESSAGES.c.not_before.is_(None) | (_MESSAGES.c.not_before <= bindparam("now")),
    )
    .order_by(_MESSAGES.c.id)
    .limit(bindparam("most"))
)
"""The oldest unsent message of each citizen who has one due, with where it goes, when they last wrote, and its file."""
UNHEARD = (
    _MESSAGES.c.direction == Direction.OUT.value,
    _MESSAGES.c.status == Status.SENDING.value,
    _MESSAGES.c.lease_until < bindparam("now"),
)
"""What was being sent when its lease ran out: its process died, or no answer came."""
_ANY_UNHEARD = select(_MESSAGES.c.id).where(*UNHEARD).limit(1)
_LEASED = (
    update(_MESSAGES)
    .where(
        _MESSAGES.c.id == bindparam("message_id"),
        _MESSAGES.c.attempts == bindparam("before"),
        _MESSAGES.c.status == bindparam("status_before"),
    )
    .values(status=Status.SENDING.value, attempts=bindparam("before") + 1, lease_until=bindparam("until"))
)
_SAID = insert(_MESSAGES)


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


class Addressed(Concerned, Protocol):
    """What a message needs to know of its atendimento."""

    @property
    def citizen_id(self) -> Any:
        """The id of whom it goes to."""

    @property
    def epoch(self) -> Any:
        """The turn under which it is said."""


def enqueue(
    session: Session, atendimento: Addressed, author: str, outgoing: Outgoing, answers: int | None = None
) -> int:
    """Add a message to the outbox under the atendimento's present epoch. Returns its id.

    Args:
        answers: the id of the citizen's message it is the answer to, where it is to one, for the record.
    """
    now = utc_now()
    message = {
        "atendimento_id": atendimento.id,
        "citizen_id": atendimento.citizen_id,
        "direction": Direction.OUT.value,
        "author": author,
        "type": outgoing.type,
        "text": outgoing.text,
        "payload": dict(outgoing.body),
        "at": now,
        "stored_at": now,
        "status": Status.PENDING.value,
        "epoch": atendimento.epoch,
    }
    message_id = int(session.execute(_SAID, message).inserted_primary_key[0])
    to = {"answers": answers} if answers is not None else {}
    record(session, atendimento, "message_out", author, message_id=message_id, **to)
    return message_id


def look(session: Session, limit: int = 20, also_unheard: bool = True) -> Outlook:
    """The oldest unsent message of each citizen who has one due, up to `limit`. Keeps no writer waiting."""
    now = utc_now()
    due = [_leased(row) for row in session.execute(_DUE, {"now": now, "most": limit})]
    return Outlook(due, also_unheard and session.scalar(_ANY_UNHEARD, {"now": now}) is not None)


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


def _leased(due: Row) -> Leased:
    file = LeasedFile(due.path, due.mime_type, due.media_id) if due.path else None
    free_until = due.heard_at + WINDOW if due.heard_at else None
    return Leased(due.id, due.address, due.address_kind or "wa_id", due.payload, free_until, file, due.attempts)
