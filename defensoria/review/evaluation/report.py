"""The report: everything measured, as JSON that is the same for the same data, and how it differs from the last one."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from defensoria.review.evaluation import figures
from defensoria.review.evaluation.dialogues import Ending
from defensoria.review.evaluation.errors import EvaluationError
from defensoria.review.evaluation.figures import Answer
from defensoria.review.evaluation.readings import Reading

CROSS, BLIND = "cruzada", "cega"
DATE = "medido_em"
"""The one field of the JSON that two reports on the same data may differ in."""
_WORST = 25
_PRECISION = 4

Kept = Mapping[str, Any]
"""A report as its JSON holds it."""


@dataclass
class Report:
    """What an evaluation found, gathered piece by piece under the names that `floors.yml` uses."""

    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    intents: dict[str, Any] = field(default_factory=dict)
    readings: dict[str, Any] = field(default_factory=dict)
    dialogues: list[dict[str, Any]] = field(default_factory=list)

    def add_answers(self, name: str, title: str, answers: Sequence[Answer]) -> None:
        """The figures of one set of messages with intents, its confusions and its matrix."""
        measures = {
            "acerto": ("intenção certa", figures.accuracy(answers)),
            "f1_macro": ("F1, média das intenções", figures.macro_f1(answers)),
            "top3": ("certa entre as três primeiras", figures.top(answers, 3)),
            "cobertura": ("entendidas com segurança", figures.coverage(answers)),
            "precisao": ("certas entre as seguras", figures.accepted_precision(answers)),
        }
        for measure, (words, value) in measures.items():
            self._figure(f"intencoes.{name}.{measure}", f"{title}: {words}", value, len(answers))
        self.intents[name] = {
            "titulo": title,
            "por_intencao": {intent: _score(score) for intent, score in figures.intent_scores(answers).items()},
            "confusoes": [
                {
                    "esperada": one.expected,
                    "entendida": one.understood,
                    "vezes": one.times,
                    "exemplos": list(one.messages),
                }
                for one in figures.confusions(answers, _WORST)
            ],
            "matriz": figures.matrix(answers),
        }

    def add_readings(self, name: str, title: str, readings: Sequence[Reading]) -> None:
        """The share read right, and every one that was not."""
        self._figure(name, title, figures.share([reading.right for reading in readings]), len(readings))
        self.readings[name] = {
            "titulo": title,
            "erros": [
                {"mensagem": reading.said, "esperado": reading.expected, "lido": reading.read}
                for reading in readings
                if not reading.right
            ],
        }

    def add_share(self, name: str, title: str, hits: Iterable[bool]) -> None:
        """The share of what is true, without examples."""
        hits = list(hits)
        self._figure(name, title, figures.share(hits), len(hits))

    def add_endings(self, name: str, title: str, endings: Sequence[Ending]) -> None:
        """The share of conversations that ended right, and the words of those that did not."""
        self._figure(name, title, figures.share([ending.right for ending in endings]), len(endings))
        self.dialogues += [
            {
                "nome": ending.citizen.name,
                "problemas": list(ending.problems),
                "conversa": [{"pessoa": line.by_citizen, "texto": line.text} for line in ending.lines],
            }
            for ending in endings
            if not ending.right
        ]

    def as_json(self, date: str) -> dict[str, Any]:
        """The report as its JSON holds it. `date`: ISO 8601."""
        return {
            DATE: date,
            "figuras": self.figures,
            "intencoes": self.intents,
            "leituras": self.readings,
            "conversas": self.dialogues,
        }

    def _figure(self, name: str, title: str, value: float, among: int) -> None:
        self.figures[name] = {"titulo": title, "valor": round(value, _PRECISION), "de": among}


@dataclass(frozen=True)
class Change:
    """A figure and how much it changed since the last kept report (None: it was not in that one)."""

    name: str
    title: str
    value: float
    among: int
    difference: float | None


def values(report: Kept) -> dict[str, float]:
    """Figure → value."""
    return {name: float(figure["valor"]) for name, figure in report["figuras"].items()}


def f1_by_intent(report: Kept, of: str = CROSS) -> dict[str, float]:
    """Intent → F1 in one set."""
    scores = report["intencoes"].get(of, {}).get("por_intencao", {})
    return {intent: float(score["f1"]) for intent, score in scores.items()}


def changes(report: Kept, last: Kept | None) -> list[Change]:
    """Every figure with its difference from the last kept report."""
    before = values(last) if last else {}
    return [
        Change(name, one["titulo"], one["valor"], one["de"], difference(one["valor"], before.get(name)))
        for name, one in report["figuras"].items()
    ]


def difference(now: float, before: float | None) -> float | None:
    """How much more (or less) it is now."""
    return None if before is None else round(now - before, _PRECISION)


def same(report: Kept, other: Kept | None) -> bool:
    """Whether two reports found the same, whenever they were made."""
    return other is not None and {**report, DATE: None} == {**other, DATE: None}


def read_kept(file: Path) -> Kept | None:
    """The last kept report; None where there is none.

    Raises:
        EvaluationError: the file is not such a report.
    """
    if not file.exists():
        return None
    try:
        report: Kept = json.loads(file.read_text(encoding="utf-8"))
        values(report)
    except (ValueError, KeyError, TypeError) as error:
        raise EvaluationError(
            f"{file}: não é um relatório desta avaliação ({error}). Apague-o e meça de novo."
        ) from None
    return report


def write_kept(report: Kept, file: Path) -> None:
    """Keep a report for the next one to be compared with."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _score(score: figures.IntentScore) -> dict[str, float | int]:
    return {
        "precisao": round(score.precision, _PRECISION),
        "revocacao": round(score.recall, _PRECISION),
        "f1": round(score.f1, _PRECISION),
        "mensagens": score.messages,
    }
