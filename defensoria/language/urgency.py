"""Hearing what cannot wait: someone in danger, just arrested, very ill or losing their home, by rules in a file.

The words and the rules are in `urgencias.yml` beside this module: no classifier is asked. A message is cut into
sentences; in each, words become the groups they belong to, and a rule holds where its groups stand near each other.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from defensoria.language.text import normalise, phonetic, plain
from defensoria.office.vocabulary import Urgency

RULES = Path(__file__).with_name("urgencias.yml")


class Alarm(str, Enum):
    """What is threatened, what threatens life first: of two alarms in one message the one above is read."""

    SUICIDE = "suicidio"
    VIOLENCE = "violencia"
    CHILD = "crianca_em_risco"
    HEALTH = "saude"
    ARREST = "prisao"
    EVICTION = "moradia"

    @property
    def urgency(self) -> Urgency:
        """The value of the slot `urgencia`: there is none for suicide, which is a matter of health."""
        return Urgency.HEALTH if self is Alarm.SUICIDE else Urgency(self.value)


class RulesError(ValueError):
    """`urgencias.yml` cannot be used. The message, for whoever edits it, says which entry, why and what to do."""


def read_alarm(text: str) -> Alarm | None:
    """What in a message cannot wait, or None.

    Suicide comes before violence, then a child in danger, health, arrest and eviction. What is denied ("ele não me
    bate"), long past, supposed ("e se ele for preso?") or a figure of speech ("morrendo de rir") is no alarm; violence
    that happened without saying when is the classifier's matter. Reads the first 4,096 characters, the most that
    WhatsApp carries. Never raises on a text.
    """
    rules = _rules()
    sentences = [_read_sentence(rules, sentence) for sentence in _sentences(text)]
    said = {group for sentence in sentences for group in sentence.found}
    for rule in rules.rules:
        if said.isdisjoint(rule.without) and any(_holds(rule, sentence) for sentence in sentences):
            if not rule.alone or all(sentence.is_only(rule.anchor) for sentence in sentences):
                return rule.alarm
    return None


_LONGEST = 4096
_REACH = 6
_GAP = 3
_SHORTEST_HEARD = 4
_SHORTEST_MISSPELT = 6
_SENTENCES = re.compile(r"[!?;\n]+|(?<=\w\w)\.+(?=\s|$)|\.{2,}|…")
_YEAR = re.compile(r"(?:19|20)\d\d")
# Groups that no entry spells out.
_A_NUMBER, _A_YEAR = "<numero>", "<ano>"
# Groups that the reading itself knows by name.
_NOT, _LITTLE_WORD, _RECENT, _LONG_AGO = "<nao>", "<palavrinha>", "<recente>", "<faz_tempo>"

_Span = tuple[int, int]
_Found = dict[str, dict[int, set[int]]]


@dataclass(frozen=True)
class _Item:
    symbol: str
    optional: bool = False


@dataclass(frozen=True)
class _Phrase:
    """One way to say a group: words, beginnings of words and groups above it, one after the other."""

    group: str
    items: tuple[_Item, ...]

    @property
    def needs(self) -> frozenset[str]:
        return frozenset(item.symbol for item in self.items if not item.optional and item.symbol != "...")


@dataclass(frozen=True)
class _Rule:
    """Groups of which each stands within reach of the first, and what must not be said."""

    alarm: Alarm
    anchor: str
    others: tuple[str, ...]
    without: frozenset[str]
    never_with: frozenset[str]
    recent: bool
    whenever: bool
    alone: bool


@dataclass(frozen=True)
class _Rules:
    words: frozenset[str]
    beginnings: tuple[str, ...]
    lookalikes: frozenset[str]
    by_sound: Mapping[str, str]
    phrases: tuple[tuple[frozenset[str], _Phrase], ...]
    swaps: Mapping[str, str]
    rules: tuple[_Rule, ...]


@dataclass(frozen=True)
class _Sentence:
    """A sentence's words, and where each word, beginning and group is found: symbol → start → ends."""

    words: Sequence[str]
    found: _Found = field(default_factory=dict)

    def spans(self, symbol: str) -> Iterator[_Span]:
        for start, ends in self.found.get(symbol, {}).items():
            yield start, max(ends)

    def is_only(self, symbol: str) -> bool:
        covered = {at for start, end in self.spans(symbol) for at in range(start, end)}
        return len(covered) == len(self.words)

    def denied(self, span: _Span) -> bool:
        """Whether a "não" stands before the span, with nothing but little words between: "não vai me matar"."""
        denials = {end for _, end in self.spans(_NOT)}
        little = self.found.get(_LITTLE_WORD, {})
        at = span[0]
        while at not in denials and at - 1 in little:
            at -= 1
        return at in denials


def _sentences(text: str) -> Iterator[list[str]]:
    for sentence in _SENTENCES.split(plain(text[:_LONGEST])):
        if words := normalise(sentence).split():
            yield words


def _read_sentence(rules: _Rules, words: Sequence[str]) -> _Sentence:
    sentence = _find_groups(rules, [_spelling(word) for word in words])
    swapped = _swap(rules, sentence)
    return _find_groups(rules, swapped) if swapped != sentence.words else sentence


def _find_groups(rules: _Rules, words: Sequence[str]) -> _Sentence:
    sentence = _Sentence(words)
    found = sentence.found
    for at, word in enumerate(words):
        for symbol in _symbols(word):
            found.setdefault(symbol, {})[at] = {at + 1}
    for needs, phrase in rules.phrases:
        if needs <= found.keys():
            for start, ends in _occurrences(phrase, sentence):
                found.setdefault(phrase.group, {}).setdefault(start, set()).update(ends)
    return sentence


def _occurrences(phrase: _Phrase, sentence: _Sentence) -> Iterator[tuple[int, set[int]]]:
    first = phrase.items[0]
    for start in range(len(sentence.words)) if first.optional else list(sentence.found[first.symbol]):
        ends = {start}
        for item in phrase.items:
            ends = _after(item, ends, sentence)
        ends.discard(start)
        if ends:
            yield start, ends


def _after(item: _Item, starts: set[int], sentence: _Sentence) -> set[int]:
    if item.symbol == "...":
        return {end for start in starts for end in range(start, min(start + _GAP, len(sentence.words)) + 1)}
    found = sentence.found.get(item.symbol, {})
    ends = {end for start in starts for end in found.get(start, ())}
    return ends | starts if item.optional else ends


def _swap(rules: _Rules, sentence: _Sentence) -> list[str]:
    """The words with figures of speech taken out and "o pai do meu filho" as "ele", which names no child."""
    swaps = {span: word for group, word in rules.swaps.items() for span in sentence.spans(group)}
    swapped: list[str] = []
    at = 0
    while at < len(sentence.words):
        longest = max((span for span in swaps if span[0] == at), default=None, key=lambda span: span[1])
        swapped.append(swaps[longest] if longest else sentence.words[at])
        at = longest[1] if longest else at + 1
    return swapped


def _holds(rule: _Rule, sentence: _Sentence) -> bool:
    if rule.anchor not in sentence.found or not rule.never_with.isdisjoint(sentence.found):
        return False
    return any(
        not sentence.denied(anchor)
        and all(_near(anchor, other, sentence) for other in rule.others)
        and _time_fits(rule, anchor, sentence)
        for anchor in sentence.spans(rule.anchor)
    )


def _near(anchor: _Span, other: str, sentence: _Sentence) -> bool:
    return any(_apart(anchor, span) <= _REACH and not sentence.denied(span) for span in sentence.spans(other))


def _time_fits(rule: _Rule, anchor: _Span, sentence: _Sentence) -> bool:
    """The word of time that is nearest to what happened tells when it happened."""
    if rule.whenever:
        return True
    recent, long_ago = (
        min((_apart(anchor, span) for span in sentence.spans(group)), default=None) for group in (_RECENT, _LONG_AGO)
    )
    if recent is None:
        return not rule.recent and long_ago is None
    return long_ago is None or recent <= long_ago


def _apart(one: _Span, other: _Span) -> int:
    """How many words stand between two spans."""
    return max(0, other[0] - one[1], one[0] - other[1])


@lru_cache(maxsize=16384)
def _spelling(word: str) -> str:
    """The word as the rules spell it when it is heard alike, or is one slip away from a long word of theirs."""
    rules = _rules()
    if word in rules.words or word in rules.lookalikes or word.isdigit() or word.startswith(rules.beginnings):
        return word
    if len(word) >= _SHORTEST_HEARD and (alike := rules.by_sound.get(phonetic(word))):
        return alike
    if len(word) < _SHORTEST_MISSPELT:
        return word
    long_words = [known for known in rules.words if abs(len(known) - len(word)) <= 1 and known[0] == word[0]]
    nearest = process.extractOne(word, long_words, scorer=OSA.distance, score_cutoff=1)
    return nearest[0] if nearest and len(nearest[0]) >= _SHORTEST_MISSPELT else word


@lru_cache(maxsize=16384)
def _symbols(word: str) -> tuple[str, ...]:
    """The ways in which an entry of the rules may name a word: itself, its beginning, a number, a year."""
    rules = _rules()
    named = [f"{beginning}*" for beginning in rules.beginnings if word.startswith(beginning)]
    if word in rules.words:
        named.append(word)
    if word.isdigit():
        named.append(_A_YEAR if _YEAR.fullmatch(word) else _A_NUMBER)
    return tuple(named)


@cache
def _rules() -> _Rules:
    """The rules of `urgencias.yml`.

    Raises:
        RulesError: an entry cannot be used.
    """
    return _load(yaml.safe_load(RULES.read_text(encoding="utf-8")))


def _load(written: Any) -> _Rules:
    for part in ("parecidas", "grupos", "trocas", "alarmes"):
        if not isinstance(written, dict) or part not in written:
            raise RulesError(f'{RULES.name}: falta a parte "{part}". Escreva-a como na explicação do começo.')
    phrases: list[_Phrase] = []
    known = {_A_NUMBER, _A_YEAR}
    for name, entries in written["grupos"].items():
        for entry in _texts(entries, f'grupo "{name}"'):
            phrases.append(_Phrase(f"<{name}>", tuple(_items(entry, name, known))))
        known.add(f"<{name}>")
    _check_groups([_NOT, _LITTLE_WORD, _RECENT, _LONG_AGO], known, "a leitura")
    swaps = {f"<{group}>": str(word) for group, word in written["trocas"].items()}
    _check_groups(swaps, known, "trocas")
    said = {item.symbol for phrase in phrases for item in phrase.items if item.symbol[0] not in "<."}
    words = frozenset(symbol for symbol in said if not symbol.endswith("*")) | set(swaps.values())
    return _Rules(
        words=words,
        beginnings=tuple(sorted(symbol[:-1] for symbol in said if symbol.endswith("*"))),
        lookalikes=frozenset(map(normalise, _texts(written["parecidas"], '"parecidas"'))),
        by_sound=_sounds(written["grupos"]),
        phrases=tuple((phrase.needs, phrase) for phrase in phrases),
        swaps=swaps,
        rules=tuple(rule for alarm in Alarm for rule in _rules_of(alarm, written["alarmes"], known)),
    )


def _texts(entries: Any, where: str) -> list[str]:
    if not isinstance(entries, list) or not entries:
        raise RulesError(f"{RULES.name}, {where}: esperava uma lista. Escreva as entradas entre [ e ].")
    for entry in entries:
        if not isinstance(entry, str) or not entry.strip():
            raise RulesError(f'{RULES.name}, {where}: "{entry}" não é um texto. Ponha a entrada entre aspas.')
    return entries


def _items(entry: str, name: str, known: set[str]) -> Iterator[_Item]:
    where = f'grupo "{name}", entrada "{entry}"'
    for written in entry.split():
        symbol = written.strip("()")
        optional = symbol != written
        if symbol == "..." or symbol.startswith("<"):
            if symbol.startswith("<"):
                _check_groups([symbol], known, where)
            yield _Item(symbol, optional)
            continue
        spelt = normalise(symbol).split()
        if not spelt or (symbol.endswith("*") and len(spelt) != 1):
            raise RulesError(f'{RULES.name}, {where}: não entendi "{written}". Use palavra, começo*, <grupo> ou ...')
        yield from (_Item(f"{word}*" if symbol.endswith("*") else word, optional) for word in spelt)


def _sounds(groups: Mapping[str, list[str]]) -> dict[str, str]:
    """How each whole word of the groups sounds, its cedilla heard: sound → the word, normalised."""
    written = {word for entries in groups.values() for entry in entries for word in entry.rstrip("?").split()}
    whole = {word.rstrip("?") for word in written if word[0] not in "<." and not word.rstrip("?").endswith("*")}
    return {phonetic(word): normalise(word) for word in sorted(whole) if len(word) >= _SHORTEST_HEARD}


def _check_groups(used: Iterable[str], known: set[str], where: str) -> None:
    for group in used:
        if group not in known:
            raise RulesError(f"{RULES.name}, {where}: o grupo {group} não existe ou está mais abaixo. Escreva-o antes.")


def _rules_of(alarm: Alarm, written: Any, known: set[str]) -> Iterator[_Rule]:
    part = written.get(alarm.value) if isinstance(written, dict) else None
    if not isinstance(part, dict) or "regras" not in part:
        raise RulesError(f'{RULES.name}, alarmes: faltam as "regras" de "{alarm.value}".')
    never_with = frozenset(f"<{group}>" for group in part.get("nunca_com") or ())
    _check_groups(never_with, known, f'"nunca_com" de "{alarm.value}"')
    for entry in _texts(part["regras"], f'regras de "{alarm.value}"'):
        yield _rule(alarm, entry, never_with, known)


def _rule(alarm: Alarm, entry: str, never_with: frozenset[str], known: set[str]) -> _Rule:
    terms = [term.strip() for term in entry.split("+")]
    without = frozenset(f"<{term.removeprefix('sem ')}>" for term in terms if term.startswith("sem "))
    needed = [f"<{term}>" for term in terms if not term.startswith("sem ") and term not in _MARKS]
    where = f'regra "{entry}" de "{alarm.value}"'
    _check_groups([*needed, *without], known, where)
    if not needed:
        raise RulesError(f"{RULES.name}, {where}: não diz nenhum grupo. Escreva ao menos um antes de sem.")
    return _Rule(
        alarm, needed[0], tuple(needed[1:]), without, never_with,
        recent="agora" in terms, whenever="em qualquer tempo" in terms, alone="mais nada" in terms,
    )  # fmt: skip


_MARKS = frozenset({"agora", "em qualquer tempo", "mais nada"})
