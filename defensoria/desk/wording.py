"""Instants, waits, numbers and plurals as Brazilians write them, in Cuiabá time; and phone numbers."""

import re
from datetime import date, datetime, timedelta
from unicodedata import combining, normalize

from babel import Locale
from babel.dates import format_date, format_datetime, get_day_names
from babel.numbers import format_decimal
from babel.units import format_unit

from defensoria.clock import utc_now
from defensoria.office.calendar import CUIABA

_BRAZIL = Locale("pt", "BR")
_BRAZILIAN = re.compile(r"55(\d{2})(\d{4,5})(\d{4})")


def hour(at: datetime) -> str:
    """`14:32`."""
    return _say(at, "HH:mm")


def moment(at: datetime, now: datetime) -> str:
    """`14:32` for today, `ontem, 14:32`, `20/11, 14:32`, and with the year when it is another."""
    day, today = at.astimezone(CUIABA).date(), now.astimezone(CUIABA).date()
    if day == today:
        return hour(at)
    if day == today - timedelta(days=1):
        return f"ontem, {hour(at)}"
    return _say(at, "dd/MM, HH:mm") if day.year == today.year else instant(at)


def moment_now(at: datetime) -> str:
    """As `moment`, seen from now."""
    return moment(at, utc_now())


def instant(at: datetime, seconds: bool = False) -> str:
    """`20/11/2026, 14:32`, also for today: for what is looked up much later. With `seconds` `20/11/2026, 14:32:05`."""
    return _say(at, "dd/MM/y, HH:mm:ss" if seconds else "dd/MM/y, HH:mm")


def day_heading(at: datetime, now: datetime) -> str:
    """`Hoje`, `Ontem`, or `sexta-feira, 20/11/2026`."""
    day, today = at.astimezone(CUIABA).date(), now.astimezone(CUIABA).date()
    if day == today:
        return "Hoje"
    return "Ontem" if day == today - timedelta(days=1) else _say(at, "EEEE, dd/MM/y")


def date_of(day: date) -> str:
    """`20/11/2026`."""
    return str(format_date(day, "dd/MM/y", _BRAZIL))


def day_and_month(day: date) -> str:
    """`20/11`: for where there is no room for the year."""
    return str(format_date(day, "dd/MM", _BRAZIL))


def weekdays() -> list[str]:
    """`seg`, `ter` and so on, Monday first."""
    names = get_day_names("abbreviated", "stand-alone", _BRAZIL)
    return [names[weekday].rstrip(".") for weekday in range(7)]


def length(span: timedelta) -> str:
    """`menos de 1 min`, `12 min`, `2 h 05`, `1 dia`, `3 dias`. Nothing shorter than zero."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 1:
        return "menos de 1 min"
    if minutes < 60:
        return str(format_unit(minutes, "duration-minute", "short", locale=_BRAZIL))
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02d}"
    return str(format_unit(minutes // (24 * 60), "duration-day", "short", locale=_BRAZIL))


def pause(seconds: int) -> str:
    """`1 segundo`, `40 segundos`, `2 minutos`: how long somebody is asked to wait, rounded up."""
    unit, count = ("duration-second", seconds) if seconds < 60 else ("duration-minute", -(-seconds // 60))
    return str(format_unit(count, unit, locale=_BRAZIL))


def number(value: float) -> str:
    """`1.234`, `0,5`."""
    return str(format_decimal(value, locale=_BRAZIL))


def plural(count: int, one: str, more: str) -> str:
    """Which of two forms goes with a count; as in Portuguese, nought is singular."""
    return one if _BRAZIL.plural_form(count) == "one" else more


def counted(count: int, one: str, more: str) -> str:
    """`1 linha`, `1.234 linhas`."""
    return f"{number(count)} {plural(count, one, more)}"


def phone(address: str) -> str | None:
    """`(65) 99963-4454`, digits as they came from WhatsApp; `+351…` from abroad; None when it is no number."""
    if not address.isdigit():
        return None
    brazilian = _BRAZILIAN.fullmatch(address)
    return "({}) {}-{}".format(*brazilian.groups()) if brazilian else f"+{address}"


def masked_phone(address: str) -> str | None:
    """The same with all but the area code and the last four digits hidden."""
    shown = phone(address)
    if shown is None:
        return None
    start = 4 if shown.startswith("(") else 3
    return shown[:start] + re.sub(r"\d", "•", shown[start:-4]) + shown[-4:]


def alphabetical(words: str) -> str:
    """What to sort by, so that `Água Boa` comes before `Alta Floresta`."""
    return "".join(letter for letter in normalize("NFKD", words.casefold()) if not combining(letter))


def _say(at: datetime, pattern: str) -> str:
    return str(format_datetime(at, pattern, CUIABA, _BRAZIL))
