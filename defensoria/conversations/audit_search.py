"""Finding entries of the audit: of some days, by somebody, of one kind, about one protocol."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from defensoria.conversations.models import AuditEntry


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Entries from `start` to before `end`; None leaves a choice open."""

    start: datetime
    end: datetime
    actor: str | None = None
    action: str | None = None
    protocolo: str | None = None


def found(session: Session, wanted: Wanted, limit: int, before: int | None = None) -> Sequence[AuditEntry]:
    """What is wanted, newest first.

    Args:
        limit: no more than so many.
        before: only entries older than the one with this id, for the page that follows.
    """
    query = select(AuditEntry).where(AuditEntry.at >= wanted.start, AuditEntry.at < wanted.end)
    for name in ("actor", "action", "protocolo"):
        if (chosen := getattr(wanted, name)) is not None:
            query = query.where(getattr(AuditEntry, name) == chosen)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)).all()


def newest(session: Session, action: str) -> AuditEntry | None:
    """The last entry of one kind, or None."""
    return session.scalar(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id.desc()).limit(1))
