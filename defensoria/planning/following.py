"""Keeping the facts up with the events: a few at a time, by one process at a time, from where the last one ended."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.database import Database
from defensoria.conversations.models import Atendimento, AtendimentoEvent, AtendimentoFact
from defensoria.conversations.rasa_events import RASA_EVENTS, has_rasa_events
from defensoria.office.facts import office_facts
from defensoria.planning.days import changed, keep_packed, pack_one
from defensoria.planning.facts import Values, keep, read
from defensoria.planning.progress import hold, reached

logger = logging.getLogger(__name__)

_PACE_SECONDS = 30.0
_RESTS = 4.0
"""How many times as long as it worked it rests before it goes on: who waits for an answer goes before planning."""
_BATCH = 500
# PostgreSQL may commit a lower id after a higher one: by then it is there.
_SETTLED = timedelta(seconds=10)
_FIRST_TURN = timedelta(minutes=1)
"""How long before Rasa's first event of a dialogue its atendimento may have been opened."""


@dataclass(frozen=True)
class Found:
    """What a few events led to: between which two of them it was read, and whether there may be more at once."""

    after: int
    upto: int
    facts: Sequence[Values]
    more: bool


async def follow(database: Database) -> None:
    """Derive until cancelled. A failure is logged and tried again."""
    while True:
        begun = time.monotonic()
        try:
            found = await database.read(look)
            more = found.more
            if found.upto > found.after:
                await database.run(settle, found)
            packed = await database.read(pack_one)
            if packed is not None:
                await database.run(keep_packed, packed)
                more = True
        except Exception:
            logger.exception("The facts for planning could not be derived; trying again.")
            more = False
        await asyncio.sleep(_RESTS * (time.monotonic() - begun) if more else _PACE_SECONDS)


def derive_some(session: Session) -> bool:
    """Derive the facts of what the next events are about. Returns whether there may be more at once."""
    found = look(session)
    settle(session, found)
    return found.more


def look(session: Session) -> Found:
    """Read what the next events are about. That takes long, and keeps nobody from writing."""
    after = reached(session)
    rows = session.execute(
        select(AtendimentoEvent.id, AtendimentoEvent.atendimento_id)
        .where(AtendimentoEvent.id > after, AtendimentoEvent.at <= utc_now() - _SETTLED)
        .order_by(AtendimentoEvent.id)
        .limit(_BATCH)
    ).all()
    found = read(session, {row.atendimento_id for row in rows}, office_facts()) if rows else []
    return Found(after, rows[-1].id if rows else after, found, len(rows) == _BATCH)


def settle(session: Session, found: Found) -> bool:
    """Keep what was read, unless another process has derived meanwhile. Returns whether it was kept."""
    progress = hold(session)
    if progress.event_id != found.after:
        return False
    keep(session, found.facts)
    progress.event_id = found.upto
    return True


def rebuild(session: Session) -> int:
    """Forget the facts of what can be derived anew, and begin again with the first event. Returns of how many.

    That is every atendimento of which Rasa still remembers the dialogue: of older ones the facts alone are left.
    """
    hold(session).event_id = 0
    whole = select(Atendimento.id)
    if has_rasa_events(session):
        oldest = session.scalar(select(RASA_EVENTS.c.timestamp).order_by(RASA_EVENTS.c.id).limit(1))
        since = datetime.fromtimestamp(oldest, timezone.utc) if oldest else utc_now()
        whole = whole.where(Atendimento.opened_at >= since - _FIRST_TURN)
    theirs = AtendimentoFact.atendimento_id.in_(whole)
    changed(session, session.scalars(select(AtendimentoFact.opened_hour).where(theirs).distinct()))
    forgotten = session.execute(delete(AtendimentoFact).where(theirs).execution_options(synchronize_session=False))
    return int(forgotten.rowcount)
