"""`kill -9` of each process while messages flow: each is started again, and the ledger balances."""

import signal
import time
from pathlib import Path

from tests.faults.conftest import BOT_TIMEOUT
from tests.faults.load import SORRY, TO_THE_PERSON, TRIAGE, Balance, Load
from tests.system.conftest import START_SECONDS, System, eventually, running

SUNDAY = "2026-11-22T10:00:00-04:00"


def test_rasa_killed_under_load_serves_each_message_once_and_in_order(system: System, expected: list[str]):
    load = Load.of(system, 40)
    load.write(*TRIAGE, TO_THE_PERSON)
    load.answered(0.3)
    killed = system.signal("rasa", signal.SIGKILL)
    system.serves_again("rasa", killed)
    load.settled()
    Balance.of(load, expected).check()
    assert "rasa ended by itself (killed by SIGKILL)" in system.printed


def test_the_webhook_killed_under_load_loses_nothing_and_turns_no_order_round(system: System, expected: list[str]):
    load = Load.of(system, 40)
    load.write(*TRIAGE[:3])
    killed = system.signal("webhook", signal.SIGKILL)
    load.write(*TRIAGE[3:], TO_THE_PERSON)
    system.serves_again("webhook", killed)
    load.settled()
    Balance.of(load, expected).check()
    assert "webhook ended by itself (killed by SIGKILL)" in system.printed


def test_the_action_server_killed_hands_to_a_person_whom_it_was_serving_and_no_other(
    actions_apart: System, expected: list[str]
):
    load = Load.of(actions_apart, 12)
    load.write(*TRIAGE, TO_THE_PERSON)
    load.answered(0.2)
    killed = actions_apart.signal("actions", signal.SIGKILL)
    actions_apart.serves_again("actions", killed)
    load.settled()
    balance = Balance.of(load, expected)
    balance.check(handed=len(load.citizens))
    assert balance.handed, "the load has not noticed"
    after = Load.of(actions_apart, 2)
    after.write(*TRIAGE, TO_THE_PERSON)
    after.settled()
    Balance.of(after, expected).check()


def test_without_the_action_server_no_step_of_the_triage_is_answered_wrongly(
    actions_apart: System, expected: list[str]
):
    loads = [Load.of(actions_apart, 1) for _ in TRIAGE]
    for step, load in enumerate(loads):
        for place, text in enumerate(TRIAGE[:step]):
            load.write(text)
            load.answered(1.0, each=place + 1)
        load.taken_in()
    killed = actions_apart.signal("actions", signal.SIGKILL)
    for step, load in enumerate(loads):
        load.write(TRIAGE[step])
    actions_apart.serves_again("actions", killed)
    for load in loads:
        load.settled()
        balance = Balance.of(load, expected)
        balance.check(handed=1)
        assert balance.handed, load.rows()


def test_an_action_server_that_hangs_hands_everybody_to_a_person_within_the_time_out(
    actions_apart: System, expected: list[str]
):
    load = Load.of(actions_apart, 20)
    stopped = actions_apart.signal("actions", signal.SIGSTOP)
    try:
        begun = time.monotonic()
        load.write("oi")
        load.answered(1.0, each=1)
        assert time.monotonic() - begun < BOT_TIMEOUT + 5
    finally:
        actions_apart.signal("actions", signal.SIGCONT)
    load.settled()
    balance = Balance.of(load, expected)
    balance.check(handed=20)
    assert len(balance.handed) == 20
    assert actions_apart.pid("actions") == stopped


def test_out_of_hours_who_gets_no_answer_of_the_bot_is_told_the_hours_and_the_plantao(tmp_path: Path):
    with running(tmp_path, CLOCK_FIXED_AT=SUNDAY, ACTIONS_IN_RASA="false") as system:
        load = Load.of(system, 5)
        killed = system.signal("actions", signal.SIGKILL)
        load.write("oi")
        load.settled()
        for row in load.rows():
            if row.direction == "out":
                assert row.text.startswith(SORRY)
                for part in ("segunda-feira", "190", "plantão"):
                    assert part in row.text
            assert row.holder == "bot"
        system.serves_again("actions", killed)
        load.write("oi")
        load.settled()
        balance = Balance.of(load, ())
        for said in balance.wrong.values():
            assert len(said) == 2
            assert not said[1].startswith(SORRY)


def test_the_desk_killed_under_load_leaves_sending_to_rasa(system: System, expected: list[str]):
    load = Load.of(system, 20)
    load.write(*TRIAGE, TO_THE_PERSON)
    load.answered(0.3)
    killed = system.signal("desk", signal.SIGKILL)
    system.serves_again("desk", killed)
    load.settled()
    # What it was sending then, WhatsApp may have: who would not be told gets it again.
    Balance.of(load, expected).check(doubled=3)


def test_messages_wait_while_whatsapp_is_away(system: System, expected: list[str]):
    load = Load.of(system, 12)
    load.write(*TRIAGE[:-1])
    load.taken_in()
    system.signal("simulator", signal.SIGSTOP)
    try:
        load.answered(0.8)
        time.sleep(5)
    finally:
        system.signal("simulator", signal.SIGCONT)
    load.write(TRIAGE[-1], TO_THE_PERSON)
    load.settled()
    # Those that were handed over and not confirmed in time.
    Balance.of(load, expected).check(doubled=12)


def test_a_part_that_ends_again_and_again_ends_everything_loudly(tmp_path: Path):
    with running(tmp_path) as system:
        for _ in range(4):
            eventually(lambda: system.pid("desk"), "the desk again", START_SECONDS)
            system.signal("desk", signal.SIGKILL)
        assert system.process.wait(30) != 0
        assert "desk ended by itself (killed by SIGKILL), and again and again" in system.printed
