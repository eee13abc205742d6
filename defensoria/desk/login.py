"""Coming in and going out: each person with their own login and password."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from defensoria.conversations import users
from defensoria.desk.pages import render_public
from defensoria.desk.security import from_this_site
from defensoria.desk.visits import MOST_FIELDS, Desk, Visit, clean

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
        problem = f"Foram muitas tentativas seguidas. Espere {_in_words(wait)} e tente de novo."
        answer = _form(login, back, problem, 429)
        answer.headers["Retry-After"] = str(wait)
        return answer
    user = await desk.database.run(users.find_user, login)
    if not await asyncio.to_thread(users.password_fits, user, password):
        await desk.pace.failed(address)
        return _form(login, back, "Login ou senha não conferem. Confira e tente de novo.", 401)
    await desk.pace.succeeded(login)
    token, _ = await desk.database.run(users.start_session, user)
    answer = RedirectResponse(back, 303)
    answer.set_cookie(desk.cookie, token, httponly=True, samesite="lax", secure=desk.settings.production, path="/")
    return answer


async def log_out(visit: Visit) -> Response:
    """End the session, on the server too."""
    await visit.desk.database.run(users.end_session, visit.token)
    answer = RedirectResponse("/entrar", 303)
    answer.delete_cookie(
        visit.desk.cookie, httponly=True, samesite="lax", secure=visit.desk.settings.production, path="/"
    )
    return answer


def _form(login: str, back: str, problem: str = "", status: int = 200) -> Response:
    return render_public("login.html", status, login=login, back=back, problem=problem)


def _local(address: str | None) -> str:
    """The address to go on to, when it is a page of the desk; otherwise the queue."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return "/"
    return address


def _in_words(seconds: int) -> str:
    if seconds < 60:
        return "1 segundo" if seconds == 1 else f"{seconds} segundos"
    minutes = -(-seconds // 60)
    return "1 minuto" if minutes == 1 else f"{minutes} minutos"
