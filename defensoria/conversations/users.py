"""The desk's users: making them, checking their passwords, and the sessions of those who are in."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session, joinedload

from defensoria.clock import utc_now
from defensoria.conversations import passwords
from defensoria.conversations.models import DeskSession, Role, User, UserNucleo

SESSION_LENGTH = timedelta(hours=9)
"""A working afternoon with its overtime; after it the user logs in again."""
IDLE_LENGTH = timedelta(minutes=60)
"""How long nobody may do anything before they log in again."""
UNCONFIRMED_LENGTH = timedelta(minutes=15)
"""How long a session waits for its second factor."""
SEEN_EVERY = timedelta(minutes=5)
"""How exactly it is known when somebody last did something: a page is not to write each time."""

# One query, put together once: this is asked for every page.
_OPENED = (
    select(DeskSession)
    .options(joinedload(DeskSession.user).joinedload(User.nucleos))
    .where(DeskSession.token_hash == bindparam("token_hash"))
)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,79}")
_HANDLE = 16


class UserError(ValueError):
    """A user cannot be made or changed as asked; the message says why, in Portuguese."""


def add_user(
    session: Session,
    login: str,
    name: str,
    role: Role,
    nucleos: Iterable[str],
    password: str,
    must_change_password: bool = False,
) -> User:
    """Make a user.

    Raises:
        UserError: the login is taken or no login, or the password is too short or too easily guessed.
    """
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login) or not name.strip():
        raise UserError("É preciso ter nome e login; o login leva só letras sem acento, números, ponto, hífen e @.")
    if session.scalar(select(User.id).where(User.login == login)):
        raise UserError(f"Já existe o login {login}.")
    if problem := passwords.problem_with(password, (login, name)):
        raise UserError(problem)
    user = User(
        login=login,
        name=name.strip(),
        role=role.value,
        password_hash=passwords.keep(password),
        active=True,
        created_at=utc_now(),
        must_change_password=must_change_password,
        nucleos=[UserNucleo(nucleo=nucleo) for nucleo in sorted(set(nucleos))],
    )
    session.add(user)
    session.flush()
    return user


def find_user(session: Session, login: str) -> User | None:
    """The active user with this login, or None."""
    return session.scalar(select(User).where(User.login == login.strip().lower(), User.active))


def login_exists(session: Session, login: str) -> bool:
    """Whether anybody has or had this login."""
    return session.scalar(select(User.id).where(User.login == login.strip().lower())) is not None


def password_fits(user: User | None, password: str) -> bool:
    """Whether this is the user's password. Takes a tenth of a second, also for nobody: not within a transaction."""
    return passwords.fits(user.password_hash if user else None, password)


def set_password(session: Session, user: User, password: str, must_change: bool = False) -> None:
    """Give a user another password.

    Raises:
        UserError: it is too short, too easily guessed, or the one they have.
    """
    if problem := passwords.problem_with(password, (user.login, user.name)):
        raise UserError(problem)
    if password_fits(user, password):
        raise UserError("A senha nova é igual à atual.")
    user.password_hash = passwords.keep(password)
    user.must_change_password = must_change


def start_session(session: Session, user: User, origin: str = "", device: str = "") -> tuple[str, DeskSession]:
    """Open a session; who has a second factor confirms it (see `confirm_session`) before it is of any use.

    Returns:
        The token for the cookie, which is not kept, and the session.
    """
    token = secrets.token_urlsafe(32)
    now = utc_now()
    confirmed = user.second_factor is None
    opened = DeskSession(
        token_hash=_hash(token),
        user_id=user.id,
        csrf_token=secrets.token_urlsafe(32),
        created_at=now,
        expires_at=now + (SESSION_LENGTH if confirmed else UNCONFIRMED_LENGTH),
        seen_at=now,
        confirmed=confirmed,
        origin=origin[:60],
        device=device[:200],
    )
    session.execute(delete(DeskSession).where(DeskSession.expires_at < now))
    session.add(opened)
    return token, opened


def confirm_session(session: Session, token: str) -> None:
    """The second factor was given: the session is of use, for its full length."""
    found = find_session(session, token)
    if found is not None:
        found.confirmed, found.expires_at = True, found.created_at + SESSION_LENGTH


def find_session(session: Session, token: str) -> DeskSession | None:
    """The valid session of an active user that this token opens, or None."""
    found = session.scalars(_OPENED, {"token_hash": _hash(token)}).unique().one_or_none()
    if found is None or not found.user.active or not _lasts(found):
        return None
    return found


def see_session(session: Session, token: str) -> None:
    """Note that somebody does something just now."""
    session.execute(update(DeskSession).where(DeskSession.token_hash == _hash(token)).values(seen_at=utc_now()))


def sessions_of(session: Session, user: User) -> Sequence[DeskSession]:
    """A user's valid sessions, the newest first."""
    rows = session.scalars(
        select(DeskSession).where(DeskSession.user_id == user.id).order_by(DeskSession.created_at.desc())
    )
    return [row for row in rows if _lasts(row)]


def handle_of(opened: DeskSession) -> str:
    """What a session is called on a page: nothing that would open it."""
    return str(opened.token_hash[:_HANDLE])


def end_session(session: Session, token: str) -> None:
    """Forget a session."""
    session.execute(delete(DeskSession).where(DeskSession.token_hash == _hash(token)))


def end_sessions(session: Session, user: User, handle: str | None = None, but: str | None = None) -> int:
    """Forget a user's sessions.

    Args:
        session: of the database.
        user: whose.
        handle: only the one that is called so.
        but: the token of one that stays.

    Returns:
        How many ended.
    """
    ended = delete(DeskSession).where(DeskSession.user_id == user.id)
    if handle is not None:
        ended = ended.where(DeskSession.token_hash.startswith(handle, autoescape=True))
    if but is not None:
        ended = ended.where(DeskSession.token_hash != _hash(but))
    return int(session.execute(ended.execution_options(synchronize_session=False)).rowcount)


def at_the_desk(session: Session) -> set[int]:
    """Ids of the users with a valid session that is of use."""
    now = utc_now()
    valid = (DeskSession.confirmed, DeskSession.expires_at > now, DeskSession.seen_at > now - IDLE_LENGTH)
    return set(session.scalars(select(DeskSession.user_id).where(*valid)))


def _lasts(found: DeskSession) -> bool:
    now = utc_now()
    return bool(found.expires_at > now and found.seen_at + IDLE_LENGTH > now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
