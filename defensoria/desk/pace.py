"""How fast logins may be tried: by login and by address, never blocked for longer than the window."""

import asyncio
import math
import time
from typing import Any

from limits import parse_many
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

_BY_LOGIN = parse_many("5/minute;20/hour")
_BY_ADDRESS = parse_many("30/minute;200/hour")
"""An office shares one address and everyone logs in at noon: only failures count here."""


class LoginPace:
    """Counts tries in this process's memory, or in Redis for all processes.

    Args:
        redis_url: empty for memory.
    """

    def __init__(self, redis_url: str = "") -> None:
        self._storage = storage_from_string(redis_url or "memory://")
        self._limiter = MovingWindowRateLimiter(self._storage)

    async def try_now(self, login: str, address: str) -> int:
        """Count a try. Returns 0 when it may be made, otherwise the seconds to wait."""
        return await asyncio.to_thread(self._try_now, login, address)

    async def failed(self, address: str) -> None:
        """Count a wrong login or password against the address."""
        await asyncio.to_thread(lambda: [self._limiter.hit(limit, "address", address) for limit in _BY_ADDRESS])

    async def succeeded(self, login: str) -> None:
        """Forget the tries of this login."""
        await asyncio.to_thread(lambda: [self._limiter.clear(limit, "login", login) for limit in _BY_LOGIN])

    async def reachable(self) -> bool:
        """Whether what counts can be asked now."""
        return bool(await asyncio.to_thread(self._storage.check))

    def _try_now(self, login: str, address: str) -> int:
        tests = [(limit, ("address", address), self._limiter.test) for limit in _BY_ADDRESS]
        # Counted before the password is looked at, so that many tries at once do not slip through together.
        hits = [(limit, ("login", login), self._limiter.hit) for limit in _BY_LOGIN]
        return max((self._wait(limit, *key) for limit, key, may in tests + hits if not may(limit, *key)), default=0)

    def _wait(self, limit: Any, *key: str) -> int:
        reset, _remaining = self._limiter.get_window_stats(limit, *key)
        return max(math.ceil(reset - time.time()), 1)
