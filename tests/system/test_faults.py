"""The running system loses a process: it is started again, nothing is lost, and nobody meets silence."""

import signal

import pytest

from tests.faults.load import SORRY, Balance, Load, masked

from .conftest import System

# One system for all tests that talk to it.
pytestmark = pytest.mark.xdist_group("system")

BEGINNING = ("oi", "1")


def test_what_was_written_when_rasa_was_killed_is_answered_once_and_in_order(system: System):
    quiet = Load.of(system, 1)
    quiet.write(*BEGINNING)
    quiet.settled()
    load = Load.of(system, 5)
    load.write(*BEGINNING)
    load.answered(0.2, each=2)
    killed = system.signal("rasa", signal.SIGKILL)
    system.serves_again("rasa", killed)
    load.settled()
    Balance.of(load, masked([row.text for row in quiet.rows() if row.author == "bot"])).check(doubled=1)


def test_whom_the_dead_action_server_leaves_without_an_answer_is_told_and_goes_to_a_person(actions_apart: System):
    load = Load.of(actions_apart, 2)
    killed = actions_apart.signal("actions", signal.SIGKILL)
    load.write("oi")
    load.settled()
    for citizen in load.citizens:
        (told,) = actions_apart.told(citizen)
        assert told.startswith(SORRY)
        assert "Chamei uma pessoa" in told
    assert {row.holder for row in load.rows()} == {"queue"}
    actions_apart.serves_again("actions", killed)
