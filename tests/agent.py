"""The trained model with the real actions, in this process and loaded once for all tests that talk to it."""

import logging
from functools import lru_cache
from typing import Any

from rasa.core.agent import Agent
from rasa.utils.endpoints import EndpointConfig
from rasa.utils.log_utils import configure_structlog
from rasa_sdk.executor import ActionExecutor

from defensoria.language.nlg import MenuNLG
from tests.conftest import MODEL


class ActionsInProcess(EndpointConfig):
    """The action server's executor, without the server."""

    def __init__(self) -> None:
        super().__init__(url="http://in-process")
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, *args: Any, json: Any = None, **kwargs: Any) -> Any:
        return await self._executor.run(json)


@lru_cache(maxsize=1)
def trained_agent() -> Agent:
    """The agent; its trackers are in memory."""
    configure_structlog(logging.WARNING)
    logging.getLogger("rasa").setLevel(logging.WARNING)
    assert MODEL.exists(), f"no model at {MODEL}: run `make train`"
    agent = Agent.load(str(MODEL), action_endpoint=ActionsInProcess())
    agent.processor.nlg = MenuNLG(domain=agent.domain)
    return agent
