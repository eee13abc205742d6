"""Posting signed webhooks until they are accepted, in order within a lane and side by side across lanes."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp

from defensoria.simulator.journal import Journal

logger = logging.getLogger(__name__)

AT_ONCE = 32
"""Posts under way at the same time; also the size of the connection pool."""


_NO_ANSWER = (aiohttp.ClientError, asyncio.TimeoutError, OSError)


class BacklogFull(Exception):
    """So many webhooks wait for the endpoint that no more are taken."""


@dataclass(frozen=True)
class Post:
    """One post of a webhook that was answered.

    Attributes:
        at: instant of the post, in seconds since 1970.
        seconds: from there to the answer.
        of: `from` of what a person wrote, `batch` of several such, `status`.
    """

    at: float
    seconds: float
    of: str
    status: int


@dataclass(frozen=True)
class _Delivery:
    body: bytes
    accepted: Callable[[], None] | None


def signature(body: bytes, app_secret: str) -> str:
    """The value of `X-Hub-Signature-256` for exactly these bytes."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


class WebhookSender:
    """Delivers at least once: whatever is not answered with 200 is posted again, after growing waits.

    Args:
        client: shared by all posts; closed by its owner.
        first_wait: seconds before the first repetition; each further wait doubles up to `longest_wait`.
        most_waiting: webhooks held at the same time.
    """

    def __init__(
        self,
        *,
        url: str,
        app_secret: str,
        client: aiohttp.ClientSession,
        first_wait: float = 0.5,
        longest_wait: float = 10.0,
        most_waiting: int = 100_000,
    ) -> None:
        self.url = url
        self.waiting = 0
        self.subscribed = False
        self.posts = Journal[Post]()
        self._refused: dict[str, str] = {}
        self._app_secret = app_secret
        self._client = client
        self._first_wait = first_wait
        self._longest_wait = longest_wait
        self._most_waiting = most_waiting
        self._lanes: dict[str, deque[_Delivery]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)

    def send(self, lane: str, payload: dict[str, Any], accepted: Callable[[], None] | None = None) -> None:
        """Queue a webhook behind the others of its lane; `accepted` is called when it was answered with 200.

        Raises:
            BacklogFull: too many are waiting.
        """
        if self.waiting >= self._most_waiting:
            raise BacklogFull(f"{self.waiting} webhooks wait for {self.url}: {self.problem}")
        delivery = _Delivery(json.dumps(payload, separators=(",", ":")).encode(), accepted)
        self.waiting += 1
        if lane in self._lanes:
            self._lanes[lane].append(delivery)
            return
        self._lanes[lane] = deque([delivery])
        self._start(self._drain(lane))

    @property
    def problem(self) -> str:
        """What was answered to the last refused request, while any is still refused; else empty."""
        return next(reversed(self._refused.values()), "")

    def subscribe(self, verify_token: str) -> None:
        """Verify the endpoint as Meta does when a webhook is configured, again and again until it agrees."""
        self._start(self._until("verification", partial(self._verify, verify_token)))

    async def aclose(self) -> None:
        """Stop posting; what waits is lost."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, lane: str) -> None:
        queue = self._lanes[lane]
        while queue:
            delivery = queue[0]
            await self._until(lane, partial(self._post, lane, delivery.body))
            queue.popleft()
            self.waiting -= 1
            if delivery.accepted is not None:
                delivery.accepted()
        del self._lanes[lane]

    async def _until(self, lane: str, attempt: Callable[[], Awaitable[str]]) -> None:
        wait = self._first_wait
        while True:
            async with self._slots:
                problem = await attempt()
            self._note(lane, problem)
            if not problem:
                return
            await asyncio.sleep(wait)
            wait = min(wait * 2, self._longest_wait)

    async def _post(self, lane: str, body: bytes) -> str:
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature(body, self._app_secret)}
        at, begun = time.time(), time.perf_counter()
        try:
            async with self._client.post(self.url, data=body, headers=headers, allow_redirects=False) as response:
                await response.read()
        except _NO_ANSWER as error:
            return f"{type(error).__name__} {error}".strip()
        # A lane's name goes on with a number, which is nobody's business here.
        self.posts.append(Post(at, time.perf_counter() - begun, lane.partition(" ")[0], response.status))
        return "" if response.status == 200 else f"HTTP {response.status}"

    async def _verify(self, verify_token: str) -> str:
        challenge = str(secrets.randbelow(10**10))
        query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
        try:
            async with self._client.get(self.url, params=query, allow_redirects=False) as response:
                answer = await response.read()
        except _NO_ANSWER as error:
            return f"{type(error).__name__} {error}".strip()
        if response.status != 200 or answer != challenge.encode():
            return f"HTTP {response.status} to the verification, without the challenge"
        self.subscribed = True
        return ""

    def _note(self, lane: str, problem: str) -> None:
        was_refused = bool(self._refused)
        self._refused.pop(lane, None)
        if problem:
            self._refused[lane] = problem
        # A lane's name holds a number, and every lane fails when the endpoint is down: one line for all.
        if problem and not was_refused:
            logger.warning("%s refused a webhook (%s); trying again until it accepts", self.url, problem)
        elif was_refused and not self._refused:
            logger.info("%s accepts every webhook again", self.url)
