"""What every test stands on: settings of its own, and one loaded agent for all dialogues."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_VAR = tempfile.mkdtemp(prefix="defensoria-tests-")
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


@pytest.fixture
def database(tmp_path: Path) -> Iterator["Database"]:  # noqa: F821
    """An empty, migrated store in a file of its own."""
    from defensoria.conversations.database import Database
    from defensoria.conversations.schema import upgrade

    url = f"sqlite:///{tmp_path / 'store.db'}"
    upgrade(url)
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
