"""How far the facts have been derived. Who changes facts holds this row, so that nobody else does meanwhile."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from defensoria.conversations.models import PlanningProgress


def hold(session: Session) -> PlanningProgress:
    """The one row of progress, until the transaction ends this one's alone."""
    found = session.get(PlanningProgress, 1, with_for_update=True)
    if found is None:
        found = PlanningProgress(id=1, event_id=0)
        session.add(found)
        session.flush()
    return found


def reached(session: Session) -> int:
    """The last event that has been derived from, 0 before the first; for who only reads."""
    return session.scalar(select(PlanningProgress.event_id)) or 0
