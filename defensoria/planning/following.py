"""Keeping the facts up with the events: a few at a time, by one process at a time, from where the last one ended."""

import asyncio
import logging
from datetime import datetime, timedelta, timezone

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.database import Database
from defensoria.conversations.models import Atendimento, AtendimentoEvent, AtendimentoFact, PlanningProgress
from defensoria.conversations.rasa_events import RASA_EVENTS, has_rasa_events
from defensoria.office.facts import office_facts
from defensoria.planning.facts import derive

logger = logging.getLogger(__name__)

_PACE_SECONDS = 30.0
_BATCH = 500
# PostgreSQL may commit a lower id after a higher one: by then it is there.
_SETTLED = timedelta(seconds=10)
_FIRST_TURN = timedelta(minutes=1)
"""How long before Rasa's first event of a dialogue its atendimento may have been opened."""


async def follow(database: Database) -> None:
    """Derive until cancelled. A failure is logged and tried again."""
    while True:
        try:
            more = await database.run(derive_some)
        except Exception:
            logger.exception("The facts for planning could not be derived; trying again.")
            more = False
        if not more:
            await asyncio.sleep(_PACE_SECONDS)


def derive_some(session: Session) -> bool:
    """Derive the facts of what the next events are about. Returns whether there may be more at once."""
    progress = _progress(session)
    rows = session.execute(
        select(AtendimentoEvent.id, AtendimentoEvent.atendimento_id)
        .where(AtendimentoEvent.id > progress.event_id, AtendimentoEvent.at <= utc_now() - _SETTLED)
        .order_by(AtendimentoEvent.id)
        .limit(_BATCH)
    ).all()
    if rows:
        derive(session, {row.atendimento_id for row in rows}, office_facts())
        progress.event_id = rows[-1].id
    return len(rows) == _BATCH


def rebuild(session: Session) -> int:
    """Forget the facts of what can be derived anew, and begin again with the first event. Returns of how many.

    That is every atendimento of which Rasa still remembers the dialogue: of older ones the facts alone are left.
    """
    _progress(session).event_id = 0
    whole = select(Atendimento.id)
    if has_rasa_events(session):
        oldest = session.scalar(select(RASA_EVENTS.c.timestamp).order_by(RASA_EVENTS.c.id).limit(1))
        since = datetime.fromtimestamp(oldest, timezone.utc) if oldest else utc_now()
        whole = whole.where(Atendimento.opened_at >= since - _FIRST_TURN)
    forgotten = session.execute(
        delete(AtendimentoFact)
        .where(AtendimentoFact.atendimento_id.in_(whole))
        .execution_options(synchronize_session=False)
    )
    return int(forgotten.rowcount)


def _progress(session: Session) -> PlanningProgress:
    found = session.get(PlanningProgress, 1, with_for_update=True)
    if found is None:
        found = PlanningProgress(id=1, event_id=0)
        session.add(found)
        session.flush()
    return found
