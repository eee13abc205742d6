"""Works that wait for the database at the same time, done in one transaction: a commit costs more than most of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")

_MOST = 50


@dataclass(frozen=True)
class _Waiting:
    work: Callable[..., Any]
    args: tuple[Any, ...]
    done: "asyncio.Future[Any]"

    def settle(self, outcome: Any, error: BaseException | None = None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(outcome)
        else:
            self.done.set_exception(error)


class Together:
    """Runs what comes while a transaction is under way in the next one, in the order it came.

    Each caller is told after the commit. Where one fails, all of that transaction are undone and each is tried alone.

    Args:
        run: runs one work in a transaction of its own, as `Database.run` does.
    """

    def __init__(self, run: Callable[..., Awaitable[Any]]) -> None:
        self._run = run
        self._waiting: list[_Waiting] = []
        self._running: asyncio.Task[None] | None = None

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """Call `work(session, *args)`. Returns what it returns."""
        waiting = _Waiting(work, args, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run_all())
        outcome: T = await waiting.done
        return outcome

    async def _run_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            try:
                outcomes = await self._run(_each, batch)
            except Exception:
                for waiting in batch:
                    await self._run_alone(waiting)
            else:
                for waiting, outcome in zip(batch, outcomes, strict=True):
                    waiting.settle(outcome)

    async def _run_alone(self, waiting: _Waiting) -> None:
        try:
            waiting.settle(await self._run(waiting.work, *waiting.args))
        except Exception as error:
            waiting.settle(None, error)


def _each(session: Session, batch: Sequence[_Waiting]) -> list[Any]:
    return [waiting.work(session, *waiting.args) for waiting in batch]
