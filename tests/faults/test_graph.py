"""The Graph API slow, failing with each class of the error table, or cut in the middle of a request."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.faults.load import TRIAGE, Balance, Load
from tests.system.conftest import System, eventually

FIRST = TRIAGE[:3]


def fault(system: System, **kind: Any) -> None:
    """Ask for a fault."""
    httpx.post(f"{system.phone}/simulator/faults", json=kind).raise_for_status()


def no_faults(system: System) -> None:
    """Let everything go again."""
    httpx.delete(f"{system.phone}/simulator/faults").raise_for_status()


@pytest.fixture(autouse=True)
def healed(system: System) -> Iterator[None]:
    """No fault of one test is left to the next."""
    yield
    no_faults(system)


def test_a_slow_whatsapp_delays_and_loses_nothing(system: System, expected: list[str]):
    fault(system, delay=3.0)
    load = Load.of(system, 12)
    load.write(*FIRST)
    load.settled()
    Balance.of(load, expected[:3]).check()


@pytest.mark.parametrize(
    "refusal",
    [
        {"status": 503},
        {"code": 131016},
        {"code": 130429, "status": 429, "retry_after": 2},
        {"code": 131056},
        {"code": 999999},
    ],
    ids=lambda kind: "-".join(map(str, kind.values())),
)
def test_what_passes_is_tried_again_until_it_goes(system: System, expected: list[str], refusal: dict[str, int]):
    fault(system, **refusal, count=25)
    load = Load.of(system, 10)
    load.write(*FIRST)
    load.settled()
    Balance.of(load, expected[:3]).check()


@pytest.mark.parametrize("code", [131026, 100], ids=["final", "ours"])
def test_what_will_not_pass_fails_alone_with_its_reason(system: System, expected: list[str], code: int):
    fault(system, code=code, count=3)
    load = Load.of(system, 10)
    load.write(*FIRST)
    load.settled()
    Balance.of(load, expected[:3]).check(failed=3)


def test_outside_the_window_fails_alone_where_there_is_no_template(system: System, expected: list[str]):
    load = Load.of(system, 4)
    fault(system, code=131047, to=load.citizens[0], count=1)
    load.write(*FIRST)
    load.settled()
    Balance.of(load, expected[:3]).check(failed=1)


@pytest.mark.parametrize(("code", "first_wait"), [(190, 30), (131048, 300)], ids=["stop", "hold"])
def test_a_refusal_of_everything_stops_sending_keeps_all_and_goes_on_later(
    system: System, expected: list[str], code: int, first_wait: int
):
    fault(system, code=code)
    load = Load.of(system, 10)
    load.write(*FIRST)
    load.answered(1.0, each=3)
    time.sleep(2)
    assert eventually(lambda: _wait_while_stopped(system), "sending stopped") == first_wait
    assert {row.status for row in load.rows() if row.direction == "out"} == {"pending"}
    no_faults(system)
    if first_wait > 60:
        _probe_now(system)
    load.settled()
    Balance.of(load, expected[:3]).check()
    assert not _wait_while_stopped(system)


def test_a_cut_after_whatsapp_took_it_is_not_sent_again(system: System, expected: list[str]):
    fault(system, cut="after", share=0.5)
    load = Load.of(system, 10)
    load.write(*FIRST)
    load.settled()
    Balance.of(load, expected[:3]).check()


def test_a_cut_before_whatsapp_took_it_is_sent_once_more(system: System, expected: list[str]):
    fault(system, cut="before", count=8)
    load = Load.of(system, 10)
    load.write(*FIRST)
    load.settled()
    Balance.of(load, expected[:3]).check()


def _wait_while_stopped(system: System) -> int | None:
    with system.store() as store:
        found = store.execute("SELECT wait_seconds FROM sending_state WHERE stopped_since IS NOT NULL").fetchone()
    return found[0] if found else None


def _probe_now(system: System) -> None:
    with system.store() as store:
        store.execute("UPDATE sending_state SET probe_at = '2020-01-01 00:00:00.000000'")
