"""What Meta delivered and nobody has read yet, in the order it came."""

import json
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
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


def strike(session: Session, addresses: Collection[str]) -> None:
    """Take what some identities wrote, and what was told about it, out of every delivery; the rest stays."""
    for delivery in session.execute(select(Delivery.id, Delivery.body)):
        if not any(address.encode() in delivery.body for address in addresses):
            continue
        try:
            left = json.dumps(_without(json.loads(delivery.body), addresses)).encode()
        except ValueError:
            take(session, delivery.id)
            continue
        session.execute(update(Delivery.__table__).where(Delivery.id == delivery.id).values(body=left))


def _without(node: Any, addresses: Collection[str]) -> Any:
    """A part of a delivery without the list entries (messages, statuses, contacts) that name one of `addresses`."""
    if isinstance(node, dict):
        return {key: _without(value, addresses) for key, value in node.items()}
    if isinstance(node, list):
        return [_without(entry, addresses) for entry in node if not _names(entry, addresses)]
    return node


def _names(entry: Any, addresses: Collection[str]) -> bool:
    return isinstance(entry, dict) and any(isinstance(v, str) and v in addresses for v in entry.values())
