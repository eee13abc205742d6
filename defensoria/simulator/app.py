"""The simulator as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import aiohttp
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from defensoria.simulator import control, graph, media, page
from defensoria.simulator.bubbles import HERE
from defensoria.simulator.exchange import Exchange, utc_now
from defensoria.simulator.settings import SimulatorSettings
from defensoria.simulator.webhooks import AT_ONCE, WebhookSender

ANSWER_WITHIN = 10.0
"""Seconds an endpoint has to answer a webhook before it counts as not delivered."""


def create_app(
    settings: SimulatorSettings,
    *,
    now: Callable[[], datetime] = utc_now,
    first_wait: float = 0.5,
) -> Starlette:
    """Build the application.

    Args:
        now: the clock, aware.
        first_wait: seconds before a refused webhook is posted again the first time.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=AT_ONCE), timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        ) as client:
            webhooks = WebhookSender(
                url=settings.webhook_url, app_secret=settings.app_secret, client=client, first_wait=first_wait
            )
            exchange = app.state.exchange = Exchange(settings, webhooks, now=now)
            page.first_phones(exchange.phones)
            webhooks.subscribe(settings.verify_token)
            yield
            await exchange.aclose()
            await webhooks.aclose()

    static = Mount("/static", StaticFiles(directory=HERE / "static"))
    return Starlette(routes=[*page.routes, *control.routes, static, *graph.routes, *media.routes], lifespan=lifespan)
