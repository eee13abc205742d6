"""The review's commands: `python -m defensoria.review check` and `flow`."""

import sys
from pathlib import Path

import click

from defensoria.office.facts import FactsError, office_facts
from defensoria.review import data_quality, words
from defensoria.review.charting import Chart
from defensoria.review.flow import KEPT_AT, document
from defensoria.review.problem import Problem
from defensoria.review.project import Project, ReviewError, read_project

ROOT = Path(__file__).resolve().parents[2]

_root = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=ROOT,
    help="Pasta do projeto, com domain.yml e data/.",
)


@click.group()
def main() -> None:
    """Confere os textos e os dados do diálogo, e desenha o fluxo da triagem."""


@main.command()
@_root
def check(root: Path) -> None:
    """Mostra o que está errado nos textos e nos dados; termina com erro se houver algo."""
    _stop_at(all_problems(read_project(root)))
    click.echo("Textos e dados conferidos: nenhum problema.")


@main.command()
@_root
def flow(root: Path) -> None:
    """Renova o desenho do fluxo da triagem em docs/."""
    project = read_project(root)
    # A menu with a value that does not exist leads nowhere, and cannot be drawn.
    _stop_at([*data_quality.menu_values(project.domain)])
    kept = root / KEPT_AT
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(document(Chart(project, office_facts())), encoding="utf-8")
    click.echo(f"{kept} renovado.")


def all_problems(project: Project) -> list[Problem]:
    """Everything that `check` shows."""
    return [
        *words.problems(project.domain, project.code),
        *data_quality.problems(project),
        *Chart(project, office_facts()).problems(),
    ]


def _stop_at(found: list[Problem]) -> None:
    """Show the problems and end with an error, if there are any."""
    for problem in found:
        click.echo(str(problem))
    if found:
        click.echo(f"\n{len(found)} {'problema' if len(found) == 1 else 'problemas'}.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    try:
        main()
    except (ReviewError, FactsError) as error:
        sys.exit(str(error))
