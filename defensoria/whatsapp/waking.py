"""Waiting to be woken: what every loop of the channel does between two looks at the store."""

import asyncio


async def until_woken(event: asyncio.Event, seconds: float) -> None:
    """Until `event` is set, and for `seconds` at most."""
    # `wait_for` loses a cancellation that comes as it ends, and then who waits here would never be cancelled.
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait([waiting], timeout=seconds)
    finally:
        waiting.cancel()
