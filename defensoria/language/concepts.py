"""Words that mean much the same to this office: "quitinete" and "barraco" are both `@moradia`."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import yaml

from defensoria.language.text import words

CONCEPTS = Path(__file__).with_name("concepts.yml")

_BEGINNING = re.compile(r"[a-z]{2,}\*")

_Phrase = tuple[str, ...]


def conceive(message: Sequence[str]) -> list[str]:
    """The normalised words of a message with each known word or phrase replaced by its concept, marked with `@`."""
    found: list[str] = []
    at = 0
    while at < len(message):
        phrase, concept = _phrase_at(message, at)
        found.append(concept or _concept_of(message[at]))
        at += len(phrase) or 1
    return found


def _phrase_at(message: Sequence[str], at: int) -> tuple[_Phrase, str | None]:
    for phrase, concept in _phrases().get(message[at], ()):
        if tuple(message[at : at + len(phrase)]) == phrase:
            return phrase, concept
    return (), None


@lru_cache(maxsize=16384)
def _concept_of(word: str) -> str:
    whole, beginnings = _words()
    if word in whole:
        return whole[word]
    return next((concept for beginning, concept in beginnings if word.startswith(beginning)), word)


def read_entries() -> list[tuple[_Phrase, str]]:
    """Every word or phrase of `concepts.yml` with its concept.

    Raises ValueError, naming the entry, where one is not text or a phrase has a star.
    """
    entries: list[tuple[_Phrase, str]] = []
    for concept, said in yaml.safe_load(CONCEPTS.read_text(encoding="utf-8")).items():
        for entry in said:
            beginning = isinstance(entry, str) and _BEGINNING.fullmatch(entry)
            phrase = (entry,) if beginning else tuple(words(str(entry)))
            if not phrase or (not beginning and "*" in str(entry)):
                raise ValueError(f'{CONCEPTS.name}: "{entry}" in "{concept}" must be a word, a beginning* or a phrase.')
            entries.append((phrase, f"@{concept}"))
    return entries


@cache
def _words() -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Whole words, and beginnings of words with the longest first."""
    single = [(phrase[0], concept) for phrase, concept in read_entries() if len(phrase) == 1]
    whole = {word: concept for word, concept in single if not word.endswith("*")}
    beginnings = [(word[:-1], concept) for word, concept in single if word.endswith("*")]
    return whole, sorted(beginnings, key=lambda entry: -len(entry[0]))


@cache
def _phrases() -> dict[str, list[tuple[_Phrase, str]]]:
    """Phrases by their first word, the longest first."""
    phrases: dict[str, list[tuple[_Phrase, str]]] = {}
    for phrase, concept in sorted(read_entries(), key=lambda entry: -len(entry[0])):
        if len(phrase) > 1:
            phrases.setdefault(phrase[0], []).append((phrase, concept))
    return phrases
