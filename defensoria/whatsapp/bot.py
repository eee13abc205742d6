"""One turn of the bot: a stored message goes to Rasa, and comes back as what to say and what the triage knows."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from defensoria.conversations.contents import is_sign
from defensoria.conversations.holder import BotTurn
from defensoria.conversations.models import TRIAGE_SLOTS, Atendimento, Message
from defensoria.conversations.outbox import Outgoing
from defensoria.conversations.tracker_store import kept_back
from defensoria.whatsapp.failing import note_failures, watch
from defensoria.whatsapp.rendering import Choice, Utterance, read_tap, render_turn, tap_id
from defensoria.whatsapp.webhook import CHANNEL

logger = logging.getLogger(__name__)

SESSION_START = "/session_start"
MEDIA_INTENT = "/enviar_midia"
"""What Rasa is told of an audio, a picture, a document: only a person can hear or see it."""
GREETING_INTENT = "/cumprimentar"
_TOLD_TO_RASA = {
    **dict.fromkeys(("audio", "image", "video", "document", "location", "contacts", "order"), MEDIA_INTENT),
    "request_welcome": GREETING_INTENT,
}
"""Type of a message → what Rasa is told instead of its words."""

COURTESY = "cortesia"
"""The key of Rasa's parse data that says whether a message is a courtesy and no more."""

HANDOFF_SLOT = "atendimento_humano"
OUTCOME_SLOT = "desfecho"
QUEUE_FROM_SLOT = "fila_a_partir_de"
DATA_REQUEST_SLOT = "pedido_de_dados"
NOTICE_SLOT = "aviso_mostrado"

_LONGEST_TEXT = 4096
_GUARD = "\u200b"
"""A zero-width space: nothing to a reader, and not the slash that Rasa looks for."""


class BotFailed(Exception):
    """Rasa or its actions did not answer; the message shows why without the citizen's words."""


class TurnOutput(OutputChannel):
    """Collects what the bot says in one turn, in order."""

    def __init__(self) -> None:
        self.utterances: list[Utterance] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name, by which responses have variants."""
        return CHANNEL

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keep a text."""
        self.utterances.append(Utterance(text))

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: list[dict[str, Any]], **kwargs: Any
    ) -> None:
        """Keep a text with its options."""
        self.utterances.append(Utterance(text, _choices(buttons, kwargs.get("utter_action"))))


class Bot:
    """Rasa's agent, asked one message at a time.

    Args:
        agent: a ready agent.
        actions: what runs its actions in the place of the endpoint it was given.
    """

    def __init__(self, agent: Agent, actions: EndpointConfig | None = None) -> None:
        watch(agent, actions)
        self._agent = agent

    async def answer(
        self,
        message: Message,
        atendimento: Atendimento,
        sender_id: str,
        afresh: bool,
        notice: str | None = None,
    ) -> BotTurn:
        """The bot's turn on a stored message.

        Args:
            message: what the citizen sent.
            atendimento: the one it belongs to.
            sender_id: the citizen's identity as WhatsApp sent it.
            afresh: whether what Rasa knew from the last atendimento is to be forgotten first.
            notice: the version of the privacy notice that the citizen was last shown.

        Raises:
            BotFailed: an error, or silence.
        """
        try:
            return await self._answer(message, atendimento, sender_id, afresh, notice)
        except BotFailed:
            raise
        except Exception as error:
            logger.exception("Rasa failed on message %d.", message.id)
            raise BotFailed(type(error).__name__) from error

    async def answer_to_courtesy(self, message: Message, sender_id: str) -> list[Outgoing] | None:
        """What to say to a message that only thanks or says goodbye; nothing to a mere sign; None if it says more.

        Raises:
            BotFailed: no model, or an error.
        """
        said = message.text or ""
        if message.type != "text" or not said.strip():
            return None
        if is_sign(said):
            return []
        try:
            parsed = await self._agent.parse_message(_harmless(said))
        except Exception as error:
            raise BotFailed(type(error).__name__) from error
        if not parsed.get(COURTESY):
            return None
        return await self.words(f"utter_{parsed['intent']['name']}", sender_id)

    def option_meant(self, question: str, message: Message) -> str | None:
        """The value of the option of `question` that a message taps or writes; None when it does neither."""
        text, tapped = _for_rasa(message)
        if tapped is not None:
            return text if tapped == question else None
        processor = self._agent.processor
        return processor.nlg.option_meant(question, text) if processor and message.type == "text" else None

    async def words(
        self, response: str, sender_id: str, known: Mapping[str, str | None] | None = None
    ) -> list[Outgoing]:
        """A response of the domain as messages, filled in for this citizen.

        Args:
            response: its name.
            sender_id: the citizen's identity as WhatsApp sent it.
            known: slot → value, before what the dialogue knows.

        Raises:
            BotFailed: there is no such response or no model.
        """
        processor = self._agent.processor
        tracker = await self._agent.tracker_store.get_or_create_tracker(sender_id)
        said = await processor.nlg.generate(response, tracker, CHANNEL, **(known or {})) if processor else None
        if not said:
            raise BotFailed(f"no response {response}")
        return render_turn([Utterance(said["text"], _choices(said.get("buttons") or (), response))])

    async def _answer(
        self,
        message: Message,
        atendimento: Atendimento,
        sender_id: str,
        afresh: bool,
        notice: str | None,
    ) -> BotTurn:
        output = TurnOutput()
        metadata = {"protocolo": atendimento.protocolo, "aviso": notice}
        if afresh:
            await self._tell(SESSION_START, sender_id, output, metadata)
        text, tap = _for_rasa(message)
        failures = note_failures()
        # What it says is perhaps never said, and then it must not think that it was: it learns of both at once.
        with kept_back() as unwritten:
            await self._tell(text, sender_id, output, {**metadata, "pergunta": tap}, message.wamid)
        if unwritten.tracker is None:
            raise BotFailed("no tracker")
        if failures or not output.utterances:
            raise BotFailed(", ".join(failures) or "silence")
        turn = _turn(output.utterances, unwritten.tracker, notice)
        return replace(turn, remember=unwritten.write)

    async def _tell(
        self,
        text: str,
        sender_id: str,
        output: OutputChannel,
        metadata: Mapping[str, Any],
        message_id: str | None = None,
    ) -> None:
        await self._agent.handle_message(
            UserMessage(
                text=text,
                output_channel=output,
                sender_id=sender_id,
                input_channel=CHANNEL,
                message_id=message_id,
                metadata=dict(metadata),
            )
        )


def _turn(utterances: Sequence[Utterance], tracker: DialogueStateTracker, notice_before: str | None) -> BotTurn:
    says, knows = render_turn(utterances), tracker.get_slot
    if not says:
        raise BotFailed("silence")
    kept_until, notice = knows(QUEUE_FROM_SLOT), knows(NOTICE_SLOT)
    return BotTurn(
        says=says,
        triage={name: knows(name) for name in TRIAGE_SLOTS},
        handoff=bool(knows(HANDOFF_SLOT)),
        queue_from=datetime.fromisoformat(kept_until) if kept_until else None,
        outcome=knows(OUTCOME_SLOT),
        data_request=knows(DATA_REQUEST_SLOT),
        notice=notice if notice != notice_before else None,
    )


def _choices(buttons: Sequence[Mapping[str, Any]], question: str | None) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            id=tap_id(question or "", str(button["payload"])),
            title=str(button["title"]),
            description=str(button.get("description") or ""),
        )
        for button in buttons
    )


def _for_rasa(message: Message) -> tuple[str, str | None]:
    """The text Rasa is given for a message, and the question a tap answers."""
    if message.type in _TOLD_TO_RASA:
        return _TOLD_TO_RASA[message.type], None
    reply_id = (message.payload or {}).get("reply_id")
    if reply_id:
        question, value = read_tap(reply_id)
        return _harmless(value), question
    return _harmless(message.text or ""), None


def _harmless(text: str) -> str:
    """The citizen's words, guarded where a leading slash would make Rasa take them for a command."""
    words = text.strip()[:_LONGEST_TEXT]
    return f"{_GUARD}{words}" if words.startswith("/") else words or "?"
