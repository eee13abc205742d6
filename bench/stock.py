"""What our system is compared with: the same model and actions as plain `rasa run` serves them, with nothing of ours.

Rasa's REST channel, its tracker store in SQLite, its responses, and its action server over HTTP.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import aiohttp
import yaml

from bench.system import OFFICE_HOURS, NotReady, free_port
from defensoria.settings import ROOT
from defensoria.supervisor import MODEL, QUIET

_READY_SECONDS = 180.0
_STOP_SECONDS = 30.0


@contextmanager
def running_stock(folder: Path) -> Iterator[tuple[str, Mapping[str, int]]]:
    """Plain Rasa with its files in `folder`. Yields its address, and its processes' ids by name.

    Raises:
        NotReady: it ended or was not ready in time.
    """
    rasa_port, actions_port = free_port(), free_port()
    endpoints, credentials = folder / "endpoints.yml", folder / "credentials.yml"
    endpoints.write_text(
        yaml.safe_dump(
            {
                "action_endpoint": {"url": f"http://127.0.0.1:{actions_port}/webhook"},
                "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "rasa.db")},
            }
        )
    )
    credentials.write_text("rest:\n")
    files = ["--model", str(MODEL), "--endpoints", str(endpoints), "--credentials", str(credentials)]
    commands = {
        "actions": ["run", "actions", "--port", str(actions_port)],
        "rasa": ["run", *files, "--interface", "127.0.0.1", "--port", str(rasa_port)],
    }
    with (folder / "output").open("wb") as log:
        processes = {name: _start(command, folder, log) for name, command in commands.items()}
    address = f"http://127.0.0.1:{rasa_port}"
    try:
        for url in (f"http://127.0.0.1:{actions_port}/health", f"{address}/"):
            _wait_for(url, list(processes.values()), folder / "output")
        yield address, {name: process.pid for name, process in processes.items()}
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait(_STOP_SECONDS)


async def tell(client: aiohttp.ClientSession, sender: str, text: str) -> bool:
    """Say something over the REST channel. Returns whether anything was answered: under a rush it cuts some off."""
    try:
        async with client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text}) as response:
            return response.status == 200 and bool(await response.json())
    except aiohttp.ClientConnectionError:
        return False


def _start(arguments: Sequence[str], folder: Path, log: object) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - Rasa and our own files
        [sys.executable, "-m", "rasa", *arguments],
        cwd=ROOT,
        env={**os.environ, **QUIET, "CLOCK_FIXED_AT": OFFICE_HOURS, "VAR_DIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=log,  # type: ignore[call-overload] # an open file
        stderr=subprocess.STDOUT,
    )


def _wait_for(url: str, processes: "Sequence[subprocess.Popen[bytes]]", output: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            with urlopen(url, timeout=2.0):  # noqa: S310 - our own address
                return
        except OSError:
            if time.monotonic() > deadline or any(process.poll() is not None for process in processes):
                raise NotReady(f"plain Rasa is not ready: {output.read_text()[-2000:]}") from None
        time.sleep(0.2)
