"""A crowd at the bot: who waits is answered in the end, or told soon when nobody is."""

import asyncio
import time

import pytest

from defensoria.whatsapp.bot import BotFailed
from defensoria.whatsapp.turns import Turns


async def _after(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "answer"


async def test_a_crowd_waits_longer_than_the_time_out_while_others_are_answered():
    turns = Turns(at_once=2, timeout=0.2)
    answers = await asyncio.gather(*(turns.take(lambda: _after(0.05)) for _ in range(16)))
    assert answers == ["answer"] * 16


async def test_no_more_than_so_many_are_answered_at_once():
    turns, inside, most = Turns(at_once=3, timeout=5), 0, 0

    async def counted() -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.01)
        inside -= 1

    await asyncio.gather(*(turns.take(counted) for _ in range(12)))
    assert most == 3


async def test_when_nobody_is_answered_all_are_told_within_one_time_out():
    turns, begun = Turns(at_once=2, timeout=0.2), time.monotonic()
    failures = await asyncio.gather(*(turns.take(lambda: _after(60)) for _ in range(20)), return_exceptions=True)
    assert all(isinstance(failure, BotFailed) for failure in failures)
    assert time.monotonic() - begun < 0.35


async def test_when_nobody_is_answered_who_waited_elsewhere_does_not_wait_as_long_again():
    turns = Turns(at_once=1, timeout=0.2)
    with pytest.raises(BotFailed):
        await turns.take(lambda: _after(60))
    begun = time.monotonic()
    with pytest.raises(BotFailed):
        await turns.take(lambda: _after(60), waited=0.2)
    assert time.monotonic() - begun < 0.1


async def test_who_waited_long_is_answered_where_others_are():
    turns = Turns(at_once=1, timeout=0.2)
    assert await turns.take(lambda: _after(0.05), waited=60) == "answer"
    with pytest.raises(BotFailed):
        await turns.take(lambda: _after(60), waited=60)
    assert await turns.take(lambda: _after(0.05)) == "answer"
    assert await turns.take(lambda: _after(0.05), waited=60) == "answer"


async def test_a_failed_turn_makes_room():
    turns = Turns(at_once=1, timeout=0.1)
    with pytest.raises(BotFailed):
        await turns.take(lambda: _after(60))
    assert await turns.take(lambda: _after(0)) == "answer"
