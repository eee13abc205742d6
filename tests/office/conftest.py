"""The packaged facts, and a copy of their files that a test may spoil."""

import shutil
from pathlib import Path

import pytest

import defensoria.office.facts
from defensoria.office.facts import OfficeFacts, office_facts

PACKAGED = Path(defensoria.office.facts.__file__).parent


@pytest.fixture(scope="session")
def facts() -> OfficeFacts:
    return office_facts()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The facts' files, copied where they may be edited."""
    for file in [*PACKAGED.glob("*.csv"), *PACKAGED.glob("*.yml")]:
        shutil.copy(file, tmp_path)
    return tmp_path
