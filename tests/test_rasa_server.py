"""How Rasa's server is started here, and what it takes from the action server."""

import sys

import pytest
import rasa.__main__
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from defensoria import rasa_server
from defensoria.settings import settings

SWITCH_SECONDS = sys.getswitchinterval()


@pytest.fixture
def started(monkeypatch):
    """Start with a token; the arguments Rasa gets."""
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RemoteAction._validate_action_result)
    monkeypatch.setattr(sys, "argv", ["rasa_server.py", "--port", "5005"])
    monkeypatch.setattr(rasa.__main__, "main", lambda: None)

    def start(token: str) -> list[str]:
        monkeypatch.setenv("RASA_TOKEN", token)
        settings.cache_clear()
        rasa_server.serve()
        return sys.argv

    yield start
    sys.setswitchinterval(SWITCH_SECONDS)
    settings.cache_clear()


def test_a_token_that_begins_with_a_dash_stays_the_tokens_value(started):
    assert started("-abc")[-3:] == ["--auth-token=-abc", "--port", "5005"]


@pytest.mark.parametrize("answer", [{"events": "none"}, {"events": [{"event": "slot", "name": 7}]}, []])
def test_an_answer_of_the_action_server_that_is_none_is_refused(started, answer):
    started("abc")
    with pytest.raises(ValidationError):
        RemoteAction("action_encerrar", None)._validate_action_result(answer)


def test_an_answer_of_the_action_server_is_taken(started):
    started("abc")
    answer = {"events": [{"event": "slot", "name": "municipio", "value": "Sinop"}], "responses": [{"text": "Olá"}]}
    assert RemoteAction("action_encerrar", None)._validate_action_result(answer)
