"""`python -m defensoria understanding`: what the bot did not understand, as a draft of examples for a designer."""

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO

import click

from defensoria.clock import office_now
from defensoria.commands.audit import record_export
from defensoria.commands.terminal import transaction
from defensoria.office.calendar import CUIABA
from defensoria.planning.choice import Choice
from defensoria.planning.drafts import draft
from defensoria.planning.grouping import group
from defensoria.planning.misunderstood import read_misunderstood
from defensoria.privacy.retention import retention

_USUAL_DAYS = 30
_MOST = 5000
"""Atendimentos looked at, the newest: nobody waits for a page."""
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--since", type=_DAY, help="O primeiro dia, como em 2026-11-01. Sem ele, os últimos 30 dias.")
@click.option("--until", type=_DAY, help="O último dia. Sem ele, hoje.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="O arquivo a escrever.")
def understanding(since: datetime | None, until: datetime | None, out: Path) -> None:
    """Escreve um rascunho de exemplos com o que as pessoas disseram e o robô não entendeu, em grupos e sem nomes."""
    today = office_now().astimezone(CUIABA).date()
    last = until.date() if until else today
    choice = Choice(first=since.date() if since else last - timedelta(days=_USUAL_DAYS - 1), last=last)
    if choice.first > choice.last:
        raise click.BadParameter("o fim vem antes do começo.", param_hint="--since")
    with _new(out) as file:
        groups = _write(file, choice, today)
    click.echo(
        f"{groups} grupos em {out}. Reescreva as frases antes de levá-las a data/nlu/ e apague o arquivo depois."
    )


def _write(file: IO[str], choice: Choice, today: date) -> int:
    fewest = retention().smallest_count
    record_export("compreensao", de=choice.first.isoformat(), ate=choice.last.isoformat())
    with transaction() as session:
        groups = group(read_misunderstood(session, choice, _MOST), fewest)
    file.write(draft(groups, choice, fewest, today))
    return len(groups.shown)


def _new(out: Path) -> IO[str]:
    try:
        return open(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(f"não dá para criar {out}: {error.strerror}.", param_hint="--out") from None
