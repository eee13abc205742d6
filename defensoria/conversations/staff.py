"""What IT does for the desk's users, from its pages or the terminal: each change is in the audit."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from defensoria.conversations import audit, users
from defensoria.conversations.models import RecoveryCode, Role, User, UserNucleo
from defensoria.conversations.passwords import readable_code
from defensoria.conversations.users import UserError


@dataclass(frozen=True)
class By:
    """Who changes something: a login or `terminal:` and a name, and the network address it came from."""

    actor: str
    origin: str | None = None


def create(
    session: Session,
    by: By,
    login: str,
    name: str,
    role: Role,
    nucleos: Iterable[str],
    password: str | None = None,
    lasting: bool = False,
) -> str:
    """Make a user. Returns the password, made up where none is given, which they change at the first login.

    `lasting`: they chose it themself and keep it.

    Raises:
        UserError: the user cannot be made so.
    """
    password = password or readable_code()
    user = users.add_user(session, login, name, role, nucleos, password, must_change_password=not lasting)
    _record(session, by, "usuario_criado", user, papel=user.role, nucleos=sorted(user.nucleo_ids))
    return password


def change(session: Session, by: By, user: User, name: str, role: Role, nucleos: Iterable[str]) -> None:
    """Change name, role and núcleos.

    Raises:
        UserError: no name; or nobody would be left to administer, or someone changes their own role.
    """
    if not name.strip():
        raise UserError("Escreva o nome da pessoa.")
    if role.value != user.role:
        _not_oneself(by, user, "mudar o próprio papel")
        _someone_administers(session, user)
    wished, had = set(nucleos), set(user.nucleo_ids)
    told = {"nome": name.strip() != user.name, "papel": role.value != user.role and f"{user.role} > {role.value}"}
    user.name, user.role = name.strip(), role.value
    user.nucleos = [row for row in user.nucleos if row.nucleo in wished] + [
        UserNucleo(nucleo=nucleo) for nucleo in sorted(wished - had)
    ]
    told |= {"nucleos_incluidos": sorted(wished - had), "nucleos_retirados": sorted(had - wished)}
    _record(session, by, "usuario_alterado", user, **{key: value for key, value in told.items() if value})


def deactivate(session: Session, by: By, user: User) -> None:
    """Keep someone out from now on; their sessions end at once.

    Raises:
        UserError: nobody would be left to administer, or it is oneself.
    """
    _not_oneself(by, user, "desativar o próprio acesso")
    _someone_administers(session, user)
    user.active = False
    users.end_sessions(session, user)
    _record(session, by, "usuario_desativado", user)


def activate(session: Session, by: By, user: User) -> str:
    """Let someone in again, with a password to be changed at the first login, which is returned."""
    user.active = True
    password = readable_code()
    users.set_password(session, user, password, must_change=True)
    _record(session, by, "usuario_reativado", user)
    return password


def reset_password(session: Session, by: By, user: User) -> str:
    """Give someone a password to be changed at the next login, which is returned; their sessions end.

    Raises:
        UserError: it is one's own, which one changes oneself.
    """
    _not_oneself(by, user, "redefinir a própria senha por aqui")
    password = readable_code()
    users.set_password(session, user, password, must_change=True)
    users.end_sessions(session, user)
    _record(session, by, "senha_redefinida", user)
    return password


def reset_second_factor(session: Session, by: By, user: User) -> None:
    """Forget someone's second factor, so that they set up another at the next login; their sessions end.

    Raises:
        UserError: it is one's own: another person decides that.
    """
    _not_oneself(by, user, "redefinir a própria verificação em duas etapas")
    user.second_factor = user.second_factor_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    users.end_sessions(session, user)
    _record(session, by, "segundo_fator_redefinido", user)


def end_sessions(session: Session, by: By, user: User, handle: str | None = None, but: str | None = None) -> None:
    """End someone's sessions: all, the one that is called `handle`, or all but the one of the token `but`."""
    if ended := users.end_sessions(session, user, handle, but):
        _record(session, by, "sessao_encerrada", user, quantas=ended)


def _record(session: Session, by: By, action: str, user: User, **data: Any) -> None:
    audit.record(session, by.actor, action, origin=by.origin, usuario=user.login, **data)


def _not_oneself(by: By, user: User, what: str) -> None:
    if by.actor == user.login:
        raise UserError(f"Ninguém pode {what}. Peça a outra pessoa da TI.")


def _someone_administers(session: Session, but: User) -> None:
    others = select(func.count(User.id)).where(User.role == Role.ADMINISTRATOR.value, User.active, User.id != but.id)
    if but.role == Role.ADMINISTRATOR.value and but.active and not session.scalar(others):
        raise UserError("Esta é a única pessoa com o papel de administrador. Dê o papel a outra antes.")
