"""Who is left waiting when the office closes: each is told once, for each opening to come, when it goes on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from defensoria.conversations import holder
from defensoria.conversations.events import record
from defensoria.conversations.models import BOT_AUTHOR, Atendimento, Direction, Holder, Message
from defensoria.conversations.outbox import Outgoing

_SWEEP = 200
_WITH_PEOPLE = (Holder.QUEUE.value, Holder.HUMAN.value)
UNANSWERED = (
    select(Message.id)
    .where(
        Message.atendimento_id == Atendimento.id,
        Message.direction == Direction.IN.value,
        Message.id > func.coalesce(holder.LAST_WORDS, 0),
    )
    .exists()
)
"""Whether the citizen of the `Atendimento` of the query around it has written since a person last did."""


def nucleos_waited_for(session: Session) -> list[str | None]:
    """The núcleos that somebody waits for; None among them where a conversation has no núcleo."""
    rows = select(Atendimento.nucleo).where(Atendimento.holder.in_(_WITH_PEOPLE)).distinct()
    return list(session.scalars(rows))


def untold(session: Session, nucleo: str | None, opening: datetime, taken_too: bool) -> list[Atendimento]:
    """Conversations of a núcleo whose citizen waits and has not been told that it goes on at `opening`.

    Args:
        nucleo: its id, or None for conversations without one.
        opening: the next one.
        taken_too: whether those that an attendant took and left unanswered count as waiting.
    """
    waits = (Atendimento.holder == Holder.QUEUE.value) & Atendimento.queue_from.is_(None)
    if taken_too:
        waits = or_(waits, (Atendimento.holder == Holder.HUMAN.value) & UNANSWERED)
    return list(
        session.scalars(
            select(Atendimento)
            .options(joinedload(Atendimento.citizen))
            .where(
                Atendimento.nucleo.is_not_distinct_from(nucleo),
                waits,
                or_(Atendimento.promised_for.is_(None), Atendimento.promised_for < opening),
            )
            .order_by(Atendimento.id)
            .limit(_SWEEP)
        )
    )


def promise(session: Session, seen: Atendimento, opening: datetime, says: Sequence[Outgoing]) -> bool:
    """Tell who waits, unless the conversation has changed hands or they were told since `seen` was read."""
    untold_yet = Atendimento.promised_for.is_not_distinct_from(seen.promised_for)
    atendimento = holder.tell(session, seen, {"promised_for": opening}, says, untold_yet)
    if atendimento is not None:
        record(session, atendimento, "promised", BOT_AUTHOR, opening=opening.isoformat())
    return atendimento is not None
