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
from defensoria.review.evaluation.dialogues import Ending, converse
from defensoria.review.evaluation.readings import (
    Reading,
    city_reading,
    in_sentences,
    income_reading,
    need_reading,
    official_cities,
    situation_reading,
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
_VOICES = {
    "vozes": "escrita apressada e fala ditada",
    "outras": "de idosos, jovens, gente da roça e escrita formal",
    "regioes": "de todas as regiões do estado",
    "rumos": "do norte ao Pantanal e de quem veio de fora",
    "lavouras": "de quem vive de lavoura, gado, estrada e balcão",
}
"""Folders of `quality/sets` with the same kinds of sets by other people, and whose voices they are."""

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
    await _dialogues(agent, sources.sets, report)
    for name, whose in _VOICES.items():
        progress(f"Outras vozes: {whose}")
        await _voices(agent, sources.sets / name, whose, facts, today, report)


async def _voices(agent: Agent, folder: Path, whose: str, facts: OfficeFacts, today: date, report: Report) -> None:
    """The same measures on sets in other voices, each under `<folder>.<what>`."""
    name = folder.name
    cities = sets.read_cities(folder / "cidades.yml")
    misspelt, messages, nowhere = _told_cities(cities)
    read = {
        "cidades_mal_escritas": ("Nome mal escrito, cidade perguntada", misspelt),
        "cidades_em_conversa": ("Cidade onde a pessoa mora, em mensagens soltas", messages),
        "sem_cidade": ("Mensagem sem cidade em que nenhuma é lida", nowhere),
        "rendas": ("Critério certo para a renda contada", _told_incomes(folder / "rendas.yml", facts, today)),
        "situacoes": (
            "Critério certo para a situação contada",
            await _told_situations(agent, folder / "rendas.yml", facts, today),
        ),
        "necessidades": (
            "Área e assunto certos numa mensagem",
            await _told_needs(agent, folder / "necessidades.yml", facts, today),
        ),
    }
    for what, (title, readings) in read.items():
        report.add_readings(f"{name}.{what}", f"{title} ({whose})", readings)
    endings = await _conversations(agent, folder)
    report.add_endings(f"{name}.conversas", f"Conversas que terminam com todos os dados certos ({whose})", endings)


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
    asked, messages, nowhere = _told_cities(cities)
    unasked = in_sentences(cities.misspelt, (_UNASKED,), asked=False)
    report.add_readings("cidades.mal_escritas", "Nome mal escrito, cidade perguntada", asked)
    report.add_readings("cidades.mal_escritas_em_frase", "Nome mal escrito, no meio de uma frase", unasked)
    report.add_readings("cidades.conversa", "Cidade onde a pessoa mora, em mensagens soltas", messages)
    everything: list[Reading] = [*asked, *unasked, *messages]
    report.add_share(
        "cidades.trocadas", "Cidade errada tomada por certa", [reading.silently_wrong for reading in everything]
    )
    report.add_readings("cidades.sem_cidade", "Mensagem sem cidade em que nenhuma é lida", nowhere)
    typos = sets.read_misspellings(sources.root / "tests" / "language" / "cidades_com_erro.csv")
    report.add_readings(
        "cidades.estudadas", "Erros de digitação já estudados, cidade perguntada", in_sentences(typos, ("{}",), True)
    )


def _told_cities(cities: sets.CitySets) -> tuple[list[Reading], list[Reading], list[Reading]]:
    """Misspelt names while the city is asked, whole messages with a city, and messages without one."""
    return (
        in_sentences(cities.misspelt, ("{}",), asked=True),
        [city_reading(said, name, asked=False) for said, name in cities.messages],
        [city_reading(said, "", asked=False) for said in cities.without_city],
    )


def _incomes(sources: Sources, facts: OfficeFacts, today: date, report: Report) -> None:
    told = _told_incomes(sources.sets / "rendas.yml", facts, today)
    report.add_readings("rendas.criterio", "Critério certo para a renda contada", told)


def _told_incomes(file: Path, facts: OfficeFacts, today: date) -> list[Reading]:
    return [income_reading(said, meant, facts, today) for said, meant in sets.read_incomes(file)]


async def _told_situations(agent: Agent, file: Path, facts: OfficeFacts, today: date) -> list[Reading]:
    return [
        await situation_reading(agent, said, criterion, facts, today) for said, criterion in sets.read_situations(file)
    ]


async def _needs(agent: Agent, sources: Sources, facts: OfficeFacts, today: date, report: Report) -> None:
    readings = await _told_needs(agent, sources.sets / "necessidades.yml", facts, today)
    report.add_readings("necessidades.area_e_assunto", "Área e assunto certos numa mensagem", readings)
    report.add_share(
        "necessidades.trocadas", "Assunto errado tomado por certo", [reading.silently_wrong for reading in readings]
    )


async def _told_needs(agent: Agent, file: Path, facts: OfficeFacts, today: date) -> list[Reading]:
    return [await need_reading(agent, said, subject, facts, today) for said, subject in sets.read_needs(file)]


async def _dialogues(agent: Agent, folder: Path, report: Report) -> None:
    endings = await _conversations(agent, folder)
    report.add_endings("conversas.certas", "Conversas que terminam com todos os dados certos", endings)


async def _conversations(agent: Agent, folder: Path) -> list[Ending]:
    citizens = sets.read_citizens(folder / "dialogos.yml")
    with office_clock(AT):
        return [await converse(agent, citizen, folder.name) for citizen in citizens]
