"""The live stream of one page: ids of what changed among the conversations its user may see, as server-sent events."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from defensoria.desk.feed import Change, Feed, Missed, Subscription
from defensoria.desk.visits import Visit

_PING_SECONDS = 20
_RECHECK_SECONDS = 30.0
_RECONNECT_MILLISECONDS = 2000


async def stream(visit: Visit) -> Response:
    """Events `mudanca` and, when everything is to be looked at again, `atualizar`.

    `mudanca` has protocol and kind of what changed, whether that conversation is the user's own (`mine`), and how many
    wait in the user's queue (`waiting`): a page that shows neither the conversation nor a list need not ask again.

    `Last-Event-ID`, or `desde` in the address, is the last change the page knows of.
    """
    return EventSourceResponse(_events(visit, _since(visit.request)), ping=_PING_SECONDS)


async def _events(visit: Visit, since: int | None) -> AsyncIterator[ServerSentEvent]:
    checked = time.monotonic()
    with visit.desk.feed.subscribe(visit.user, since) as subscription:
        yield ServerSentEvent(retry=_RECONNECT_MILLISECONDS)
        while True:
            try:
                item = await asyncio.wait_for(subscription.get(), _RECHECK_SECONDS)
            except asyncio.TimeoutError:
                item = None
            if time.monotonic() - checked >= _RECHECK_SECONDS:
                session = await visit.desk.session(visit.token)
                if session is None:
                    return
                subscription.follows(session.user)
                checked = time.monotonic()
            if item is not None and (event := told(visit.desk.feed, subscription, item)):
                yield event


def told(feed: Feed, to: Subscription, item: Change | Missed) -> ServerSentEvent | None:
    """The event for a change, or None for who lost sight of the conversation since that was kept for them."""
    if isinstance(item, Missed):
        return ServerSentEvent(event="atualizar", id=str(feed.newest), data="{}")
    if not to.sees(item.nucleo):
        return None
    data = {
        "protocolo": item.protocolo,
        "kind": item.kind,
        "mine": item.attendant_id == to.user.id,
        "waiting": feed.waiting(to.sees),
    }
    return ServerSentEvent(event="mudanca", id=str(item.id), data=json.dumps(data))


def _since(request: Request) -> int | None:
    given = request.headers.get("last-event-id") or request.query_params.get("desde") or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 20 else None
