"""Turning what is to be said into WhatsApp messages that keep within its limits.

A menu becomes reply buttons (up to 3 options), a list (up to 10), or the numbered text alone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from defensoria.conversations.outbox import Outgoing

TEXT_LIMIT = 4096
BODY_LIMIT = 1024
MOST_BUTTONS, BUTTON_TITLE = 3, 20
MOST_ROWS, ROW_TITLE, ROW_DESCRIPTION = 10, 24, 72
LIST_BUTTON = "Ver opções"
TAP_SEPARATOR = "|"


@dataclass(frozen=True)
class Choice:
    """One option of a menu: `id` comes back when it is tapped."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True)
class Utterance:
    """One thing the bot says: a text, with the options it offers where it asks."""

    text: str
    choices: tuple[Choice, ...] = ()


def tap_id(question: str, value: str) -> str:
    """The id of an option, which says to which question it belongs."""
    return f"{question}{TAP_SEPARATOR}{value}"


def read_tap(reply_id: str) -> tuple[str | None, str]:
    """Question and value of a tapped id; the question is None when the id is not one of ours."""
    question, separator, value = reply_id.partition(TAP_SEPARATOR)
    return (question, value) if separator else (None, reply_id)


def render_turn(utterances: Sequence[Utterance]) -> list[Outgoing]:
    """The messages of one bot turn: one where the limits allow, since every message is counted and read apart.

    Texts are joined up to a menu; what comes after a menu is a message of its own.
    """
    messages: list[Outgoing] = []
    texts: list[str] = []
    for utterance in utterances:
        texts.append(utterance.text.strip())
        if utterance.choices:
            messages += _menu("\n\n".join(filter(None, texts)), utterance.choices)
            texts = []
    return messages + text_messages("\n\n".join(filter(None, texts)))


def text_messages(body: str) -> list[Outgoing]:
    """A text as one message, or as several cut between paragraphs, sentences or words where it is too long."""
    return [
        Outgoing("text", part, {"type": "text", "text": {"body": part, "preview_url": False}})
        for part in _parts(body.strip(), TEXT_LIMIT)
    ]


def _menu(text: str, choices: tuple[Choice, ...]) -> list[Outgoing]:
    before, body = _split_off_body(text)
    titles = {choice.title for choice in choices}
    as_buttons = len(titles) == len(choices) <= MOST_BUTTONS and all(len(title) <= BUTTON_TITLE for title in titles)
    if as_buttons:
        interactive = _buttons(body, choices)
    elif len(choices) <= MOST_ROWS and all(len(choice.title) <= ROW_TITLE for choice in choices):
        interactive = _list(body, choices)
    else:
        return text_messages(text)
    return [*before, Outgoing("interactive", body, {"type": "interactive", "interactive": interactive})]


def _buttons(body: str, choices: Iterable[Choice]) -> dict[str, Any]:
    return {
        "type": "button",
        "body": {"text": body},
        "action": {
            "buttons": [{"type": "reply", "reply": {"id": choice.id, "title": choice.title}} for choice in choices]
        },
    }


def _list(body: str, choices: Iterable[Choice]) -> dict[str, Any]:
    return {
        "type": "list",
        "body": {"text": body},
        "action": {"button": LIST_BUTTON, "sections": [{"rows": [_row(choice) for choice in choices]}]},
    }


def _row(choice: Choice) -> dict[str, str]:
    row = {"id": choice.id, "title": choice.title}
    if choice.description:
        row["description"] = _shortened(choice.description, ROW_DESCRIPTION)
    return row


def _split_off_body(text: str) -> tuple[list[Outgoing], str]:
    if len(text) <= BODY_LIMIT:
        return [], text
    paragraphs = text.split("\n\n")
    kept = [paragraphs.pop()]
    while paragraphs and len("\n\n".join([paragraphs[-1], *kept])) <= BODY_LIMIT:
        kept.insert(0, paragraphs.pop())
    body = "\n\n".join(kept)
    if len(body) > BODY_LIMIT:
        *front, body = _parts(body, BODY_LIMIT)
        paragraphs.append("\n".join(front))
    return text_messages("\n\n".join(paragraphs)), body


def _parts(text: str, limit: int) -> list[str]:
    parts = []
    while len(text) > limit:
        cut = _best_cut(text, limit)
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text] if text else parts


def _best_cut(text: str, limit: int) -> int:
    for pattern in (r"\n\n", r"\n", r"[.!?…]\s", r"\s"):
        ends = [match.end() for match in re.finditer(pattern, text[: limit + 1])]
        good = [end for end in ends if limit // 2 <= end <= limit]
        if good:
            return good[-1]
    return limit


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
