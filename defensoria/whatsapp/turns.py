"""How many citizens the bot answers at once: a crowd waits its turn and is no failure, as long as anybody is answered.

All at once they would share the one processor that Rasa uses, and everybody's time-out would run out together.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from defensoria.whatsapp.bot import BotFailed

T = TypeVar("T")


class Turns:
    """Lets in so many at once, in the order they came.

    Args:
        at_once: how many.
        timeout: seconds in which an answer comes to whoever is let in, and to somebody while others wait.
    """

    def __init__(self, at_once: int, timeout: float) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._timeout = timeout
        self._answered_at = 0.0
        self.stuck = False
        """Whether the last who was let in got no answer in time."""

    async def take(self, answer: Callable[[], Awaitable[T]], waited: float = 0.0) -> T:
        """What `answer` returns, asked for as soon as there is a place.

        Args:
            waited: seconds that whoever asks has waited already: they count where nobody is answered.

        Raises:
            BotFailed: no answer in time.
        """
        since = time.monotonic() - (waited if self.stuck else 0.0)
        await self._place(since)
        try:
            # Who has waited in vain for everybody's answer does not wait as long again for their own.
            answered = await asyncio.wait_for(answer(), self._left(since))
        except asyncio.TimeoutError:
            self.stuck = True
            raise BotFailed("time-out") from None
        finally:
            self._places.release()
        self._answered_at, self.stuck = time.monotonic(), False
        return answered

    async def _place(self, since: float) -> None:
        while (left := self._left(since)) > 0:
            try:
                await asyncio.wait_for(self._places.acquire(), left)
                return
            except asyncio.TimeoutError:
                continue
        raise BotFailed("nobody is answered")

    def _left(self, since: float) -> float:
        return max(since, self._answered_at) + self._timeout - time.monotonic()
