"""The audit: entries that are only added, each sealed with the hash of the one before, so that a change shows."""

import hashlib
import json
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.models import AuditEntry

SYSTEM = "sistema"
"""The actor of what no person asked for."""

_FIRST = "0" * 64
_LOCK_KEY = 65_99963_4455


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
    """Add an entry, in the transaction of what it tells of.

    Args:
        actor: login of the user, or `SYSTEM`.
        action: what was done, such as `leitura` or `transferencia`.
        protocolo: of the atendimento concerned.
        nucleo: of the atendimento concerned.
        origin: network address of the request.
        data: ids and names of things, as JSON; never what a citizen wrote.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Two entries at once would both follow the same one. SQLite lets in one writer anyway.
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
    session.flush()
    before = session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
    entry = AuditEntry(
        at=utc_now(),
        actor=actor,
        action=action,
        protocolo=protocolo,
        nucleo=nucleo,
        origin=origin,
        data=data or None,
    )
    entry.hash = seal(entry, before or _FIRST)
    session.add(entry)
    session.flush()


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


def first_broken(session: Session) -> int | None:
    """The id of the first entry that does not follow from the one before it, or None when the whole chain holds."""
    before = _FIRST
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)):
        if entry.hash != seal(entry, before):
            return int(entry.id)
        before = entry.hash
    return None
