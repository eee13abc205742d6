"""After WhatsApp's 24 hours: when they end, the invitation to write again, and sending again what failed."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from defensoria.conversations import media, outbox, receipts
from defensoria.conversations.holder import Contested, holder_name
from defensoria.conversations.models import Atendimento, Direction, Holder, Message, User
from defensoria.conversations.outbox import TEMPLATE, WINDOW


class NoInvitation(Exception):
    """The office has no approved template, or the citizen was invited already."""


def window_end(atendimento: Atendimento) -> datetime | None:
    """Until when WhatsApp takes free text for the citizen; None when they have written nothing yet."""
    heard: datetime | None = atendimento.last_citizen_message_at
    return heard + WINDOW if heard else None


def can_invite() -> bool:
    """Whether the office has an approved template."""
    return outbox.invitation() is not None


def invited_at(session: Session, citizen_id: int) -> datetime | None:
    """When the citizen was last invited, if that was after their last message and has not failed."""
    if not outbox.invited(session, citizen_id):
        return None
    return session.scalar(
        select(func.max(Message.at)).where(
            Message.citizen_id == citizen_id, Message.direction == Direction.OUT.value, Message.type == TEMPLATE
        )
    )


def invite(session: Session, atendimento_id: int, user: User) -> int:
    """Send the approved template that asks the citizen to write again. Returns the id of the message.

    Raises:
        Contested: the conversation is not this user's.
        NoInvitation: there is no template, or the citizen was invited already.
    """
    atendimento = _held(session, atendimento_id, user)
    invitation = outbox.invitation()
    if invitation is None or outbox.invited(session, atendimento.citizen_id):
        raise NoInvitation
    return outbox.enqueue(session, atendimento, user.login, invitation)


def resend(session: Session, atendimento_id: int, user: User, message_id: int) -> bool:
    """Send a failed message of a conversation once more. False when it has not failed, or not any more.

    Raises:
        Contested: the conversation is not this user's.
    """
    atendimento = _held(session, atendimento_id, user)
    message: Message | None = session.get(Message, message_id)
    if message is None or message.atendimento_id != atendimento.id or not receipts.resend(session, message_id):
        return False
    # What was wrong may be the copy that WhatsApp has of its file.
    media.note_uploaded(session, message_id, "")
    return True


def _held(session: Session, atendimento_id: int, user: User) -> Atendimento:
    atendimento: Atendimento = session.get(Atendimento, atendimento_id, with_for_update=True)
    if atendimento.holder != Holder.HUMAN.value or atendimento.attendant_id != user.id:
        raise Contested(holder_name(session, atendimento_id))
    return atendimento
