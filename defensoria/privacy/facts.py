"""What is kept of an atendimento for planning when its data go: no name, no number, no id, instants to the hour."""

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

_FILE_TYPES = ("audio", "image", "video", "document", "sticker")
_INSTANTS = ("opened", "queued", "claimed", "closed")


def keep_facts(session: Session, atendimento: Atendimento) -> None:
    """Add the facts of an atendimento, in the transaction that removes it."""
    counts = dict(
        session.execute(
            select(Message.author, func.count())
            .where(Message.atendimento_id == atendimento.id)
            .group_by(Message.author)
        ).all()
    )
    # The files themselves have a shorter term.
    files = session.scalar(
        select(func.count()).where(Message.atendimento_id == atendimento.id, Message.type.in_(_FILE_TYPES))
    )
    written, bot = counts.pop(CITIZEN_AUTHOR, 0), counts.pop(BOT_AUTHOR, 0)
    session.add(
        AtendimentoFact(
            **{name: getattr(atendimento, name) for name in TRIAGE_SLOTS},
            **{f"{name}_hour": _hour(getattr(atendimento, f"{name}_at")) for name in _INSTANTS},
            outcome=atendimento.outcome,
            came_back=atendimento.previous_id is not None,
            messages_in=written,
            messages_bot=bot,
            messages_people=sum(counts.values()),
            files=files,
            minutes_triage=_minutes(atendimento.opened_at, atendimento.queued_at),
            minutes_waiting=_minutes(atendimento.queued_at, atendimento.claimed_at),
            minutes_attended=_minutes(atendimento.claimed_at, atendimento.closed_at),
        )
    )


def _hour(at: datetime | None) -> datetime | None:
    return at.replace(minute=0, second=0, microsecond=0) if at else None


def _minutes(since: datetime | None, until: datetime | None) -> int | None:
    return int((until - since).total_seconds() // 60) if since and until else None
