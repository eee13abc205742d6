"""The data as a whole: out for the Corregedoria, gone at its term, copied and brought back, counted for planning."""

import asyncio
import json
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import IO

import click

from defensoria.clock import utc_now
from defensoria.commands.audit import record_export
from defensoria.commands.terminal import transaction
from defensoria.conversations.database import Database
from defensoria.conversations.export import export_atendimentos
from defensoria.conversations.schema import upgrade
from defensoria.planning import following
from defensoria.privacy import backup as backups
from defensoria.privacy import purge as purging
from defensoria.privacy.forgetting import Folders
from defensoria.privacy.purge import Purge
from defensoria.privacy.retention import retention
from defensoria.settings import settings


@click.group()
def export() -> None:
    """Take data out."""


@export.command("atendimentos")
@click.option("--format", "shape", type=click.Choice(["jsonl"]), default="jsonl", show_default=True)
@click.option("--messages", is_flag=True, help="With every message of each atendimento.")
@click.option("--save", is_flag=True, help="Into a file below var/exports, which the purge removes at its term.")
def export_command(shape: str, messages: bool, save: bool) -> None:
    """Write one JSON object per atendimento to standard output, oldest first."""
    record_export("atendimentos", mensagens=messages)
    with transaction() as session, _export_file(shape) if save else nullcontext(sys.stdout) as file:
        for row in export_atendimentos(session, with_messages=messages):
            click.echo(json.dumps(row, ensure_ascii=False), file=file)
        if save:
            click.echo(f"Written to {file.name}.", err=True)


def _export_file(shape: str) -> IO[str]:
    folder = settings().exports_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"atendimentos-{utc_now():%Y%m%d-%H%M%S}.{shape}"
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")


@click.command()
@click.option("--dry-run", is_flag=True, help="Só conta o que seria apagado.")
def purge(dry_run: bool) -> None:
    """Apaga o que passou do prazo de guarda (defensoria/privacy/retencao.yml)."""
    config = settings()
    upgrade(config.database_url)
    database = Database(config.database_url)
    wanted = Purge(retention(), Folders.of(config))
    if dry_run:
        with database.transaction() as session:
            counts = purging.due(session, wanted)
    else:
        counts = asyncio.run(purging.run(database, wanted))
    for kind, count in counts.items():
        click.echo(f"{kind.value:>12} {count:>8}  (prazo: {wanted.retention.rules[kind].days} dias)")
    click.echo("Nada foi apagado: isto é um ensaio." if dry_run else "Pronto.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copia banco e arquivos das pessoas para FILE (.tar.gz). Cifre a cópia: docs/privacidade.md diz como."""
    backups.back_up(settings(), file)
    click.echo(f"Cópia em {file}. Ela tem tudo o que as pessoas escreveram: cifre e guarde fora daqui.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Traz FILE para um banco vazio e apaga de novo o que já tinha sido apagado."""
    for name, count in backups.restore(settings(), retention(), file).items():
        click.echo(f"{name:>12} {count:>8}  apagados de novo")
    click.echo("Pronto.")


@click.group()
def planning() -> None:
    """Os números do planejamento."""


@planning.command("rebuild")
def rebuild() -> None:
    """Refaz, a partir dos eventos, os fatos de tudo o que ainda está guardado por inteiro."""
    with transaction() as session:
        forgotten = following.rebuild(session)
    more = True
    while more:
        with transaction() as session:
            more = following.derive_some(session)
    click.echo(f"Refeitos os fatos de {forgotten} atendimentos.")
