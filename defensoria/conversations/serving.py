"""Which worker serves a citizen: one at a time, whoever took in the message, and another once that one is gone.

A worker says every so often that it is there. One that has said nothing for a while is taken to have died, and whom
it served is free: somebody else goes on with what was stored and not answered.
"""

from datetime import timedelta

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.models import Direction, Message, ServedCitizen, Status, Worker

BEAT_SECONDS = 2.0
GONE = timedelta(seconds=10)
"""How long a worker may say nothing: longer than a machine under load keeps a process from it."""

# Both databases write it alike, and SQLAlchemy has one construct for each.
_TAKE = text(
    "INSERT INTO served_citizens (citizen_id, worker) VALUES (:citizen_id, :worker) "
    "ON CONFLICT (citizen_id) DO UPDATE SET worker = excluded.worker WHERE served_citizens.worker = excluded.worker"
)
_GIVE_BACK = text("DELETE FROM served_citizens WHERE citizen_id = :citizen_id AND worker = :worker")
_UNSERVED = (Message.direction == Direction.IN.value, Message.status == Status.RECEIVED.value)
_ANY_UNSERVED = select(Message.id).where(Message.citizen_id == bindparam("citizen_id"), *_UNSERVED).limit(1)


def beat(session: Session, worker: str) -> None:
    """Say that `worker` is there, and let go whom those served who say nothing any more."""
    now = utc_now()
    session.merge(Worker(name=worker, seen_at=now))
    session.flush()
    session.execute(delete(Worker).where(Worker.seen_at < now - GONE).execution_options(synchronize_session=False))


def leave(session: Session, worker: str) -> None:
    """Let go whom `worker` served: it ends."""
    session.execute(delete(Worker).where(Worker.name == worker).execution_options(synchronize_session=False))


def take(session: Session, citizen_id: int, worker: str) -> bool:
    """Whether `worker` serves the citizen from now on; False where another does.

    Raises:
        sqlalchemy.exc.IntegrityError: the worker was taken to have died, and has to say first that it is there.
    """
    taken = session.execute(_TAKE, {"citizen_id": citizen_id, "worker": worker})
    return bool(taken.rowcount == 1)


def give_back(session: Session, citizen_id: int, worker: str) -> bool:
    """Let the citizen go. Returns whether something came that nobody has dealt with.

    Whoever stored it may have found the citizen served, and left it to the one who serves.
    """
    session.execute(_GIVE_BACK, {"citizen_id": citizen_id, "worker": worker})
    return session.scalar(_ANY_UNSERVED, {"citizen_id": citizen_id}) is not None


def left_alone(session: Session) -> list[int]:
    """Citizens with something to be answered whom nobody serves."""
    waiting = (
        select(Message.citizen_id)
        .outerjoin(ServedCitizen, ServedCitizen.citizen_id == Message.citizen_id)
        .where(*_UNSERVED, ServedCitizen.citizen_id.is_(None))
        .distinct()
    )
    return list(session.scalars(waiting))
