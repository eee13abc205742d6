"""What one message says in a triage: the answer to the open question, other facts said along with it, a command.

Pure: the tracker's translation is in `actions/`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from defensoria.language.menu import Command, read_choice, read_command
from defensoria.language.menus import Menu
from defensoria.language.money import Income, read_income
from defensoria.language.places import PlaceReading, read_place
from defensoria.language.text import is_code
from defensoria.office.eligibility import criterion_for_income, eligibility, minimum_wage
from defensoria.office.facts import OfficeFacts
from defensoria.office.triage import QUESTIONS, Answers
from defensoria.office.vocabulary import Criterion, Subject, Urgency

WANTS_PERSON = "pede_pessoa"

_COMMAND_INTENTS = {
    "voltar": Command.BACK,
    "recomecar": Command.RESTART,
    "falar_com_atendente": Command.PERSON,
}
# A lone small number is an option's, in the menu or not, and never an income.
_OPTION_NUMBER = re.compile(r"\W*\d{1,2}\W*")
_SHORT_ANSWER = 3
# A "sim" before the offer of a person's decision does not accept it.
_SAID_UNASKED = tuple(name for name in QUESTIONS if name != "elegibilidade")
_NOT_UNDERSTOOD = {"municipio": "utter_cidade_nao_encontrada"}
_URGENT_SUBJECTS = {Subject.DOMESTIC_VIOLENCE.value: Urgency.VIOLENCE.value}


@dataclass(frozen=True)
class Spoken:
    """A citizen's message: its words, the intent understood in them, and the response whose option was tapped."""

    text: str
    intent: str | None = None
    tapped: str | None = None


@dataclass(frozen=True)
class Say:
    """A response to utter before the open question is asked (again), with the values it needs."""

    response: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """What a message changes: slot → new value (None empties it), and what to say first."""

    slots: Mapping[str, str | bool | None] = field(default_factory=dict)
    says: tuple[Say, ...] = ()


@dataclass(frozen=True)
class Listener:
    """Hears messages with the office's facts of a day and the menus of the domain.

    Args:
        facts: the office's.
        today: the day whose minimum wage counts.
        menu: slot → its menu, given the answers so far (None: every option of every variation).
        has_response: whether the domain has a response of this name.
        order: the questions of the form that is open, given the answers so far.
        people_answer: whether somebody can be called now.
    """

    facts: OfficeFacts
    today: date
    menu: Callable[[str, Answers | None], Menu]
    has_response: Callable[[str], bool]
    order: Callable[[Answers], Sequence[str]]
    people_answer: bool = True

    def hear(self, spoken: Spoken, asked: str | None, answers: Answers) -> Heard:
        """What `spoken` says while `asked` is the open question and `answers` are known."""
        if command := read_command(spoken.text):
            return self._obey(command, asked, answers)
        # A slash that the channel has not guarded is Rasa's own: "/enviar_midia" tells of an audio.
        if is_code(spoken.text) and not spoken.text.startswith("/"):
            spoken = replace(spoken, intent=None)
        answer = self._answer(spoken, asked, answers) if asked else Heard()
        if asked and self._only_names_option(spoken, asked, answers):
            spoken = replace(spoken, intent=None)
        heard = self._with_other_facts(answer, spoken, answers)
        if heard.slots or heard.says:
            return heard
        if command := _COMMAND_INTENTS.get(spoken.intent or ""):
            return self._obey(command, asked, answers)
        return self._react(spoken, asked)

    def _answer(self, spoken: Spoken, asked: str, answers: Answers) -> Heard:
        if asked == "municipio":
            return self._city(read_place(spoken.text, asked=True))
        menu = self.menu(asked, answers)
        choice = read_choice(spoken.text, menu.options)
        value = choice.value if choice else menu.meant_by.get(spoken.intent or "")
        if value is None and asked == "criterio" and not _OPTION_NUMBER.fullmatch(spoken.text):
            return self._income(read_income(spoken.text, self._wage, asked=True), answers)
        return Heard({asked: value}) if value else Heard()

    def _only_names_option(self, spoken: Spoken, asked: str, answers: Answers) -> bool:
        """Whether a message says an option's title and no more: "é criminal" is not yet a criminal case."""
        titles = [replace(option, description="", synonyms=()) for option in self.menu(asked, answers).options]
        return len(spoken.text.split()) <= _SHORT_ANSWER and read_choice(spoken.text, titles) is not None

    def _with_other_facts(self, answer: Heard, spoken: Spoken, answers: Answers) -> Heard:
        """The answer, and whatever else the message says that is not known yet."""
        slots = dict(answer.slots)
        says = list(answer.says)
        known = {**answers, **slots}

        def note(name: str, value: str | None) -> None:
            if value is not None and known.get(name) is None:
                slots[name] = known[name] = value

        for name in _SAID_UNASKED:
            note(name, self.menu(name, None).meant_by.get(spoken.intent or ""))
        if known.get("municipio") is None and not says:
            place = read_place(spoken.text)
            note("municipio", place.municipio.name if place.municipio else None)
        if known.get("criterio") is None and (income := read_income(spoken.text, self._wage)):
            heard = self._income(income, answers)
            note("criterio", _text(heard.slots.get("criterio")))
            says += heard.says
        self._draw_conclusions(slots, known)
        if slots.get("urgencia") == Urgency.VIOLENCE.value:
            says.insert(0, Say("utter_violencia_numeros"))
        return Heard(slots, tuple(says))

    def _draw_conclusions(self, slots: dict[str, str | bool | None], known: Mapping[str, str | bool | None]) -> None:
        subject = _text(slots.get("assunto"))
        if subject and known.get("area") is None:
            slots["area"] = Subject(subject).area.value
        elif subject and known.get("area") != Subject(subject).area.value:
            del slots["assunto"]
        if subject in _URGENT_SUBJECTS and known.get("urgencia") is None:
            slots["urgencia"] = _URGENT_SUBJECTS[subject]
        criterion = _text(slots.get("criterio"))
        if criterion:
            fit = eligibility(Criterion(criterion))
            slots["elegibilidade"] = fit.value if fit else None

    def _city(self, place: PlaceReading) -> Heard:
        if place.municipio is not None:
            return Heard({"municipio": place.municipio.name})
        if place.candidates:
            names = [candidate.name for candidate in place.candidates]
            return Heard(says=(Say("utter_qual_cidade", {"cidades": _alternatives(names)}),))
        return Heard()

    def _income(self, income: Income | None, answers: Answers) -> Heard:
        if income is None:
            return Heard()
        family = bool(income.family)
        criterion = criterion_for_income(self.facts, self.today, income.amount, family)
        if criterion is not None:
            return Heard({"criterio": criterion.value})
        if family:
            return Heard({"criterio": Criterion.NONE.value})
        return Heard(says=(Say("utter_renda_acima_individual"),))

    def _obey(self, command: Command, asked: str | None, answers: Answers) -> Heard:
        if command is Command.RESTART:
            emptied = dict.fromkeys((*QUESTIONS, "urgencia", WANTS_PERSON))
            return Heard(emptied, (Say("utter_recomecamos"),))
        if command is Command.PERSON and not self.people_answer:
            return Heard(says=(Say("utter_ninguem_agora"),))
        if command is Command.PERSON:
            return Heard({WANTS_PERSON: True}, (Say("utter_pessoa_vai_atender"),))
        if command is Command.HELP:
            return Heard(says=(Say("utter_ajuda"),))
        before = _before(asked, self.order(answers))
        if before is None:
            return Heard(says=(Say("utter_primeira_pergunta"),))
        return Heard({before: None}, (Say("utter_voltamos"),))

    def _react(self, spoken: Spoken, asked: str | None) -> Heard:
        """What to say to a message that answers nothing: the answer to its own question, or that it was not understood.

        The first message of a conversation is met by the greeting and the first question anyway.
        """
        if spoken.tapped is not None:
            return Heard(says=(Say("utter_opcao_antiga"),))
        response = f"utter_{spoken.intent}"
        if spoken.intent and spoken.intent != "cumprimentar" and self.has_response(response):
            return Heard(says=(Say(response),))
        if asked is None:
            return Heard()
        return Heard(says=(Say(_NOT_UNDERSTOOD.get(asked, "utter_nao_entendi")),))

    @property
    def _wage(self) -> Decimal:
        return minimum_wage(self.facts, self.today)


def _before(asked: str | None, order: Sequence[str]) -> str | None:
    place = order.index(asked) if asked in order else 0
    return order[place - 1] if place else None


def _alternatives(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} ou {names[-1]}"


def _text(value: str | bool | None) -> str | None:
    return value if isinstance(value, str) else None
