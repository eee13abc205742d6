"""What the flow document tells, gathered from domain, rules, code and the walk: numbered questions, links, endings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from defensoria.language.menus import ask_response, menu_of
from defensoria.office.facts import OfficeFacts
from defensoria.office.triage import Answers, questions
from defensoria.review.flow_labels import WHEN, When
from defensoria.review.problem import Problem
from defensoria.review.project import Project, Script
from defensoria.review.walk import ANYTHING, CITY, Ground, Question, Step, questions_in, walk

TRIAGE = "triagem_form"
START = "inicio"
MOST_CITIES_NAMED = 6


@dataclass(frozen=True)
class Link:
    """One action or form follows another; `label` says on what condition."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True)
class Form:
    """A form with its first question, and every question in order with its number: "5a" and "5b" ask the same slot."""

    name: str
    first: Step
    numbers: Mapping[Question, str]


@dataclass(frozen=True)
class Chart:
    """The whole dialogue, ready to be drawn and listed."""

    project: Project
    facts: OfficeFacts

    @property
    def responses(self) -> Mapping[str, Any]:
        """The domain's."""
        return self.project.domain.get("responses") or {}

    @property
    def intents(self) -> list[str]:
        """Its intents, in its order."""
        return [
            str(next(iter(one)) if isinstance(one, dict) else one) for one in self.project.domain.get("intents") or ()
        ]

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The forms of the domain; numbers run on from one to the next."""
        numbered: list[Form] = []
        for name, content in (self.project.domain.get("forms") or {}).items():
            slots = list((content or {}).get("required_slots") or ())
            first = self._walk(name, slots)
            others = [self.to_a_person] if name == TRIAGE else []
            count = sum(len({question.slot for question in form.numbers}) for form in numbered)
            numbered.append(Form(name, first, _numbers([first, *others], slots, count)))
        return tuple(numbered)

    @cached_property
    def to_a_person(self) -> Step:
        """What is asked of someone who is to reach a person at once."""
        return walk(Ground(TRIAGE, self.responses, self.facts, lambda known: questions(known, self.facts, True)))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """What follows what, by the rules or by an action's own choice; what follows nothing follows the start."""
        found = [link for script in self.project.scripts if script.is_rule for link in _links(script)]
        known = {name for link in found for name in (link.source, link.target)}
        for action, followups in self.project.code.followups.items():
            on_the_way = [self.when(name).clause for name in self.said.get(action, ()) if not self.when(name).ends]
            found += [Link(action, name, " ou ".join(on_the_way)) for name in followups if {action, name} <= known]
        reached = {link.target for link in found}
        first = [Link(START, link.source) for link in found if link.source not in {*reached, START}]
        return tuple(dict.fromkeys([*first, *found]))

    @cached_property
    def said(self) -> Mapping[str, tuple[str, ...]]:
        """Action → the responses it says, those by the citizen's intent written out."""
        by_intent = {
            action: tuple(f"utter_{intent}" for intent in script.values_of("intent"))
            for script in self.project.scripts
            if script.is_rule
            for action in script.values_of("action")
        }
        actions = {action: said for action, said in self.project.code.actions.items() if said}
        return {
            action: tuple(one for name in said for one in (by_intent.get(action, ()) if "*" in name else (name,)))
            for action, said in actions.items()
        }

    def problems(self) -> list[Problem]:
        """Responses of actions for which the flow document cannot say when they are said."""
        return [
            Problem(
                name, f"{action} a diz, mas o fluxo não sabe quando", "Acrescente-a a WHEN, em review/flow_labels.py."
            )
            for action, said in self.said.items()
            for name in said
            if name not in WHEN
        ]

    def when(self, response: str) -> When:
        """When a response is said."""
        return WHEN.get(response, When("(falta dizer quando)"))

    def text(self, response: str, answers: Answers | None = None) -> str:
        """The wording of a response, for the answers given."""
        variations = [one for one in self.responses.get(response) or () if answers is None or _applies(one, answers)]
        return str(variations[0].get("text") or "") if variations else ""

    def question_text(self, form: str, question: Question) -> str:
        """The wording of a question where it stands."""
        return self.text(ask_response(form, question.slot), question.answers)

    def answers_label(self, form: str, question: Question, values: tuple[str, ...]) -> str:
        """The answers of a branch in words."""
        everything = [value for branch in question.branches.values() for value in branch]
        if question.slot == CITY:
            return _cities(values, everything, max(map(len, question.branches.values())))
        if len(values) == len(everything):
            return "qualquer resposta" if len(values) > 1 or values == (ANYTHING,) else values[0]
        titles = {
            o.value: o.title
            for o in menu_of(self.responses, ask_response(form, question.slot), question.answers).options
        }
        return " · ".join(titles.get(value, value) for value in values)

    def _walk(self, form: str, slots: list[str]) -> Step:
        def order(known: Answers) -> list[str]:
            return questions(known, self.facts) if form == TRIAGE else slots

        return walk(Ground(form, self.responses, self.facts, order))


def _applies(variation: Mapping[str, Any], answers: Answers) -> bool:
    return all(answers.get(one.get("name", "")) == one.get("value") for one in variation.get("condition") or ())


def _numbers(first: list[Step], slots: list[str], count: int) -> dict[Question, str]:
    asked = list(dict.fromkeys(question for step in first for question in questions_in(step)))
    asked.sort(key=lambda question: slots.index(question.slot) if question.slot in slots else len(slots))
    numbers: dict[Question, str] = {}
    for number, slot in enumerate(dict.fromkeys(question.slot for question in asked), start=count + 1):
        same = [question for question in asked if question.slot == slot]
        letters = "abcdefghijklmnopqrstuvwxyz" if len(same) > 1 else [""]
        numbers |= {question: f"{number}{letter}" for question, letter in zip(same, letters, strict=False)}
    return numbers


def _cities(values: tuple[str, ...], everything: list[str], most: int) -> str:
    if len(values) == len(everything):
        return "qualquer cidade"
    if len(values) == most:
        return "outra cidade"
    return " · ".join(values) if len(values) <= MOST_CITIES_NAMED else f"{len(values)} cidades"


def _links(rule: Script) -> Iterator[Link]:
    source, label = "", ""
    intents = [str(intent) for intent in rule.values_of("intent")]
    if intents:
        source, label = START, "intenção " + " ou ".join(intents)
    for step in rule.steps:
        if "slot_was_set" in step:
            label = _conditions(step["slot_was_set"])
        elif "action" in step:
            if source:
                yield Link(source, str(step["action"]), label)
            source, label = str(step["action"]), ""


def _conditions(slots: Any) -> str:
    pairs = [(name, value) for one in slots if isinstance(one, dict) for name, value in one.items()]
    return ", ".join(f"{name}: {value}" for name, value in pairs if value is not None)
