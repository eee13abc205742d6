"""The live stream of one page: ids of what changed among the conversations its user may see, as server-sent events."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from defensoria.conversations.desk_views import may_see
from defensoria.conversations.models import User
from defensoria.desk.feed import Change, Missed
from defensoria.desk.visits import Desk, Visit

_PING_SECONDS = 20
_RECHECK_SECONDS = 30.0
_RECONNECT_MILLISECONDS = 2000


async def stream(visit: Visit) -> Response:
    """Events `mudanca` with protocol and kind, and `atualizar` when everything is to be looked at again.

    `Last-Event-ID`, or `desde` in the address, is the last change the page knows of.
    """
    return EventSourceResponse(_events(visit, _since(visit.request)), ping=_PING_SECONDS)


async def _events(visit: Visit, since: int | None) -> AsyncIterator[ServerSentEvent]:
    user: User | None = visit.user
    checked = time.monotonic()
    with visit.desk.feed.subscribe(since) as subscription:
        yield ServerSentEvent(retry=_RECONNECT_MILLISECONDS)
        while user is not None:
            try:
                item = await asyncio.wait_for(subscription.get(), _RECHECK_SECONDS)
            except asyncio.TimeoutError:
                item = None
            if time.monotonic() - checked >= _RECHECK_SECONDS:
                session = await visit.desk.session(visit.token)
                user, checked = session.user if session else None, time.monotonic()
            if user is not None and item is not None and (event := _event(visit.desk, user, item)):
                yield event


def _event(desk: Desk, user: User, item: Change | Missed) -> ServerSentEvent | None:
    if isinstance(item, Missed):
        return ServerSentEvent(event="atualizar", id=str(desk.feed.newest), data="{}")
    if not item.protocolo or not may_see(user, item.nucleo):
        return None
    return ServerSentEvent(
        event="mudanca", id=str(item.id), data=json.dumps({"protocolo": item.protocolo, "kind": item.kind})
    )


def _since(request: Request) -> int | None:
    given = request.headers.get("last-event-id") or request.query_params.get("desde") or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 20 else None
