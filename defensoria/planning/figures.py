"""The figures that the office plans with, each a table of raw values; words and charts are the desk's."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from defensoria.conversations.models import AtendimentoFact, Outcome
from defensoria.office.calendar import CUIABA
from defensoria.office.vocabulary import Eligibility
from defensoria.planning.choice import Choice
from defensoria.planning.dialogue import QUESTIONS

Fact = AtendimentoFact
WEEKDAYS = 7
RATINGS = ("bom", "regular", "ruim")
BILLED = ("service", "utility", "marketing", "other")


@dataclass(frozen=True)
class Table:
    """One table: names of its columns, and rows of values, the first of which says what the row is about."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def demand_totals(session: Session, choice: Choice) -> Table:
    """How much was asked of the office, beside the period before."""

    def of(period: Choice) -> Sequence[Any]:
        return session.execute(
            select(
                func.count(),
                _count_if(~Fact.came_back),
                _count_if(Fact.queued_hour.is_not(None)),
                _count_if(Fact.outside_hours),
                func.coalesce(func.sum(Fact.messages_in), 0),
            ).where(*period.conditions())
        ).one()

    names = ("atendimentos", "pessoas_novas", "encaminhados", "fora_do_horario", "mensagens")
    return Table(("medida", "periodo", "antes"), list(zip(names, of(choice), of(choice.before), strict=True)))


def by_day(session: Session, choice: Choice) -> Table:
    """Atendimentos opened on each day of the period."""
    counts: Counter[Any] = Counter()
    for hour, count in _by_hour(session, choice):
        counts[hour.astimezone(CUIABA).date()] += count
    return Table(("dia", "atendimentos"), [(day, counts[day]) for day in choice.days])


def by_hour(session: Session, choice: Choice) -> Table:
    """Atendimentos opened at each hour of the day, by weekday (0 is Monday)."""
    counts: Counter[tuple[int, int]] = Counter()
    for instant, count in _by_hour(session, choice):
        local = instant.astimezone(CUIABA)
        counts[local.hour, local.weekday()] += count
    columns = ("hora", *(f"dia_{weekday}" for weekday in range(WEEKDAYS)), "total")
    rows = [[counts[hour, weekday] for weekday in range(WEEKDAYS)] for hour in range(24)]
    return Table(columns, [(hour, *row, sum(row)) for hour, row in enumerate(rows)])


def by_value(name: str) -> Callable[[Session, Choice], Table]:
    """Atendimentos by the value of a slot, the most frequent first, beside the period before."""

    def table(session: Session, choice: Choice) -> Table:
        now, before = (_counts(session, period, name) for period in (choice, choice.before))
        ordered = sorted({*now, *before}, key=lambda value: (-now[value], -before[value], value or ""))
        return Table((name, "periodo", "antes"), [(value, now[value], before[value]) for value in ordered])

    return table


def way(session: Session, choice: Choice) -> Table:
    """For each question of the triage: who came to it, had it put again, and left there."""
    asked = [getattr(Fact, f"asked_{slot}") for slot in QUESTIONS]
    figures = [
        figure
        for slot, column in zip(QUESTIONS, asked, strict=True)
        for figure in (
            _count_if(column > 0),
            _count_if(column > 1),
            _count_if(and_(Fact.outcome == Outcome.ABANDONED.value, Fact.last_question == slot)),
        )
    ]
    found = session.execute(select(*figures).where(*choice.conditions())).one()
    rows = [(slot, *found[3 * place : 3 * place + 3]) for place, slot in enumerate(QUESTIONS)]
    return Table(("pergunta", "chegaram", "repetida", "pararam"), rows)


def way_totals(session: Session, choice: Choice) -> Table:
    """The triage in numbers, beside the period before."""

    def of(period: Choice) -> Sequence[Any]:
        handed_over = Fact.queued_hour.is_not(None)
        counts = session.execute(
            select(
                func.count(),
                _count_if(handed_over),
                _count_if(Fact.outcome == Outcome.ABANDONED.value),
                _count_if(Fact.not_understood > 0),
                _count_if(Fact.corrections > 0),
                _count_if(Fact.wanted_person),
            ).where(*period.conditions())
        ).one()
        minutes = _histogram(session, period, Fact.minutes_triage, handed_over)[None]
        return (*counts, percentile(minutes, 50))

    names = ("comecaram", "encaminhados", "desistiram", "nao_entendidos", "corrigiram", "pediram_pessoa", "minutos")
    return Table(("medida", "periodo", "antes"), list(zip(names, of(choice), of(choice.before), strict=True)))


def service(session: Session, choice: Choice) -> Table:
    """How each núcleo served: medians in minutes (the first answer's in hours of service), ratings, transfers."""
    taken = Fact.claimed_hour.is_not(None)
    counts = session.execute(
        select(
            Fact.nucleo,
            _count_if(taken),
            func.coalesce(func.sum(Fact.transfers), 0),
            _count_if(Fact.overnight),
            *(_count_if(Fact.rating == rating) for rating in RATINGS),
        )
        .where(*choice.conditions(), Fact.queued_hour.is_not(None))
        .group_by(Fact.nucleo)
    ).all()
    answers = _histogram(session, choice, Fact.minutes_first_answer, taken, Fact.nucleo)
    attended = _histogram(session, choice, Fact.minutes_attended, taken, Fact.nucleo)
    rows = [
        (
            nucleo,
            handled,
            percentile(answers[nucleo], 50),
            percentile(answers[nucleo], 90),
            percentile(attended[nucleo], 50),
            *others,
        )
        for nucleo, handled, *others in sorted(counts, key=lambda row: (-row[1], row[0] or ""))
    ]
    columns = ("nucleo", "atendidos", "resposta_p50", "resposta_p90", "duracao_p50", "transferidos", "pernoite")
    return Table((*columns, *RATINGS), rows)


def waits_by_hour(session: Session, choice: Choice) -> Table:
    """The median minutes that those waited who entered a queue at each hour of the day."""
    waits: dict[int, Counter[int]] = defaultdict(Counter)
    queued = Fact.queued_hour.is_not(None)
    for instant, minutes in _histogram(session, choice, Fact.minutes_waiting, queued, Fact.queued_hour).items():
        waits[instant.astimezone(CUIABA).hour] += minutes
    rows = [(hour, sum(waits[hour].values()), percentile(waits[hour], 50)) for hour in sorted(waits)]
    return Table(("hora", "entraram", "espera_p50"), rows)


def unmet(name: str) -> Callable[[Session, Choice], Table]:
    """Who came and was not served, by the value of a slot; the most first."""
    reasons = {
        "fora_do_horario": and_(Fact.outside_hours, Fact.queued_hour.is_(None)),
        "desistiram": Fact.outcome == Outcome.ABANDONED.value,
        "fora_dos_criterios": Fact.elegibilidade == Eligibility.NOT_ELIGIBLE.value,
        "fora_da_competencia": Fact.outcome == Outcome.OUT_OF_COMPETENCE.value,
    }

    def table(session: Session, choice: Choice) -> Table:
        column = getattr(Fact, name)
        rows = session.execute(
            select(column, *map(_count_if, reasons.values())).where(*choice.conditions()).group_by(column)
        ).all()
        some = [tuple(row) for row in rows if any(row[1:])]
        return Table((name, *reasons), sorted(some, key=lambda row: (-sum(row[1:]), row[0] or "")))

    return table


def cost(session: Session, choice: Choice) -> Table:
    """The messages that WhatsApp bills, by its category, in all and for each hundred atendimentos."""
    count, *billed = session.execute(
        select(
            func.count(),
            *(func.coalesce(func.sum(getattr(Fact, f"billed_{category}")), 0) for category in BILLED),
        ).where(*choice.conditions())
    ).one()
    rows = [
        (category, number, round(100 * number / count, 1) if count else 0.0)
        for category, number in zip(BILLED, billed, strict=True)
    ]
    return Table(("categoria", "mensagens", "por_cem"), rows)


def percentile(histogram: Mapping[int, int], part: int) -> int | None:
    """The value below or at which `part` in a hundred lie; None where there is nothing.

    Args:
        histogram: value → how often.
        part: from 1 to 100.
    """
    wanted, reached = sum(histogram.values()) * part / 100, 0
    for value in sorted(histogram):
        reached += histogram[value]
        if reached >= wanted:
            return value
    return None


def _count_if(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _counts(session: Session, choice: Choice, name: str) -> Counter[str | None]:
    column = getattr(Fact, name)
    rows = session.execute(select(column, func.count()).where(*choice.conditions()).group_by(column))
    return Counter({value: count for value, count in rows})


def _by_hour(session: Session, choice: Choice) -> Sequence[Any]:
    rows = select(Fact.opened_hour, func.count()).where(*choice.conditions()).group_by(Fact.opened_hour)
    return session.execute(rows).all()


def _histogram(
    session: Session, choice: Choice, value: Any, condition: Any, group: Any = None
) -> Mapping[Any, Counter[int]]:
    """Group → value → how often; the one group is None where none is asked for. Unknown values are left out."""
    groups = [group] if group is not None else []
    rows = session.execute(
        select(*groups, value, func.count())
        .where(*choice.conditions(), condition, value.is_not(None))
        .group_by(*groups, value)
    )
    found: dict[Any, Counter[int]] = defaultdict(Counter)
    for *key, minutes, count in rows:
        found[key[0] if key else None][minutes] += count
    return found
