"""The page on which a conversation is handed on: to whom, and with which note."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from defensoria.conversations import audit, desk_views, notes
from defensoria.conversations.holder import Contested
from defensoria.conversations.models import Atendimento, Holder, User
from defensoria.conversations.transfer import Destination, UnfitDestination, people_of, staffed, take_over, transfer
from defensoria.desk import labels
from defensoria.desk.attending import show_conversation, taken
from defensoria.desk.overview import NAMELESS, Overview, read_overview
from defensoria.desk.pages import render
from defensoria.desk.permissions import Permission
from defensoria.desk.visits import Visit
from defensoria.office.facts import Door, office_facts

_NOWHERE = "Escolha para quem ou para qual núcleo vai o atendimento."
_UNFIT = "Este destino não serve: o atendimento já está lá, ou a pessoa não é mais deste núcleo. Escolha outro."
_NO_NOTE = "Escreva uma nota para quem vai receber: o que já foi feito e o que falta."


@dataclass(frozen=True, kw_only=True)
class Group:
    """Places a conversation may go to, under one heading: value of the form and words."""

    heading: str
    places: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Handing:
    """What the page shows. `possible` says whether it is the user's to hand on."""

    protocolo: str
    name: str
    groups: Sequence[Group]
    possible: bool


async def transfer_page(visit: Visit) -> Response:
    """To whom the conversation may go."""
    return await _show(visit)


async def hand_on(visit: Visit) -> Response:
    """Hand the conversation on. Who may not see it any more comes back to the queue."""
    note = visit.field("note").strip()
    chosen = _chosen(visit.field("to"))
    problem = _NOWHERE if chosen is None else _NO_NOTE if not note else None
    if len(note) > notes.LONGEST:
        problem = f"A nota tem {len(note)} letras e o limite é {notes.LONGEST}."
    if problem or chosen is None:
        return await _show(visit, 422, problem=problem or _NOWHERE)
    try:
        still_seen = await visit.desk.database.run(_transfer, visit, chosen, note)
    except UnfitDestination:
        return await _show(visit, 422, problem=_UNFIT)
    except Contested as contested:
        return await show_conversation(visit, 409, problem=taken(contested))
    protocolo = visit.request.path_params["protocolo"]
    return RedirectResponse(f"/atendimentos/{quote(protocolo)}" if still_seen else "/?aviso=transferido", 303)


async def take(visit: Visit) -> Response:
    """Take over what a colleague has; the audit tells who took it from whom."""
    try:
        protocolo = await visit.desk.database.run(_take_over, visit)
    except Contested as contested:
        return await show_conversation(visit, 409, problem=taken(contested))
    return RedirectResponse(f"/atendimentos/{quote(protocolo)}", 303)


async def _show(visit: Visit, status: int = 200, problem: str = "") -> Response:
    handing, overview = await visit.desk.database.read(_read, visit)
    if not handing.possible:
        return await show_conversation(visit, 409, problem="Só quem está com o atendimento pode transferir.")
    return render(
        visit,
        "transfer.html",
        status,
        handing=handing,
        overview=overview,
        protocolo=handing.protocolo,
        problem=problem,
        chosen=visit.field("to"),
        note=visit.field("note"),
        longest_note=notes.LONGEST,
    )


def _read(session: Session, visit: Visit) -> tuple[Handing, Overview]:
    user = visit.user
    atendimento = desk_views.one(session, user, visit.request.path_params["protocolo"])
    handing = Handing(
        protocolo=atendimento.protocolo,
        name=atendimento.citizen.name or NAMELESS,
        groups=_groups(session, atendimento, user),
        possible=_possible(atendimento, visit),
    )
    return handing, read_overview(session, user)


def _possible(atendimento: Atendimento, visit: Visit) -> bool:
    if atendimento.holder == Holder.HUMAN.value and atendimento.attendant_id == visit.user.id:
        return True
    return atendimento.holder in (Holder.QUEUE.value, Holder.HUMAN.value) and visit.may(Permission.SUPERVISE)


def _groups(session: Session, atendimento: Atendimento, user: User) -> list[Group]:
    people = people_of(session, user.nucleo_ids)
    own = sorted(people, key=lambda nucleo: (nucleo != atendimento.nucleo, labels.nucleo(nucleo)))
    groups = [
        Group(
            heading=labels.nucleo(nucleo),
            places=[(f"{person.id}@{nucleo}", person.name) for person in people[nucleo] if person.id != user.id],
        )
        for nucleo in own
    ]
    return [*(group for group in groups if group.places), Group(heading="Fila de um núcleo", places=_queues(session))]


def _queues(session: Session) -> list[tuple[str, str]]:
    somebody = staffed(session)
    return [
        (f"@{nucleo.id}", nucleo.name if nucleo.id in somebody else f"{nucleo.name} (ninguém cadastrado)")
        for nucleo in sorted(office_facts().nucleos.values(), key=lambda nucleo: nucleo.name)
        if nucleo.door is not Door.NONE
    ]


def _chosen(value: str) -> tuple[int | None, str] | None:
    """Person, if any, and núcleo of a place on the form."""
    person, at, nucleo = value.partition("@")
    known = office_facts().nucleos.get(nucleo)
    if not at or known is None or known.door is Door.NONE:
        return None
    if not person:
        return None, nucleo
    return (int(person), nucleo) if person.isascii() and person.isdigit() and len(person) < 10 else None


def _transfer(session: Session, visit: Visit, chosen: tuple[int | None, str], note: str) -> bool:
    """Returns whether the user may still see the conversation."""
    user, (person_id, nucleo) = visit.user, chosen
    seen = desk_views.one(session, user, visit.request.path_params["protocolo"])
    before = seen.nucleo
    to = Destination(nucleo=nucleo, user_id=person_id, words=_words(session, person_id, nucleo))
    if person_id is not None and not desk_views.may_see(user, nucleo):
        raise UnfitDestination("people of other núcleos are not chosen from here")
    moved = transfer(session, seen.id, user, to, note, directs=visit.may(Permission.SUPERVISE))
    told = {"to": person_id} if person_id is not None else {}
    audit.record(
        session,
        user.login,
        "transferencia",
        protocolo=moved.protocolo,
        nucleo=before,
        origin=visit.origin,
        to_nucleo=nucleo,
        **told,
    )
    return desk_views.may_see(user, nucleo)


def _take_over(session: Session, visit: Visit) -> str:
    seen = desk_views.one(session, visit.user, visit.request.path_params["protocolo"])
    holder_then = seen.attendant.login if seen.attendant else None
    moved = take_over(session, seen.id, visit.user)
    audit.record(
        session,
        visit.user.login,
        "tomada",
        protocolo=moved.protocolo,
        nucleo=moved.nucleo,
        origin=visit.origin,
        from_login=holder_then,
    )
    return str(moved.protocolo)


def _words(session: Session, person_id: int | None, nucleo: str) -> str:
    person = session.get(User, person_id) if person_id is not None else None
    return f"{person.name}, {labels.nucleo(nucleo)}" if person else f"fila: {labels.nucleo(nucleo)}"
