"""Who holds a conversation: every change is one conditional update of holder and epoch, and whoever loses is told.

Each holder's turn has its epoch. What was decided under an epoch that has passed is not said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.events import record
from defensoria.conversations.inbox import mark_processed
from defensoria.conversations.models import BOT_AUTHOR, TRIAGE_SLOTS, Atendimento, Holder, User
from defensoria.conversations.outbox import Outgoing, enqueue


@dataclass(frozen=True)
class BotTurn:
    """What the bot made of one message: what it says, what the triage knows now, and how the turn ends.

    `handoff` puts the conversation into the queue of `triage["nucleo"]`; `outcome` closes it. Not both.
    """

    says: Sequence[Outgoing]
    triage: Mapping[str, str | None]
    handoff: bool = False
    outcome: str | None = None


class Contested(Exception):
    """Somebody else holds the conversation; `by` is their name, or None when it is no longer waiting."""

    def __init__(self, by: str | None) -> None:
        super().__init__(f"held by {by}" if by else "no longer waiting")
        self.by = by


def finish_bot_turn(session: Session, message_id: int, atendimento_id: int, epoch: int, turn: BotTurn) -> bool:
    """In one transaction: dossier, queue entry, change of holder, the words to the citizen, and the message as done.

    Returns:
        False when the bot no longer held the conversation under `epoch`: then nothing of the turn is kept and the
        message is the person's.
    """
    values: dict[str, Any] = {name: turn.triage.get(name) for name in TRIAGE_SLOTS}
    if turn.handoff:
        values |= {"holder": Holder.QUEUE.value, "epoch": epoch + 1, "queued_at": utc_now()}
    elif turn.outcome:
        values |= {"holder": Holder.CLOSED.value, "epoch": epoch + 1, "closed_at": utc_now(), "outcome": turn.outcome}
    mark_processed(session, message_id)
    atendimento = _change(session, atendimento_id, Holder.BOT, epoch, values)
    if atendimento is None:
        return False
    for outgoing in turn.says:
        enqueue(session, atendimento, BOT_AUTHOR, outgoing)
    if turn.handoff:
        record(session, atendimento, "queued", BOT_AUTHOR)
    elif turn.outcome:
        record(session, atendimento, "closed", BOT_AUTHOR, outcome=turn.outcome)
    return True


def claim(session: Session, atendimento_id: int, user: User) -> Atendimento:
    """Take a waiting conversation.

    Raises:
        Contested: another attendant took it first, or it is not waiting.
    """
    seen: Atendimento = session.get(Atendimento, atendimento_id)
    if seen.holder == Holder.HUMAN.value and seen.attendant_id == user.id:
        return seen
    values = {
        "holder": Holder.HUMAN.value,
        "epoch": seen.epoch + 1,
        "attendant_id": user.id,
        "claimed_at": utc_now(),
    }
    taken = _change(session, atendimento_id, Holder.QUEUE, seen.epoch, values)
    if taken is None:
        raise Contested(_holder_name(session, atendimento_id))
    record(session, taken, "claimed", user.login)
    return taken


def answer(session: Session, atendimento_id: int, user: User, outgoing: Outgoing) -> int:
    """Put an attendant's words into the outbox.

    Returns:
        The id of the message.

    Raises:
        Contested: the conversation is not this user's.
    """
    atendimento: Atendimento = session.get(Atendimento, atendimento_id)
    if atendimento.holder != Holder.HUMAN.value or atendimento.attendant_id != user.id:
        raise Contested(_holder_name(session, atendimento_id))
    return enqueue(session, atendimento, user.login, outgoing)


def close(session: Session, atendimento_id: int, user: User, outcome: str, farewell: Outgoing | None) -> Atendimento:
    """End the attendant's turn; `farewell` is the last thing the citizen reads.

    Raises:
        Contested: the conversation is not this user's.
    """
    seen: Atendimento = session.get(Atendimento, atendimento_id)
    values = {
        "holder": Holder.CLOSED.value,
        "epoch": seen.epoch + 1,
        "closed_at": utc_now(),
        "outcome": outcome,
    }
    mine = seen.attendant_id == user.id
    closed = _change(session, atendimento_id, Holder.HUMAN, seen.epoch, values) if mine else None
    if closed is None:
        raise Contested(_holder_name(session, atendimento_id))
    if farewell is not None:
        enqueue(session, closed, user.login, farewell)
    record(session, closed, "closed", user.login, outcome=outcome)
    return closed


def _change(
    session: Session, atendimento_id: int, holder: Holder, epoch: int, values: Mapping[str, Any]
) -> Atendimento | None:
    changed = session.execute(
        update(Atendimento)
        .where(Atendimento.id == atendimento_id, Atendimento.holder == holder.value, Atendimento.epoch == epoch)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:
        return None
    return session.get(Atendimento, atendimento_id, populate_existing=True)


def _holder_name(session: Session, atendimento_id: int) -> str | None:
    return session.scalar(
        select(User.name)
        .join(Atendimento, Atendimento.attendant_id == User.id)
        .where(Atendimento.id == atendimento_id, Atendimento.holder == Holder.HUMAN.value)
    )
