"""What is read of a citizen's words without a conversation: the city, what an income means, the subject of a need."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rasa.core.agent import Agent

from defensoria.language.heard import NEED, Heard, Spoken
from defensoria.language.menus import Menu, ask_response, menu_of
from defensoria.language.money import read_income
from defensoria.language.places import read_place
from defensoria.language.triage import Listener
from defensoria.office.eligibility import criterion_for_income, minimum_wage
from defensoria.office.facts import OfficeFacts
from defensoria.office.triage import Answers, questions
from defensoria.office.vocabulary import Criterion, Subject
from defensoria.review.evaluation.agent import parse
from defensoria.review.evaluation.sets import CitySets, Pair

NO_INCOME, OVER_INDIVIDUAL = "nao_dita", "acima_individual"
"""What an income may mean besides a criterion: none was told; the family's has to be asked."""
_FORM = "triagem_form"


@dataclass(frozen=True)
class Reading:
    """What was said, what should be read in it and what was (empty: nothing sure)."""

    said: str
    expected: str
    read: str

    @property
    def right(self) -> bool:
        """Whether what was read is what should be."""
        return self.read == self.expected

    @property
    def silently_wrong(self) -> bool:
        """Whether something was taken for certain and is not what was meant."""
        return bool(self.read) and not self.right


def without_accents(name: str) -> str:
    """The name as it is typed in a hurry: small letters, no accents."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def official_cities(names: Iterable[str], sets: CitySets) -> dict[bool, list[Reading]]:
    """Every official name typed without accents, in each sentence, with the city asked (True) and not (False)."""
    said = [(without_accents(name), name) for name in names]
    return {asked: in_sentences(said, phrases, asked) for asked, phrases in ((True, sets.asked), (False, sets.unasked))}


def in_sentences(said: Sequence[Pair], sentences: Sequence[str], asked: bool) -> list[Reading]:
    """The city read in every sentence with every name put into it."""
    return [city_reading(sentence.format(words), name, asked=asked) for sentence in sentences for words, name in said]


def city_reading(said: str, expected: str, asked: bool) -> Reading:
    """The city read in a message, while it is the open question or not."""
    place = read_place(said, asked)
    return Reading(said, expected, place.municipio.name if place.municipio else "")


def income_reading(said: str, expected: str, facts: OfficeFacts, on: date) -> Reading:
    """What an income means on a day, told in answer to the question for it."""
    income = read_income(said, minimum_wage(facts, on), asked=True)
    if income is None:
        return Reading(said, expected, NO_INCOME)
    family = bool(income.family)
    criterion = criterion_for_income(facts, on, income.amount, family)
    if criterion is not None:
        return Reading(said, expected, criterion.value)
    return Reading(said, expected, Criterion.NONE.value if family else OVER_INDIVIDUAL)


async def need_reading(agent: Agent, said: str, subject: Subject, facts: OfficeFacts, on: date) -> Reading:
    """The area and the subject that a first message fills, as the form hears it."""
    slots = (await _heard(agent, said, None, facts, on)).slots
    heard = [str(slots[slot]) for slot in ("area", "assunto") if slots.get(slot)]
    return Reading(said, f"{subject.area.value} / {subject.value}", " / ".join(heard))


async def situation_reading(agent: Agent, said: str, criterion: str, facts: OfficeFacts, on: date) -> Reading:
    """The criterion that a situation fills, told in answer to the question for it."""
    slots = (await _heard(agent, said, "criterio", facts, on)).slots
    return Reading(said, criterion, str(slots.get("criterio") or ""))


async def _heard(agent: Agent, said: str, asked: str | None, facts: OfficeFacts, on: date) -> Heard:
    responses = agent.domain.responses
    parsed = await parse(agent, said)
    intent = parsed.get("intent") or {}

    def menu(slot: str, answers: Answers | None) -> Menu:
        return menu_of(responses, ask_response(_FORM, slot), answers)

    listener = Listener(
        facts=facts,
        today=on,
        menu=menu,
        has_response=responses.__contains__,
        order=lambda answers: questions(answers, facts),
    )
    return listener.hear(Spoken(said, intent.get("name"), need=parsed.get(NEED)), asked, {})
