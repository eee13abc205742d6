"""The running system: started as `make run` starts it, apart from everything else here, and its processes measured."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.ledger import unsettled
from defensoria.conversations.database import Database
from defensoria.settings import ROOT, settings
from defensoria.supervisor import QUIET

OFFICE_HOURS = "2026-11-23T14:00:00-04:00"
"""A Monday afternoon on which the office is open."""
_PORTS = ("RASA_PORT", "ACTIONS_PORT", "DESK_PORT", "SIMULATOR_PORT", "WEBHOOK_PORT")
_READY_SECONDS = 180.0
_STOP_SECONDS = 60.0
_QUIET_SECONDS = 2.0
_PARTS = {
    "defensoria.rasa_server": "rasa",
    "defensoria.actions_server": "actions",
    "defensoria.desk": "desk",
    "defensoria.whatsapp": "webhook",
    "defensoria.simulator": "simulator",
}
_PROC = Path("/proc")


class NotReady(RuntimeError):
    """The system did not come up; the message says what it printed."""


@dataclass(frozen=True)
class Usage:
    """What a process has used: CPU seconds so far, and the most memory it ever had, in MB."""

    cpu: float
    memory: float


@contextmanager
def running(folder: Path) -> Iterator[int]:
    """The whole system with its database, secrets and logs in `folder`. Yields the supervisor's process id.

    The environment of this process becomes the system's, so that `settings()` here are the ones there.

    Raises:
        NotReady: it ended or was not ready in time.
    """
    os.environ |= {
        # What Meta lets a number send at first is less than what is to be measured; it raises that to this.
        "WHATSAPP_MESSAGES_PER_SECOND": os.environ.get("WHATSAPP_MESSAGES_PER_SECOND", "1000"),
        **{name: str(free_port()) for name in _PORTS},
        **QUIET,
        "VAR_DIR": str(folder),
        "CLOCK_FIXED_AT": OFFICE_HOURS,
    }
    settings.cache_clear()
    output = folder / "output"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "defensoria", "run"], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_ready(process, output)
        yield process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_STOP_SECONDS)


def usage(supervisor: int) -> Mapping[str, Usage]:
    """What each part of a system has used, by its name; nothing where there is no `/proc`."""
    if not _PROC.exists():
        return {}
    children = (_PROC / str(supervisor) / "task" / str(supervisor) / "children").read_text().split()
    return usage_of({part: int(pid) for pid in children if (part := _part_of(pid))})


def usage_of(processes: Mapping[str, int]) -> Mapping[str, Usage]:
    """What processes have used, by the names of their ids; nothing where there is no `/proc`."""
    return {name: _usage_of(_PROC / str(pid)) for name, pid in processes.items()} if _PROC.exists() else {}


def difference(before: Mapping[str, Usage], after: Mapping[str, Usage]) -> dict[str, Usage]:
    """The CPU used between two readings, and the memory of the later one."""
    return {part: Usage(used.cpu - before[part].cpu, used.memory) for part, used in after.items()}


async def settle(database: Database, client: aiohttp.ClientSession, minutes: float) -> None:
    """Wait until nothing is on its way any more, twice in a row, or the time is up."""
    deadline, quiet = time.monotonic() + minutes * 60, 0
    while quiet < 2 and time.monotonic() < deadline:
        await asyncio.sleep(_QUIET_SECONDS)
        async with client.get("/simulator/health") as response:
            on_the_way = (await response.json())["webhook"]["waiting"]
        quiet = 0 if on_the_way or await database.read(unsettled) else quiet + 1


def _part_of(pid: str) -> str | None:
    arguments = (_PROC / pid / "cmdline").read_text().split("\0")
    return next((part for module, part in _PARTS.items() if module in arguments), None)


def _usage_of(process: Path) -> Usage:
    # The command's name, in parentheses, may hold spaces.
    user, system = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    cpu = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return Usage(cpu, int(status["VmHWM"].split()[0]) / 1024)


def _wait_until_ready(process: "subprocess.Popen[bytes]", output: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while "Ready" not in (printed := output.read_text()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotReady(f"the system is not ready: {printed}")
        time.sleep(0.2)


def free_port() -> int:
    """A port of the loopback interface that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
