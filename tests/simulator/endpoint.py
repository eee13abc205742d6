"""A business's webhook endpoint as an ASGI application: it checks every signature and keeps what it accepted."""

import asyncio
import hashlib
import hmac
import json
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

APP_SECRET = "segredo de teste"
VERIFY_TOKEN = "ficha de teste"


class Endpoint:
    """Answers 200, or first the statuses put into `refusals`; never accepts what names a number in `blocked`."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.accepted: list[dict[str, Any]] = []
        self.refusals: deque[int] = deque()
        self.blocked: set[str] = set()
        self.attempts = 0
        self.verified = False
        self.app = Starlette(routes=[Route("/webhook", self._verify), Route("/webhook", self._take, methods=["POST"])])

    async def _verify(self, request: Request) -> Response:
        query = request.query_params
        if query.get("hub.mode") != "subscribe" or query.get("hub.verify_token") != VERIFY_TOKEN:
            return Response(status_code=403)
        self.verified = True
        return PlainTextResponse(query["hub.challenge"])

    async def _take(self, request: Request) -> Response:
        self.attempts += 1
        raw = await request.body()
        expected = "sha256=" + hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
        if request.headers.get("x-hub-signature-256") != expected:
            return Response(status_code=403)
        if any(number.encode() in raw for number in self.blocked):
            return Response(status_code=500)
        if self.refusals:
            return Response(status_code=self.refusals.popleft())
        self.bodies.append(raw)
        self.accepted.append(json.loads(raw))
        return Response(status_code=200)

    @property
    def values(self) -> list[dict[str, Any]]:
        """The `value` of every change accepted."""
        return [change["value"] for body in self.accepted for entry in body["entry"] for change in entry["changes"]]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The inbound messages accepted, in order."""
        return [message for value in self.values for message in value.get("messages", [])]

    @property
    def statuses(self) -> list[dict[str, Any]]:
        """The statuses accepted, in order."""
        return [status for value in self.values for status in value.get("statuses", [])]


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """Serve an application, whose lifespan is its caller's, on a free port of this machine; gives its address."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, ws="none", lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve(sockets=[listening]))
    await until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


async def until(condition: Callable[[], bool], *, seconds: float = 3.0) -> None:
    """Wait until something holds; fail the test when it does not in time."""
    ends = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < ends, "did not happen in time"
        await asyncio.sleep(0.005)
