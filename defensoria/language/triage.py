"""What one message says in a triage: the answer to the open question, other facts said along with it, a command.

Pure: the tracker's translation is in `actions/`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from defensoria.language.beside import asks_papers_by_the_way, subject_beside, subject_stated_later, tells_no_need
from defensoria.language.city_answers import hear_city
from defensoria.language.commands import Command, read_command, speaks_of_going_back, speaks_of_starting_again
from defensoria.language.corrections import (
    COUNTERPARTS,
    Correction,
    denied_in,
    named_slot,
    read_correction,
    statements_in,
    values_in,
)
from defensoria.language.criteria import hear_criterion, hear_income
from defensoria.language.data_requests import ASKED_BY, DATA_REQUEST, asks_about_data, read_data_request
from defensoria.language.heard import (
    HEARD_SLOTS,
    OVER_LIMIT,
    PAY_RATE,
    SEPARATOR,
    SUGGESTED_OPTION,
    SUPPOSED,
    WANTS_PERSON,
    WITHOUT_CITY,
    Heard,
    Say,
    Spoken,
)
from defensoria.language.meanings import HOW_LONG, as_meant
from defensoria.language.menu import YES_WORDS, Option, is_named, read_choice, read_near_choice
from defensoria.language.menus import Menu
from defensoria.language.money import read_income
from defensoria.language.places import read_place
from defensoria.language.purposes import asks_what_is_meant, names_lawyer, only_tells, wants_done
from defensoria.language.text import is_code
from defensoria.language.urgency import Alarm, read_alarm
from defensoria.language.vulnerability import is_vulnerable
from defensoria.office.eligibility import eligibility, minimum_wage
from defensoria.office.facts import OfficeFacts
from defensoria.office.triage import CONFIRMATION, CORRECTION, QUESTIONS, TO_CORRECT, Answers
from defensoria.office.vocabulary import Criterion, Eligibility, Service, Subject, Urgency

_COMMAND_INTENTS = {
    "voltar": Command.BACK,
    "recomecar": Command.RESTART,
    "falar_com_atendente": Command.PERSON,
}
# Of these an intent alone is not enough: they empty answers.
_TOLD_BY = {Command.BACK: speaks_of_going_back, Command.RESTART: speaks_of_starting_again}
# Options without words: what chooses one of them is a number, in whatever form it is said.
_NUMBERED = tuple(Option(f"#{number}", f"#{number}") for number in range(1, 21))
_SHORT_ANSWER = 3
# A "sim" before the offer of a person's decision does not accept it.
_SAID_UNASKED = tuple(name for name in QUESTIONS if name != "elegibilidade")
_CORRECTABLE = _SAID_UNASKED
# Of these questions an option may be suggested. The others are answered with a yes or a no of their own.
_SUGGESTING = ("criterio", "servico", "area", "assunto")
_NOT_UNDERSTOOD = {"municipio": "utter_cidade_nao_encontrada"}
# Needs that are also questions: the answer is given, and a person takes the rest.
_ALSO_ASKS = ("consultar_andamento", "agendar_atendimento")
_ASKS_SOMETHING = ("perguntar_", "pedir_ajuda", "agradecer", "cumprimentar", *_ALSO_ASKS)
_VIOLENCE_INTENT = "relatar_violencia"
_MEDIA_INTENT, _CARE_INTENT = "enviar_midia", "cuidar_de_vulneravel"
_TOLD_OF = {"informar_renda": "criterio", "informar_municipio": "municipio"}
_PATIENCE = 3
"""After so many answers not understood at one question a person is called."""
_STORY_KEPT, _PATIENCE_WITH_A_STORY = "utter_historia_guardada", 2


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
        wants_person: whether a person was asked for, so that only the city is still open.
    """

    facts: OfficeFacts
    today: date
    menu: Callable[[str, Answers | None], Menu]
    has_response: Callable[[str], bool]
    order: Callable[[Answers], Sequence[str]]
    people_answer: bool = True
    wants_person: bool = False

    def hear(self, spoken: Spoken, asked: str | None, answers: Answers, missed: int = 0) -> Heard:
        """What `spoken` says while `asked` is the open question and `answers` are known.

        `missed` is how many messages before this one were not understood at this question.
        """
        spoken = as_meant(spoken, asked)
        alarm = read_alarm(spoken.text) if answers.get("urgencia") is None else None
        request = read_data_request(spoken.text, spoken.intent)
        if asks_about_data(spoken.intent):
            heard = Heard() if request else self._hear(replace(spoken, intent=None), asked, answers)
        else:
            heard = self._hear(spoken, asked, answers)
        if request:
            confirmed = Say(f"utter_{ASKED_BY[request]}")
            heard = Heard({**heard.slots, DATA_REQUEST: request}, (confirmed, *heard.says))
        if alarm is not None:
            return self._raise_alarm(alarm, heard, answers)
        if spoken.repeated and not any(heard.slots.get(slot) for slot in (*QUESTIONS, CONFIRMATION, CORRECTION)):
            # Who says the same again has not got what they asked for.
            heard = replace(heard, understood=False)
        if heard.understood or asked is None or missed + 1 < self._patience(asked, answers, heard):
            return heard
        return self._give_up(asked, answers)

    def _hear(self, spoken: Spoken, asked: str | None, answers: Answers) -> Heard:
        if spoken.intent == _MEDIA_INTENT:
            return self._media()
        command = read_command(spoken.text)
        if asked is None and names_lawyer(spoken.text):
            # "Preciso falar com um defensor", said first, is what everybody writes for, and no wish to skip questions.
            command = None if command is Command.PERSON else command
            meant = _COMMAND_INTENTS.get(spoken.intent or "")
            spoken = replace(spoken, intent=None) if meant is Command.PERSON else spoken
        if command and not (asked and self._names_option(spoken, asked, answers)):
            return self._obey(command, asked, answers)
        if asked and asks_what_is_meant(spoken.text, self.menu(asked, answers).options):
            return Heard(says=self._explained(asked))
        # A slash that the channel has not guarded is Rasa's own.
        if is_code(spoken.text) and not spoken.text.startswith("/"):
            spoken = replace(spoken, intent=None)
        if corrected := self._correct(spoken, asked, answers):
            return corrected
        answer = self._answer(spoken, asked, answers) if asked else Heard()
        area = self._area_alone(spoken, answers)
        if area or (asked and self._named_alone(spoken, asked, answers)):
            # "É criminal" is not yet a criminal case, and "civil" is no birth certificate.
            spoken = replace(spoken, intent=None)
        elif asked in _SAID_UNASKED:
            # "Os documentos, é criminal".
            said = [replace(spoken, text=statement) for statement in statements_in(spoken.text)]
            area = next(filter(None, (self._area_alone(statement, answers) for statement in said)), None)
        heard = self._with_other_facts(answer, spoken, asked, answers, area)
        if heard.slots or heard.says:
            return heard
        command = _COMMAND_INTENTS.get(spoken.intent or "")
        if command and _TOLD_BY.get(command, bool)(spoken.text):
            return self._obey(command, asked, answers)
        return self._react(spoken, asked, answers)

    def _answer(self, spoken: Spoken, asked: str, answers: Answers) -> Heard:
        if asked == "municipio":
            return hear_city(spoken, answers)
        if asked == CORRECTION:
            return self._take_back(spoken, answers)
        if asks_papers_by_the_way(spoken, asked, answers):
            return Heard()
        menu = self.menu(asked, answers)
        if suggested := self._accepted(spoken, asked, answers):
            return Heard({asked: suggested})
        if asked == "criterio":
            return hear_criterion(spoken, menu, answers, self.facts, self.today)
        choice = read_choice(spoken.text, menu.options)
        value = choice.value if choice else self._meant(spoken.intent, asked, menu)
        if not value and asked == "servico" and answers.get("assunto") and wants_done(spoken.text):
            # "Quero baixar", of the child support that was spoken of.
            value = Service.NEW.value
        if not value and asked == "area" and (denied := denied_in(spoken.text)):
            other = read_choice(denied, menu.options)
            value = COUNTERPARTS[other.value] if other else None
        done = {CORRECTION: None} if asked == CONFIRMATION else {}
        return Heard({**done, asked: value}) if value else Heard()

    def _meant(self, intent: str | None, asked: str, menu: Menu) -> str | None:
        """The option of the open question that an intent stands for."""
        value = menu.meant_by.get(intent or "")
        if value is None and asked == "servico" and intent in self.menu("assunto", None).meant_by:
            # "O que você precisa?" — "Quero me separar."
            return Service.NEW.value
        return value

    def _accepted(self, spoken: Spoken, asked: str, answers: Answers) -> str | None:
        """The option suggested just before at this question, when the answer is a yes or comes near to it again."""
        question, _, value = (answers.get(SUGGESTED_OPTION) or "").partition(SEPARATOR)
        if question != asked:
            return None
        yes = read_choice(spoken.text, [Option(value, value, synonyms=YES_WORDS)])
        again = None if read_income(spoken.text, self._wage, asked=True) else self._nearly_meant(spoken, asked, answers)
        return value if yes or (again and again.value == value) else None

    def _nearly_meant(self, spoken: Spoken, asked: str | None, answers: Answers) -> Option | None:
        """The option that an answer not understood comes nearest to, by its words or by what they seem to tell."""
        if asked not in _SUGGESTING or answers.get(OVER_LIMIT) or is_code(spoken.text):
            return None
        menu = self.menu(asked, answers)
        meant = self._meant(spoken.likely, asked, menu)
        likely = next((option for option in menu.options if option.value == meant), None)
        return read_near_choice(spoken.text, menu.options) or likely

    def _correct(self, spoken: Spoken, asked: str | None, answers: Answers) -> Heard | None:
        """What a message takes back of the answers given, or None. It changes the one answer it speaks of."""
        correction = read_correction(spoken.text)
        if correction is None and self._may_correct(spoken, asked, answers):
            correction = Correction(named_slot(spoken.text), values_in(spoken.text))
        if correction is None:
            return None
        if correction.denies and (answer := self._told_after(correction, spoken, asked, answers)):
            return answer
        given = [slot for slot in _CORRECTABLE if answers.get(slot) and slot != asked]
        several = self._taken_back(spoken, given, answers)
        if len(several) > 1:
            return self._changed(several, answers)
        among = [correction.slot] if correction.slot in given else given
        # Of an income, whose it is may stand before the sum: there the whole counts before its last piece.
        told = correction.said[:: -1 if correction.slot == "criterio" else 1]
        found = [{slot: self._value(slot, said, spoken, answers) for slot in among} for said in told]
        for said, values in zip(told, found, strict=True):
            if changed := self._only_change(said, values, answers):
                return self._changed(changed, answers)
        if several and denied_in(spoken.text):
            return self._changed(several, answers)
        if correction.slot not in given:
            return None
        if any(any(values.values()) for values in found):
            # "A renda é só minha", where that is what was understood: the summary is shown again.
            return Heard({CONFIRMATION: None, CORRECTION: None}, (Say("utter_corrigido"),))
        return self._changed({correction.slot: None}, answers)

    def _taken_back(self, spoken: Spoken, given: Sequence[str], answers: Answers) -> dict[str, str | None]:
        """What each statement of a message changes, alone; an answer only said to be wrong is
        emptied, or is the other of two."""
        plain = replace(spoken, intent=None)
        changes: dict[str, str | None] = {}
        wrong: dict[str, str | None] = {}
        for statement in statements_in(spoken.text):
            named = [slot for slot in given if slot == named_slot(statement)]
            among = named or given
            wrong |= dict.fromkeys(named)
            if denied := denied_in(statement):
                refuted = [slot for slot in among if self._refutes(denied, slot, answers)]
                wrong |= {slot: COUNTERPARTS.get(str(answers[slot])) for slot in refuted}
            for said in values_in(statement):
                values = {slot: self._value(slot, said, plain, answers) for slot in among}
                if changed := self._only_change(said, values, answers):
                    changes = {**changed, **changes}
                    break
        return {**wrong, **changes}

    def _refutes(self, denied: str, slot: str, answers: Answers) -> bool:
        """Whether what is denied is the answer given. An area is denied by its name alone: others are cases of it."""
        said = Spoken(denied)
        named = self._named_alone(said, slot, answers) if slot == "area" else self._value(slot, denied, said, answers)
        return named is not None and named == answers[slot]

    def _only_change(
        self, said: str, values: Mapping[str, str | None], answers: Answers
    ) -> Mapping[str, str | None] | None:
        """The one answer that `values` change; of several, the one whose option is said word for word."""
        changed = {slot: value for slot, value in values.items() if value not in (None, answers[slot])}
        if len(changed) > 1:
            changed = {slot: changed[slot] for slot in changed if self._names_option(Spoken(said), slot, answers)}
        return changed if len(changed) == 1 else None

    def _told_after(self, correction: Correction, spoken: Spoken, asked: str | None, answers: Answers) -> Heard | None:
        """ "Não é crime não, é da casa", where the area is asked, answers and takes nothing back."""
        plain = replace(spoken, intent=None)
        for said in correction.said if asked in _CORRECTABLE else ():
            answer = self._answer(replace(plain, text=said), str(asked), answers)
            if answer.slots.get(str(asked)):
                return self._with_other_facts(answer, plain, asked, answers, None)
        return None

    def _may_correct(self, spoken: Spoken, asked: str | None, answers: Answers) -> bool:
        """Whether words without a cue may take an answer back: a number or a yes is an answer, a question asks."""
        if asked not in (CONFIRMATION, CORRECTION) or read_choice(spoken.text, _NUMBERED):
            return False
        if asked == CORRECTION:
            return not self._names_option(spoken, asked, answers)
        choice = read_choice(spoken.text, self.menu(asked, answers).options)
        if choice is None and (spoken.intent or "").startswith("perguntar_"):
            return False
        return named_slot(spoken.text) is not None or choice is None or choice.value == TO_CORRECT

    def _value(self, slot: str, said: str, spoken: Spoken, answers: Answers) -> str | None:
        """What `said` is as an answer to `slot`; an intent counts where it means one of its options."""
        intent = spoken.intent if (spoken.intent or "") in self.menu(slot, answers).meant_by else None
        heard = self._answer(replace(spoken, text=said, intent=intent), slot, {**answers, slot: None})
        return _text(heard.slots.get(slot))

    def _changed(self, changed: Mapping[str, str | None], answers: Answers) -> Heard:
        if not any(changed.values()):
            to_correct = "assunto" if "assunto" in changed else None
            return Heard({CONFIRMATION: None, CORRECTION: to_correct, **changed}, (Say("utter_voltamos"),))
        slots: dict[str, str | bool | None] = {CONFIRMATION: None, CORRECTION: None, **changed}
        subject = answers.get("assunto")
        if "area" in changed and subject and Subject(subject).area.value != changed["area"]:
            slots["assunto"] = None
        known = {**answers, **slots}
        if "assunto" in changed:
            slots[SUPPOSED] = known["area"] = None
        self._draw_conclusions(slots, known)
        return Heard(slots, (Say("utter_corrigido"),))

    def _take_back(self, spoken: Spoken, answers: Answers) -> Heard:
        """The answer chosen to be corrected is emptied, and so asked again, a subject that decides nothing too."""
        choice = read_choice(spoken.text, self.menu(CORRECTION, answers).options)
        return Heard({choice.value: None, CONFIRMATION: None, CORRECTION: choice.value}) if choice else Heard()

    def _names_option(self, spoken: Spoken, asked: str, answers: Answers | None) -> bool:
        """Whether a message is word for word an option of a question."""
        return is_named(spoken.text, self.menu(asked, answers).options)

    def _area_alone(self, spoken: Spoken, answers: Answers) -> str | None:
        """The area, where a message names it and nothing more: "civil", and not "processo criminal", a subject."""
        area = self._named_alone(spoken, "area", answers)
        if area and (read_choice(spoken.text, _NUMBERED) or self._names_option(spoken, "assunto", None)):
            return None
        return area

    def _named_alone(self, spoken: Spoken, slot: str, answers: Answers) -> str | None:
        """The option whose title a message says, with nothing more."""
        titles = [replace(option, description="", synonyms=()) for option in self.menu(slot, answers).options]
        choice = read_choice(spoken.text, titles) if len(spoken.text.split()) <= _SHORT_ANSWER else None
        return choice.value if choice else None

    def _with_other_facts(
        self, answer: Heard, spoken: Spoken, asked: str | None, answers: Answers, area: str | None
    ) -> Heard:
        """The answer, and whatever else the message says that is not known yet. `area`: the one it names."""
        slots = dict(answer.slots)
        says = list(answer.says)
        known = {**answers, **slots}

        def note(name: str, value: str | None) -> None:
            if value is not None and known.get(name) is None:
                slots[name] = known[name] = value

        if answer.slots.get("elegibilidade") == Eligibility.NOT_ELIGIBLE.value:
            # "Não, vou procurar um advogado" asks for nothing more.
            return answer
        if spoken.intent == _CARE_INTENT and answer.slots.get("criterio") and only_tells(spoken.text):
            # "Ele é idoso" has just answered who needs protection; it is not yet what the case is about.
            spoken = replace(spoken, intent=None)
        if tells_no_need(spoken, asked, answer, answers, self.menu("criterio", None)):
            spoken = replace(spoken, intent=None)
        if stated := subject_stated_later(spoken, asked, answers, self.menu("assunto", None)):
            known |= {"assunto": None, "area": None}
            note("assunto", stated)
        note("area", area)
        for name in _SAID_UNASKED:
            # What the words of an answer to it do not bear out, an intent alone does not tell; and violence, of which
            # "ele" alone may sound, tells who is protected only where it is the need, too.
            doubtful = spoken.intent == _VIOLENCE_INTENT != spoken.need
            if not (name == "criterio" and (asked == name or doubtful)):
                note(name, self.menu(name, None).meant_by.get(spoken.intent or ""))
        note("assunto", subject_beside(spoken, asked, self.menu("servico", None), self.menu("assunto", None)))
        if not says and not answer.slots.get("municipio"):
            place = read_place(spoken.text)
            note("municipio", town := place.municipio.name if place.municipio else None)
            if place.lives_there and town != known["municipio"]:
                # "Sou de lá, mas agora moro em Sinop": where they live counts, whatever was understood before.
                slots |= {"municipio": town, CONFIRMATION: None, CORRECTION: None}
                known["municipio"] = town
                says.append(Say("utter_corrigido"))
        if known.get("criterio") is None and not says:
            income = read_income(spoken.text, self._wage)
            heard = hear_income(income, answers, self.facts, self.today) if income else Heard()
            if not income and is_vulnerable(spoken.text):
                heard = Heard({"criterio": Criterion.VULNERABILITY.value})
            slots |= {OVER_LIMIT: heard.slots[OVER_LIMIT]} if OVER_LIMIT in heard.slots else {}
            note("criterio", _text(heard.slots.get("criterio")))
            says += heard.says
        supposed = asked != "assunto" and only_tells(spoken.text)
        if slots.get("assunto") and supposed != bool(answers.get(SUPPOSED)):
            slots[SUPPOSED] = supposed or None
        if spoken.intent == HOW_LONG:
            says.append(Say("utter_perguntar_demora"))
        elif slots.get("servico") and spoken.intent in _ALSO_ASKS:
            says.append(Say(f"utter_{spoken.intent}"))
        self._draw_conclusions(slots, known)
        if slots.get("assunto") == Subject.DOMESTIC_VIOLENCE.value:
            says.insert(0, Say("utter_violencia_numeros"))
        return Heard(slots, tuple(says))

    def _draw_conclusions(self, slots: dict[str, str | bool | None], known: Mapping[str, str | bool | None]) -> None:
        subject = _text(slots.get("assunto"))
        if subject and known.get("area") is None:
            slots["area"] = Subject(subject).area.value
        elif subject and known.get("area") != Subject(subject).area.value:
            del slots["assunto"]
        if subject == Subject.DOMESTIC_VIOLENCE.value and known.get("urgencia") is None:
            slots["urgencia"] = Urgency.VIOLENCE.value
        criterion = _text(slots.get("criterio"))
        if criterion:
            fit = eligibility(Criterion(criterion))
            slots["elegibilidade"] = fit.value if fit else None
            slots |= {name: None for name in (OVER_LIMIT, PAY_RATE) if known.get(name)}

    def _obey(self, command: Command, asked: str | None, answers: Answers) -> Heard:
        if command is Command.RESTART:
            return Heard(dict.fromkeys(HEARD_SLOTS), (Say("utter_recomecamos"),))
        if command is Command.PERSON and not self.people_answer:
            return Heard(says=(Say("utter_ninguem_agora"),))
        if command is Command.PERSON:
            return Heard({WANTS_PERSON: True}, (Say("utter_pessoa_vai_atender"),))
        if command is Command.HELP:
            return Heard(says=(*self._explained(asked), Say("utter_ajuda")))
        before = _before(asked, self.order(answers))
        if before is None:
            return Heard(says=(Say("utter_primeira_pergunta"),))
        return Heard({before: None}, (Say("utter_voltamos"),))

    def _explained(self, asked: str | None) -> tuple[Say, ...]:
        """What the open question means, in other words."""
        response = f"utter_explicar_{asked}"
        return (Say(response),) if self.has_response(response) else ()

    def _media(self) -> Heard:
        """An audio, a picture, a document: kept for a person, who is called where one can be."""
        if self.people_answer:
            return Heard({WANTS_PERSON: True}, (Say("utter_midia_guardada"),))
        return Heard(says=(Say("utter_enviar_midia"),))

    def _raise_alarm(self, alarm: Alarm, heard: Heard, answers: Answers) -> Heard:
        """The numbers to call first; then the fastest way to a person, with whatever else the message says.

        Nobody asks the rest any more, so that what follows from the urgency itself is noted: it is a new problem, and
        a child in danger is protected whatever anybody earns, as who tells of violence at home already is. Of an arrest
        or an illness the criterion stays open.
        """
        slots = {**heard.slots, "urgencia": alarm.urgency.value}
        says = [Say(f"utter_urgencia_{alarm.value}")]
        if self.people_answer:
            slots[WANTS_PERSON] = True
            says.append(Say("utter_pessoa_vai_atender"))
            follows = {"servico": Service.NEW.value}
            if alarm is Alarm.CHILD:
                follows |= {"criterio": Criterion.VULNERABILITY.value, "elegibilidade": Eligibility.ELIGIBLE.value}
            slots |= {slot: value for slot, value in follows.items() if not (slots.get(slot) or answers.get(slot))}
        return Heard(slots, tuple(says))

    def _patience(self, asked: str, answers: Answers, heard: Heard) -> int:
        """How many answers may miss a question: of who waits for a person one, of who first tells an urgency two."""
        if self.wants_person and asked == "municipio":
            return 2 if answers.get("urgencia") else 1
        return _PATIENCE + (_PATIENCE_WITH_A_STORY if Say(_STORY_KEPT) in heard.says else 0)

    def _give_up(self, asked: str, answers: Answers) -> Heard:
        """Where a person can be called, one is; elsewhere the question is left without an answer, or declined."""
        slots: dict[str, str | bool | None] = {WITHOUT_CITY: True} if asked == "municipio" else {}
        if self.people_answer:
            return Heard({**slots, WANTS_PERSON: True}, (Say("utter_nao_consegui"),))
        options = self.menu(asked, answers).options
        return Heard({**slots, asked: options[-1].value} if options else slots)

    def _react(self, spoken: Spoken, asked: str | None, answers: Answers) -> Heard:
        """What to say to a message that answers nothing: the answer to its own question, or that it was not understood.

        The first message of a conversation is met by the greeting and the first question anyway.
        """
        if spoken.tapped is not None:
            return Heard(says=(Say("utter_opcao_antiga"),))
        response = f"utter_{spoken.intent}"
        intent = spoken.intent or ""
        if asked is None and not intent.startswith("perguntar_"):
            return Heard()
        if self.has_response(response):
            return Heard(says=(Say(response),), understood=intent.startswith(_ASKS_SOMETHING))
        if asked in QUESTIONS and answers.get(self._tells(intent) or ""):
            return Heard(says=(Say(_STORY_KEPT),), understood=False)
        if near := self._nearly_meant(spoken, asked, answers):
            asks_back = Say("utter_voce_quis_dizer", {"opcao": near.title})
            return Heard({SUGGESTED_OPTION: f"{asked}{SEPARATOR}{near.value}"}, (asks_back,), understood=False)
        return Heard(says=(Say(_NOT_UNDERSTOOD.get(asked or "", "utter_nao_entendi")),), understood=False)

    def _tells(self, intent: str) -> str | None:
        """The slot that an intent tells something of."""
        return _TOLD_OF.get(intent) or ("assunto" if intent in self.menu("assunto", None).meant_by else None)

    @property
    def _wage(self) -> Decimal:
        return minimum_wage(self.facts, self.today)


def _before(asked: str | None, order: Sequence[str]) -> str | None:
    place = order.index(asked) if asked in order else 0
    return order[place - 1] if place else None


def _text(value: str | bool | None) -> str | None:
    return value if isinstance(value, str) else None
