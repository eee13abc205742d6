"""`make replay`: the afternoon of 12 September 2022 against the running system, then its ledger and its latencies.

On that day the office's bought chatbot got 18,168 messages in 11,429 conversations and had to be taken down.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp
import click

from bench.crowd import Crowd, Heard
from bench.figures import PARTS_OF_HUNDRED, percentiles
from bench.ledger import Ledger, Stored, balance, read_store
from bench.plan import Conversation, plan
from bench.system import Usage, difference, running, settle, usage
from defensoria.conversations.database import Database
from defensoria.settings import settings

_LABELS = {
    "written": "mensagens escritas pelas pessoas",
    "answered": "respondidas pelo robô",
    "without_need": "não pedem resposta (reações)",
    "persons": "na fila ou com uma pessoa",
    "answers": "mensagens de resposta",
    "lost": "perdidas",
    "unprocessed": "guardadas e não atendidas",
    "unanswered": "sem resposta",
    "doubled": "respondidas duas vezes",
    "failed": "respostas que falharam",
    "unsent": "respostas não enviadas",
    "not_arrived": "respostas que não chegaram ao telefone",
    "arrived_twice": "respostas que chegaram duas vezes",
}


@dataclass(frozen=True)
class Outcome:
    """What was measured: latencies in seconds by what they are of, rates in messages a second, usage by process."""

    ledger: Ledger
    latencies: Mapping[str, Sequence[float]]
    rates: Mapping[str, float]
    usage: Mapping[str, Usage]
    seconds: float
    load: tuple[float, float, float]


@click.command()
@click.option("--conversations", default=11_429, show_default=True, help="Quantas conversas.")
@click.option("--messages", default=18_168, show_default=True, help="Quantas mensagens ao todo.")
@click.option("--minutes", default=10.0, show_default=True, help="Em quantos minutos a tarde cabe.")
@click.option("--seed", default=12, show_default=True, help="A mesma semente dá a mesma tarde.")
@click.option("--settle-minutes", default=30.0, show_default=True, help="Quanto se espera no fim pelo que falta.")
@click.option("--attach", is_flag=True, help="Usa o sistema que já está rodando com este ambiente.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Grava também os números neste arquivo.")
def main(
    conversations: int,
    messages: int,
    minutes: float,
    seed: int,
    settle_minutes: float,
    attach: bool,
    file: Path | None,
) -> None:
    """Repete a tarde de 12 de setembro de 2022 contra o sistema inteiro e mostra o que foi de cada mensagem."""
    # The system that was started here ends also when this is ended from outside.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    afternoon = plan(conversations, messages, minutes, seed)
    click.echo(f"{conversations} conversas, {messages} mensagens, {minutes:g} min, semente {seed}", err=True)
    if attach:
        outcome = asyncio.run(_replay(afternoon, minutes, settle_minutes, None))
    else:
        with tempfile.TemporaryDirectory(prefix="replay-") as folder, running(Path(folder)) as supervisor:
            outcome = asyncio.run(_replay(afternoon, minutes, settle_minutes, supervisor))
    for line in _report(outcome):
        click.echo(line)
    if file:
        file.write_text(json.dumps(_as_json(outcome), ensure_ascii=False, indent=2))
    sys.exit(not outcome.ledger.balances)


async def _replay(
    afternoon: Sequence[Conversation], minutes: float, settle_minutes: float, supervisor: int | None
) -> Outcome:
    database = Database(settings().database_url)
    address = f"http://127.0.0.1:{settings().simulator_port}"
    before = usage(supervisor) if supervisor else {}
    begun = time.time()
    timeout = aiohttp.ClientTimeout(total=120)
    async with aiohttp.ClientSession(address, timeout=timeout) as client:
        crowd = Crowd(client)
        listening = asyncio.create_task(crowd.listen())
        progress = asyncio.create_task(_tell_progress(crowd.heard))
        await crowd.play(afternoon)
        await settle(database, client, settle_minutes)
        seconds = time.time() - begun
        for task in (listening, progress):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        acknowledged = await crowd.acknowledged(begun)
    stored, sent = await database.read(read_store, crowd.heard.written.keys())
    database.dispose()
    arrived = [ours for ours, _ in crowd.heard.received]
    peak_ends = begun + minutes * 60 / 10
    return Outcome(
        ledger=balance(crowd.heard.written.keys(), stored, sent, arrived),
        latencies=_latencies(acknowledged, stored, crowd.heard, peak_ends),
        rates=_rates(crowd.heard, begun, peak_ends),
        usage=difference(before, usage(supervisor)) if supervisor else {},
        seconds=seconds,
        load=os.getloadavg(),
    )


async def _tell_progress(heard: Heard) -> None:
    while True:
        await asyncio.sleep(30)
        click.echo(f"  {len(heard.written)} escritas, {len(heard.received)} recebidas nos telefones", err=True)


def _latencies(
    acknowledged: Sequence[tuple[float, float]], stored: Iterable[Stored], heard: Heard, peak_ends: float
) -> dict[str, list[float]]:
    arrived = {ours: at for ours, at in reversed(heard.received)}
    answered = [
        (heard.written[message.wamid], arrived[message.answers[0][0]] - heard.written[message.wamid])
        for message in stored
        if message.answers and message.answers[0][0] in arrived
    ]
    return {
        "webhook": [seconds for _, seconds in acknowledged],
        "webhook no pico": [seconds for at, seconds in acknowledged if at < peak_ends],
        "resposta": [seconds for _, seconds in answered],
        "resposta no pico": [seconds for at, seconds in answered if at < peak_ends],
    }


def _rates(heard: Heard, begun: float, peak_ends: float) -> dict[str, float]:
    peak = peak_ends - begun
    return {
        "escritas no pico": sum(at < peak_ends for at in heard.written.values()) / peak,
        "recebidas no pico": sum(at < peak_ends for _, at in heard.received) / peak,
    }


def _report(outcome: Outcome) -> Iterable[str]:
    faults = outcome.ledger.faults
    yield ""
    for name, count in asdict(outcome.ledger).items():
        sign = "" if name not in faults else "  ✓" if count == 0 else "  ✗"
        yield f"{_LABELS[name]:<40}{count:>9}{sign}"
    yield ""
    yield f"{'milissegundos':<24}" + "".join(f"{name:>11}" for name in PARTS_OF_HUNDRED)
    for name, seconds in outcome.latencies.items():
        yield f"{name:<24}" + "".join(f"{part:>11.1f}" for part in percentiles(seconds).values())
    yield ""
    for name, rate in outcome.rates.items():
        yield f"{name:<24}{rate:>11.1f} por segundo"
    for part, used in outcome.usage.items():
        yield f"{part:<24}{used.cpu:>11.1f} s de CPU {used.memory:>8.0f} MB"
    load = " ".join(f"{one:.1f}" for one in outcome.load)
    yield f"{'duração':<24}{outcome.seconds:>11.0f} s, carga da máquina {load} em {os.cpu_count()} núcleos"
    yield "O livro fecha." if outcome.ledger.balances else "O livro NÃO fecha."


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "ledger": asdict(outcome.ledger),
        "balances": outcome.ledger.balances,
        "milliseconds": {name: percentiles(seconds) for name, seconds in outcome.latencies.items()},
        "rates": dict(outcome.rates),
        "usage": {part: asdict(used) for part, used in outcome.usage.items()},
        "seconds": outcome.seconds,
        "load": outcome.load,
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    main()
