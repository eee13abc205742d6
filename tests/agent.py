"""The trained model with the real actions, in this process and loaded once for all tests that talk to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import pytest
from rasa.core.agent import Agent

from defensoria.conversations.tracker_store import ServiceTrackerStore
from defensoria.review.evaluation.agent import load_agent
from tests.conftest import MODEL


@lru_cache(maxsize=1)
def trained_agent() -> Agent:
    """The agent; its trackers are in memory."""
    return load_agent(MODEL)


@contextmanager
def remembering(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceTrackerStore]:
    """The agent's trackers are on `DATABASE_URL`, as in service."""
    store = ServiceTrackerStore(trained_agent().domain)
    monkeypatch.setattr(trained_agent().tracker_store, "_tracker_store", store)
    yield store
    store._database.dispose()
