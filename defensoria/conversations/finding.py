"""What a search looks for: a protocol, a telephone number or words, told apart and turned into conditions.

Accents and case count for nothing in words. Both databases compare letter by letter, each with its own kind of pattern,
so that no second copy of what citizens wrote has to be kept.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from defensoria.conversations.citizens import match_key
from defensoria.conversations.models import Citizen, CitizenAlias, Message

SHORTEST = 3
LONGEST = 80
_MOST_WORDS = 6
_PROTOCOL = re.compile(r"(20\d{2})(\d{6,})(\d)", re.ASCII)
_NUMBER = re.compile(r"[\d\s().+-]+", re.ASCII)
_SHORTEST_END = 4
_VARIANTS = {"a": "aáàâãä", "e": "eéèêë", "i": "iíìîï", "o": "oóòôõö", "u": "uúùûü", "c": "cç", "n": "nñ", "y": "yý"}


@dataclass(frozen=True, kw_only=True)
class Search:
    """What was asked for. `number` are digits: a whole number, or at least its last four; `words` have no accents."""

    protocolo: str | None
    number: str | None
    words: tuple[str, ...]

    @property
    def kind(self) -> str:
        """What of it there is, for the audit: never what was asked for."""
        named = (("protocolo", self.protocolo), ("numero", self.number), ("palavras", self.words))
        return "+".join(name for name, value in named if value)


def read_search(asked: str) -> Search | None:
    """What a person who searches means, or None when it is too short to mean anything."""
    asked = " ".join(unicodedata.normalize("NFC", asked).split())[:LONGEST]
    if len(asked) < SHORTEST:
        return None
    digits = re.sub(r"[^0-9]", "", asked) if _NUMBER.fullmatch(asked) else ""
    if protocol := _PROTOCOL.fullmatch(digits):
        return Search(protocolo="{}.{}-{}".format(*protocol.groups()), number=None, words=())
    return Search(
        protocolo=None,
        number=_number(digits) if len(digits) >= _SHORTEST_END else None,
        words=tuple(plain(word) for word in asked.split()[:_MOST_WORDS]),
    )


def plain(text: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def has_number(number: str) -> Any:
    """That a citizen has this number, or one that ends so, with or without its ninth digit."""
    key = CitizenAlias.match_key
    same = key == match_key(number) if len(number) >= 12 else key.like(f"%{number}")
    return Citizen.aliases.any((CitizenAlias.kind == "wa_id") & same)


def is_named(session: Session, words: tuple[str, ...]) -> Any:
    """That all the words are in a citizen's name."""
    return _all_in(session, Citizen.name, words)


def says(session: Session, words: tuple[str, ...]) -> Any:
    """That all the words are in a message."""
    return _all_in(session, Message.text, words)


def _number(digits: str) -> str:
    """As WhatsApp writes it, where area code and number are whole."""
    return f"55{digits}" if len(digits) in (10, 11) else digits


def _all_in(session: Session, column: Any, words: tuple[str, ...]) -> Any:
    glob = session.get_bind().dialect.name == "sqlite"
    conditions = [column.op("GLOB")(_glob(word)) if glob else column.op("~")(_regular(word)) for word in words]
    together = conditions[0]
    for condition in conditions[1:]:
        together &= condition
    return together


def _glob(word: str) -> str:
    """For SQLite, `*` around sets of letters; brackets take what else has a meaning there."""
    return f"*{''.join(_set(letter) for letter in word)}*"


def _regular(word: str) -> str:
    """For PostgreSQL, a regular expression of the same sets."""
    return "".join(_set(letter) if letter.isalnum() else "\\" + letter for letter in word)


def _set(letter: str) -> str:
    if not letter.isalpha():
        return f"[{letter}]" if letter in "*?[" else letter
    small = _VARIANTS.get(letter, letter)
    return f"[{small}{small.upper()}]"
