"""How the store stands, in numbers for IT: files that did not come, what could not be read, people who may be one."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from defensoria.conversations.identities import NINTH_DIGIT, doubts
from defensoria.conversations.models import (
    Atendimento,
    Holder,
    MediaFile,
    MediaStatus,
    UnreadablePayload,
)

_LISTED = 20


@dataclass(frozen=True)
class Health:
    """Numbers alone, and why files did not come; nothing that a citizen wrote.

    Attributes:
        files: count of citizens' files by status.
        file_failures: why files did not come, the commonest first, with how many.
        unreadable: parts of webhooks kept because they could not be read.
        last_unreadable: when the newest came and why it could not be read.
        look_alikes: pairs of citizens whose numbers differ by the ninth digit alone, and of whom nobody has decided.
        conflicts: pairs of whom WhatsApp gave one an identity of the other, and of whom nobody has decided.
    """

    files: Mapping[str, int]
    file_failures: list[tuple[str, int]]
    unreadable: int
    last_unreadable: tuple[datetime, str] | None
    look_alikes: int
    conflicts: int


def read_health(session: Session) -> Health:
    """The numbers as they stand."""
    files = session.execute(select(MediaFile.status, func.count()).group_by(MediaFile.status))
    failures = session.execute(
        select(MediaFile.error, func.count().label("times"))
        .where(MediaFile.status.in_((MediaStatus.FAILED.value, MediaStatus.EXPIRED.value, MediaStatus.REFUSED.value)))
        .group_by(MediaFile.error)
        .order_by(func.count().desc())
        .limit(_LISTED)
    )
    last = session.execute(
        select(UnreadablePayload.received_at, UnreadablePayload.reason).order_by(UnreadablePayload.id.desc()).limit(1)
    ).first()
    kinds = Counter(doubt.kind == NINTH_DIGIT for doubt in doubts(session))
    return Health(
        files=dict(tuple(row) for row in files),
        file_failures=[(error or "", times) for error, times in failures],
        unreadable=_count(session, select(UnreadablePayload.id)),
        last_unreadable=(last[0], last[1]) if last else None,
        look_alikes=kinds[True],
        conflicts=kinds[False],
    )


def held_in(session: Session, nucleos: Collection[str]) -> Mapping[str, tuple[int, int, int]]:
    """For each núcleo: how many conversations wait, are kept for its opening, and are with a person."""
    rows = session.execute(
        select(Atendimento.nucleo, Atendimento.holder, Atendimento.queue_from.is_not(None), func.count())
        .where(Atendimento.nucleo.in_(nucleos), Atendimento.holder.in_((Holder.QUEUE.value, Holder.HUMAN.value)))
        .group_by(Atendimento.nucleo, Atendimento.holder, Atendimento.queue_from.is_not(None))
    ).all()
    held = {nucleo: [0, 0, 0] for nucleo in nucleos}
    for nucleo, holder, kept, count in rows:
        held[nucleo][2 if holder == Holder.HUMAN.value else int(kept)] += count
    return {nucleo: (waiting, kept, served) for nucleo, (waiting, kept, served) in held.items()}


def _count(session: Session, chosen: Select) -> int:
    return int(session.scalar(select(func.count()).select_from(chosen.subquery())))
