"""A user's own account: password, second factor, and where they are connected."""

import asyncio

import segno
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from defensoria.conversations import audit, second_factor, staff, users
from defensoria.conversations.models import DeskSession, User
from defensoria.conversations.users import UserError
from defensoria.desk import labels
from defensoria.desk.devices import device_name
from defensoria.desk.login import in_a_while, too_fast
from defensoria.desk.pages import render
from defensoria.desk.permissions import needs_second_factor
from defensoria.desk.visits import Visit
from defensoria.desk.wording import alphabetical, moment_now

_LONGEST_PASSWORD = 256


async def account_page(visit: Visit) -> Response:
    """Who one is at the desk, and what one may change oneself."""
    return await _account(visit)


async def end_session(visit: Visit) -> Response:
    """End one of one's own sessions, or all the others."""
    handle = visit.field("sessao")
    await visit.desk.database.run(
        staff.end_sessions, visit.by, visit.user, handle or None, None if handle else visit.token
    )
    return RedirectResponse("/minha-conta#sessoes", 303)


async def password_page(visit: Visit) -> Response:
    """The form for another password; who has to change theirs is not asked for it again."""
    return _password_form(visit)


async def change_password(visit: Visit) -> Response:
    """Take another password; one's other sessions end."""
    current, new, again = (_password(visit, name) for name in ("atual", "nova", "repetida"))
    if not visit.user.must_change_password:
        if wait := await visit.desk.pace.try_now(f"senha {visit.user.login}", visit.origin):
            return in_a_while(_password_form(visit, too_fast(wait), 429), wait)
        if not await asyncio.to_thread(users.password_fits, visit.user, current):
            return _password_form(visit, "A senha atual não confere.", 422)
        await visit.desk.pace.succeeded(f"senha {visit.user.login}")
    if new != again:
        return _password_form(visit, "As duas senhas novas não são iguais.", 422)
    try:
        await visit.desk.database.run(_change_password, visit, new)
    except UserError as error:
        return _password_form(visit, str(error), 422)
    return RedirectResponse("/minha-conta?feito=senha", 303)


async def second_factor_page(visit: Visit) -> Response:
    """The picture for the app and the form for its first code."""
    if visit.user.second_factor is not None:
        return RedirectResponse("/minha-conta", 303)
    secret, offered = visit.desk.vault.offer(visit.user)
    return _second_factor_form(visit, secret, offered)


async def enrol(visit: Visit) -> Response:
    """Begin to ask for codes, once the first is right, and show the recovery codes."""
    secret = visit.desk.vault.accept(visit.user, visit.field("oferta"))
    if secret is None or visit.user.second_factor is not None:
        return RedirectResponse("/minha-conta/segundo-fator", 303)
    codes = await visit.desk.database.run(_enrol, visit, secret, visit.field("codigo"))
    if codes is None:
        problem = "O código não confere. Veja se a hora do celular está certa e digite o código que aparece agora."
        return _second_factor_form(visit, secret, visit.field("oferta"), problem, 422)
    return render(visit, "recovery_codes.html", codes=codes)


async def renew_recovery_codes(visit: Visit) -> Response:
    """Ten new recovery codes, for who has the app at hand."""
    if wait := await visit.desk.pace.try_now(f"codigo {visit.user.login}", visit.origin):
        return in_a_while(await _account(visit, too_fast(wait), 429), wait)
    codes = await visit.desk.database.run(_renew, visit, visit.field("codigo"))
    if codes is None:
        return await _account(visit, "O código do aplicativo não confere ou já foi usado.", 422)
    await visit.desk.pace.succeeded(f"codigo {visit.user.login}")
    return render(visit, "recovery_codes.html", codes=codes)


def session_rows(sessions: list[DeskSession], current: str | None) -> list[dict[str, object]]:
    """Sessions as their list shows them; `current` is the handle of the one that looks."""
    return [
        {
            "handle": users.handle_of(row),
            "device": device_name(row.device),
            "origin": row.origin,
            "since": moment_now(row.created_at),
            "seen": moment_now(row.seen_at),
            "current": users.handle_of(row) == current,
        }
        for row in sessions
    ]


async def _account(visit: Visit, problem: str = "", status: int = 200) -> Response:
    sessions, current, codes_left = await visit.desk.database.read(_read, visit)
    return render(
        visit,
        "account.html",
        status,
        sessions=session_rows(sessions, current),
        codes_left=codes_left,
        role=labels.role(visit.user.role),
        nucleos=sorted(map(labels.nucleo, visit.user.nucleo_ids), key=alphabetical),
        asked_for=visit.desk.settings.second_factor_required and needs_second_factor(visit.user),
        problem=problem,
        done=visit.request.query_params.get("feito") == "senha",
    )


def _read(session: Session, visit: Visit) -> tuple[list[DeskSession], str | None, int]:
    current = users.find_session(session, visit.token)
    return (
        list(users.sessions_of(session, visit.user)),
        users.handle_of(current) if current else None,
        second_factor.recovery_codes_left(session, visit.user),
    )


def _change_password(session: Session, visit: Visit, new: str) -> None:
    user = session.get(User, visit.user.id)
    users.set_password(session, user, new)
    users.end_sessions(session, user, but=visit.token)
    audit.record(session, user.login, "senha_trocada", origin=visit.origin)


def _enrol(session: Session, visit: Visit, secret: str, code: str) -> list[str] | None:
    codes = second_factor.enrol(session, visit.desk.vault, visit.user.id, secret, code)
    if codes is not None:
        # The others were opened without it.
        users.end_sessions(session, visit.user, but=visit.token)
        audit.record(session, visit.user.login, "segundo_fator_ativado", origin=visit.origin)
    return codes


def _renew(session: Session, visit: Visit, code: str) -> list[str] | None:
    if second_factor.take_code(session, visit.desk.vault, visit.user.id, code) != "aplicativo":
        return None
    audit.record(session, visit.user.login, "codigos_renovados", origin=visit.origin)
    return second_factor.new_recovery_codes(session, session.get(User, visit.user.id))


def _password(visit: Visit, name: str) -> str:
    return str(visit.form.get(name, ""))[:_LONGEST_PASSWORD]


def _password_form(visit: Visit, problem: str = "", status: int = 200) -> Response:
    return render(visit, "password.html", status, problem=problem)


def _second_factor_form(visit: Visit, secret: str, offered: str, problem: str = "", status: int = 200) -> Response:
    picture = segno.make(second_factor.address(visit.user, secret), micro=False)
    return render(
        visit,
        "second_factor.html",
        status,
        picture=picture.svg_inline(dark="#000", light="#fff", border=4, omitsize=True),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        offered=offered,
        problem=problem,
    )
