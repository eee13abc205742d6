"""The lists of the desk as rows: who waits, what the user has taken, and what colleagues have."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from defensoria.conversations.desk_views import Bounded
from defensoria.conversations.holder import LAST_WORDS
from defensoria.conversations.models import Atendimento, Citizen, Direction, Holder, Message, User

_IN_QUEUE = (Atendimento.holder == Holder.QUEUE.value) & Atendimento.queue_from.is_(None)
_THEIRS, _LAST = aliased(Message), aliased(Message)
_UNANSWERED = (
    select(func.count(_THEIRS.id))
    .where(
        _THEIRS.atendimento_id == Atendimento.id,
        _THEIRS.direction == Direction.IN.value,
        _THEIRS.id > func.coalesce(LAST_WORDS, 0),
        or_(_THEIRS.stored_at >= Atendimento.claimed_at, LAST_WORDS.is_not(None)),
    )
    .correlate(Atendimento)
    .scalar_subquery()
)
"""Messages since a person's last words, or else since the conversation was taken."""
_LAST_ID = select(func.max(Message.id)).where(Message.atendimento_id == Atendimento.id).scalar_subquery()

_LISTED = (
    select(
        Atendimento.protocolo,
        Atendimento.nucleo,
        Atendimento.municipio,
        Atendimento.servico,
        Atendimento.assunto,
        Atendimento.urgencia,
        Atendimento.queued_at,
        Atendimento.claimed_at,
        Atendimento.last_citizen_message_at,
        Citizen.name.label("citizen"),
        User.name.label("attendant"),
    )
    .select_from(Atendimento)
    .join(Citizen, Citizen.id == Atendimento.citizen_id)
    .outerjoin(User, User.id == Atendimento.attendant_id)
)
_HELD = (Atendimento.holder == Holder.HUMAN.value) & (Atendimento.attendant_id == bindparam("user_id"))
_HELD_BY_OTHERS = (Atendimento.holder == Holder.HUMAN.value) & (Atendimento.attendant_id != bindparam("user_id"))

_WAITING = Bounded(_LISTED.where(_IN_QUEUE).order_by(Atendimento.queued_at))
_MINE = Bounded(
    _LISTED.add_columns(_UNANSWERED.label("unanswered"), _LAST)
    .outerjoin(_LAST, _LAST.id == _LAST_ID)
    .where(_HELD)
    .order_by(Atendimento.claimed_at)
)
_WITH_OTHERS = Bounded(_LISTED.where(_HELD_BY_OTHERS).order_by(Atendimento.claimed_at))
_COUNTED = Bounded(select(func.count(Atendimento.id)).where(_IN_QUEUE))
_UNANSWERED_OF_MINE = Bounded(select(_UNANSWERED).where(_HELD))


def waiting(session: Session, user: User) -> Sequence[Any]:
    """The queue of the user's núcleos, oldest first: rows with what a list shows of a conversation."""
    return _WAITING.ask(session, user).all()


def waiting_count(session: Session, user: User) -> int:
    """How many wait in the queue of the user's núcleos."""
    count: int = _COUNTED.ask(session, user).scalar_one()
    return count


def waiting_by_nucleo(session: Session) -> Mapping[str | None, int]:
    """How many wait in each núcleo where anybody does; under None those without one."""
    rows = session.execute(select(Atendimento.nucleo, func.count()).where(_IN_QUEUE).group_by(Atendimento.nucleo))
    return {nucleo: count for nucleo, count in rows}


def mine(session: Session, user: User) -> Sequence[Any]:
    """The conversations the user has taken and not closed, oldest first: rows as of `waiting`, each with `unanswered`
    and, as its last, the newest `Message`.

    `unanswered` counts the messages since a person's last words, or else since it was taken.
    """
    return _MINE.ask(session, user, user_id=user.id).all()


def unanswered(session: Session, user: User) -> Sequence[int]:
    """For each conversation of `mine`, its `unanswered`."""
    counts: Sequence[int] = _UNANSWERED_OF_MINE.ask(session, user, user_id=user.id).scalars().all()
    return counts


def with_others(session: Session, user: User) -> Sequence[Any]:
    """The conversations of the user's núcleos that colleagues have taken, oldest first: rows as of `waiting`."""
    return _WITH_OTHERS.ask(session, user, user_id=user.id).all()
