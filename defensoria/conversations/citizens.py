"""Who a citizen is: recognised by the identities WhatsApp gives them, and never merged with another by the machine."""

import re
from collections.abc import Mapping

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session, aliased

from defensoria.clock import utc_now
from defensoria.conversations.contents import IdentityChange
from defensoria.conversations.models import Citizen, CitizenAlias, IdentityConflict

_BRAZILIAN_MOBILE = re.compile(r"55([1-9]\d)9?([6-9]\d{7})", re.ASCII)
"""With or without the ninth digit, which came before all mobile numbers and no others (ANATEL, 2012–2016)."""

_CITIZENS, _ALIASES = Citizen.__table__, CitizenAlias.__table__
# Written out once: to put one of these together takes longer than to run it.
_OWNER = (
    select(_CITIZENS.c.id, _CITIZENS.c.address, _CITIZENS.c.name)
    .join_from(_CITIZENS, _ALIASES, _ALIASES.c.citizen_id == _CITIZENS.c.id)
    .where(_ALIASES.c.kind == bindparam("kind"), _ALIASES.c.value == bindparam("value"))
)
_MET = insert(_CITIZENS)
_KNOWN_BY = insert(_ALIASES)
_CALLED = (
    update(_CITIZENS)
    .where(_CITIZENS.c.id == bindparam("known_id"))
    .values(address=bindparam("called_at"), name=bindparam("called"))
)


def match_key(wa_id: str) -> str:
    """The number with its ninth digit if it is a Brazilian mobile, else as it is. Landlines have eight digits."""
    mobile = _BRAZILIAN_MOBILE.fullmatch(wa_id)
    return f"55{mobile[1]}9{mobile[2]}" if mobile else wa_id


def recognise(session: Session, identities: Mapping[str, str], address: str, name: str | None) -> int:
    """The id of the citizen known by one of the identities (alias kind → value), or of a new one; the others become
    theirs too.

    Two identities may be known as two people: the number decides, they stay two, and a person can be asked.
    """
    known = {kind: owner for kind, value in identities.items() if (owner := _owner(session, kind, value))}
    citizen = known.get("wa_id") or known.get("user_id")
    if citizen is None:
        met = {"address": address, "name": name, "created_at": utc_now()}
        citizen_id = int(session.execute(_MET, met).inserted_primary_key[0])
    else:
        citizen_id, name = citizen.id, name or citizen.name
        if (address, name) != (citizen.address, citizen.name):
            session.execute(_CALLED, {"known_id": citizen_id, "called_at": address, "called": name})
    for kind, value in identities.items():
        if kind not in known:
            _add_alias(session, citizen_id, kind, value)
        elif known[kind].id != citizen_id:
            _note_conflict(session, citizen_id, known[kind].id, kind)
    return citizen_id


def move_aliases(session: Session, citizen: Citizen, change: IdentityChange) -> None:
    """Take a citizen from the old identities to the new ones, and answer there from now on.

    The old ones are given up: a number that its owner leaves becomes somebody else's one day. Where a new one is
    another citizen's already, nothing moves and the two are noted for a person to decide.
    """
    owners = {kind: _owner(session, kind, value) for kind, value in change.new.items()}
    others = {kind: owner.id for kind, owner in owners.items() if owner and owner.id != citizen.id}
    for kind, other_id in others.items():
        _note_conflict(session, citizen.id, other_id, kind)
    if others:
        return
    for kind, value in change.new.items():
        if owners[kind] is None:
            _add_alias(session, citizen.id, kind, value)
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


def _owner(session: Session, kind: str, value: str) -> Row | None:
    return session.execute(_OWNER, {"kind": kind, "value": value}).first()


def _add_alias(session: Session, citizen_id: int, kind: str, value: str) -> None:
    key = match_key(value) if kind == "wa_id" else None
    session.execute(_KNOWN_BY, {"citizen_id": citizen_id, "kind": kind, "value": value, "match_key": key})


def _drop_alias(session: Session, kind: str, value: str) -> None:
    alias = session.scalar(select(CitizenAlias).where(CitizenAlias.kind == kind, CitizenAlias.value == value))
    if alias is not None:
        session.delete(alias)


def _note_conflict(session: Session, citizen_id: int, other_id: int, kind: str) -> None:
    pair = (IdentityConflict.citizen_id == citizen_id) & (IdentityConflict.other_id == other_id)
    if session.scalar(select(IdentityConflict.id).where(pair)) is None:
        session.add(IdentityConflict(citizen_id=citizen_id, other_id=other_id, kind=kind, noted_at=utc_now()))
