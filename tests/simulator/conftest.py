"""A simulator and the endpoint it posts to, in this process."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from defensoria.simulator.app import create_app
from defensoria.simulator.content import Content
from defensoria.simulator.exchange import Exchange
from defensoria.simulator.phones import Direction, Message
from defensoria.simulator.settings import SimulatorSettings

from .endpoint import APP_SECRET, VERIFY_TOKEN, Endpoint, serving

TOKEN = "ficha de acesso"
MARIA = "5565900000001"


@dataclass
class Clock:
    """A clock that only moves when told to."""

    now: datetime = datetime(2026, 11, 23, 16, 0, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass
class Simulator:
    """The running simulator as its callers see it."""

    app: Starlette
    endpoint: Endpoint
    clock: Clock
    http: httpx.AsyncClient
    settings: SimulatorSettings
    headers: dict[str, str] = field(default_factory=lambda: {"Authorization": f"Bearer {TOKEN}"})

    @property
    def exchange(self) -> Exchange:
        exchange: Exchange = self.app.state.exchange
        return exchange

    async def write(self, body: dict[str, Any], wa_id: str = MARIA) -> str:
        """Send something from a phone; its wamid."""
        response = await self.http.post(f"/simulator/phones/{wa_id}/messages", json=body)
        assert response.status_code == 201, response.text
        wamid: str = response.json()["id"]
        return wamid

    async def graph(self, body: Any, *, version: str = "v26.0") -> httpx.Response:
        """Call the messages endpoint as the business."""
        path = f"/{version}/{self.settings.phone_number_id}/messages"
        return await self.http.post(path, json=body, headers=self.headers)

    async def send_text(self, text: str = "Olá", wa_id: str = MARIA, **more: Any) -> str:
        """Send a text as the business; its wamid."""
        response = await self.graph({"messaging_product": "whatsapp", "to": wa_id, "text": {"body": text}, **more})
        assert response.status_code == 200, response.text
        wamid: str = response.json()["messages"][0]["id"]
        return wamid

    async def chat(self, wa_id: str = MARIA) -> list[dict[str, Any]]:
        """The transcript of a phone."""
        messages: list[dict[str, Any]] = (await self.http.get(f"/simulator/phones/{wa_id}")).json()["messages"]
        return messages


@pytest.fixture
async def simulator(request: pytest.FixtureRequest) -> AsyncIterator[Simulator]:
    """A simulator with quick statuses and repetitions; settings can be given by an indirect parameter."""
    endpoint, clock = Endpoint(), Clock()
    async with serving(endpoint.app) as address:
        settings = SimulatorSettings(
            app_secret=APP_SECRET,
            access_token=TOKEN,
            verify_token=VERIFY_TOKEN,
            webhook_url=f"{address}/webhook",
            **{"status_delay": 0.0, **getattr(request, "param", {})},
        )
        app = create_app(settings, now=clock, first_wait=0.01)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://simulator.test") as http,
        ):
            yield Simulator(app=app, endpoint=endpoint, clock=clock, http=http, settings=settings)


@pytest.fixture
def make_message() -> Callable[[str], Message]:
    """Builds a message of the business with a given id; its text is the id."""

    def build(wamid: str) -> Message:
        return Message(
            id=wamid, direction=Direction.OUT, content=Content(type="text", text=wamid), at=Clock().now, payload={}
        )

    return build
