"""What is worked out once in Rasa's place gives what Rasa gives: where Rasa changes, these fail."""

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

from defensoria import economies

RASAS_CHECK = RemoteAction._validate_action_result
RASAS_LOOK_UP = Event.resolve_by_type

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
