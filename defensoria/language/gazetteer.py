"""Every name by which citizens call a place, and the look-ups that find them: exact, by ear, misspelt, in part."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from defensoria.language.text import normalise, phonetic, plain
from defensoria.office.facts import Municipio, office_facts
from defensoria.office.facts.reading import Row, read_csv

JOINING = frozenset({"de", "do", "da", "dos", "das", "e"})
"""Words inside a name that people drop or change: names are compared without them."""

# Alone, these name no town: "do norte", "oeste".
_DIRECTIONS = frozenset({"norte", "sul", "leste", "oeste"})
# Behind a letter without its dot they are no name: "e boa", "a serra".
_ORDINARY = _DIRECTIONS | {
    "serra",
    "grande",
    "boa",
    "novo",
    "nova",
    "rio",
    "rica",
    "bela",
    "alegre",
    "estrela",
    "branco",
}
_SHORTEST_MISSPELT = 4
_SHORTEST_HEARD = 5
_SHORTEST_GLUED = 8


class Kind(str, Enum):
    """What a name in `apelidos.csv` is (column `tipo`)."""

    OFFICIAL = "oficial"
    NICKNAME = "apelido"
    WORD_NICKNAME = "apelido_palavra"
    PERSON_NICKNAME = "apelido_pessoa"
    DISTRICT = "distrito"
    NEIGHBOURHOOD = "bairro"
    WORD = "palavra"
    PERSON = "pessoa"
    OTHER_CITY = "outro_estado"
    STATE = "estado"
    NO_PLACE = "comum"
    PART = "parte"


class Care(int, Enum):
    """How much a message must say beside a name before the name is taken for the place."""

    NONE = 0
    PLACE_WORD = 1
    LIVING_THERE = 2


_CARE = {
    Kind.WORD: Care.PLACE_WORD,
    Kind.WORD_NICKNAME: Care.PLACE_WORD,
    Kind.PERSON: Care.LIVING_THERE,
    Kind.PERSON_NICKNAME: Care.LIVING_THERE,
    Kind.PART: Care.LIVING_THERE,
    Kind.OTHER_CITY: Care.PLACE_WORD,
    Kind.STATE: Care.PLACE_WORD,
}


@dataclass(frozen=True)
class Place:
    """What a name may mean: one município, several that share a part of their name, or a place of another state."""

    municipios: tuple[Municipio, ...]
    kind: Kind
    state: str | None = None
    official: bool = False

    @property
    def care(self) -> Care:
        """What must stand beside the name in free text."""
        return _CARE.get(self.kind, Care.NONE)


@dataclass(frozen=True)
class Misspelling:
    """A known name near the words that were said, and how many letters away."""

    place: Place
    name: str
    distance: int


def name_key(words: Iterable[str]) -> str:
    """The form in which names are compared: normalised words without "de", "do", "da", "e"."""
    return " ".join(word for word in words if word not in JOINING)


@dataclass
class Gazetteer:
    """The names, indexed. Made once, by `gazetteer()`."""

    exact: dict[str, Place] = field(default_factory=dict)
    heard: dict[str, Place] = field(default_factory=dict)
    glued: dict[str, Place] = field(default_factory=dict)
    heard_glued: dict[str, Place] = field(default_factory=dict)
    beginnings: set[str] = field(default_factory=set)
    spellings: dict[str, Place] = field(default_factory=dict)
    parts: dict[str, Place] = field(default_factory=dict)
    no_places: set[str] = field(default_factory=set)
    by_length: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    near_length: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    longest: int = 1

    def add(self, name: str, place: Place) -> None:
        """Make a name known; one already known keeps its meaning."""
        said = normalise(name).split()
        key = name_key(said)
        if place.kind is Kind.NO_PLACE:
            self.no_places.add(key)
            return
        if not key:
            return
        self.exact.setdefault(key, place)
        self.longest = max(self.longest, len(key.split()))
        self.heard.setdefault(_by_ear(key), place)
        for glued in {"".join(said), key.replace(" ", "")}:
            if len(glued) >= _SHORTEST_GLUED:
                self.glued.setdefault(glued, place)
                self.heard_glued.setdefault(phonetic(glued), place)
                self.beginnings.add(glued[:2])
        if self.exact[key] is place:
            for spelling in {key, " ".join(said)}:
                if len(spelling) >= _SHORTEST_MISSPELT:
                    self.spellings[spelling] = place
                    self.by_length[len(spelling)].append(spelling)

    def find(self, key: str) -> tuple[Place, float] | None:
        """The place whose name this is, and how surely: as it stands, with its words run together, or by ear."""
        place = self.exact.get(key) or self.glued.get(key.replace(" ", ""))
        if place is not None:
            return place, 1.0
        if len(key) < _SHORTEST_HEARD or key in self.no_places:
            return None
        heard = self.heard.get(_by_ear(key))
        if heard is None and " " in key and key[:2] in self.beginnings:
            heard = self.heard_glued.get(phonetic(key.replace(" ", "")))
        if heard is None and key.endswith("im"):  # "Cocalim"
            heard = self.exact.get(f"{key[:-2]}inho")
        return None if heard is None else (heard, 0.93)

    def misspellings(self, key: str, most: int) -> Iterator[Misspelling]:
        """Names, with and without their "do", at most `most` letters away: added, lost, changed or swapped."""
        names = self.near_length.get((len(key), most))
        if names is None:
            lengths = range(len(key) - most, len(key) + most + 1)
            names = [name for length in lengths for name in self.by_length.get(length, ())]
            self.near_length[len(key), most] = names
        for name, distance, _ in process.extract_iter(key, names, scorer=OSA.distance, score_cutoff=most):
            yield Misspelling(self.spellings[name], name, int(distance))


@dataclass(frozen=True)
class Initials:
    """First words of names that are written with their first letter alone: "n. brasilandia", "b. do garças"."""

    words: Mapping[tuple[str, str], str]
    """The first letter and the next word → the first word."""
    pattern: re.Pattern[str]

    def write_out(self, text: str) -> str:
        """Plain text with such first words written out. Without its dot a letter may be a word, and is left then."""
        return self.pattern.sub(self._written_out, text)

    def _written_out(self, found: re.Match[str]) -> str:
        letter, dot, joining, second = found.groups()
        first = self.words.get((letter, second))
        sure = dot or (letter not in "aeo" and second not in _ORDINARY)
        return f"{first} {joining or ''}{second}" if first and sure else found[0]


@cache
def initials() -> Initials:
    """The initials that stand for one first word only before the word that follows it."""
    firsts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for municipio in office_facts().municipios.values():
        first, *others = name_key(plain(municipio.name).replace("'", " ").split()).split()
        if others:
            firsts[first[0], others[0]].add(first)
    only = {key: words.pop() for key, words in firsts.items() if len(words) == 1}
    seconds = "|".join(sorted({re.escape(second) for _, second in only}, key=len, reverse=True))
    return Initials(only, re.compile(rf"(?<![\w.])([a-z])(\.?) ?(d[aeo]s? )?({seconds})\b"))


def _by_ear(key: str) -> str:
    """How a name sounds, its plurals as they are said: "porto dos gaucho"."""
    return " ".join(phonetic(word).removesuffix("s") for word in key.split())


@cache
def gazetteer() -> Gazetteer:
    """All names: the 142 official ones, and those of `apelidos.csv` beside this module.

    Raises:
        FactsError: a row of `apelidos.csv` is wrong; the message says which, why and what to do.
    """
    municipios = office_facts().municipios
    found = Gazetteer()
    rows = list(read_csv(Path(__file__).parent, "apelidos.csv", "nome municipio tipo uf fonte nota"))
    for row in rows:
        found.add(row.text("nome"), _place(row, municipios))
    for municipio in municipios.values():
        found.add(municipio.name, Place((municipio,), Kind.OFFICIAL, official=True))
    _add_parts(found, municipios.values())
    return found


def _place(row: Row, municipios: Mapping[str, Municipio]) -> Place:
    kind = row.choice("tipo", Kind)
    name, state = row.optional("municipio"), row.optional("uf")
    if name is not None and name not in municipios:
        raise row.error(f'municipio "{name}" não existe', "Use o nome oficial, com acentos, como em municipios.csv.")
    if kind in (Kind.OTHER_CITY, Kind.STATE) and state is None:
        raise row.error("uf está vazio", "Escreva a sigla do estado, por exemplo GO.")
    if kind not in (Kind.OTHER_CITY, Kind.STATE, Kind.NO_PLACE) and name is None:
        raise row.error("municipio está vazio", "Escreva o nome oficial do município.")
    return Place((municipios[name],) if name else (), kind, state, official=name == row.text("nome"))


def _add_parts(found: Gazetteer, municipios: Iterable[Municipio]) -> None:
    """Parts of official names ("barra", "são josé"), each with every município that has it, the most populous first."""
    sharing: dict[str, list[Municipio]] = defaultdict(list)
    for municipio in municipios:
        tokens = name_key(normalise(municipio.name).split()).split()
        for start in range(len(tokens)):
            for end in range(start + 1, len(tokens) + 1):
                part = " ".join(tokens[start:end])
                if end - start < len(tokens) and not set(tokens[start:end]) <= _DIRECTIONS:
                    sharing[part].append(municipio)
        glued = tokens[0][0] + "".join(tokens[1:])
        if len(tokens) > 1 and len(glued) >= _SHORTEST_GLUED:
            found.exact.setdefault(glued, found.exact[" ".join(tokens)])
    for part, those in sharing.items():
        once = tuple(sorted(dict.fromkeys(those), key=lambda municipio: -municipio.population))
        found.parts[part] = Place(once, Kind.PART)
