"""Systems to break: one that several tests share, and what it answers in peace."""

from collections.abc import Iterator

import pytest

from tests.faults.load import FIRST_NUMBER, TO_THE_PERSON, TRIAGE, Load, masked
from tests.system.conftest import System, running

BOT_TIMEOUT = 12.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder is marked."""
    for item in items:
        if "tests/faults/" in item.path.as_posix():
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Everything, running in office hours."""
    with running(tmp_path_factory.mktemp("faults"), BOT_TIMEOUT_SECONDS=str(BOT_TIMEOUT)) as everything:
        yield everything
        for log in (everything.var / "logs").iterdir():
            written = log.read_text(errors="replace")
            assert not [words for words in ("moro em sinop", FIRST_NUMBER[:9]) if words in written], log


@pytest.fixture(scope="session")
def actions_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """As `system`, with the actions in their server alone."""
    folder = tmp_path_factory.mktemp("faults-apart")
    with running(folder, BOT_TIMEOUT_SECONDS=str(BOT_TIMEOUT), ACTIONS_IN_RASA="false") as everything:
        yield everything


@pytest.fixture(scope="session")
def expected(system: System) -> list[str]:
    """What a citizen is answered who writes the triage in peace."""
    load = Load.of(system, 1)
    load.write(*TRIAGE, TO_THE_PERSON)
    load.settled()
    return masked([row.text for row in load.rows() if row.direction == "out"])
