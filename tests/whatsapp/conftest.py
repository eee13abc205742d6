"""The channel on a running Sanic server, with a Graph API stand-in that keeps what it is sent."""

import asyncio
import json
import os
import socket
import time
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sanic import Sanic
from sanic.request import Request
from sanic.response import json as json_response
from sanic.response import raw
from sqlalchemy import select
from sqlalchemy.orm import Session

from defensoria.conversations import deliveries, serving
from defensoria.conversations.database import Database
from defensoria.conversations.models import Atendimento, Message, ServedCitizen
from defensoria.settings import settings
from defensoria.whatsapp.channel import WhatsAppChannel
from defensoria.whatsapp.signature import sign
from tests.agent import remembering, trained_agent

_ids = count(1)
PATIENCE = 20.0
APP_SECRET = os.environ["WHATSAPP_APP_SECRET"]


class GraphStandIn:
    """Takes messages as Meta does; `refuse_next` makes it answer the next ones with these HTTP statuses."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.read: list[str] = []
        self.refuse_next: list[int] = []

    async def messages(self, request: Request, _path: str) -> Any:
        """The messages endpoint."""
        body = request.json
        if body.get("status") == "read":
            self.read.append(body["message_id"])
            return json_response({"success": True})
        if self.refuse_next:
            return json_response({"error": {"code": 131016, "message": "busy"}}, status=self.refuse_next.pop(0))
        self.sent.append(body)
        return json_response({"messages": [{"id": f"wamid.OUT{next(_ids)}"}]})

    async def media(self, request: Request, _path: str) -> Any:
        """Any media id is this one small file."""
        if _path == "file":
            return raw(b"%PDF-1.1", content_type="application/pdf")
        return json_response({"url": f"http://{request.host}/file", "mime_type": "application/pdf"})

    def texts(self, to: str) -> list[str]:
        """What one citizen was told, in order."""
        return [_text(body) for body in self.sent if to in (body.get("to"), body.get("recipient"))]


def _anybody_waits(session: Session) -> bool:
    return bool(serving.left_alone(session, 1)) or session.scalar(select(ServedCitizen.citizen_id).limit(1)) is not None


def _text(body: dict[str, Any]) -> str:
    return body["text"]["body"] if body["type"] == "text" else body["interactive"]["body"]["text"]


class Line:
    """The webhook from Meta's side, and the store behind it."""

    def __init__(self, app: Sanic, client: httpx.AsyncClient, graph: GraphStandIn, database: Database) -> None:
        self.app, self.client, self.graph, self.database = app, client, graph, database
        self.maria, self.joao = (f"5565{next(_ids):08d}" for _ in range(2))

    async def post(self, payload: dict[str, Any] | bytes, secret: str = APP_SECRET) -> httpx.Response:
        """Deliver a payload, signed with `secret`."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        headers = {"X-Hub-Signature-256": sign(body, secret)} if secret else {}
        answer = await self.client.post("/webhooks/whatsapp/webhook", content=body, headers=headers)
        await self.read()
        return answer

    async def read(self) -> None:
        """Wait until all that was delivered is made into messages and statuses."""

        async def poll() -> None:
            while await self.database.read(deliveries.oldest, 1):
                await asyncio.sleep(0.005)

        await asyncio.wait_for(poll(), PATIENCE)

    async def say(self, citizen: str, text: str | None = None, wamid: str | None = None, **message: Any) -> str:
        """Deliver a citizen's message and wait for the bot's answer, which is returned."""
        before = len(self.graph.texts(citizen))
        assert (await self.post(inbound(citizen, text, wamid, **message))).status_code == 200
        await self.until(lambda: len(self.graph.texts(citizen)) > before)
        await self.idle()
        return "\n".join(self.graph.texts(citizen)[before:])

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something holds."""

        async def poll() -> None:
            while not condition():
                await asyncio.sleep(0.01)

        await asyncio.wait_for(poll(), PATIENCE)

    async def idle(self) -> None:
        """Wait until nobody waits or is being served."""

        async def poll() -> None:
            # Who was just taken is for an instant neither left alone nor known to the service.
            while self.app.ctx.service._serving or await self.database.read(_anybody_waits):
                await asyncio.sleep(0.01)

        await asyncio.wait_for(poll(), PATIENCE)

    async def rows(self, model: type) -> list[Any]:
        """Every row of a table, oldest first."""
        return await self.database.run(lambda session: session.scalars(select(model).order_by(model.id)).all())

    async def only_atendimento(self) -> Atendimento:
        """The one atendimento there is."""
        (atendimento,) = await self.rows(Atendimento)
        return atendimento

    async def messages(self) -> list[Message]:
        """Every message stored."""
        return await self.rows(Message)


def inbound(citizen: str, text: str | None = None, wamid: str | None = None, **message: Any) -> dict[str, Any]:
    """A webhook payload with one message of a citizen, text unless told otherwise."""
    content = {"type": "text", "text": {"body": text}} if text is not None else {}
    raw = {
        "from": citizen,
        "id": wamid or f"wamid.IN{next(_ids)}",
        "timestamp": str(int(time.time())),
        **content,
        **message,
    }
    contact = {"profile": {"name": "Maria"}, "wa_id": citizen}
    value = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [raw]}
    return {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}


@pytest_asyncio.fixture()
async def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Any) -> AsyncIterator[Line]:
    """The channel, running, on a Monday afternoon."""
    graph = GraphStandIn()
    # Sanic rewrites its own methods at each start and cannot do it twice in a process unless told it is a test.
    monkeypatch.setattr(Sanic, "test_mode", True)
    graph_app = Sanic(f"graph-{next(_ids)}", configure_logging=False)
    graph_app.add_route(graph.messages, "/<_path:path>", methods=["POST"])
    graph_app.add_route(graph.media, "/<_path:path>", methods=["GET"])
    graph_server = await _serve(graph_app)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'line.db'}")
    monkeypatch.setenv("WHATSAPP_GRAPH_URL", f"http://127.0.0.1:{_port(graph_server)}/v26.0")
    settings.cache_clear()

    app = Sanic(f"rasa-{next(_ids)}", configure_logging=False)
    app.ctx.agent = trained_agent()
    channel = WhatsAppChannel.from_credentials(None)
    app.blueprint(channel.blueprint(app.ctx.agent.handle_message), url_prefix="/webhooks/whatsapp")
    server = await _serve(app)
    base_url = f"http://127.0.0.1:{_port(server)}"
    with remembering(monkeypatch):
        async with httpx.AsyncClient(base_url=base_url) as client:
            yield Line(app, client, graph, app.ctx.database)
    for running in (server, graph_server):
        await running.before_stop()
        await running.close()
        await running.after_stop()
    settings.cache_clear()


async def _serve(app: Sanic) -> Any:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.after_start()
    return server


def _port(server: Any) -> int:
    return server.server.sockets[0].getsockname()[1]
