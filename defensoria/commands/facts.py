"""`python -m defensoria facts`: the tables of the office's facts out to a file and in from one."""

from pathlib import Path

import click

from defensoria.clock import office_now
from defensoria.commands.terminal import operator, transaction
from defensoria.conversations import facts as store
from defensoria.living_facts import change, rows_of
from defensoria.office.differences import Difference, differences
from defensoria.office.editing import TABLES, from_csv, to_csv

_TABLE = click.argument("table", type=click.Choice(sorted(TABLES)))


@click.group()
def facts() -> None:
    """Os fatos do órgão como estão em vigor."""


@facts.command("export")
@_TABLE
def export_table(table: str) -> None:
    """Escreve a tabela TABLE como CSV na saída padrão."""
    with transaction() as session:
        rows, _ = rows_of(session, TABLES[table])
    click.echo(to_csv(TABLES[table], rows), nl=False)


@facts.command("import")
@_TABLE
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--author", default=lambda: operator().actor, help="Login de quem muda; sem ele, o usuário desta máquina."
)
def import_table(table: str, file: Path, author: str) -> None:
    """Põe as linhas de FILE no lugar da tabela TABLE, se tudo nele conferir. Vale em menos de um minuto."""
    chosen, rows = TABLES[table], from_csv(TABLES[table], file.read_bytes())
    with transaction() as session:
        before, number = rows_of(session, chosen)
        changes = differences(before, rows)
        if changes:
            number = change(session, chosen, rows, author, store.IMPORTED, number, office_now()).number
    if not changes:
        click.echo("Nada mudou: o arquivo diz o mesmo que está em vigor.")
        return
    for one in changes:
        click.echo(_line(one))
    click.echo(f"Versão {number} de {table} em vigor.")


def _line(change: Difference) -> str:
    sign = "+" if change.before is None else "-" if change.after is None else "~"
    row = change.after or change.before or {}
    return f"{sign} {', '.join(cell for cell in row.values() if cell)[:100]}"
