"""Who holds a conversation: every change is one conditional update of holder and epoch, and whoever loses is told.

Each holder's turn has its epoch. What was decided under an epoch that has passed is not said.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.util import identity_key

from defensoria.clock import utc_now
from defensoria.conversations.events import record
from defensoria.conversations.inbox import served_now, still_to_serve
from defensoria.conversations.models import (
    BOT_AUTHOR,
    TRIAGE_SLOTS,
    Atendimento,
    Direction,
    Holder,
    Message,
    Outcome,
    Status,
    User,
)
from defensoria.conversations.outbox import Addressed, Outgoing, enqueue
from defensoria.conversations.privacy_requests import note_notice, note_request

_SWEEP = 200
_SERVED = (
    ~select(Message.id)
    .where(
        Message.atendimento_id == Atendimento.id,
        Message.direction == Direction.IN.value,
        Message.status == Status.RECEIVED.value,
    )
    .exists()
)

# Written out once: to put one of these together takes longer than to run it.
_ATENDIMENTOS = Atendimento.__table__
_AS_SEEN = update(_ATENDIMENTOS).where(
    _ATENDIMENTOS.c.id == bindparam("seen_id"),
    _ATENDIMENTOS.c.holder == bindparam("seen_holder"),
    _ATENDIMENTOS.c.epoch == bindparam("seen_epoch"),
)
_SPOKEN_TO = select(
    _ATENDIMENTOS.c.id,
    _ATENDIMENTOS.c.citizen_id,
    _ATENDIMENTOS.c.protocolo,
    _ATENDIMENTOS.c.nucleo,
    _ATENDIMENTOS.c.epoch,
).where(_ATENDIMENTOS.c.id == bindparam("seen_id"))
_AS_CHANGED = (
    select(Atendimento).where(Atendimento.id == bindparam("seen_id")).execution_options(populate_existing=True)
)


@dataclass(frozen=True)
class BotTurn:
    """What the bot made of one message: what it says, what the triage knows now, and how the turn ends.

    `handoff` puts the conversation into the queue of `triage["nucleo"]`, now or at the instant `queue_from`; `outcome`
    closes it. Not both.
    """

    says: Sequence[Outgoing]
    triage: Mapping[str, str | None]
    handoff: bool = False
    queue_from: datetime | None = None
    outcome: str | None = None
    data_request: str | None = None
    """What the citizen asks about their own data, if anything."""
    notice: str | None = None
    """The version of the privacy notice that was shown to them, where it is not the one they were shown before."""
    remember: Callable[[Session], None] | None = None
    """Writes what the bot itself is to know of the turn."""


class Contested(Exception):
    """Somebody else holds the conversation; `by` is their name, or None when it is no longer waiting."""

    def __init__(self, by: str | None) -> None:
        super().__init__(f"held by {by}" if by else "no longer waiting")
        self.by = by


def finish_bot_turn(session: Session, message_id: int, atendimento_id: int, epoch: int, turn: BotTurn) -> bool:
    """In one transaction: dossier, queue entry, change of holder, the words to the citizen, what the bot remembers of
    it, and the message as done.

    Returns:
        False when the bot no longer held the conversation under `epoch`, or the message was dealt with already: then
        nothing of the turn is kept. The message is the person's, or, where the conversation was closed in the
        meantime, still to be served in the next.
    """
    if not served_now(session, message_id):
        return False
    values: dict[str, Any] = {name: turn.triage.get(name) for name in TRIAGE_SLOTS}
    if turn.handoff:
        entry = {"queue_from": turn.queue_from} if turn.queue_from else {"queued_at": utc_now()}
        values |= {"holder": Holder.QUEUE.value, "epoch": epoch + 1, **entry}
    elif turn.outcome:
        values |= {"holder": Holder.CLOSED.value, "epoch": epoch + 1, "closed_at": utc_now(), "outcome": turn.outcome}
    if not _changed(session, atendimento_id, Holder.BOT, epoch, values):
        _leave_to_the_holder(session, message_id, atendimento_id)
        return False
    # Whoever has read it already in this transaction is to see it as it is now.
    if (loaded := session.identity_map.get(identity_key(Atendimento, atendimento_id))) is not None:
        session.refresh(loaded)
    atendimento = session.execute(_SPOKEN_TO, {"seen_id": atendimento_id}).one()
    if turn.remember:
        turn.remember(session)
    if turn.notice:
        note_notice(session, atendimento.citizen_id, turn.notice)
    if turn.data_request:
        note_request(session, atendimento, turn.data_request)
    _say(session, atendimento, turn.says, message_id)
    if turn.handoff:
        record(session, atendimento, "kept" if turn.queue_from else "queued", BOT_AUTHOR)
    elif turn.outcome:
        record(session, atendimento, "closed", BOT_AUTHOR, outcome=turn.outcome)
    return True


def acknowledge(session: Session, message_id: int, says: Sequence[Outgoing]) -> Atendimento | None:
    """Answer what came after the closing and opens nothing: it is done with.

    Returns:
        The atendimento it belongs to, or None when the message was dealt with already.
    """
    if not served_now(session, message_id):
        return None
    atendimento: Atendimento = session.get(Atendimento, session.get(Message, message_id).atendimento_id)
    _say(session, atendimento, says, message_id)
    return atendimento


def _leave_to_the_holder(session: Session, message_id: int, atendimento_id: int) -> None:
    now_held_by = session.scalar(select(Atendimento.holder).where(Atendimento.id == atendimento_id))
    if now_held_by == Holder.CLOSED.value:
        still_to_serve(session, message_id)


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
    taken = change(session, atendimento_id, Holder.QUEUE, seen.epoch, values, Atendimento.queue_from.is_(None))
    if taken is None:
        raise Contested(holder_name(session, atendimento_id))
    record(session, taken, "claimed", user.login)
    return taken


def answer(session: Session, atendimento_id: int, user: User, outgoing: Outgoing) -> int:
    """Put an attendant's words into the outbox.

    Returns:
        The id of the message.

    Raises:
        Contested: the conversation is not this user's.
    """
    atendimento: Atendimento = session.get(Atendimento, atendimento_id, with_for_update=True)
    if atendimento.holder != Holder.HUMAN.value or atendimento.attendant_id != user.id:
        raise Contested(holder_name(session, atendimento_id))
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
    closed = change(session, atendimento_id, Holder.HUMAN, seen.epoch, values) if mine else None
    if closed is None:
        raise Contested(holder_name(session, atendimento_id))
    if farewell is not None:
        enqueue(session, closed, user.login, farewell)
    record(session, closed, "closed", user.login, outcome=outcome)
    return closed


def let_in(session: Session, now: datetime) -> int:
    """Put into the queue what was kept for an opening that has come. Returns how many."""
    due = session.scalars(
        select(Atendimento)
        .where(Atendimento.holder == Holder.QUEUE.value, Atendimento.queue_from <= now)
        .with_for_update()
    ).all()
    for atendimento in due:
        atendimento.queued_at, atendimento.queue_from = utc_now(), None
        record(session, atendimento, "queued", BOT_AUTHOR)
    return len(due)


def silent(session: Session, since: datetime, reminded: bool) -> list[Atendimento]:
    """Conversations the bot holds whose citizen has not written since `since`, with a reminder sent or not yet.

    Who still waits for an answer is not silent.
    """
    sent = Atendimento.reminded_at.is_not(None) if reminded else Atendimento.reminded_at.is_(None)
    return list(
        session.scalars(
            select(Atendimento)
            .options(joinedload(Atendimento.citizen))
            .where(Atendimento.holder == Holder.BOT.value, Atendimento.last_citizen_message_at <= since, sent, _SERVED)
            .order_by(Atendimento.id)
            .limit(_SWEEP)
        )
    )


def remind(session: Session, seen: Atendimento, says: Sequence[Outgoing]) -> bool:
    """Send a reminder, unless the citizen has written or a person has taken over since `seen` was read."""
    return _while_silent(session, seen, {"reminded_at": utc_now()}, says) is not None


def abandon(session: Session, seen: Atendimento, says: Sequence[Outgoing]) -> bool:
    """Close a conversation as left by its citizen, unless something has happened since `seen` was read."""
    values = {
        "holder": Holder.CLOSED.value,
        "epoch": seen.epoch + 1,
        "closed_at": utc_now(),
        "outcome": Outcome.ABANDONED.value,
    }
    closed = _while_silent(session, seen, values, says)
    if closed is not None:
        record(session, closed, "closed", BOT_AUTHOR, outcome=Outcome.ABANDONED.value)
    return closed is not None


def _while_silent(
    session: Session, seen: Atendimento, values: Mapping[str, Any], says: Sequence[Outgoing]
) -> Atendimento | None:
    # A message that was long under way leaves the last instant as it was; any message takes the reminder back.
    unchanged = (
        Atendimento.last_citizen_message_at == seen.last_citizen_message_at,
        Atendimento.reminded_at.is_not_distinct_from(seen.reminded_at),
        _SERVED,
    )
    return tell(session, seen, values, says, *unchanged)


def tell(
    session: Session, seen: Atendimento, values: Mapping[str, Any], says: Sequence[Outgoing], *also: Any
) -> Atendimento | None:
    """What the bot says on its own account to whoever holds a conversation, with what is kept of having said it.

    Returns:
        The atendimento, or None, and nothing said, when it has changed hands since `seen` was read or `also` is false.
    """
    atendimento = change(session, seen.id, Holder(seen.holder), seen.epoch, values, *also)
    if atendimento is not None:
        _say(session, atendimento, says)
    return atendimento


def _say(session: Session, atendimento: Addressed, says: Sequence[Outgoing], answers: int | None = None) -> None:
    for outgoing in says:
        enqueue(session, atendimento, BOT_AUTHOR, outgoing, answers)


def change(
    session: Session, atendimento_id: int, holder: Holder, epoch: int, values: Mapping[str, Any], *also: Any
) -> Atendimento | None:
    """Change an atendimento that is `holder`'s under `epoch` and of which `also` is true; None when it is not."""
    if not _changed(session, atendimento_id, holder, epoch, values, *also):
        return None
    return session.scalar(_AS_CHANGED, {"seen_id": atendimento_id})


def _changed(
    session: Session, atendimento_id: int, holder: Holder, epoch: int, values: Mapping[str, Any], *also: Any
) -> bool:
    session.flush()
    as_seen = {"seen_id": atendimento_id, "seen_holder": holder.value, "seen_epoch": epoch}
    statement = _AS_SEEN.where(*also) if also else _AS_SEEN
    return bool(session.execute(statement, {**as_seen, **values}).rowcount == 1)


LAST_WORDS = (
    select(func.max(Message.id))
    .where(
        Message.atendimento_id == Atendimento.id,
        Message.direction == Direction.OUT.value,
        Message.author != BOT_AUTHOR,
    )
    .correlate(Atendimento)
    .scalar_subquery()
)
"""The last message of a person to the citizen of the `Atendimento` of the query around it; NULL where there is none."""


def holder_name(session: Session, atendimento_id: int) -> str | None:
    """The name of the person who holds a conversation, or None when none does."""
    return session.scalar(
        select(User.name)
        .join(Atendimento, Atendimento.attendant_id == User.id)
        .where(Atendimento.id == atendimento_id, Atendimento.holder == Holder.HUMAN.value)
    )
