"""Two citizens who may be one: a person decides, and until then they stay two."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from defensoria.clock import utc_now
from defensoria.conversations import audit
from defensoria.conversations.models import (
    Atendimento,
    Citizen,
    CitizenAlias,
    Direction,
    Holder,
    IdentityConflict,
    LegalHold,
    Message,
    PrivacyRequest,
    RequestStatus,
    Status,
)
from defensoria.conversations.staff import By

NINTH_DIGIT = "ninth_digit"
"""The kind of a doubt that arises from the numbers alone; the others have the alias kind that WhatsApp gave twice."""

_UNDECIDED = (RequestStatus.OPEN.value, RequestStatus.GRANTED.value)


class NotMerged(ValueError):
    """Two citizens cannot be made one as things stand; the message says what to do first."""


@dataclass(frozen=True)
class Doubt:
    """Two citizens who may be one, the older first, why, and since when WhatsApp says so."""

    older: Citizen
    younger: Citizen
    kind: str
    since: datetime | None = None


@dataclass(frozen=True)
class Signs:
    """What tells a citizen from another without their words: identities, and when they wrote how often."""

    identities: tuple[tuple[str, str], ...]
    atendimentos: int
    last_protocolo: str | None
    last_wrote: datetime | None


def doubts(session: Session) -> list[Doubt]:
    """Every pair of which nobody has decided: what WhatsApp said first, then look-alike numbers."""
    found: dict[tuple[int, int], Doubt] = {}
    noted = select(IdentityConflict).where(IdentityConflict.kept_apart_at.is_(None)).order_by(IdentityConflict.id)
    for conflict in session.scalars(noted):
        pair = _ordered(conflict.citizen_id, conflict.other_id)
        if _conflict(session, *pair, kept_apart=True) is None:
            found.setdefault(pair, _doubt(session, pair, conflict.kind, conflict.noted_at))
    for older, younger in session.execute(_look_alike_pairs()):
        found.setdefault((older, younger), _doubt(session, (older, younger), NINTH_DIGIT, None))
    return list(found.values())


def signs_of(session: Session, citizen: Citizen) -> Signs:
    """What an administrator sees of one of two citizens."""
    aliases = select(CitizenAlias).where(CitizenAlias.citizen_id == citizen.id).order_by(CitizenAlias.id)
    theirs = Atendimento.citizen_id == citizen.id
    last = select(Atendimento.protocolo).where(theirs).order_by(Atendimento.id.desc()).limit(1)
    wrote = (Message.citizen_id == citizen.id) & (Message.direction == Direction.IN.value)
    return Signs(
        identities=tuple((alias.kind, alias.value) for alias in session.scalars(aliases)),
        atendimentos=session.scalar(select(func.count(Atendimento.id)).where(theirs)),
        last_protocolo=session.scalar(last),
        last_wrote=session.scalar(select(func.max(Message.at)).where(wrote)),
    )


def keep_apart(session: Session, one_id: int, other_id: int, by: By) -> None:
    """Decide that two citizens are two people: they are not asked about again.

    Raises:
        NotMerged: there is no such pair, or another has decided already.
    """
    older, younger = _in_doubt(session, one_id, other_id)
    conflict = _conflict(session, older.id, younger.id)
    if conflict is None:
        conflict = IdentityConflict(citizen_id=older.id, other_id=younger.id, kind=NINTH_DIGIT, noted_at=utc_now())
        session.add(conflict)
    conflict.kept_apart_by, conflict.kept_apart_at = by.actor, utc_now()
    audit.record(session, by.actor, "identidades_separadas", origin=by.origin, pessoas=[older.id, younger.id])


def merge(session: Session, one_id: int, other_id: int, by: By) -> Citizen:
    """Decide that two citizens are one person: all that is the younger's becomes the older's. It cannot be undone.

    They are answered where they last wrote from.

    Raises:
        NotMerged: there is no such pair any more, or something of theirs is under way that has to end first.
    """
    older, younger = _in_doubt(session, one_id, other_id)
    _nothing_under_way(session, older, younger)
    newest = max((older, younger), key=lambda citizen: _last_message(session, citizen))
    older.address, older.name = newest.address, newest.name or older.name or younger.name
    for model in (CitizenAlias, Atendimento, Message, LegalHold, PrivacyRequest):
        _execute(session, update(model).where(model.citizen_id == younger.id).values(citizen_id=older.id))
    _hand_on_doubts(session, older, younger)
    _execute(session, delete(Citizen).where(Citizen.id == younger.id))
    audit.record(session, by.actor, "identidades_juntadas", origin=by.origin, fica=older.id, sai=younger.id)
    session.expire_all()
    return older


def _in_doubt(session: Session, one_id: int, other_id: int) -> tuple[Citizen, Citizen]:
    pair = _ordered(one_id, other_id)
    locked = session.scalars(select(Citizen).where(Citizen.id.in_(pair)).order_by(Citizen.id).with_for_update()).all()
    if len(locked) != 2 or pair not in {(doubt.older.id, doubt.younger.id) for doubt in doubts(session)}:
        raise NotMerged("Sobre estas duas pessoas já não há o que decidir. Veja a lista de novo.")
    return locked[0], locked[1]


def _nothing_under_way(session: Session, older: Citizen, younger: Citizen) -> None:
    of_both = (older.id, younger.id)
    is_open = (Atendimento.citizen_id.in_(of_both)) & (Atendimento.holder != Holder.CLOSED.value)
    if session.scalar(select(func.count(Atendimento.id)).where(is_open)) > 1:
        raise NotMerged("As duas têm um atendimento aberto. Encerre um deles antes.")
    unanswered = (Message.citizen_id.in_(of_both)) & (Message.direction == Direction.IN.value)
    if session.scalar(select(exists().where(unanswered, Message.status == Status.RECEIVED.value))):
        raise NotMerged("O robô está respondendo a uma delas. Tente de novo daqui a um minuto.")
    asked = exists().where(PrivacyRequest.citizen_id.in_(of_both), PrivacyRequest.status.in_(_UNDECIDED))
    if session.scalar(select(asked)):
        raise NotMerged("Uma delas fez um pedido sobre os dados. Decida o pedido antes, em Privacidade.")


def _hand_on_doubts(session: Session, older: Citizen, younger: Citizen) -> None:
    """What is not decided, or is, between the younger and a third is so between the older and the third."""
    of_younger = or_(IdentityConflict.citizen_id == younger.id, IdentityConflict.other_id == younger.id)
    for conflict in session.scalars(select(IdentityConflict).where(of_younger)).all():
        third = conflict.other_id if conflict.citizen_id == younger.id else conflict.citizen_id
        if third == older.id or _conflict(session, older.id, third) is not None:
            session.delete(conflict)
        else:
            conflict.citizen_id, conflict.other_id = older.id, third
        session.flush()


def _last_message(session: Session, citizen: Citizen) -> int:
    wrote = (Message.citizen_id == citizen.id) & (Message.direction == Direction.IN.value)
    return session.scalar(select(func.max(Message.id)).where(wrote)) or 0


def _look_alike_pairs() -> Any:
    """Citizens whose numbers differ by the ninth digit alone, unless somebody has kept them apart."""
    one, other = aliased(CitizenAlias), aliased(CitizenAlias)
    apart = exists().where(_is_pair(one.citizen_id, other.citizen_id), IdentityConflict.kept_apart_at.is_not(None))
    return (
        select(one.citizen_id, other.citizen_id)
        .join(other, one.match_key == other.match_key)
        .where(one.citizen_id < other.citizen_id, ~apart)
        .distinct()
        .order_by(one.citizen_id, other.citizen_id)
    )


def _conflict(session: Session, one_id: int, other_id: int, kept_apart: bool = False) -> IdentityConflict | None:
    decided = IdentityConflict.kept_apart_at.is_not(None)
    found = select(IdentityConflict).where(_is_pair(one_id, other_id), *([decided] if kept_apart else []))
    return session.scalars(found.order_by(IdentityConflict.id)).first()


def _is_pair(one: Any, other: Any) -> Any:
    there = and_(IdentityConflict.citizen_id == one, IdentityConflict.other_id == other)
    return or_(there, and_(IdentityConflict.citizen_id == other, IdentityConflict.other_id == one))


def _doubt(session: Session, pair: tuple[int, int], kind: str, since: datetime | None) -> Doubt:
    older, younger = (session.get(Citizen, id) for id in pair)
    return Doubt(older, younger, kind, since)


def _ordered(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _execute(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
