"""What the office may edit while everything runs, and the checks that an edited table must pass before it holds."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from defensoria.office.calendar import CUIABA, next_opening
from defensoria.office.facts import FactsError, OfficeFacts, load_facts
from defensoria.office.facts.loading import PACKAGED
from defensoria.office.facts.reading import Cells, Row, parse_csv, read_csv
from defensoria.office.facts.tables import COLUMNS

Rows = Sequence[Cells]
"""A whole table, in its order."""

MOST_ROWS = 2000
LONGEST_CELL = 2000
_FORMULA = ("=", "+", "@", "\t")
"""How a cell begins that a spreadsheet would carry out rather than show. A minus is left to `- item`."""


@dataclass(frozen=True)
class Table:
    """A table that may be edited.

    Attributes:
        lasting: column whose values are named elsewhere, as in stored conversations or responses: none may go.
    """

    name: str
    lasting: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, in the order in which they are shown and exported."""
        return tuple(COLUMNS[self.name].split())

    @property
    def file(self) -> str:
        """The name of its CSV file, by which errors call it."""
        return f"{self.name}.csv"


# Towns and comarcas are learnt by the model and are not edited here.
TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table("fechamentos"),
        Table("plantoes"),
        Table("contatos"),
        Table("redirecionamentos"),
        Table("nucleos", lasting="id"),
        Table("rotas"),
        Table("expediente"),
        Table("emergencias", lasting="id"),
        Table("plantao_urgencias"),
        Table("salarios_minimos"),
        Table("geral", lasting="chave"),
    )
}


def packaged(table: Table) -> Rows:
    """The rows with which the project comes.

    Raises:
        FactsError: the file is not there or cannot be read.
    """
    return [_cells(table, row) for row in read_csv(PACKAGED, table.file, COLUMNS[table.name])]


def from_csv(table: Table, content: bytes) -> Rows:
    """The rows of a CSV file as a spreadsheet saves it: comma or semicolon, UTF-8.

    Raises:
        FactsError: it is no such file, or has other columns.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FactsError(f"{table.file}: o arquivo não está em UTF-8. Salve como “CSV UTF-8”.") from None
    return [_cells(table, row) for row in parse_csv(table.file, text, COLUMNS[table.name])]


def to_csv(table: Table, rows: Rows) -> bytes:
    """A CSV file that a spreadsheet set to Portuguese opens by a double click: semicolons, UTF-8 with its mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([row.get(column, "") for column in table.columns] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def checked(table: Table, rows: Rows, edited: Mapping[str, Rows], at: datetime) -> OfficeFacts:
    """The facts as they would be with `rows` in `table`.

    Args:
        table: the table edited.
        rows: all its rows.
        edited: the tables that stand instead of their packaged files now.
        at: now, from when on no unit may be left without a day of service.

    Raises:
        FactsError: they cannot hold; the message says table, line, reason and what to do.
    """
    _check_cells(table, rows)
    _check_lasting(table, edited[table.name] if table.name in edited else packaged(table), rows)
    facts = load_facts(edited={**edited, table.name: rows})
    _check_open_days(facts, at)
    return facts


def sound(
    edited: Mapping[str, Rows], before: Mapping[str, Rows] = MappingProxyType({})
) -> tuple[OfficeFacts, Mapping[str, Rows], Mapping[str, FactsError]]:
    """The facts with as many edited tables as can hold.

    Args:
        edited: the tables that should stand instead of their packaged files.
        before: those that stood until now; where an edited one cannot hold, the one before it stays.

    Returns:
        The facts, the tables they are made of, and for each table left out why.

    Raises:
        FactsError: not even the tables of before hold.
    """
    try:
        return load_facts(edited=edited), edited, {}
    except FactsError:
        pass
    standing = {name: rows for name, rows in before.items() if name in edited}
    facts = load_facts(edited=standing)
    left = dict(edited)
    while True:
        # One table may hold only once another does, as a contact of a new unit.
        broken: dict[str, FactsError] = {}
        for name, rows in left.items():
            try:
                facts = load_facts(edited={**standing, name: rows})
                standing[name] = rows
            except FactsError as error:
                broken[name] = error
        if len(broken) == len(left):
            return facts, standing, broken
        left = {name: edited[name] for name in broken}


def _cells(table: Table, row: Row) -> Cells:
    return {column: str(row.cells[column]) for column in table.columns}


def _check_cells(table: Table, rows: Rows) -> None:
    if len(rows) > MOST_ROWS:
        raise FactsError(f"{table.file}: são {len(rows)} linhas e o limite é {MOST_ROWS}. Apague as que já passaram.")
    for line, cells in enumerate(rows, start=2):
        row = Row(table.file, line, cells)
        for column, cell in cells.items():
            if len(cell) > LONGEST_CELL:
                raise row.error(f"{column} tem {len(cell)} letras e o limite é {LONGEST_CELL}", "Escreva menos.")
            if cell.startswith(_FORMULA):
                raise row.error(f'{column} começa com "{cell[0]}"', "Uma planilha leria uma fórmula: tire este sinal.")


def _check_lasting(table: Table, before: Rows, rows: Rows) -> None:
    if table.lasting is None:
        return
    kept = {row.get(table.lasting, "") for row in rows}
    gone = [name for row in before if (name := row[table.lasting]) not in kept]
    if gone:
        remedy = "Para fechar um núcleo, use redirecionamentos.csv." if table.name == "nucleos" else "Ponha de volta."
        raise FactsError(f"{table.file}: {table.lasting} {', '.join(gone)} não pode sair, porque é usado. {remedy}")


def _check_open_days(facts: OfficeFacts, at: datetime) -> None:
    """That every unit opens within a year from now, and from the first day of every closure to come."""
    starts = {
        day
        for closure in facts.closures
        if closure.whole_day and closure.first.year and (day := closure.first.falls_on(closure.first.year))
    }
    today = at.astimezone(CUIABA).date()
    instants = [at, *(at + (day - today) for day in sorted(starts) if day > today)]
    for nucleo in _told_apart(facts):
        for instant in instants:
            next_opening(facts, instant, nucleo)


def _told_apart(facts: OfficeFacts) -> Iterable[str | None]:
    """One unit for each set of closures that some unit has: those named in one, one of each seat named, and any."""
    named = {nucleo for closure in facts.closures for nucleo in closure.nucleos}
    seats = {closure.seat for closure in facts.closures}
    of_seat = {nucleo.seat: nucleo.id for nucleo in facts.nucleos.values() if nucleo.seat in seats}
    return [None, *named, *of_seat.values()]
