"""IT's pages for the office's living facts: seeing and editing tables, their history, CSV out and in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from urllib.parse import quote, urlencode

from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from defensoria.clock import office_now
from defensoria.conversations import facts as store
from defensoria.conversations import health
from defensoria.conversations.facts import Overtaken
from defensoria.conversations.models import FactVersion
from defensoria.desk import fact_words
from defensoria.desk.pages import render
from defensoria.desk.visits import Visit, clean
from defensoria.living_facts import change, check, rows_of
from defensoria.office.calendar import CUIABA
from defensoria.office.differences import Difference, differences
from defensoria.office.editing import TABLES, Rows, Table, from_csv, to_csv
from defensoria.office.facts import FactsError, office_facts
from defensoria.office.facts.reading import Cells

HOW: Mapping[str, str] = {
    store.EDITED: "edição na página",
    store.IMPORTED: "importação de CSV",
    store.RESTORED: "volta a uma versão anterior",
    store.ORIGINAL: "arquivo que veio com o sistema",
}
NEW = "nova"
"""Stands in an address where the line of a row would."""
LARGEST_FILE = 200 * 1024
MOST_FIELDS = 250
"""Fields of a row's form: every núcleo or comarca that is ticked is one."""

_FIRST_LINE = 2
"""The line of a table's first row in its CSV file, below the header."""
_SEARCHED_FROM = 15
_VERSIONS = 20
_ALL = 10_000
_FILE = re.compile(r"\b(\w+)\.csv\b")


@dataclass(frozen=True)
class _Change:
    """An edit that was asked for: the rows that shall stand and how they came about."""

    table: Table
    rows: Rows
    based_on: int
    how: str
    restored: int | None = None


async def tables_page(visit: Visit) -> Response:
    """The tables that may be edited, with their last change."""
    newest = await visit.desk.database.read(_newest)
    return render(
        visit,
        "facts.html",
        tables=[(table, fact_words.TABLES[table.name], newest.get(table.name)) for table in TABLES.values()],
        broken=visit.desk.facts.broken,
    )


async def table_page(visit: Visit) -> Response:
    """A table's rows."""
    return await _show_table(visit, _table(visit))


async def row_page(visit: Visit) -> Response:
    """The form of a row, or of a new one."""
    table = _table(visit)
    rows, number = await visit.desk.database.read(rows_of, table)
    line = _line(visit, rows)
    row = rows[line - _FIRST_LINE] if line else {}
    return _show_row(visit, table, row, line, number)


async def save_row(visit: Visit) -> Response:
    """Let a row say what its form says, or add it."""
    table = _table(visit)
    rows, _ = await visit.desk.database.read(rows_of, table)
    line = _line(visit, rows)
    row = _row_of(visit, table)
    edited = [*rows, row] if line is None else [*rows[: line - _FIRST_LINE], row, *rows[line - _FIRST_LINE + 1 :]]
    asked = _Change(table, edited, _based_on(visit), store.EDITED)
    try:
        return await _carry_out(visit, asked)
    except (FactsError, Overtaken) as error:
        why = _why_not(error, table, line or _FIRST_LINE + len(rows))
        return _show_row(visit, table, row, line, asked.based_on, why, _status(error))


async def remove_row(visit: Visit) -> Response:
    """Take a row out."""
    table = _table(visit)
    rows, _ = await visit.desk.database.read(rows_of, table)
    line = _line(visit, rows)
    if line is None:
        raise HTTPException(404)
    left = [*rows[: line - _FIRST_LINE], *rows[line - _FIRST_LINE + 1 :]]
    asked = _Change(table, left, _based_on(visit), store.EDITED)
    try:
        return await _carry_out(visit, asked)
    except (FactsError, Overtaken) as error:
        row = rows[line - _FIRST_LINE]
        return _show_row(visit, table, row, line, asked.based_on, _why_not(error, table), _status(error))


async def download(visit: Visit) -> Response:
    """The table as it stands, as a CSV file."""
    table = _table(visit)
    rows, _ = await visit.desk.database.read(rows_of, table)
    headers = {"Content-Disposition": f'attachment; filename="{table.file}"'}
    return Response(to_csv(table, rows), media_type="text/csv; charset=utf-8", headers=headers)


async def preview_import(visit: Visit) -> Response:
    """Check a CSV file whole and show what it would change."""
    table = _table(visit)
    file = visit.form.get("arquivo")
    if not isinstance(file, UploadFile) or not file.filename:
        return await _show_table(visit, table, "Escolha um arquivo CSV.", 422)
    content = await file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        return await _show_table(visit, table, f"O arquivo passa de {LARGEST_FILE // 1024} KB.", 413)
    try:
        rows = from_csv(table, content)
        await visit.desk.database.read(check, table, rows, office_now())
    except FactsError as error:
        return await _show_table(visit, table, _why_not(error, table), 422)
    before, number = await visit.desk.database.read(rows_of, table)
    return render(
        visit,
        "fact_import.html",
        table=table,
        words=fact_words.TABLES[table.name],
        changes=_told(table, differences(before, rows)),
        content=content.decode("utf-8-sig"),
        number=number,
    )


async def confirm_import(visit: Visit) -> Response:
    """Let a CSV file that was shown stand as the table."""
    table = _table(visit)
    try:
        rows = from_csv(table, visit.field("conteudo").encode())
        return await _carry_out(visit, _Change(table, rows, _based_on(visit), store.IMPORTED))
    except (FactsError, Overtaken) as error:
        return await _show_table(visit, table, _why_not(error, table), _status(error))


async def history_page(visit: Visit) -> Response:
    """What changed in a table, when and by whom, newest first."""
    table = _table(visit)
    asked = visit.request.query_params.get("antes")
    before = _number(asked) if asked else None
    # One more than shown: the difference of the oldest is to the one before it.
    versions = await visit.desk.database.read(store.history, table.name, before, _VERSIONS + 1)
    told = [
        (one, HOW[one.how], _told(table, differences(earlier.rows, one.rows)) if earlier else [])
        for one, earlier in zip_longest(versions, versions[1:])
    ]
    more = versions[_VERSIONS - 1].number if len(versions) > _VERSIONS else None
    words = fact_words.TABLES[table.name]
    return render(visit, "fact_history.html", table=table, words=words, versions=told[:_VERSIONS], more=more)


async def version_page(visit: Visit) -> Response:
    """An earlier version, and what would change if it stood again."""
    return await _show_version(visit, _table(visit))


async def restore(visit: Visit) -> Response:
    """Let an earlier version stand again, as a new one."""
    table = _table(visit)
    version = await _version(visit, table)
    asked = _Change(table, version.rows, _based_on(visit), store.RESTORED, restored=version.number)
    try:
        return await _carry_out(visit, asked)
    except (FactsError, Overtaken) as error:
        return await _show_version(visit, table, _why_not(error, table), _status(error))


async def _carry_out(visit: Visit, asked: _Change) -> Response:
    saved = await visit.desk.database.run(_unless_the_same, visit, asked)
    # This process looks at once; the others soon after.
    await visit.desk.facts.look()
    return RedirectResponse(f"{_address(asked.table)}?{urlencode({'salvo': saved})}", 303)


def _unless_the_same(session: Session, visit: Visit, asked: _Change) -> int:
    """The number of the new version; 0 where nothing would change."""
    standing, number = rows_of(session, asked.table)
    if number == asked.based_on and not differences(standing, asked.rows):
        return 0
    return int(
        change(
            session,
            asked.table,
            asked.rows,
            visit.user.login,
            asked.how,
            asked.based_on,
            office_now(),
            origin=visit.origin,
            restored=asked.restored,
        ).number
    )


async def _show_table(visit: Visit, table: Table, problem: str = "", status: int = 200) -> Response:
    rows, number = await visit.desk.database.read(rows_of, table)
    last = await visit.desk.database.read(store.version, table.name, number)
    search = clean(visit.request.query_params.get("busca"))[:80].strip()
    columns = fact_words.listed(table)
    shown = [
        (line, [fact_words.spoken(table, column, row.get(column, "")) for column in columns])
        for line, row in enumerate(rows, start=_FIRST_LINE)
    ]
    return render(
        visit,
        "fact_table.html",
        status,
        table=table,
        words=fact_words.TABLES[table.name],
        headings=[fact_words.label(table, column) for column in columns],
        rows=[one for one in shown if search.casefold() in " ".join(one[1]).casefold()],
        many=len(rows) > _SEARCHED_FROM,
        search=search,
        last=last,
        saved=visit.request.query_params.get("salvo", ""),
        problem=problem,
        broken=visit.desk.facts.broken.get(table.name),
        queues=await _redirected_queues(visit) if table.name == "redirecionamentos" else [],
    )


async def _redirected_queues(visit: Visit) -> list[tuple[str, int, int, int]]:
    """For each unit redirected today: its name and how many wait, are kept for its opening, and are being served."""
    facts, today = office_facts(), office_now().astimezone(CUIABA).date()
    units = [one.nucleo for one in facts.redirections if one.holds(today)]
    held = await visit.desk.database.read(health.held_in, units)
    return [(facts.nucleos[unit].name, *held[unit]) for unit in units]


def _show_row(
    visit: Visit, table: Table, row: Cells, line: int | None, number: int, problem: str = "", status: int = 200
) -> Response:
    return render(
        visit,
        "fact_row.html",
        status,
        table=table,
        words=fact_words.TABLES[table.name],
        cells=fact_words.cells(table, row, new=line is None),
        line=line,
        number=number,
        problem=problem,
    )


async def _show_version(visit: Visit, table: Table, problem: str = "", status: int = 200) -> Response:
    version = await _version(visit, table)
    rows, number = await visit.desk.database.read(rows_of, table)
    columns = fact_words.listed(table)
    return render(
        visit,
        "fact_version.html",
        status,
        table=table,
        words=fact_words.TABLES[table.name],
        version=version,
        how=HOW[version.how],
        headings=[fact_words.label(table, column) for column in columns],
        rows=[[fact_words.spoken(table, column, row.get(column, "")) for column in columns] for row in version.rows],
        changes=_told(table, differences(rows, version.rows)),
        number=number,
        problem=problem,
    )


def _told(table: Table, changes: list[Difference]) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """For each row that differs: what happened to it, what it is about, and its cells: heading, before, after."""
    return [
        (
            "entra" if one.before is None else "sai" if one.after is None else "muda",
            _gist(table, one.after or one.before or {}),
            [
                (
                    fact_words.label(table, column),
                    fact_words.spoken(table, column, (one.before or {}).get(column, ""), most=_ALL),
                    fact_words.spoken(table, column, (one.after or {}).get(column, ""), most=_ALL),
                )
                for column in table.columns
                if column in one.columns
            ],
        )
        for one in changes
    ]


def _gist(table: Table, row: Cells) -> str:
    said = [fact_words.spoken(table, column, row.get(column, "")) for column in fact_words.listed(table)]
    return " · ".join([words for words in said if words][:3])


def _row_of(visit: Visit, table: Table) -> Cells:
    row = {}
    for cell in fact_words.cells(table, {}, new=True):
        sent = [clean(value) for value in visit.form.getlist(cell.column)]
        parts = [part.strip() for value in sent for part in value.split("\n")]
        row[cell.column] = ("|" if cell.kind in ("several", "lines") else " ").join(part for part in parts if part)
    return row


def _table(visit: Visit) -> Table:
    table = TABLES.get(str(visit.request.path_params["tabela"]))
    if table is None:
        raise HTTPException(404)
    return table


def _line(visit: Visit, rows: Rows) -> int | None:
    """The line of the row that is meant, None for a new one."""
    asked = str(visit.request.path_params["linha"])
    if asked == NEW:
        return None
    line = _number(asked)
    if not _FIRST_LINE <= line < _FIRST_LINE + len(rows):
        raise HTTPException(404)
    return line


async def _version(visit: Visit, table: Table) -> FactVersion:
    number = _number(str(visit.request.path_params["numero"]))
    found = await visit.desk.database.read(store.version, table.name, number)
    if found is None:
        raise HTTPException(404)
    return found


def _number(asked: str) -> int:
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= 9):
        raise HTTPException(404)
    return int(asked)


def _based_on(visit: Visit) -> int:
    return _number(visit.field("versao"))


def _newest(session: Session) -> dict[str, FactVersion | None]:
    return {name: store.version(session, name, number) for name, number in store.numbers(session).items()}


def _why_not(error: FactsError | Overtaken, table: Table, line: int | None = None) -> str:
    """What is wrong, in the words of the page. That it is in `line`, which the page is about, need not be said."""
    if isinstance(error, Overtaken):
        return (
            f"{error.by} mudou esta tabela enquanto esta página estava aberta. Nada do que você fez foi salvo: "
            "volte à tabela, veja como ela ficou e faça de novo."
        )
    place, _, said = str(error).partition(": ")
    column, _, reason = said.partition(" ")
    if place.startswith(table.file) and column in table.columns:
        said = f"{fact_words.label(table, column)} {reason}"
    if place in (table.file, f"{table.file}, linha {line}"):
        said = said[:1].upper() + said[1:]
    else:
        said = f"{place.replace(f'{table.file}, linha', 'Linha')}: {said}"
    return _FILE.sub(_title, said)


def _title(found: re.Match[str]) -> str:
    words = fact_words.TABLES.get(found[1])
    return f"“{words.title if words else found[1].capitalize()}”"


def _status(error: FactsError | Overtaken) -> int:
    return 409 if isinstance(error, Overtaken) else 422


def _address(table: Table) -> str:
    return f"/administracao/fatos/{quote(table.name)}"
