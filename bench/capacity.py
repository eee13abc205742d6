"""How many cores so many citizens an hour need: the arithmetic of `docs/operacao.md`, with its figures.

`python -m bench.capacity` prints the table of the guide; with other figures, the one for those.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import click

CPU_OF_RASA, CPU_OF_WEBHOOK, CPU_OF_DESK = 17.0, 7.0, 6.0
"""CPU milliseconds a message, as measured on the slowest machine: docs/desempenho.md, "Metas"."""
MESSAGES = 6.0
"""Of a citizen: a whole triage of the bench has 3 to 7."""
PEAK = 2.0
"""The busiest minutes of an hour, as a multiple of its mean."""
USE = 0.5
"""Which part of the cores the service may fill: the rest is the database's, and what keeps waits short."""
WORST_AFTERNOON = 11_429
"""Conversations of 12 September 2022, here all in one hour."""
PEOPLE_OF_BRAZIL, PEOPLE_OF_MATO_GROSSO = 203.1, 3.66
"""Millions: IBGE, Censo 2022."""


@dataclass(frozen=True)
class Need:
    """What a load needs: messages a second at its peak, cores, and how many processes of Rasa among them."""

    per_second: float
    cores: int
    workers: int


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds a message of each part."""

    rasa: float = CPU_OF_RASA
    webhook: float = CPU_OF_WEBHOOK
    desk: float = CPU_OF_DESK


def need(citizens: float, cost: Cost = Cost()) -> Need:
    """What so many citizens an hour need."""
    per_second = citizens * MESSAGES / 3600 * PEAK
    cores = per_second * (cost.rasa + cost.webhook + cost.desk) / 1000 / USE
    return Need(per_second, math.ceil(cores), math.ceil(per_second * cost.rasa / 1000 / USE))


def table(cost: Cost = Cost()) -> Iterator[str]:
    """The guide's table, line by line."""
    country = WORST_AFTERNOON * PEOPLE_OF_BRAZIL / PEOPLE_OF_MATO_GROSSO
    rows = [
        ("um dia comum", 500),
        ("um dia cheio", 2_000),
        ("a pior tarde conhecida, em uma hora", WORST_AFTERNOON),
        ("dez estados como este, todos na pior tarde", WORST_AFTERNOON * 10),
        ("o país inteiro, pela população, na pior tarde", country),
    ]
    yield "| carga | pessoas por hora | mensagens/s no pico | núcleos | processos do Rasa |"
    yield "|---|---|---|---|---|"
    for name, citizens in rows:
        asked = need(citizens, cost)
        shown = f"{citizens:,.0f}".replace(",", ".")
        rate = f"{asked.per_second:,.1f}".translate(str.maketrans(",.", ".,"))
        yield f"| {name} | {shown} | {rate} | {asked.cores} | {asked.workers} |"


@click.command()
@click.option("--rasa", default=CPU_OF_RASA, show_default=True, help="ms de CPU por mensagem no Rasa.")
@click.option("--webhook", default=CPU_OF_WEBHOOK, show_default=True, help="ms de CPU por mensagem no webhook.")
@click.option("--mesa", default=CPU_OF_DESK, show_default=True, help="ms de CPU por mensagem na mesa.")
def main(rasa: float, webhook: float, mesa: float) -> None:
    """Mostra a tabela de capacidade para o custo medido de uma mensagem (make bench)."""
    for line in table(Cost(rasa, webhook, mesa)):
        click.echo(line)


if __name__ == "__main__":
    main()
