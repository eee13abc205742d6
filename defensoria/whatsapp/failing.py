"""Makes Rasa's failures known: it goes on after a failed action or a failed store as if nothing had been said or known.

What it would then answer is a guess: a triage that ends before it began, or a greeting in the middle of one.
"""

from contextvars import ContextVar
from typing import Any

from aiohttp import ServerDisconnectedError
from rasa.core.agent import Agent
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

_REJECTED = 400
"""The action server's answer of an action that does not want to run: no failure."""
_failures: ContextVar[list[str]] = ContextVar("failures")


def note_failures() -> list[str]:
    """A list of the failures of actions from now on in this task, filled in as they come."""
    failures: list[str] = []
    _failures.set(failures)
    return failures


class WatchedActions(EndpointConfig):
    """An action server whose failures are noted."""

    def __init__(self, actions: EndpointConfig) -> None:
        super().__init__(url=actions.url)
        self._actions = actions

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Run the action that Rasa asks for."""
        try:
            return await self._request(*args, **kwargs)
        except ClientResponseError as error:
            if error.status != _REJECTED:
                _note(error)
            raise
        except Exception as error:
            _note(error)
            raise

    async def _request(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return await self._actions.request(*args, **kwargs)
        except ServerDisconnectedError:
            # The kept connection was closed while nobody used it.
            return await self._actions.request(*args, **kwargs)


def watch(agent: Agent, actions: EndpointConfig | None = None) -> None:
    """Have the agent's failures noted or raised, also after it has loaded another model.

    Args:
        actions: what runs its actions in the place of the endpoint it was given.
    """
    if agent.action_endpoint is not None and not isinstance(agent.action_endpoint, WatchedActions):
        agent.action_endpoint = WatchedActions(actions or agent.action_endpoint)
    if agent.processor is not None:
        agent.processor.action_endpoint = agent.action_endpoint
    agent.tracker_store._on_tracker_store_error = _raise


def _note(error: Exception) -> None:
    _failures.get([]).append(type(error).__name__)


def _raise(error: Exception) -> None:
    raise error
