"""What just happened in the store, read once for the whole process and handed to every open page."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from defensoria.conversations import desk_views, events
from defensoria.conversations.database import Database
from defensoria.conversations.models import AtendimentoEvent

logger = logging.getLogger(__name__)

_PACE_SECONDS = 0.7
_BATCH = 500
# PostgreSQL may commit a lower id after a higher one: the last ids are read again, and those seen are skipped.
_OVERLAP = 200
_REMEMBERED = 5000
_MOST_UNREAD = 200


@dataclass(frozen=True)
class Change:
    """That something of `kind` happened to a conversation of a núcleo. `id` is the event's."""

    id: int
    kind: str
    protocolo: str
    nucleo: str | None


class Missed:
    """That more happened than can be told one by one: look at everything again."""


Subscription = asyncio.Queue[Change | Missed]


class Feed:
    """Follows the events of conversations that were handed to a person."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._highest = 0
        self._seen: set[int] = set()
        self._recent: deque[Change] = deque(maxlen=_REMEMBERED)
        self._subscriptions: set[Subscription] = set()

    @property
    def newest(self) -> int:
        """Id of the last change handed out: a page made now misses nothing that comes after it."""
        return self._recent[-1].id if self._recent else 0

    @contextmanager
    def subscribe(self, since: int | None) -> Iterator[Subscription]:
        """The changes after the one with id `since`, then those to come; `Missed` first when it is not remembered."""
        subscription: Subscription = asyncio.Queue(_MOST_UNREAD)
        self._replay(subscription, since)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    async def run(self) -> None:
        """Follow until cancelled. A failure of the database is logged and tried again."""
        await self.start()
        while True:
            try:
                more = await self.read()
            except Exception:
                logger.exception("The events could not be read; trying again.")
                more = False
            if not more:
                await asyncio.sleep(_PACE_SECONDS)

    async def start(self) -> None:
        """Count from what has happened until now. A failure of the database is logged and tried again."""
        while True:
            try:
                self._highest = await self._database.read(events.last_event_id)
                rows, _ = await self._database.read(self._read)
            except Exception:
                logger.exception("The events could not be read; trying again.")
                await asyncio.sleep(_PACE_SECONDS)
            else:
                self._remember(rows)
                # A mark to count from: pages made before anything happens have a place in what is remembered.
                self._recent.append(Change(self._highest, "start", "", None))
                return

    async def read(self) -> bool:
        """Hand out what is new. Returns whether there may be more at once."""
        rows, changes = await self._database.read(self._read)
        self._remember(rows)
        for change in changes:
            self._recent.append(change)
            for subscription in self._subscriptions:
                _put(subscription, change)
        return len(rows) == _BATCH

    def _read(self, session: Session) -> tuple[list[AtendimentoEvent], list[Change]]:
        rows = events.events_after(session, max(self._highest - _OVERLAP, 0), _BATCH)
        fresh = [row for row in rows if row.id not in self._seen]
        handed_over = desk_views.handed_over(session, {row.atendimento_id for row in fresh}) if fresh else {}
        told = [row for row in fresh if row.atendimento_id in handed_over]
        changes = [Change(row.id, row.kind, *handed_over[row.atendimento_id]) for row in told]
        # Who loses sight of a conversation learns that it went.
        gone = [
            Change(row.id, row.kind, handed_over[row.atendimento_id][0], row.data["from_nucleo"])
            for row in told
            if _left_its_nucleo(row)
        ]
        return rows, [*changes, *gone]

    def _remember(self, rows: list[AtendimentoEvent]) -> None:
        self._highest = max([self._highest, *(row.id for row in rows)])
        self._seen |= {row.id for row in rows}
        self._seen = {event_id for event_id in self._seen if event_id > self._highest - _OVERLAP}

    def _replay(self, subscription: Subscription, since: int | None) -> None:
        remembered = list(self._recent)
        place = next((place for place, change in enumerate(remembered) if change.id == since), None)
        if place is None:
            subscription.put_nowait(Missed())
            return
        for change in remembered[place + 1 :]:
            _put(subscription, change)


def _left_its_nucleo(event: AtendimentoEvent) -> bool:
    data = event.data or {}
    return event.kind == "transferred" and "from_nucleo" in data and data["from_nucleo"] != data.get("to_nucleo")


def _put(subscription: Subscription, change: Change) -> None:
    if subscription.full():
        while not subscription.empty():
            subscription.get_nowait()
        subscription.put_nowait(Missed())
    else:
        subscription.put_nowait(change)
