"""What is worked out once in Rasa's place gives what Rasa gives: where Rasa changes, these fail."""

import ast
import asyncio
import dataclasses
import inspect

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import ActionExtractSlots, RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import TextSlot
from rasa.shared.core.trackers import DialogueStateTracker, TrackerActiveLoop
from rasa.shared.utils.common import all_subclasses

from defensoria import economies
from tests.agent import trained_agent

RASAS_CHECK = RemoteAction._validate_action_result
RASAS_LOOK_UP = Event.resolve_by_type
RASAS_RUN = DaskGraphRunner.run
RASAS_PREDICTION = RulePolicy._predict
RASAS_TRACKER = FormAction._temporary_tracker

ANSWERS = [
    {"events": [], "responses": []},
    {},
    {"events": [{"event": "slot", "name": "municipio", "value": "Sinop", "timestamp": None}]},
    {"events": [{"event": "followup", "name": "action_listen"}], "responses": [{"text": "Olá"}]},
    {"events": [{"event": "slot", "name": 7, "value": 1}]},
    {"events": [{"event": "slot", "name": "municipio"}]},
    {"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": "now"}]},
    {"events": [{"event": "unheard_of"}]},
    {"events": [{"event": ["slot"]}]},
    {"events": [{"name": "municipio"}]},
    {"events": ["slot"]},
    {"events": "none"},
    {"responses": ["Olá"]},
    [],
]


def _accepts(check, answer) -> bool:
    try:
        return bool(check(RemoteAction("action_encerrar", None), answer))
    except ValidationError:
        return False


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_of_actions_is_taken_and_refused_as_rasa_does(answer):
    assert _accepts(economies._check_answer, answer) == _accepts(RASAS_CHECK, answer)


def test_every_kind_of_event_is_found_as_rasa_finds_it(monkeypatch):
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RASAS_CHECK)
    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(RASAS_LOOK_UP))
    economies.economise()
    kinds = {kind.type_name for kind in all_subclasses(Event) if kind.type_name != "event"}
    assert len(kinds) > 15
    assert all(Event.resolve_by_type(kind) is RASAS_LOOK_UP(kind) for kind in kinds)
    with pytest.raises(ValueError, match="unheard_of"):
        Event.resolve_by_type("unheard_of")


def test_components_run_in_the_order_of_what_they_need_and_give_what_rasa_gives():
    runner = trained_agent().processor.graph_runner
    text = "quero pedir pensão para meu filho"
    inputs = {PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: None}
    target = trained_agent().processor.model_metadata.nlu_target
    ours = economies._run_graph(runner, inputs, [target])[target][0]
    rasas = RASAS_RUN(runner, inputs, [target])[target][0]
    assert ours.data == rasas.data
    assert ours.get("intent")["name"] == "pedir_alimentos"


def test_a_copied_slot_is_apart_and_alike():
    slot = TextSlot("municipio", mappings=[])
    slot.value = "Sinop"
    twin = economies._copy_of_slot(slot)
    assert (type(twin), vars(twin)) == (TextSlot, vars(slot))
    twin.value = "Sorriso"
    assert slot.value == "Sinop"


def test_a_form_sees_its_new_events_as_rasa_would_show_them():
    agent = trained_agent()
    form = FormAction("triagem_form", None)
    tracker = DialogueStateTracker.from_events(
        "maria",
        [ActionExecuted("triagem_form"), ActiveLoop("triagem_form"), SlotSet(REQUESTED_SLOT, "municipio")],
        agent.domain.slots,
    )
    new = [SlotSet("municipio", "Sinop")]
    ours = economies._with_events(form, tracker, new, agent.domain)
    rasas = RASAS_TRACKER(form, tracker, new, agent.domain)
    assert list(ours.events) == list(rasas.events)
    assert ours.current_state() | {"latest_event_time": 0} == rasas.current_state() | {"latest_event_time": 0}
    assert tracker.get_slot("municipio") is None


def test_an_event_is_of_its_kind_and_of_no_other():
    economies.economise()
    assert isinstance(SlotSet("municipio"), SlotSet)
    assert isinstance(SlotSet("municipio"), Event)
    assert not isinstance(SlotSet("municipio"), ActiveLoop)


@pytest.mark.parametrize("module", economies.COPY_FOR_THE_LOG, ids=lambda module: module.__name__)
def test_what_is_no_longer_copied_was_copied_for_the_log_alone(module):
    tree = ast.parse(inspect.getsource(module))
    logged = [
        inner
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "structlogger.debug"
        for inner in ast.walk(call)
    ]
    uses = [name for name in ast.walk(tree) if isinstance(name, ast.Attribute) and ast.unparse(name.value) == "copy"]
    assert uses
    assert all(use in logged and use.attr == "deepcopy" for use in uses)


def _extracted(domain: Domain, run) -> list[Event]:
    said = UserUttered("moro em Sinop", intent={"name": "informar_cidade", "confidence": 1.0})
    tracker = DialogueStateTracker.from_events("maria", [ActionExecuted("action_listen"), said], domain.slots)
    return asyncio.run(run(ActionExtractSlots(None), CollectingOutputChannel(), None, tracker, domain))


def test_no_slot_is_filled_without_its_form_as_rasa_finds_too():
    domain = trained_agent().domain
    assert _extracted(domain, economies._extract_slots) == _extracted(domain, economies._RASAS_EXTRACTION) == []


def test_a_slot_that_a_message_fills_is_filled():
    mapping = {"type": "from_text"}
    domain = Domain.from_dict({"slots": {"dito": {"type": "text", "mappings": [mapping]}}, "intents": ["a"]})
    assert _extracted(domain, economies._extract_slots) == [SlotSet("dito", "moro em Sinop")]


def test_a_domain_is_empty_as_rasa_finds_it():
    assert economies._is_empty(Domain.empty())
    assert not economies._is_empty(trained_agent().domain)


STANDS = [
    ActionExecuted("action_session_start"),
    ActionExecuted("action_listen"),
    UserUttered("oi", intent={"name": "cumprimentar", "confidence": 1.0}),
    ActionExecuted("action_abrir_atendimento"),
    SlotSet("expediente", "aberto"),
    ActionExecuted("triagem_form"),
    ActiveLoop("triagem_form"),
    SlotSet(REQUESTED_SLOT, "criterio"),
    ActionExecuted("action_listen"),
    UserUttered("1", intent={"name": "nlu_fallback", "confidence": 1.0}),
    ActionExecutionRejected("triagem_form"),
]


@pytest.mark.parametrize("events", [STANDS[:count] for count in range(1, len(STANDS) + 1)], ids=len)
def test_rules_foresee_what_rasas_do_in_a_form_and_out_of_it(events):
    agent = trained_agent()
    (policy,) = [
        node._component
        for node in agent.processor.graph_runner._instantiated_nodes.values()
        if isinstance(node._component, RulePolicy)
    ]
    tracker = DialogueStateTracker.from_events("maria", events, agent.domain.slots)
    ours, rasas = (predict(policy, tracker, agent.domain) for predict in (economies._predict, RASAS_PREDICTION))
    assert vars(ours[0]) == vars(rasas[0])
    assert ours[1] == rasas[1]


def test_the_message_that_opened_a_form_is_shown_as_rasa_shows_it():
    parsed = {"intent": {"name": "cumprimentar"}, "intent_ranking": [{"name": "cumprimentar"}]}
    loop = TrackerActiveLoop("triagem_form", False, False, parsed)
    assert economies._Shallow.asdict(loop) == dataclasses.asdict(loop)
    assert loop.name == "triagem_form"
