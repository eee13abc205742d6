"""The menus of the dialogue, read from the response's buttons in `domain.yml`: their one source.

The number shown, the answers accepted and the intents that mean an option all come from here.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from defensoria.language.menu import Option

Responses = Mapping[str, Sequence[Mapping[str, Any]]]
"""The `responses` of a Rasa domain: name → variations."""

ASK_PREFIX = "utter_ask_"
_MOST_DOMAINS = 4
_menus_read: OrderedDict[int, tuple[Responses, dict[tuple[str, tuple[bool, ...]], "Menu"]]] = OrderedDict()


@dataclass(frozen=True)
class Menu:
    """The options of one question, in the order of their numbers, and the intents that mean each of them."""

    options: tuple[Option, ...]
    meant_by: Mapping[str, str]
    """Intent → the value of the option it means."""


def ask_response(form: str, slot: str) -> str:
    """The name of the response by which `form` asks for `slot`."""
    return f"{ASK_PREFIX}{form}_{slot}"


def slot_asked_by(response: str, form: str) -> str:
    """The slot that a response of `form` asks for."""
    return response.removeprefix(ask_response(form, ""))


def menu_of(responses: Responses, response: str, slots: Mapping[str, Any] | None = None) -> Menu:
    """The menu of a response; without options when it has none.

    Args:
        responses: the domain's. They do not change once they were read.
        response: its name.
        slots: values that choose among variations with conditions; None joins every variation.
    """
    variations = responses.get(response, ())
    chosen = tuple(slots is None or _applies(variation, slots) for variation in variations)
    read = _menus_of(responses)
    if (response, chosen) not in read:
        read[response, chosen] = _menu(
            [variation for variation, is_in in zip(variations, chosen, strict=True) if is_in]
        )
    return read[response, chosen]


def _menus_of(responses: Responses) -> dict[tuple[str, tuple[bool, ...]], Menu]:
    """The menus that were read of these very responses. Those of a few domains are kept, and with them the domains, so
    that no other can have their identity."""
    _, read = _menus_read.setdefault(id(responses), (responses, {}))
    while len(_menus_read) > _MOST_DOMAINS:
        _menus_read.popitem(last=False)
    return read


def _menu(variations: Sequence[Mapping[str, Any]]) -> Menu:
    buttons = [button for variation in variations for button in variation.get("buttons") or ()]
    meant_by = {intent: str(button["payload"]) for button in buttons for intent in button.get("intencoes", ())}
    return Menu(tuple(map(_option, buttons)), meant_by)


def numbered(text: str, buttons: Sequence[Mapping[str, Any]]) -> str:
    """A question with its options written under it, each with its number."""
    lines = [_line(number, button) for number, button in enumerate(buttons, start=1)]
    return "\n".join([text.rstrip(), "", *lines])


def summary(responses: Responses, answers: Mapping[str, Any], form: str = "triagem_form") -> str:
    """What was understood, a line an answer: the labels are those of the menu that offers to correct them."""
    labels = menu_of(responses, ask_response(form, "correcao")).options
    return "\n".join(
        f"*{label.title}*: {_said(responses, ask_response(form, label.value), answers, str(answers[label.value]))}"
        for label in labels
        if answers.get(label.value)
    )


def _said(responses: Responses, response: str, answers: Mapping[str, Any], value: str) -> str:
    titles = {option.value: option.title for option in menu_of(responses, response, answers).options}
    return titles.get(value, value)


def _line(number: int, button: Mapping[str, Any]) -> str:
    description = button.get("description")
    return f"*{number}* {button['title']}" + (f": {description}" if description else "")


def _applies(variation: Mapping[str, Any], slots: Mapping[str, Any]) -> bool:
    return all(
        slots.get(condition.get("name", "")) == condition.get("value") for condition in variation.get("condition") or ()
    )


def _option(button: Mapping[str, Any]) -> Option:
    return Option(
        value=str(button["payload"]),
        title=str(button["title"]),
        description=str(button.get("description") or ""),
        synonyms=tuple(map(str, button.get("sinonimos") or ())),
    )
