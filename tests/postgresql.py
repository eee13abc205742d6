"""A PostgreSQL server for the tests' own use, from the machine's binaries, in a folder of its own."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import create_engine

from defensoria.conversations.schema import upgrade

_SUPERUSER = "defensoria"
_TEMPLATE = "migrated"
# Nothing here outlives the tests: no write waits for the disk.
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=40")

_PATIENCE_SECONDS = 30.0
# Tests that are killed leave no server behind, where the system (Debian's util-linux) can see to it.
_DIES_WITH_US = ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []


def binaries() -> Path | None:
    """The folder with PostgreSQL's server programs, the newest version's; None where none is installed."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    on_path = shutil.which("initdb")
    folders = [*installed, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


class Server:
    """A running server that listens on a socket in its folder, so that no two ever want the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = (f"test_{number}" for number in count(1))
        self._admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        self._do(f"CREATE DATABASE {_TEMPLATE}")
        upgrade(self.url(_TEMPLATE))

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of one of the server's databases."""
        return f"postgresql://{_SUPERUSER}@/{name}?host={self._folder}"

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The URL of an empty, migrated database that is dropped at the end."""
        name = next(self._names)
        self._do(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        yield self.url(name)
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Let go of the connection that made the databases."""
        self._admin.dispose()

    def _do(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """A server that runs until the block ends. PostgreSQL refuses to run as root: then it runs as `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="defensoria-pg-"))
    as_owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        group = pwd.getpwnam("postgres").pw_gid
        as_owner = {"user": "postgres", "group": group, "extra_groups": []}
        shutil.chown(folder, "postgres", group)
    data, log = folder / "data", folder / "log"
    with log.open("ab") as said:
        told: dict[str, Any] = {"cwd": folder, "stdout": said, "stderr": said, **as_owner}
        options = [f"--username={_SUPERUSER}", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
        made = subprocess.run([programs / "initdb", f"--pgdata={data}", *options], **told)
        assert made.returncode == 0, log.read_text()
        settings = [f"-c{setting}" for setting in (*_SETTINGS, f"unix_socket_directories={folder}")]
        process = subprocess.Popen([*_DIES_WITH_US, programs / "postgres", f"-D{data}", *settings], **told)
    try:
        _await_answer(programs, folder, process)
        server = Server(folder)
        yield server
        server.close()
    finally:
        # To a server, this signal says to stop at once without tidying up.
        process.send_signal(signal.SIGQUIT)
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _await_answer(programs: Path, folder: Path, process: subprocess.Popen[bytes]) -> None:
    until = monotonic() + _PATIENCE_SECONDS
    while subprocess.run([programs / "pg_isready", "--quiet", f"--host={folder}"]).returncode != 0:
        assert process.poll() is None, (folder / "log").read_text()
        assert monotonic() < until, f"PostgreSQL does not answer: {(folder / 'log').read_text()}"
        sleep(0.05)
