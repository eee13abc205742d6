"""Waiting to be woken, which every loop of the channel does."""

import asyncio
import time

import pytest

from defensoria.whatsapp.waking import Restlessness, until_woken


async def _for_ever(event: asyncio.Event) -> None:
    while True:
        event.clear()
        await until_woken(event, 60)


@pytest.mark.parametrize("steps", range(6))
async def test_who_is_cancelled_while_being_woken_ends(steps: int):
    event = asyncio.Event()
    waiting = asyncio.create_task(_for_ever(event))
    await asyncio.sleep(0.01)
    event.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    waiting.cancel()
    ended, _ = await asyncio.wait([waiting], timeout=1)
    assert ended
    assert waiting.cancelled()


async def test_it_ends_when_woken_and_when_the_time_is_over():
    event = asyncio.Event()
    begun = time.monotonic()
    asyncio.get_running_loop().call_later(0.01, event.set)
    await until_woken(event, 60)
    assert time.monotonic() - begun < 30
    event.clear()
    await until_woken(event, 0.01)
    assert not event.is_set()


def test_who_found_something_looks_again_soon_and_less_often_the_longer_there_is_nothing():
    rest = Restlessness(shortest=0.01, longest=0.05)
    assert rest.after(found=False) == 0.05
    assert rest.after(found=True) == 0.01
    seconds = [rest.after(found=False) for _ in range(20)]
    assert seconds == sorted(seconds)
    assert (0.01 < seconds[0] < 0.02, seconds[-1]) == (True, 0.05)
