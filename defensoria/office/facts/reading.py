"""Reading the facts' files: each value comes out typed, or a `FactsError` says file, line, reason and what to do."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from defensoria.office.facts.records import Day
from defensoria.office.facts.tables import COLUMNS

Choice = TypeVar("Choice", bound=Enum)
Record = TypeVar("Record")
Value = TypeVar("Value")
Cells = Mapping[str, str]
"""A row of a table as text: column → what is written there."""

_SOURCE_DATE = re.compile(r"s/d|\d{4}(-\d{2}(-\d{2})?)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DAY_MONTH = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
_EASTER = re.compile(r"pascoa([+-]\d{1,3})?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")
_MONEY = re.compile(r"\d+([.,]\d{2})?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class FactsError(ValueError):
    """A facts file that cannot be used. The message, for whoever edits the file, says where, why and what to do."""


@dataclass(frozen=True)
class Row:
    """One row of a CSV file or one record of a YAML file, with the line where it starts."""

    file: str
    line: int
    cells: Mapping[str, str | tuple[str, ...]]

    def error(self, reason: str, remedy: str) -> FactsError:
        """The error that points at this row."""
        return FactsError(f"{self.file}, linha {self.line}: {reason}. {remedy}")

    def optional(self, column: str) -> str | None:
        """The text of a cell, or None when it is empty."""
        cell = self.cells[column]
        if not isinstance(cell, str):
            raise self.error(f"{column} é uma lista", "Escreva um texto só.")
        return cell or None

    def text(self, column: str) -> str:
        """The text of a cell that must be filled."""
        cell = self.optional(column)
        if cell is None:
            raise self._empty(column)
        return cell

    def items(self, column: str) -> tuple[str, ...]:
        """The items of a cell: in CSV separated by `|`, in YAML a list."""
        cell = self.cells[column]
        parts = cell.split("|") if isinstance(cell, str) else cell
        return tuple(part.strip() for part in parts if part.strip())

    def pattern(self, column: str, shape: str, example: str) -> str:
        """The text of a cell that must match the regular expression `shape`."""
        cell = self.text(column)
        if not re.fullmatch(shape, cell):
            raise self.error(f'{column} "{cell}" não tem o formato esperado', f"Escreva como {example}.")
        return cell

    def choice(self, column: str, kind: type[Choice]) -> Choice:
        """The cell as a member of an enum."""
        return self._member(column, self.text(column), kind)

    def optional_choice(self, column: str, kind: type[Choice]) -> Choice | None:
        """The cell as a member of an enum, or None when it is empty."""
        cell = self.optional(column)
        return None if cell is None else self._member(column, cell, kind)

    def choices(self, column: str, kind: type[Choice]) -> tuple[Choice, ...]:
        """The items of a cell as members of an enum."""
        return tuple(self._member(column, item, kind) for item in self.items(column))

    def yes(self, column: str) -> bool:
        """`sim` or `nao`."""
        cell = self.text(column)
        if cell not in ("sim", "nao", "não"):
            raise self.error(f'{column} "{cell}" não é sim nem nao', "Escreva sim ou nao.")
        return cell == "sim"

    def integer(self, column: str) -> int:
        """A whole number, not negative."""
        cell = self.text(column)
        if not (cell.isascii() and cell.isdigit()):
            raise self.error(f'{column} "{cell}" não é um número inteiro', "Escreva só os dígitos, por exemplo 65.")
        return int(cell)

    def degrees(self, column: str, least: float, most: float) -> float:
        """A latitude or longitude in decimal degrees between `least` and `most`."""
        cell = self.text(column)
        if not _NUMBER.fullmatch(cell):
            raise self.error(f'{column} "{cell}" não é um número', "Use ponto decimal, por exemplo -15.6014.")
        if not least <= float(cell) <= most:
            raise self.error(f'{column} "{cell}" está fora de Mato Grosso', f"Espera-se entre {least} e {most}.")
        return float(cell)

    def money(self, column: str) -> Decimal:
        """Reais, without thousands separator: `1621.00` or `1621,00`."""
        cell = self.text(column)
        if not _MONEY.fullmatch(cell):
            raise self.error(f'{column} "{cell}" não é um valor em reais', "Escreva como 1621.00, sem ponto de milhar.")
        return Decimal(cell.replace(",", "."))

    def optional_day(self, column: str) -> date | None:
        """A full date, `AAAA-MM-DD` or `DD/MM/AAAA`, or None when the cell is empty."""
        cell = self.optional(column)
        if cell is None:
            return None
        iso, local = _ISO_DAY.fullmatch(cell), _DAY_MONTH.fullmatch(cell)
        try:
            if iso:
                return date(int(iso[1]), int(iso[2]), int(iso[3]))
            if local and local[3]:
                return date(int(local[3]), int(local[2]), int(local[1]))
        except ValueError:
            pass
        raise self.error(f'{column} "{cell}" não é uma data', "Escreva como 2026-01-31 ou 31/01/2026.")

    def day(self, column: str) -> date:
        """A full date that must be there."""
        found = self.optional_day(column)
        if found is None:
            raise self._empty(column)
        return found

    def calendar_day(self, column: str) -> Day:
        """A day of the calendar: `20/12` every year, `30/10/2026` once, `pascoa-47` counted from Easter Sunday."""
        cell = self.text(column)
        moving, fixed = _EASTER.fullmatch(cell), _DAY_MONTH.fullmatch(cell)
        if moving:
            return Day(from_easter=int(moving[1] or 0))
        if fixed:
            found = Day(day=int(fixed[1]), month=int(fixed[2]), year=int(fixed[3]) if fixed[3] else None)
            if found.falls_on(found.year or 2024):  # 2024 is a leap year: 29/02 is a day of some years
                return found
        raise self.error(f'{column} "{cell}" não é um dia', "Escreva como 20/12, 30/10/2026 ou pascoa-47.")

    def optional_time(self, column: str) -> time | None:
        """A time of day, `12:00`, or None when the cell is empty."""
        cell = self.optional(column)
        if cell is None:
            return None
        found = _TIME.fullmatch(cell)
        if not found or int(found[1]) > 23 or int(found[2]) > 59:
            raise self.error(f'{column} "{cell}" não é uma hora', "Escreva como 12:00.")
        return time(int(found[1]), int(found[2]))

    def source(self) -> dict[str, str]:
        """Where the row comes from and the date of that source: no fact stands without both."""
        return {"source": self.text("fonte"), "source_date": self.source_date("data")}

    def source_date(self, column: str) -> str:
        """The date of a source, as exact as it is known; a full date may also be written `DD/MM/AAAA`."""
        cell = self.text(column)
        if _DAY_MONTH.fullmatch(cell):
            return self.day(column).isoformat()
        if not _SOURCE_DATE.fullmatch(cell):
            remedy = "Escreva 2026, 2026-01, 2026-01-31 ou s/d quando a página não tem data."
            raise self.error(f'{column} "{cell}" não é a data de uma fonte', remedy)
        return cell

    def _empty(self, column: str) -> FactsError:
        return self.error(f"{column} está vazio", "Preencha.")

    def _member(self, column: str, value: str, kind: type[Choice]) -> Choice:
        try:
            return kind(value)
        except ValueError:
            known = ", ".join(str(member.value) for member in kind)
            raise self.error(f'{column} "{value}" não existe', f"Use um destes: {known}.") from None

    def known(self, column: str, value: str, index: Mapping[str, object], file: str) -> str:
        """`value` of `column` when `file` has it; otherwise the error that says so."""
        if value not in index:
            raise self.error(f'{column} "{value}" não existe em {file}', f"Corrija aqui ou acrescente em {file}.")
        return value


@dataclass(frozen=True)
class Files:
    """The facts' files in a folder, some of them replaced by rows that were edited elsewhere.

    Attributes:
        edited: name of a CSV file without its ending → the rows that stand instead.
    """

    folder: Path
    edited: Mapping[str, Sequence[Cells]] = field(default_factory=dict)

    def csv(self, name: str) -> Iterator[Row]:
        """The rows of a CSV file, or those that stand instead of it.

        Raises:
            FactsError: as `read_csv`. An edited row that lacks a column, of a newer version of the code, has it empty.
        """
        file = f"{name}.csv"
        if name not in self.edited:
            return read_csv(self.folder, file, COLUMNS[name])
        names = COLUMNS[name].split()
        # The line that each has in the table's CSV file, where the first is the header.
        return (
            Row(file, line, {name: cells.get(name, "") for name in names})
            for line, cells in enumerate(self.edited[name], start=2)
        )

    def yaml(self, file: str, columns: str) -> Iterator[Row]:
        """The records of a YAML file; see `read_yaml`."""
        return read_yaml(self.folder, file, columns)


def read_csv(folder: Path, file: str, columns: str) -> Iterator[Row]:
    """The rows of a CSV file with exactly these `columns` (names separated by spaces, in any order).

    Comma or semicolon separate the cells, and a byte-order mark is welcome: so spreadsheets save it. Empty rows are
    skipped.

    Raises:
        FactsError: the file is missing, is not UTF-8, or has another header or number of cells.
    """
    return parse_csv(file, _read(folder, file), columns)


def parse_csv(file: str, text: str, columns: str) -> Iterator[Row]:
    """As `read_csv`, for a text that came from elsewhere under the name of a `file`.

    Raises:
        FactsError: as there.
    """
    header = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    expected = columns.split()
    try:
        names = [name.strip() for name in next(reader, [])]
        if sorted(names) != sorted(expected):
            remedy = f"As colunas devem ser: {', '.join(expected)}."
            raise FactsError(f"{file}, linha 1: o cabeçalho não confere ({', '.join(names)}). {remedy}")
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _csv_row(file, line, names, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise FactsError(
            f"{file}, linha {reader.line_num}: as aspas não fecham ({error}). Confira as aspas desta linha."
        ) from error


def _csv_row(file: str, line: int, names: list[str], cells: list[str]) -> Row:
    row = Row(file, line, {name: cell.strip() for name, cell in zip(names, cells, strict=False)})
    if len(cells) != len(names):
        raise row.error(
            f"há {len(cells)} células e o cabeçalho tem {len(names)}", "Ponha entre aspas o texto que tem vírgula."
        )
    return row


def read_yaml(folder: Path, file: str, columns: str) -> Iterator[Row]:
    """The records of a YAML file that is a list of records with exactly these `columns`; values are texts or lists.

    Raises:
        FactsError: the file is missing, is not YAML, or a record has other fields.
    """
    try:
        root = yaml.compose(_read(folder, file), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise FactsError(
            f"{file}, linha {line}: não é YAML ({error.problem}). Confira o recuo e os dois-pontos."
        ) from error
    if not isinstance(root, yaml.SequenceNode):
        raise FactsError(f"{file}, linha 1: o arquivo não é uma lista. Comece cada registro com '- id:'.")
    for node in root.value:
        yield _yaml_row(file, node, set(columns.split()))


def _yaml_row(file: str, node: yaml.Node, expected: set[str]) -> Row:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    row = Row(file, node.start_mark.line + 1, {key.value: _yaml_cell(value) for key, value in pairs})
    found = set(row.cells)
    if found != expected or len(pairs) != len(found):
        raise row.error("os campos não conferem", f"Devem ser, uma vez cada: {', '.join(sorted(expected))}.")
    return row


def _yaml_cell(node: Any) -> str | tuple[str, ...]:
    if isinstance(node, yaml.SequenceNode):
        return tuple(str(_yaml_cell(item)) for item in node.value)
    return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""


def _read(folder: Path, file: str) -> str:
    try:
        return (folder / file).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FactsError(f"{file}: o arquivo não existe em {folder}. Ponha-o de volta.") from None
    except UnicodeDecodeError:
        raise FactsError(f"{file}: o arquivo não está em UTF-8. Salve como CSV UTF-8.") from None


def keyed(
    rows: Iterable[Row], build: Callable[[Row], Record], key: Callable[[Record], Value], what: str
) -> dict[Value, Record]:
    """The records built from `rows`, by a key that no two of them may share."""
    records: dict[Value, Record] = {}
    lines: dict[Value, int] = {}
    for row in rows:
        record = build(row)
        name = key(record)
        if name in records:
            said = name.value if isinstance(name, Enum) else name
            raise row.error(f'{what} "{said}" já está na linha {lines[name]}', "Apague uma das duas.")
        records[name], lines[name] = record, row.line
    return records
