"""The database locked by somebody else while citizens write."""

import time

import httpx
import pytest

from tests.faults.load import TO_THE_PERSON, TRIAGE, Balance, Load
from tests.system.conftest import System

BUSY_SECONDS = 15
"""How long a transaction waits for the lock before it fails."""
AT_ONCE = 8
"""How many citizens the bot answers at the same time."""


@pytest.mark.parametrize("seconds", [8, BUSY_SECONDS + 5])
def test_a_locked_database_loses_nothing(system: System, expected: list[str], seconds: int):
    load = Load.of(system, 12)
    load.write(*TRIAGE[:3])
    load.answered(0.2, each=3)
    with system.store() as store:
        store.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        load.write(*TRIAGE[3:], TO_THE_PERSON)
        time.sleep(max(begun + seconds - time.monotonic(), 0))
        webhook = httpx.get(f"{system.phone}/simulator/health").json()["webhook"]
    if seconds > BUSY_SECONDS:
        assert webhook["problem"], "a webhook that could not be stored was acknowledged"
    assert webhook["waiting"]
    load.settled()
    # Who was being answered meanwhile may have run out of time: they were told so, and a person was called.
    Balance.of(load, expected).check(handed=AT_ONCE if seconds < BUSY_SECONDS else len(load.citizens))
