"""The evaluation itself: which sets are measured with what, and under which names the report keeps the figures."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing import get_context
from pathlib import Path

from rasa.core.agent import Agent

from defensoria.office.calendar import CUIABA
from defensoria.office.facts import OfficeFacts, office_facts
from defensoria.review.evaluation import sets
from defensoria.review.evaluation.agent import load_agent, office_clock
from defensoria.review.evaluation.dialogues import converse
from defensoria.review.evaluation.readings import (
    Reading,
    city_reading,
    in_sentences,
    income_reading,
    need_reading,
    official_cities,
)
from defensoria.review.evaluation.report import BLIND, CROSS, Report
from defensoria.review.evaluation.understanding import answered, cross_validated
from defensoria.review.project import read_project

AT = "2026-11-23T14:00:00-04:00"
"""The Monday afternoon on which everybody talks: the office is open, and the wage is that of 2026."""
FOLDS = 4
_STUDIED = {"estudada_1": "noisy.yml", "estudada_2": "fresh.yml"}
"""Messages that were looked at while examples were written: kept beside the blind ones, and worth less."""
_UNASKED = "oi moro em {} e preciso de ajuda"

Progress = Callable[[str], None]
"""Told in words what is being measured."""


@dataclass(frozen=True)
class Sources:
    """Where everything measured is: the project's root, its model, and the evaluation sets of `quality/sets`."""

    root: Path
    model: Path
    sets: Path

    @property
    def apart(self) -> Path:
        """Messages with intents, kept apart from the training data."""
        return self.root / "tests" / "nlu"


@dataclass(frozen=True)
class Latency:
    """Milliseconds that reading one message takes: of half the messages at most, and of 95 in a hundred."""

    p50: float
    p95: float


async def measure(sources: Sources, progress: Progress, folds: int = FOLDS) -> tuple[Report, Latency]:
    """Measure everything.

    Raises:
        EvaluationError: a set or the model cannot be used.
    """
    report = Report()
    examples = read_project(sources.root).examples
    progress("Carregando o modelo")
    agent = load_agent(sources.model)
    progress("Intenções: mensagens fora do treino")
    latency = await _apart(agent, sources, report)
    # From here on a second process trains the models of the cross-validation: nothing below is timed.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        config = sources.root / "config.yml"
        crossing = asyncio.get_running_loop().run_in_executor(pool, cross_validated, examples, config, folds)
        await _readings_and_dialogues(agent, sources, report, progress)
        progress(f"Intenções: validação cruzada em {folds} partes")
        report.add_answers(CROSS, "Validação cruzada", await crossing)
    return report, latency


async def _readings_and_dialogues(agent: Agent, sources: Sources, report: Report, progress: Progress) -> None:
    facts, today = office_facts(), datetime.fromisoformat(AT).astimezone(CUIABA).date()
    progress("Cidades e rendas")
    _cities(sources, facts, report)
    _incomes(sources, facts, today, report)
    progress("Necessidades ditas numa mensagem")
    await _needs(agent, sources, facts, today, report)
    progress("Conversas inteiras")
    await _dialogues(agent, sources, report)


async def _apart(agent: Agent, sources: Sources, report: Report) -> Latency:
    blind, times = await answered(agent, sets.read_examples(sources.apart / "blind.yml"))
    report.add_answers(BLIND, "Mensagens nunca estudadas", blind)
    for name, file in _STUDIED.items():
        answers, _ = await answered(agent, sets.read_examples(sources.apart / file))
        report.add_answers(name, f"Mensagens já estudadas ({file})", answers)
    return _latency(times)


def _latency(times: Sequence[float]) -> Latency:
    ordered = sorted(times)
    return Latency(*(ordered[min(int(len(ordered) * part), len(ordered) - 1)] for part in (0.5, 0.95)))


def _cities(sources: Sources, facts: OfficeFacts, report: Report) -> None:
    cities = sets.read_cities(sources.sets / "cidades.yml")
    official = official_cities(facts.municipios, cities)
    report.add_readings("cidades.oficiais", "Nome oficial sem acento, cidade perguntada", official[True])
    report.add_readings("cidades.oficiais_em_frase", "Nome oficial sem acento, no meio de uma frase", official[False])
    asked = in_sentences(cities.misspelt, ("{}",), asked=True)
    unasked = in_sentences(cities.misspelt, (_UNASKED,), asked=False)
    messages = [city_reading(said, name, asked=False) for said, name in cities.messages]
    report.add_readings("cidades.mal_escritas", "Nome mal escrito, cidade perguntada", asked)
    report.add_readings("cidades.mal_escritas_em_frase", "Nome mal escrito, no meio de uma frase", unasked)
    report.add_readings("cidades.conversa", "Cidade onde a pessoa mora, em mensagens soltas", messages)
    everything: list[Reading] = [*asked, *unasked, *messages]
    report.add_share(
        "cidades.trocadas", "Cidade errada tomada por certa", [reading.silently_wrong for reading in everything]
    )
    nowhere = [city_reading(said, "", asked=False) for said in cities.without_city]
    report.add_readings("cidades.sem_cidade", "Mensagem sem cidade em que nenhuma é lida", nowhere)
    typos = sets.read_misspellings(sources.root / "tests" / "language" / "cidades_com_erro.csv")
    report.add_readings(
        "cidades.estudadas", "Erros de digitação já estudados, cidade perguntada", in_sentences(typos, ("{}",), True)
    )


def _incomes(sources: Sources, facts: OfficeFacts, today: date, report: Report) -> None:
    told = sets.read_incomes(sources.sets / "rendas.yml")
    report.add_readings(
        "rendas.criterio",
        "Critério certo para a renda contada",
        [income_reading(said, meant, facts, today) for said, meant in told],
    )


async def _needs(agent: Agent, sources: Sources, facts: OfficeFacts, today: date, report: Report) -> None:
    needs = sets.read_needs(sources.sets / "necessidades.yml")
    readings = [await need_reading(agent, said, subject, facts, today) for said, subject in needs]
    report.add_readings("necessidades.area_e_assunto", "Área e assunto certos numa mensagem", readings)
    report.add_share(
        "necessidades.trocadas", "Assunto errado tomado por certo", [reading.silently_wrong for reading in readings]
    )


async def _dialogues(agent: Agent, sources: Sources, report: Report) -> None:
    citizens = sets.read_citizens(sources.sets / "dialogos.yml")
    with office_clock(AT):
        endings = [await converse(agent, citizen) for citizen in citizens]
    report.add_endings("conversas.certas", "Conversas que terminam com todos os dados certos", endings)
