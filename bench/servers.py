"""The servers of a larger installation, from the machine's own programs: PostgreSQL, Redis and nginx, real ones."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redis import Redis, RedisError

from bench.system import free_port

_USER = "defensoria"
_READY_SECONDS = 60.0
_STOP_SECONDS = 30.0
_NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_max_body_size 3m;
  upstream webhook {{ server 127.0.0.1:{webhook}; keepalive 32; }}
  server {{
    listen 127.0.0.1:{port};
    location = /webhooks/whatsapp/webhook {{
      proxy_pass http://webhook;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }}
  }}
}}
"""


class Missing(RuntimeError):
    """A program is not installed; the message says how to get it."""


def check_programs() -> None:
    """See that everything is there before anything is started.

    Raises:
        Missing: something is not.
    """
    missing = [package for package, found in _programs().items() if found is None]
    if missing:
        raise Missing(f"Faltam programas nesta máquina. No Debian: apt-get install -y {' '.join(missing)}")


@contextmanager
def postgresql() -> Iterator[str]:
    """A server that keeps its word as in production (every commit reaches the disk). Yields the database's URL."""
    programs = Path(_programs()["postgresql"] or "")
    # The server refuses to run as root and has to reach its own folder.
    folder = Path(tempfile.mkdtemp(prefix="bench-pg-"))
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", pwd.getpwnam("postgres").pw_gid)
        owner = {"user": "postgres", "group": pwd.getpwnam("postgres").pw_gid, "extra_groups": []}
    try:
        with (folder / "log").open("wb") as log:
            told: dict[str, Any] = {"cwd": folder, "stdout": log, "stderr": log, **owner}
            initialise: list[Any] = [
                programs / "initdb",
                f"--pgdata={folder / 'data'}",
                f"--username={_USER}",
                "--auth=trust",
            ]
            subprocess.run([*initialise, "--encoding=UTF8", "--no-locale"], check=True, **told)  # noqa: S603 - constants
            serve = [programs / "postgres", f"-D{folder / 'data'}", "-clisten_addresses=", "-cmax_connections=100"]
            with _server([*serve, f"-cunix_socket_directories={folder}"], _ready_by(programs, folder), **told):
                create: list[Any] = [programs / "createdb", f"--host={folder}", f"--username={_USER}", _USER]
                subprocess.run(create, check=True, **told)  # noqa: S603 - constants
                yield f"postgresql://{_USER}@/{_USER}?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis() -> Iterator[str]:
    """A server with nothing on disk. Yields its URL."""
    program, port = _programs()["redis-server"], free_port()
    url = f"redis://127.0.0.1:{port}/0"

    def answers() -> bool:
        try:
            with Redis.from_url(url) as client:
                return bool(client.ping())
        except RedisError:
            return False

    told = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with _server(told, answers, stdout=subprocess.DEVNULL):
        yield url


@contextmanager
def in_front(port: int, webhook: int) -> Iterator[None]:
    """nginx on `port`, in front of the webhook's port."""
    with tempfile.TemporaryDirectory(prefix="bench-nginx-") as folder:
        configuration = Path(folder) / "nginx.conf"
        configuration.write_text(_NGINX.format(folder=folder, webhook=webhook, port=port))
        told = [_programs()["nginx"], "-c", str(configuration), "-e", f"{folder}/start.log"]
        with _server(told, (Path(folder) / "nginx.pid").exists):
            yield


def _programs() -> dict[str, Path | None]:
    """Where each is, by the Debian package it is in; None for what is missing."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    found = {name: shutil.which(name, path=places) for name in ("redis-server", "nginx")}
    return {
        "postgresql": next((folder for folder in reversed(newest) if (folder / "initdb").exists()), None),
        **{name: Path(path) if path else None for name, path in found.items()},
    }


def _ready_by(programs: Path, folder: Path) -> Callable[[], bool]:
    asked: list[Any] = [programs / "pg_isready", "--quiet", f"--host={folder}"]
    return lambda: subprocess.run(asked, check=False).returncode == 0  # noqa: S603 - constants


@contextmanager
def _server(command: Sequence[Any], ready: Callable[[], bool], **told: Any) -> Iterator[None]:
    process = subprocess.Popen(command, **told)  # noqa: S603 - constants
    try:
        deadline = time.monotonic() + _READY_SECONDS
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{Path(command[0]).name} does not answer")
            time.sleep(0.05)
        yield
    finally:
        # To PostgreSQL, too, this means to end at once and in order.
        process.send_signal(2)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
