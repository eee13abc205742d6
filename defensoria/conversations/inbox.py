"""What citizens wrote: stored once before it is acknowledged, and then served in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

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
from defensoria.conversations.events import record
from defensoria.conversations.models import (
    CITIZEN_AUTHOR,
    Atendimento,
    Citizen,
    Direction,
    Holder,
    MediaFile,
    Message,
    Outcome,
    Status,
    UnreadablePayload,
)
from defensoria.conversations.protocol import protocol_number

GRACE = timedelta(hours=24)
"""How long after a closing a courtesy opens nothing: as long as WhatsApp lets it be answered freely."""

# Written out once: to put one of these together takes longer than to run it.
_KNOWN = select(Message.id).where(Message.wamid == bindparam("wamid"))
_LAST_ATENDIMENTO = (
    select(Atendimento)
    .where(Atendimento.citizen_id == bindparam("citizen_id"))
    .order_by(Atendimento.id.desc())
    .limit(1)
)
_UNPROCESSED = (
    select(Message)
    .where(
        Message.citizen_id == bindparam("citizen_id"),
        Message.direction == Direction.IN.value,
        Message.status == Status.RECEIVED.value,
    )
    .order_by(Message.at, Message.id)
    .limit(1)
)
_NEW_STATUS = (
    update(Message.__table__)
    .where(Message.id == bindparam("message_id"), Message.status == bindparam("before"))
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


def receive(session: Session, inbound: InboundMessage) -> Message | None:
    """Store a message in the citizen's open atendimento, opening one where there is none.

    What asks for no answer (a reaction, WhatsApp's notices) counts as dealt with and is no sign of life: it opens
    nothing where the citizen has an atendimento already, closed or not, and keeps no silence from being noticed. What
    comes shortly after a closing stays with the closed atendimento until it is known to be more than a courtesy.

    Returns:
        The stored message, or None when this wamid was stored before.
    """
    if session.scalar(_KNOWN, {"wamid": inbound.wamid}):
        return None
    citizen = recognise(session, inbound.identities, inbound.address, inbound.profile_name)
    asks = not isinstance(inbound.content, ASKS_NOTHING)
    last = _last_atendimento(session, citizen)
    if last is not None and (not asks or last.holder != Holder.CLOSED.value or closed_lately(last)):
        atendimento = last
    else:
        atendimento = open_atendimento(session, citizen)
    message = Message(
        atendimento_id=atendimento.id,
        citizen_id=citizen.id,
        direction=Direction.IN.value,
        author=CITIZEN_AUTHOR,
        type=inbound.type,
        text=inbound.text,
        payload={"reply_id": inbound.reply_id, "message": dict(inbound.payload)},
        wamid=inbound.wamid,
        at=inbound.at,
        stored_at=utc_now(),
        status=Status.RECEIVED.value if asks else Status.PROCESSED.value,
    )
    if asks:
        receipts.release_waiting(session, citizen.id)
        atendimento.reminded_at = None
        _note_instant(atendimento, inbound.at)
    session.add(message)
    session.flush()
    record(session, atendimento, "message_in", CITIZEN_AUTHOR, message_id=message.id)
    _act_on(session, citizen, message, inbound.content)
    return message


def _act_on(session: Session, citizen: Citizen, message: Message, content: Content) -> None:
    if isinstance(content, IdentityChange):
        move_aliases(session, citizen, content)
    elif isinstance(content, Media):
        session.add(
            MediaFile(
                message_id=message.id,
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


def open_atendimento(session: Session, citizen: Citizen) -> Atendimento:
    """The citizen's open atendimento, or a new one held by the bot and linked to the last.

    What the last one's closing left unserved goes on in the new one.
    """
    last = _last_atendimento(session, citizen)
    if last is not None and last.holder != Holder.CLOSED.value:
        return last
    opened = Atendimento(
        citizen_id=citizen.id,
        previous_id=last.id if last else None,
        holder=Holder.BOT.value,
        epoch=0,
        opened_at=utc_now(),
    )
    session.add(opened)
    session.flush()
    opened.protocolo = protocol_number(opened.id, opened.opened_at)
    record(session, opened, "opened", CITIZEN_AUTHOR)
    _take_over_unserved(session, opened)
    return opened


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


def closed_lately(atendimento: Atendimento) -> bool:
    """Whether a "thank you" still belongs to it. Who left at an open question goes on with it instead."""
    closed = atendimento.holder == Holder.CLOSED.value and atendimento.outcome != Outcome.ABANDONED.value
    return bool(closed and atendimento.closed_at and utc_now() - atendimento.closed_at < GRACE)


def reopen_if_closed(session: Session, message: Message) -> Atendimento:
    """The atendimento a message belongs to; where it was closed in the meantime, a new one that takes the message.

    Where a person holds it, or it waits for one, the message is theirs and counts as dealt with.
    """
    atendimento: Atendimento = session.get(Atendimento, message.atendimento_id)
    if atendimento.holder == Holder.CLOSED.value:
        atendimento = open_atendimento(session, session.get(Citizen, message.citizen_id))
        _take_over_unserved(session, atendimento)
    if atendimento.holder != Holder.BOT.value:
        served_now(session, message.id)
    return atendimento


def _take_over_unserved(session: Session, atendimento: Atendimento) -> None:
    left = session.scalars(
        select(Message)
        .where(
            Message.citizen_id == atendimento.citizen_id,
            Message.direction == Direction.IN.value,
            Message.status == Status.RECEIVED.value,
            Message.atendimento_id != atendimento.id,
        )
        .order_by(Message.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for message in left:
        message.atendimento_id = atendimento.id
        _note_instant(atendimento, message.at)
        record(session, atendimento, "message_in", CITIZEN_AUTHOR, message_id=message.id)


def _note_instant(atendimento: Atendimento, at: datetime) -> None:
    if atendimento.last_citizen_message_at is None or at > atendimento.last_citizen_message_at:
        atendimento.last_citizen_message_at = at


def _last_atendimento(session: Session, citizen: Citizen) -> Atendimento | None:
    return session.scalar(_LAST_ATENDIMENTO, {"citizen_id": citizen.id})
