"""Rasa's lock on a conversation: in memory by default, in Redis for several workers, and never in the way."""

import asyncio
import time
from pathlib import Path

import pytest
import yaml
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig
from redis import Redis

from defensoria.conversations import lock_store
from defensoria.conversations.lock_store import ServiceLockStore
from defensoria.settings import settings
from tests import redis_server

MARIA = "556599990001"
ENDPOINTS = Path(__file__).resolve().parents[2] / "endpoints.yml"


@pytest.fixture
def redis(monkeypatch):
    """A Redis server, named in this process's settings: its URL and its process."""
    program = redis_server.binary()
    if program is None:
        pytest.skip("no Redis on this machine: apt-get install redis-server")
    with redis_server.running(program) as (url, process):
        monkeypatch.setenv("REDIS_URL", url)
        settings.cache_clear()
        yield url, process
    monkeypatch.undo()
    settings.cache_clear()


async def _one_at_a_time(*stores: ServiceLockStore) -> int:
    """How many hold Maria's lock at once, at most."""
    inside, most = 0, 0

    async def hold(store: ServiceLockStore) -> None:
        nonlocal inside, most
        async with store.lock(MARIA):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.05)
            inside -= 1

    await asyncio.gather(*(hold(store) for store in stores for _ in range(3)))
    return most


def test_plain_rasa_finds_it_and_needs_no_redis():
    (kept,) = [LockStore.create(EndpointConfig(**yaml.safe_load(ENDPOINTS.read_text())["lock_store"]))]
    assert isinstance(kept, ServiceLockStore)
    assert asyncio.run(_one_at_a_time(kept)) == 1


async def test_two_workers_share_it_where_there_is_a_redis(redis):
    assert await _one_at_a_time(ServiceLockStore(), ServiceLockStore()) == 1
    with Redis.from_url(redis[0]) as client:
        assert client.keys() == []


async def test_without_redis_each_worker_has_its_own():
    assert await _one_at_a_time(ServiceLockStore(), ServiceLockStore()) == 2


async def test_a_lock_that_a_dead_worker_left_behind_ends_and_no_number_stays_in_redis(redis, monkeypatch):
    monkeypatch.setattr(lock_store, "_SHARED_SECONDS", 1.0)
    dead = ServiceLockStore()
    assert await dead._enter(MARIA, 0.1) is not None
    begun = time.monotonic()
    async with ServiceLockStore().lock(MARIA):
        assert 0.5 < time.monotonic() - begun < 5
    await asyncio.sleep(1.2)
    with Redis.from_url(redis[0]) as client:
        assert client.keys() == []


async def test_nobody_waits_for_an_answer_because_redis_is_away(redis, caplog):
    store = ServiceLockStore()
    redis[1].kill()
    redis[1].wait()
    begun = time.monotonic()
    assert await _one_at_a_time(store) == 1
    assert time.monotonic() - begun < 3
    assert caplog.text.count("Redis gave no lock") == 1
    assert MARIA not in caplog.text
