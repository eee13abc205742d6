"""The office's facts as they were edited: every version of every table, who made it and when. None is ever changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.models import FactVersion

EDITED, IMPORTED, RESTORED, ORIGINAL = "edicao", "importacao", "restauracao", "arquivo"
"""How a version came about; the last is what the project's own file held when the table was first edited."""

_SYSTEM = "sistema"


class Overtaken(Exception):
    """Somebody else changed the table in the meantime; `by` is their login."""

    def __init__(self, by: str) -> None:
        super().__init__(f"changed by {by}")
        self.by = by


def numbers(session: Session) -> dict[str, int]:
    """Table → the number of its newest version, of the tables that were ever edited."""
    rows = session.execute(select(FactVersion.name, func.max(FactVersion.number)).group_by(FactVersion.name))
    return dict(tuple(row) for row in rows)


def standing(session: Session) -> dict[str, list[dict[str, str]]]:
    """Table → its rows in the newest version, of the tables that were ever edited."""
    newest = list(numbers(session).items())
    chosen = select(FactVersion).where(tuple_(FactVersion.name, FactVersion.number).in_(newest))
    return {one.name: one.rows for one in session.scalars(chosen)}


def version(session: Session, name: str, number: int) -> FactVersion | None:
    """One version of a table, or None."""
    return session.scalar(select(FactVersion).where(FactVersion.name == name, FactVersion.number == number))


def history(session: Session, name: str, before: int | None = None, limit: int = 20) -> list[FactVersion]:
    """The versions of a table, newest first.

    Args:
        before: only those with a smaller number.
    """
    chosen = select(FactVersion).where(FactVersion.name == name).order_by(FactVersion.number.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(FactVersion.number < before)
    return list(session.scalars(chosen))


def lock(session: Session) -> None:
    """Keep everybody else from changing facts until the transaction ends: tables are checked against each other."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {FactVersion.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def check_newest(session: Session, name: str, number: int) -> None:
    """See that the newest version of a table has this number: 0 where it was never edited.

    Raises:
        Overtaken: it has another.
    """
    last = next(iter(history(session, name, limit=1)), None)
    if number != (last.number if last else 0):
        raise Overtaken(last.author if last else _SYSTEM)


def keep(
    session: Session,
    name: str,
    rows: Sequence[Mapping[str, str]],
    author: str,
    how: str,
    based_on: int,
    original: Sequence[Mapping[str, str]],
    **more: Any,
) -> FactVersion:
    """Add a version of a table, which stands from now on.

    Args:
        name: the table.
        rows: all its rows, column → text.
        author: login of who changes it.
        how: one of the constants above.
        based_on: the number of the version that the author saw; 0 where the table had not been edited.
        original: the rows it had then, kept as version 0 before the first edit.
        more: `restored`, the number of the version that stands again.

    Raises:
        Overtaken: another version came in the meantime.
    """
    check_newest(session, name, based_on)
    if not history(session, name, limit=1):
        first = FactVersion(name=name, number=0, at=utc_now(), author=_SYSTEM, how=ORIGINAL, rows=_plain(original))
        session.add(first)
    added = FactVersion(name=name, number=based_on + 1, at=utc_now(), author=author, how=how, rows=_plain(rows), **more)
    session.add(added)
    session.flush()
    return added


def _plain(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [dict(row) for row in rows]
