"""Many rows into a table at once, in the quickest way that each database has."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import JSON, Table
from sqlalchemy.engine import Connection

from defensoria.conversations.models import Instant

_to_json = json.JSONEncoder().encode


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that all name the same columns."""
    if not rows:
        return
    names = list(rows[0])
    with_zone = connection.dialect.name == "postgresql"
    kinds = [_kind(table.c[name].type, with_zone) for name in names]
    values = ([None if row[name] is None else kind(row[name]) for name, kind in zip(names, kinds)] for row in rows)  # noqa: B905 - millions
    columns = ", ".join(names)
    if with_zone:
        _copy(connection, f"COPY {table.name} ({columns}) FROM STDIN WITH (FORMAT csv)", values)
    else:
        places = ", ".join("?" for _ in names)
        insert = f"INSERT INTO {table.name} ({columns}) VALUES ({places})"  # noqa: S608 - our own names
        connection.connection.cursor().executemany(insert, values)


def _copy(connection: Connection, command: str, rows: Iterable[Sequence[Any]]) -> None:
    text = io.StringIO()
    # None is written as nothing at all, which COPY reads as NULL.
    csv.writer(text).writerows(rows)
    text.seek(0)
    connection.connection.cursor().copy_expert(command, text)


def _kind(type: Any, with_zone: bool) -> Callable[[Any], Any]:
    if isinstance(type, Instant):
        return datetime.isoformat if with_zone else _instant
    return _to_json if isinstance(type, JSON) else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _instant(at: datetime) -> str:
    """As SQLAlchemy keeps it on SQLite, in UTC and to the microsecond."""
    return at.astimezone(timezone.utc).replace(tzinfo=None).isoformat(" ", "microseconds")
