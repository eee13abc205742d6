"""Legal holds: what is kept beyond its term, by whose word, why, and until when."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations import audit
from defensoria.conversations.models import Atendimento, Citizen, Holder, LegalHold, PrivacyRequest, RequestStatus

_UNDECIDED = (RequestStatus.OPEN.value, RequestStatus.GRANTED.value)


def set_hold(
    session: Session, atendimento: Atendimento, actor: str, reason: str, until: datetime | None, whole: bool
) -> LegalHold:
    """Keep an atendimento, or with `whole` all of its citizen's data, until an instant or until somebody lifts it."""
    hold = LegalHold(
        citizen_id=atendimento.citizen_id,
        atendimento_id=None if whole else atendimento.id,
        reason=reason,
        set_by=actor,
        set_at=utc_now(),
        until=until,
    )
    session.add(hold)
    session.flush()
    audit.record(session, actor, "guarda_legal", protocolo=atendimento.protocolo, guarda=hold.id, pessoa=whole)
    return hold


def lift(session: Session, hold_id: int, actor: str) -> bool:
    """End a hold now. False when it has ended already or never was."""
    hold = session.scalar(select(LegalHold).where(LegalHold.id == hold_id, active(utc_now())).with_for_update())
    if hold is None:
        return False
    hold.lifted_by, hold.lifted_at = actor, utc_now()
    audit.record(session, actor, "guarda_legal_encerrada", guarda=hold.id)
    return True


def active(now: datetime) -> Any:
    """The condition of a hold in force."""
    return and_(LegalHold.lifted_at.is_(None), or_(LegalHold.until.is_(None), LegalHold.until > now))


def in_force(session: Session) -> list[LegalHold]:
    """Every hold in force, the newest first."""
    return list(session.scalars(select(LegalHold).where(active(utc_now())).order_by(LegalHold.id.desc())))


def holds_on(session: Session, citizen_id: int) -> bool:
    """Whether anything of a citizen is held."""
    return bool(session.scalar(select(exists().where(LegalHold.citizen_id == citizen_id, active(utc_now())))))


def free_atendimento(now: datetime) -> Any:
    """The condition of an atendimento that is closed and of which nothing is held or asked for."""
    of_it = or_(LegalHold.atendimento_id.is_(None), LegalHold.atendimento_id == Atendimento.id)
    held = exists().where(LegalHold.citizen_id == Atendimento.citizen_id, of_it, active(now))
    return and_(Atendimento.holder == Holder.CLOSED.value, ~held, ~_asked(Atendimento.citizen_id))


def free_citizen(now: datetime) -> Any:
    """The condition of a citizen of whom nothing is open, held or asked for."""
    held = exists().where(LegalHold.citizen_id == Citizen.id, active(now))
    is_open = exists().where(Atendimento.citizen_id == Citizen.id, Atendimento.holder != Holder.CLOSED.value)
    return and_(~held, ~is_open, ~_asked(Citizen.id))


def _asked(citizen_id: Any) -> Any:
    # What somebody wants to see, or wants corrected, must not go before a person has dealt with it.
    return exists().where(PrivacyRequest.citizen_id == citizen_id, PrivacyRequest.status.in_(_UNDECIDED))
