"""Rasa's lock on a conversation: in this process's memory, and in Redis as well where `REDIS_URL` names one.

Named in `endpoints.yml`. Citizens who write by WhatsApp are kept to one worker each by the store (see `serving.py`);
this lock holds for everybody else who talks to Rasa, and nobody waits for an answer because Redis is away.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore, LockError, RedisLockStore
from rasa.utils.endpoints import EndpointConfig
from redis import Redis, RedisError

from defensoria.settings import settings

logger = logging.getLogger(__name__)

_SHARED_SECONDS = 10.0
"""After which a lock in Redis is one that a dead worker left behind: well before the bot's time-out."""
_LOOK_AGAIN_SECONDS = 0.1
_ANSWER_SECONDS = 1.0
_AWAY_SECONDS = 10.0
"""How long Redis is left alone once it did not answer: each try would hold up everybody."""


class ServiceLockStore(InMemoryLockStore):
    """A lock for each conversation, shared with other workers where there is a Redis and it answers."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        super().__init__()
        url = settings().redis_url
        self._shared = _SharedLocks(url) if url else None
        self._away_until = 0.0

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = _LOOK_AGAIN_SECONDS,
    ) -> AsyncGenerator[TicketLock, None]:
        """Hold the conversation's lock.

        Raises:
            LockError: it could not be had before the ticket's end.
        """
        async with super().lock(conversation_id, lock_lifetime, wait_time_in_seconds) as lock:
            ticket = await self._enter(conversation_id, wait_time_in_seconds)
            try:
                yield lock
            finally:
                self._leave(conversation_id, ticket)

    async def _enter(self, conversation_id: str, wait: float) -> int | None:
        if self._shared is None or time.monotonic() < self._away_until:
            return None
        try:
            ticket = self._shared.issue_ticket(conversation_id, _SHARED_SECONDS)
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._shared._acquire_lock(conversation_id, ticket, wait), _SHARED_SECONDS)
        except (LockError, RedisError) as error:
            self._note_away(error)
            return None
        return ticket

    def _leave(self, conversation_id: str, ticket: int | None) -> None:
        if self._shared is None or ticket is None:
            return
        try:
            self._shared.cleanup(conversation_id, ticket)
        except RedisError as error:
            self._note_away(error)

    def _note_away(self, error: Exception) -> None:
        self._away_until = time.monotonic() + _AWAY_SECONDS
        logger.warning("Redis gave no lock (%s): for a while only this process's own locks hold.", type(error).__name__)


class _SharedLocks(RedisLockStore):
    """Rasa's own locks in Redis, by the URL that the rest of the service takes."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.red = Redis.from_url(
            url, socket_timeout=_ANSWER_SECONDS, socket_connect_timeout=_ANSWER_SECONDS, retry_on_timeout=False
        )

    def save_lock(self, lock: TicketLock) -> None:
        """Write a lock, which never outlives the tickets in it: its key is a citizen's number."""
        self.red.set(self.key_prefix + lock.conversation_id, lock.dumps(), ex=int(_SHARED_SECONDS))
