"""What every test stands on: settings of its own, and one loaded agent for all dialogues."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_MEMORY = "/dev/shm"  # noqa: S108 - every folder made in it has a name of its own
_ROOM = 2 * 1024**3
# What tests write is read at once and thrown away: where there is room for it in memory, no test waits for a disk.
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
    os.environ["TMPDIR"] = os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.tempdir = _MEMORY
_VAR = tempfile.mkdtemp(prefix="defensoria-tests-")
atexit.register(shutil.rmtree, _VAR, ignore_errors=True)
# Before anything of ours is imported: no test reads or writes the developer's own database and secrets.
os.environ.update(
    {
        "VAR_DIR": _VAR,
        "APP_ENV": "development",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "WHATSAPP_APP_SECRET": "test-app-secret",
        "WHATSAPP_VERIFY_TOKEN": "test-verify-token",
        "WHATSAPP_ACCESS_TOKEN": "test-access-token",
        "RASA_TOKEN": "test-rasa-token",
    }
)
for name in ("DATABASE_URL", "CLOCK_FIXED_AT", "REDIS_URL", "WHATSAPP_GRAPH_URL"):
    os.environ.pop(name, None)

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "models" / "defensoria.tar.gz"


@pytest.fixture(scope="session", autouse=True)
def quick_hashing() -> None:
    """Passwords are hashed as ever, at the least cost: it is slow on purpose, and hundreds of users are made here."""
    from argon2 import PasswordHasher

    from defensoria.conversations import passwords

    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator["Server"]:  # noqa: F821
    """A PostgreSQL server of this process's own, started at its first use."""
    from tests.postgresql import binaries, running

    programs = binaries()
    if programs is None:
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    with running(programs) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store with its tables made and nothing in them, to be copied."""
    from defensoria.conversations.schema import upgrade

    file = tmp_path_factory.mktemp("migrated") / "store.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator["Database"]:  # noqa: F821
    """An empty, migrated store of its own, on each of the databases the service runs on."""
    if request.param == "postgresql":
        with request.getfixturevalue("postgresql").fresh_database() as url:
            yield from _opened(url)
    else:
        file = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "store.db")
        yield from _opened(f"sqlite:///{file}")


def _opened(url: str) -> Iterator["Database"]:  # noqa: F821
    from defensoria.conversations.database import Database

    store = Database(url)
    yield store
    store.dispose()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch):
    """Set the office's clock: `clock("2026-11-23T14:00:00-04:00")`."""
    from defensoria.settings import settings

    def set_to(instant: str | None) -> None:
        if instant is None:
            monkeypatch.delenv("CLOCK_FIXED_AT", raising=False)
        else:
            monkeypatch.setenv("CLOCK_FIXED_AT", instant)
        settings.cache_clear()

    set_to("2026-11-23T14:00:00-04:00")
    yield set_to
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def facts_may_change() -> Iterator[None]:
    """Afterwards the facts packaged with the project hold again in this process."""
    yield
    from defensoria.office.facts import load_facts, use

    use(load_facts())
