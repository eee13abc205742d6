"""A Redis server for the tests' own use, from the machine's binary, on a free port and with nothing on disk."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from redis import Redis, RedisError

_PATIENCE_SECONDS = 20.0


def binary() -> str | None:
    """The server program; None where none is installed."""
    return shutil.which("redis-server")


@contextmanager
def running(program: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The URL and the process of a server that runs until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(told, stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    try:
        until = monotonic() + _PATIENCE_SECONDS
        while not _answers(url):
            assert process.poll() is None, "Redis ended by itself"
            assert monotonic() < until, "Redis does not answer"
            sleep(0.05)
        yield url, process
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        with Redis.from_url(url) as client:
            return bool(client.ping())
    except RedisError:
        return False
