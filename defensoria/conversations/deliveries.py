"""What Meta delivered and nobody has read yet, in the order it came."""

from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.models import Delivery

# Written out once: to put one of these together takes longer than to run it.
_PUT = insert(Delivery.__table__)
_OLDEST = select(Delivery.id, Delivery.body).order_by(Delivery.id).limit(bindparam("most"))
_TAKE = delete(Delivery.__table__).where(Delivery.id == bindparam("delivery_id"))


class Body(NamedTuple):
    """A delivery's id and its bytes."""

    id: int
    body: bytes


def put(session: Session, body: bytes) -> None:
    """Keep a delivery until somebody reads it."""
    session.execute(_PUT, {"received_at": utc_now(), "body": body})


def oldest(session: Session, most: int) -> list[Body]:
    """Up to `most` deliveries, oldest first."""
    return [Body(*row) for row in session.execute(_OLDEST, {"most": most})]


def take(session: Session, delivery_id: int) -> bool:
    """Take a delivery away, to read it in this transaction. False where another process has read it."""
    return bool(session.execute(_TAKE, {"delivery_id": delivery_id}).rowcount == 1)
