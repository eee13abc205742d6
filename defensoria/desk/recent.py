"""What was worked out a moment ago and is asked for again at once, such as the tables of a page for its charts."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """The last few values, each for some seconds. Any thread may ask.

    Args:
        most: how many are kept.
        seconds: how long each is.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._kept: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._lock = Lock()

    def keep(self, key: Hashable, value: T) -> None:
        """Keep a value, in place of the oldest where there is no more room."""
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = (monotonic(), value)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def get(self, key: Hashable) -> T | None:
        """The value, while it is recent."""
        with self._lock:
            at, value = self._kept.get(key, (0.0, None))
            return value if monotonic() - at <= self._seconds else None
