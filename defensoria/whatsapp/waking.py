"""Waiting to be woken: what every loop of the channel does between two looks at the store."""

import asyncio
import logging
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

from defensoria.settings import settings

logger = logging.getLogger(__name__)

_MOST_RINGS = 4096


async def until_woken(event: asyncio.Event, seconds: float) -> None:
    """Until `event` is set, and for `seconds` at most."""
    # `wait_for` loses a cancellation that comes as it ends, and then who waits here would never be cancelled.
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait([waiting], timeout=seconds)
    finally:
        waiting.cancel()


class Bell(str, Enum):
    """What processes of one machine tell each other: that there is something in the store to be dealt with.

    A bell only saves time. It is a pipe for each who listens, in a folder that they share; who cannot hear it, on
    another machine say, looks at the store by themselves.
    """

    INBOX = "inbox"
    """Somebody has written."""
    OUTBOX = "outbox"
    """There is something to send."""

    def ring(self) -> None:
        """Wake who listens, here and in other processes. Never raises."""
        with suppress(OSError):
            for pipe in os.scandir(_folder()):
                if pipe.name.startswith(f"{self.value}."):
                    _poke(pipe.path)

    @contextmanager
    def listen(self, on_ring: Callable[[], object]) -> Iterator[None]:
        """While the block runs `on_ring` is called at each ring, or once for some. For a running event loop."""
        try:
            pipe, end = _hang(self.value)
        except OSError as error:
            logger.warning("Nobody can wake this process, it looks by itself: %s.", error.strerror)
            yield
            return
        loop = asyncio.get_running_loop()

        def heard() -> None:
            os.read(end, _MOST_RINGS)
            on_ring()

        loop.add_reader(end, heard)
        try:
            yield
        finally:
            loop.remove_reader(end)
            pipe.unlink(missing_ok=True)
            os.close(end)


def _folder() -> Path:
    return settings().var_dir / "bells"


def _hang(name: str) -> tuple[Path, int]:
    """A pipe that can be found by who rings, and its end."""
    folder, unique = _folder(), uuid.uuid4().hex
    folder.mkdir(parents=True, exist_ok=True)
    unfinished, pipe = folder / unique, folder / f"{name}.{unique}"
    os.mkfifo(unfinished, 0o600)
    # Its other end is held open as well, or it would count as closed whenever nobody rings.
    end = os.open(unfinished, os.O_RDWR | os.O_NONBLOCK)
    # Found before it has a reader, it would be taken for one that a dead process left.
    unfinished.rename(pipe)
    return pipe, end


def _poke(pipe: str) -> None:
    try:
        end = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        # Left by a process that died: nobody reads it.
        Path(pipe).unlink(missing_ok=True)
        return
    try:
        # One that is full rings already.
        with suppress(BlockingIOError):
            os.write(end, b".")
    finally:
        os.close(end)
