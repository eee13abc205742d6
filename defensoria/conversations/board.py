"""The day as it stands, for who directs it: per núcleo and per person, bounded by the user's núcleos."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from defensoria.conversations.desk_views import visible
from defensoria.conversations.models import (
    BOT_AUTHOR,
    Atendimento,
    Direction,
    Holder,
    Message,
    User,
    UserNucleo,
)
from defensoria.conversations.users import at_the_desk


@dataclass(kw_only=True)
class NucleoToday:
    """One núcleo's day. `answered` holds, for each first answer, when the citizen was queued and when it came."""

    waiting: int = 0
    oldest: datetime | None = None
    taken: int = 0
    closed: int = 0
    answered: list[tuple[datetime, datetime]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class PersonToday:
    """One person's day. `on` says whether they are logged in."""

    user: User
    on: bool
    taken: int
    closed: int


def nucleos_today(session: Session, user: User, since: datetime) -> Mapping[str | None, NucleoToday]:
    """The day so far of each núcleo that the user sees and that has anything to show.

    Args:
        since: when the day began.
    """
    found: dict[str | None, NucleoToday] = defaultdict(NucleoToday)
    in_queue = (Atendimento.holder == Holder.QUEUE.value, Atendimento.queue_from.is_(None))
    rows = _by_nucleo(session, user, (func.count(), func.min(Atendimento.queued_at)), *in_queue)
    for nucleo, waiting, oldest in rows:
        found[nucleo].waiting, found[nucleo].oldest = waiting, oldest
    for nucleo, taken in _by_nucleo(session, user, (func.count(),), Atendimento.holder == Holder.HUMAN.value):
        found[nucleo].taken = taken
    for nucleo, closed in _by_nucleo(session, user, (func.count(),), *_closed_by_people(since)):
        found[nucleo].closed = closed
    for nucleo, queued_at, answered_at in _first_answers(session, user, since):
        found[nucleo].answered.append((queued_at, answered_at))
    return dict(found)


def people_today(session: Session, user: User, since: datetime) -> Sequence[PersonToday]:
    """The active people of the user's núcleos, by name; who is logged in first.

    Args:
        since: when the day began.
    """
    colleagues = session.scalars(
        select(User)
        .where(User.active, User.id.in_(select(UserNucleo.user_id).where(UserNucleo.nucleo.in_(user.nucleo_ids))))
        .order_by(User.name)
    ).all()
    logged_in = at_the_desk(session)
    taken = _by_person(session, user, Atendimento.holder == Holder.HUMAN.value)
    closed = _by_person(session, user, *_closed_by_people(since))
    people = [
        PersonToday(user=one, on=one.id in logged_in, taken=taken.get(one.id, 0), closed=closed.get(one.id, 0))
        for one in colleagues
    ]
    return sorted(people, key=lambda person: not person.on)


def _closed_by_people(since: datetime) -> tuple[Any, ...]:
    return (
        Atendimento.closed_at >= since,
        Atendimento.holder == Holder.CLOSED.value,
        Atendimento.attendant_id.is_not(None),
    )


def _by_nucleo(session: Session, user: User, figures: tuple[Any, ...], *conditions: Any) -> Sequence[Any]:
    return session.execute(
        select(Atendimento.nucleo, *figures).where(visible(user), *conditions).group_by(Atendimento.nucleo)
    ).all()


def _by_person(session: Session, user: User, *conditions: Any) -> Mapping[int, int]:
    rows = session.execute(
        select(Atendimento.attendant_id, func.count())
        .where(visible(user), *conditions)
        .group_by(Atendimento.attendant_id)
    )
    return {person: count for person, count in rows}


def _first_answers(session: Session, user: User, since: datetime) -> Sequence[Any]:
    """Núcleo, when queued, when first answered by a person: of those taken since the day began."""
    return session.execute(
        select(Atendimento.nucleo, Atendimento.queued_at, func.min(Message.at))
        .join(Message, Message.atendimento_id == Atendimento.id)
        .where(
            visible(user),
            Atendimento.claimed_at >= since,
            Message.direction == Direction.OUT.value,
            Message.author != BOT_AUTHOR,
        )
        .group_by(Atendimento.id, Atendimento.nucleo, Atendimento.queued_at)
    ).all()
