"""Hearing what cannot wait: someone in danger, just arrested, very ill or losing their home, by rules in a file.

The words and the rules are in `urgencias.yml` beside this module: no classifier is asked. A message is cut into
sentences; in each, words become the groups they belong to, and a rule holds where its groups stand near each other.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache
from heapq import heapify, heappop, heappush
from itertools import groupby
from math import inf
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
    rules = load_rules()
    sentences = [_read_sentence(rules, sentence) for sentence in dict.fromkeys(_sentences(text))]
    said = {group for sentence in sentences for group in sentence.found}
    return next((rule.alarm for rule in rules.rules if _raises(rule, sentences, said)), None)


_LONGEST = 4096
# In words: between the groups of a rule, to a group that must not be near, and in an entry's "...".
_REACH, _BESIDE, _GAP = 10, 6, 4
# In letters: shorter words sound, or are misspelt, like too many others.
_SHORTEST_HEARD, _SHORTEST_MISSPELT, _SHORTEST_BEGINNING = 4, 6, 3
_SENTENCES = re.compile(r"[!?;\n]+|(?<=\w\w)\.+(?=\s|$)|\.{2,}|…")
_YEAR = re.compile(r"(?:19|20)\d\d")
_A_NUMBER, _A_YEAR, _ANYTHING, _FIRST_WORD = "<numero>", "<ano>", "...", "primeira"
# Stands for a comma, which no denial or figure of speech reaches across.
_PAUSE = "_"
_RECENTLY, _WHENEVER, _ALONE = "agora", "em qualquer tempo", "mais nada"
_WITHOUT, _NEVER = "sem ", "nunca "
# Groups that the reading itself knows by name.
_NOT, _LITTLE_WORD, _RECENT, _LONG_AGO = "<nao>", "<palavrinha>", "<recente>", "<faz_tempo>"

_Span = tuple[int, int]


@dataclass(frozen=True)
class _Item:
    symbol: str
    optional: bool = False


@dataclass(frozen=True)
class _Phrase:
    """One way to say a group: words, beginnings of words and groups above it, one after the other."""

    group: str
    items: tuple[_Item, ...]
    needs: frozenset[str]


@dataclass(frozen=True)
class _Rule:
    """Groups that stand near the first of them, and those that may not: beside it, in its sentence, or anywhere."""

    alarm: Alarm
    anchor: str
    others: tuple[str, ...]
    without: frozenset[str]
    never_with: frozenset[str]
    never: frozenset[str]
    marks: frozenset[str]


@dataclass(frozen=True)
class _Rules:
    words: frozenset[str]
    beginnings: tuple[str, ...]
    lookalikes: frozenset[str]
    by_sound: Mapping[str, str]
    by_ends: Mapping[str, tuple[str, ...]]
    phrases: tuple[_Phrase, ...]
    begun_by: Mapping[str, tuple[int, ...]]
    swaps: Mapping[str, str]
    rules: tuple[_Rule, ...]


@dataclass(frozen=True)
class _Sentence:
    """A sentence's words, and where each word, beginning and group is found: symbol → start → ends."""

    words: Sequence[str]
    found: dict[str, dict[int, set[int]]] = field(default_factory=dict)

    def spans(self, symbol: str) -> Iterator[_Span]:
        for start, ends in self.found.get(symbol, {}).items():
            yield start, max(ends)

    def is_only(self, symbol: str) -> bool:
        covered = {word for start, end in self.spans(symbol) for word in self.words[start:end]}
        return set(self.words) <= covered | {_PAUSE}

    def denied(self, span: _Span) -> bool:
        """Whether a "não" stands before the span, with nothing but little words between: "não vai me matar"."""
        denials = {end for _, end in self.spans(_NOT)}
        little = self.found.get(_LITTLE_WORD, {})
        at = span[0]
        while at not in denials and at - 1 in little:
            at -= 1
        return at in denials


def _sentences(text: str) -> Iterator[tuple[str, ...]]:
    for sentence in _SENTENCES.split(plain(text[:_LONGEST])):
        words = f" {_PAUSE} ".join(map(normalise, sentence.split(","))).split()
        if set(words) - {_PAUSE}:
            yield tuple(words)


def _read_sentence(rules: _Rules, words: Sequence[str]) -> _Sentence:
    sentence = _find_groups(rules, [_spelling(word) for word in words])
    swapped = _swap(rules, sentence)
    return _find_groups(rules, swapped) if swapped != sentence.words else sentence


def _find_groups(rules: _Rules, words: Sequence[str]) -> _Sentence:
    """Find the groups in the order of the file, where each stands below those it is made of."""
    sentence = _Sentence(words)
    found = sentence.found
    for at, word in enumerate(words):
        for symbol in _symbols(word):
            found.setdefault(symbol, {})[at] = {at + 1}
    waiting = [place for symbol in found for place in rules.begun_by.get(symbol, ())]
    heapify(waiting)
    while waiting:
        phrase = rules.phrases[heappop(waiting)]
        if phrase.needs <= found.keys():
            occurrences = dict(_occurrences(phrase, sentence))
            if occurrences and phrase.group not in found:
                found[phrase.group] = {}
                for place in rules.begun_by.get(phrase.group, ()):
                    heappush(waiting, place)
            for start, ends in occurrences.items():
                found[phrase.group].setdefault(start, set()).update(ends)
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
    if item.symbol == _ANYTHING:
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
        swap = swaps[longest] if longest else _FIRST_WORD
        swapped.append(sentence.words[at] if swap == _FIRST_WORD else swap)
        at = longest[1] if longest else at + 1
    return swapped


def _raises(rule: _Rule, sentences: Sequence[_Sentence], said: AbstractSet[str]) -> bool:
    if rule.anchor not in said or not said.isdisjoint(rule.never):
        return False
    alone = _ALONE not in rule.marks or all(sentence.is_only(rule.anchor) for sentence in sentences)
    return alone and any(_holds(rule, sentence) for sentence in sentences)


def _holds(rule: _Rule, sentence: _Sentence) -> bool:
    if rule.anchor not in sentence.found or not rule.never_with.isdisjoint(sentence.found):
        return False
    return any(
        not sentence.denied(anchor)
        and all(_near(anchor, other, sentence) for other in rule.others)
        and not any(_apart(anchor, span) <= _BESIDE for group in rule.without for span in sentence.spans(group))
        and _time_fits(rule, anchor, sentence)
        for anchor in sentence.spans(rule.anchor)
    )


def _near(anchor: _Span, other: str, sentence: _Sentence) -> bool:
    return any(_apart(anchor, span) <= _REACH and not sentence.denied(span) for span in sentence.spans(other))


def _time_fits(rule: _Rule, anchor: _Span, sentence: _Sentence) -> bool:
    """The word of time that is nearest to what happened tells when it happened."""
    if _WHENEVER in rule.marks:
        return True
    recent = min((_apart(anchor, span) for span in sentence.spans(_RECENT)), default=inf)
    long_ago = min((_apart(anchor, span) for span in sentence.spans(_LONG_AGO)), default=inf)
    return recent <= long_ago and (recent < inf or _RECENTLY not in rule.marks)


def _apart(one: _Span, other: _Span) -> int:
    """How many words stand between two spans."""
    return max(0, other[0] - one[1], one[0] - other[1])


@lru_cache(maxsize=16384)
def _spelling(word: str) -> str:
    """The word as the rules spell it when it is heard alike, or is one slip away from a long word of theirs."""
    rules = load_rules()
    if word in rules.words or word in rules.lookalikes or word.startswith(rules.beginnings):
        return word
    if len(word) >= _SHORTEST_HEARD and (alike := rules.by_sound.get(phonetic(word))):
        return alike
    known = rules.by_ends.get(_ends(word), ()) if len(word) >= _SHORTEST_MISSPELT else ()
    nearest = process.extractOne(word, known, scorer=OSA.distance, score_cutoff=1)
    return nearest[0] if nearest else word


@lru_cache(maxsize=16384)
def _symbols(word: str) -> tuple[str, ...]:
    """The ways in which an entry of the rules may name a word: itself, its beginning, a number, a year."""
    rules = load_rules()
    named = [f"{beginning}*" for beginning in rules.beginnings if word.startswith(beginning)]
    if word in rules.words:
        named.append(word)
    if word.isdigit():
        named.append(_A_YEAR if _YEAR.fullmatch(word) else _A_NUMBER)
    return tuple(named)


@cache
def load_rules(path: Path = RULES) -> _Rules:
    """The rules of `urgencias.yml`, or of a file written like it; read once.

    Raises:
        RulesError: the file or one of its entries cannot be used.
    """
    try:
        written = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise RulesError(f"{RULES.name} não pôde ser lido. Confira vírgulas, [ ] e aspas. {error}") from error
    parts = _parts(written, "o arquivo", "parecidas", "grupos", "trocas", "alarmes")
    phrases: list[_Phrase] = []
    known = {_A_NUMBER, _A_YEAR}
    for name, entries in _parts(parts["grupos"], "grupos").items():
        phrases += [_phrase(entry, name, known) for entry in _texts(entries, f'grupo "{name}"')]
        known.add(f"<{name}>")
    _check_groups([_NOT, _LITTLE_WORD, _RECENT, _LONG_AGO], known, "grupos")
    swaps = {f"<{group}>": str(word) for group, word in _parts(parts["trocas"], "trocas").items()}
    _check_groups(swaps, known, "trocas")
    said = {item.symbol for phrase in phrases for item in phrase.items if item.symbol[0] not in "<."}
    words = frozenset(symbol for symbol in said if not symbol.endswith("*")) | set(swaps.values())
    long_words = sorted((word for word in words if len(word) >= _SHORTEST_MISSPELT), key=_ends)
    return _Rules(
        words=words,
        beginnings=tuple(sorted(symbol[:-1] for symbol in said if symbol.endswith("*"))),
        lookalikes=frozenset(map(normalise, _texts(parts["parecidas"], "parecidas"))),
        by_sound=_by_sound(parts["grupos"]),
        by_ends={ends: tuple(alike) for ends, alike in groupby(long_words, key=_ends)},
        phrases=tuple(phrases),
        begun_by=_begun_by(phrases),
        swaps=swaps,
        rules=tuple(rule for alarm in Alarm for rule in _rules_of(alarm, parts["alarmes"], known)),
    )


def _parts(written: Any, where: str, *needed: str) -> dict[str, Any]:
    missing = [part for part in needed if not isinstance(written, dict) or part not in written]
    if missing or not isinstance(written, dict):
        raise RulesError(f'{RULES.name}, {where}: falta "{", ".join(missing)}". Escreva como explica o começo dele.')
    return written


def _texts(entries: Any, where: str) -> list[str]:
    if not isinstance(entries, list) or not entries:
        raise RulesError(f"{RULES.name}, {where}: esperava uma lista. Escreva as entradas entre [ e ].")
    for entry in entries:
        if not isinstance(entry, str) or not entry.strip():
            raise RulesError(f'{RULES.name}, {where}: "{entry}" não é um texto. Ponha a entrada entre aspas.')
    return entries


def _phrase(entry: str, name: str, known: set[str]) -> _Phrase:
    where = f'grupo "{name}", entrada "{entry}"'
    items = tuple(_items(entry, where, known))
    needs = frozenset(item.symbol for item in items if not item.optional and item.symbol != _ANYTHING)
    if not needs or items[0].symbol == _ANYTHING:
        raise RulesError(
            f"{RULES.name}, {where}: falta uma palavra. Comece por palavra ou grupo, e deixe algo sem (…)."
        )
    return _Phrase(f"<{name}>", items, needs)


def _items(entry: str, where: str, known: set[str]) -> Iterator[_Item]:
    for written in entry.split():
        symbol = written.strip("()")
        optional = symbol != written
        if symbol == _ANYTHING or symbol.startswith("<"):
            _check_groups({symbol} - {_ANYTHING}, known, where)
            yield _Item(symbol, optional)
            continue
        spelt = normalise(symbol).split()
        star = "*" if symbol.endswith("*") else ""
        if not spelt or (star and (len(spelt) > 1 or len(spelt[0]) < _SHORTEST_BEGINNING)):
            raise RulesError(f'{RULES.name}, {where}: não entendi "{written}". Use palavra, começo* ou <grupo>.')
        yield from (_Item(word + star, optional) for word in spelt)


def _begun_by(phrases: Sequence[_Phrase]) -> dict[str, tuple[int, ...]]:
    """The places of the phrases to try when a symbol is found: each waits for its rarest symbol."""
    needed = Counter(symbol for phrase in phrases for symbol in phrase.needs)
    places: dict[str, tuple[int, ...]] = {}
    for place, phrase in enumerate(phrases):
        rarest = min(phrase.needs, key=lambda symbol: (needed[symbol], symbol))
        places[rarest] = (*places.get(rarest, ()), place)
    return places


def _by_sound(groups: Mapping[str, list[str]]) -> dict[str, str]:
    """How each whole word of the groups sounds, its cedilla heard: sound → the word, normalised."""
    written = {word.strip("()") for entries in groups.values() for entry in entries for word in entry.split()}
    whole = {word for word in written if word[0] not in "<." and not word.endswith("*")}
    return {phonetic(word): normalise(word) for word in sorted(whole) if len(word) >= _SHORTEST_HEARD}


def _ends(word: str) -> str:
    """What a slip leaves alone: another ending is mostly another form, and "ameaçava" is not "ameaçada"."""
    return word[0] + word[-3:]


def _check_groups(used: Iterable[str], known: set[str], where: str) -> None:
    for group in set(used) - known:
        raise RulesError(f"{RULES.name}, {where}: o grupo {group} não existe ou está mais abaixo. Escreva-o antes.")


def _rules_of(alarm: Alarm, written: Any, known: set[str]) -> Iterator[_Rule]:
    where = f'alarme "{alarm.value}"'
    part = _parts(_parts(written, "alarmes", alarm.value)[alarm.value], where, "regras")
    never_with = frozenset(f"<{group}>" for group in part.get("nunca_com") or ())
    _check_groups(never_with, known, where)
    for entry in _texts(part["regras"], where):
        terms = {term.strip(): None for term in entry.split("+")}
        marks = {_RECENTLY, _WHENEVER, _ALONE}.intersection(terms)
        without, never = _groups(terms, _WITHOUT), _groups(terms, _NEVER)
        needed = [f"<{term}>" for term in terms if not term.startswith((_WITHOUT, _NEVER)) and term not in marks]
        _check_groups([*needed, *without, *never], known, f'{where}, regra "{entry}"')
        if not needed:
            raise RulesError(f'{RULES.name}, {where}, regra "{entry}": falta o grupo que precisa ser dito.')
        yield _Rule(alarm, needed[0], tuple(needed[1:]), without, never_with, never, frozenset(marks))


def _groups(terms: Iterable[str], sign: str) -> frozenset[str]:
    return frozenset(f"<{term.removeprefix(sign)}>" for term in terms if term.startswith(sign))
