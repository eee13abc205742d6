"""How a conversation with the bot opens and ends: the hours, the handoff to a núcleo, the plantão, a farewell."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from defensoria.clock import office_now
from defensoria.language.spoken_facts import say_plantao
from defensoria.office.calendar import CUIABA, closing
from defensoria.office.facts import Nucleo, office_facts
from defensoria.office.triage import nucleo_for
from defensoria.office.vocabulary import Eligibility

OUTSIDE_HOURS = "fora_do_horario"
OUTSIDE_CRITERIA = "fora_dos_criterios"
NO_DEMAND = "sem_demanda"


class ActionAbrirAtendimento(Action):
    """Greets, and finds out whether the office is open: the rules go on from `expediente`."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_abrir_atendimento"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say the greeting, or that the office is closed and until when."""
        if tracker.get_slot("atendimento_humano"):
            dispatcher.utter_message(response="utter_ja_encaminhado")
            return [FollowupAction("action_listen")]
        reason = closing(office_facts(), office_now())
        if reason is None:
            dispatcher.utter_message(response="utter_boas_vindas")
            return [SlotSet("expediente", "aberto")]
        dispatcher.utter_message(response="utter_fora_do_horario", motivo=reason.text)
        return [SlotSet("expediente", "fechado")]


class ActionEncaminhar(Action):
    """Ends the triage: the conversation goes to the núcleo's queue, unless nobody can or is to answer it.

    The channel carries the handoff out in one transaction with the words said here; this action only says so in the
    slots. `protocolo` is the channel's; a rehearsal in the terminal has none and is told apart.
    """

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_encaminhar"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Route, check that the núcleo is open, and say what happens next."""
        if tracker.get_slot("elegibilidade") == Eligibility.NOT_ELIGIBLE.value:
            dispatcher.utter_message(response="utter_nao_elegivel")
            return [SlotSet("desfecho", OUTSIDE_CRITERIA)]
        nucleo = nucleo_for(tracker.slots, office_facts())
        if nucleo is None:
            raise ValueError("the triage ended without a city")
        reason = closing(office_facts(), office_now(), nucleo.id)
        if reason is not None:
            dispatcher.utter_message(
                response="utter_nucleo_fechado", nucleo_nome=nucleo.name, motivo=reason.text, nucleo=nucleo.id
            )
            return [SlotSet("nucleo", nucleo.id), SlotSet("desfecho", OUTSIDE_HOURS)]
        return _handed_over(dispatcher, tracker, nucleo)


class ActionOrientarPlantao(Action):
    """Says whom to call while the office is closed."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_orientar_plantao"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say the plantão of the citizen's town, and when the office opens."""
        today = office_now().astimezone(CUIABA).date()
        plantao = say_plantao(office_facts(), tracker.get_slot("municipio"), today)
        dispatcher.utter_message(response="utter_plantao", plantao=plantao)
        return [SlotSet("desfecho", OUTSIDE_HOURS)]


class ActionEncerrar(Action):
    """Answers a thank-you or a goodbye that comes when nothing is open."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_encerrar"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say goodbye; the atendimento had no demand."""
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        dispatcher.utter_message(response=f"utter_{intent}")
        return [SlotSet("desfecho", NO_DEMAND)]


def _handed_over(dispatcher: CollectingDispatcher, tracker: Tracker, nucleo: Nucleo) -> list[EventType]:
    metadata: dict[str, Any] = tracker.latest_message.get("metadata") or {}
    protocolo = metadata.get("protocolo")
    response = "utter_encaminhado" if protocolo else "utter_encaminhado_ensaio"
    protocolo = protocolo or f"ENSAIO-{tracker.sender_id[:6].upper()}"
    dispatcher.utter_message(response=response, nucleo_nome=nucleo.name, protocolo=protocolo)
    return [
        SlotSet("nucleo", nucleo.id),
        SlotSet("protocolo", protocolo),
        SlotSet("atendimento_humano", True),
    ]
