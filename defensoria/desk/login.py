"""Coming in and going out: each person with their own login and password, and a second factor where they have one."""

import asyncio
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from defensoria.conversations import audit, second_factor, users
from defensoria.conversations.models import User
from defensoria.desk import wording
from defensoria.desk.pages import render, render_public
from defensoria.desk.permissions import CODE
from defensoria.desk.security import from_this_site
from defensoria.desk.visits import MOST_FIELDS, Desk, Visit, clean

REFUSED_LOGIN = "entrada_recusada"

_LONGEST_LOGIN = 80
_LONGEST_PASSWORD = 256


async def login_page(request: Request) -> Response:
    """The form; whoever is in already goes on."""
    desk: Desk = request.app.state.desk
    token = request.cookies.get(desk.cookie, "")
    if await desk.session(token):
        return RedirectResponse(_local(request.query_params.get("volta")), 303)
    return _form(login="", back=_local(request.query_params.get("volta")))


async def log_in(request: Request) -> Response:
    """Check login and password, at a pace, and open a session."""
    if not from_this_site(request):
        raise HTTPException(403)
    desk: Desk = request.app.state.desk
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    login = clean(form.get("login")).strip().lower()[:_LONGEST_LOGIN]
    password = str(form.get("password", ""))[:_LONGEST_PASSWORD]
    back = _local(clean(form.get("volta")))
    address = request.client.host if request.client else ""

    if wait := await desk.pace.try_now(login, address):
        actor = await desk.database.read(_known, login)
        await desk.witness.tell(f"{login} {address}", actor, REFUSED_LOGIN, address, motivo="ritmo")
        return in_a_while(_form(login, back, too_fast(wait), 429), wait)
    user = await desk.database.read(users.find_user, login)
    if not await asyncio.to_thread(users.password_fits, user, password):
        await desk.pace.failed(address)
        await desk.database.run(_refuse, login, address, "senha")
        return _form(login, back, "Login ou senha não conferem. Confira e tente de novo.", 401)
    await desk.pace.succeeded(login)
    token, confirmed = await desk.database.run(_begin, user, address, clean(request.headers.get("user-agent")))
    answer = RedirectResponse(back if confirmed else f"{CODE}?volta={quote(back)}", 303)
    answer.set_cookie(desk.cookie, token, httponly=True, samesite="lax", secure=desk.settings.production, path="/")
    return answer


async def code_page(visit: Visit) -> Response:
    """The form for the second factor; whoever gave it goes on."""
    if visit.first_step != CODE:
        return RedirectResponse("/", 303)
    return _code_form(visit, _local(visit.request.query_params.get("volta")))


async def give_code(visit: Visit) -> Response:
    """Take a code of the app or a recovery code, at a pace."""
    if visit.first_step != CODE:
        return RedirectResponse("/", 303)
    back, login = _local(visit.field("volta")), visit.user.login
    # Whoever knows the password starts as many sessions as they like: the pace is of the person, not of the session.
    if wait := await visit.desk.pace.try_now(f"codigo {login}", visit.origin):
        await visit.tell(REFUSED_LOGIN, motivo="ritmo")
        return in_a_while(_code_form(visit, back, too_fast(wait), 429), wait)
    if not await visit.desk.database.run(_confirm, visit, visit.field("codigo")):
        await visit.desk.pace.failed(visit.origin)
        await visit.desk.database.run(_refuse, login, visit.origin, "codigo")
        return _code_form(
            visit, back, "Este código não confere ou já foi usado. Espere o próximo e tente de novo.", 401
        )
    await visit.desk.pace.succeeded(f"codigo {login}")
    return RedirectResponse(back, 303)


async def log_out(visit: Visit) -> Response:
    """End the session, on the server too."""
    await visit.desk.database.run(_end, visit)
    answer = RedirectResponse("/entrar", 303)
    answer.delete_cookie(
        visit.desk.cookie, httponly=True, samesite="lax", secure=visit.desk.settings.production, path="/"
    )
    return answer


def too_fast(wait: int) -> str:
    """What is said to who tries too often."""
    return f"Foram muitas tentativas seguidas. Espere {wording.pause(wait)} e tente de novo."


def in_a_while(answer: Response, wait: int) -> Response:
    """The answer, which also tells the browser the seconds to wait."""
    answer.headers["Retry-After"] = str(wait)
    return answer


def _begin(session: Session, user: User, origin: str, device: str) -> tuple[str, bool]:
    token, opened = users.start_session(session, user, origin, device)
    if opened.confirmed:
        audit.record(session, user.login, "entrada", origin=origin)
    return token, opened.confirmed


def _confirm(session: Session, visit: Visit, code: str) -> bool:
    by = second_factor.take_code(session, visit.desk.vault, visit.user.id, code)
    if by is not None:
        users.confirm_session(session, visit.token)
        audit.record(session, visit.user.login, "entrada", origin=visit.origin, fator=by)
    return by is not None


def _end(session: Session, visit: Visit) -> None:
    users.end_session(session, visit.token)
    audit.record(session, visit.user.login, "saida", origin=visit.origin)


def _refuse(session: Session, login: str, origin: str, why: str) -> None:
    audit.record(session, _known(session, login), REFUSED_LOGIN, origin=origin, motivo=why)


def _known(session: Session, login: str) -> str:
    # What nobody has as a login may be a password typed into the wrong field.
    return login if users.login_exists(session, login) else audit.UNKNOWN


def _code_form(visit: Visit, back: str, problem: str = "", status: int = 200) -> Response:
    return render(visit, "code.html", status, back=back, problem=problem)


def _form(login: str, back: str, problem: str = "", status: int = 200) -> Response:
    return render_public("login.html", status, login=login, back=back, problem=problem)


def _local(address: str | None) -> str:
    """The address to go on to, when it is a page of the desk; otherwise the queue."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return "/"
    return address
