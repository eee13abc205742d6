"""Who writes what and when: the afternoon of 12 September 2022, drawn anew from its two totals and a seed."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from bench.words import FIRST, LATER

PEAK = 4.0
"""How many times the mean intensity people begin to write with at noon; from there it falls exponentially."""
_FALL = 0.2546
"""Of the whole duration: the exponential's constant for which its peak is `PEAK` times its mean."""
_IMPATIENT = 0.15
_THINKING_SECONDS = 3.0
_FIRST_NUMBER = 55_65_91000_0000
"""Mobile numbers in Brazil go on after the 9 with a digit from 6 to 9, so that these belong to nobody."""


class Delivery(str, Enum):
    """How Meta's webhook of a message arrives."""

    ALONE = "alone"
    BATCHED = "batched"
    """In one body with other people's."""
    TWICE = "twice"
    LATE = "late"
    """After the same person's next message."""


_DELIVERIES = (Delivery.ALONE, Delivery.BATCHED, Delivery.TWICE)
_SHARES = (0.9, 0.07, 0.03)
_LATE_SHARE = 0.2
"""Of the messages whose writer does not wait for the answer."""


@dataclass(frozen=True)
class Written:
    """One message.

    Attributes:
        body: as the simulator takes it.
        pause: seconds before it is written: from the start of the replay for a conversation's first, else from the
            answer to the one before it, or, where `impatient`, from the one before it.
    """

    body: dict[str, Any]
    pause: float
    impatient: bool = False
    delivery: Delivery = Delivery.ALONE


@dataclass(frozen=True)
class Conversation:
    """One person's messages, in order."""

    wa_id: str
    messages: tuple[Written, ...]


def plan(conversations: int, messages: int, minutes: float, seed: int) -> list[Conversation]:
    """Exactly so many conversations with exactly so many messages together, by the instant they begin.

    They begin as an inhomogeneous Poisson process does whose number is known: independent draws from its intensity.
    """
    chance = np.random.default_rng(seed)
    starts = np.sort(_draw_starts(chance, conversations)) * minutes * 60
    lengths = _draw_lengths(chance, conversations, messages)
    return [
        Conversation(str(_FIRST_NUMBER + place), _draw_messages(chance, float(start), int(length)))
        for place, (start, length) in enumerate(zip(starts, lengths, strict=True))
    ]


def _draw_starts(chance: np.random.Generator, count: int) -> Any:
    """Parts of the whole duration, from the exponential that ends with it."""
    return -_FALL * np.log1p(-chance.random(count) * (1 - np.exp(-1 / _FALL)))


def _draw_lengths(chance: np.random.Generator, conversations: int, messages: int) -> Any:
    """At least 1 each, mostly 1, geometric as far as the exact total lets them be."""
    if messages < conversations:
        raise ValueError("a conversation has at least one message")
    lengths = chance.geometric(conversations / messages, conversations)
    while (missing := messages - int(lengths.sum())) != 0:
        open_to_change = np.flatnonzero(lengths > 1) if missing < 0 else np.arange(conversations)
        chosen = chance.choice(open_to_change, min(abs(missing), len(open_to_change)), replace=False)
        lengths[chosen] += np.sign(missing)
    return lengths


def _draw_messages(chance: np.random.Generator, start: float, length: int) -> tuple[Written, ...]:
    impatient = [False, *(chance.random(length - 1) < _IMPATIENT)]
    drawn = []
    for place in range(length):
        kind = chance.choice(len(_DELIVERIES), p=_SHARES)
        overtaken = place + 1 < length and impatient[place + 1] and chance.random() < _LATE_SHARE
        drawn.append(
            Written(
                body=(FIRST if place == 0 else LATER).draw(chance),
                pause=float(chance.exponential(_THINKING_SECONDS)) if place else start,
                impatient=bool(impatient[place]),
                delivery=Delivery.LATE if overtaken else _DELIVERIES[kind],
            )
        )
    return tuple(drawn)
