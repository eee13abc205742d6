"""Rasa's memory of conversations, in the store of everything else."""

import asyncio

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from defensoria.conversations import tracker_store
from defensoria.conversations.database import Database
from defensoria.conversations.tracker_store import ServiceTrackerStore
from defensoria.settings import settings

MARIA = "5565900000001"
DOMAIN = Domain.from_dict({"slots": {"municipio": {"type": "text", "mappings": [{"type": "custom"}]}}})


@pytest.fixture
def store(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", database.url)
    settings.cache_clear()
    store = ServiceTrackerStore(DOMAIN)
    yield store
    store._database.dispose()
    settings.cache_clear()


def _heard(text: str) -> UserUttered:
    return UserUttered(text, {"name": "informar", "confidence": 1.0})


def _tracker(*events) -> DialogueStateTracker:
    return DialogueStateTracker.from_events(MARIA, list(events), DOMAIN.slots)


async def test_what_a_conversation_knows_is_there_again(store):
    assert await store.retrieve(MARIA) is None
    tracker = _tracker(SessionStarted(), _heard("moro em sinop"), SlotSet("municipio", "Sinop"))
    await store.save(tracker)
    again = await store.retrieve(MARIA)
    assert list(again.events) == list(tracker.events)
    assert again.get_slot("municipio") == "Sinop"


async def test_saving_again_adds_what_is_new_and_nothing_twice(store):
    await store.save(_tracker(SessionStarted(), _heard("oi")))
    tracker = await store.retrieve(MARIA)
    tracker.update(ActionExecuted("action_listen"))
    await store.save(tracker)
    await store.save(await store.retrieve(MARIA))
    kept = [event.type_name for event in (await store.retrieve(MARIA)).events]
    assert kept == ["session_started", "user", "action"]


async def test_a_new_session_forgets_and_the_whole_conversation_remains(store):
    await store.save(_tracker(SessionStarted(), SlotSet("municipio", "Sinop")))
    tracker = await store.retrieve(MARIA)
    tracker.update(SessionStarted())
    await store.save(tracker)
    assert (await store.retrieve(MARIA)).get_slot("municipio") is None
    assert len((await store.retrieve_full_tracker(MARIA)).events) == 3


async def test_what_nobody_uses_does_not_stay_in_memory(store, monkeypatch):
    monkeypatch.setattr(tracker_store, "_UNUSED_SECONDS", 0.3)
    await store.save(_tracker(SessionStarted(), _heard("moro em sinop")))
    assert list(store._kept) == [MARIA]
    for _ in range(100):
        if not store._kept:
            break
        await asyncio.sleep(0.05)
    assert not store._kept
    assert [event.type_name for event in (await store.retrieve(MARIA)).events] == ["session_started", "user"]


async def test_a_conversation_that_goes_on_stays_in_memory(store, monkeypatch):
    monkeypatch.setattr(tracker_store, "_UNUSED_SECONDS", 5.0)
    await store.save(_tracker(SessionStarted()))
    loop = asyncio.get_running_loop()
    kept_until = store._kept[MARIA].until
    await store.save(await store.retrieve(MARIA))
    assert store._kept[MARIA].until > kept_until
    store._forget_unused(loop)
    assert list(store._kept) == [MARIA]
