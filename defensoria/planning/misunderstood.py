"""What citizens said in the triage and the bot did not understand, read from Rasa's events while they are kept.

Nothing of it is stored a second time: what is purged or erased there is gone from here too.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import case, null, select
from sqlalchemy.orm import Session

from defensoria.conversations.models import Atendimento, AtendimentoFact, Citizen, CitizenAlias
from defensoria.conversations.rasa_events import RASA_EVENTS, has_rasa_events
from defensoria.planning.anonymous import anonymise
from defensoria.planning.choice import Choice
from defensoria.planning.days import opened_within
from defensoria.planning.dialogue import NOT_UNDERSTOOD, failures_told, question_of

MOST = 500
"""Atendimentos looked at, the newest: a longer look would keep the page waiting and say the same."""

_FALLBACK = "nlu_fallback"
_AT_ONCE = 200
_FIRST_TURN, _LAST_WORDS = 60.0, 300.0
"""Seconds by which Rasa's clock of a turn may stand before the opening of its atendimento and behind the handoff."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message that was not understood.

    Attributes:
        citizen_id: who said it, to be counted and never shown.
        text: what was said, anonymised.
        question: the slot that was asked for, None where nothing was.
        intent: what the model held most likely, None where it held nothing so.
        confidence: how sure it was, from 0 to 1.
    """

    citizen_id: int
    text: str
    question: str | None
    intent: str | None
    confidence: float


@dataclass(frozen=True)
class _Visit:
    """When a citizen went through a triage."""

    citizen_id: int
    name: str
    since: float
    until: float


def read_misunderstood(session: Session, choice: Choice, most: int = MOST) -> list[Said]:
    """What was not understood in the newest `most` of the atendimentos chosen, oldest first."""
    if not has_rasa_events(session):
        return []
    visits = _visits(session, choice, most)
    senders = _senders(session, visits)
    return [said for some in _some(sorted(senders)) for said in _read(session, {s: senders[s] for s in some})]


def _visits(session: Session, choice: Choice, most: int) -> Sequence[_Visit]:
    columns = (Citizen.id, Citizen.name, Atendimento.opened_at, Atendimento.queued_at, Atendimento.closed_at)
    filters = (getattr(AtendimentoFact, name) == value for name, value in choice.chosen.items())
    rows = session.execute(
        select(*columns)
        .join(Atendimento, Atendimento.citizen_id == Citizen.id)
        .join(AtendimentoFact, AtendimentoFact.atendimento_id == Atendimento.id)
        .where(AtendimentoFact.not_understood > 0, opened_within(choice.first, choice.last), *filters)
        .order_by(AtendimentoFact.opened_hour.desc(), Atendimento.id.desc())
        .limit(most)
    )
    return [
        _Visit(id, name or "", opened.timestamp(), _end(queued or closed)) for id, name, opened, queued, closed in rows
    ]


def _end(at: datetime | None) -> float:
    return at.timestamp() if at else float("inf")


def _senders(session: Session, visits: Sequence[_Visit]) -> Mapping[str, list[_Visit]]:
    """Rasa's name for each citizen → when they were there."""
    of_citizen = defaultdict(list)
    for visit in visits:
        of_citizen[visit.citizen_id].append(visit)
    senders: dict[str, list[_Visit]] = {}
    for some in _some(sorted(of_citizen)):
        rows = select(CitizenAlias.value, CitizenAlias.citizen_id).where(CitizenAlias.citizen_id.in_(some))
        senders |= {value: of_citizen[citizen_id] for value, citizen_id in session.execute(rows)}
    return senders


def _read(session: Session, senders: Mapping[str, list[_Visit]]) -> Iterator[Said]:
    missed = dict(_missed(session, senders))
    columns = (RASA_EVENTS.c.id, RASA_EVENTS.c.data)
    for some in _some(sorted(missed)):
        for id, data in session.execute(select(*columns).where(RASA_EVENTS.c.id.in_(some)).order_by(RASA_EVENTS.c.id)):
            visit, question = missed[id]
            said = _said(json.loads(data), visit, question)
            if said.text:
                yield said


def _missed(session: Session, senders: Mapping[str, list[_Visit]]) -> Iterator[tuple[int, tuple[_Visit, str | None]]]:
    """The ids of the events of what was not understood, each with whose it is and at which question it was said."""
    columns = RASA_EVENTS.c
    first = min(visit.since for visits in senders.values() for visit in visits)
    # What the citizen said is long, and most of it was understood: it is not read here.
    data = case((columns.type_name == "user", null()), else_=columns.data)
    rows = session.execute(
        select(columns.sender_id, columns.id, columns.type_name, columns.timestamp, data.label("data"))
        .where(
            columns.sender_id.in_(list(senders)),
            columns.timestamp >= first,
            columns.type_name.in_(("user", "bot"))
            | ((columns.type_name == "slot") & (columns.action_name == NOT_UNDERSTOOD)),
        )
        .order_by(columns.sender_id, columns.id)
    )
    for sender, of_sender in groupby(rows, key=lambda row: row.sender_id):
        yield from _missed_of(of_sender, senders[sender])


def _missed_of(rows: Iterable[Any], visits: Sequence[_Visit]) -> Iterator[tuple[int, tuple[_Visit, str | None]]]:
    question: str | None = None
    heard: tuple[Any, str | None] | None = None
    failures = 0.0
    for row in rows:
        if row.type_name == "user":
            heard = row, question
        elif row.type_name == "bot":
            question = question_of(json.loads(row.data)) or question
        else:
            count = failures_told(json.loads(row.data))
            if count > failures and heard and (visit := _visit_at(visits, heard[0].timestamp)):
                yield heard[0].id, (visit, heard[1])
            failures = count


def _visit_at(visits: Sequence[_Visit], at: float) -> _Visit | None:
    return next((visit for visit in visits if visit.since - _FIRST_TURN <= at <= visit.until + _LAST_WORDS), None)


def _said(event: Mapping[str, Any], visit: _Visit, question: str | None) -> Said:
    ranking = (event.get("parse_data") or {}).get("intent_ranking") or ()
    held = next((one for one in ranking if one["name"] != _FALLBACK), None)
    return Said(
        citizen_id=visit.citizen_id,
        text=anonymise(event.get("text") or "", [visit.name]),
        question=question,
        intent=held and held["name"],
        confidence=held["confidence"] if held else 0.0,
    )


def _some(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE))
