"""`kill -9` of WhatsApp's stand-in, which then knows nobody any more: to the office every window is closed."""

import signal
from pathlib import Path

import httpx

from tests.faults.load import TRIAGE, Load, masked
from tests.system.conftest import running

ARRIVED = {"sent", "delivered"}


def test_what_whatsapp_refuses_after_forgetting_everybody_goes_out_when_they_write_again(tmp_path: Path):
    with running(tmp_path, WHATSAPP_REOPEN_TEMPLATE="voltar_a_escrever") as system:
        quiet = Load.of(system, 1)
        quiet.write(*TRIAGE[:3])
        quiet.settled()
        expected = [row.text for row in quiet.rows() if row.author == "bot"]

        load = Load.of(system, 10)
        httpx.post(f"{system.phone}/simulator/faults", json={"code": 131016}).raise_for_status()
        load.write(*TRIAGE[:2])
        load.taken_in()
        load.answered(0.5, each=2)
        killed = system.signal("simulator", signal.SIGKILL)
        system.serves_again("simulator", killed)
        load.settled()
        assert {row.status for row in load.rows() if row.type == "template"} <= ARRIVED
        load.write(TRIAGE[2])
        load.settled()
        for citizen in load.citizens:
            rows = [row for row in load.rows() if row.citizen == citizen and row.direction == "out"]
            assert {row.status for row in rows} <= ARRIVED
            said = [row.text for row in rows if row.type != "template"]
            assert masked(said) == masked(expected)
            shown = [message["text"] for message in load.phone(citizen) if message["type"] != "template"]
            assert shown == said
