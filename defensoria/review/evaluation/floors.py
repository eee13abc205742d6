"""The floors that keep quality from slipping, read from `quality/floors.yml`, and what is below them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from defensoria.review.evaluation.errors import EvaluationError


@dataclass(frozen=True)
class Floor:
    """What a figure must keep to: at least `least`, at most `most`. `target` is where to get, and binds nothing."""

    least: float | None = None
    most: float | None = None
    target: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a value keeps to it."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass(frozen=True)
class Floors:
    """The floors of the figures by name, and the least F1 of each intent; `other_intents` is for those not named."""

    figures: Mapping[str, Floor]
    intents: Mapping[str, float]
    other_intents: float

    def of_intent(self, intent: str) -> float:
        """The least F1 of an intent in cross-validation."""
        return self.intents.get(intent, self.other_intents)


def read_floors(file: Path) -> Floors:
    """The floors kept in a file.

    Raises:
        EvaluationError: it is missing or something in it is not a floor.
    """
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        intents = dict(data["intencoes"])
        return Floors(
            figures={name: _floor(entry) for name, entry in data["figuras"].items()},
            other_intents=float(intents.pop("outras")),
            intents={name: float(least) for name, least in intents.items()},
        )
    except FileNotFoundError:
        raise EvaluationError(f"{file}: o arquivo não existe. Rode o comando na pasta do projeto.") from None
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise EvaluationError(
            f"{file}: não entendi os pisos ({error}). Escreva como os que já estão lá: um nome e piso, teto ou alvo."
        ) from None


def _floor(entry: Mapping[str, Any]) -> Floor:
    if unknown := set(entry) - {"piso", "teto", "alvo"}:
        raise ValueError(f"{', '.join(sorted(unknown))} não é piso, teto nem alvo")
    return Floor(*(None if entry.get(key) is None else float(entry[key]) for key in ("piso", "teto", "alvo")))


def breaches(figures: Mapping[str, float], f1_by_intent: Mapping[str, float], floors: Floors) -> list[str]:
    """What does not keep to its floor, a sentence each in pt-BR.

    A floor of a figure or an intent that nobody measured is a breach too: otherwise a new name would hold nothing.
    """
    found = []
    for name, floor in floors.figures.items():
        if name not in figures:
            found.append(f"{name}: tem piso, mas não foi medido. Confira o nome em floors.yml.")
        elif not floor.holds(figures[name]):
            found.append(f"{name}: {figures[name]:.4f} {_limit(floor, figures[name])}")
    for intent in sorted({*f1_by_intent, *floors.intents}):
        if intent not in f1_by_intent:
            found.append(f"intenção {intent}: tem piso, mas não há exemplos dela. Confira o nome em floors.yml.")
        elif f1_by_intent[intent] < floors.of_intent(intent):
            found.append(
                f"intenção {intent}: F1 {f1_by_intent[intent]:.4f}, abaixo do piso {floors.of_intent(intent):.4f}"
            )
    return found


def _limit(floor: Floor, value: float) -> str:
    if floor.least is not None and value < floor.least:
        return f"está abaixo do piso {floor.least:.4f}"
    return f"está acima do teto {floor.most:.4f}"
