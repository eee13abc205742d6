"""What Rasa works out anew at every message and need work out once: set right as its server starts.

Each replaces one function of Rasa's by one that gives the same; tests compare them, and notice when Rasa changes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any

from jsonschema import Draft202012Validator
from rasa.core import processor
from rasa.core.actions import forms
from rasa.core.actions.action import ActionExtractSlots, RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies import memoization, rule_policy
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core import trackers
from rasa.shared.core.constants import ACTION_VALIDATE_SLOT_MAPPINGS, DEFAULT_SLOT_NAMES, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

_SCHEMA = RemoteAction.action_response_format_spec()
_EVENT = _SCHEMA["properties"]["events"]["items"]
_ANSWER = Draft202012Validator({**_SCHEMA, "properties": {**_SCHEMA["properties"], "events": {"type": "array"}}})
_ANY_EVENT = Draft202012Validator(_EVENT)
_RASAS_EXTRACTION = ActionExtractSlots.run
_RASAS_PREDICTION = RulePolicy._predict
COPY_FOR_THE_LOG = (processor, forms, rule_policy, memoization)
"""Modules of Rasa's that copy nothing but what they log."""
_EVENTS = {
    kind["properties"]["event"]["const"]: Draft202012Validator({**_EVENT, "oneOf": [kind]}) for kind in _EVENT["oneOf"]
}
"""For each kind of event its own check: tried against all two dozen, one would take longer than most actions. What
most answers are full of, a slot set by the SDK, is seen at a glance."""


def economise() -> None:
    """Put ours in their places."""
    # Rasa has the schema of actions' answers itself checked at each answer: four fifths of a turn's time.
    RemoteAction._validate_action_result = _check_answer
    # Rasa goes through the tree of all kinds of events for each event it reads.
    if not hasattr(Event.resolve_by_type, "cache_info"):
        Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))
    # Dask works out anew, three times a message, in which order the handful of components run.
    DaskGraphRunner.run = _run_graph
    # Trackers copy all slots, several times a message, by the long way that suits any object.
    Slot.__copy__ = _copy_of_slot
    # All that may be logged is copied whole, whether it is or not: events, states, the message.
    for module in COPY_FOR_THE_LOG:
        module.copy = _NoCopy
    # To see that the domain is not empty, an empty one is made of each message.
    Domain.is_empty = _is_empty
    # Each message is tried on each slot, also where none is filled but by a form.
    ActionExtractSlots.run = _extract_slots
    # What a form that leads does next follows from the form alone; rules are tried on the whole conversation first.
    RulePolicy._predict = _predict
    # For each action the message that opened the form is copied, with all that was ever thought of it.
    trackers.dataclasses = _Shallow
    # Forms have the whole conversation played again for each step of theirs.
    FormAction._temporary_tracker = _with_events
    # Rasa asks of each event, some three thousand times a message, of which kind it is; abstract classes take a
    # detour there for kinds that register themselves, and events have none of these.
    for kind in (Event, *all_subclasses(Event)):
        kind.__class__ = _Kind


class _NoCopy:
    """In the place of the module `copy`, where a copy is made for the log alone."""

    @staticmethod
    def deepcopy(what: Any) -> Any:
        return what


class _Shallow:
    """In the place of the module `dataclasses`, where one is made into a dictionary that nobody changes."""

    @staticmethod
    def asdict(what: Any) -> dict[str, Any]:
        return dict(vars(what))


class _Kind(type(Event)):  # type: ignore[misc]
    __instancecheck__ = type.__instancecheck__


def _with_events(
    form: FormAction, tracker: DialogueStateTracker, events: Iterable[Event], domain: Domain
) -> DialogueStateTracker:
    twin = tracker.copy()
    for event in (SlotSet(REQUESTED_SLOT, form.get_slot_to_fill(tracker)), ActionExecuted(form.name()), *events):
        twin.update(event, domain)
    return twin


def _run_graph(
    runner: DaskGraphRunner, inputs: Mapping[str, Any] | None = None, targets: Sequence[str] | None = None
) -> dict[str, Any]:
    wanted = tuple(targets or runner._graph_schema.target_names)
    orders = runner.__dict__.setdefault("orders", {})
    if wanted not in orders:
        orders[wanted] = list(_in_order(runner._graph_schema.minimal_graph_schema(list(wanted))))
    done: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
    try:
        for name, needs in orders[wanted]:
            done[name] = runner._instantiated_nodes[name](*(done.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(done[name] for name in wanted)


def _in_order(schema: GraphSchema) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each component of a graph after those that it needs, with the names of what it needs."""
    needs = {name: tuple(node.needs.values()) for name, node in schema.nodes.items()}
    return ((name, needs[name]) for name in TopologicalSorter(needs).static_order() if name in needs)


def _copy_of_slot(slot: Slot) -> Slot:
    twin: Slot = object.__new__(type(slot))
    twin.__dict__.update(slot.__dict__)
    return twin


def _predict(policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain) -> tuple[PolicyPrediction, str | None]:
    leads, source = policy._find_action_from_loop_happy_path(tracker)
    if not leads or policy._find_action_from_default_actions(tracker)[0]:
        predicted: tuple[PolicyPrediction, str | None] = _RASAS_PREDICTION(policy, tracker, domain)
        return predicted
    probabilities = policy._prediction_result(leads, tracker, domain)
    return policy._rule_prediction(probabilities, source, is_no_user_prediction=True), source


@lru_cache(maxsize=1)
def _nothing() -> dict[str, Any]:
    empty: dict[str, Any] = Domain.empty().as_dict()
    return empty


def _is_empty(domain: Domain) -> bool:
    return bool(domain.as_dict() == _nothing())


async def _extract_slots(
    action: ActionExtractSlots,
    output_channel: OutputChannel,
    nlg: NaturalLanguageGenerator,
    tracker: DialogueStateTracker,
    domain: Domain,
) -> list[Event]:
    if "extracts" not in domain.__dict__:
        domain.__dict__["extracts"] = _extracts(domain)
    if not domain.__dict__["extracts"]:
        return []
    extracted: list[Event] = await _RASAS_EXTRACTION(action, output_channel, nlg, tracker, domain)
    return extracted


def _extracts(domain: Domain) -> bool:
    """Whether a message alone can fill a slot."""
    mappings = [mapping for slot in domain.slots if slot.name not in DEFAULT_SLOT_NAMES for mapping in slot.mappings]
    by_a_form = all(mapping["type"] == "custom" and not mapping.get("action") for mapping in mappings)
    return not by_a_form or ACTION_VALIDATE_SLOT_MAPPINGS in domain.user_actions


def _check_answer(_action: RemoteAction, answer: dict[str, Any]) -> bool:
    _ANSWER.validate(answer)
    for event in answer.get("events", ()):
        kind = event.get("event") if isinstance(event, dict) else None
        if (
            kind == "slot"
            and isinstance(event.get("name"), str)
            and "value" in event
            and event.get("timestamp") is None
        ):
            continue
        check = _EVENTS.get(kind) if isinstance(kind, str) else None
        (check or _ANY_EVENT).validate(event)
    return True
