"""Dialogues on the trained model with the real actions."""

import asyncio
from itertools import count
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from tests.agent import trained_agent

_numbers = count(1)


class Conversation:
    """One citizen talking to the bot, as the WhatsApp channel does it."""

    def __init__(self, agent: Agent, sender_id: str, protocolo: str | None = "2026.000001-3") -> None:
        self._agent = agent
        self._sender_id = sender_id
        self._protocolo = protocolo

    def say(self, text: str, tapped: str | None = None) -> str:
        """Say something; returns all that the bot answers, as one text."""
        output = CollectingOutputChannel()
        metadata = {"protocolo": self._protocolo, "pergunta": tapped}
        message = UserMessage(text, output, self._sender_id, input_channel="whatsapp", metadata=metadata)
        asyncio.run(self._agent.handle_message(message))
        return "\n".join(part.get("text", "") for part in output.messages)

    def slot(self, name: str) -> Any:
        """A slot's value now."""
        return asyncio.run(self._agent.tracker_store.retrieve(self._sender_id)).get_slot(name)

    def slots(self, *names: str) -> tuple[Any, ...]:
        """Several slots' values now."""
        return tuple(self.slot(name) for name in names)

    @property
    def asked(self) -> str | None:
        """The open question."""
        return self.slot("requested_slot")


@pytest.fixture
def conversation(clock: Any) -> Conversation:
    """A new citizen on a Monday afternoon; `clock` moves the day."""
    return Conversation(trained_agent(), f"citizen-{next(_numbers)}")
