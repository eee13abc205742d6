"""The way through the triage, read from the events that Rasa keeps: what was asked, not understood and corrected."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from defensoria.conversations.rasa_events import RASA_EVENTS

QUESTIONS = ("criterio", "elegibilidade", "servico", "area", "assunto", "municipio", "confirmacao", "recado")
"""The slots that are asked for, in the order of the triage."""

_FORMS = ("triagem_form", "plantao_form")
_ASKS = {f"utter_ask_{form}_{slot}": slot for form in _FORMS for slot in QUESTIONS}
_CORRECTED = "utter_corrigido"
NOT_UNDERSTOOD = "incompreensoes"
"""The slot that counts up with each message not understood, and starts again with one that is."""

_WANTS_PERSON = "pede_pessoa"


@dataclass
class Way:
    """One citizen's way through the triage. `asked` counts how often each question was put."""

    asked: Counter[str] = field(default_factory=Counter)
    last_question: str | None = None
    not_understood: int = 0
    corrections: int = 0
    wanted_person: bool = False


def read_way(session: Session, senders: Iterable[str], since: datetime, until: datetime) -> Way:
    """The way of a citizen between two instants, under any of the identities they wrote with."""
    way, failures = Way(), 0.0
    for sender in senders:
        for kind, event in _events(session, sender, since, until):
            if kind == "bot":
                _hear(way, event)
            elif event["name"] == _WANTS_PERSON:
                way.wanted_person |= bool(event.get("value"))
            else:
                count = failures_told(event)
                way.not_understood += count > failures
                failures = count
    return way


def question_of(event: Mapping[str, Any]) -> str | None:
    """The slot that an utterance of the bot asks for, None where it asks for none."""
    return _ASKS.get(_response(event))


def failures_told(event: Mapping[str, Any]) -> float:
    """How many messages in a row were not understood, by an event of `NOT_UNDERSTOOD`."""
    return float(event.get("value") or 0)


def _hear(way: Way, event: Mapping[str, Any]) -> None:
    if question := question_of(event):
        way.last_question = question
        way.asked[question] += 1
    way.corrections += _response(event) == _CORRECTED


def _response(event: Mapping[str, Any]) -> str:
    return str((event.get("metadata") or {}).get("utter_action"))


def _events(session: Session, sender: str, since: datetime, until: datetime) -> Sequence[tuple[str, Mapping[str, Any]]]:
    columns = RASA_EVENTS.c
    told = (columns.type_name == "bot") | (
        (columns.type_name == "slot") & columns.action_name.in_((NOT_UNDERSTOOD, _WANTS_PERSON))
    )
    rows = session.execute(
        select(columns.type_name, columns.data)
        .where(
            columns.sender_id == sender,
            columns.timestamp.between(since.timestamp(), until.timestamp()),
            told,
        )
        .order_by(columns.id)
    )
    return [(kind, json.loads(data)) for kind, data in rows]
