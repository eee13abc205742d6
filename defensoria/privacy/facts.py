"""What is kept of an atendimento for planning when its data go: no name, no number, no id, instants to the hour."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from defensoria.conversations.models import (
    BOT_AUTHOR,
    CITIZEN_AUTHOR,
    TRIAGE_SLOTS,
    Atendimento,
    AtendimentoFact,
    Message,
)

_FILES = " files"
_FILE_TYPES = ("audio", "image", "video", "document", "sticker")
_INSTANTS = ("opened", "queued", "claimed", "closed")


def keep_facts(session: Session, atendimentos: Collection[Atendimento]) -> None:
    """Add the facts of atendimentos, in the transaction that removes them."""
    said = _counts(session, [atendimento.id for atendimento in atendimentos])
    session.add_all(_fact(atendimento, said[atendimento.id]) for atendimento in atendimentos)
    session.flush()


def _counts(session: Session, ids: Collection[int]) -> Mapping[int, Counter[str]]:
    """For each atendimento: messages by author, and files under the name of their column."""
    kinds = (Message.atendimento_id, Message.author, Message.type)
    counted = select(*kinds, func.count()).where(Message.atendimento_id.in_(ids)).group_by(*kinds)
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for atendimento_id, author, kind, count in session.execute(counted):
        counts[atendimento_id][author] += count
        # The files themselves have a shorter term.
        counts[atendimento_id][_FILES] += count if kind in _FILE_TYPES else 0
    return counts


def _fact(atendimento: Atendimento, said: Counter[str]) -> AtendimentoFact:
    return AtendimentoFact(
        **{name: getattr(atendimento, name) for name in TRIAGE_SLOTS},
        **{f"{name}_hour": _hour(getattr(atendimento, f"{name}_at")) for name in _INSTANTS},
        outcome=atendimento.outcome,
        came_back=atendimento.previous_id is not None,
        messages_in=said[CITIZEN_AUTHOR],
        messages_bot=said[BOT_AUTHOR],
        messages_people=sum(said.values()) - said[CITIZEN_AUTHOR] - said[BOT_AUTHOR] - said[_FILES],
        files=said[_FILES],
        minutes_triage=_minutes(atendimento.opened_at, atendimento.queued_at),
        minutes_waiting=_minutes(atendimento.queued_at, atendimento.claimed_at),
        minutes_attended=_minutes(atendimento.claimed_at, atendimento.closed_at),
    )


def _hour(at: datetime | None) -> datetime | None:
    return at.replace(minute=0, second=0, microsecond=0) if at else None


def _minutes(since: datetime | None, until: datetime | None) -> int | None:
    return int((until - since).total_seconds() // 60) if since and until else None
