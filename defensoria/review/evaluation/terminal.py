"""The report as a table in the terminal."""

from collections.abc import Iterator, Sequence

from defensoria.review.evaluation.floors import Floors
from defensoria.review.evaluation.report import Change, Kept, changes

_WORST = 8


def table(report: Kept, last: Kept | None, floors: Floors) -> Iterator[str]:
    """The lines of the report: figures with their differences, floors and targets, then what went wrong most."""
    found = changes(report, last)
    width = max(len(change.title) for change in found)
    yield f"{'':{width}}  {'valor':>7}  {'mudou':>8}  {'piso':>7}  {'alvo':>6}  {'de':>5}"
    for change in found:
        yield _row(change, floors, width)
    yield ""
    yield "Piores confusões em mensagens nunca estudadas:"
    for confusion in report["intencoes"]["cega"]["confusoes"][:_WORST]:
        yield (
            f"  {confusion['vezes']}× {confusion['esperada']} → {confusion['entendida']}: “{confusion['exemplos'][0]}”"
        )
    if report["conversas"]:
        yield ""
        yield "Conversas que não terminaram como esperado:"
        for ending in report["conversas"]:
            yield f"  {ending['nome']}: {_joined(ending['problemas'])}"


def arrow(difference: float | None) -> str:
    """A difference as an arrow and points in a hundred."""
    if difference is None:
        return "novo"
    if difference == 0:
        return "="
    return f"{'▲' if difference > 0 else '▼'} {abs(difference) * 100:.1f}".replace(".", ",")


def percent(value: float | None) -> str:
    """A share as people read it: `97,3 %`."""
    return "" if value is None else f"{value * 100:.1f} %".replace(".", ",")


def _row(change: Change, floors: Floors, width: int) -> str:
    floor = floors.figures.get(change.name)
    limit = "" if floor is None else percent(floor.least) or f"≤{percent(floor.most)}"
    target = "" if floor is None else percent(floor.target)
    broken = "  ✗" if floor is not None and not floor.holds(change.value) else ""
    return (
        f"{change.title:{width}}  {percent(change.value):>7}  {arrow(change.difference):>8}"
        f"  {limit:>7}  {target:>6}  {change.among:>5}{broken}"
    )


def _joined(problems: Sequence[str]) -> str:
    return "; ".join(problems)
