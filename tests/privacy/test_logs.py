"""The log files of the service: set aside each day, gone at their term."""

import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest

from defensoria.clock import utc_now
from defensoria.privacy import logs
from defensoria.privacy.retention import DataClass, retention

from .conftest import House

NOON = datetime(2026, 11, 23, 16, tzinfo=timezone.utc)
TERM = retention().rules[DataClass.LOGS].days


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "logs").mkdir()
    return tmp_path / "logs"


def test_what_a_part_wrote_is_set_aside_and_it_goes_on_writing_from_the_beginning(folder):
    with (folder / "rasa.log").open("ab") as log:
        talker = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"
        part = subprocess.Popen([sys.executable, "-c", talker], stdin=subprocess.PIPE, stdout=log, text=True, bufsize=1)
    _say(part, folder, "first\n")
    logs.set_aside(folder, NOON)
    _say(part, folder, "second\n")
    part.stdin.close()
    part.wait(10)
    assert (folder / "rasa.log.20261123").read_text() == "first\n"
    assert (folder / "rasa.log").read_text() == "second\n"


def _say(part: subprocess.Popen, folder, words: str) -> None:
    part.stdin.write(words)
    while not (folder / "rasa.log").read_text().endswith(words):
        assert part.poll() is None


def test_twice_in_a_day_is_one_file_and_an_empty_log_makes_none(folder):
    (folder / "desk.log").touch()
    for said in ("one\n", "two\n"):
        (folder / "rasa.log").write_text(said)
        logs.set_aside(folder, NOON)
    assert {file.name for file in folder.iterdir()} == {"desk.log", "rasa.log", "rasa.log.20261123"}
    assert (folder / "rasa.log.20261123").read_text() == "one\ntwo\n"


def test_the_purge_sets_aside_and_removes_what_is_past_its_term(house: House, folder):
    (folder / "rasa.log").write_text("now\n")
    old, young = folder / "rasa.log.20260101", folder / "rasa.log.20261122"
    for file, days in ((old, TERM + 1), (young, TERM - 1)):
        file.write_text("then\n")
        at = (utc_now() - timedelta(days=days)).timestamp()
        os.utime(file, (at, at))
    assert house.purge(0, now=False)[DataClass.LOGS] == 1
    assert old.exists()
    assert house.purge(0)[DataClass.LOGS] == 1
    assert (old.exists(), young.exists(), (folder / "rasa.log").read_text()) == (False, True, "")


def test_a_service_without_logs_on_disk_has_none_to_remove(house: House):
    assert house.purge(0)[DataClass.LOGS] == 0
