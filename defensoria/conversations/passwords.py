"""Passwords: kept as argon2id, and refused when they are what everybody tries first."""

import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from unicodedata import combining, normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM_PASSWORD_LENGTH = 10

_LEAST_OWN = 4
"""Characters that must be left of a password without what is guessed first."""

_COMMON = (Path(__file__).parent / "senhas_comuns.txt").read_text().split()
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1q2w3e4r5t6y7u8i9o0p")
_LOOKALIKES = str.maketrans("@4310$57!", "aaeiossti")
_DATES = re.compile(r"(?:0[1-9]|[12]\d|3[01])[-/.]?(?:0[1-9]|1[0-2])[-/.]?(?:(?:19|20)?\d\d)|(?:19|20)\d\d")
_REPEATED = re.compile(r"(.)\1{2,}")
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher()
# Checked when the login does not exist, so that the answer takes as long as for one that does.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def problem_with(password: str, own_words: Iterable[str] = ()) -> str | None:
    """Why a password is refused, as its user reads it, or None.

    Args:
        password: the one wished for.
        own_words: login and name of its user: known to whoever guesses.
    """
    if len(password) < MINIMUM_PASSWORD_LENGTH:
        return f"A senha precisa ter pelo menos {MINIMUM_PASSWORD_LENGTH} caracteres."
    parts = [part for words in own_words for part in re.split(r"[^a-z0-9]+", _plain(words)) if len(part) > 2]
    if min(_own(_plain(password), parts), _own(_plain(password).translate(_LOOKALIKES), parts)) < _LEAST_OWN:
        return "Esta senha é fácil de adivinhar. Junte três ou quatro palavras que não tenham a ver umas com as outras."
    return None


def keep(password: str) -> str:
    """The argon2id hash to keep. Takes a tenth of a second."""
    return str(_hasher.hash(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one kept. Takes a tenth of a second, also for None."""
    try:
        _hasher.verify(kept or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def readable_code() -> str:
    """Twelve random letters and digits in three groups, without those that look alike: 59 bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3))


def _own(password: str, own_words: Iterable[str]) -> int:
    rest = _DATES.sub(" ", _REPEATED.sub(" ", password))
    for word in sorted({*_COMMON, *own_words}, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return len(set(re.sub(r"[^a-z0-9]", "", _without_runs(rest))))


def _without_runs(password: str) -> str:
    for run in _RUNS:
        for line in (run, run[::-1]):
            for length in range(len(line), 2, -1):
                for start in range(len(line) - length + 1):
                    password = password.replace(line[start : start + length], " ")
    return password


def _plain(words: str) -> str:
    return "".join(letter for letter in normalize("NFKD", words.casefold()) if not combining(letter))
