"""The whole system, started as `make run` starts it, on free ports and with a folder of its own."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import MODEL, ROOT

MONDAY_AFTERNOON = "2026-11-23T14:00:00-04:00"
START_SECONDS = 180
CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PATIENCE = 30.0
PARTS = {
    "simulator": ("defensoria.simulator", "SIMULATOR_PORT", "/simulator/health"),
    "actions": ("defensoria.actions_server", "ACTIONS_PORT", "/health"),
    "webhook": ("defensoria.whatsapp", "WEBHOOK_PORT", "/webhooks/whatsapp/ready"),
    "desk": ("defensoria.desk", "DESK_PORT", "/saude"),
    "rasa": ("defensoria.rasa_server", "RASA_PORT", "/webhooks/whatsapp/webhook"),
}
"""Each process: its module, the variable of its port, and an address that answers once it serves."""


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def eventually(happens: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """What `happens` returns once it is true."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if result := happens():
            return result
        time.sleep(0.05)
    raise AssertionError(f"not within {patience:.0f} s: {what}")


def run_environment(var: Path, **more: str) -> dict[str, str]:
    """The environment of a `make run` with everything apart from the developer's own."""
    names = [port for _, port, _ in PARTS.values()]
    ports = dict(zip(names, map(str, free_ports(len(names))), strict=True))
    kept = {k: v for k, v in os.environ.items() if not k.startswith("WHATSAPP_") and k not in ("RASA_TOKEN", "APP_ENV")}
    return {**kept, **ports, "VAR_DIR": str(var), "CLOCK_FIXED_AT": MONDAY_AFTERNOON, **more}


def start(environment: dict[str, str], output: Path) -> "subprocess.Popen[bytes]":
    """`python -m defensoria run`, which is what `make run` ends in."""
    with output.open("wb") as log:
        command = [sys.executable, "-m", "defensoria", "run"]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)


@dataclass
class System:
    """A running system: its addresses, its first login, and its process."""

    phone: str
    desk: str
    rasa: str
    login: str
    password: str
    environment: dict[str, str]
    process: "subprocess.Popen[bytes]"

    @property
    def var(self) -> Path:
        """The folder of its database, logs and generated secrets."""
        return Path(self.environment["VAR_DIR"])

    @property
    def secrets(self) -> dict[str, str]:
        """The generated secrets, by the name of their variable."""
        return dict(line.split("=", 1) for line in (self.var / "dev.env").read_text().splitlines())

    def transcript(self, citizen: str) -> list[dict[str, Any]]:
        """A phone's messages, oldest first."""
        return httpx.get(f"{self.phone}/simulator/phones/{citizen}").json()["messages"]

    def write(self, citizen: str, text: str) -> None:
        """A citizen writes."""
        url = f"{self.phone}/simulator/phones/{citizen}/messages"
        httpx.post(url, json={"text": text}).raise_for_status()

    def told(self, citizen: str) -> list[str]:
        """What the phone shows from the office, oldest first."""
        return [message["text"] for message in self.transcript(citizen) if message["direction"] == "out"]

    def say(self, citizen: str, text: str) -> str:
        """A citizen writes and waits for the answer, which is returned."""
        before = len(self.told(citizen))
        self.write(citizen, text)
        return eventually(lambda: self.told(citizen)[before:], f"an answer to {text!r}")[-1]

    @contextmanager
    def store(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own to the database; what is begun on it is committed at the end."""
        connection = sqlite3.connect(self.var / "defensoria.db", timeout=PATIENCE)
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def pid(self, part: str) -> int | None:
        """The process of a part, if there is one now."""
        listed = ["ps", "-o", "pid=,stat=,args=", "--ppid", str(self.process.pid)]
        for line in subprocess.run(listed, capture_output=True, text=True, check=False).stdout.splitlines():
            pid, state, args = line.split(maxsplit=2)
            if f"-m {PARTS[part][0]} " in f"{args} " and not state.startswith("Z"):
                return int(pid)
        return None

    def signal(self, part: str, number: int) -> int:
        """Send a part a signal. Returns its process id."""
        pid = self.pid(part)
        assert pid, f"{part} does not run"
        os.kill(pid, number)
        return pid

    def serves(self, part: str) -> bool:
        """Whether a part answers."""
        _, port, path = PARTS[part]
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.environment[port]}{path}", timeout=2.0)
        except httpx.HTTPError:
            return False
        return answer.status_code < 500

    def serves_again(self, part: str, killed: int) -> None:
        """Wait until a part that was killed is started again and answers."""
        eventually(lambda: self.pid(part) not in (None, killed) and self.serves(part), f"{part} again", START_SECONDS)

    @property
    def printed(self) -> str:
        """What `make run` has shown so far."""
        return (self.var.parent / "output").read_text()


@contextmanager
def running(folder: Path, **more: str) -> Iterator[System]:
    """A system of its own below `folder`, with further variables in its environment."""
    assert MODEL.exists(), f"no model at {MODEL}: run `make train`"
    environment = run_environment(folder / "var", **more)
    process = start(environment, folder / "output")
    try:
        deadline = time.monotonic() + START_SECONDS
        while "Ready" not in (printed := (folder / "output").read_text()):
            assert process.poll() is None, f"the system ended: {printed}"
            assert time.monotonic() < deadline, f"not ready: {printed}"
            time.sleep(0.2)
        found = re.search(r"First login +(\S+) +password +(\S+)", printed)
        assert found
        yield System(
            phone=f"http://127.0.0.1:{environment['SIMULATOR_PORT']}",
            desk=f"http://127.0.0.1:{environment['DESK_PORT']}",
            rasa=f"http://127.0.0.1:{environment['RASA_PORT']}",
            login=found[1],
            password=found[2],
            environment=environment,
            process=process,
        )
    finally:
        gave_up = process.poll()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == (gave_up or 0)
        for _, port, _ in PARTS.values():
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", int(environment[port]))) != 0, f"{port} still answers"


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Everything, running."""
    with running(tmp_path_factory.mktemp("run")) as everything:
        yield everything


@pytest.fixture
def actions_apart(tmp_path: Path) -> Iterator[System]:
    """Everything, running, with the actions in their server alone."""
    with running(tmp_path, ACTIONS_IN_RASA="false") as everything:
        yield everything


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the pages. No longer than a module: its event loop would be in the way of asynchronous tests."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()
