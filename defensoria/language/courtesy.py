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
    r"\b(?:mas|porem|so que|preciso|quer(?:o|ia)|outr[oa]|ainda|duvida|como|quando|onde|agora|falt\w+|\d+)\b"
)


def is_courtesy(text: str, intent: str | None) -> bool:
    """Whether a message understood as thanks or a goodbye asks for nothing. Danger is never one. Never raises."""
    if intent not in _INTENTS or "?" in text:
        return False
    said = normalise(text)
    return len(said.split()) <= _MOST_WORDS and not _GOES_ON.search(said) and read_alarm(text) is None
