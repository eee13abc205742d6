"""A fact that the office edits holds in the running system within a minute, without a restart."""

import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT

from .conftest import System, eventually

# One system for all tests that talk to it.
pytestmark = pytest.mark.xdist_group("system")

A_MINUTE = 60.0
CLOSURE = "23/11/2026;;;;;falta de energia no prédio;interrupcao;;;Aviso da Administração;2026-11-23;\n"


def _facts(system: System, *arguments: str) -> bytes:
    command = [sys.executable, "-m", "defensoria", "facts", *arguments]
    return subprocess.run(command, cwd=ROOT, env=system.environment, check=True, capture_output=True).stdout


def _greeted(system: System) -> str:
    """What a citizen hears who writes for the first time."""
    citizen = httpx.post(f"{system.phone}/simulator/phones", json={}).json()["wa_id"]
    system.say(citizen, "oi")
    return system.told(citizen)[0]


def _soon_greeted_with(system: System, words: str) -> str:
    """The first greeting that says `words`, within a minute."""
    deadline = time.monotonic() + A_MINUTE
    while words not in (greeting := _greeted(system)):
        assert time.monotonic() < deadline, f"after a minute still: {greeting}"
        time.sleep(3)
    return greeting


def _edited(system: System) -> dict[str, int]:
    """The newest version of each table that was edited."""
    with system.store() as store:
        return dict(store.execute("SELECT name, max(number) FROM fact_versions GROUP BY name"))


def _addresses(system: System) -> list[str]:
    actions = f"http://127.0.0.1:{system.environment['ACTIONS_PORT']}"
    return [f"{system.rasa}/webhooks/whatsapp/facts", f"{actions}/facts"]


def _taken_up(system: System) -> list[dict[str, int]]:
    """What Rasa and the action server say they have taken up."""
    bearer = {"Authorization": f"Bearer {system.secrets['RASA_TOKEN']}"}
    return [httpx.get(address, headers=bearer).json()["versions"] for address in _addresses(system)]


def test_without_the_token_nobody_is_told_what_was_taken_up(system: System):
    # Whoever was refused too often within the minute, here by other tests, is told that instead.
    assert all(httpx.get(address).status_code in (403, 429) for address in _addresses(system))


def test_an_edited_closure_stops_the_bots_opening_within_a_minute(system: System, tmp_path: Path):
    packaged, edited = tmp_path / "packaged.csv", tmp_path / "edited.csv"
    packaged.write_bytes(_facts(system, "export", "fechamentos"))
    edited.write_bytes(packaged.read_bytes() + CLOSURE.encode())
    assert "Vou fazer poucas perguntas" in _greeted(system)
    _facts(system, "import", "fechamentos", str(edited))
    try:
        told = _soon_greeted_with(system, "hoje não há atendimento: falta de energia no prédio")
        assert "Voltamos terça-feira, 24 de novembro, às 12h" in told
        eventually(lambda: _taken_up(system) == [_edited(system)] * 2, "both take the edit up", A_MINUTE)
    finally:
        _facts(system, "import", "fechamentos", str(packaged))
    _soon_greeted_with(system, "Vou fazer poucas perguntas")
