"""The desk as an ASGI application, and what lives as long as it does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from defensoria.conversations.database import Database
from defensoria.conversations.desk_views import NotVisible
from defensoria.conversations.second_factor import Vault
from defensoria.desk import pages
from defensoria.desk.feed import Feed
from defensoria.desk.pace import LoginPace
from defensoria.desk.routes import routes
from defensoria.desk.security import SecurityHeaders
from defensoria.desk.visits import Desk
from defensoria.desk.witness import Witness
from defensoria.living_facts import Follower
from defensoria.planning import following
from defensoria.privacy.daily import keep_terms
from defensoria.settings import Settings
from defensoria.whatsapp.sender import Sender

_LARGEST_FORM = 256 * 1024


def create_app(database: Database, settings: Settings, sender: Sender | None = None) -> Starlette:
    """The desk over a database that has its tables.

    Args:
        database: the store; it stays the caller's to dispose.
        settings: of this process.
        sender: run while the application lives; None when something else empties the outbox.
    """
    app = _App(
        routes=routes(),
        exception_handlers={HTTPException: pages.refused, NotVisible: pages.refused, Exception: pages.failed},
        lifespan=_lifespan,
        max_body_size=_LARGEST_FORM,
    )
    app.state.desk = Desk(
        database=database,
        settings=settings,
        sender=sender,
        feed=Feed(database),
        pace=LoginPace(settings.redis_url),
        facts=Follower(database),
        witness=Witness(database),
        vault=Vault(settings.desk_secret_key),
    )
    return app


class _App(Starlette):
    def build_middleware_stack(self) -> ASGIApp:
        # Around everything, so that the pages for errors carry the headers as well.
        return SecurityHeaders(super().build_middleware_stack())


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    await desk.facts.look()
    # The purge and the planning run here rather than in Rasa's process, which needs its one processor for answering.
    work = [
        desk.feed.run(),
        desk.facts.run(),
        keep_terms(desk.database, desk.settings),
        following.follow(desk.database),
    ]
    if desk.sender is not None:
        work.append(desk.sender.run())
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
