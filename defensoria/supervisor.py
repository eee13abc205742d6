"""`make run`: everything on one machine with embedded defaults, started in order, watched, and ended together."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from types import FrameType
from urllib.request import urlopen

import click
import yaml
from sqlalchemy import func, select

from defensoria.conversations import audit
from defensoria.conversations.database import Database
from defensoria.conversations.models import Role, User
from defensoria.conversations.schema import upgrade
from defensoria.conversations.staff import By, create
from defensoria.office.facts import office_facts
from defensoria.settings import ROOT, SECRETS, Settings, settings

_WEBHOOK = "/webhooks/whatsapp"
MODEL = ROOT / "models" / "defensoria.tar.gz"

_READY_SECONDS = 90.0
_STOP_SECONDS = 10.0
_FIRST_WAIT_SECONDS = 0.5
_MOST_DEATHS = 4
_COUNTED_SECONDS = 60.0

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONUNBUFFERED": "1",
    # Rasa's libraries warn of their own old interfaces at every start; nobody here can act on it.
    "PYTHONWARNINGS": "ignore",
}


class StartError(RuntimeError):
    """Something keeps the service from starting; the message is one clear sentence."""


@dataclass(frozen=True)
class Part:
    """One process of the service: how it is started, its port, and the address that answers once it is ready."""

    name: str
    command: Sequence[str]
    port: int
    health: str


@dataclass
class Deaths:
    """How often a part ended by itself of late, and how long it is left so."""

    now: Callable[[], float] = time.monotonic
    _at: list[float] = field(default_factory=list)

    def count(self) -> float | None:
        """Count one more. Returns seconds until the part is started again; None once that is no use any more."""
        now = self.now()
        self._at = [at for at in self._at if now - at < _COUNTED_SECONDS] + [now]
        return None if len(self._at) >= _MOST_DEATHS else _FIRST_WAIT_SECONDS * 2.0 ** (len(self._at) - 1)


class Supervisor:
    """Starts the parts, waits until each answers, starts again one that ends, and ends all of them on Ctrl-C."""

    def __init__(self) -> None:
        self._generated = _generate_secrets()
        settings.cache_clear()
        # Only the simulator has to know where the webhook is: several systems on one machine need not agree on it.
        port = {} if "WEBHOOK_PORT" in os.environ else {"webhook_port": _free_port()}
        self._settings = settings().copy(update=port)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._deaths: dict[str, Deaths] = {}
        self._due: dict[str, float] = {}
        self._stopping = False

    def run(self) -> None:
        """Start everything and stay until told to stop.

        Raises:
            StartError: a port is in use, there is no model, or a part does not come up or ends again and again.
        """
        office_facts()
        parts = self._parts()
        _check_ports(parts)
        if not MODEL.exists():
            raise StartError(f"There is no model at {MODEL.relative_to(ROOT)}. Run `make train`.")
        upgrade(self._settings.database_url)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        try:
            self._bring_up(parts)
            if not self._stopping:
                self._announce(self._first_login())
            self._watch(parts)
        finally:
            self._stop()

    def _parts(self) -> list[Part]:
        config = self._settings
        rasa = [
            *("defensoria.rasa_server", "--model", str(MODEL), "--port", str(config.rasa_port)),
            *("--interface", config.bind_host, "--credentials", str(ROOT / "credentials.yml")),
            *("--endpoints", str(_endpoints(config))),
        ]
        parts = [
            # Rasa's own root answers without a model, too; its status does not.
            Part("rasa", rasa, config.rasa_port, f"/status?token={config.rasa_token}"),
            Part("simulator", ["defensoria.simulator"], config.simulator_port, "/simulator/health"),
            Part("actions", ["defensoria.actions_server"], config.actions_port, "/health"),
            Part("webhook", ["defensoria.whatsapp"], config.webhook_port, f"{_WEBHOOK}/ready"),
            Part("desk", ["defensoria.desk"], config.desk_port, "/saude"),
        ]
        return [part for part in parts if part.name != "simulator" or not config.production]

    def _bring_up(self, parts: Sequence[Part]) -> None:
        """Start the first, which takes longest, and beside it the others one by one, which leaves it a core."""
        slowest, *others = parts
        self._start(slowest)
        for part in others:
            if self._stopping:
                return
            self._start(part)
            self._wait_until_ready(part)
            self._check_alive(slowest)
        self._wait_until_ready(slowest)

    def _start(self, part: Part) -> None:
        # What a part said before it ended is why it ended.
        if part.name not in self._processes:
            self._log(part).open("wb").close()
        # Whoever sets the logs aside empties them: only what is added at the end begins anew then.
        with self._log(part).open("ab") as log:
            self._processes[part.name] = subprocess.Popen(  # noqa: S603 - our own modules
                [sys.executable, "-m", *part.command],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches this process alone, which then ends the others in order.
                start_new_session=True,
            )

    def _environment(self) -> Mapping[str, str]:
        config = self._settings
        return {
            "SIMULATOR_WEBHOOK_URL": f"http://127.0.0.1:{config.webhook_port}{_WEBHOOK}/webhook",
            **os.environ,
            **QUIET,
            **self._generated,
            "WEBHOOK_PORT": str(config.webhook_port),
            "RASA_PORT": str(config.rasa_port),
            "SIMULATOR_PORT": str(config.simulator_port),
            # Rasa's action server knows no other way to be told where to listen.
            "SANIC_HOST": config.bind_host,
            "WHATSAPP_PHONE_NUMBER_ID": config.whatsapp_phone_number_id,
        }

    def _log(self, part: Part) -> Path:
        folder = self._settings.logs_dir
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{part.name}.log"

    def _wait_until_ready(self, part: Part) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        url = f"http://127.0.0.1:{part.port}{part.health}"
        while not self._stopping:
            self._check_alive(part)
            try:
                with urlopen(url, timeout=2.0):
                    return
            except (OSError, HTTPException):
                pass
            if time.monotonic() > deadline:
                raise StartError(f"{part.name} did not answer within {_READY_SECONDS:.0f} s. See {self._log(part)}.")
            time.sleep(0.1)

    def _check_alive(self, part: Part) -> None:
        code = self._processes[part.name].poll()
        if code is not None and not self._stopping:
            raise StartError(f"{part.name} ended by itself ({_ending(code)}). {self._last_lines(part)}")

    def _last_lines(self, part: Part) -> str:
        return "\n".join(["Its last lines:", *self._log(part).read_text(errors="replace").splitlines()[-15:]])

    def _watch(self, parts: Sequence[Part]) -> None:
        while not self._stopping:
            for part in parts:
                self._keep(part)
            time.sleep(0.2)

    def _keep(self, part: Part) -> None:
        if part.name in self._due:
            if time.monotonic() >= self._due[part.name] and not self._stopping:
                del self._due[part.name]
                self._start(part)
            return
        process = self._processes[part.name]
        if process.poll() is None or self._stopping:
            return
        # What it has started itself may still hold its port.
        _signal_group(process, signal.SIGKILL)
        ending = f"{part.name} ended by itself ({_ending(process.returncode)})"
        wait = self._deaths.setdefault(part.name, Deaths()).count()
        if wait is None:
            raise StartError(f"{ending}, and again and again: everything is ended. {self._last_lines(part)}")
        click.echo(f"{ending}. It is started again in {wait:g} s. See {self._log(part)}.", err=True)
        self._due[part.name] = time.monotonic() + wait

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _stop(self) -> None:
        self._stopping = True
        running = [process for process in self._processes.values() if process.poll() is None]
        for process in running:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        for process in running:
            try:
                process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)
                process.wait()

    def _first_login(self) -> tuple[str, str] | None:
        """Make the first user where there is none. Returns login and password, which are shown once."""
        if self._settings.production:
            return None
        database = Database(self._settings.database_url)
        with database.transaction() as session:
            if session.scalar(select(func.count(User.id))):
                return None
            password = secrets.token_urlsafe(9)
            by, nucleos = By(audit.SYSTEM), office_facts().nucleos
            # Made by and for who reads it: there is nobody to change it for.
            create(session, by, "admin", "Administração", Role.ADMINISTRATOR, nucleos, password, lasting=True)
        database.dispose()
        return "admin", password

    def _announce(self, login: tuple[str, str] | None) -> None:
        config = self._settings
        lines = ["", "Ready."]
        if not config.production:
            lines.append(f"  Phone (WhatsApp simulator)  http://127.0.0.1:{config.simulator_port}/")
        lines += [
            f"  Desk                        http://127.0.0.1:{config.desk_port}/",
            f"  Rasa                        http://127.0.0.1:{config.rasa_port}/",
            f"  Logs                        {self._settings.var_dir / 'logs'}",
        ]
        if login:
            lines += [f"  First login                 {login[0]}   password  {login[1]}   (shown only now)"]
        if config.clock_fixed_at:
            lines += [f"  Rehearsal: the office's clock stands at {config.clock_fixed_at.isoformat()}"]
        click.echo("\n".join([*lines, "Ctrl-C ends everything.", ""]))


def run_shell() -> int:
    """`rasa shell` with an action server beside it, on free ports, so that it works while everything else runs too.

    Returns:
        The exit status of the shell.

    Raises:
        StartError: there is no model.
    """
    _generate_secrets()
    settings.cache_clear()
    if not MODEL.exists():
        raise StartError(f"There is no model at {MODEL.relative_to(ROOT)}. Run `make train`.")
    office_facts()
    config = settings().copy(update={"actions_port": _free_port()})
    upgrade(config.database_url)
    ports = {"ACTIONS_PORT": str(config.actions_port)}
    environment = {**os.environ, **QUIET, **ports, "SANIC_HOST": "127.0.0.1"}
    actions = subprocess.Popen(
        [sys.executable, "-m", "defensoria.actions_server"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    shell = ["rasa", "shell", "--model", str(MODEL), "--endpoints", str(_endpoints(config))]
    try:
        # Ctrl-C is the shell's own way out.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return subprocess.call(  # noqa: S603 - our own modules
            [sys.executable, "-m", *shell, "--interface", "127.0.0.1", "--port", str(_free_port())],
            cwd=ROOT,
            env=environment,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    finally:
        _signal_group(actions, signal.SIGTERM)
        actions.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _generate_secrets() -> Mapping[str, str]:
    """The development secrets, made once and kept in `var/dev.env`. In production: nothing."""
    if os.environ.get("APP_ENV") == "production":
        return {}
    path = Path(os.environ.get("VAR_DIR") or ROOT / "var") / "dev.env"
    kept = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line) if path.exists() else {}
    missing = [name for name in SECRETS if name not in kept]
    if missing:
        kept |= {name: secrets.token_urlsafe(24) for name in missing}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text("".join(f"{name}={value}\n" for name, value in kept.items()))
    return {name: value for name, value in kept.items() if name not in os.environ}


def _endpoints(config: Settings) -> Path:
    """`endpoints.yml` with this run's action server, its port and its token, for Rasa alone to read."""
    endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text())
    endpoints["action_endpoint"]["url"] = f"http://127.0.0.1:{config.actions_port}/webhook"
    path = config.var_dir / "endpoints.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    endpoints["action_endpoint"]["headers"] = {"Authorization": f"Bearer {config.rasa_token}"}
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(yaml.safe_dump(endpoints))
    return path


def _check_ports(parts: Sequence[Part]) -> None:
    for part in parts:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", part.port))
            except OSError:
                raise StartError(
                    f"Port {part.port} of {part.name} is in use. End what uses it, or choose another port with "
                    f"{part.name.upper()}_PORT."
                ) from None


def _ending(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"


def _signal_group(process: "subprocess.Popen[bytes]", number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
