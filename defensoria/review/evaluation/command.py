"""The quality report's command: measures, prints, keeps the report, and fails below a floor."""

import asyncio
import sys
import warnings
from datetime import datetime
from pathlib import Path

import click

from defensoria.office.calendar import CUIABA
from defensoria.office.facts import FactsError
from defensoria.review.evaluation.errors import EvaluationError
from defensoria.review.evaluation.floors import Floors, breaches, read_floors
from defensoria.review.evaluation.measuring import Latency, Sources, measure
from defensoria.review.evaluation.page import page
from defensoria.review.evaluation.report import (
    Kept,
    Report,
    f1_by_intent,
    read_kept,
    same,
    values,
    write_kept,
)
from defensoria.review.evaluation.terminal import table
from defensoria.review.project import ReviewError

ROOT = Path(__file__).resolve().parents[3]
QUALITY = ROOT / "quality"
JSON, HTML = "report.json", "report.html"
CANNOT_MEASURE = 2
"""Exit status when nothing could be measured; 1 is for a figure below its floor."""

_folder = click.Path(file_okay=False, path_type=Path)
_file = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--model", type=_file, default=ROOT / "models" / "defensoria.tar.gz", help="O modelo treinado.")
@click.option("--floors", type=_file, default=QUALITY / "floors.yml", help="Os pisos.")
@click.option("--keep", type=_folder, default=QUALITY, help="Pasta onde o relatório fica, e onde está o anterior.")
def main(model: Path, floors: Path, keep: Path) -> None:
    """Mede o entendimento e as conversas, compara com o último relatório e termina com erro abaixo de um piso."""
    warnings.simplefilter("ignore")
    try:
        limits, last = read_floors(floors), read_kept(keep / JSON)
        sources = Sources(ROOT, model, QUALITY / "sets")
        report, latency = asyncio.run(measure(sources, lambda words: click.echo(f"{words}…", err=True)))
    except (EvaluationError, ReviewError, FactsError) as error:
        click.echo(str(error), err=True)
        sys.exit(CANNOT_MEASURE)
    sys.exit(conclude(report, latency, limits, last, keep))


def conclude(report: Report, latency: Latency, limits: Floors, last: Kept | None, keep: Path) -> int:
    """Print the report and keep it; returns the exit status: 1 below a floor, otherwise 0.

    A report that finds what the last one found is not written again, so that only what changes is seen to change.
    """
    made = report.as_json(datetime.now(CUIABA).date().isoformat())
    below = breaches(values(made), f1_by_intent(made), limits)
    click.echo("\n".join(table(made, last, limits)))
    click.echo(f"\nLeitura de uma mensagem: p50 {latency.p50:.1f} ms, p95 {latency.p95:.1f} ms.")
    if same(made, last) and (keep / HTML).exists():
        click.echo("Nada mudou desde o último relatório.")
    else:
        write_kept(made, keep / JSON)
        (keep / HTML).write_text(page(made, last, limits, below), encoding="utf-8")
        click.echo(f"Relatório guardado em {keep / HTML}.")
    for sentence in below:
        click.echo(f"Abaixo do combinado: {sentence}", err=True)
    return 1 if below else 0
