"""The audit export: one JSON object an atendimento, oldest first (see the README for its fields)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from defensoria.conversations import notes
from defensoria.conversations.models import TRIAGE_SLOTS, Atendimento, Message, Note


def export_atendimentos(session: Session, with_messages: bool = False) -> Iterator[dict[str, Any]]:
    """Yield every atendimento as a JSON-ready dict; instants are ISO 8601 with offset, or None."""
    query = select(Atendimento).options(joinedload(Atendimento.attendant)).order_by(Atendimento.id)
    for atendimento in session.scalars(query.execution_options(yield_per=500)):
        row = _atendimento(atendimento)
        if with_messages:
            row["messages"] = [
                _message(message)
                for message in session.scalars(
                    select(Message).where(Message.atendimento_id == atendimento.id).order_by(Message.id)
                )
            ]
            row["notes"] = [_note(note) for note in notes.of_atendimento(session, atendimento.id)]
        yield row


def _atendimento(atendimento: Atendimento) -> dict[str, Any]:
    handed_over = atendimento.queued_at is not None
    triage: dict[str, Any] = {name: getattr(atendimento, name) for name in TRIAGE_SLOTS}
    triage["atendimento_humano"] = handed_over
    triage["protocolo"] = atendimento.protocolo if handed_over else None
    return {
        "protocolo": atendimento.protocolo,
        "citizen_id": atendimento.citizen_id,
        "opened_at": _iso(atendimento.opened_at),
        "queued_at": _iso(atendimento.queued_at),
        "claimed_at": _iso(atendimento.claimed_at),
        "closed_at": _iso(atendimento.closed_at),
        "holder": atendimento.holder,
        "attendant": atendimento.attendant.login if atendimento.attendant else None,
        "outcome": atendimento.outcome,
        "rating": atendimento.rating,
        "triage": triage,
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "at": _iso(message.at),
        "direction": message.direction,
        "author": message.author,
        "type": message.type,
        "text": message.text,
        "wamid": message.wamid,
        "status": message.status,
    }


def _note(note: Note) -> dict[str, Any]:
    """What colleagues wrote to each other, apart from what the citizen was told."""
    return {"at": _iso(note.at), "author": note.author, "text": note.text, "transfer": note.transfer}


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
