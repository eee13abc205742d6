"""Where a text names people and addresses, word for word, by the lists in `anonimato.yml`."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from defensoria.office.facts import office_facts

_LISTS: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in yaml.safe_load((Path(__file__).parent / "anonimato.yml").read_text(encoding="utf-8")).items()
}
_ALWAYS = _LISTS["nomes"]
LISTED_NAMES = _ALWAYS | _LISTS["ambiguos"]
"""Every name that is known to be one, in plain letters, with those that are words as well."""
_BESIDE_NAMES = _LISTS["ambiguos"] - _LISTS["papeis"]
_NO_NAMES = _LISTS["maiusculas"] | _LISTS["paradas"]
_ENDS_NAME = _NO_NAMES - LISTED_NAMES
_NO_INTRODUCED = _LISTS["papeis"] | _LISTS["paradas"] | {"a"}
_BEGINS_ADDRESS = _LISTS["lugares"] | _LISTS["codigos"]
_LINKS = frozenset({"de", "da", "do", "das", "dos"})
_LINKS_AND = _LINKS | {"e"}
_TAKEN_OUT = frozenset({"[numero]", "[telefone]", "[valor]"})
_LONGEST_ADDRESS, _LONGEST_NAME = 10, 8

_SAYS_A_NAME: tuple[tuple[str, ...], ...] = (
    *(("me", "chamo"), ("chamo", "me"), ("nome",), ("chama",), ("chamado",), ("chamada",)),
    *(("apelido",), ("ass",), ("assinado",)),
)
_OTHER_SENSE = frozenset({"em", "no", "um", "pode", "favor", ""})
"""Before "nome" and "chama", when no name follows: "no nome dos filhos", "chama alguém"."""
_SAYS_WHO: tuple[tuple[str, ...], ...] = (
    ("sou", "o"),
    ("sou", "a"),
    ("aqui", "e", "o"),
    ("aqui", "e", "a"),
    ("aqui", "e"),
    ("fala", "e"),
)
_FIRST_WORDS = frozenset(words[0] for words in (*_SAYS_A_NAME, *_SAYS_WHO))
_KEPT = re.compile(r"\bsao paulo\b|\b(?:lei|delegacia|patrulha|medida|protetiva|botao)\s+(?:da\s+)?maria da penha\b")
_TOWN_FOLLOWS = r"(?:\bem|\b(?:cidade|municipio|comarca|forum|nucleo|defensoria) de)\s+"
"""A town that is called as people are is one only after these."""
_MOSTLY = 0.6
"""Of its words, from which on the capitals of a text tell nothing."""
_TOKEN = re.compile(r"\[\w+\]|[^\W\d_]+|\d+|\S|\n")


@dataclass(frozen=True)
class _Token:
    """A word or sign of a text: where it stands, in plain letters, and whether its capital says something."""

    start: int
    end: int
    plain: str
    capital: bool
    kept: bool
    """Part of a town or of a law's name."""

    @property
    def word(self) -> bool:
        return self.plain.isalpha()


def plain(text: str) -> str:
    """Lower case without accents, letter for letter."""
    return "".join(_plain_letter(letter) for letter in text)


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter


@lru_cache(maxsize=1)
def _towns() -> re.Pattern[str]:
    towns = sorted((re.escape(plain(town)) for town in office_facts().municipios), key=len, reverse=True)
    like_people = [town for town in towns if town in LISTED_NAMES]
    others = [town for town in towns if town not in LISTED_NAMES]
    return re.compile(rf"\b(?:{'|'.join(others)})\b|{_TOWN_FOLLOWS}(?:{'|'.join(like_people)})\b")


def _tokens(text: str) -> list[_Token]:
    folded = plain(text)
    kept = [found.span() for pattern in (_towns(), _KEPT) for found in pattern.finditer(folded)]
    words = [word for word in re.findall(r"[^\W\d_]+", re.sub(r"\[\w+\]", "", text)) if len(word) > 1]
    telling = len(words) < 3 or sum(word[0].isupper() for word in words) < _MOSTLY * len(words)
    tokens, begins = [], True
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        capital = telling and found[0][0].isupper() and not begins
        inside = any(first <= start and end <= last for first, last in kept)
        tokens.append(_Token(start, end, folded[start:end], capital, inside))
        begins = found[0] in ".!?\n" or (begins and not found[0].isalnum())
    return tokens


def addresses_in(text: str) -> Iterator[tuple[int, int]]:
    """Where each address begins and ends."""
    tokens, at = _tokens(text), 0
    while at < len(tokens):
        end = _address_end(tokens, at)
        if end > at:
            yield tokens[at].start, tokens[end - 1].end
        at = max(end, at + 1)


def _address_end(tokens: Sequence[_Token], at: int) -> int:
    """Behind the last token of an address that begins at a place; that place where none does."""
    if tokens[at].kept:
        return at
    first, behind = tokens[at].plain, _behind_dot(tokens, at + 1)
    follower = tokens[behind].plain if behind < len(tokens) else ""
    if first in _LISTS["codigos"] and (_is_code(follower) or (first == "r" and behind > at + 1 and follower.isalpha())):
        return _run(tokens, behind + 1, at)
    if first in _LISTS["lugares"] and not (first in _LISTS["lugares_sem_de"] and follower in _LINKS):
        end = _run(tokens, behind, at)
        return end if any(not _is_filler(token) for token in tokens[behind:end]) else at
    return at


def _run(tokens: Sequence[_Token], at: int, start: int) -> int:
    """How far an address goes on: to the next sign or word that begins something else."""
    end = at
    while end < len(tokens) and end - start < _LONGEST_ADDRESS:
        token = tokens[end]
        following = tokens[end + 1].plain if end + 1 < len(tokens) else ""
        word = token.word and token.plain not in _LISTS["paradas"]
        comma = token.plain == "," and (_is_code(following) or following in _BEGINS_ADDRESS)
        dot = token.plain == "." and tokens[end - 1].plain in _BEGINS_ADDRESS
        if not (word or comma or dot or _is_code(token.plain) or token.plain in "-°"):
            break
        end += 1
    return end


def _behind_dot(tokens: Sequence[_Token], at: int) -> int:
    while at < len(tokens) and tokens[at].plain in (".", ":", "º", "°", "-"):
        at += 1
    return at


def _is_code(word: str) -> bool:
    return word.isdigit() or word in _TAKEN_OUT or (len(word) == 1 and word in "abcdfghij")


def _is_filler(token: _Token) -> bool:
    return token.plain in _LINKS or not (token.word or _is_code(token.plain))


def names_in(text: str, known: Collection[str] = ()) -> Iterator[tuple[int, int]]:
    """Where each name begins and ends; every word of the names `known` is one."""
    own = frozenset(word for name in known for word in re.findall(r"[^\W\d_]{3,}", plain(name))) - _LINKS
    tokens, at = _tokens(text), 0
    while at < len(tokens):
        begin, told = _introduced(tokens, at)
        end = _told_end(tokens, begin) if told else begin
        if end == begin and not told and _names_somebody(tokens, at, own):
            begin, end = at, at + 1
        if end > begin:
            end = _name_end(tokens, end, own)
            yield tokens[begin].start, tokens[end - 1].end
        at = max(end, at + 1)


def _introduced(tokens: Sequence[_Token], at: int) -> tuple[int, bool]:
    """Where a name begins that the words at a place lead to, and whether they do."""
    if tokens[at].plain not in _FIRST_WORDS:
        return at, False
    before = tokens[at - 1].plain if at else ""
    for words in _SAYS_A_NAME:
        other_sense = words in (("nome",), ("chama",)) and before in _OTHER_SENSE and not _defines(tokens, at + 1)
        if _reads(tokens, at, words) and not other_sense:
            begin = at + len(words)
            while begin < len(tokens) and tokens[begin].plain in _LISTS["depois_de_nome"]:
                begin += 1
            return begin, True
    for words in _SAYS_WHO:
        behind = at + len(words)
        if _reads(tokens, at, words) and behind < len(tokens) and tokens[behind].plain not in _NO_INTRODUCED:
            return behind, True
    return at, False


def _defines(tokens: Sequence[_Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].plain in ("e", "eh", ":", "=", "completo")


def _reads(tokens: Sequence[_Token], at: int, words: Sequence[str]) -> bool:
    return tuple(token.plain for token in tokens[at : at + len(words)]) == tuple(words)


def _told_end(tokens: Sequence[_Token], begin: int) -> int:
    """Behind the last word of a name that was announced."""
    end = begin
    while end < len(tokens) and end - begin < _LONGEST_NAME and tokens[end].word and not tokens[end].kept:
        if tokens[end].plain in _ENDS_NAME:
            break
        end += 1
    return end


def _names_somebody(tokens: Sequence[_Token], at: int, own: Collection[str]) -> bool:
    token = tokens[at]
    if not token.word or token.kept or len(token.plain) < 2:
        return False
    if token.plain in own or token.plain in _ALWAYS:
        return True
    beside = tokens[at + 1].plain if at + 1 < len(tokens) else ""
    if token.plain in _BESIDE_NAMES and beside in LISTED_NAMES:
        return True
    return token.capital and token.plain not in _NO_NAMES


def _name_end(tokens: Sequence[_Token], end: int, own: Collection[str]) -> int:
    """How far a name goes on: further names, and "da Silva"."""
    while end < len(tokens):
        step = 2 if tokens[end].plain in _LINKS_AND and end + 1 < len(tokens) else 1
        following = tokens[end + step - 1]
        listed = following.plain in LISTED_NAMES or _names_somebody(tokens, end + step - 1, own)
        if following.kept or not (listed and following.word):
            break
        end += step
    return end
