"""`make bench`: what a message costs and how long an answer takes, beside plain Rasa on the same dialogue and machine.

Messages arrive at chance, whatever became of those before them, and latency runs from the instant each was meant for.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import click

from bench.crowd import Crowd
from bench.dialogue import Arrival, arrivals
from bench.figures import Answered, machine, percentiles
from bench.ledger import balance, read_store
from bench.stock import running_stock, tell
from bench.system import Usage, difference, running, settle, usage, usage_of
from bench.year import ATENDIMENTOS, LAST_DAY, MESSAGES, SEED, fill
from defensoria.clock import utc_now
from defensoria.conversations.database import Database
from defensoria.conversations.models import PurgeRun
from defensoria.conversations.schema import upgrade
from defensoria.settings import ROOT, settings

_TIMES_STOCK = 3.0
_MOST_CONVERSATIONS = 300
_SETTLE_MINUTES = 10.0
_TIMEOUT = aiohttp.ClientTimeout(total=600)
_BENCH = "bench"
_OUTSIDE = ("simulator", _BENCH)
"""What stands for Meta and what measures: they share the machine, and their cost is nobody's here."""


@dataclass(frozen=True)
class Load:
    """Messages as they come: so many a second for so many seconds, by citizens numbered from `first`."""

    name: str
    rate: float
    seconds: float
    first: int

    @property
    def arrivals(self) -> list[Arrival]:
        """The messages."""
        return arrivals(self.rate, self.seconds, _MOST_CONVERSATIONS, self.first)


@dataclass(frozen=True, kw_only=True)
class Measured(Answered):
    """What came of a load.

    Attributes:
        errors: messages without an answer, answered twice or lost.
        webhooks: seconds until each webhook of a message was acknowledged.
    """

    errors: int
    webhooks: Sequence[float] = ()

    @property
    def cpu_in_all(self) -> float:
        """CPU milliseconds a message of all parts of the service."""
        return sum(spent for part, spent in self.cpu.items() if part not in _OUTSIDE)

    def as_json(self) -> dict[str, Any]:
        """Figures alone."""
        return {**super().as_json(), "errors": self.errors, "webhook_milliseconds": percentiles(self.webhooks)}


@dataclass
class Report:
    """All that was measured, by load."""

    ours: dict[str, Measured] = field(default_factory=dict)
    stock: dict[str, Measured] = field(default_factory=dict)
    start_seconds: float = 0.0

    def ratios(self, load: str) -> dict[str, float]:
        """Ours to plain Rasa's: how many times as many messages a second, and which part of its CPU a message."""
        ours, stock = self.ours[load], self.stock[load]
        return {"messages_per_second": ours.rate / stock.rate, "cpu": ours.cpu_in_all / stock.cpu_in_all}


@click.command()
@click.option("--short", is_flag=True, help="Cerca de um minuto: só a carga máxima, e curta.")
@click.option("--rate", default=40.0, show_default=True, help="Mensagens por segundo da carga constante.")
@click.option("--seconds", default=60.0, show_default=True, help="Duração da carga constante.")
@click.option("--rush", default=120.0, show_default=True, help="Mensagens por segundo da carga máxima.")
@click.option("--rush-seconds", default=20.0, show_default=True, help="Duração da carga máxima.")
@click.option("--kept", default=0, show_default=True, help="Mensagens que o banco já guarda antes da carga.")
@click.option("--stock/--no-stock", default=True, help="Mede também o Rasa como vem de fábrica.")
@click.option("--json", "file", type=click.Path(path_type=Path), default=ROOT / "var" / "bench.json", show_default=True)
def main(
    short: bool, rate: float, seconds: float, rush: float, rush_seconds: float, kept: int, stock: bool, file: Path
) -> None:
    """Mede o custo de uma mensagem e o tempo até a resposta, ao lado do Rasa de fábrica."""
    # The systems that were started here end also when this is ended from outside.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    steady = Load("constante", rate, seconds, 55_65_92000_0000)
    loads = [Load("máxima", rush, 5.0 if short else rush_seconds, 55_65_93000_0000)]
    loads = loads if short else [steady, *loads]
    warm_up = Load("aquecimento", 8.0, 4.0, 55_65_91000_0000)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if kept:
            _fill(Path(folder), kept)
        begun = time.monotonic()
        with running(Path(folder)) as supervisor:
            report.start_seconds = time.monotonic() - begun
            report.ours = asyncio.run(_measure_ours([warm_up, *loads], supervisor))
    if stock:
        with tempfile.TemporaryDirectory(prefix="stock-") as folder, running_stock(Path(folder)) as (address, pids):
            report.stock = asyncio.run(_measure_stock([warm_up, *loads], address, pids))
    about = machine()
    for line in _lines(report, [load.name for load in loads], about):
        click.echo(line)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(_as_json(report, [load.name for load in loads], about), ensure_ascii=False, indent=2))
    sys.exit(_failed(report, loads[-1].name))


def _failed(report: Report, load: str) -> bool:
    """Whether anything went wrong, or plain Rasa was not left behind as it must be: never for an absolute time."""
    wrong = any(measured.errors for measured in report.ours.values())
    return wrong or bool(report.stock and report.ratios(load)["messages_per_second"] < _TIMES_STOCK)


def _fill(folder: Path, messages: int) -> None:
    """Write so many messages of the last year into the store that a system in `folder` will have."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'defensoria.db'}"
    upgrade(url)
    database = Database(url)
    fill(database, int(messages * ATENDIMENTOS / MESSAGES), messages, LAST_DAY, SEED)
    with database.transaction() as session:
        # Nothing of it is to be purged while the load is measured.
        session.add(PurgeRun(started_at=utc_now(), lease_until=utc_now(), finished_at=utc_now(), removed={}))
    database.dispose()


async def _measure_ours(loads: Iterable[Load], supervisor: int) -> dict[str, Measured]:
    database = Database(settings().database_url)
    address = f"http://127.0.0.1:{settings().simulator_port}"
    async with aiohttp.ClientSession(address, timeout=_TIMEOUT) as client:
        measured = {load.name: await _ours(load, client, database, supervisor) for load in loads}
    database.dispose()
    return measured


async def _ours(load: Load, client: aiohttp.ClientSession, database: Database, supervisor: int) -> Measured:
    crowd, meant = Crowd(client), dict[str, float]()
    listening = asyncio.create_task(crowd.listen())

    async def write(arrival: Arrival, at: float) -> None:
        meant[await crowd.write(arrival.wa_id, {"text": arrival.text})] = at

    def used_by_now() -> Mapping[str, Usage]:
        return {**usage(supervisor), **usage_of({_BENCH: os.getpid()})}

    click.echo(f"Carga {load.name}, aqui", err=True)
    before, begun = used_by_now(), time.time()
    await play(load.arrivals, write)
    await settle(database, client, _SETTLE_MINUTES)
    used = difference(before, used_by_now())
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    stored, sent = await database.read(read_store, meant.keys())
    ledger = balance(meant.keys(), stored, sent, [ours for ours, _ in crowd.heard.received])
    arrived = {ours: at for ours, at in reversed(crowd.heard.received)}
    answers = {
        message.wamid: arrived[message.answers[0][0]]
        for message in stored
        if message.answers and message.answers[0][0] in arrived
    }
    return Measured(
        messages=len(meant),
        errors=sum(ledger.faults.values()) + ledger.persons,
        latencies=[at - meant[wamid] for wamid, at in answers.items()],
        seconds=max(answers.values()) - min(meant.values()),
        usage=used,
        webhooks=[seconds for _, seconds in await crowd.acknowledged(begun)],
    )


async def _measure_stock(loads: Iterable[Load], address: str, pids: Mapping[str, int]) -> dict[str, Measured]:
    connections = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(address, timeout=_TIMEOUT, connector=connections) as client:
        return {load.name: await _stock(load, client, pids) for load in loads}


async def _stock(load: Load, client: aiohttp.ClientSession, pids: Mapping[str, int]) -> Measured:
    latencies, errors, ended = [], 0, 0.0
    places: dict[str, asyncio.Lock] = {}

    async def write(arrival: Arrival, at: float) -> None:
        nonlocal errors, ended
        # Connections overtake each other; Meta and our own store keep a citizen's messages in order.
        async with places.setdefault(arrival.wa_id, asyncio.Lock()):
            answered = await tell(client, arrival.wa_id, arrival.text)
        ended = time.time()
        latencies.append(ended - at)
        errors += not answered

    pids = {**pids, _BENCH: os.getpid()}
    click.echo(f"Carga {load.name}, Rasa de fábrica", err=True)
    before, begun = usage_of(pids), time.time()
    await play(load.arrivals, write)
    used = difference(before, usage_of(pids))
    return Measured(messages=len(latencies), errors=errors, latencies=latencies, seconds=ended - begun, usage=used)


async def play(messages: Sequence[Arrival], write: Callable[[Arrival, float], Awaitable[None]]) -> None:
    """Have each message written at its instant, and return when all calls have."""
    begun = time.time()
    writing = []
    for arrival in messages:
        at = begun + arrival.at
        await asyncio.sleep(max(at - time.time(), 0.0))
        writing.append(asyncio.ensure_future(write(arrival, at)))
    await asyncio.gather(*writing)


def _lines(report: Report, loads: Sequence[str], about: Mapping[str, Any]) -> Iterable[str]:
    for load in loads:
        sides = {"aqui": report.ours[load], **({"Rasa de fábrica": report.stock[load]} if report.stock else {})}
        yield f"\nCarga {load}: {sides['aqui'].messages} mensagens"
        for name, side in sides.items():
            times = "  ".join(f"{part} {value:.0f}" for part, value in percentiles(side.latencies).items())
            yield f"  {name:<16}{side.rate:>7.1f} msg/s   ms até a resposta: {times}   erros {side.errors}"
            if side.webhooks:
                times = "  ".join(f"{part} {value:.0f}" for part, value in percentiles(side.webhooks).items())
                yield f"  {'':<16}ms até o webhook ser confirmado: {times}"
            parts = "  ".join(f"{part} {spent:.1f}" for part, spent in side.cpu.items())
            yield f"  {'':<16}{side.cpu_in_all:>7.1f} ms de CPU por mensagem: {parts}"
        if report.stock:
            ratios = report.ratios(load)
            rate, cpu = ratios["messages_per_second"], ratios["cpu"]
            yield f"  razão: {rate:.2f}× as mensagens por segundo, {cpu:.2f} da CPU por mensagem"
    memory = {part: used.memory for part, used in report.ours[loads[-1]].usage.items() if part != _BENCH}
    parts = "  ".join(f"{part} {value:.0f}" for part, value in memory.items())
    yield f"\nMemória no máximo: {sum(memory.values()):.0f} MB ({parts}). Início: {report.start_seconds:.1f} s."
    load = " ".join(f"{one:.1f}" for one in about["load"])
    yield f"{about['machine']}, {about['cores']} núcleos, carga {load}; commit {about['commit']}"
    yield ", ".join(f"{package} {number}" for package, number in about["versions"].items())


def _as_json(report: Report, loads: Sequence[str], about: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **about,
        "start_seconds": round(report.start_seconds, 2),
        "loads": {
            load: {
                "ours": report.ours[load].as_json(),
                **({"stock": report.stock[load].as_json(), "ratios": report.ratios(load)} if report.stock else {}),
            }
            for load in loads
        },
    }


if __name__ == "__main__":
    main()
