"""How citizens found the service: asked once after a person has closed an atendimento, and kept with it."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from defensoria.clock import utc_now
from defensoria.conversations import holder
from defensoria.conversations.events import record
from defensoria.conversations.models import CITIZEN_AUTHOR, Atendimento, Holder, Outcome
from defensoria.conversations.outbox import WINDOW, Outgoing

_LATEST = timedelta(hours=1)
"""How long after a closing it is still asked: later the question comes out of nowhere."""
_SWEEP = 200
_UNASKED_OUTCOMES = (Outcome.NO_ANSWER.value,)


def to_be_asked(session: Session) -> list[Atendimento]:
    """Atendimentos that a person closed lately, whose citizen was there, can be written to and has not been asked."""
    now = utc_now()
    later = aliased(Atendimento)
    went_on = select(later.id).where(later.citizen_id == Atendimento.citizen_id, later.id > Atendimento.id)
    return list(
        session.scalars(
            select(Atendimento)
            .options(joinedload(Atendimento.citizen))
            .where(
                Atendimento.closed_at >= now - _LATEST,
                Atendimento.holder == Holder.CLOSED.value,
                Atendimento.attendant_id.is_not(None),
                Atendimento.outcome.not_in(_UNASKED_OUTCOMES),
                Atendimento.rating_asked_at.is_(None),
                Atendimento.last_citizen_message_at > now - WINDOW,
                ~went_on.exists(),
            )
            .order_by(Atendimento.id)
            .limit(_SWEEP)
        )
    )


def ask(session: Session, seen: Atendimento, says: Sequence[Outgoing]) -> bool:
    """Ask, unless somebody has asked since `seen` was read."""
    not_asked = Atendimento.rating_asked_at.is_(None)
    return holder.tell(session, seen, {"rating_asked_at": utc_now()}, says, not_asked) is not None


def awaited(atendimento: Atendimento) -> bool:
    """Whether the citizen was asked and has not answered."""
    return atendimento.rating_asked_at is not None and atendimento.rating is None


def rate(session: Session, message_id: int, rating: str, says: Sequence[Outgoing]) -> None:
    """Keep an answer, and thank for it. The message is done with; it opens nothing."""
    atendimento = holder.acknowledge(session, message_id, says)
    if atendimento is not None:
        atendimento.rating = rating
        record(session, atendimento, "rated", CITIZEN_AUTHOR, rating=rating)
