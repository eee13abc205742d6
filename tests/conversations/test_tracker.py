"""A short tracker: the dialogue goes on from it as it would from the whole."""

import asyncio
from itertools import count

import pytest
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.events import AllSlotsReset, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from defensoria.conversations.database import Database
from defensoria.conversations.tracker import ShortTracker
from defensoria.conversations.tracker_store import ServiceTrackerStore
from defensoria.settings import settings
from tests.agent import trained_agent

_numbers = count(1)
LONG = (
    "oi", "ajuda", "1", "voltar", "renda da família", "quem pode ser atendido?", "1", "hã?", "1", "ajuda", "voltar",
    "criminal", "voltar", "cível", "cuiabá", "?", "voltar", "várzea grande", "ajuda", "não", "cidade", "sinop", "s",
    "oi", "sinop",
)  # fmt: skip


@pytest.fixture
def store(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'trackers.db'}")
    settings.cache_clear()
    store = ServiceTrackerStore(trained_agent().domain)
    yield store
    store._database.dispose()
    settings.cache_clear()


def _talk(monkeypatch: pytest.MonkeyPatch, messages, store=None):
    """What is answered to each message and known after it; with our store, or with Rasa's own in memory."""
    agent, sender = trained_agent(), f"long-{next(_numbers)}"
    if store is not None:
        monkeypatch.setattr(agent.tracker_store, "_tracker_store", store)
    said = []
    for text in messages:
        output = CollectingOutputChannel()
        message = UserMessage(text, output, sender, input_channel="whatsapp", metadata={"protocolo": "2026.000001-3"})
        asyncio.run(agent.handle_message(message))
        tracker = asyncio.run(agent.tracker_store.retrieve(sender))
        said.append(([part.get("text") for part in output.messages], tracker.current_slot_values()))
    return said, tracker


def test_a_long_conversation_goes_as_with_rasas_own_tracker(monkeypatch, clock, store):
    with monkeypatch.context() as ours:
        shortened, tracker = _talk(ours, LONG, store)
    whole, full = _talk(monkeypatch, LONG)
    assert shortened == whole
    assert isinstance(tracker, ShortTracker)
    assert sum(isinstance(event, UserUttered) for event in full.events) == len(LONG)
    assert len(tracker.events) < len(full.events) / 2


def test_a_copy_and_its_original_do_not_learn_from_each_other(monkeypatch, clock, store):
    _, tracker = _talk(monkeypatch, LONG[:2], store)
    twin = tracker.copy()
    twin.update(SlotSet("municipio", "Sinop"))
    assert (tracker.get_slot("municipio"), twin.get_slot("municipio")) == (None, "Sinop")
    tracker.update(SlotSet("municipio", "Sorriso"))
    tracker.copy().update(AllSlotsReset())
    assert (tracker.get_slot("municipio"), twin.get_slot("municipio")) == ("Sorriso", "Sinop")


def test_the_store_keeps_what_the_short_tracker_leaves_out(monkeypatch, clock, store):
    _, tracker = _talk(monkeypatch, LONG, store)
    kept = asyncio.run(store.retrieve_full_tracker(tracker.sender_id))
    assert [event.text for event in kept.events if isinstance(event, UserUttered)] == list(LONG)


def test_a_store_started_anew_goes_on_where_the_last_one_ended(monkeypatch, clock, store):
    _, tracker = _talk(monkeypatch, LONG[:12], store)
    again = asyncio.run(ServiceTrackerStore(store.domain).retrieve(tracker.sender_id))
    assert again.current_slot_values() == tracker.current_slot_values()
    assert again.active_loop == tracker.active_loop
    assert again.latest_action_name == tracker.latest_action_name


def test_a_turn_that_was_not_saved_leaves_nothing_behind(monkeypatch, clock, store):
    _, tracker = _talk(monkeypatch, LONG[:3], store)
    tracker.update(UserUttered("nunca guardada"))
    assert asyncio.run(store.retrieve(tracker.sender_id)).latest_message.text == LONG[2]


def test_what_another_process_adds_is_seen(monkeypatch, clock, store):
    _, tracker = _talk(monkeypatch, LONG[:3], store)
    other = ServiceTrackerStore(store.domain)
    theirs = asyncio.run(other.retrieve(tracker.sender_id))
    theirs.update(UserUttered("de outro processo"))
    asyncio.run(other.save(theirs))
    assert asyncio.run(store.retrieve(tracker.sender_id)).latest_message.text == "de outro processo"


def test_a_copy_is_rasas_copy(monkeypatch, clock, store):
    _, tracker = _talk(monkeypatch, LONG[:6], store)
    ours, rasas = tracker.copy(), DialogueStateTracker.copy(tracker)
    assert ours.current_state() == rasas.current_state()
    ours.update(UserUttered("só na cópia"))
    assert tracker.latest_message.text != "só na cópia"
    assert len(tracker.events) + 1 == len(ours.events)


def test_a_database_with_a_purged_citizen_is_believed(monkeypatch, clock, store):
    _, tracker = _talk(monkeypatch, LONG[:3], store)
    database = Database(store.engine.url.render_as_string(hide_password=False))
    with database.transaction() as session:
        session.query(store.SQLEvent).filter_by(sender_id=tracker.sender_id).delete()
    database.dispose()
    assert asyncio.run(store.retrieve(tracker.sender_id)) is None
