"""How fast messages may go: WhatsApp's limits as buckets of tokens, one for the number and one a recipient."""

import time
from collections import OrderedDict
from collections.abc import Callable

RECIPIENT_BURST, RECIPIENT_SECONDS = 45, 6.0
_MOST_RECIPIENTS = 10_000


class TokenBucket:
    """Fills by one token every `seconds` up to `burst`; a message takes one.

    The rate limiter of the desk counts windows: after a burst it would hold a recipient for minutes, not for seconds.
    """

    def __init__(self, burst: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._seconds, self._now = burst, seconds, now
        self._tokens, self._filled_at = float(burst), now()

    @property
    def tokens(self) -> float:
        """What is in the bucket now."""
        return min(self._tokens + (self._now() - self._filled_at) / self._seconds, self._burst)

    @property
    def wait(self) -> float:
        """Seconds until a token can be taken; 0 when one can."""
        return max(1 - self.tokens, 0.0) * self._seconds

    def take(self) -> None:
        """Take one, which must be there."""
        self._tokens, self._filled_at = self.tokens - 1, self._now()


class RecipientPace:
    """A bucket for each recipient of late. The one longest not written to is forgotten first."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def of(self, address: str) -> TokenBucket:
        """The recipient's bucket."""
        bucket = self._buckets.setdefault(address, TokenBucket(RECIPIENT_BURST, RECIPIENT_SECONDS, self._now))
        self._buckets.move_to_end(address)
        if len(self._buckets) > _MOST_RECIPIENTS:
            self._buckets.popitem(last=False)
        return bucket
