"""The facts by the day, packed into columns: a year of figures is read in a moment, from few and small rows.

A day that no longer changes is packed once. Where one is not packed, or has changed since, the facts themselves are
read, so that the figures are the same either way.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate, groupby
from typing import Any

import numpy as np
from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.models import AtendimentoFact, PlanningDay
from defensoria.office.calendar import CUIABA
from defensoria.planning.choice import FILTERS, Choice
from defensoria.planning.dialogue import QUESTIONS

BILLED = ("service", "utility", "marketing", "other")
UNKNOWN = -(2**15)
"""Stands for a number that is not known."""
_WORDS = (*FILTERS, "servico", "criterio", "elegibilidade", "outcome", "last_question", "rating")
_FLAGS = ("came_back", "outside_hours", "overnight", "wanted_person")
_NUMBERS = (
    *("messages_in", "transfers", "not_understood", "corrections"),
    *("minutes_triage", "minutes_waiting", "minutes_attended", "minutes_first_answer"),
    *(f"asked_{slot}" for slot in QUESTIONS),
    *(f"billed_{category}" for category in BILLED),
)
_HOURS = ("opened_hour", "queued_hour", "claimed_hour")
_READ = (*_HOURS, *_WORDS, *_FLAGS, *_NUMBERS)
_STILL_CHANGING = timedelta(days=3)


@dataclass(frozen=True)
class _Day:
    """The facts of one day. `column` reads one of them, with words as their places in `words`."""

    date: date
    size: int
    words: Sequence[str | None]
    column: Callable[[str], Any]


class Columns:
    """The facts of a period: for each name an array, all in the same order, put together when it is first asked for.

    `day` is the date's ordinal, an hour that of Cuiabá, and a word its place in `words`, of which the first is None.
    """

    def __init__(self, days: Sequence[_Day], choice: Choice) -> None:
        self._days = days
        self._codes: dict[str | None, int] = {None: 0}
        self._translated = [
            np.array([self._codes.setdefault(word, len(self._codes)) for word in day.words], dtype=np.int16)
            for day in days
        ]
        chosen = [self._read(name) == self.code(value) for name, value in choice.chosen.items()]
        self._wanted = np.logical_and.reduce(chosen) if chosen else slice(None)
        self._arrays: dict[str, Any] = {}
        self.words = list(self._codes)

    def __getitem__(self, name: str) -> Any:
        if name not in self._arrays:
            self._arrays[name] = self._read(name)[self._wanted]
        return self._arrays[name]

    @property
    def count(self) -> int:
        """How many atendimentos."""
        return len(self["day"])

    def code(self, word: str) -> int:
        """The number that stands for a word; one that stands for none where nothing has it."""
        return self._codes.get(word, -1)

    def _read(self, name: str) -> Any:
        if name == "day":
            parts = [np.full(day.size, day.date.toordinal(), dtype=np.int32) for day in self._days]
        elif name in _WORDS:
            parts = [codes[day.column(name)] for day, codes in zip(self._days, self._translated, strict=True)]
        else:
            parts = [day.column(name) for day in self._days]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int16)


def read_columns(session: Session, choice: Choice) -> Columns:
    """The facts of what was chosen."""
    return Columns(list(_days(session, choice)), choice)


def opened_within(first: date, last: date) -> Any:
    """The condition on facts that their atendimento was opened from `first` to `last`, in Cuiabá."""
    opened = AtendimentoFact.opened_hour
    start, end = (datetime.combine(day, time(), CUIABA) for day in (first, last + timedelta(days=1)))
    return (opened >= start) & (opened < end)


def changed(session: Session, hours: Iterable[datetime]) -> None:
    """Take note that facts of atendimentos opened at these hours have changed. To be called by who holds them."""
    days = {hour.astimezone(CUIABA).date() for hour in hours}
    known = set(session.scalars(select(PlanningDay.day).where(PlanningDay.day.in_(days))))
    _update(session, PlanningDay.day.in_(known), packed=None, changes=PlanningDay.changes + 1)
    if days - known:
        session.execute(insert(PlanningDay), [{"day": day} for day in sorted(days - known)])


@dataclass(frozen=True)
class Packed:
    """A day as it was when its facts had changed so many times."""

    day: date
    changes: int
    values: Mapping[str, Any]


def pack_one(session: Session) -> Packed | None:
    """The newest day that waits for being packed and may no longer change; None where there is none."""
    settled = utc_now().astimezone(CUIABA).date() - _STILL_CHANGING
    waiting = (PlanningDay.packed.is_(None)) & (PlanningDay.day < settled)
    # How often it has changed is read before its facts: a change between the two is seen when it is kept.
    asked = select(PlanningDay.day, PlanningDay.changes).where(waiting).order_by(PlanningDay.day.desc()).limit(1)
    found = session.execute(asked).one_or_none()
    if found is None:
        return None
    words, arrays = _columns(_facts(session, [(found.day, found.day)]))
    # Each by itself: a page needs few of them.
    small = {name: zlib.compress(array.tobytes()) for name, array in arrays.items()}
    kinds = {name: [array.dtype.str, len(small[name])] for name, array in arrays.items()}
    values = {"size": len(arrays["opened_hour"]), "words": words, "kinds": kinds, "packed": b"".join(small.values())}
    return Packed(found.day, found.changes, values)


def keep_packed(session: Session, packed: Packed) -> None:
    """Keep a day, unless its facts have changed meanwhile."""
    _update(session, (PlanningDay.day == packed.day) & (PlanningDay.changes == packed.changes), **packed.values)


def _days(session: Session, choice: Choice) -> Iterator[_Day]:
    """Each day of the period that has facts."""
    columns = (PlanningDay.day, PlanningDay.size, PlanningDay.words, PlanningDay.kinds, PlanningDay.packed)
    inside = PlanningDay.day.between(choice.first, choice.last) & PlanningDay.packed.is_not(None)
    found = set()
    for row in session.execute(select(*columns).where(inside)):
        found.add(row.day)
        yield _Day(row.day, row.size, row.words, _unpacking(row.kinds, row.packed))
    rest = _runs(day for day in choice.days if day not in found)
    for day, facts in groupby(_facts(session, rest), lambda row: row.opened_hour.astimezone(CUIABA).date()):
        rows = list(facts)
        words, arrays = _columns(rows)
        yield _Day(day, len(rows), words, arrays.__getitem__)


def _unpacking(kinds: Mapping[str, tuple[str, int]], packed: bytes) -> Callable[[str], Any]:
    """What reads one column of a packed day."""
    ends = dict(zip(kinds, accumulate(length for _, length in kinds.values()), strict=True))

    def column(name: str) -> Any:
        kind, length = kinds[name]
        return np.frombuffer(zlib.decompress(packed[ends[name] - length : ends[name]]), kind)

    return column


def _facts(session: Session, runs: Iterable[tuple[date, date]]) -> Sequence[Any]:
    """The facts of some runs of days, ordered by their hour."""
    inside = [opened_within(first, last) for first, last in runs]
    if not inside:
        return []
    columns = [getattr(AtendimentoFact, name) for name in _READ]
    return session.execute(select(*columns).where(or_(*inside)).order_by(AtendimentoFact.opened_hour)).all()


def _columns(rows: Sequence[Any]) -> tuple[list[str | None], dict[str, Any]]:
    """Facts as their words and their columns, each as narrow as what it holds."""
    values = dict(zip(_READ, zip(*rows, strict=True) if rows else [()] * len(_READ), strict=True))
    words: dict[str | None, int] = {None: 0}
    numbers = {
        **{name: [-1 if at is None else at.astimezone(CUIABA).hour for at in values[name]] for name in _HOURS},
        **{name: [words.setdefault(word, len(words)) for word in values[name]] for name in _WORDS},
        **{name: values[name] for name in _FLAGS},
        **{name: [UNKNOWN if number is None else number for number in values[name]] for name in _NUMBERS},
    }
    return list(words), {name: _narrow(np.array(column)) for name, column in numbers.items()}


def _narrow(column: Any) -> Any:
    if column.dtype == bool or not len(column):
        return column.astype(bool)
    return column.astype(np.promote_types(np.min_scalar_type(column.min()), np.min_scalar_type(column.max())))


def _update(session: Session, condition: Any, **values: Any) -> None:
    session.execute(update(PlanningDay).where(condition).values(**values).execution_options(synchronize_session=False))


def _runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Days that follow each other, as the first and the last of each run."""
    for _, run in groupby(enumerate(days), lambda pair: pair[1].toordinal() - pair[0]):
        found = [day for _, day in run]
        yield found[0], found[-1]
