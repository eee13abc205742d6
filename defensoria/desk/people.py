"""IT's pages for the desk's users: who there is, making one, changing one, and keeping one out."""

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from defensoria.conversations import desk_views, staff, users
from defensoria.conversations.models import DeskSession, Role, User
from defensoria.conversations.users import UserError
from defensoria.desk import labels
from defensoria.desk.account import session_rows
from defensoria.desk.pages import render
from defensoria.desk.visits import Visit
from defensoria.desk.wording import alphabetical
from defensoria.office.facts import office_facts

_LIST = "/administracao/usuarios"
_ACTIONS = {
    "desativar": staff.deactivate,
    "reativar": staff.activate,
    "senha": staff.reset_password,
    "segundo-fator": staff.reset_second_factor,
}
"""What a button of a user's page does, by the last part of its address."""


async def people_page(visit: Visit) -> Response:
    """All users, those who come in first."""
    rows = await visit.desk.database.read(_people)
    people = [(user, labels.role(user.role), _nucleos_in_words(user), connected) for user, connected in rows]
    return render(visit, "people.html", people=people)


async def new_person_page(visit: Visit) -> Response:
    """The form for a new user."""
    return _new_form(visit)


async def make_person(visit: Visit) -> Response:
    """Make a user and show their first password, this once."""
    login = visit.field("login").strip().lower()
    try:
        role, nucleos = _role(visit), _nucleos(visit)
        password = await visit.desk.database.run(staff.create, visit.by, login, visit.field("nome"), role, nucleos)
    except UserError as error:
        return _new_form(visit, str(error), 422)
    return render(visit, "first_password.html", login=login, password=password)


async def person_page(visit: Visit) -> Response:
    """One user: what can be changed, and where they are connected."""
    return await _show(visit)


async def change_person(visit: Visit) -> Response:
    """Take the name, the role and the núcleos as sent."""
    try:
        role, nucleos = _role(visit), _nucleos(visit)
        await visit.desk.database.run(_change, visit, visit.field("nome"), role, nucleos)
    except UserError as error:
        return await _show(visit, str(error), 422)
    return _back(visit)


async def act_on_person(visit: Visit) -> Response:
    """What one of the buttons does (see `_ACTIONS`); a new password is shown this once."""
    action = visit.request.path_params["acao"]
    if action not in _ACTIONS:
        raise HTTPException(404)
    try:
        login, password = await visit.desk.database.run(_act, visit, action)
    except UserError as error:
        return await _show(visit, str(error), 422)
    return render(visit, "first_password.html", login=login, password=password) if password else _back(visit)


async def end_persons_sessions(visit: Visit) -> Response:
    """End one of a user's sessions, or all."""
    await visit.desk.database.run(_end_sessions, visit, visit.field("sessao") or None)
    return _back(visit)


def _people(session: Session) -> list[tuple[User, bool]]:
    connected = users.at_the_desk(session)
    found = session.scalars(select(User).order_by(User.active.desc(), User.name))
    return [(user, user.id in connected) for user in found]


def _person(session: Session, visit: Visit) -> User:
    number = visit.request.path_params["id"]
    known = number.isascii() and number.isdigit() and len(number) < 10
    user = session.get(User, int(number)) if known else None
    if user is None:
        raise HTTPException(404)
    return user


def _read(session: Session, visit: Visit) -> tuple[User, list[DeskSession], int]:
    user = _person(session, visit)
    return user, list(users.sessions_of(session, user)), desk_views.held_by(session, user)


def _change(session: Session, visit: Visit, name: str, role: Role, nucleos: set[str]) -> None:
    staff.change(session, visit.by, _person(session, visit), name, role, nucleos)


def _act(session: Session, visit: Visit, action: str) -> tuple[str, str | None]:
    user = _person(session, visit)
    return user.login, _ACTIONS[action](session, visit.by, user)


def _end_sessions(session: Session, visit: Visit, handle: str | None) -> None:
    staff.end_sessions(session, visit.by, _person(session, visit), handle)


async def _show(visit: Visit, problem: str = "", status: int = 200) -> Response:
    person, sessions, holds = await visit.desk.database.read(_read, visit)
    return render(
        visit,
        "person.html",
        status,
        person=person,
        sessions=session_rows(sessions, None),
        holds=holds,
        problem=problem,
        roles=labels.ROLES,
        chosen_role=person.role,
        nucleos=_nucleo_choices(person.nucleo_ids),
    )


def _new_form(visit: Visit, problem: str = "", status: int = 200) -> Response:
    return render(
        visit,
        "new_person.html",
        status,
        problem=problem,
        roles=labels.ROLES,
        chosen_role=visit.field("papel") or Role.ATTENDANT.value,
        name=visit.field("nome"),
        login=visit.field("login"),
        nucleos=_nucleo_choices(frozenset(map(str, visit.form.getlist("nucleo")))),
    )


def _nucleo_choices(chosen: frozenset[str]) -> list[tuple[str, str, bool]]:
    # A núcleo that is no more stays to be seen, and to be taken off.
    known = {*office_facts().nucleos, *chosen}
    rows = [(nucleo, labels.nucleo(nucleo), nucleo in chosen) for nucleo in known]
    return sorted(rows, key=lambda row: (not row[2], alphabetical(row[1])))


def _role(visit: Visit) -> Role:
    try:
        return Role(visit.field("papel"))
    except ValueError:
        raise UserError("Escolha o papel da pessoa.") from None


def _nucleos(visit: Visit) -> set[str]:
    chosen = {nucleo for nucleo in visit.form.getlist("nucleo") if isinstance(nucleo, str)}
    if unknown := chosen - set(office_facts().nucleos):
        raise UserError(f"Não há núcleo {', '.join(sorted(unknown))}. Desmarque e salve de novo.")
    return chosen


def _nucleos_in_words(user: User) -> str:
    names = sorted(map(labels.nucleo, user.nucleo_ids), key=alphabetical)
    if len(names) == len(office_facts().nucleos):
        return "Todos"
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} núcleos"


def _back(visit: Visit) -> Response:
    return RedirectResponse(f"{_LIST}/{visit.request.path_params['id']}", 303)
