"""What citizens wrote: stored once before it is acknowledged, and then served in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from defensoria.clock import utc_now
from defensoria.conversations import receipts
from defensoria.conversations.citizens import move_aliases, recognise
from defensoria.conversations.contents import (
    ASKS_NOTHING,
    Content,
    Context,
    IdentityChange,
    Media,
    Referral,
    Reply,
    words,
)
from defensoria.conversations.events import Concerned, Whose, record
from defensoria.conversations.models import (
    CITIZEN_AUTHOR,
    Atendimento,
    Citizen,
    Direction,
    Holder,
    Instant,
    MediaFile,
    Message,
    Outcome,
    Status,
    UnreadablePayload,
)
from defensoria.conversations.protocol import protocol_number

GRACE = timedelta(hours=24)
"""How long after a closing a courtesy opens nothing: as long as WhatsApp lets it be answered freely."""

# Written out once: to put one of these together takes longer than to run it. On tables: to make objects of the rows of
# one, and to look for changes in them, takes several times as long.
_MESSAGES, _ATENDIMENTOS = Message.__table__, Atendimento.__table__
_KNOWN = select(_MESSAGES.c.id).where(_MESSAGES.c.wamid == bindparam("wamid"))
_LAST_ATENDIMENTO = (
    select(
        _ATENDIMENTOS.c.id,
        _ATENDIMENTOS.c.holder,
        _ATENDIMENTOS.c.nucleo,
        _ATENDIMENTOS.c.outcome,
        _ATENDIMENTOS.c.closed_at,
    )
    .where(_ATENDIMENTOS.c.citizen_id == bindparam("citizen_id"))
    .order_by(_ATENDIMENTOS.c.id.desc())
    .limit(1)
)
_OPENED = insert(_ATENDIMENTOS)
_NUMBERED = (
    update(_ATENDIMENTOS).where(_ATENDIMENTOS.c.id == bindparam("opened_id")).values(protocolo=bindparam("number"))
)
_LAST_WORD = _ATENDIMENTOS.c.last_citizen_message_at
_AT = bindparam("instant", type_=Instant)
_HEARD = (
    update(_ATENDIMENTOS)
    .where(_ATENDIMENTOS.c.id == bindparam("heard_id"))
    .values(reminded_at=None, last_citizen_message_at=case((_LAST_WORD >= _AT, _LAST_WORD), else_=_AT))
)
"""Any word of the citizen's takes a reminder back; the last counts by the instant it was written."""
_WRITTEN = insert(_MESSAGES)
_NEW_STATUS = (
    update(_MESSAGES)
    .where(_MESSAGES.c.id == bindparam("message_id"), _MESSAGES.c.status == bindparam("before"))
    .values(status=bindparam("after"))
)


@dataclass(frozen=True, kw_only=True)
class InboundMessage:
    """A message as it arrived. At least one of `wa_id` and `user_id` is set.

    `type` is WhatsApp's own name of it; `payload` the whole message object as WhatsApp sent it.
    """

    wamid: str
    type: str
    at: datetime
    content: Content
    wa_id: str | None = None
    user_id: str | None = None
    profile_name: str | None = None
    context: Context | None = None
    referral: Referral | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str | None:
        """What the citizen wrote, or the title they tapped."""
        return words(self.content)

    @property
    def reply_id(self) -> str | None:
        """The id of the tapped button or row."""
        return self.content.id if isinstance(self.content, Reply) else None

    @property
    def address(self) -> str:
        """The identity to answer to, and Rasa's `sender_id`."""
        return self.wa_id or self.user_id or ""

    @property
    def identities(self) -> dict[str, str]:
        """Alias kind → value, of the identities that came with the message."""
        return {kind: value for kind, value in (("wa_id", self.wa_id), ("user_id", self.user_id)) if value}


class Stored(NamedTuple):
    """A message in as it was stored, and who holds its atendimento."""

    id: int
    wamid: str
    citizen_id: int
    atendimento_id: int
    at: datetime
    status: str
    holder: str


def receive(session: Session, inbound: InboundMessage) -> Stored | None:
    """Store a message in the citizen's open atendimento, opening one where there is none.

    What asks for no answer (a reaction, WhatsApp's notices) counts as dealt with and is no sign of life: it opens
    nothing where the citizen has an atendimento already, closed or not, and keeps no silence from being noticed. What
    comes shortly after a closing stays with the closed atendimento until it is known to be more than a courtesy.

    Returns:
        The message, or None when this wamid was stored before.
    """
    session.flush()
    if session.scalar(_KNOWN, {"wamid": inbound.wamid}):
        return None
    citizen_id = recognise(session, inbound.identities, inbound.address, inbound.profile_name)
    asks = not isinstance(inbound.content, ASKS_NOTHING)
    last = _last_atendimento(session, citizen_id)
    if last is None or (asks and last.holder == Holder.CLOSED.value and not closed_lately(last)):
        whose, holder = Whose(_open(session, citizen_id, last), None), Holder.BOT.value
    else:
        whose, holder = Whose(last.id, last.nucleo), last.holder
    status = (Status.RECEIVED if asks else Status.PROCESSED).value
    if asks:
        receipts.release_waiting(session, citizen_id)
        _note_instant(session, whose.id, inbound.at)
    message = {
        "atendimento_id": whose.id,
        "citizen_id": citizen_id,
        "direction": Direction.IN.value,
        "author": CITIZEN_AUTHOR,
        "type": inbound.type,
        "text": inbound.text,
        "payload": {"reply_id": inbound.reply_id, "message": dict(inbound.payload)},
        "wamid": inbound.wamid,
        "at": inbound.at,
        "stored_at": utc_now(),
        "status": status,
    }
    message_id = int(session.execute(_WRITTEN, message).inserted_primary_key[0])
    record(session, whose, "message_in", CITIZEN_AUTHOR, message_id=message_id)
    _act_on(session, citizen_id, message_id, inbound.content)
    return Stored(message_id, inbound.wamid, citizen_id, whose.id, inbound.at, status, holder)


def _act_on(session: Session, citizen_id: int, message_id: int, content: Content) -> None:
    if isinstance(content, IdentityChange):
        move_aliases(session, session.get(Citizen, citizen_id, populate_existing=True), content)
    elif isinstance(content, Media):
        session.add(
            MediaFile(
                message_id=message_id,
                media_id=content.id,
                kind=content.kind,
                mime_type=content.mime_type,
                sha256=content.sha256,
                filename=content.filename,
            )
        )


def keep_unreadable(session: Session, reason: str, body: str) -> None:
    """Keep for inspection what could not be read, with the reason."""
    session.add(UnreadablePayload(received_at=utc_now(), reason=reason[:300], body=body))


def open_atendimento(session: Session, citizen_id: int) -> Atendimento:
    """The citizen's open atendimento, or a new one held by the bot and linked to the last.

    What the last one's closing left unserved goes on in the new one.
    """
    last = _last_atendimento(session, citizen_id)
    goes_on = last is not None and last.holder != Holder.CLOSED.value
    atendimento_id = last.id if last is not None and goes_on else _open(session, citizen_id, last)
    return session.get(Atendimento, atendimento_id, populate_existing=True)


def _open(session: Session, citizen_id: int, last: Row | None) -> int:
    opened_at = utc_now()
    atendimento = {
        "citizen_id": citizen_id,
        "previous_id": last.id if last else None,
        "holder": Holder.BOT.value,
        "epoch": 0,
        "opened_at": opened_at,
    }
    opened_id = int(session.execute(_OPENED, atendimento).inserted_primary_key[0])
    session.execute(_NUMBERED, {"opened_id": opened_id, "number": protocol_number(opened_id, opened_at)})
    record(session, Whose(opened_id, None), "opened", CITIZEN_AUTHOR)
    if last is not None:
        _take_over_unserved(session, citizen_id, Whose(opened_id, None))
    return opened_id


def oldest_unprocessed(messages: Select) -> Select:
    """`messages` narrowed to the citizen's oldest that nobody has dealt with, by the instant it was written.

    Its parameter is `citizen_id`.
    """
    return (
        messages.where(
            Message.citizen_id == bindparam("citizen_id"),
            Message.direction == Direction.IN.value,
            Message.status == Status.RECEIVED.value,
        )
        .order_by(Message.at, Message.id)
        .limit(1)
    )


_UNPROCESSED = oldest_unprocessed(select(Message))


def unprocessed(session: Session, citizen_id: int) -> Message | None:
    """The citizen's oldest message that nobody has dealt with yet, by the instant it was written."""
    return session.scalar(_UNPROCESSED, {"citizen_id": citizen_id})


def served_now(session: Session, message_id: int) -> bool:
    """Note that a message is dealt with: answered, or a person's to answer. False when somebody had before."""
    return _change_status(session, message_id, Status.RECEIVED, Status.PROCESSED)


def still_to_serve(session: Session, message_id: int) -> None:
    """Take `served_now` back."""
    _change_status(session, message_id, Status.PROCESSED, Status.RECEIVED)


def _change_status(session: Session, message_id: int, before: Status, after: Status) -> bool:
    what = {"message_id": message_id, "before": before.value, "after": after.value}
    changed = session.execute(_NEW_STATUS, what)
    return bool(changed.rowcount == 1)


def closed_lately(atendimento: Atendimento | Row) -> bool:
    """Whether a "thank you" still belongs to it. Who left at an open question goes on with it instead."""
    closed = atendimento.holder == Holder.CLOSED.value and atendimento.outcome != Outcome.ABANDONED.value
    return bool(closed and atendimento.closed_at and utc_now() - atendimento.closed_at < GRACE)


def reopen_if_closed(session: Session, message: Message) -> Atendimento:
    """The atendimento a message belongs to; where it was closed in the meantime, a new one that takes the message.

    Where a person holds it, or it waits for one, the message is theirs and counts as dealt with.
    """
    atendimento: Atendimento = session.get(Atendimento, message.atendimento_id)
    if atendimento.holder == Holder.CLOSED.value:
        atendimento = open_atendimento(session, message.citizen_id)
        _take_over_unserved(session, message.citizen_id, atendimento)
        session.refresh(atendimento)
    if atendimento.holder != Holder.BOT.value:
        served_now(session, message.id)
    return atendimento


def _take_over_unserved(session: Session, citizen_id: int, whose: Concerned) -> None:
    left = session.scalars(
        select(Message)
        .where(
            Message.citizen_id == citizen_id,
            Message.direction == Direction.IN.value,
            Message.status == Status.RECEIVED.value,
            Message.atendimento_id != whose.id,
        )
        .order_by(Message.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for message in left:
        message.atendimento_id = whose.id
        _note_instant(session, whose.id, message.at)
        record(session, whose, "message_in", CITIZEN_AUTHOR, message_id=message.id)


def _note_instant(session: Session, atendimento_id: int, at: datetime) -> None:
    session.execute(_HEARD, {"heard_id": atendimento_id, "instant": at})


def _last_atendimento(session: Session, citizen_id: int) -> Row | None:
    return session.execute(_LAST_ATENDIMENTO, {"citizen_id": citizen_id}).first()
