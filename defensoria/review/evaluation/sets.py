"""The evaluation sets, read from their files: what people say and what it should be understood as."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from defensoria.office.vocabulary import Subject
from defensoria.review.evaluation.errors import EvaluationError
from defensoria.review.project import Example

Pair = tuple[str, str]
"""What someone writes and what it means."""


@dataclass(frozen=True)
class CitySets:
    """Sentences with a place for a name (while the city is asked, and not), misspellings, and whole messages."""

    asked: tuple[str, ...]
    unasked: tuple[str, ...]
    misspelt: tuple[Pair, ...]
    messages: tuple[Pair, ...]
    without_city: tuple[str, ...]


@dataclass(frozen=True)
class Citizen:
    """Someone with a need: what they say of their own accord, what they answer, and how it should end.

    Attributes:
        name: what the conversation tries.
        says: the first messages.
        answers: slot → the answers to its question, the first time, the second…; the last one again and again.
        expected: slot → the values that are right at the end (None: empty).
    """

    name: str
    says: tuple[str, ...]
    answers: Mapping[str, tuple[str, ...]]
    expected: Mapping[str, tuple[str | bool | None, ...]]


def read_cities(file: Path) -> CitySets:
    """The cities as people write them."""
    data = _mapping(file)
    phrases = data.get("frases") or {}
    return CitySets(
        asked=tuple(phrases.get("perguntada") or ()),
        unasked=tuple(phrases.get("solta") or ()),
        misspelt=_pairs(data, "com_erro", file),
        messages=_pairs(data, "conversa", file),
        without_city=tuple(_get(data, "sem_cidade", file)),
    )


def read_misspellings(file: Path) -> tuple[Pair, ...]:
    """Misspelt city names and what they mean, from a CSV with `escrito` and `municipio`."""
    with file.open(encoding="utf-8") as lines:
        return tuple((row["escrito"], row["municipio"]) for row in csv.DictReader(lines))


def read_incomes(file: Path) -> tuple[Pair, ...]:
    """Incomes as people tell them, each with the criterion that it meets."""
    return _pairs(_mapping(file), "rendas", file)


def read_situations(file: Path) -> tuple[Pair, ...]:
    """Situations as people tell them, each with the criterion that it meets."""
    return _pairs(_mapping(file), "situacoes", file)


def read_needs(file: Path) -> tuple[tuple[str, Subject], ...]:
    """Needs said in one message, each with its subject."""
    try:
        return tuple((said, Subject(subject)) for subject, needs in _mapping(file).items() for said in needs)
    except ValueError as error:
        raise EvaluationError(f"{file}: assunto desconhecido ({error}). Use um valor de `assunto`.") from None


def read_citizens(file: Path) -> tuple[Citizen, ...]:
    """The citizens, with what the file takes as read for all of them."""
    data = _mapping(file)
    defaults = data.get("padrao") or {}
    citizens = tuple(_citizen(entry, defaults, file) for entry in _get(data, "pessoas", file))
    names = [citizen.name for citizen in citizens]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise EvaluationError(f"{file}: nome repetido: {', '.join(repeated)}. Dê um nome a cada conversa.")
    return citizens


def read_examples(file: Path) -> tuple[Example, ...]:
    """Messages with their intents, in Rasa's training format."""
    return tuple(_examples(_get(_mapping(file), "nlu", file), file))


def _examples(blocks: Sequence[Mapping[str, Any]], file: Path) -> Iterator[Example]:
    for block in blocks:
        for line in str(_get(block, "examples", file)).splitlines():
            yield Example(line.strip().removeprefix("- "), str(_get(block, "intent", file)), file.name)


def _citizen(entry: Mapping[str, Any], defaults: Mapping[str, Any], file: Path) -> Citizen:
    answers = {**(defaults.get("responde") or {}), **(entry.get("responde") or {})}
    expected = {**(defaults.get("espera") or {}), **_get(entry, "espera", file)}
    return Citizen(
        name=_get(entry, "nome", file),
        says=tuple(_get(entry, "diz", file)),
        answers={slot: tuple(map(str, _several(said))) for slot, said in answers.items()},
        expected={slot: tuple(_several(value)) for slot, value in expected.items()},
    )


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _mapping(file: Path) -> Mapping[str, Any]:
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EvaluationError(f"{file}: o arquivo não existe. Rode o comando na pasta do projeto.") from None
    except yaml.YAMLError as error:
        raise EvaluationError(f"{file}: não é YAML válido. Confira recuos e aspas perto de: {error}") from None
    if not isinstance(data, dict):
        raise EvaluationError(f"{file}: está vazio ou não é uma lista de nomes com valores.")
    return data


def _get(data: Mapping[str, Any], key: str, file: Path) -> Any:
    try:
        return data[key]
    except KeyError:
        raise EvaluationError(f"{file}: falta `{key}` em {str(dict(data))[:80]}.") from None


def _pairs(data: Mapping[str, Any], key: str, file: Path) -> tuple[Pair, ...]:
    pairs = _get(data, key, file)
    if bad := next((pair for pair in pairs if len(pair) != 2), None):
        raise EvaluationError(f"{file}: em `{key}`, {bad} precisa ser [mensagem, o que vale]. Há vírgula sem aspas?")
    return tuple((str(said), str(meant)) for said, meant in pairs)
