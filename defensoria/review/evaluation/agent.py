"""The trained model with the real actions, in this process, and citizens who talk to it."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.nlu.training_data.message import Message
from rasa.utils.log_utils import configure_structlog

from defensoria.actions_in_process import ActionsInProcess
from defensoria.economies import economise
from defensoria.language.nlg import MenuNLG
from defensoria.review.evaluation.errors import EvaluationError
from defensoria.settings import settings

_CLOCK = "CLOCK_FIXED_AT"
_PROTOCOLO = "2026.000001-3"
# As the channel does it: a slash typed by a citizen must not be the one that Rasa looks for.
_GUARD = "\u200b"


class Talk:
    """One citizen's conversation with the bot, as the WhatsApp channel carries it."""

    def __init__(self, agent: Agent, sender_id: str) -> None:
        self._agent = agent
        self._sender_id = sender_id

    async def say(self, text: str) -> str:
        """Say something; returns all that the bot answers, as one text."""
        output = CollectingOutputChannel()
        metadata = {"protocolo": _PROTOCOLO, "pergunta": None}
        guarded = _GUARD + text if text.startswith("/") else text
        await self._agent.handle_message(
            UserMessage(guarded, output, self._sender_id, input_channel="whatsapp", metadata=metadata)
        )
        return "\n".join(part.get("text", "") for part in output.messages)

    async def slots(self) -> dict[str, Any]:
        """Every slot's value now."""
        tracker = await self._agent.tracker_store.retrieve(self._sender_id)
        return dict(tracker.current_slot_values()) if tracker else {}


def load_agent(model: Path) -> Agent:
    """The agent of a trained model; its conversations are kept in memory.

    Raises:
        EvaluationError: there is no model there. Rasa itself would take another one without a word.
    """
    if not model.is_file():
        raise EvaluationError(f"{model}: o modelo não existe. Rode make train.")
    economise()
    configure_structlog(logging.WARNING)
    logging.getLogger("rasa").setLevel(logging.WARNING)
    agent = Agent.load(str(model), action_endpoint=ActionsInProcess("actions"))
    agent.processor.nlg = MenuNLG(domain=agent.domain)
    return agent


async def parse(agent: Agent, text: str) -> Message:
    """A message with the intent and the ranking that the model gives it."""
    message = Message({"text": text})
    message.data.update(await agent.parse_message(text))
    return message


@contextmanager
def office_clock(instant: str) -> Iterator[None]:
    """Let the office take an instant (ISO 8601 with offset) as now."""
    before = {name: os.environ.get(name) for name in (_CLOCK, "APP_ENV")}
    os.environ.update({_CLOCK: instant, "APP_ENV": "development"})
    settings.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
        settings.cache_clear()
