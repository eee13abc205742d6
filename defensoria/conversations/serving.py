"""Which worker serves a citizen: one at a time, whoever has a place free, and another once that one is gone.

A worker says every so often that it is there. One that has said nothing for a while is taken to have died, and whom
it served is free: somebody else goes on with what was stored and not answered.
"""

from collections.abc import Collection
from datetime import timedelta
from hashlib import blake2b

from sqlalchemy import bindparam, delete, func, select, text
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.models import Direction, Message, ServedCitizen, Status, Worker

BEAT_SECONDS = 2.0
GONE = timedelta(seconds=10)
"""How long a worker may say nothing: longer than a machine under load keeps a process from it."""

# Both databases write it alike, and SQLAlchemy has one construct for each.
_TAKE = text(
    "INSERT INTO served_citizens (citizen_id, worker) VALUES (:citizen_id, :worker) ON CONFLICT (citizen_id) DO NOTHING"
)
_GIVE_BACK = text("DELETE FROM served_citizens WHERE citizen_id = :citizen_id AND worker = :worker")
# Written out once: to put it together takes longer than to run it.
_MESSAGES, _SERVED = Message.__table__, ServedCitizen.__table__
_LEFT_ALONE = (
    select(_MESSAGES.c.citizen_id)
    .join_from(_MESSAGES, _SERVED, _SERVED.c.citizen_id == _MESSAGES.c.citizen_id, isouter=True)
    .where(
        _MESSAGES.c.direction == Direction.IN.value,
        _MESSAGES.c.status == Status.RECEIVED.value,
        _SERVED.c.citizen_id.is_(None),
    )
    .group_by(_MESSAGES.c.citizen_id)
    .order_by(func.min(_MESSAGES.c.id))
    .limit(bindparam("most"))
)
_EVERYBODY = 2**31


def beat(session: Session, worker: str) -> list[str]:
    """Say that `worker` is there, and let go whom those served who say nothing any more. Returns who is there."""
    now = utc_now()
    session.merge(Worker(name=worker, seen_at=now))
    session.flush()
    session.execute(delete(Worker).where(Worker.seen_at < now - GONE).execution_options(synchronize_session=False))
    return list(session.scalars(select(Worker.name)))


def home(citizen_id: int, workers: Collection[str]) -> str:
    """Which of `workers`, one at least, is to serve a citizen if it can: it has their conversation in memory.

    The same at each of them; where one comes or goes, most citizens stay with theirs.
    """
    return max(workers, key=lambda worker: blake2b(f"{worker} {citizen_id}".encode(), digest_size=8).digest())


def leave(session: Session, worker: str) -> None:
    """Let go whom `worker` served: it ends."""
    session.execute(delete(Worker).where(Worker.name == worker).execution_options(synchronize_session=False))


def take(session: Session, worker: str, wanted: Collection[int]) -> list[int]:
    """Those of `wanted` whom `worker` serves from now on: another may have been quicker.

    Raises:
        sqlalchemy.exc.IntegrityError: the worker was taken to have died, and has to say first that it is there.
    """
    # In one order at every worker: two who want the same citizens never wait for each other.
    return [
        citizen_id
        for citizen_id in sorted(wanted)
        if session.execute(_TAKE, {"citizen_id": citizen_id, "worker": worker}).rowcount == 1
    ]


def give_back(session: Session, citizen_id: int, worker: str) -> None:
    """Let the citizen go: whoever comes next deals with what came meanwhile."""
    session.execute(_GIVE_BACK, {"citizen_id": citizen_id, "worker": worker})


def left_alone(session: Session, most: int = _EVERYBODY) -> list[int]:
    """Up to `most` citizens with something to be answered whom nobody serves, who have waited longest first."""
    return list(session.scalars(_LEFT_ALONE, {"most": most}))
