"""The service's own commands: `python -m defensoria --help` lists them."""

import sys

import click

from defensoria.commands.audit import audit
from defensoria.commands.data import backup, export, planning, purge, restore
from defensoria.commands.facts import facts
from defensoria.commands.sending import envios
from defensoria.commands.understanding import understanding
from defensoria.commands.users import users
from defensoria.conversations.schema import SchemaError, upgrade
from defensoria.conversations.users import UserError
from defensoria.office.facts import FactsError
from defensoria.privacy.backup import BackupError
from defensoria.privacy.purge import AlreadyRunning
from defensoria.privacy.retention import RetentionError
from defensoria.settings import SettingsError, settings
from defensoria.supervisor import StartError, Supervisor, run_shell

_SAID = (
    SettingsError,
    FactsError,
    SchemaError,
    StartError,
    UserError,
    RetentionError,
    AlreadyRunning,
    BackupError,
)
"""Errors whose message says what to do."""


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


for command in (users, facts, audit, export, planning, purge, backup, restore, envios, understanding):
    main.add_command(command)

if __name__ == "__main__":
    try:
        main()
    except _SAID as error:
        sys.exit(f"{error}")
