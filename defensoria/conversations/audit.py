"""The audit: entries that are only added, each sealed with the hash of the one before, so that a change shows.

The database itself refuses to change an entry, and to remove one that no `expurgo` entry names (see migration 0005).
Whoever may rewrite the whole database may also seal it anew: the last hash, kept elsewhere, tells.
"""

import hashlib
import json
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, event, func, select, text
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.models import AuditEntry

SYSTEM = "sistema"
"""The actor of what no person asked for."""

UNKNOWN = "desconhecido"
"""The actor where nobody has the login that was tried."""

REMOVAL = "expurgo"
"""The action of the entry that names the last one removed, and its hash: the chain goes on from there."""

_FIRST = "0" * 64
_LOCK_KEY = 65_99963_4455
_PENDING = "audit"
_LONGEST_ORIGIN = 60


@dataclass(frozen=True)
class Chain:
    """What checking the entries found: how many hold, the hash of the last of them, and the id of the first that does
    not, or None."""

    entries: int
    last_hash: str
    first_broken: int | None


def record(
    session: Session,
    actor: str,
    action: str,
    *,
    protocolo: str | None = None,
    nucleo: str | None = None,
    origin: str | None = None,
    **data: Any,
) -> None:
    """Add an entry, in the transaction of what it tells of, when that commits.

    Args:
        actor: login of the user, or `SYSTEM`.
        action: what was done, such as `leitura` or `transferencia`.
        protocolo: of the atendimento concerned.
        nucleo: of the atendimento concerned.
        origin: network address of the request.
        data: ids and names of things, as JSON; never what a citizen wrote.
    """
    entry = AuditEntry(
        at=utc_now(),
        actor=actor,
        action=action,
        protocolo=protocolo,
        nucleo=nucleo,
        origin=origin and origin[:_LONGEST_ORIGIN],
        # As it will be read again: what JSON cannot hold fails here.
        data=json.loads(json.dumps(data)) or None,
    )
    session.info.setdefault(_PENDING, []).append(entry)


@event.listens_for(Session, "before_commit")
def _add_pending(session: Session) -> None:
    # Last of all that a transaction does: who waits for the entry before holds nothing that others wait for.
    entries = session.info.pop(_PENDING, [])
    if not entries:
        return
    if session.get_bind().dialect.name == "postgresql":
        # Two entries at once would both follow the same one. SQLite lets in one writer anyway.
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
    session.flush()
    before = session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or _FIRST
    for entry in entries:
        before = entry.hash = seal(entry, before)
        session.add(entry)
        session.flush()


@event.listens_for(Session, "after_rollback")
def _forget_pending(session: Session) -> None:
    session.info.pop(_PENDING, None)


def seal(entry: AuditEntry, before: str) -> str:
    """The hash of an entry that follows one with the hash `before`."""
    told = [
        before,
        entry.at.isoformat(timespec="microseconds"),
        entry.actor,
        entry.action,
        entry.protocolo,
        entry.nucleo,
        entry.origin,
        entry.data,
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def check(session: Session) -> Chain:
    """Follow the whole chain, from its beginning or from what the last removal left."""
    count, before = 0, _start(session)
    for entry in _entries(session):
        if entry.hash != seal(entry, before):
            return Chain(count, before, int(entry.id))
        count, before = count + 1, entry.hash
    return Chain(count, before, None)


def missing(session: Session, hashes: Set[str]) -> Set[str]:
    """Those of the hashes, kept elsewhere, that no entry has any more."""
    return hashes - set(session.scalars(select(AuditEntry.hash).where(AuditEntry.hash.in_(hashes))))


def export(session: Session) -> Iterator[dict[str, Any]]:
    """Yield every entry as a JSON-ready dict, oldest first; instants are ISO 8601 with offset."""
    for entry in _entries(session):
        row = {name: getattr(entry, name) for name in ("id", "actor", "action", "protocolo", "nucleo", "origin")}
        yield {"at": entry.at.isoformat(timespec="microseconds"), **row, "data": entry.data, "hash": entry.hash}


def remove_before(session: Session, instant: datetime, actor: str = SYSTEM) -> int:
    """Remove what is older than `instant`, in a transaction of its own. Returns how many entries that were.

    An `expurgo` entry goes before, with the id and the hash of the last one removed: the database lets go of nothing
    else, and `check` goes on from there.
    """
    last = session.scalar(select(func.max(AuditEntry.id)).where(AuditEntry.at < instant))
    if last is None:
        return 0
    record(session, actor, REMOVAL, ate=last, hash=session.get(AuditEntry, last).hash)
    _add_pending(session)
    gone = delete(AuditEntry).where(AuditEntry.id <= last).execution_options(synchronize_session=False)
    return int(session.execute(gone).rowcount)


def _start(session: Session) -> str:
    removal = session.scalar(
        select(AuditEntry).where(AuditEntry.action == REMOVAL).order_by(AuditEntry.id.desc()).limit(1)
    )
    return removal.data["hash"] if removal else _FIRST


def _entries(session: Session) -> Iterator[AuditEntry]:
    query = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    yield from session.scalars(query)
