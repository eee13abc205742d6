"""The office's facts while everything runs: an edit checked and kept, and taken up by every process within a minute.

The office knows no store and the store no office; this brings the two together, for the bot, its actions and the desk.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from defensoria.conversations import audit
from defensoria.conversations import facts as store
from defensoria.conversations.database import Database
from defensoria.conversations.models import FactVersion
from defensoria.office.editing import Rows, Table, checked, packaged, sound
from defensoria.office.facts import use

logger = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
CHANGED = "fato_alterado"
"""What the audit calls an edit."""


class Follower:
    """Keeps `office_facts()` of this process at what the office last edited.

    Attributes:
        broken: table → why its edit is not in force in this process; what stood before it still is.
    """

    def __init__(self, database: Database) -> None:
        self.broken: Mapping[str, str] = {}
        self._database = database
        self._seen: Mapping[str, int] = {}
        self._standing: Mapping[str, Rows] = {}
        self._looking = asyncio.Lock()

    async def run(self) -> None:
        """Look every few seconds, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Take up what was edited since the last look. Never raises: whatever goes wrong, the last good facts stay."""
        try:
            async with self._looking:
                edits = await self._database.read(_edits_since, self._seen)
                if edits is not None:
                    await asyncio.to_thread(self._take_up, *edits)
        except Exception:
            logger.exception("The office's facts could not be looked up; those that hold stay.")

    def report(self) -> dict[str, Mapping[str, Any]]:
        """What this process has taken up, as JSON: `versions` by table, and `broken`, those that cannot hold here."""
        return {"versions": self._seen, "broken": self.broken}

    def _take_up(self, newest: Mapping[str, int], edited: Mapping[str, Rows]) -> None:
        facts, self._standing, broken = sound(edited, self._standing)
        use(facts)
        self._seen = newest
        self.broken = {name: str(error) for name, error in broken.items()}
        for error in broken.values():
            logger.error("An edit of the office's facts cannot hold here; what stood before it stays: %s", error)
        logger.info("The office's facts were taken up as edited: %s", newest)


def take_up(session: Session) -> None:
    """Let the facts as last edited hold in this process, for a command that ends soon."""
    edited = store.standing(session)
    if edited:
        use(sound(edited)[0])


def rows_of(session: Session, table: Table) -> tuple[Rows, int]:
    """The rows of a table as they stand, and the number of their version: 0 where they are the packaged ones."""
    newest = next(iter(store.history(session, table.name, limit=1)), None)
    return (newest.rows, newest.number) if newest else (packaged(table), 0)


def check(session: Session, table: Table, rows: Rows, at: datetime) -> None:
    """See whether `rows` could stand as a table.

    Raises:
        FactsError: they could not; the message says where, why and what to do.
    """
    checked(table, rows, store.standing(session), at)


def change(
    session: Session,
    table: Table,
    rows: Rows,
    author: str,
    how: str,
    based_on: int,
    at: datetime,
    origin: str = "",
    restored: int | None = None,
) -> FactVersion:
    """Let `rows` stand as a table from now on, once they pass all checks; the audit is told.

    Args:
        table: the table edited.
        rows: all its rows.
        author: login of who changes it.
        how: a constant of `conversations.facts`.
        based_on: number of the version that the author saw.
        at: now, by the office's clock.
        origin: network address of the request.
        restored: number of the version that stands again, where it is one.

    Raises:
        FactsError: they cannot hold; nothing is changed.
        Overtaken: somebody else changed the table in the meantime.
    """
    store.lock(session)
    store.check_newest(session, table.name, based_on)
    check(session, table, rows, at)
    version = store.keep(session, table.name, rows, author, how, based_on, original=packaged(table), restored=restored)
    audit.record(session, author, CHANGED, origin=origin, tabela=table.name, versao=version.number)
    return version


def _edits_since(session: Session, seen: Mapping[str, int]) -> tuple[dict[str, int], dict[str, Rows]] | None:
    newest = store.numbers(session)
    return None if newest == seen else (newest, dict(store.standing(session)))
