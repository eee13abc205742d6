"""The service's own commands: `python -m defensoria run`, `users`, `facts`, `export`, `envios`, `migrate`."""

import json
import secrets
import sys
from collections.abc import Iterator

import click

from defensoria.clock import utc_now
from defensoria.conversations import outbox, sending
from defensoria.conversations.database import Database
from defensoria.conversations.export import export_atendimentos
from defensoria.conversations.models import Role
from defensoria.conversations.schema import SchemaError, upgrade
from defensoria.conversations.users import UserError, add_user
from defensoria.facts_command import facts
from defensoria.living_facts import take_up
from defensoria.office.facts import FactsError, office_facts
from defensoria.settings import SettingsError, settings
from defensoria.supervisor import StartError, Supervisor, run_shell

ALL_NUCLEOS = "todos"


@click.group()
def main() -> None:
    """The assistant of the Defensoria Pública de Mato Grosso."""


main.add_command(facts)


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
    upgrade(settings().database_url)
    database = Database(settings().database_url)
    with database.transaction() as session:
        take_up(session)
    chosen = _nucleos(nucleos)
    generated = password == "-"  # noqa: S105
    if generated:
        password = secrets.token_urlsafe(12)
    elif password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with database.transaction() as session:
        add_user(session, login, name, Role(role), chosen, str(password))
    click.echo(f"User {login} made." + (f" Password: {password}" if generated else ""))


@main.group()
def export() -> None:
    """Take data out."""


@export.command("atendimentos")
@click.option("--format", "shape", type=click.Choice(["jsonl"]), default="jsonl", show_default=True)
@click.option("--messages", is_flag=True, help="With every message of each atendimento.")
def export_command(shape: str, messages: bool) -> None:
    """Write one JSON object per atendimento to standard output, oldest first."""
    upgrade(settings().database_url)
    database = Database(settings().database_url)
    with database.transaction() as session:
        for row in export_atendimentos(session, with_messages=messages):
            click.echo(json.dumps(row, ensure_ascii=False))


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
    except (SettingsError, FactsError, SchemaError, StartError, UserError) as error:
        sys.exit(f"{error}")
