"""Walks a form through every answer that changes the next question, and folds the walk into its fewest questions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from defensoria.language.menus import Responses, ask_response, menu_of
from defensoria.office.facts import OfficeFacts
from defensoria.office.triage import CORRECTION, Answers, nucleo_for

CITY = "municipio"
ANYTHING = "*"
"""The answer to a question that is neither a menu nor a city."""


class End(str, Enum):
    """How a walk ends."""

    ROUTED = "routed"
    UNROUTED = "unrouted"
    ASKED_AGAIN = "asked again"
    """The answer chosen to be corrected is asked again; from there the walk is known."""


@dataclass(frozen=True, eq=False)
class Question:
    """One question where it stands in the triage: the same slot stands elsewhere too if other answers follow there.

    Args:
        slot: what is asked.
        answers: some answers that lead here; they choose the wording.
        branches: what follows → the answers that lead to it, in the order of the menu.
    """

    slot: str
    answers: Mapping[str, str]
    branches: Mapping["Question | End", tuple[str, ...]]


Step = Question | End


@dataclass(frozen=True)
class Ground:
    """What a form is walked with: its name, the domain's responses, the office's facts, and the order of questions."""

    form: str
    responses: Responses
    facts: OfficeFacts
    order: Callable[[Answers], Sequence[str]]

    def possible(self, slot: str, answers: Mapping[str, str]) -> tuple[str, ...]:
        """The answers that a question can be given."""
        if slot == CITY:
            return tuple(self.facts.municipios)
        options = menu_of(self.responses, ask_response(self.form, slot), answers).options
        return tuple(option.value for option in options) or (ANYTHING,)


def walk(ground: Ground) -> Step:
    """The first question, with all that follows. Questions from which the same follows are one."""
    return _Walk(ground).after({})


def questions_in(step: Step) -> Iterator[Question]:
    """Every question from a step on, each once, in the order in which they are first met."""
    met: dict[Question, None] = {}
    open_steps = [step]
    while open_steps:
        current = open_steps.pop(0)
        if isinstance(current, Question) and current not in met:
            met[current] = None
            open_steps += current.branches
    yield from met


class _Walk:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known: dict[tuple[str, tuple[tuple[int, tuple[str, ...]], ...]], Question] = {}

    def after(self, answers: Mapping[str, str]) -> Step:
        if CORRECTION in answers:
            return End.ASKED_AGAIN
        slot = next((name for name in self._ground.order(answers) if name not in answers), None)
        if slot is None:
            # Whether somebody is found does not hang on the day.
            return End.ROUTED if nucleo_for(answers, self._ground.facts, date.min) else End.UNROUTED
        branches: dict[Step, tuple[str, ...]] = {}
        for value in self._ground.possible(slot, answers):
            follows = self.after({**answers, slot: value})
            branches[follows] = (*branches.get(follows, ()), value)
        same = (slot, tuple((id(follows), values) for follows, values in branches.items()))
        return self._known.setdefault(same, Question(slot, answers, branches))
