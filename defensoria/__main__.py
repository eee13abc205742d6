"""The service's own commands: `python -m defensoria --help` lists them."""

import asyncio
import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import IO

import click

from defensoria.clock import utc_now
from defensoria.conversations import outbox, sending
from defensoria.conversations.database import Database
from defensoria.conversations.export import export_atendimentos
from defensoria.conversations.models import Role
from defensoria.conversations.schema import SchemaError, upgrade
from defensoria.conversations.users import UserError, add_user
from defensoria.office.facts import FactsError, office_facts
from defensoria.planning import following
from defensoria.privacy import purge as purging
from defensoria.privacy.backup import BackupError, back_up, restore
from defensoria.privacy.forgetting import Folders
from defensoria.privacy.purge import AlreadyRunning, Purge
from defensoria.privacy.retention import RetentionError, retention
from defensoria.settings import SettingsError, settings
from defensoria.supervisor import StartError, Supervisor, run_shell

ALL_NUCLEOS = "todos"


@click.group()
def main() -> None:
    """The assistant of the Defensoria Pública de Mato Grosso."""


@main.command()
def run() -> None:
    """Start everything and stay until Ctrl-C."""
    Supervisor().run()


@main.command()
def shell() -> None:
    """Hold the triage in the terminal."""
    sys.exit(run_shell())


@main.command()
def migrate() -> None:
    """Create the database's tables or bring them up to date."""
    upgrade(settings().database_url)
    click.echo("The database is up to date.")


@main.group()
def users() -> None:
    """The desk's users."""


@users.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The person's name, as colleagues and the audit see it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.ATTENDANT.value)
@click.option("--nucleo", "nucleos", multiple=True, required=True, help=f"Id of a núcleo; repeatable; '{ALL_NUCLEOS}'.")
@click.option("--password", help="Asked for when not given; '-' generates one and prints it.")
def add(login: str, name: str, role: str, nucleos: tuple[str, ...], password: str | None) -> None:
    """Make the user LOGIN."""
    chosen = _nucleos(nucleos)
    generated = password == "-"  # noqa: S105
    if generated:
        password = secrets.token_urlsafe(12)
    elif password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    upgrade(settings().database_url)
    database = Database(settings().database_url)
    with database.transaction() as session:
        add_user(session, login, name, Role(role), chosen, str(password))
    click.echo(f"User {login} made." + (f" Password: {password}" if generated else ""))


@main.group()
def export() -> None:
    """Take data out."""


@export.command("atendimentos")
@click.option("--format", "shape", type=click.Choice(["jsonl"]), default="jsonl", show_default=True)
@click.option("--messages", is_flag=True, help="With every message of each atendimento.")
@click.option("--save", is_flag=True, help="Into a file below var/exports, which the purge removes at its term.")
def export_command(shape: str, messages: bool, save: bool) -> None:
    """Write one JSON object per atendimento to standard output, oldest first."""
    upgrade(settings().database_url)
    database = Database(settings().database_url)
    with database.transaction() as session, _export_file(shape) if save else nullcontext(sys.stdout) as file:
        for row in export_atendimentos(session, with_messages=messages):
            click.echo(json.dumps(row, ensure_ascii=False), file=file)
        if save:
            click.echo(f"Written to {file.name}.", err=True)


def _export_file(shape: str) -> IO[str]:
    folder = settings().exports_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"atendimentos-{utc_now():%Y%m%d-%H%M%S}.{shape}"
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")


@main.command()
@click.option(
    "--reenviar", "again", type=int, metavar="ID", help="Manda de novo a mensagem que falhou com este número."
)
def envios(again: int | None) -> None:
    """Mostra como vão os envios ao WhatsApp e as mensagens que não chegaram."""
    upgrade(settings().database_url)
    database = Database(settings().database_url)
    with database.transaction() as session:
        if again is not None:
            if not outbox.resend(session, again):
                raise click.ClickException(f"a mensagem {again} não está entre as que falharam")
            click.echo(f"A mensagem {again} vai ser enviada de novo.")
            return
        report = sending.report(session)
    for line in _report_lines(report):
        click.echo(line)


@main.command()
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


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copia banco e arquivos das pessoas para FILE (.tar.gz). Cifre a cópia: docs/privacidade.md diz como."""
    back_up(settings(), file)
    click.echo(f"Cópia em {file}. Ela tem tudo o que as pessoas escreveram: cifre e guarde fora daqui.")


@main.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore_command(file: Path) -> None:
    """Traz FILE para um banco vazio e apaga de novo o que já tinha sido apagado."""
    for name, count in restore(settings(), retention(), file).items():
        click.echo(f"{name:>12} {count:>8}  apagados de novo")
    click.echo("Pronto.")


def _report_lines(report: sending.Report) -> Iterator[str]:
    if report.stopped_since:
        yield f"PARADO desde {report.stopped_since:%Y-%m-%d %H:%M} UTC: {report.reason}. Nada se perde; há tentativas."
    else:
        yield "Os envios estão andando."
    for status, count in sorted(report.counts.items()):
        yield f"{status:>10} {count}"
    if report.oldest:
        yield f"A mais antiga por enviar espera há {int((utc_now() - report.oldest).total_seconds())} s."
    if report.dead:
        yield "Falharam (a mais nova primeiro); --reenviar ID manda de novo:"
    for dead in report.dead:
        yield f"{dead.id:>8}  {dead.at:%Y-%m-%d %H:%M} UTC  {dead.protocolo}  {dead.reason}"


@main.group("planning")
def planning_group() -> None:
    """Os números do planejamento."""


@planning_group.command("rebuild")
def rebuild_command() -> None:
    """Refaz, a partir dos eventos, os fatos de tudo o que ainda está guardado por inteiro."""
    upgrade(settings().database_url)
    database = Database(settings().database_url)
    with database.transaction() as session:
        forgotten = following.rebuild(session)
    while True:
        with database.transaction() as session:
            if not following.derive_some(session):
                break
    click.echo(f"Refeitos os fatos de {forgotten} atendimentos.")


def _nucleos(chosen: tuple[str, ...]) -> set[str]:
    known = set(office_facts().nucleos)
    if chosen == (ALL_NUCLEOS,):
        return known
    unknown = sorted(set(chosen) - known)
    if unknown:
        raise UserError(f"no núcleo {', '.join(unknown)}: the ids are in defensoria/office/facts/nucleos.csv")
    return set(chosen)


if __name__ == "__main__":
    try:
        main()
    except (
        SettingsError,
        FactsError,
        SchemaError,
        StartError,
        UserError,
        RetentionError,
        AlreadyRunning,
        BackupError,
    ) as error:
        sys.exit(f"{error}")
