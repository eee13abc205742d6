"""The forms' validation: each message of a triage is heard, and the next question follows from the office's order."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction
from rasa_sdk.types import DomainDict

from actions.protocolo import protocol_of
from defensoria.clock import office_now
from defensoria.language.data_requests import DATA_REQUEST
from defensoria.language.heard import HEARD_SLOTS, NEED, SUGGESTED_OPTION, WANTS_PERSON, WITHOUT_CITY, Spoken
from defensoria.language.menus import Menu, ask_response, menu_of, slot_asked_by
from defensoria.language.text import normalise
from defensoria.language.triage import Listener
from defensoria.language.warming import warm_up
from defensoria.office.calendar import CUIABA
from defensoria.office.facts import office_facts
from defensoria.office.triage import QUESTIONS, questions

# The action server imports this module as it starts.
warm_up()

TRIAGE_FORM = "triagem_form"
MISSED = "incompreensoes"
_FALLBACK = "nlu_fallback"
_LIKELY = 0.25
"""The probability from which an intent that was not sure enough is worth a question."""


class _ListeningForm(FormValidationAction, ABC):
    """A form whose every message is heard for the answer asked and for all else it says."""

    people_answer = True
    """Whether a person can be called from this form."""

    @abstractmethod
    def order(self, tracker: Tracker, answers: Mapping[str, Any]) -> list[str]:
        """The form's questions for this citizen, in order, given what is answered."""

    async def get_extraction_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Nothing: hearing a message extracts and validates in one."""
        return []

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """The slots that the latest message fills or empties, and what is said about it."""
        asked = tracker.get_slot("requested_slot")
        answers = {name: tracker.get_slot(name) for name in HEARD_SLOTS}
        missed = int(tracker.get_slot(MISSED) or 0)
        heard = self._listener(tracker, domain).hear(_spoken(tracker, asked), asked, answers, missed)
        for say in heard.says:
            dispatcher.utter_message(response=say.response, **{"protocolo": protocol_of(tracker)[0], **say.values})
        passing = {MISSED: 0 if heard.understood else missed + 1, DATA_REQUEST: None, SUGGESTED_OPTION: None}
        changes: dict[str, Any] = {**passing, **heard.slots}
        if asked:
            # Rasa takes a form that sets nothing for one that rejects the message.
            changes.setdefault(asked, tracker.get_slot(asked))
        return [SlotSet(name, value) for name, value in changes.items()]

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        """The questions still open or answered, in order: Rasa asks the first that is empty."""
        return self.order(tracker, tracker.slots)

    def _listener(self, tracker: Tracker, domain: DomainDict) -> Listener:
        responses = domain.get("responses") or {}

        def menu(slot: str, answers: Mapping[str, Any] | None) -> Menu:
            form = TRIAGE_FORM if slot in QUESTIONS else self.form_name()
            return menu_of(responses, ask_response(form, slot), answers)

        return Listener(
            facts=office_facts(),
            today=office_now().astimezone(CUIABA).date(),
            menu=menu,
            has_response=responses.__contains__,
            order=lambda answers: self.order(tracker, answers),
            people_answer=self.people_answer,
            wants_person=bool(tracker.get_slot(WANTS_PERSON)),
        )


class ValidateTriagemForm(_ListeningForm):
    """Hears the triage and asks what is still missing."""

    def name(self) -> str:
        """Rasa's name for the validation of `triagem_form`."""
        return "validate_triagem_form"

    def order(self, tracker: Tracker, answers: Mapping[str, Any]) -> list[str]:
        """The office's questions."""
        return questions(
            answers,
            office_facts(),
            wants_person=bool(tracker.get_slot(WANTS_PERSON)),
            without_city=bool(tracker.get_slot(WITHOUT_CITY)),
        )


class ValidatePlantaoForm(_ListeningForm):
    """Hears who writes while the office is closed: the city, and whether to leave a request for the opening."""

    people_answer = False

    def name(self) -> str:
        """Rasa's name for the validation of `plantao_form`."""
        return "validate_plantao_form"

    def order(self, tracker: Tracker, answers: Mapping[str, Any]) -> list[str]:
        """The city, which decides the plantão, unless it could not be understood; then the offer."""
        return ["recado"] if tracker.get_slot(WITHOUT_CITY) else ["municipio", "recado"]

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """As in every form; and whom to call, as soon as the city is known."""
        events = await super().get_validation_events(dispatcher, tracker, domain)
        known = {**tracker.slots, **{event["name"]: event["value"] for event in events}}
        if tracker.get_slot("requested_slot") != "recado" and (known.get("municipio") or known.get(WITHOUT_CITY)):
            municipio = known.get("municipio")
            # The response is filled in before the events of this turn reach the tracker, hence the city with it.
            dispatcher.utter_message(response="utter_plantao", municipio=municipio)
        return events


def _spoken(tracker: Tracker, asked: str | None) -> Spoken:
    message: Mapping[str, Any] = tracker.latest_message
    metadata = message.get("metadata") or {}
    tapped = metadata.get("pergunta")
    if tapped and asked and slot_asked_by(tapped, (tracker.active_loop or {}).get("name") or "") != asked:
        return Spoken(text="", tapped=tapped)
    text = message.get("text") or ""
    return Spoken(
        text=text,
        intent=(message.get("intent") or {}).get("name"),
        need=message.get(NEED),
        repeated=normalise(text) in _said_before(tracker),
        likely=_likely(message),
        ranking=tuple(guess["name"] for guess in message.get("intent_ranking") or ()),
    )


def _likely(message: Mapping[str, Any]) -> str | None:
    """The first intent of the ranking, where it is likely enough to be asked back about."""
    guesses = [guess for guess in message.get("intent_ranking") or () if guess["name"] != _FALLBACK]
    return next((guess["name"] for guess in guesses[:1] if guess["confidence"] >= _LIKELY), None)


def _said_before(tracker: Tracker) -> list[str]:
    """The words of the message before the latest, normalised; empty where there is none."""
    said = [event for event in tracker.events if event.get("event") == "user"]
    return [normalise(event.get("text") or "") for event in said[-2:-1]]
