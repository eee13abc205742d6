"""Rasa's responses, with the office's facts of the day in them and their options numbered, on every channel alike.

Named in `endpoints.yml`.
"""

from collections.abc import Mapping
from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from defensoria.clock import office_now
from defensoria.language.courtesy import says_more
from defensoria.language.menu import Option, read_choice
from defensoria.language.menus import menu_of, numbered, summary
from defensoria.language.spoken_facts import facts_of_the_day
from defensoria.office.facts import office_facts

_TERMINAL = "cmdline"
_NAME = "{"
"""Where a name that is to be filled in begins."""
_SENT_WITH_A_BUTTON = ("title", "payload", "description")


class MenuNLG(TemplatedNaturalLanguageGenerator):
    """Chooses and fills responses as Rasa does; `{limite_individual}` and the like come from the office's facts."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        super().__init__(domain.responses if domain else {})

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The response for `utter_action`, or None when the domain has none that applies."""
        spoken = self._spoken(utter_action, {**tracker.current_slot_values(), **kwargs})
        response = await super().generate(utter_action, tracker, output_channel, **{**spoken, **kwargs})
        if response is None or not response.get("buttons"):
            return response
        buttons = [_to_send(button) for button in response["buttons"]]
        numbered_text = numbered(response.get("text", ""), buttons)
        # In the terminal the numbers are typed: Rasa's own selection box would hide the free text.
        shown = [] if tracker.get_latest_input_channel() == _TERMINAL else buttons
        return {**response, "text": numbered_text, "buttons": shown}

    def _spoken(self, response: str, known: Mapping[str, Any]) -> Mapping[str, str]:
        """What the response may name beyond the slots; nothing where it names nothing at all."""
        if not _names_anything(self.responses.get(response)):
            return {}
        return {
            **facts_of_the_day(office_facts(), office_now(), known),
            "resumo": summary(self.responses, known),
        }

    def option_meant(self, response: str, said: str) -> str | None:
        """The value of the option of a menu that a short message means and no more; None when it means none.

        For questions that the channel asks outside the dialogue.
        """
        return None if says_more(said) else _value(read_choice(said, menu_of(self.responses, response).options))


def _names_anything(part: Any) -> bool:
    if isinstance(part, Mapping):
        return any(map(_names_anything, part.values()))
    return any(map(_names_anything, part)) if isinstance(part, list) else _NAME in str(part)


def _value(option: Option | None) -> str | None:
    return option.value if option else None


def _to_send(button: Mapping[str, Any]) -> dict[str, Any]:
    return {key: button[key] for key in _SENT_WITH_A_BUTTON if key in button}
