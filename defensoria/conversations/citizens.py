"""Who a citizen is: recognised by the identities WhatsApp gives them, and never merged with another by the machine."""

import re
from collections.abc import Mapping

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from defensoria.clock import utc_now
from defensoria.conversations.contents import IdentityChange
from defensoria.conversations.models import Citizen, CitizenAlias, IdentityConflict

_BRAZILIAN_MOBILE = re.compile(r"55([1-9]\d)9?([6-9]\d{7})", re.ASCII)
"""With or without the ninth digit, which came before all mobile numbers and no others (ANATEL, 2012–2016)."""

_OWNER = (
    select(Citizen)
    .join(CitizenAlias, CitizenAlias.citizen_id == Citizen.id)
    .where(CitizenAlias.kind == bindparam("kind"), CitizenAlias.value == bindparam("value"))
)


def match_key(wa_id: str) -> str:
    """The number with its ninth digit if it is a Brazilian mobile, else as it is. Landlines have eight digits."""
    mobile = _BRAZILIAN_MOBILE.fullmatch(wa_id)
    return f"55{mobile[1]}9{mobile[2]}" if mobile else wa_id


def recognise(session: Session, identities: Mapping[str, str], address: str, name: str | None) -> Citizen:
    """The citizen known by one of the identities (alias kind → value), or a new one; the others become theirs too.

    Two identities may be known as two people: the number decides, they stay two, and a person can be asked.
    """
    known = {kind: owner for kind, value in identities.items() if (owner := _owner(session, kind, value))}
    citizen = known.get("wa_id") or known.get("user_id")
    if citizen is None:
        citizen = Citizen(address=address, name=name, created_at=utc_now())
        session.add(citizen)
        session.flush()
    citizen.address = address
    citizen.name = name or citizen.name
    for kind, value in identities.items():
        if kind not in known:
            _add_alias(session, citizen, kind, value)
        elif known[kind] is not citizen:
            _note_conflict(session, citizen, known[kind], kind)
    return citizen


def move_aliases(session: Session, citizen: Citizen, change: IdentityChange) -> None:
    """Take a citizen from the old identities to the new ones, and answer there from now on.

    The old ones are given up: a number that its owner leaves becomes somebody else's one day. Where a new one is
    another citizen's already, nothing moves and the two are noted for a person to decide.
    """
    owners = {kind: _owner(session, kind, value) for kind, value in change.new.items()}
    others = {kind: owner for kind, owner in owners.items() if owner not in (None, citizen)}
    for kind, other in others.items():
        _note_conflict(session, citizen, other, kind)
    if others:
        return
    for kind, value in change.new.items():
        if owners[kind] is None:
            _add_alias(session, citizen, kind, value)
        if change.old.get(kind) not in (None, value):
            _drop_alias(session, kind, change.old[kind])
        if kind == "wa_id" or citizen.address == change.old.get(kind):
            citizen.address = value


def look_alikes(session: Session, citizen_id: int) -> list[Citizen]:
    """Citizens who may be the same person, for somebody to decide: their numbers differ by the ninth digit alone, or
    WhatsApp gave one an identity of the other."""
    mine, theirs = aliased(CitizenAlias), aliased(CitizenAlias)
    same_number = (
        select(theirs.citizen_id)
        .join(mine, mine.match_key == theirs.match_key)
        .where(mine.citizen_id == citizen_id, theirs.citizen_id != citizen_id)
    )
    given = select(IdentityConflict.other_id).where(IdentityConflict.citizen_id == citizen_id)
    taken = select(IdentityConflict.citizen_id).where(IdentityConflict.other_id == citizen_id)
    alike = Citizen.id.in_(same_number) | Citizen.id.in_(given) | Citizen.id.in_(taken)
    return list(session.scalars(select(Citizen).where(alike).order_by(Citizen.id)))


def _owner(session: Session, kind: str, value: str) -> Citizen | None:
    return session.scalar(_OWNER, {"kind": kind, "value": value})


def _add_alias(session: Session, citizen: Citizen, kind: str, value: str) -> None:
    key = match_key(value) if kind == "wa_id" else None
    session.add(CitizenAlias(citizen_id=citizen.id, kind=kind, value=value, match_key=key))


def _drop_alias(session: Session, kind: str, value: str) -> None:
    alias = session.scalar(select(CitizenAlias).where(CitizenAlias.kind == kind, CitizenAlias.value == value))
    if alias is not None:
        session.delete(alias)


def _note_conflict(session: Session, citizen: Citizen, other: Citizen, kind: str) -> None:
    pair = (IdentityConflict.citizen_id == citizen.id) & (IdentityConflict.other_id == other.id)
    if session.scalar(select(IdentityConflict.id).where(pair)) is None:
        session.add(IdentityConflict(citizen_id=citizen.id, other_id=other.id, kind=kind, noted_at=utc_now()))
