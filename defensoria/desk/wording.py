"""Instants, waits and phone numbers as the attendants read them, in Cuiabá time."""

import re
from datetime import date, datetime, timedelta
from unicodedata import combining, normalize

from defensoria.clock import utc_now
from defensoria.office.calendar import CUIABA

_WEEKDAYS = ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo")
_BRAZILIAN = re.compile(r"55(\d{2})(\d{4,5})(\d{4})")


def hour(at: datetime) -> str:
    """`14:32`."""
    return at.astimezone(CUIABA).strftime("%H:%M")


def moment(at: datetime, now: datetime) -> str:
    """`14:32` for today, `ontem, 14:32`, `20/11, 14:32`, and with the year when it is another."""
    day, today = at.astimezone(CUIABA).date(), now.astimezone(CUIABA).date()
    if day == today:
        return hour(at)
    if day == today - timedelta(days=1):
        return f"ontem, {hour(at)}"
    return f"{day:%d/%m}, {hour(at)}" if day.year == today.year else f"{day:%d/%m/%Y}, {hour(at)}"


def moment_now(at: datetime) -> str:
    """As `moment`, seen from now."""
    return moment(at, utc_now())


def instant(at: datetime) -> str:
    """`20/11/2026, 14:32`, also for today: for what is looked up much later."""
    return f"{at.astimezone(CUIABA):%d/%m/%Y}, {hour(at)}"


def day_heading(at: datetime, now: datetime) -> str:
    """`Hoje`, `Ontem`, or `sexta-feira, 20/11/2026`."""
    day, today = at.astimezone(CUIABA).date(), now.astimezone(CUIABA).date()
    if day == today:
        return "Hoje"
    return "Ontem" if day == today - timedelta(days=1) else _long(day)


def length(span: timedelta) -> str:
    """`menos de 1 min`, `12 min`, `2 h 05`, `1 dia`, `3 dias`. Nothing shorter than zero."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 1:
        return "menos de 1 min"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02d}"
    days = minutes // (24 * 60)
    return "1 dia" if days == 1 else f"{days} dias"


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


def _long(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"
