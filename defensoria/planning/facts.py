"""What planning knows of each atendimento: derived from what the store holds of it, and always to the same numbers.

No name, no number, no words; instants to the hour. Only what the bot has let go of has facts.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.models import (
    BOT_AUTHOR,
    CITIZEN_AUTHOR,
    TRIAGE_SLOTS,
    Atendimento,
    AtendimentoEvent,
    AtendimentoFact,
    CitizenAlias,
    Direction,
    Holder,
    Message,
)
from defensoria.conversations.rasa_events import has_rasa_events
from defensoria.office.calendar import closing, time_open
from defensoria.office.facts import OfficeFacts
from defensoria.planning.days import changed
from defensoria.planning.dialogue import QUESTIONS, Way, read_way
from defensoria.planning.progress import hold

_FILE_TYPES = ("audio", "image", "video", "document", "sticker")
_INSTANTS = ("opened", "queued", "claimed", "closed")
_BILLED = ("service", "utility", "marketing")
SETTLED = timedelta(days=8)
"""How long after a closing its facts may still change: WhatsApp tells of prices and deliveries for seven days."""
Values = dict[str, Any]
"""The facts of one atendimento: column → value."""
_LAST_WORDS = timedelta(minutes=5)
"""How long after the handoff Rasa may still be writing down the turn that led to it."""


@dataclass
class Told:
    """What the messages and events of one atendimento tell."""

    authors: Counter[str] = field(default_factory=Counter)
    files: int = 0
    first_answer: datetime | None = None
    billed: Counter[str] = field(default_factory=Counter)
    transfers: int = 0

    def hear(self, author: str, direction: str, type: str, at: datetime, pricing: Mapping[str, Any] | None) -> None:
        """Take in a message, in the order in which they were stored."""
        self.authors[author] += 1
        self.files += direction == Direction.IN.value and type in _FILE_TYPES
        by_person = author not in (CITIZEN_AUTHOR, BOT_AUTHOR)
        if by_person and self.first_answer is None:
            self.first_answer = at
        if pricing and pricing.get("billable"):
            category = str(pricing.get("category"))
            self.billed[category if category in _BILLED else "other"] += 1


def derive(session: Session, atendimento_ids: Collection[int], facts: OfficeFacts) -> None:
    """Derive the facts of some atendimentos, in place of what was known of them."""
    keep(session, read(session, atendimento_ids, facts))


def read(session: Session, atendimento_ids: Collection[int], facts: OfficeFacts) -> list[Values]:
    """What there is to know of some atendimentos by now. Writes nothing.

    What was closed long ago and has its facts is left: by then some of what they were derived from may be gone.
    """
    known = select(AtendimentoFact.atendimento_id).where(AtendimentoFact.atendimento_id == Atendimento.id)
    atendimentos = session.scalars(
        select(Atendimento).where(
            Atendimento.id.in_(atendimento_ids),
            Atendimento.holder != Holder.BOT.value,
            Atendimento.closed_at.is_(None) | (Atendimento.closed_at >= utc_now() - SETTLED) | ~known.exists(),
        )
    ).all()
    told = _told(session, [atendimento.id for atendimento in atendimentos])
    identities = _identities(session, atendimentos) if has_rasa_events(session) else {}
    found = []
    for atendimento in atendimentos:
        senders = identities.get(atendimento.citizen_id, ())
        until = atendimento.queued_at or atendimento.closed_at or utc_now()
        way = read_way(session, senders, atendimento.opened_at, until + _LAST_WORDS)
        found.append(values_of(atendimento, told[atendimento.id], way, facts))
    return found


def keep(session: Session, found: Collection[Values]) -> None:
    """Keep what was read, in place of what was known; of an atendimento that has been removed meanwhile, nothing."""
    hold(session)
    ids = {values["atendimento_id"] for values in found}
    there = set(session.scalars(select(Atendimento.id).where(Atendimento.id.in_(ids))))
    kept = [values for values in found if values["atendimento_id"] in there]
    theirs = AtendimentoFact.atendimento_id.in_(there)
    known = session.scalars(select(AtendimentoFact.opened_hour).where(theirs))
    changed(session, {*known, *(values["opened_hour"] for values in kept)})
    session.execute(delete(AtendimentoFact).where(theirs).execution_options(synchronize_session=False))
    if kept:
        session.execute(insert(AtendimentoFact), kept)


def values_of(atendimento: Atendimento, told: Told, way: Way, facts: OfficeFacts) -> Values:
    """The facts of one atendimento."""
    nucleo = atendimento.nucleo if atendimento.nucleo in facts.nucleos else None
    people = sum(told.authors.values()) - told.authors[CITIZEN_AUTHOR] - told.authors[BOT_AUTHOR]
    answered_in = (
        time_open(facts, atendimento.queued_at, told.first_answer, nucleo)
        if atendimento.queued_at and told.first_answer
        else None
    )
    return dict(
        atendimento_id=atendimento.id,
        **{name: getattr(atendimento, name) for name in TRIAGE_SLOTS},
        **{f"{name}_hour": _hour(getattr(atendimento, f"{name}_at")) for name in _INSTANTS},
        outcome=atendimento.outcome,
        came_back=atendimento.previous_id is not None,
        messages_in=told.authors[CITIZEN_AUTHOR],
        messages_bot=told.authors[BOT_AUTHOR],
        messages_people=people,
        files=told.files,
        minutes_triage=_minutes(atendimento.opened_at, atendimento.queued_at),
        minutes_waiting=_minutes(atendimento.queued_at, atendimento.claimed_at),
        minutes_attended=_minutes(atendimento.claimed_at, atendimento.closed_at),
        minutes_first_answer=int(answered_in.total_seconds() // 60) if answered_in is not None else None,
        outside_hours=closing(facts, atendimento.opened_at) is not None,
        overnight=atendimento.promised_for is not None,
        transfers=told.transfers,
        rating=atendimento.rating,
        **{f"asked_{slot}": way.asked[slot] for slot in QUESTIONS},
        last_question=way.last_question,
        not_understood=way.not_understood,
        corrections=way.corrections,
        wanted_person=way.wanted_person,
        **{f"billed_{category}": told.billed[category] for category in (*_BILLED, "other")},
    )


def leave(session: Session, atendimento_ids: Collection[int]) -> None:
    """Cut the tie between atendimentos that are removed and their facts."""
    theirs = AtendimentoFact.atendimento_id.in_(atendimento_ids)
    session.execute(
        update(AtendimentoFact).where(theirs).values(atendimento_id=None).execution_options(synchronize_session=False)
    )


def _told(session: Session, ids: Sequence[int]) -> Mapping[int, Told]:
    told: dict[int, Told] = defaultdict(Told)
    columns = (Message.atendimento_id, Message.author, Message.direction, Message.type, Message.at, Message.pricing)
    for row in session.execute(select(*columns).where(Message.atendimento_id.in_(ids)).order_by(Message.id)):
        told[row.atendimento_id].hear(*row[1:])
    transfers = (
        select(AtendimentoEvent.atendimento_id, func.count())
        .where(AtendimentoEvent.atendimento_id.in_(ids), AtendimentoEvent.kind == "transferred")
        .group_by(AtendimentoEvent.atendimento_id)
    )
    for atendimento_id, count in session.execute(transfers):
        told[atendimento_id].transfers = count
    return told


def _identities(session: Session, atendimentos: Sequence[Atendimento]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    citizens = {atendimento.citizen_id for atendimento in atendimentos}
    rows = select(CitizenAlias.citizen_id, CitizenAlias.value).where(CitizenAlias.citizen_id.in_(citizens))
    for citizen_id, value in session.execute(rows.order_by(CitizenAlias.id)):
        found[citizen_id].append(value)
    return found


def _hour(at: datetime | None) -> datetime | None:
    return at.replace(minute=0, second=0, microsecond=0) if at else None


def _minutes(since: datetime | None, until: datetime | None) -> int | None:
    return int((until - since).total_seconds() // 60) if since and until else None
