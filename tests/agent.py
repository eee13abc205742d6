"""The trained model with the real actions, in this process and loaded once for all tests that talk to it."""

from functools import lru_cache

from rasa.core.agent import Agent

from defensoria.review.evaluation.agent import load_agent
from tests.conftest import MODEL


@lru_cache(maxsize=1)
def trained_agent() -> Agent:
    """The agent; its trackers are in memory."""
    return load_agent(MODEL)
