"""The record of what happened to each atendimento, in order."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, Protocol

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.models import AtendimentoEvent


class Concerned(Protocol):
    """What an event needs to know of its atendimento, which is in the store."""

    @property
    def id(self) -> Any:
        """Its id."""

    @property
    def nucleo(self) -> Any:
        """The id of the núcleo that it is for now, or None."""


class Whose(NamedTuple):
    """An atendimento as far as an event needs to know it."""

    id: int
    nucleo: str | None


_EVENT = insert(AtendimentoEvent.__table__)


def record(session: Session, atendimento: Concerned, kind: str, actor: str, **data: Any) -> None:
    """Add an event. `data` holds ids and names, never a message's text."""
    event = {
        "atendimento_id": atendimento.id,
        "at": utc_now(),
        "kind": kind,
        "actor": actor,
        "nucleo": atendimento.nucleo,
        "data": data or None,
    }
    session.execute(_EVENT, event)


def last_event_id(session: Session) -> int:
    """The id of the newest event, 0 when there is none."""
    return session.scalar(select(func.max(AtendimentoEvent.id))) or 0


def ids_after(session: Session, event_id: int, limit: int) -> Sequence[int]:
    """The ids of the events newer than `event_id`, oldest first."""
    newer = select(AtendimentoEvent.id).where(AtendimentoEvent.id > event_id)
    ids: Sequence[int] = session.scalars(newer.order_by(AtendimentoEvent.id).limit(limit)).all()
    return ids


def with_ids(session: Session, ids: Collection[int]) -> Sequence[AtendimentoEvent]:
    """The events with these ids, oldest first."""
    these = select(AtendimentoEvent).where(AtendimentoEvent.id.in_(ids))
    return session.scalars(these.order_by(AtendimentoEvent.id)).all()
