"""`make bench-scale`: one worker and two behind one webhook, and one that is changed and one that is killed under load.

On PostgreSQL and Redis, with the same messages each time, through nginx to the webhook's own process; the workers take
who waits from the store. What each citizen is told must be what who writes in peace is told.
"""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from http.client import HTTPException
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import aiohttp
import click

from bench.crowd import Crowd
from bench.dialogue import TRIAGES, Arrival, arrivals
from bench.figures import Answered, machine, percentiles
from bench.ledger import Ledger, balance, read_store
from bench.servers import Missing, check_programs, in_front, postgresql, redis
from bench.speed import play
from bench.system import Usage, difference, free_port, running, settle, usage, usage_of
from defensoria.conversations.database import Database
from defensoria.settings import ROOT, settings
from defensoria.supervisor import MODEL

_CONVERSATIONS = 100
_SETTLE_MINUTES = 10.0
_READY_SECONDS = 180.0
_ANSWER_SECONDS = 60.0
_TIMEOUT = aiohttp.ClientTimeout(total=600)
_PROTOCOLO = re.compile(r"\d{4}\.\d{6}-\d")
_FIRST = 55_65_94000_0000
_WARM_UP, _FIRST_WORKER, _SECOND, _THIRD = "aquecimento", "rasa", "rasa 2", "rasa 3"

Expected = Mapping[tuple[str, ...], tuple[str, ...]]
"""What a citizen is told after all they have said so far, the last of it included."""


@dataclass(frozen=True, kw_only=True)
class Outcome(Answered):
    """What came of a load; `wrong` are messages whose answer is not the one they get in peace, at that place of the
    conversation."""

    ledger: Ledger
    wrong: int

    @property
    def faults(self) -> dict[str, int]:
        """What must be 0, by name. Nobody of these citizens needs a person before the end of their triage."""
        return {**self.ledger.faults, "persons": self.ledger.persons, "wrong": self.wrong}

    def as_json(self) -> dict[str, Any]:
        """Figures alone."""
        return {**super().as_json(), "ledger": asdict(self.ledger), "wrong": self.wrong}


@dataclass
class Workers:
    """The first worker comes with the system; the others are started beside it, by name."""

    supervisor: int
    folder: Path
    beside: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def usage(self) -> dict[str, Usage]:
        """What all parts have used that still run."""
        alive = {name: process.pid for name, process in self.beside.items() if process.poll() is None}
        return {**usage(self.supervisor), **usage_of(alive)}

    @contextmanager
    def another(self, name: str) -> Iterator["subprocess.Popen[bytes]"]:
        """One more worker, which is yielded once it is ready."""
        port = free_port()
        rasa = [sys.executable, "-m", "defensoria.rasa_server", "--model", str(MODEL), "--port", str(port)]
        told = ["--endpoints", str(self.folder / "endpoints.yml"), "--credentials", str(ROOT / "credentials.yml")]
        with (self.folder / "logs" / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own module
                [*rasa, *told, "--interface", "127.0.0.1"], cwd=ROOT, stdout=log, stderr=log
            )
        self.beside[name] = process
        try:
            _wait_until_ready(process, port)
            yield process
        finally:
            process.terminate()
            process.wait(_READY_SECONDS)


@click.command()
@click.option("--rate", default=40.0, show_default=True, help="Mensagens por segundo oferecidas.")
@click.option("--seconds", default=15.0, show_default=True, help="Duração de cada carga.")
@click.option("--json", "file", type=click.Path(path_type=Path), default=ROOT / "var" / "bench-scale.json")
def main(rate: float, seconds: float, file: Path) -> None:
    """Mede um e dois processos do Rasa com PostgreSQL e Redis, e troca e mata um deles sob carga."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        check_programs()
    except Missing as error:
        sys.exit(str(error))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, postgresql() as database, redis() as locks:
        address = free_port()
        os.environ |= {
            "DATABASE_URL": database,
            "REDIS_URL": locks,
            "SIMULATOR_WEBHOOK_URL": f"http://127.0.0.1:{address}/webhooks/whatsapp/webhook",
        }
        with running(Path(folder)) as supervisor, in_front(address, settings().webhook_port):
            outcomes = asyncio.run(_measure(rate, seconds, Workers(supervisor, Path(folder))))
    about = machine()
    for line in _lines(outcomes, about):
        click.echo(line)
    file.parent.mkdir(parents=True, exist_ok=True)
    ratios = {"ratio": _ratio(outcomes), "ratio_by_cpu": _ratio_by_cpu(outcomes)}
    report = {**about, **ratios, "loads": {name: each.as_json() for name, each in outcomes.items()}}
    file.write_text(json.dumps(report, ensure_ascii=False, indent=2))
    sys.exit(any(sum(outcome.faults.values()) for outcome in outcomes.values()))


async def _measure(rate: float, seconds: float, workers: Workers) -> dict[str, Outcome]:
    database = Database(settings().database_url)
    outcomes: dict[str, Outcome] = {}
    numbers = count(_FIRST + 10_000, 10_000)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{settings().simulator_port}", timeout=_TIMEOUT) as client:

        async def offer(name: str, per_second: float = rate, lasting: float = seconds) -> None:
            click.echo(f"Carga: {name}", err=True)
            load = arrivals(per_second, lasting, _CONVERSATIONS, next(numbers))
            outcomes[name] = await _offer(load, client, database, expected, workers)

        expected = await _in_peace(client, database)
        await offer("um")
        with workers.another(_SECOND) as second:
            # A worker's first turns are slower.
            await offer(_WARM_UP, 8.0, 4.0)
            await offer("dois")
            with workers.another(_THIRD) as third:
                await asyncio.gather(_signal_later(second, signal.SIGTERM, seconds / 2), offer("troca"))
                await asyncio.gather(_signal_later(third, signal.SIGKILL, seconds / 2), offer("um morto"))
    database.dispose()
    del outcomes[_WARM_UP]
    return outcomes


async def _signal_later(process: "subprocess.Popen[bytes]", number: int, seconds: float) -> None:
    await asyncio.sleep(seconds)
    process.send_signal(number)


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError, HTTPException), urlopen(f"http://127.0.0.1:{port}/webhooks/whatsapp/ready", timeout=2):
            return
        time.sleep(0.2)
    raise RuntimeError("a worker does not come up")


async def _in_peace(client: aiohttp.ClientSession, database: Database) -> Expected:
    """What each step of the bench's triages is answered when nobody else writes."""
    told: dict[tuple[str, ...], tuple[str, ...]] = {}
    crowd = Crowd(client)
    for number, triage in enumerate(TRIAGES):
        for place, text in enumerate(triage):
            wamid = await crowd.write(str(_FIRST + number), {"text": text})
            told[tuple(triage[: place + 1])] = await _answer(database, wamid)
    await settle(database, client, _SETTLE_MINUTES)
    return told


async def _answer(database: Database, wamid: str) -> tuple[str, ...]:
    deadline = time.monotonic() + _ANSWER_SECONDS
    while time.monotonic() < deadline:
        stored, _ = await database.read(read_store, [wamid])
        if stored and stored[0].answers:
            return _masked(text for _, text in stored[0].answers)
        await asyncio.sleep(0.05)
    raise RuntimeError("no answer, even in peace")


async def _offer(
    load: Sequence[Arrival], client: aiohttp.ClientSession, database: Database, expected: Expected, workers: Workers
) -> Outcome:
    """Have a load written, wait until all is at rest, and draw up what came of it."""
    crowd, meant = Crowd(client), dict[str, float]()
    said: dict[str, list[str]] = defaultdict(list)
    wamids: dict[tuple[str, ...], list[str]] = defaultdict(list)
    listening = asyncio.create_task(crowd.listen())

    async def write(arrival: Arrival, at: float) -> None:
        said[arrival.wa_id].append(arrival.text)
        before = tuple(said[arrival.wa_id])
        wamid = await crowd.write(arrival.wa_id, {"text": arrival.text})
        meant[wamid] = at
        wamids[before].append(wamid)

    before = workers.usage()
    await play(load, write)
    await settle(database, client, _SETTLE_MINUTES)
    after = workers.usage()
    used = difference({part: used for part, used in before.items() if part in after}, after)
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    stored, sent = await database.read(read_store, meant.keys())
    ledger = balance(meant.keys(), stored, sent, [ours for ours, _ in crowd.heard.received])
    answers = {message.wamid: message.answers for message in stored}
    arrived = {ours: at for ours, at in reversed(crowd.heard.received)}
    heard = {wamid: arrived[told[0][0]] for wamid, told in answers.items() if told and told[0][0] in arrived}
    return Outcome(
        messages=ledger.written,
        ledger=ledger,
        wrong=sum(
            _masked(text for _, text in answers.get(wamid, ())) != expected[so_far]
            for so_far, group in wamids.items()
            for wamid in group
        ),
        latencies=[at - meant[wamid] for wamid, at in heard.items()],
        seconds=max(heard.values()) - min(meant.values()),
        usage=used,
    )


def _masked(texts: Iterable[str]) -> tuple[str, ...]:
    """Texts without what differs from one citizen to the next."""
    return tuple(_PROTOCOLO.sub("…", text) for text in texts)


def _ratio(outcomes: Mapping[str, Outcome]) -> float:
    """How many times as many messages a second two workers answer."""
    return round(outcomes["dois"].rate / outcomes["um"].rate, 2)


def _ratio_by_cpu(outcomes: Mapping[str, Outcome]) -> float:
    """The same where each worker has a core of its own, from the CPU they use: cores that others use say nothing."""
    alone, both = outcomes["um"].cpu, outcomes["dois"].cpu
    return round(2 * alone[_FIRST_WORKER] / (both[_FIRST_WORKER] + both[_SECOND]), 2)


def _lines(outcomes: Mapping[str, Outcome], about: Mapping[str, Any]) -> Iterable[str]:
    for name, outcome in outcomes.items():
        times = "  ".join(f"{part} {value:.0f}" for part, value in percentiles(outcome.latencies).items())
        yield f"{name:<10}{outcome.rate:>7.1f} msg/s   ms até a resposta: {times}"
        parts = "  ".join(f"{part} {spent:.1f}" for part, spent in outcome.cpu.items())
        yield f"{'':<10}ms de CPU por mensagem: {parts}"
        faults = "  ".join(f"{fault} {count}" for fault, count in outcome.faults.items() if count) or "nenhuma falta"
        yield f"{'':<10}{outcome.ledger.written} mensagens, {outcome.ledger.answered} respondidas: {faults}"
    load = " ".join(f"{one:.1f}" for one in about["load"])
    yield f"razão de dois para um: {_ratio(outcomes):.2f}×"
    yield f"razão pela CPU, com um núcleo para cada um: {_ratio_by_cpu(outcomes):.2f}×"
    yield f"{about['machine']}, {about['cores']} núcleos, carga {load}; commit {about['commit']}"


if __name__ == "__main__":
    main()
