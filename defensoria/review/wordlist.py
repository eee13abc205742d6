"""The words the linter knows, from `palavras.yml` beside it: hard ones, gendered ones, acronyms, exceptions."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Wordlist:
    """What to write instead of hard and gendered words, how nobody is addressed, acronyms, and exceptions to rules.

    `exceptions` holds pairs of a response's name and a rule's.
    """

    hard: Mapping[str, str]
    gendered: Mapping[str, str]
    not_voce: tuple[str, ...]
    acronyms: frozenset[str]
    exceptions: frozenset[tuple[str, str]] = frozenset()

    def hard_words(self, text: str) -> list[tuple[str, str]]:
        """The hard words of a text, as they stand there, each with its plain ones."""
        return _found(self._hard_pattern, self.hard, text)

    def gendered_words(self, text: str) -> list[tuple[str, str]]:
        """The gendered words of a text, each with what to write instead."""
        return _found(self._gendered_pattern, self.gendered, text)

    def wrong_address(self, text: str) -> list[str]:
        """The words by which a text says "tu" and the like."""
        return [found[0] for found in self._address_pattern.finditer(text)]

    @cached_property
    def _hard_pattern(self) -> re.Pattern[str]:
        return _any_of(self.hard, plurals=True)

    @cached_property
    def _gendered_pattern(self) -> re.Pattern[str]:
        return _any_of(self.gendered, plurals=True)

    @cached_property
    def _address_pattern(self) -> re.Pattern[str]:
        return _any_of(self.not_voce)


@lru_cache(maxsize=1)
def packaged_wordlist() -> Wordlist:
    """The project's own words.

    Raises:
        ValueError: an exception has no reason.
    """
    source = yaml.safe_load((Path(__file__).parent / "palavras.yml").read_text(encoding="utf-8"))
    for exception in source["excecoes"]:
        if not exception.get("motivo"):
            raise ValueError(f"palavras.yml: diga o motivo da exceção de {exception.get('onde')}.")
    return Wordlist(
        hard=source["juridiques"],
        gendered=source["genero"],
        not_voce=tuple(source["tratamento"]),
        acronyms=frozenset(source["siglas"]),
        exceptions=frozenset((exception["onde"], exception["regra"]) for exception in source["excecoes"]),
    )


def _any_of(words: Iterable[str], plurals: bool = False) -> re.Pattern[str]:
    """A pattern whose named groups tell which of the words was found: `w3` is the fourth."""
    choices = (rf"(?P<w{at}>{re.escape(word.rstrip('*'))}{_ending(word, plurals)})" for at, word in enumerate(words))
    return re.compile(rf"(?<!\w)(?:{'|'.join(choices)})(?!\w)", re.IGNORECASE)


def _ending(word: str, plurals: bool) -> str:
    if word.endswith("*"):
        return r"\w*"
    return "(?:e?s)?" if plurals else ""


def _found(pattern: re.Pattern[str], instead: Mapping[str, str], text: str) -> list[tuple[str, str]]:
    plain = list(instead.values())
    return [(found[0], plain[int(str(found.lastgroup)[1:])]) for found in pattern.finditer(text)]
