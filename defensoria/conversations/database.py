"""One database for the service: its engine, and transactions that never block the event loop."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

T = TypeVar("T")

_BUSY_SECONDS = 15


class Database:
    """A place where conversations are kept: SQLite in WAL mode, or PostgreSQL.

    Args:
        url: SQLAlchemy URL. A SQLite file's folder is created.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = create_engine_for(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, future=True)
        # SQLite lets one writer in at a time: one thread queues them here instead of in the database's busy wait.
        sqlite = self.engine.dialect.name == "sqlite"
        self._threads = ThreadPoolExecutor(1 if sqlite else 10, thread_name_prefix="conversations")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends and rolls back when it raises."""
        with self._sessions() as session, session.begin():
            yield session

    async def run(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call `work(session, *args, **kwargs)` in a transaction of its own, in a thread. Returns what it returns."""

        def in_transaction() -> T:
            with self.transaction() as session:
                return work(session, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, in_transaction)

    def dispose(self) -> None:
        """Close every connection and thread."""
        self._threads.shutdown(wait=True)
        self.engine.dispose()


def create_engine_for(url: str, **options: Any) -> Engine:
    """An engine for `url` with the pragmas and the locking that concurrent processes need."""
    parsed = make_url(url)
    # Errors are logged, and a statement's parameters hold what citizens wrote.
    options.setdefault("hide_parameters", True)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, future=True, pool_pre_ping=True, **options)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # SQLAlchemy would open the file anew for each transaction, and SQLite writes its log back at every last close.
    options.setdefault("poolclass", QueuePool)
    engine = create_engine(
        url, future=True, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False}, **options
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN comes too late to lock before the first read; `_begin_immediate` sends it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={_BUSY_SECONDS * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    # A transaction that reads first and writes later fails at once when another wrote in between: lock at the start.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
