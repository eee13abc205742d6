"""The newest of something, in order and numbered, so that whoever asks again gets what is new and nothing twice."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST = 200_000


class Journal(Generic[T]):
    """Keeps the last `most` entries."""

    def __init__(self, most: int = _MOST) -> None:
        self._entries: deque[T] = deque(maxlen=most)
        self.count = 0

    def append(self, entry: T) -> None:
        """Add the newest."""
        self._entries.append(entry)
        self.count += 1

    def after(self, number: int) -> list[T]:
        """What came after the first `number` entries, as far as it is still kept."""
        dropped = self.count - len(self._entries)
        return list(islice(self._entries, max(number - dropped, 0), None))
