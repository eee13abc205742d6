"""One database for the service: its engine, and transactions that never block the event loop."""

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Condition, Lock
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

T = TypeVar("T")

_BUSY_SECONDS = 15
_NEXT_TRY_SECONDS = 0.002
_BUSY_WAIT = f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}"
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    # What is removed or rewritten would else be left legible in the file.
    "secure_delete=ON",
)
_READERS = 4
_SWITCH_SECONDS = 0.0001
"""How long a thread may go on while another waits. One that writes gives way at each statement, and with Python's own
5 ms it would wait as long for each to come back to it, and everybody for it, while the dialogue computes."""
_READS = "reads"
"""The execution option of connections that write nothing."""
_AT_ONCE = "at_once"
"""The execution option of connections that write where they need not wait for it."""


class _Taken(Exception):
    """Another process writes just now."""


class Database:
    """A place where conversations are kept: SQLite in WAL mode, or PostgreSQL.

    Args:
        url: SQLAlchemy URL. A SQLite file's folder is created.
    """

    def __init__(self, url: str) -> None:
        sys.setswitchinterval(_SWITCH_SECONDS)
        self.url = url
        self.engine = create_engine_for(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, future=True)
        reading = self.engine.execution_options(**{_READS: True})
        self._reading_sessions = sessionmaker(reading, expire_on_commit=False, future=True)
        at_once = self.engine.execution_options(**{_AT_ONCE: True})
        self._sessions_at_once = sessionmaker(at_once, expire_on_commit=False, future=True)
        self._lanes = _lanes_of(url, 1 if self.engine.dialect.name == "sqlite" else 10)
        self._running: set[Future[Any]] = set()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends and rolls back when it raises."""
        with self._sessions() as session, session.begin():
            yield session

    async def run(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call `work(session, *args, **kwargs)` in a transaction of its own, in a thread. Returns what it returns."""
        return await self._run(self._lanes.common, self._sessions, lambda session: work(session, *args, **kwargs))

    async def run_first(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """As `run`, before all that `run` has not begun yet: for what somebody outside waits for."""
        return await self._run(self._lanes.urgent, self._sessions, lambda session: work(session, *args, **kwargs))

    async def read(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """As `run`, for work that writes nothing: on SQLite it neither waits for a writer nor keeps one waiting."""
        return await self._run(
            self._lanes.reading, self._reading_sessions, lambda session: work(session, *args, **kwargs)
        )

    async def glance(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """As `read`, for what is found by an index in well under a millisecond: SQLite answers sooner than a thread."""
        if self._lanes.common.alone:
            with self._reading_sessions() as session, session.begin():
                return work(session, *args, **kwargs)
        return await self.read(work, *args, **kwargs)

    async def jot(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """As `run`, for what takes a millisecond or few: SQLite, where nobody else writes, has it done before a thread
        would have begun it.
        """
        return await self._jot(self._lanes.common, lambda session: work(session, *args, **kwargs))

    async def jot_first(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """As `jot`; where it has to wait, as `run_first`."""
        return await self._jot(self._lanes.urgent, lambda session: work(session, *args, **kwargs))

    async def _jot(self, lane: "_Lane", work: Callable[[Session], T]) -> T:
        with lane.slip_through() as slipped:
            if slipped:
                with self._sessions_at_once() as session, session.begin():
                    if _may_write(session):
                        return work(session)
        return await self._run(lane, self._sessions, work)

    async def _run(self, lane: "_Lane", sessions: Callable[[], Session], work: Callable[[Session], T]) -> T:
        def in_transaction() -> T:
            with lane.pass_through(), sessions() as session, session.begin():
                return work(session)

        future = lane.threads.submit(in_transaction)
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return await asyncio.wrap_future(future)

    def dispose(self) -> None:
        """Let what runs end, and close every connection."""
        wait(set(self._running))
        self.engine.dispose()


class _Narrows:
    """Where one goes through at a time, and who is urgent before who is not."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._taken = False
        self._urgent = 0

    @contextmanager
    def pass_through(self, urgent: bool) -> Iterator[None]:
        with self._changed:
            self._urgent += urgent
            self._changed.wait_for(lambda: not self._taken and (urgent or not self._urgent))
            self._urgent -= urgent
            self._taken = True
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def slip_through(self) -> Iterator[bool]:
        """Go through where nobody is in the way. Whether one did; without, there is nothing to leave."""
        with self._changed:
            free = not self._taken and not self._urgent
            self._taken = self._taken or free
        try:
            yield free
        finally:
            if free:
                self._leave()

    def _leave(self) -> None:
        with self._changed:
            self._taken = False
            self._changed.notify_all()


class _Lane:
    """Threads that run transactions, and the narrows that those of one database share where it lets in one writer."""

    def __init__(self, count: int, name: str, narrows: _Narrows | None, urgent: bool) -> None:
        self.threads = ThreadPoolExecutor(count, thread_name_prefix=name)
        self._narrows, self._urgent = narrows, urgent

    @property
    def alone(self) -> bool:
        """Whether one writes at a time and nobody who reads waits for them."""
        return self._narrows is not None

    def pass_through(self) -> AbstractContextManager[None]:
        return self._narrows.pass_through(self._urgent) if self._narrows else nullcontext()

    def slip_through(self) -> AbstractContextManager[bool]:
        return self._narrows.slip_through() if self._narrows else nullcontext(False)


class _Lanes:
    """The lanes of all who use one database in this process; they end with the last of them.

    SQLite lets one writer in at a time: those of one process queue here, and only its first asks the database.
    """

    def __init__(self, count: int) -> None:
        narrows = _Narrows() if count == 1 else None
        self.reading = _Lane(_READERS, "conversations-reads", None, urgent=False)
        self.common = _Lane(count, "conversations", narrows, urgent=False)
        self.urgent = _Lane(count, "conversations-first", narrows, urgent=True)


_lanes: "WeakValueDictionary[str, _Lanes]" = WeakValueDictionary()
_lanes_lock = Lock()


def _lanes_of(url: str, count: int) -> _Lanes:
    with _lanes_lock:
        lanes = _lanes.get(url)
        if lanes is None:
            lanes = _lanes[url] = _Lanes(count)
        return lanes


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
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN comes too late to lock before the first read; `_begin` sends it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(_BUSY_WAIT)
    cursor.close()


def _begin(connection: Any) -> None:
    # A transaction that reads first and writes later fails at once when another wrote in between: lock at the start.
    cursor = connection.connection.cursor()
    try:
        options = connection.get_execution_options()
        if options.get(_READS):
            cursor.execute("BEGIN")
        elif options.get(_AT_ONCE):
            _begin_at_once(cursor)
        else:
            _begin_writing(connection, cursor)
    finally:
        cursor.close()


def _may_write(session: Session) -> bool:
    try:
        session.connection()
    except _Taken:
        return False
    return True


def _begin_at_once(cursor: Any) -> None:
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        if not _begun(cursor):
            raise _Taken
    finally:
        cursor.execute(_BUSY_WAIT)


def _begin_writing(connection: Any, cursor: Any) -> None:
    """Wait for other processes here: SQLite would look more and more seldom, and who comes later would go before."""
    deadline = time.monotonic() + _BUSY_SECONDS
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < deadline and not _begun(cursor):
            time.sleep(_NEXT_TRY_SECONDS)
        if not cursor.connection.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        cursor.execute(_BUSY_WAIT)


def _begun(cursor: Any) -> bool:
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True
