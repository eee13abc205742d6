"""The running system: started as `make run` starts it, apart from everything else here, and its processes measured."""

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

from defensoria.settings import ROOT, settings
from defensoria.supervisor import QUIET

OFFICE_HOURS = "2026-11-23T14:00:00-04:00"
"""A Monday afternoon on which the office is open."""
_PORTS = ("RASA_PORT", "ACTIONS_PORT", "DESK_PORT", "SIMULATOR_PORT")
_READY_SECONDS = 180.0
_STOP_SECONDS = 60.0
_PARTS = {
    "defensoria.rasa_server": "rasa",
    "defensoria.actions_server": "actions",
    "defensoria.desk": "desk",
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
    os.environ |= {**free_ports(), **QUIET, "VAR_DIR": str(folder), "CLOCK_FIXED_AT": OFFICE_HOURS}
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
    return {part: usage_of(pid) for pid in children if (part := _part_of(pid))}


def _part_of(pid: str) -> str | None:
    arguments = (_PROC / pid / "cmdline").read_text().split("\0")
    return next((part for module, part in _PARTS.items() if module in arguments), None)


def usage_of(pid: str | int) -> Usage:
    """What one process has used."""
    # The command's name, in parentheses, may hold spaces.
    user, system = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[11:13]
    status = dict(line.split(":", 1) for line in (_PROC / str(pid) / "status").read_text().splitlines())
    cpu = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return Usage(cpu, int(status["VmHWM"].split()[0]) / 1024)


def _wait_until_ready(process: "subprocess.Popen[bytes]", output: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while "Ready" not in (printed := output.read_text()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotReady(f"the system is not ready: {printed}")
        time.sleep(0.2)


def free_ports() -> dict[str, str]:
    """A free port for each part, as the variables that set them."""
    probes = [socket.socket() for _ in _PORTS]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = {name: str(probe.getsockname()[1]) for name, probe in zip(_PORTS, probes, strict=True)}
    for probe in probes:
        probe.close()
    return ports
