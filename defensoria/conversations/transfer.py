"""Handing a conversation on to a colleague, or into the queue of a núcleo, with a note on why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations import notes
from defensoria.conversations.events import record
from defensoria.conversations.holder import Contested, change, holder_name
from defensoria.conversations.models import Atendimento, Holder, User, UserNucleo


class UnfitDestination(ValueError):
    """The conversation is there already, or that person does not answer for that núcleo."""


@dataclass(frozen=True, kw_only=True)
class Destination:
    """The queue of a núcleo, or one of its people. `words` is what the note calls it."""

    nucleo: str
    user_id: int | None = None
    words: str


def transfer(
    session: Session, atendimento_id: int, user: User, to: Destination, note: str, directs: bool = False
) -> Atendimento:
    """Hand on a conversation that the user holds. It keeps its place in line: the citizen waits since they came.

    Args:
        directs: whether the user may also hand on one that nobody has taken, or that a colleague has.

    Raises:
        Contested: the conversation is not this user's to hand on, or no longer.
        UnfitDestination: it cannot go there.
    """
    seen: Atendimento = session.get(Atendimento, atendimento_id)
    before = {"from_nucleo": seen.nucleo}
    holder = Holder(seen.holder)
    mine = holder is Holder.HUMAN and seen.attendant_id == user.id
    if not mine and not (directs and holder in (Holder.QUEUE, Holder.HUMAN)):
        raise Contested(holder_name(session, atendimento_id))
    person = _person(session, to) if to.user_id is not None else None
    if person is None and holder is Holder.QUEUE and to.nucleo == seen.nucleo:
        raise UnfitDestination("it waits there already")
    if person is not None and person.id == user.id:
        raise UnfitDestination("nobody hands on to themselves")
    moved = change(session, atendimento_id, holder, seen.epoch, _values(seen, to), Atendimento.queue_from.is_(None))
    if moved is None:
        raise Contested(holder_name(session, atendimento_id))
    kept = notes.add(session, moved, user, note, to.words)
    told = {"to": person.login} if person is not None else {}
    record(session, moved, "transferred", user.login, note_id=kept.id, to_nucleo=to.nucleo, **before, **told)
    return moved


def take_over(session: Session, atendimento_id: int, user: User) -> Atendimento:
    """Take what a colleague holds, for who directs the work. Nothing happens to what the user holds already.

    Raises:
        Contested: nobody holds it, or it has just changed hands.
    """
    seen: Atendimento = session.get(Atendimento, atendimento_id)
    if seen.holder == Holder.HUMAN.value and seen.attendant_id == user.id:
        return seen
    holder_then = session.get(User, seen.attendant_id) if seen.attendant_id else None
    values = {"epoch": seen.epoch + 1, "attendant_id": user.id, "claimed_at": utc_now()}
    taken = change(session, atendimento_id, Holder.HUMAN, seen.epoch, values)
    if taken is None or holder_then is None:
        raise Contested(holder_name(session, atendimento_id))
    record(session, taken, "taken_over", user.login, from_login=holder_then.login)
    return taken


def people_of(session: Session, nucleos: Collection[str]) -> Mapping[str, list[User]]:
    """The active people of each of some núcleos, by name."""
    rows = session.execute(
        select(UserNucleo.nucleo, User)
        .join(User, User.id == UserNucleo.user_id)
        .where(UserNucleo.nucleo.in_(nucleos), User.active)
        .order_by(User.name)
    )
    people: dict[str, list[User]] = {}
    for nucleo, user in rows:
        people.setdefault(nucleo, []).append(user)
    return people


def staffed(session: Session) -> frozenset[str]:
    """The núcleos for which somebody answers."""
    rows = select(UserNucleo.nucleo).join(User, User.id == UserNucleo.user_id).where(User.active).distinct()
    return frozenset(session.scalars(rows))


def _person(session: Session, to: Destination) -> User:
    person: User | None = session.get(User, to.user_id)
    if person is None or not person.active or to.nucleo not in person.nucleo_ids:
        raise UnfitDestination("that person does not answer for that núcleo")
    return person


def _values(seen: Atendimento, to: Destination) -> dict[str, Any]:
    values: dict[str, Any] = {"nucleo": to.nucleo, "epoch": seen.epoch + 1, "attendant_id": to.user_id}
    if to.user_id is not None:
        return {**values, "holder": Holder.HUMAN.value, "claimed_at": utc_now()}
    return {**values, "holder": Holder.QUEUE.value, "claimed_at": None}
