"""Whole conversations of imagined citizens with the bot, and whether each ends with every slot right."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent

from defensoria.office.triage import QUESTIONS
from defensoria.review.evaluation.agent import Talk
from defensoria.review.evaluation.sets import Citizen

MOST_MESSAGES = 15
CHECKED = (*QUESTIONS, "urgencia", "nucleo", "atendimento_humano")
"""The slots that must be right at the end; one that nothing is expected of must be empty."""
_ASKED = "requested_slot"


@dataclass(frozen=True)
class Line:
    """One message of a conversation."""

    by_citizen: bool
    text: str


@dataclass(frozen=True)
class Ending:
    """How a conversation ended.

    Attributes:
        citizen: who talked.
        problems: what is not as expected, in pt-BR; none when it succeeded.
        lines: what was said, in order.
    """

    citizen: Citizen
    problems: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def right(self) -> bool:
        """Whether every slot is as expected."""
        return not self.problems

    @property
    def messages(self) -> int:
        """How many messages the citizen wrote."""
        return sum(line.by_citizen for line in self.lines)


async def converse(agent: Agent, citizen: Citizen, among: str = "") -> Ending:
    """Let a citizen talk to the bot until it is done with them, or for `MOST_MESSAGES` messages.

    `among`: the set they belong to, so that two sets may have citizens of one name.
    """
    talk = Talk(agent, f"evaluation-{among}-{citizen.name}")
    lines: list[Line] = []
    slots: dict[str, Any] = {}
    times_asked: Counter[str] = Counter()
    words = list(reversed(citizen.says))
    while words and len(lines) < 2 * MOST_MESSAGES:
        text = words.pop()
        lines += [Line(True, text), Line(False, await talk.say(text))]
        slots = await talk.slots()
        if slots.get("atendimento_humano") or slots.get("desfecho"):
            break
        asked = slots.get(_ASKED)
        if not words and asked is not None and asked in citizen.answers:
            words.append(_answer(citizen, asked, times_asked))
    return Ending(citizen, tuple(_problems(citizen, slots)), tuple(lines))


def _answer(citizen: Citizen, asked: str, times_asked: Counter[str]) -> str:
    answers = citizen.answers[asked]
    answer = answers[min(times_asked[asked], len(answers) - 1)]
    times_asked[asked] += 1
    return answer


def _problems(citizen: Citizen, slots: dict[str, Any]) -> list[str]:
    problems = []
    done = slots.get("atendimento_humano") or slots.get("desfecho")
    asked = slots.get(_ASKED)
    if not done and asked not in citizen.answers:
        problems.append(f"perguntou {asked}, que a pessoa já tinha dito ou não precisava dizer")
    elif not done:
        problems.append(f"não terminou em {MOST_MESSAGES} mensagens: parou em {asked}")
    for slot in CHECKED:
        allowed = citizen.expected.get(slot, (None,))
        if slots.get(slot) not in allowed:
            problems.append(f"{slot}: {_said(slots.get(slot))}, esperado {' ou '.join(map(_said, allowed))}")
    return problems


def _said(value: Any) -> str:
    return {None: "vazio", True: "sim", False: "não"}.get(value, str(value))
