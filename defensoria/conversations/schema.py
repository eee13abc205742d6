"""Bringing the database to the tables of this version of the code."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from defensoria.conversations.database import create_engine_for

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK_KEY = 65_99963_4454


class SchemaError(RuntimeError):
    """The database cannot be opened or brought up to date; the message says which and what to do."""


def upgrade(url: str) -> None:
    """Create or migrate the tables, one process at a time. Does nothing when they are of this version.

    Raises:
        SchemaError: the database cannot be read or written.
    """
    shown = make_url(url).render_as_string(hide_password=True)
    try:
        engine = create_engine_for(url)
        with _file_lock(url), engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                # A migration that makes a table anew drops the one that others point to; the engine ends here.
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK_KEY})
                connection.commit()
            command.upgrade(_config(connection), "head")
            connection.commit()
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK_KEY})
                connection.commit()
        engine.dispose()
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise SchemaError(
            f"The database {shown} cannot be opened or brought up to date: {cause}. "
            "Check DATABASE_URL, that the server answers or the file is a readable database, and the disk's space."
        ) from error


def _config(connection: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _file_lock(url: str) -> Iterator[None]:
    database = make_url(url).database
    if make_url(url).get_backend_name() != "sqlite" or not database or database == ":memory:":
        yield
        return
    Path(database).parent.mkdir(parents=True, exist_ok=True)
    with open(f"{database}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
