"""The changes of one chat as server-sent events: nothing is missed between a page's reconnections."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import anyio

from defensoria.simulator.bubbles import bubble
from defensoria.simulator.phones import Phone

_RUN = secrets.token_hex(4)
"""Names this run of the simulator: change numbers of an earlier one mean nothing now."""

NOTICES_CLOSING_WITHIN = 0.5
"""Seconds until a quiet stream sees that the simulator is closing."""


def position(phone: Phone) -> str:
    """Where the stream of a chat stands; a page rendered now continues from here."""
    return f"{_RUN}:{phone.changes}"


async def events(
    phone: Phone, after: str, *, now: Callable[[], datetime], closing: anyio.Event
) -> AsyncIterator[dict[str, Any]]:
    """The events after a position, then those to come, until the simulator is closing.

    Yields:
        `message` with `{"message": …transcript entry…, "html": …bubble…}`, `typing` with `{"seconds": …}`, and
        `reload` when the position is of another run.
    """
    run, _, number = after.partition(":")
    seen = int(number) if number.isascii() and number.isdigit() else 0
    if after and run != _RUN:
        yield {"event": "reload", "data": "{}", "id": position(phone)}
        seen = phone.changes
    while not closing.is_set():
        until = phone.changes
        changed = [message for message in phone.messages.values() if message.changed > seen]
        for message in changed:
            data = {"message": message.as_json(), "html": str(bubble(phone, message))}
            event = {"event": "message", "data": json.dumps(data)}
            # Only the last one moves the position: whoever is cut off in between gets all of them again.
            yield {**event, "id": f"{_RUN}:{until}"} if message is changed[-1] else event
        if phone.typing_changed > seen and phone.typing_until is not None:
            seconds = (phone.typing_until - now()).total_seconds()
            yield {"event": "typing", "data": json.dumps({"seconds": max(seconds, 0)})}
        seen = until
        if phone.changes == seen:
            with anyio.move_on_after(NOTICES_CLOSING_WITHIN):
                await phone.wait_for_news()
