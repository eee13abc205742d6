"""The report as one HTML page that needs nothing from any other address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from defensoria.review.evaluation.figures import NOTHING
from defensoria.review.evaluation.floors import Floors
from defensoria.review.evaluation.report import BLIND, CROSS, DATE, Kept, changes, difference, f1_by_intent
from defensoria.review.evaluation.terminal import arrow, percent

_TEMPLATES = Path(__file__).parent / "templates"
_SHADES = (1, 2, 4, 8)
"""From how many confusions on a cell of the matrix takes each darker shade."""


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix: how many messages, how it is coloured (`""`: not at all), and what it says in words."""

    times: int
    shade: str
    words: str


@dataclass(frozen=True)
class Row:
    """One intent of the matrix with the cells of its line."""

    intent: str
    cells: tuple[Cell, ...]


def page(report: Kept, last: Kept | None, floors: Floors, below: Sequence[str]) -> str:
    """The whole page. `last` is the report to compare with; `below` is what does not keep to its floor."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({"percent": percent, "arrow": arrow})
    cross = report["intencoes"][CROSS]
    return environment.get_template("report.html").render(
        date=_written(report),
        last_date=_written(last) if last else None,
        below=below,
        changes=changes(report, last),
        floors=floors,
        intents=_intents(report, last, floors),
        confused={"Em mensagens nunca estudadas": report["intencoes"][BLIND], "Na validação cruzada": cross},
        columns=_columns(cross["matriz"]),
        rows=matrix_rows(cross["matriz"]),
        readings=[reading for reading in report["leituras"].values() if reading["erros"]],
        dialogues=report["conversas"],
    )


def matrix_rows(matrix: Mapping[str, Mapping[str, int]]) -> list[Row]:
    """The matrix line by line: the right ones on the diagonal, the wrong ones the darker the more there are."""
    columns = _columns(matrix)
    return [
        Row(expected, tuple(_cell(expected, understood, matrix[expected].get(understood, 0)) for understood in columns))
        for expected in sorted(matrix)
    ]


def _written(report: Kept) -> str:
    return date.fromisoformat(report[DATE]).strftime("%d/%m/%Y")


def _columns(matrix: Mapping[str, Mapping[str, int]]) -> list[str]:
    understood = {name for row in matrix.values() for name in row}
    named = sorted({*matrix, *understood} - {NOTHING})
    return [*named, NOTHING] if NOTHING in understood else named


def _cell(expected: str, understood: str, times: int) -> Cell:
    if expected == understood:
        return Cell(times, "right", f"{expected}: {times} certas")
    shade = f"wrong{sum(times >= least for least in _SHADES)}" if times else ""
    return Cell(times, shade, f"{expected} entendida como {understood}: {times}")


def _intents(report: Kept, last: Kept | None, floors: Floors) -> list[dict[str, Any]]:
    before = f1_by_intent(last) if last else {}
    blind = report["intencoes"][BLIND]["por_intencao"]
    return [
        {
            "intent": intent,
            **score,
            "difference": difference(score["f1"], before.get(intent)),
            "floor": floors.of_intent(intent),
            "blind": blind[intent]["f1"] if intent in blind else None,
        }
        for intent, score in report["intencoes"][CROSS]["por_intencao"].items()
    ]
