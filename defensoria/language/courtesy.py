"""Telling a mere courtesy, a thank-you or a goodbye, from one with which somebody goes on to say what they need."""

import re

from defensoria.language.text import normalise
from defensoria.language.urgency import read_alarm

COURTESY = "cortesia"
"""The key of a message's parse data that says whether it is a courtesy and no more."""

_INTENTS = frozenset({"agradecer", "despedir"})
_MOST_WORDS = 10
# "Obrigada, mas…": a courtesy that goes on is more than one.
_GOES_ON = re.compile(
    r"\b(?:mas|porem|so que|preciso|quer(?:o|ia)|outr[oa]|ainda|duvida|como|quando|onde|agora|falt\w+)\b"
)
_NUMBER = re.compile(r"\d")


def is_courtesy(text: str, intent: str | None) -> bool:
    """Whether a message understood as thanks or a goodbye asks for nothing. Never raises."""
    return intent in _INTENTS and not _NUMBER.search(normalise(text)) and not says_more(text)


def says_more(text: str) -> bool:
    """Whether a message after the closing is more than a short last word. Danger always is. Never raises."""
    said = normalise(text)
    goes_on = "?" in text or len(said.split()) > _MOST_WORDS or _GOES_ON.search(said) is not None
    return goes_on or read_alarm(text) is not None
