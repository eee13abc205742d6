"""Waiting to be woken: what every loop of the channel does between two looks at the store."""

import asyncio

_LONGER = 1.2


async def until_woken(event: asyncio.Event, seconds: float) -> None:
    """Until `event` is set, and for `seconds` at most."""
    # `wait_for` loses a cancellation that comes as it ends, and then who waits here would never be cancelled.
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait([waiting], timeout=seconds)
    finally:
        waiting.cancel()


class Restlessness:
    """How long to rest between two looks at a store that other processes write to and cannot wake us: the shortest
    after something was found, longer each time that nothing is.

    Args:
        shortest: seconds.
        longest: seconds.
    """

    def __init__(self, shortest: float, longest: float) -> None:
        self._shortest, self._longest = shortest, longest
        self._seconds = longest

    def after(self, found: bool) -> float:
        """Seconds to rest after a look that found something, or nothing."""
        self._seconds = self._shortest if found else min(self._seconds * _LONGER, self._longest)
        return self._seconds
