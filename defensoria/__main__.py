"""The service's own commands: `python -m defensoria run`, `users`, `audit`, `export`, `envios`, `migrate`."""

import json
import sys
from collections.abc import Iterator

import click

from defensoria.audit_commands import audit, record_export
from defensoria.clock import utc_now
from defensoria.conversations import audit as chain
from defensoria.conversations import outbox, sending
from defensoria.conversations.export import export_atendimentos
from defensoria.conversations.schema import SchemaError, upgrade
from defensoria.conversations.users import UserError
from defensoria.office.facts import FactsError
from defensoria.settings import SettingsError, settings
from defensoria.supervisor import StartError, Supervisor, run_shell
from defensoria.terminal import operator, transaction
from defensoria.user_commands import users


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


main.add_command(users)
main.add_command(audit)


@main.group()
def export() -> None:
    """Take data out."""


@export.command("atendimentos")
@click.option("--format", "shape", type=click.Choice(["jsonl"]), default="jsonl", show_default=True)
@click.option("--messages", is_flag=True, help="With every message of each atendimento.")
def export_command(shape: str, messages: bool) -> None:
    """Write one JSON object per atendimento to standard output, oldest first."""
    record_export("atendimentos", mensagens=messages)
    with transaction() as session:
        for row in export_atendimentos(session, with_messages=messages):
            click.echo(json.dumps(row, ensure_ascii=False))


@main.command()
@click.option(
    "--reenviar", "again", type=int, metavar="ID", help="Manda de novo a mensagem que falhou com este número."
)
def envios(again: int | None) -> None:
    """Mostra como vão os envios ao WhatsApp e as mensagens que não chegaram."""
    with transaction() as session:
        if again is not None:
            if not outbox.resend(session, again):
                raise click.ClickException(f"a mensagem {again} não está entre as que falharam")
            chain.record(session, operator().actor, "reenvio", mensagem=again)
            click.echo(f"A mensagem {again} vai ser enviada de novo.")
            return
        report = sending.report(session)
    for line in _report_lines(report):
        click.echo(line)


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


if __name__ == "__main__":
    try:
        main()
    except (SettingsError, FactsError, SchemaError, StartError, UserError) as error:
        sys.exit(f"{error}")
