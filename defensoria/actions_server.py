"""Rasa's action server behind a token: only Rasa, which has it in its endpoints, may have an action run.

`rasa run actions` starts the same actions without one, for a designer's own machine.
"""

import asyncio
import logging
import os
from typing import Any

from rasa_sdk.endpoint import create_app
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from defensoria.conversations.database import Database
from defensoria.living_facts import Follower
from defensoria.settings import settings
from defensoria.whatsapp.signature import is_same

_ACTIONS = "actions"
_OPEN = frozenset({"/health"})


async def require_token(request: Request) -> HTTPResponse | None:
    """403 for a call without the token of Rasa's API, which guards both; what tells only that we run is open."""
    if request.path in _OPEN or is_same(f"Bearer {settings().rasa_token}", request.headers.get("Authorization", "")):
        return None
    return json({"error": "the action server takes calls from Rasa only"}, status=403)


async def follow_facts(app: Sanic, _loop: Any) -> None:
    """Keep up with the office's facts as they are edited."""
    app.ctx.database = Database(settings().database_url)
    # A store that does not answer shall not keep the actions from starting.
    app.ctx.facts = Follower(app.ctx.database)
    app.ctx.following = asyncio.create_task(app.ctx.facts.run())


async def stop_following(app: Sanic, _loop: Any) -> None:
    """End what `follow_facts` began."""
    app.ctx.following.cancel()
    await asyncio.gather(app.ctx.following, return_exceptions=True)
    app.ctx.database.dispose()


async def facts_in_force(request: Request) -> HTTPResponse:
    """Which edits of the office's facts this process has taken up."""
    return json(request.app.ctx.facts.report())


def main() -> None:
    """Serve the actions on the configured port, on the loopback interface unless SANIC_HOST says another."""
    logging.basicConfig(level=logging.WARNING)
    app = create_app(_ACTIONS, cors_origins=[])
    app.register_middleware(require_token, "request")
    app.add_route(facts_in_force, "/facts")
    app.register_listener(follow_facts, "before_server_start")
    app.register_listener(stop_following, "after_server_stop")
    app.run(os.environ.get("SANIC_HOST", "127.0.0.1"), settings().actions_port, access_log=False)


if __name__ == "__main__":
    main()
