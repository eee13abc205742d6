"""Rasa's action server behind a token: only Rasa, which has it in its endpoints, may have an action run.

`rasa run actions` starts the same actions without one, for a designer's own machine.
"""

import logging
import os

from rasa_sdk.endpoint import create_app
from sanic.request import Request
from sanic.response import HTTPResponse, json

from defensoria.settings import settings
from defensoria.whatsapp.signature import is_same

_ACTIONS = "actions"
_OPEN = frozenset({"/health"})


async def require_token(request: Request) -> HTTPResponse | None:
    """403 for a call without the token of Rasa's API, which guards both; what tells only that we run is open."""
    if request.path in _OPEN or is_same(f"Bearer {settings().rasa_token}", request.headers.get("Authorization", "")):
        return None
    return json({"error": "the action server takes calls from Rasa only"}, status=403)


def main() -> None:
    """Serve the actions on the configured port, on the loopback interface unless SANIC_HOST says another."""
    logging.basicConfig(level=logging.WARNING)
    app = create_app(_ACTIONS, cors_origins=[])
    app.register_middleware(require_token, "request")
    app.run(os.environ.get("SANIC_HOST", "127.0.0.1"), settings().actions_port, access_log=False)


if __name__ == "__main__":
    main()
