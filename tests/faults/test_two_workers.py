"""Two workers behind nginx, as real processes: one is killed under load, and nothing is lost or doubled."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bench.servers import Missing, check_programs, in_front
from tests.conftest import MODEL, ROOT
from tests.faults.conftest import BOT_TIMEOUT
from tests.faults.load import TO_THE_PERSON, TRIAGE, Balance, Load, masked
from tests.system.conftest import START_SECONDS, System, eventually, free_ports, running


@contextmanager
def _another_worker(system: System, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """One more worker of a running system, once it is ready."""
    rasa = [sys.executable, "-m", "defensoria.rasa_server", "--model", str(MODEL), "--port", str(port)]
    told = ["--endpoints", str(system.var / "endpoints.yml"), "--credentials", str(ROOT / "credentials.yml")]
    with (system.var / "logs" / "rasa-2.log").open("wb") as log:
        process = subprocess.Popen(
            [*rasa, *told, "--interface", "127.0.0.1"], cwd=ROOT, env=system.environment, stdout=log, stderr=log
        )
    try:
        ready = f"http://127.0.0.1:{port}/webhooks/whatsapp/ready"
        eventually(lambda: _answers(ready), "a second worker", START_SECONDS)
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2.0).status_code == 200
    except httpx.HTTPError:
        return False


def test_one_of_two_workers_killed_under_load_leaves_its_citizens_to_the_other(tmp_path: Path):
    try:
        check_programs()
    except Missing as error:
        pytest.skip(str(error))
    address, webhook, port = free_ports(3)
    more = {"SIMULATOR_WEBHOOK_URL": f"http://127.0.0.1:{address}/webhooks/whatsapp/webhook"}
    with (
        running(tmp_path, BOT_TIMEOUT_SECONDS=str(BOT_TIMEOUT), WEBHOOK_PORT=str(webhook), **more) as system,
        _another_worker(system, port) as second,
        in_front(address, webhook),
    ):
        peace = Load.of(system, 1)
        peace.write(*TRIAGE, TO_THE_PERSON)
        peace.settled()
        expected = masked([row.text for row in peace.rows() if row.direction == "out"])
        load = Load.of(system, 20)
        load.write(*TRIAGE, TO_THE_PERSON)
        load.answered(0.3)
        second.kill()
        load.settled()
        Balance.of(load, expected).check()
