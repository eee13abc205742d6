"""The desk's users: making them, checking their passwords, and the sessions of those who are in."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.models import DeskSession, Role, User, UserNucleo

SESSION_LENGTH = timedelta(hours=9)
"""A working afternoon with its overtime; after it the user logs in again."""

MINIMUM_PASSWORD_LENGTH = 10

_hasher = PasswordHasher()
# Checked when the login does not exist, so that the answer takes as long as for one that does.
_nobody = _hasher.hash(secrets.token_urlsafe(16))


class UserError(ValueError):
    """A user cannot be made as asked; the message says why."""


def add_user(session: Session, login: str, name: str, role: Role, nucleos: Iterable[str], password: str) -> User:
    """Make a user.

    Raises:
        UserError: the login is taken, or the password too short.
    """
    login = login.strip().lower()
    if not login or not name.strip():
        raise UserError("login and name are needed")
    if session.scalar(select(User.id).where(User.login == login)):
        raise UserError(f"there is a user {login!r} already")
    if len(password) < MINIMUM_PASSWORD_LENGTH:
        raise UserError(f"the password needs at least {MINIMUM_PASSWORD_LENGTH} characters")
    user = User(
        login=login,
        name=name.strip(),
        role=role.value,
        password_hash=_hasher.hash(password),
        active=True,
        created_at=utc_now(),
        nucleos=[UserNucleo(nucleo=nucleo) for nucleo in sorted(set(nucleos))],
    )
    session.add(user)
    session.flush()
    return user


def find_user(session: Session, login: str) -> User | None:
    """The active user with this login, or None."""
    return session.scalar(select(User).where(User.login == login.strip().lower(), User.active))


def password_fits(user: User | None, password: str) -> bool:
    """Whether this is the user's password. Takes a tenth of a second, also for nobody: not within a transaction."""
    try:
        _hasher.verify(user.password_hash if user else _nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return user is not None


def start_session(session: Session, user: User) -> tuple[str, DeskSession]:
    """Open a session. Returns the token for the cookie, which is not kept, and the session."""
    token = secrets.token_urlsafe(32)
    now = utc_now()
    opened = DeskSession(
        token_hash=_hash(token),
        user_id=user.id,
        csrf_token=secrets.token_urlsafe(32),
        created_at=now,
        expires_at=now + SESSION_LENGTH,
    )
    session.execute(delete(DeskSession).where(DeskSession.expires_at < now))
    session.add(opened)
    return token, opened


def find_session(session: Session, token: str) -> DeskSession | None:
    """The valid session of an active user that this token opens, or None."""
    found = session.get(DeskSession, _hash(token))
    if found is None or found.expires_at <= utc_now() or not found.user.active:
        return None
    return found


def end_session(session: Session, token: str) -> None:
    """Forget a session."""
    session.execute(delete(DeskSession).where(DeskSession.token_hash == _hash(token)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
