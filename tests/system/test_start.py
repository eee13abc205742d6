"""Starting: what is wrong is one clear sentence and not a traceback."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

from .conftest import run_environment


def _run(environment: dict[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "defensoria", *(command or ("run",))],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def _is_one_sentence(finished: "subprocess.CompletedProcess[str]", *parts: str) -> None:
    assert finished.returncode != 0
    assert "Traceback" not in finished.stderr
    for part in parts:
        assert part in finished.stderr


def test_a_port_in_use_is_named_with_the_variable_that_moves_it(tmp_path: Path):
    environment = run_environment(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environment["DESK_PORT"])))
        other.listen()
        _is_one_sentence(_run(environment), environment["DESK_PORT"], "DESK_PORT")


def test_an_unreadable_database_is_named(tmp_path: Path):
    (tmp_path / "broken.db").write_text("not a database" * 100)
    environment = run_environment(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'broken.db'}")
    _is_one_sentence(_run(environment), "broken.db", "DATABASE_URL")


@pytest.mark.parametrize("missing", ["WHATSAPP_APP_SECRET", "DATABASE_URL", "DESK_SECRET_KEY"])
def test_in_production_a_missing_value_is_named_and_nothing_is_generated(tmp_path: Path, missing: str):
    given = {
        "APP_ENV": "production",
        "WHATSAPP_ACCESS_TOKEN": "a",
        "WHATSAPP_APP_SECRET": "b",
        "WHATSAPP_VERIFY_TOKEN": "c",
        "RASA_TOKEN": "d",
        "DESK_SECRET_KEY": "e",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'p.db'}",
        "WHATSAPP_GRAPH_URL": "http://127.0.0.1:1/v26.0",
        "WHATSAPP_PHONE_NUMBER_ID": "1",
    }
    environment = {k: v for k, v in run_environment(tmp_path, **given).items() if k not in ("CLOCK_FIXED_AT", missing)}
    _is_one_sentence(_run(environment), missing)
    assert not (tmp_path / "dev.env").exists()


def test_a_fixed_clock_is_refused_in_production(tmp_path: Path):
    _is_one_sentence(_run(run_environment(tmp_path, APP_ENV="production")), "CLOCK_FIXED_AT")


@pytest.mark.parametrize("clock", ["yesterday", "2026-11-23T14:00:00"])
def test_a_clock_that_cannot_be_read_is_named(tmp_path: Path, clock: str):
    _is_one_sentence(_run(run_environment(tmp_path, CLOCK_FIXED_AT=clock)), "CLOCK_FIXED_AT")


def test_a_user_is_made_once_with_nucleos_that_exist(tmp_path: Path):
    environment = run_environment(tmp_path)
    add = ("users", "add", "joana", "--name", "Joana", "--nucleo", "sinop", "--password", "-")
    first = _run(environment, *add)
    assert first.returncode == 0, first.stderr
    assert "Password: " in first.stdout
    _is_one_sentence(_run(environment, *add), "joana")
    _is_one_sentence(_run(environment, "users", "add", "rui", "--name", "Rui", "--nucleo", "atlantida"), "atlantida")
