"""What just happened in the store, read once for the whole process and handed to every open page."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial

from sqlalchemy.orm import Session

from defensoria.conversations import desk_lists, desk_views, events
from defensoria.conversations.database import Database
from defensoria.conversations.desk_views import may_see
from defensoria.conversations.models import AtendimentoEvent, User

logger = logging.getLogger(__name__)

_PACE_SECONDS = 0.7
_BATCH = 500
# PostgreSQL may commit a lower id after a higher one: the last ids are read again, and those seen are skipped.
_OVERLAP = 200
_REMEMBERED = 5000
_MOST_UNREAD = 200


@dataclass(frozen=True)
class Change:
    """That something of `kind` happened to a conversation of a núcleo.

    `id` is the event's; `attendant_id` is of who has the conversation since, or had it last.
    """

    id: int
    kind: str
    protocolo: str
    nucleo: str | None
    attendant_id: int | None


class Missed:
    """That more happened than can be told one by one: look at everything again."""


class Subscription(asyncio.Queue[Change | Missed]):
    """What one stream has yet to tell: changes of conversations that its user may see, and no others.

    Args:
        user: as of now; the stream says so when that changes (see `follows`).
    """

    def __init__(self, user: User) -> None:
        super().__init__(_MOST_UNREAD)
        self.follows(user)

    def follows(self, user: User) -> None:
        """From now on it is for the user as given here."""
        self.user = user
        # Asked for every change, of every stream.
        self.sees = cache(partial(may_see, user))

    def tell(self, change: Change) -> None:
        """Keep a change to be told; where too many are kept already, `Missed` in place of them all."""
        if not change.protocolo or not self.sees(change.nucleo):
            return
        if self.full():
            while not self.empty():
                self.get_nowait()
            self.put_nowait(Missed())
        else:
            self.put_nowait(change)


class Feed:
    """Follows the events of conversations that were handed to a person."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._highest = 0
        self._seen: set[int] = set()
        self._recent: deque[Change] = deque(maxlen=_REMEMBERED)
        self._subscriptions: set[Subscription] = set()
        self._waiting: Mapping[str | None, int] = {}

    @property
    def newest(self) -> int:
        """Id of the last change handed out: a page made now misses nothing that comes after it."""
        return self._recent[-1].id if self._recent else 0

    def waiting(self, sees: Callable[[str | None], bool]) -> int:
        """How many wait, since the last change, in the queues of those núcleos of which `sees` says so."""
        return sum(count for nucleo, count in self._waiting.items() if sees(nucleo))

    @contextmanager
    def subscribe(self, user: User, since: int | None) -> Iterator[Subscription]:
        """Of what the user may see: the changes after the one with id `since`, then those to come.

        `Missed` is the first when that one is not remembered.
        """
        subscription = Subscription(user)
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
                ids, _ = await self._database.read(self._read)
            except Exception:
                logger.exception("The events could not be read; trying again.")
                await asyncio.sleep(_PACE_SECONDS)
            else:
                self._remember(ids)
                # A mark to count from: pages made before anything happens have a place in what is remembered.
                self._recent.append(Change(self._highest, "start", "", None, None))
                return

    async def read(self) -> bool:
        """Hand out what is new. Returns whether there may be more at once."""
        ids, changes = await self._database.read(self._read)
        self._remember(ids)
        for change in changes:
            self._recent.append(change)
            for subscription in self._subscriptions:
                subscription.tell(change)
        return len(ids) == _BATCH

    def _read(self, session: Session) -> tuple[Sequence[int], list[Change]]:
        ids = events.ids_after(session, max(self._highest - _OVERLAP, 0), _BATCH)
        fresh = [event_id for event_id in ids if event_id not in self._seen]
        if not fresh:
            return ids, []
        rows = events.with_ids(session, fresh)
        handed_over = desk_views.handed_over(session, {row.atendimento_id for row in rows})
        told = [row for row in rows if row.atendimento_id in handed_over]
        changes = [Change(row.id, row.kind, *handed_over[row.atendimento_id]) for row in told]
        # Who loses sight of a conversation learns that it went.
        gone = [
            replace(change, nucleo=row.data["from_nucleo"])
            for change, row in zip(changes, told, strict=True)
            if _left_its_nucleo(row)
        ]
        self._waiting = desk_lists.waiting_by_nucleo(session)
        return ids, [*changes, *gone]

    def _remember(self, ids: Sequence[int]) -> None:
        self._highest = max([self._highest, *ids])
        self._seen |= set(ids)
        self._seen = {event_id for event_id in self._seen if event_id > self._highest - _OVERLAP}

    def _replay(self, subscription: Subscription, since: int | None) -> None:
        remembered = list(self._recent)
        place = next((place for place, change in enumerate(remembered) if change.id == since), None)
        if place is None:
            subscription.put_nowait(Missed())
            return
        for change in remembered[place + 1 :]:
            subscription.tell(change)


def _left_its_nucleo(event: AtendimentoEvent) -> bool:
    data = event.data or {}
    return event.kind == "transferred" and "from_nucleo" in data and data["from_nucleo"] != data.get("to_nucleo")
