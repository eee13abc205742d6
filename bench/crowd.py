"""The people of the plan at their phones: they write to the simulator, wait for answers, and write on."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bench.plan import Conversation, Delivery, Written

_BATCH = 4
_BATCH_SECONDS = 0.3
_LATE_SECONDS = 2.0
_POLL_SECONDS = 0.25
_PATIENCE_SECONDS = 30.0
"""How long a person waits for an answer before writing all the same."""
_CONNECTIONS = 16


@dataclass
class Heard:
    """What the phones know in the end: instants in seconds since 1970.

    Attributes:
        written: wamid of each message written → its instant.
        received: for each message that reached a phone, the office's own id of it (None where it gave none) and when.
    """

    written: dict[str, float] = field(default_factory=dict)
    received: list[tuple[int | None, float]] = field(default_factory=list)


class Crowd:
    """Plays a plan against a running simulator.

    Args:
        client: with the simulator's address as its base.
    """

    def __init__(self, client: aiohttp.ClientSession) -> None:
        self._client = client
        self._slots = asyncio.Semaphore(_CONNECTIONS)
        self._answered: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._batch: list[tuple[dict[str, Any], asyncio.Future[None]]] = []
        self.heard = Heard()

    async def play(self, plan: Sequence[Conversation]) -> None:
        """Return when everyone has written everything."""
        await asyncio.gather(*(self._converse(conversation) for conversation in plan))

    async def listen(self) -> None:
        """Hear what reaches the phones, until cancelled."""
        count = (await self._get("/simulator/messages?after=999999999999"))["count"]
        while True:
            news = await self._get(f"/simulator/messages?after={count}")
            count = news["count"]
            for message in news["messages"]:
                ours = message["biz_opaque_callback_data"]
                self.heard.received.append((int(ours) if ours else None, message["at"]))
                self._answered[message["wa_id"]].set()
            await asyncio.sleep(_POLL_SECONDS)

    async def write(self, wa_id: str, body: dict[str, Any]) -> str:
        """Write one message, as the simulator takes it. Returns its wamid."""
        sent = await self._send(f"/simulator/phones/{wa_id}/messages", body)
        self.heard.written[sent["id"]] = sent["at"]
        return str(sent["id"])

    async def acknowledged(self, begun: float) -> list[tuple[float, float]]:
        """The webhooks of messages posted since `begun`: when, and seconds until they were acknowledged."""
        posts = (await self._get("/simulator/webhooks"))["posts"]
        return [(post["at"], post["seconds"]) for post in posts if post["at"] >= begun and post["of"] != "status"]

    async def _converse(self, conversation: Conversation) -> None:
        answered = self._answered[conversation.wa_id]
        for place, written in enumerate(conversation.messages):
            if place and not written.impatient:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(answered.wait(), _PATIENCE_SECONDS)
            await asyncio.sleep(written.pause)
            answered.clear()
            await self._write(conversation.wa_id, written)

    async def _write(self, wa_id: str, written: Written) -> None:
        message = {"wa_id": wa_id, **written.body}
        if written.delivery is Delivery.BATCHED:
            await self._write_with_others(message)
        elif written.delivery is Delivery.TWICE:
            await self._post([message], times=2)
        elif written.delivery is Delivery.LATE:
            await self._post([message], delay=_LATE_SECONDS)
        else:
            await self.write(wa_id, written.body)

    async def _write_with_others(self, message: dict[str, Any]) -> None:
        posted = asyncio.get_running_loop().create_future()
        self._batch.append((message, posted))
        if len(self._batch) < _BATCH:
            await asyncio.wait([posted], timeout=_BATCH_SECONDS)
        if posted.done():
            return
        batch, self._batch = self._batch, []
        for _, waiting in batch:
            waiting.set_result(None)
        await self._post([message for message, _ in batch])

    async def _post(self, messages: list[dict[str, Any]], **how: float) -> None:
        sent = await self._send("/simulator/messages", {"messages": messages, **how})
        self.heard.written |= {message["id"]: message["at"] for message in sent["messages"]}

    async def _send(self, path: str, body: dict[str, Any]) -> Any:
        async with self._slots, self._client.post(path, json=body) as response:
            response.raise_for_status()
            return await response.json()

    async def _get(self, path: str) -> Any:
        async with self._client.get(path) as response:
            response.raise_for_status()
            return await response.json()
