"""What citizens say in the bench and when: whole triages, arriving at chance, whatever became of those before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, cycle

import numpy as np

TRIAGES: Sequence[Sequence[str]] = (
    ("oi", "1", "1", "1", "Sinop", "1"),
    (
        "boa tarde",
        "renda da família",
        "quero saber do andamento do meu processo",
        "é criminal",
        "moro em várzea grande",
        "execução penal",
        "está certo",
    ),
    ("moro em sinop, ganho 1 salário e o pai do meu filho não paga pensão", "1", "sim"),
    ("Olá, preciso de um advogado", "ganho um salário e meio", "1", "cível", "sorriso", "sim"),
)
"""Each ends with the handoff, and asks for an answer to everything said in it."""


@dataclass(frozen=True)
class Arrival:
    """One message: seconds after the start, the citizen's number, the words."""

    at: float
    wa_id: str
    text: str


def arrivals(rate: float, seconds: float, conversations: int, first: int, seed: int = 7) -> list[Arrival]:
    """Messages as a Poisson process, spread evenly over the conversations that are open.

    Args:
        rate: messages a second.
        conversations: how many are open at once; whoever ends a triage makes room for somebody new.
        first: number of the first citizen; the others follow it.
    """
    chance = np.random.default_rng(seed)
    instants = np.cumsum(chance.exponential(1 / rate, int(rate * seconds)))
    numbers = count(first)
    places = cycle([_voices(numbers, place) for place in range(conversations)])
    return [Arrival(float(at), *next(voice)) for at, voice in zip(instants, places, strict=False)]


def _voices(numbers: Iterator[int], place: int) -> Iterator[tuple[str, str]]:
    for triage in cycle(range(len(TRIAGES))):
        number = str(next(numbers))
        for text in TRIAGES[(triage + place) % len(TRIAGES)]:
            yield number, text
