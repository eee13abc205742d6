"""When the office serves: open or closed at an instant, why, when next, and how to say it. Hours are Cuiabá's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from defensoria.office.facts import Closure, ClosureKind, FactsError, Municipio, OfficeFacts

CUIABA = ZoneInfo("America/Cuiaba")
BRASILIA = ZoneInfo("America/Sao_Paulo")

_WEEKDAYS = ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo")
_MONTHS = (
    *("janeiro", "fevereiro", "março", "abril", "maio", "junho"),
    *("julho", "agosto", "setembro", "outubro", "novembro", "dezembro"),
)
_HORIZON = timedelta(days=366)


class ClosedKind(str, Enum):
    """Why the office is closed."""

    OUTSIDE_HOURS = "fora_do_horario"
    WEEKEND = "fim_de_semana"
    HOLIDAY = ClosureKind.HOLIDAY.value
    OPTIONAL = ClosureKind.OPTIONAL.value
    RECESS = ClosureKind.RECESS.value
    INTERRUPTION = ClosureKind.INTERRUPTION.value


@dataclass(frozen=True)
class ClosedReason:
    """Why the office is closed at an instant.

    `name` is the day's name when it has one ("Corpus Christi"). `text` is a clause in pt-BR that goes on after
    "porque": "hoje é feriado: Tiradentes".
    """

    kind: ClosedKind
    name: str | None
    text: str


@dataclass(frozen=True)
class _Day:
    """One day of a unit: the hours left open and what shortened them, or why it is closed."""

    hours: tuple[time, time] | None = None
    shortened_by: str | None = None
    closed: ClosedReason | None = None


def is_open(facts: OfficeFacts, at: datetime, nucleo: str | None = None) -> bool:
    """Whether the office, or the unit with id `nucleo`, serves at the instant `at`.

    It opens at the first second and is closed from the last one on: 12:00 is open, 18:00 is not.

    Raises:
        ValueError: `at` has no time zone, or there is no such unit.
    """
    local = _local(at)
    hours = _day(facts, local.date(), nucleo).hours
    return hours is not None and hours[0] <= local.time() < hours[1]


def next_opening(facts: OfficeFacts, at: datetime, nucleo: str | None = None) -> datetime:
    """The first instant from `at` on, in Cuiabá time, at which the office serves: `at` itself when it is open.

    Raises:
        ValueError: `at` has no time zone, or there is no such unit.
        FactsError: the facts leave no open day in the year that follows.
    """
    local = _local(at)
    if is_open(facts, local, nucleo):
        return local
    day, end = local.date(), local.date() + _HORIZON
    while day <= end:
        hours = _day(facts, day, nucleo).hours
        if hours is not None and datetime.combine(day, hours[0], CUIABA) >= local:
            return datetime.combine(day, hours[0], CUIABA)
        day += timedelta(days=1)
    raise FactsError(
        f"fechamentos.csv: não sobra nenhum dia de atendimento entre {local.date():%d/%m/%Y} e {end:%d/%m/%Y}. "
        "Confira inicio e fim de cada linha."
    )


def closes_at(facts: OfficeFacts, at: datetime, nucleo: str | None = None) -> datetime | None:
    """The instant, in Cuiabá time, at which the office that serves at `at` stops on that day; None when it is closed.

    Raises:
        ValueError: `at` has no time zone, or there is no such unit.
    """
    local = _local(at)
    if not is_open(facts, local, nucleo):
        return None
    hours = _day(facts, local.date(), nucleo).hours
    return datetime.combine(local.date(), hours[1], CUIABA) if hours else None


def time_open(facts: OfficeFacts, start: datetime, end: datetime, nucleo: str | None = None) -> timedelta:
    """How long the office served between two instants: a wait as the citizen may hold it against the office.

    Raises:
        ValueError: an instant has no time zone, or there is no such unit.
    """
    first, last = _local(start), _local(end)
    total = timedelta(0)
    day = first.date()
    while day <= last.date():
        hours = _day(facts, day, nucleo).hours
        if hours is not None:
            opens, closes = (datetime.combine(day, hour, CUIABA) for hour in hours)
            total += max(min(closes, last) - max(opens, first), timedelta(0))
        day += timedelta(days=1)
    return total


def closing(facts: OfficeFacts, at: datetime, nucleo: str | None = None) -> ClosedReason | None:
    """Why the office does not serve at the instant `at`; None when it does.

    Raises:
        ValueError: `at` has no time zone, or there is no such unit.
    """
    local = _local(at)
    day = _day(facts, local.date(), nucleo)
    if day.hours is None:
        return day.closed
    opens, closes = day.hours
    usual = facts.hours[local.weekday()]
    if local.time() < opens:
        name = day.shortened_by if opens != usual.opens else None
        text = f"o atendimento de hoje só começa {_at(opens)} de Cuiabá"
    elif local.time() >= closes:
        name = day.shortened_by if closes != usual.closes else None
        text = f"o atendimento de hoje terminou {_at(closes)} de Cuiabá"
    else:
        return None
    return ClosedReason(ClosedKind.OUTSIDE_HOURS, name, f"{text} ({name})" if name else text)


def say_moment(at: datetime, municipio: Municipio | None = None) -> str:
    """An instant in words: "segunda-feira, 23 de novembro, às 12h de Cuiabá".

    For a town that lives by Brasília's hour, that hour follows: " (13h de Brasília)".

    Raises:
        ValueError: `at` has no time zone.
    """
    local = _local(at)
    day = "1º" if local.day == 1 else str(local.day)
    said = f"{_WEEKDAYS[local.weekday()]}, {day} de {_MONTHS[local.month - 1]}, {_at(local.time())} de Cuiabá"
    if municipio is None or not municipio.keeps_brasilia_time:
        return said
    there = local.astimezone(BRASILIA)
    next_day = " do dia seguinte" if there.date() > local.date() else ""
    return f"{said} ({_hour(there.time())} de Brasília{next_day})"


def say_hours(facts: OfficeFacts, municipio: Municipio | None = None) -> str:
    """The usual hours in words: "de segunda a sexta, das 12h às 18h de Cuiabá (13h às 19h de Brasília)".

    Brasília's hours are there only for a town that lives by them. Days with other hours follow after a semicolon.
    """
    groups: list[list[int]] = []
    for weekday in sorted(facts.hours):
        last = groups[-1][-1] if groups else None
        if last is not None and weekday == last + 1 and _span(facts, weekday) == _span(facts, last):
            groups[-1].append(weekday)
        else:
            groups.append([weekday])
    there = municipio is not None and municipio.keeps_brasilia_time
    return "; ".join(f"{_say_days(group)}, {_say_span(*_span(facts, group[0]), there)}" for group in groups)


def _local(at: datetime) -> datetime:
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no time zone: give an aware datetime, for instance in CUIABA")
    return at.astimezone(CUIABA)


@lru_cache(maxsize=4096)
def _day(facts: OfficeFacts, on: date, nucleo: str | None) -> _Day:
    """The hours of a day after everything that closes or shortens it; the office's own rows name it first."""
    rows = [closure for closure in _closures(facts, nucleo) if closure.span(on)]
    closed = next((closure for closure in rows if closure.whole_day), None)
    if closed is not None:
        return _Day(closed=ClosedReason(ClosedKind(closed.kind.value), closed.name, _closed_text(closed, on)))
    national = _national_holidays(on.year).get(on)
    if national is not None:
        return _Day(closed=ClosedReason(ClosedKind.HOLIDAY, national, f"hoje é feriado: {national}"))
    usual = facts.hours.get(on.weekday())
    if usual is None:
        text = "hoje é fim de semana" if on.weekday() >= 5 else "hoje não é dia de atendimento"
        return _Day(closed=ClosedReason(ClosedKind.WEEKEND, None, text))
    opens = max([usual.opens, *(closure.opens for closure in rows if closure.opens)])
    closes = min([usual.closes, *(closure.closes for closure in rows if closure.closes)])
    name = rows[0].name if rows else None
    if opens < closes:
        return _Day(hours=(opens, closes), shortened_by=name)
    return _Day(closed=ClosedReason(ClosedKind(rows[0].kind.value), name, f"hoje não há atendimento: {name}"))


def _closures(facts: OfficeFacts, nucleo: str | None) -> list[Closure]:
    """The closures that hold for a unit; without one, those that hold for the whole office."""
    if nucleo is None:
        return [closure for closure in facts.closures if closure.seat is None and not closure.nucleos]
    seat = facts.nucleo(nucleo).seat
    return [
        closure
        for closure in facts.closures
        if (closure.seat is None and not closure.nucleos) or closure.seat == seat or nucleo in closure.nucleos
    ]


@lru_cache(maxsize=16)
def _national_holidays(year: int) -> Mapping[date, str]:
    """National and Mato Grosso's holidays of a year, 20 November among them, with their names in pt-BR."""
    return dict(holidays.country_holidays("BR", subdiv="MT", years=year, language="pt_BR"))


def _closed_text(closure: Closure, on: date) -> str:
    first, last = closure.span(on) or (on, on)
    if first != last:
        return f"o atendimento está parado de {_say_date(first)} a {_say_date(last)}: {closure.name}"
    what = {ClosureKind.HOLIDAY: "feriado", ClosureKind.OPTIONAL: "ponto facultativo"}.get(closure.kind)
    return f"hoje é {what}: {closure.name}" if what else f"hoje não há atendimento: {closure.name}"


def _say_date(day: date) -> str:
    return f"{'1º' if day.day == 1 else day.day} de {_MONTHS[day.month - 1]}"


def _span(facts: OfficeFacts, weekday: int) -> tuple[time, time]:
    hours = facts.hours[weekday]
    return hours.opens, hours.closes


def _say_days(weekdays: list[int]) -> str:
    short = [_WEEKDAYS[weekday].removesuffix("-feira") for weekday in weekdays]
    if len(short) == 1:
        return f"{'no' if weekdays[0] >= 5 else 'na'} {_WEEKDAYS[weekdays[0]]}"
    return f"de {short[0]} a {short[-1]}"


def _say_span(opens: time, closes: time, there: bool) -> str:
    said = f"das {_hour(opens)} {_at(closes)} de Cuiabá"
    if not there:
        return said
    opens_there, closes_there = _in_brasilia(opens), _in_brasilia(closes)
    return f"{said} ({_hour(opens_there)} {_at(closes_there)} de Brasília)"


def _in_brasilia(hour: time) -> time:
    """Brasília's hour at an hour of Cuiabá; neither has had daylight saving since 2019, so any day will do."""
    return datetime.combine(date(2026, 1, 1), hour, CUIABA).astimezone(BRASILIA).time()


def _at(hour: time) -> str:
    return f"{'à' if hour.hour <= 1 else 'às'} {_hour(hour)}"


def _hour(hour: time) -> str:
    return f"{hour.hour}h{hour.minute:02}" if hour.minute else f"{hour.hour}h"
