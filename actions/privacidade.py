"""What a citizen asks about their own data: noted in a slot, which the channel keeps with the words said here."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.protocolo import protocol_of
from defensoria.language.data_requests import ASKED_BY, DATA_REQUEST, read_data_request
from defensoria.language.urgency import read_alarm

DATA_REQUESTED = "pedido_de_dados"
"""The outcome of a conversation that was about the citizen's data alone."""


class ActionAnotarPedidoDeDados(Action):
    """Notes a request that comes when nothing is open, tells its number and closes; or opens the atendimento."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_anotar_pedido_de_dados"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Confirm the request, unless there is danger in the message: then the triage says first what to do."""
        text = tracker.latest_message.get("text") or ""
        kind = read_data_request(text, (tracker.latest_message.get("intent") or {}).get("name"))
        if kind is None or read_alarm(text) is not None:
            return [FollowupAction("action_abrir_atendimento")]
        intent = ASKED_BY[kind]
        dispatcher.utter_message(response=f"utter_{intent}", protocolo=protocol_of(tracker)[0])
        return [SlotSet(DATA_REQUEST, kind), SlotSet("desfecho", DATA_REQUESTED)]
