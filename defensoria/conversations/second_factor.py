"""The second factor: the six digits of an app on the user's phone (RFC 6238), or a recovery code, each taken once."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from pyotp import TOTP, random_base32
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.models import RecoveryCode, User
from defensoria.conversations.passwords import readable_code

RECOVERY_CODES = 10

_ISSUER = "Defensoria MT"
_STEP_SECONDS = 30
_DRIFT = (0, -1, 1)
"""Steps that a phone's clock may be off."""
_OFFER_SECONDS = 15 * 60


class Vault:
    """Encrypts the secrets that the database keeps, so that a copy of it alone opens no login.

    Args:
        key: `DESK_SECRET_KEY`. Another one makes every secret unreadable: then each user sets up the app anew.
    """

    def __init__(self, key: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))

    def offer(self, user: User) -> tuple[str, str]:
        """A new secret for a user's app. Returns it, and sealed as the form gives it back within 15 minutes."""
        secret = random_base32()
        return secret, self._fernet.encrypt(f"{user.id}:{secret}".encode()).decode()

    def accept(self, user: User, offered: str) -> str | None:
        """The secret of an offer to this user, or None when it is no offer, another's, or too old."""
        return self._open(user, offered, _OFFER_SECONDS)

    def lock(self, user: User, secret: str) -> str:
        """A secret as the database keeps it."""
        return self._fernet.encrypt(f"{user.id}:{secret}".encode()).decode()

    def unlock(self, user: User) -> str | None:
        """A user's secret, or None when there is none or it is of another key."""
        return self._open(user, user.second_factor, None) if user.second_factor else None

    def _open(self, user: User, sealed: str, seconds: int | None) -> str | None:
        try:
            owner, _, secret = self._fernet.decrypt(sealed.encode(), ttl=seconds).decode().partition(":")
        except InvalidToken:
            return None
        return secret if owner == str(user.id) else None


def address(user: User, secret: str) -> str:
    """The `otpauth://` address that the app reads from the picture."""
    return str(TOTP(secret, interval=_STEP_SECONDS).provisioning_uri(name=user.login, issuer_name=_ISSUER))


def enrol(session: Session, vault: Vault, user_id: int, secret: str, code: str) -> list[str] | None:
    """Begin to ask a user for codes of this secret, once the first is right.

    Returns:
        The recovery codes, which are kept as hashes only; None when the code is wrong or they have an app already.
    """
    user: User = session.get(User, user_id, with_for_update=True)
    step = _step(secret, code)
    if user.second_factor is not None or step is None:
        return None
    user.second_factor, user.second_factor_step = vault.lock(user, secret), step
    return new_recovery_codes(session, user)


def take_code(session: Session, vault: Vault, user_id: int, code: str) -> str | None:
    """Take a code of the app or a recovery code, once.

    Returns:
        `aplicativo` or `recuperacao`, or None when it is wrong or was taken already.
    """
    user: User = session.get(User, user_id)
    secret, given = vault.unlock(user), code.strip().replace(" ", "").lower()
    if not given.isdigit():
        return "recuperacao" if _take_recovery_code(session, user, given) else None
    step = _step(secret, given) if secret else None
    if step is None:
        return None
    newer = User.second_factor_step.is_(None) | (User.second_factor_step < step)
    taken = session.execute(
        update(User)
        .where(User.id == user.id, newer)
        .values(second_factor_step=step)
        .execution_options(synchronize_session=False)
    )
    return "aplicativo" if taken.rowcount == 1 else None


def new_recovery_codes(session: Session, user: User) -> list[str]:
    """Ten codes for the day the phone is lost; those from before no longer hold."""
    codes = [readable_code() for _ in range(RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.add_all(RecoveryCode(user_id=user.id, code_hash=_hash(code)) for code in codes)
    return codes


def recovery_codes_left(session: Session, user: User) -> int:
    """How many recovery codes a user has not used."""
    return len(session.scalars(select(RecoveryCode.id).where(RecoveryCode.user_id == user.id)).all())


def _take_recovery_code(session: Session, user: User, code: str) -> bool:
    gone = delete(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _hash(code))
    return bool(session.execute(gone.execution_options(synchronize_session=False)).rowcount)


def _step(secret: str, code: str) -> int | None:
    """The step that a code is of, or None."""
    if not (code.isascii() and code.isdigit()):
        return None
    now = int(utc_now().timestamp())
    for drift in _DRIFT:
        at = now + drift * _STEP_SECONDS
        # Compares in constant time.
        if TOTP(secret, interval=_STEP_SECONDS).verify(code, for_time=at):
            return at // _STEP_SECONDS
    return None


def _hash(code: str) -> str:
    # Twelve random characters: nobody guesses them from a hash, however fast.
    return hashlib.sha256(code.replace("-", "").encode()).hexdigest()
