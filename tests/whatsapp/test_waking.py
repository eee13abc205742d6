"""Waiting to be woken, which every loop of the channel does."""

import asyncio
import os
import sys
import time
from contextlib import ExitStack
from functools import partial

import pytest

from defensoria.whatsapp import waking
from defensoria.whatsapp.waking import Bell, until_woken


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


async def test_a_bell_wakes_everybody_who_listens_to_it_and_nobody_else():
    rung = []
    with ExitStack() as listening:
        for name, bell in (("a", Bell.INBOX), ("b", Bell.INBOX), ("c", Bell.OUTBOX)):
            listening.enter_context(bell.listen(partial(rung.append, name)))
        Bell.INBOX.ring()
        await asyncio.sleep(0.05)
    assert sorted(rung) == ["a", "b"]


async def test_a_bell_is_heard_in_another_process():
    event = asyncio.Event()
    with Bell.OUTBOX.listen(event.set):
        ring = "from defensoria.whatsapp.waking import Bell; Bell.OUTBOX.ring()"
        ringing = await asyncio.create_subprocess_exec(sys.executable, "-c", ring)
        await until_woken(event, 30)
    assert event.is_set()
    assert await ringing.wait() == 0


async def test_a_bell_that_rings_and_rings_is_heard_once_more_by_who_was_busy():
    rung = []
    with Bell.INBOX.listen(partial(rung.append, "a")):
        for _ in range(10_000):
            Bell.INBOX.ring()
        await asyncio.sleep(0.05)
    assert 1 <= len(rung) < 10


async def test_what_a_dead_process_left_is_taken_away_and_who_went_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(waking, "_folder", lambda: tmp_path)
    os.mkfifo(tmp_path / "inbox.left")
    with Bell.INBOX.listen(bool):
        Bell.INBOX.ring()
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []


async def test_where_no_bell_can_be_hung_everything_else_goes_on(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(waking, "_folder", lambda: tmp_path / "file" / "bells")
    with Bell.INBOX.listen(bool):
        Bell.INBOX.ring()
    assert "looks by itself" in caplog.text
