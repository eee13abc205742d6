"""`python -m bench.panel`: how long each page of the planning panel takes over the data that a database holds."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from statistics import median

import click
import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from defensoria.conversations.database import Database
from defensoria.conversations.models import AtendimentoFact
from defensoria.desk.panel import SECTIONS, Sheet
from defensoria.office.calendar import CUIABA
from defensoria.planning.choice import Choice
from defensoria.planning.days import keep_packed, pack_one
from defensoria.planning.figures import Asked, Table

_MONTH, _YEAR = timedelta(days=29), timedelta(days=364)


def choices(session: Session) -> Mapping[str, Choice]:
    """What is asked for: a month and a year, and the year by each filter. The last day is that of the newest fact."""
    last = session.scalar(select(func.max(AtendimentoFact.opened_hour))).astimezone(CUIABA).date()
    year = Choice(first=last - _YEAR, last=last)
    return {
        "mês": replace(year, first=last - _MONTH),
        "ano": year,
        "ano, cível": replace(year, area="civel"),
        "ano, Cuiabá": replace(year, municipio="Cuiabá"),
        "ano, Sinop, alimentos": replace(year, municipio="Sinop", assunto="alimentos"),
    }


@click.command()
@click.option("--database", "url", default="sqlite:///var/year.db", show_default=True)
@click.option("--times", default=20, show_default=True, help="Quantas vezes cada página.")
def main(url: str, times: int) -> None:
    """Mede as páginas do planejamento: tabelas de cada parte e, à parte, cada gráfico."""
    database = Database(url)
    packed = _pack(database)
    click.echo(f"{packed} dias foram empacotados antes de medir.")
    with database.transaction() as session:
        asked_for = choices(session)
    click.echo(f"{'':44} {'p50':>7} {'p95':>7} {'CPU':>7}  ms")
    for section, (_, sheets) in SECTIONS.items():
        for name, choice in asked_for.items():
            _measure(f"{section}: {name}", times, database, partial(_page, choice, sheets))
        for sheet in sheets:
            if sheet.chart is not None:
                with database.transaction() as session:
                    table = sheet.read(Asked(session, asked_for["ano"]))
                _measure(f"{section}: gráfico {sheet.id}, ano", times, database, partial(_draw, sheet.chart, table))
    database.dispose()


def _page(choice: Choice, sheets: Sequence[Sheet], session: Session) -> None:
    asked = Asked(session, choice)
    for sheet in sheets:
        sheet.read(asked)


def _draw(chart: Callable[[Table], bytes], table: Table, _session: Session) -> None:
    chart(table)


def _measure(name: str, times: int, database: Database, work: Callable[[Session], None]) -> None:
    walls, cpus = [], []
    for _ in range(times):
        began, cpu = time.perf_counter(), time.process_time()
        asyncio.run(database.read(work))
        walls.append(1000 * (time.perf_counter() - began))
        cpus.append(1000 * (time.process_time() - cpu))
    click.echo(f"{name:44} {median(walls):7.0f} {np.percentile(walls, 95):7.0f} {median(cpus):7.0f}")


def _pack(database: Database) -> int:
    """Do what the desk does by and by."""
    count = 0
    while True:
        packed = asyncio.run(database.read(pack_one))
        if packed is None:
            return count
        asyncio.run(database.run(keep_packed, packed))
        count += 1


if __name__ == "__main__":
    main()
