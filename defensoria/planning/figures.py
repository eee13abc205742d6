"""The figures that the office plans with, each a table of raw values; words and charts are the desk's."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from defensoria.conversations.models import Outcome
from defensoria.office.vocabulary import Eligibility
from defensoria.planning.choice import Choice
from defensoria.planning.days import BILLED, UNKNOWN, Columns, read_columns
from defensoria.planning.dialogue import QUESTIONS

WEEKDAYS = 7
RATINGS = ("bom", "regular", "ruim")
_HOURS = 24


@dataclass(frozen=True)
class Table:
    """One table: names of its columns, and rows of values, the first of which says what the row is about."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


class Asked:
    """What figures are asked of: the facts of a choice and those of the period before, each read once and if needed."""

    def __init__(self, session: Session, choice: Choice) -> None:
        self._session = session
        self.choice = choice

    @cached_property
    def now(self) -> Columns:
        """The facts of the period."""
        return read_columns(self._session, self.choice)

    @cached_property
    def before(self) -> Columns:
        """The facts of the period before."""
        return read_columns(self._session, self.choice.before)


def demand_totals(asked: Asked) -> Table:
    """How much was asked of the office, beside the period before."""

    def of(facts: Columns) -> Sequence[int]:
        return (
            facts.count,
            _count(~facts["came_back"].astype(bool)),
            _count(_handed_over(facts)),
            _count(facts["outside_hours"]),
            int(facts["messages_in"].sum()),
        )

    names = ("atendimentos", "pessoas_novas", "encaminhados", "fora_do_horario", "mensagens")
    return Table(("medida", "periodo", "antes"), list(zip(names, of(asked.now), of(asked.before), strict=True)))


def by_day(asked: Asked) -> Table:
    """Atendimentos opened on each day of the period."""
    days, counts = np.unique(asked.now["day"], return_counts=True)
    found = {date.fromordinal(day): count for day, count in zip(days.tolist(), counts.tolist(), strict=True)}
    return Table(("dia", "atendimentos"), [(day, found.get(day, 0)) for day in asked.choice.days])


def by_hour(asked: Asked) -> Table:
    """Atendimentos opened at each hour of the day, by weekday (0 is Monday)."""
    # The first day of all ordinals, 1, was a Monday.
    weekdays = (asked.now["day"] - 1) % WEEKDAYS
    counts = np.bincount(asked.now["opened_hour"].astype(np.int64) * WEEKDAYS + weekdays, minlength=_HOURS * WEEKDAYS)
    columns = ("hora", *(f"dia_{weekday}" for weekday in range(WEEKDAYS)), "total")
    rows = counts.reshape(_HOURS, WEEKDAYS).tolist()
    return Table(columns, [(hour, *row, sum(row)) for hour, row in enumerate(rows)])


def by_value(name: str) -> Callable[[Asked], Table]:
    """Atendimentos by the value of a slot, the most frequent first, beside the period before."""

    def of(facts: Columns) -> Counter[str | None]:
        counts = np.bincount(facts[name], minlength=len(facts.words)).tolist()
        return Counter({word: count for word, count in zip(facts.words, counts, strict=True) if count})

    def table(asked: Asked) -> Table:
        now, before = of(asked.now), of(asked.before)
        ordered = sorted({*now, *before}, key=lambda value: (-now[value], -before[value], value or ""))
        return Table((name, "periodo", "antes"), [(value, now[value], before[value]) for value in ordered])

    return table


def way(asked: Asked) -> Table:
    """For each question of the triage: who came to it, had it put again, and left there."""
    facts = asked.now
    gone = facts["outcome"] == facts.code(Outcome.ABANDONED.value)
    rows = [
        (
            slot,
            _count(facts[f"asked_{slot}"] > 0),
            _count(facts[f"asked_{slot}"] > 1),
            _count(gone & (facts["last_question"] == facts.code(slot))),
        )
        for slot in QUESTIONS
    ]
    return Table(("pergunta", "chegaram", "repetida", "pararam"), rows)


def way_totals(asked: Asked) -> Table:
    """The triage in numbers, beside the period before."""

    def of(facts: Columns) -> Sequence[int | None]:
        handed_over = _handed_over(facts)
        return (
            facts.count,
            _count(handed_over),
            _count(facts["outcome"] == facts.code(Outcome.ABANDONED.value)),
            _count(facts["not_understood"] > 0),
            _count(facts["corrections"] > 0),
            _count(facts["wanted_person"]),
            percentile(_histograms(facts["minutes_triage"], handed_over)[0], 50),
        )

    names = ("comecaram", "encaminhados", "desistiram", "nao_entendidos", "corrigiram", "pediram_pessoa", "minutos")
    return Table(("medida", "periodo", "antes"), list(zip(names, of(asked.now), of(asked.before), strict=True)))


def service(asked: Asked) -> Table:
    """How each núcleo served: medians in minutes (the first answer's in hours of service), ratings, transfers."""
    facts = asked.now
    nucleos, handed_over, taken = facts["nucleo"], _handed_over(facts), facts["claimed_hour"] >= 0
    counts = _sums(
        nucleos,
        handed_over,
        taken,
        facts["transfers"],
        facts["overnight"],
        *(facts["rating"] == facts.code(rating) for rating in RATINGS),
    )
    answers = _histograms(facts["minutes_first_answer"], taken, nucleos)
    attended = _histograms(facts["minutes_attended"], taken, nucleos)
    rows = [
        (
            facts.words[nucleo],
            handled,
            percentile(answers[nucleo], 50),
            percentile(answers[nucleo], 90),
            percentile(attended[nucleo], 50),
            *others,
        )
        for nucleo, (handled, *others) in counts.items()
    ]
    columns = ("nucleo", "atendidos", "resposta_p50", "resposta_p90", "duracao_p50", "transferidos", "pernoite")
    return Table((*columns, *RATINGS), sorted(rows, key=lambda row: (-row[1], row[0] or "")))


def waits_by_hour(asked: Asked) -> Table:
    """The median minutes that those waited who entered a queue at each hour of the day."""
    hours = asked.now["queued_hour"]
    waits = _histograms(asked.now["minutes_waiting"], hours >= 0, hours)
    rows = [(hour, sum(waits[hour].values()), percentile(waits[hour], 50)) for hour in sorted(waits)]
    return Table(("hora", "entraram", "espera_p50"), rows)


def unmet(name: str) -> Callable[[Asked], Table]:
    """Who came and was not served, by the value of a slot; the most first."""

    def table(asked: Asked) -> Table:
        facts = asked.now
        reasons = {
            "fora_do_horario": facts["outside_hours"].astype(bool) & ~_handed_over(facts),
            "desistiram": facts["outcome"] == facts.code(Outcome.ABANDONED.value),
            "fora_dos_criterios": facts["elegibilidade"] == facts.code(Eligibility.NOT_ELIGIBLE.value),
            "fora_da_competencia": facts["outcome"] == facts.code(Outcome.OUT_OF_COMPETENCE.value),
        }
        sums = _sums(facts[name], np.ones(facts.count, dtype=bool), *reasons.values())
        rows = [(facts.words[value], *counts) for value, counts in sums.items() if any(counts)]
        return Table((name, *reasons), sorted(rows, key=lambda row: (-sum(row[1:]), row[0] or "")))

    return table


def cost(asked: Asked) -> Table:
    """The messages that WhatsApp bills, by its category, in all and for each hundred atendimentos."""
    count = asked.now.count
    billed = {category: int(asked.now[f"billed_{category}"].sum()) for category in BILLED}
    rows = [(category, number, round(100 * number / count, 1) if count else 0.0) for category, number in billed.items()]
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


def _count(condition: Any) -> int:
    return int(np.count_nonzero(condition))


def _handed_over(facts: Columns) -> Any:
    return facts["queued_hour"] >= 0


def _sums(groups: Any, condition: Any, *values: Any) -> Mapping[int, Sequence[int]]:
    """Group → the sum of each of the values, for the groups in which the condition ever holds."""
    inside = groups[condition]
    sums = [np.bincount(inside, weights=value[condition]).astype(np.int64).tolist() for value in values]
    return {group: [column[group] for column in sums] for group in np.unique(inside).tolist()}


def _histograms(values: Any, condition: Any, groups: Any = None) -> Mapping[int, Counter[int]]:
    """Group → value → how often; the one group is 0 where none are given. Unknown values are left out."""
    known = condition & (values != UNKNOWN)
    kept = values[known].astype(np.int64)
    group = groups[known].astype(np.int64) if groups is not None else np.zeros_like(kept)
    # Group and value as one number, from which both can be told again: a sort of numbers is quick.
    least, width = (int(kept.min()), int(np.ptp(kept)) + 1) if len(kept) else (0, 1)
    pairs, counts = np.unique(group * width + (kept - least), return_counts=True)
    found: dict[int, Counter[int]] = defaultdict(Counter)
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        found[pair // width][pair % width + least] = count
    return found
