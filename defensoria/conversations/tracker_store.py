"""Rasa's tracker store in the service's own database, so that `DATABASE_URL` alone moves everything.

Named in `endpoints.yml`. Rasa makes and owns its table, `events`; ours are migrated apart (see `schema.py`).
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session, sessionmaker

from defensoria.conversations.database import Database
from defensoria.conversations.tracker import ShortTracker
from defensoria.settings import settings

_KEPT = 2000
"""How many citizens' trackers are kept in memory, some 100 kB each: whose conversation is under way."""
_UNUSED_SECONDS = 15 * 60.0
"""How long after its last turn: what is erased from the store is soon nowhere."""
_EVENTS = SQLTrackerStore.SQLEvent.__table__
# Written out once: to put one of these together takes longer than to run it.
_LAST_ID = select(func.max(_EVENTS.c.id)).where(_EVENTS.c.sender_id == bindparam("sender_id"))
_ADDED = insert(_EVENTS)


class Unwritten:
    """What Rasa is to remember of a turn, kept back to be written in one transaction with the rest of it.

    Attributes:
        tracker: as the turn left it, None while nothing was saved.
    """

    def __init__(self) -> None:
        self.tracker: ShortTracker | None = None
        self._store: ServiceTrackerStore | None = None

    def keep_back(self, tracker: ShortTracker, store: "ServiceTrackerStore") -> None:
        """Take a tracker that Rasa saves."""
        self.tracker, self._store = tracker, store

    def write(self, session: Session) -> None:
        """Write it. Where the transaction fails, the tracker in memory is not current and is read anew."""
        if self.tracker is not None and self._store is not None:
            self._store.add_events(session, self.tracker)


_unwritten: ContextVar[Unwritten | None] = ContextVar("unwritten", default=None)


@contextmanager
def kept_back() -> Iterator[Unwritten]:
    """Within the block, what Rasa saves in this task is not written."""
    unwritten = Unwritten()
    token = _unwritten.set(unwritten)
    try:
        yield unwritten
    finally:
        _unwritten.reset(token)


@dataclass(frozen=True)
class _Kept:
    """A tracker in memory, the domain it was read with, and until when it is kept, by the event loop's clock."""

    domain: Domain
    tracker: ShortTracker
    until: float


class ServiceTrackerStore(SQLTrackerStore):
    """Rasa's SQL tracker store on `DATABASE_URL`, in line with the rest of the service.

    Rasa's own reads and writes on the event loop, reads anew what it just wrote, and counts all that is there before
    it adds to it.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: EndpointConfig | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        # Rasa's own initialiser would open an engine without our pragmas; the one above it sets the rest.
        super(SQLTrackerStore, self).__init__(domain, event_broker, **kwargs)
        self._database = Database(settings().database_url)
        self.engine = self._database.engine
        self.Base.metadata.create_all(self.engine)
        self.sessionmaker = sessionmaker(bind=self.engine)
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def init_tracker(self, sender_id: str) -> ShortTracker:
        """An empty tracker."""
        return ShortTracker(sender_id, self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add the tracker's new events, or keep them back (see `kept_back`)."""
        await self.stream_events(tracker)
        if not isinstance(tracker, ShortTracker):
            tracker = await self._taken_up(tracker)
        self._keep(tracker)
        if (unwritten := _unwritten.get()) is not None:
            unwritten.keep_back(tracker, self)
        else:
            await self._database.run(self.add_events, tracker)

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> DialogueStateTracker | None:
        if fetch_events_from_all_sessions:
            return await self._read(sender_id, all_sessions=True)
        kept = self._kept.get(sender_id)
        current = kept is not None and await self._is_current(kept.domain, kept.tracker)
        tracker = kept.tracker if kept and current else await self._read(sender_id, all_sessions=False)
        if tracker is not None:
            return self._keep(tracker.shorten())
        # Rasa would make one of its own, which costs more and knows nothing of what is stored.
        return self.init_tracker(sender_id) if _unwritten.get() else None

    def _keep(self, tracker: ShortTracker) -> ShortTracker:
        loop = asyncio.get_running_loop()
        if not self._kept:
            loop.call_later(_UNUSED_SECONDS, self._forget_unused, loop)
        self._kept[tracker.sender_id] = _Kept(self.domain, tracker, until=loop.time() + _UNUSED_SECONDS)
        self._kept.move_to_end(tracker.sender_id)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return tracker

    def _forget_unused(self, loop: asyncio.AbstractEventLoop) -> None:
        # The least lately used come first.
        while self._kept:
            ends = next(iter(self._kept.values())).until
            if ends > loop.time():
                loop.call_at(ends, self._forget_unused, loop)
                return
            self._kept.popitem(last=False)

    async def _is_current(self, domain: Domain, tracker: ShortTracker) -> bool:
        """Whether a tracker in memory is what a read would give: a turn that failed, a new model or another process
        may have left it behind."""
        if domain is not self.domain or len(tracker.events) != tracker.stored:
            return False
        return await self._database.glance(self._last_id, tracker.sender_id) == tracker.last_id

    def _last_id(self, session: Session, sender_id: str) -> int | None:
        return session.scalar(_LAST_ID, {"sender_id": sender_id})

    async def _read(self, sender_id: str, all_sessions: bool) -> ShortTracker | None:
        rows = await self._database.read(self._read_events, sender_id, all_sessions)
        if not (self.domain and rows):
            return None
        tracker = ShortTracker.from_dict(sender_id, [json.loads(data) for _, data in rows], self.domain.slots)
        tracker.stored, tracker.last_id = len(tracker.events), rows[-1][0]
        return tracker

    async def _taken_up(self, tracker: DialogueStateTracker) -> ShortTracker:
        """A tracker that somebody made who does not know ours, such as Rasa's HTTP API."""
        ours = ShortTracker.from_events(tracker.sender_id, list(tracker.events), tracker.slots.values())
        ours.stored = await self._database.read(self._count, tracker.sender_id)
        return ours

    def _count(self, session: Session, sender_id: str) -> int:
        return int(self._event_query(session, sender_id, fetch_events_from_all_sessions=False).count())

    def _read_events(self, session: Session, sender_id: str, all_sessions: bool) -> list[tuple[int, str]]:
        # Of most who begin there is nothing, which is quicker to see than to read.
        if self._last_id(session, sender_id) is None:
            return []
        return [(row.id, row.data) for row in self._event_query(session, sender_id, all_sessions)]

    def add_events(self, session: Session, tracker: ShortTracker) -> None:
        """Write a tracker's new events, and note in it that they are stored."""
        rows = [_row(tracker.sender_id, event.as_dict()) for event in list(tracker.events)[tracker.stored :]]
        if not rows:
            return
        session.execute(_ADDED, rows)
        tracker.stored, tracker.last_id = len(tracker.events), self._last_id(session, tracker.sender_id)


def _row(sender_id: str, event: dict[str, Any]) -> dict[str, Any]:
    return {
        "sender_id": sender_id,
        "type_name": event["event"],
        "timestamp": event.get("timestamp"),
        "intent_name": event.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": event.get("name"),
        "data": json.dumps(event),
    }
