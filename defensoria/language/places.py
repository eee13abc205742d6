"""Reading the city a citizen lives in: sure of one município, or the few between which to ask, never a guess."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from defensoria.language.clauses import split_clauses
from defensoria.language.gazetteer import Care, Gazetteer, Kind, Misspelling, Place, gazetteer, name_key
from defensoria.language.surroundings import STATES, STREETS, Role, Surroundings, no_places, read_surroundings
from defensoria.language.text import normalise, plain
from defensoria.office.facts import Municipio


@dataclass(frozen=True)
class PlaceReading:
    """What a message says of the citizen's city.

    `municipio` is set when the reading is sure enough to use; `confidence` goes from 0 to 1. Otherwise `candidates` are
    the municípios to ask between (one: to confirm). `other_state` is the state of a city outside Mato Grosso.
    """

    municipio: Municipio | None
    confidence: float
    candidates: tuple[Municipio, ...]
    other_state: str | None = None
    lives_there: bool = False
    """Whether the message says in so many words that the citizen lives there."""


@dataclass(frozen=True)
class _Mention:
    place: Place
    likeness: float
    surroundings: Surroundings
    exact: bool


_NOTHING = PlaceReading(None, 0.0, ())
_LONGEST, _MOST_WORDS = 2000, 120
_CONFIDENCE = {
    Kind.NICKNAME: 0.95, Kind.WORD_NICKNAME: 0.92, Kind.PERSON_NICKNAME: 0.9, Kind.DISTRICT: 0.85,
    Kind.NEIGHBOURHOOD: 0.85, Kind.PART: 0.8,
}  # fmt: skip
_SHORTEST_ALONE = 5
_SHORT_ANSWER = 4
_SHORTEST_BEGINNING = 3
_LONG_BEGINNING = 6
_LONG_START, _ENDS_APART = 7, 3
_LONG_ANSWER, _VERY_LIKE, _FAR_FROM_OTHERS = 12, 80, 15
_SAINTS = frozenset({"santa", "santo", "sao"})
_LEAST_LIKENESS = 0.79
_MAYBE_PIECES = frozenset({Kind.OTHER_CITY, Kind.STATE, Kind.DISTRICT, Kind.NEIGHBOURHOOD})
_LOCAL = (Kind.DISTRICT, Kind.NEIGHBOURHOOD)
# Abbreviations of states that are also common words count only when written as one: "Araguaína/TO".
_MARKED_STATE = re.compile(r"[/(-] ?(to|pa|ma|am|se|pe|pi|al|ap|es|ce)\b")
# Words too frequent to begin or end a misspelt name.
_FREQUENT = frozenset({
    "a", "o", "as", "os", "em", "no", "na", "nos", "nas", "um", "uma", "eu", "meu", "minha", "meus", "minhas", "ele",
    "ela", "eles", "que", "quem", "qual", "como", "onde", "quando", "nao", "sim", "para", "por", "com", "sem", "sobre",
    "mais", "menos", "muito", "ja", "se", "me", "te", "foi", "ser", "estou", "esta", "tem", "tenho", "quero",
    "queria", "preciso", "posso", "pode", "fazer", "falar", "saber", "ver", "moro", "mora", "morar", "sou", "aqui",
    "la", "ali", "pai", "mae", "filho", "filha", "filhos", "pensao", "processo", "defensoria", "defensor", "advogado",
    "oi", "ola", "dia", "tarde", "noite", "obrigado", "obrigada", "favor", "cidade", "casa", "rua",
    "bairro", "voce", "voces", "gente", "isso", "esse", "essa", "este", "ajuda", "ajudar", "salario", "ganho",
    "trabalho", "preso", "juiz", "porque", "mas", "tambem", "agora", "hoje", "ainda", "ate", "entao", "atendimento",
    "audiencia", "divorcio", "guarda", "documento", "documentos", "remedio", "hospital", "escola", "mt", "mato",
    "grosso", "municipio", "distrito", "interior", "marido", "mulher", "esposa", "nome", "anos", "mes", "dias",
    "informacao", "quanto", "custa", "agendar", "marcar", "telefone", "numero", "endereco", "consulta", "dinheiro",
})  # fmt: skip


_ADDRESS = frozenset({
    "sitio", "chacara", "fazenda", "lote", "quadra", "qd", "lt", "bairro", "rua", "avenida", "av", "travessa", "gleba",
    "assentamento", "comunidade", "aldeia", "linha", "residente", "assentada", "assentado", "pa", "vila", "jardim",
    "residencial", "setor", "estrada", "ramal", "travessao", "numero",
})  # fmt: skip
_SOMEBODYS = frozenset({"dele", "dela", "minha", "meu", "tia", "tio", "sogro", "sogra", "comprei", "vendi", "trabalho"})
# One letter away from Novo Mundo.
_CEDILLA = re.compile("[çÇ]|[cC]\u0327")
_EVERYBODY = re.compile(r"\btodo (?:o )?mundo\b")


def read_place(text: str, asked: bool = False) -> PlaceReading:
    """The município a message names as the citizen's.

    Where they say they live counts before where they work, were born, or where someone is in prison. With `asked`, the
    city is the open question and spelling is forgiven more; the nearest names are candidates when none is near enough.
    Names of people, streets, wishes ("feliz natal") and ordinary words are not cities without a word of place beside
    them. Reads the first 2,000 characters. Never raises.
    """
    said = _EVERYBODY.sub("todos", "\n".join(map(plain, text[:_LONGEST].splitlines())))
    mentions: list[_Mention] = []
    clauses = split_clauses(said)
    for clause in _of_addresses(clauses):
        tokens = normalise(clause).split()[:_MOST_WORDS]
        mentions += _mentions(tokens, clause, asked)
    reading = _decide(mentions, asked)
    if asked and reading is _NOTHING and _CEDILLA.search(text):
        # "Soriço" is heard as "Sorisso": without its cedilla it would sound like "soriko".
        return read_place(_CEDILLA.sub("ss", text), asked)
    if not asked or reading is not _NOTHING or any(no_places(normalise(clause).split(), asked) for clause in clauses):
        return reading
    return _nearest(said)


def _of_addresses(clauses: Iterable[str]) -> Iterator[str]:
    """The clauses; a town that stands alone behind a piece of an address is called one: "sítio …, Carlinda"."""
    in_address = False
    for clause in clauses:
        words = normalise(clause).split()
        alone = gazetteer().exact.get(name_key(words))
        yield f"cidade {clause}" if in_address and alone and alone.official else clause
        in_address = bool(_ADDRESS.intersection(words)) and not _SOMEBODYS.intersection(words)


def _mentions(tokens: Sequence[str], clause: str, asked: bool) -> Iterator[_Mention]:
    """Every place that a clause names, whole names before misspelt ones before parts of names."""
    places = gazetteer()
    content = [at for at, token in enumerate(tokens) if name_key((token,))]
    free = set(content) - no_places(tokens, asked)
    for finders in ((_whole_city,), (_whole, _part, _misspelt)):
        for positions, key in _windows(content, free, tokens, places.longest):
            start, end = positions[0], positions[-1] + 1
            found = next((m for m in (find(places, key, tokens, start, end, asked) for find in finders) if m), None)
            if found is not None:
                free.difference_update(positions)
                yield _outside_state(found, tokens[end : end + 3], clause)


def _windows(
    content: Sequence[int], free: set[int], tokens: Sequence[str], longest: int
) -> Iterator[tuple[Sequence[int], str]]:
    """Runs of words that no name has taken yet, with their key, the longest first."""
    for size in range(min(longest + 1, len(content)), 0, -1):
        for first in range(len(content) - size + 1):
            positions = content[first : first + size]
            if free.issuperset(positions):
                yield positions, " ".join(tokens[at] for at in positions)


def _whole_city(
    places: Gazetteer, key: str, tokens: Sequence[str], start: int, end: int, asked: bool
) -> _Mention | None:
    """A name that cannot be a piece of a longer, misspelt one ("rio verde", "cpa" and "natal" can)."""
    found = places.find(key)
    if found is None or len(key) < _SHORTEST_ALONE or (found[0].kind in _MAYBE_PIECES and key in places.parts):
        return None
    return _whole(places, key, tokens, start, end, asked)


def _whole(places: Gazetteer, key: str, tokens: Sequence[str], start: int, end: int, asked: bool) -> _Mention | None:
    found = places.find(key)
    if found is None:
        return None
    place, likeness = found
    if place.kind is Kind.OTHER_CITY and not place.municipios:
        # "Araguaína" is in Tocantins, and one letter away from two towns of Mato Grosso.
        near = _same_place([Misspelling(place, key, 0), *places.misspellings(key, 1)])
        place = Place(near.municipios, Kind.OTHER_CITY, place.state)
    return _accept(place, likeness, tokens, start, end, asked, exact=likeness == 1.0)


def _misspelt(places: Gazetteer, key: str, tokens: Sequence[str], start: int, end: int, asked: bool) -> _Mention | None:
    if len(key) < 4 or tokens[start] in _FREQUENT | STREETS or tokens[end - 1] in _FREQUENT:
        return None
    surroundings = read_surroundings(tokens, start, end, Kind.OFFICIAL, asked)
    if surroundings is None or key in places.no_places:
        return None
    most = _letters_forgiven(len(key), surroundings.assurance, asked)
    forms = dict.fromkeys((key, " ".join(tokens[start:end])))
    near = [spelling for form in forms for spelling in places.misspellings(form, most)] if most else []
    if not near:
        return None
    best = min(spelling.distance for spelling in near)
    nearest = [spelling for spelling in near if spelling.distance == best]
    likeness = 0.95 - best / (len(key) + (4 if len(key) > 4 else 1))
    return _accept(_same_place(nearest), likeness, tokens, start, end, asked)


def _letters_forgiven(length: int, assurance: Care, asked: bool) -> int:
    """How many letters may be wrong: the more, the longer the name and the surer it is that a place is meant."""
    if assurance is Care.LIVING_THERE:
        few, some, many = (0, 7, 12 if asked else 99)
    elif asked or assurance is Care.PLACE_WORD:
        few, some, many = (5, 9, 99)
    else:
        few, some, many = (6, 11, 99)
    return sum(length >= least for least in (few, some, many))


def _same_place(near: Iterable[Misspelling]) -> Place:
    """One place when all the nearest names are its names, otherwise all of them to ask between."""
    meant = [spelling.place for spelling in near]
    municipios = tuple(dict.fromkeys(municipio for place in meant for municipio in place.municipios))
    states = {place.state for place in meant}
    if len({place.municipios for place in meant}) == 1 and len(states) == 1:
        return meant[0]
    return Place(municipios, Kind.PART, next((state for state in states if state), None))


def _part(places: Gazetteer, key: str, tokens: Sequence[str], start: int, end: int, asked: bool) -> _Mention | None:
    place = places.parts.get(key)
    if (
        place is None
        or key in places.no_places
        or _is_water(key, tokens, start)
        or (" " not in key and key in _FREQUENT)
    ):
        return None
    begins = [m for m in place.municipios if name_key(normalise(m.name).split()).startswith(key)]
    if not begins and not asked:
        return None
    # The beginning of one name only, or any part of it to the question for the city, means that name, if it is long
    # enough and no saint known everywhere.
    long = len(key) >= (_SHORTEST_ALONE if asked else _LONG_BEGINNING)
    only = len(place.municipios) == 1 and (begins or asked)
    sure = bool(only and long and tokens[start] not in _SAINTS)
    return _accept(place, 1.0, tokens, start, end, asked, exact=sure)


def _is_water(key: str, tokens: Sequence[str], start: int) -> bool:
    """ "Na beira do rio Teles Pires": with its article it is a river, and no part of a name."""
    return key == "rio" and tokens[max(0, start - 1) : start] in (["o"], ["do"], ["no"], ["ao"], ["um"])


def _accept(
    place: Place,
    likeness: float,
    tokens: Sequence[str],
    start: int,
    end: int,
    asked: bool,
    exact: bool = False,
) -> _Mention | None:
    """The mention, when what stands around it is enough to take such a name for the place."""
    surroundings = read_surroundings(tokens, start, end, place.kind, asked)
    if surroundings is None:
        return None
    needed = place.care
    if asked and needed is Care.PLACE_WORD and (len(tokens) <= _SHORT_ANSWER or (exact and end - start > 1)):
        needed = Care.NONE
    if not exact and place.care is not Care.NONE and not asked:
        needed = Care.LIVING_THERE
    return _Mention(place, likeness, surroundings, exact) if surroundings.assurance >= needed else None


def _outside_state(mention: _Mention, after: Sequence[str], clause: str) -> _Mention:
    """The same mention, moved out of Mato Grosso when another state's name stands right behind it."""
    said = [token for token in after if token not in ("de", "do", "da", "no", "na", "estado", "em")]
    marked = _MARKED_STATE.search(clause)
    state = said[0] if said and said[0] in STATES else None
    if state is None and marked and after[:1] == [normalise(marked[1])]:
        state = marked[1]
    found = gazetteer().exact.get(name_key(said[:1])) or gazetteer().exact.get(name_key(after))
    if state is None and found is not None and found.kind is Kind.STATE and after[:1] != ["e"]:
        state = found.state
    if state is None or mention.place.kind is Kind.STATE:
        return mention
    return _Mention(Place((), Kind.OTHER_CITY, state.upper()), mention.likeness, mention.surroundings, mention.exact)


def _decide(mentions: Sequence[_Mention], asked: bool) -> PlaceReading:
    if not mentions:
        return _NOTHING
    mentions = _without_quarters(mentions)
    top = max(mention.surroundings.role for mention in mentions)
    best = _most_precise([mention for mention in mentions if mention.surroundings.role == top])
    state = next((mention.place.state for mention in best if mention.place.state), None)
    municipios = tuple(dict.fromkeys(m for mention in best for m in mention.place.municipios))
    named = {m for mention in mentions if len(mention.place.municipios) == 1 for m in mention.place.municipios}
    if len(municipios) > 1 and len(named.intersection(municipios)) == 1:
        municipios = tuple(named.intersection(municipios))
        best = [mention for mention in mentions if mention.place.municipios == municipios]
    if len(municipios) != 1:
        return PlaceReading(None, 0.5 if municipios else 0.0, municipios, state)
    surest = max(best, key=_confidence)
    if _only_to_confirm(surest, asked):
        # "Bairro Cidade Alta, Alta Floresta": the part of a name means the town that is named whole beside it.
        whole = [m for m in mentions if m.place.municipios == municipios and m.surroundings.role is not Role.ELSEWHERE]
        surest = max(whole or best, key=_confidence)
    if top is Role.ELSEWHERE or _only_to_confirm(surest, asked):
        return PlaceReading(None, 0.4, municipios, state)
    lives_there = top >= Role.HOME and surest.exact
    return PlaceReading(municipios[0], round(_confidence(surest), 2), (), state, lives_there)


def _without_quarters(mentions: Sequence[_Mention]) -> Sequence[_Mention]:
    """ "Cuiabá, moro no Boa Esperança": a quarter that bears a town's name, beside the town where it lies."""
    towns = [
        mention
        for mention in mentions
        if not mention.surroundings.quarter and mention.exact and mention.place.kind is not Kind.PART
    ]
    here = any(mention.surroundings.role is not Role.ELSEWHERE for mention in towns)
    others = [mention for mention in mentions if not mention.surroundings.quarter]
    return others if here else mentions


def _most_precise(mentions: list[_Mention]) -> list[_Mention]:
    """Cities before neighbourhoods and districts, whole names before parts."""
    parts = [mention for mention in mentions if mention.place.kind is Kind.PART]
    local = [mention for mention in mentions if mention.place.kind in _LOCAL]
    cities = [mention for mention in mentions if mention not in parts and mention not in local]
    sure = [mention for mention in cities if mention.exact]
    return sure or cities or local or parts


def _only_to_confirm(mention: _Mention, asked: bool) -> bool:
    """A part of a name, or a name that is better known in another state, is asked back."""
    if mention.place.kind is Kind.OTHER_CITY:
        return not (mention.surroundings.in_mato_grosso or (asked and mention.place.official))
    if not asked and mention.likeness < _LEAST_LIKENESS:
        return True
    return mention.place.kind is Kind.PART and not mention.exact


def _confidence(mention: _Mention) -> float:
    return _CONFIDENCE.get(mention.place.kind, 0.7 if mention.place.kind is Kind.OTHER_CITY else 1.0) * mention.likeness


def _stands_out(near: Sequence[tuple[Municipio, float]], words: str) -> bool:
    """Whether the nearest name of a long answer is near enough, and all others far: "riberao cascaera"."""
    if not near or len(words) < _LONG_ANSWER:
        return False
    (best, likeness), *others = near
    rival = max((other for municipio, other in others if municipio != best), default=0.0)
    return likeness >= _VERY_LIKE and likeness - rival >= _FAR_FROM_OTHERS


def _shortened(words: str) -> PlaceReading | None:
    """Words that each begin the word at their place in one official name only: "prima leste", "camp novo parecis"."""
    said = words.split()
    if len(said) < 2 or min(map(len, said)) < _SHORTEST_BEGINNING:
        return None
    meant = {
        place.municipios
        for name, place in gazetteer().exact.items()
        if place.official
        and len(name.split()) == len(said)
        and all(whole.startswith(word) for whole, word in zip(name.split(), said, strict=True))
    }
    return PlaceReading(meant.pop()[0], 0.75, ()) if len(meant) == 1 else None


def _begun(word: str) -> PlaceReading | None:
    """A lone word that begins as one official name only does, and ends otherwise: "rondonopes"."""
    if " " in word or len(word) < _LONG_START:
        return None
    names = [name for name in gazetteer().exact if name.startswith(word[:_LONG_START])]
    municipios = {municipio for name in names for municipio in gazetteer().exact[name].municipios}
    ends_alike = any(name.startswith(word) or abs(len(name) - len(word)) <= _ENDS_APART for name in names)
    return PlaceReading(municipios.pop(), 0.7, ()) if len(municipios) == 1 and ends_alike else None


def _nearest(said: str) -> PlaceReading:
    """The official names nearest to a short answer that names none, to ask between."""
    words = name_key(normalise(said).split())
    if begun := _begun(words) or _shortened(words):
        return begun
    if not 4 <= len(words) <= 40 or len(words.split()) > 5:
        return _NOTHING
    official = {name: place for name, place in gazetteer().exact.items() if len(place.municipios) == 1}
    near = process.extract(words, list(official), scorer=fuzz.ratio, score_cutoff=65, limit=5)
    if _stands_out([(official[name].municipios[0], likeness) for name, likeness, _ in near], words):
        return PlaceReading(official[near[0][0]].municipios[0], 0.7, ())
    found = tuple(dict.fromkeys(official[name].municipios[0] for name, _, _ in near))
    return PlaceReading(None, 0.3, found[:3]) if found else _NOTHING
