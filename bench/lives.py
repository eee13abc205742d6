"""A year of atendimentos as they may go, drawn from a seed: who comes when, from where, for what, and how it ends."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any

import numpy as np

from defensoria.conversations.models import Holder, Outcome
from defensoria.office.calendar import CUIABA, closing, next_opening
from defensoria.office.facts import OfficeFacts
from defensoria.office.routing import route
from defensoria.office.vocabulary import Criterion, Eligibility, Service, Subject

DAYS = 365
QUESTIONS = ("criterio", "servico", "area", "assunto", "municipio", "confirmacao")
"""What the triage asks for, in this order, of who goes all the way."""
_PEOPLE = 0.6
"""Citizens for each atendimento: the others come back."""
_HOURS = (1, 1, 1, 1, 1, 2, 5, 12, 22, 30, 34, 40, 100, 92, 84, 72, 58, 42, 24, 18, 15, 11, 6, 3)
"""How many begin to write at each hour of Cuiabá: most from the opening at noon on."""
_CLOSED_DAY = 0.25
"""How many write on a day on which the office is closed, for each one on another day."""
_ENDS = (("abandoned", 0.22), ("orientation", 0.05), ("unclaimed", 0.05), ("attended", 0.68))
_OUTCOMES = (
    (Outcome.RESOLVED, 0.5),
    (Outcome.SCHEDULED, 0.2),
    (Outcome.FORWARDED, 0.13),
    (Outcome.NO_ANSWER, 0.12),
    (Outcome.OUT_OF_COMPETENCE, 0.05),
)
_RATINGS = ((None, 0.7), ("bom", 0.2), ("regular", 0.06), ("ruim", 0.04))
_CRITERIA = (
    (Criterion.INDIVIDUAL_INCOME, 0.46),
    (Criterion.FAMILY_INCOME, 0.3),
    (Criterion.VULNERABILITY, 0.12),
    (Criterion.OVER_INDEBTEDNESS, 0.04),
    (Criterion.NONE, 0.08),
)
_SERVICES = (
    (Service.NEW, 0.5),
    (Service.CASE_STATUS, 0.27),
    (Service.DOCUMENTS, 0.08),
    (Service.SCHEDULING, 0.1),
    (Service.GUIDANCE, 0.05),
)
_SUBJECTS = tuple(
    zip(Subject, (24, 14, 4, 9, 8, 2, 5, 4, 4, 5, 4, 5, 3, 5, 4, 2), strict=True)  # in the order of the enumeration
)


@dataclass(frozen=True, kw_only=True)
class Life:
    """One atendimento from its opening to its end. Ids begin with 1; `asked` are the questions that were put.

    `messages` counts all of them, of which the first `2 + 2 × len(asked)` are the triage's.
    """

    id: int
    citizen: int
    previous: int | None
    holder: Holder
    opened: datetime
    queued: datetime | None
    promised: datetime | None
    claimed: datetime | None
    closed: datetime | None
    outcome: str | None
    rating: str | None
    asked: Sequence[str]
    triage: dict[str, str | None]
    messages: int
    not_understood: int
    wanted_person: bool
    transferred: bool
    files: bool
    billed: bool


def lives(atendimentos: int, messages: int, last: date, seed: int, facts: OfficeFacts) -> Iterator[Life]:
    """So many atendimentos with exactly so many messages together, of the year that ends with a day; oldest first.

    Raises:
        ValueError: the messages do not suffice for the triages.
    """
    chance = np.random.default_rng(seed)
    until = datetime.combine(last + timedelta(days=1), time(), CUIABA)
    opened = _instants(chance, atendimentos, last, facts)
    people = max(int(atendimentos * _PEOPLE), 1)
    drawn: dict[str, Any] = {
        "end": _pick(chance, _ENDS, atendimentos),
        "outcome": _pick(chance, _OUTCOMES, atendimentos),
        "rating": _pick(chance, _RATINGS, atendimentos),
        "criterio": _pick(chance, _CRITERIA, atendimentos),
        "servico": _pick(chance, _SERVICES, atendimentos),
        "assunto": _pick(chance, _SUBJECTS, atendimentos),
        "municipio": _pick(chance, [(town.name, town.population) for town in facts.municipios.values()], atendimentos),
        "answered": chance.integers(0, len(QUESTIONS), atendimentos),
        "triage": chance.lognormal(5.0, 0.6, atendimentos),
        "wait": chance.lognormal(7.3, 1.0, atendimentos),
        "talk": chance.lognormal(7.8, 1.1, atendimentos),
        "luck": chance.random((atendimentos, 5)),
    }
    asked = np.where(np.isin(drawn["end"], ["abandoned"]), drawn["answered"] + 1, len(QUESTIONS))
    counts = _message_counts(chance, messages, asked, drawn["end"] == "attended")
    citizens = chance.integers(1, people + 1, atendimentos)
    returns = np.ones(atendimentos, dtype=bool)
    returns[np.unique(citizens[::-1], return_index=True)[1]] = False
    unfolding = _Unfolding(facts, until)
    seen: dict[int, int] = {}
    for place in range(atendimentos):
        row = {name: values[place] for name, values in drawn.items()}
        citizen = int(citizens[place])
        yield unfolding.life(
            row,
            id=place + 1,
            citizen=citizen,
            previous=seen.get(citizen),
            opened=datetime.fromtimestamp(int(opened[place]), timezone.utc),
            asked=QUESTIONS[: int(asked[place])],
            messages=int(counts[place]),
            last_of_citizen=not returns[atendimentos - 1 - place],
        )
        seen[citizen] = place + 1


class _Unfolding:
    """What becomes of an opening by what was drawn for it, by the office's calendar and routes."""

    def __init__(self, facts: OfficeFacts, until: datetime) -> None:
        self._until = until.astimezone(timezone.utc)
        # Thousands come in the same hour, for the same subject from the same town.
        self._opening: Callable[[datetime], datetime | None] = lru_cache(None)(
            lambda hour: next_opening(facts, hour).astimezone(timezone.utc) if closing(facts, hour) else None
        )
        self._nucleo: Callable[..., str] = lru_cache(None)(
            lambda town, service, subject: route(facts, town, subject.area, service, subject).id
        )

    def life(self, row: dict[str, Any], *, last_of_citizen: bool, opened: datetime, **known: Any) -> Life:
        end, luck = row["end"], row["luck"]
        queued = promised = claimed = None
        if end in ("unclaimed", "attended"):
            queued = opened + timedelta(seconds=int(row["triage"]) + 20)
            promised = self._opening(queued.replace(minute=0, second=0))
            served_from = promised or queued
            if end == "attended":
                claimed = served_from + timedelta(seconds=int(row["wait"]))
            closed = claimed + timedelta(seconds=int(row["talk"]) + 60) if claimed else served_from + timedelta(days=1)
        else:
            closed = opened + timedelta(hours=2)
        queued, claimed, done = (at if at and at < self._until else None for at in (queued, claimed, closed))
        if done is None and not last_of_citizen:
            # Nobody has two that are open.
            done = self._until
        holder = Holder.CLOSED if done else Holder.HUMAN if claimed else Holder.QUEUE if queued else Holder.BOT
        attended = done is not None and claimed is not None
        outcome = {"abandoned": Outcome.ABANDONED, "attended": row["outcome"]}.get(end, Outcome.NO_ANSWER)
        return Life(
            **known,
            opened=opened,
            queued=queued,
            promised=promised if queued else None,
            claimed=claimed,
            closed=done,
            holder=holder,
            outcome=(None if end == "orientation" else outcome.value) if done else None,
            rating=row["rating"] if attended else None,
            triage=self._triage(row, known["asked"], bool(queued)),
            not_understood=int(luck[0] < 0.15) + int(luck[0] < 0.04),
            wanted_person=bool(luck[1] < 0.08),
            transferred=attended and bool(luck[2] < 0.07),
            files=bool(luck[3] < 0.2),
            billed=bool(luck[4] < 0.15),
        )

    def _triage(self, row: dict[str, Any], asked: Sequence[str], queued: bool) -> dict[str, str | None]:
        subject: Subject = row["assunto"]
        said = {
            "criterio": row["criterio"].value,
            "servico": row["servico"].value,
            "area": subject.area.value,
            "assunto": subject.value,
            "municipio": row["municipio"],
        }
        answered = {slot: said.get(slot) for slot in (asked if queued else asked[:-1]) if slot in said}
        needy = row["criterio"] is not Criterion.NONE
        outside = Eligibility.EXCEPTIONAL if queued else Eligibility.NOT_ELIGIBLE
        return {
            **dict.fromkeys(said),
            **answered,
            "elegibilidade": (Eligibility.ELIGIBLE if needy else outside).value if "criterio" in answered else None,
            "nucleo": self._nucleo(row["municipio"], row["servico"], subject) if queued else None,
            "urgencia": "violencia" if answered.get("assunto") == Subject.DOMESTIC_VIOLENCE.value else None,
        }


def _instants(chance: np.random.Generator, count: int, last: date, facts: OfficeFacts) -> Any:
    """Seconds since 1970 at which people begin to write, in order."""
    days = [last - timedelta(days=number) for number in range(DAYS)]
    noons = [datetime.combine(day, time(13), CUIABA) for day in days]
    weights = np.array([_CLOSED_DAY if closing(facts, noon) else 1.0 for noon in noons])
    starts = np.array([int(datetime.combine(day, time(), CUIABA).timestamp()) for day in days])
    hours = np.array(_HOURS) / sum(_HOURS)
    drawn = chance.choice(starts, count, p=weights / weights.sum()) + 3600 * chance.choice(24, count, p=hours)
    return np.sort(drawn + chance.integers(0, 3600, count))


def _message_counts(chance: np.random.Generator, total: int, asked: Any, attended: Any) -> Any:
    """Two for the greeting, two a question; what is left goes to those whom a person attended, some much."""
    least = 2 + 2 * asked + 2 * attended
    left = total - int(least.sum())
    if left < 0 or not attended.any():
        raise ValueError(f"as triagens precisam de {int(least.sum())} mensagens, e são {total}")
    weights = chance.gamma(1.5, 1.0, len(asked)) * attended
    return least + chance.multinomial(left, weights / weights.sum())


def _pick(chance: np.random.Generator, shares: Sequence[tuple[Any, float]], count: int) -> Any:
    values = np.empty(len(shares), dtype=object)
    values[:] = [value for value, _ in shares]
    weights = np.array([float(share) for _, share in shares])
    return values[chance.choice(len(shares), count, p=weights / weights.sum())]
