"""How a conversation with the bot opens and ends: the hours, the handoff to a núcleo, a request left, a farewell."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.protocolo import protocol_of
from defensoria.clock import office_now
from defensoria.language.courtesy import COURTESY
from defensoria.language.urgency import read_alarm
from defensoria.office.calendar import CUIABA, ClosedReason, closing, next_opening
from defensoria.office.facts import Nucleo, office_facts
from defensoria.office.triage import nucleo_for
from defensoria.office.vocabulary import Eligibility

OUTSIDE_HOURS = "fora_do_horario"
OUTSIDE_CRITERIA = "fora_dos_criterios"
NO_DEMAND = "sem_demanda"

LEAVES_REQUEST = "sim"
"""The value of `recado` with which a citizen asks to be called at the opening."""


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
        events = [SlotSet("expediente", "aberto" if reason is None else "fechado")]
        # Someone in danger reads the numbers to call first: the form, which hears the message next, says them.
        if read_alarm(tracker.latest_message.get("text") or "") is None:
            self._greet(dispatcher, reason)
            events += _give_notice(dispatcher, tracker)
        return events

    def _greet(self, dispatcher: CollectingDispatcher, reason: ClosedReason | None) -> None:
        if reason is None:
            dispatcher.utter_message(response="utter_boas_vindas")
        else:
            dispatcher.utter_message(response="utter_fora_do_horario", motivo=reason.text)


class ActionEncaminhar(Action):
    """Ends the triage: the conversation goes to the núcleo's queue, now or, if so asked, when it opens.

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
        nucleo = nucleo_for(tracker.slots, office_facts(), office_now().astimezone(CUIABA).date())
        unit = nucleo.id if nucleo else None
        reason = closing(office_facts(), office_now(), unit)
        if reason is None:
            return _handed_over(dispatcher, tracker, nucleo)
        if tracker.get_slot("recado") == LEAVES_REQUEST:
            return _kept_for_opening(dispatcher, tracker, nucleo)
        dispatcher.utter_message(
            response="utter_nucleo_fechado", nucleo_nome=_queue_name(nucleo), motivo=reason.text, nucleo=unit
        )
        return [SlotSet("nucleo", unit), FollowupAction("plantao_form")]


class ActionResponderRecado(Action):
    """Goes on with the triage of someone who leaves a request for the opening, or says goodbye to who does not."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_responder_recado"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say how it goes on."""
        if tracker.get_slot("recado") != LEAVES_REQUEST:
            dispatcher.utter_message(response="utter_sem_recado")
            return [SlotSet("desfecho", OUTSIDE_HOURS)]
        if tracker.get_slot("confirmacao") is None:
            dispatcher.utter_message(response="utter_fazer_recado")
        return [FollowupAction("triagem_form")]


class ActionEncerrar(Action):
    """Answers a thank-you or a goodbye that comes when nothing is open."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_encerrar"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say goodbye, as there was no demand; or open the atendimento, where more is said with the courtesy."""
        if not tracker.latest_message.get(COURTESY):
            return [FollowupAction("action_abrir_atendimento")]
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        dispatcher.utter_message(response=f"utter_{intent}")
        return [SlotSet("desfecho", NO_DEMAND)]


def _give_notice(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """The privacy notice, to whom this version of it was not shown yet: the channel knows, and keeps that it was."""
    version = office_facts().privacy_notice
    if (tracker.latest_message.get("metadata") or {}).get("aviso") == version:
        return []
    dispatcher.utter_message(response="utter_aviso_de_privacidade")
    return [SlotSet("aviso_mostrado", version)]


def _handed_over(dispatcher: CollectingDispatcher, tracker: Tracker, nucleo: Nucleo | None) -> list[EventType]:
    protocolo, real = protocol_of(tracker)
    response = "utter_encaminhado" if real else "utter_encaminhado_ensaio"
    dispatcher.utter_message(response=response, nucleo_nome=_queue_name(nucleo), protocolo=protocolo)
    return _in_human_hands(nucleo, protocolo)


def _kept_for_opening(dispatcher: CollectingDispatcher, tracker: Tracker, nucleo: Nucleo | None) -> list[EventType]:
    protocolo, _ = protocol_of(tracker)
    unit = nucleo.id if nucleo else None
    opens = next_opening(office_facts(), office_now(), unit)
    dispatcher.utter_message(
        response="utter_recado_guardado", nucleo_nome=_queue_name(nucleo), protocolo=protocolo, nucleo=unit
    )
    return [*_in_human_hands(nucleo, protocolo), SlotSet("fila_a_partir_de", opens.isoformat())]


def _in_human_hands(nucleo: Nucleo | None, protocolo: str) -> list[EventType]:
    return [
        SlotSet("nucleo", nucleo.id if nucleo else None),
        SlotSet("protocolo", protocolo),
        SlotSet("atendimento_humano", True),
    ]


def _queue_name(nucleo: Nucleo | None) -> str:
    # Who cannot be routed is not turned away: the conversation waits for those who direct the work.
    return nucleo.name if nucleo else "atendimento da Defensoria"
