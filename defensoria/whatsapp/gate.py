"""Who may knock at the webhook, and how loudly: signed bodies of a bounded size, and few wrong tries an address.

What Meta signed is never counted, whatever others try from the same address.
"""

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sanic.request import Request
from sanic.response import HTTPResponse, text

from defensoria.whatsapp.signature import HEADER, is_genuine, is_signature

MOST_BYTES = 3 * 1024 * 1024
"""Meta's payloads have at most 3 MB (Webhooks, "Payload size")."""
REFUSALS = parse("30/minute")
"""Answers of 403 to one address; from then on it is 429."""


class Gate:
    """Refuses, and counts whom. The counts are this process's own.

    Args:
        app_secret: the key of Meta's signature; empty refuses everything.
    """

    def __init__(self, app_secret: str) -> None:
        self._app_secret = app_secret
        self._counts = MemoryStorage()
        self._limiter = FixedWindowRateLimiter(self._counts)

    async def body_of(self, request: Request) -> bytes | None:
        """The raw body, if Meta signed it. What carries no signature at all is not even read.

        Raises:
            sanic.exceptions.PayloadTooLarge: it has more than `MOST_BYTES`; no more than those were read.
        """
        # Rasa's server takes 100 MB for models, and lifts every limit for a handler that reads its body by itself.
        request.stream.request_max_size = MOST_BYTES
        header = request.headers.get(HEADER)
        if not is_signature(header):
            return None
        await request.receive_body()
        body: bytes = request.body
        return body if is_genuine(body, header, self._app_secret) else None

    def refuse(self, request: Request) -> HTTPResponse:
        """403, or 429 to an address that was refused too often within the minute."""
        if self._limiter.hit(REFUSALS, request.remote_addr or request.ip):
            return text("forbidden", status=403)
        return text("too many tries", status=429, headers={"Retry-After": "60"})
