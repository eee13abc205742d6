"""How much of a month somebody works, where a message says it: "3x por semana", "de segunda a sábado", "8h por dia"."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from defensoria.language.text import normalise

WEEKS_A_MONTH = Decimal(52) / 12
_MOST_DAYS, _MOST_HOURS = Decimal(31), Decimal(31 * 16)
_NUMBERS = {
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
    "nove": 9, "dez": 10, "doze": 12, "quinze": 15, "vinte": 20,
}  # fmt: skip
_COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(_NUMBERS)})"
SERVICE = (
    r"(?:faxinas?|limpezas?|casas?|diarias?|plant(?:ao|oes|aos)|servicos?|corridas?|bicos?|turnos?|aulas?|noites?)"
)
"""What is done and paid one by one."""
_TIMES = rf"(?:x|vez(?:es)?|dias?|{SERVICE})"
_A_WEEK = re.compile(
    rf"\b{_COUNT} ?{_TIMES}(?: \w+){{0,2}}? (?:(?:por|na|a|da|cada|toda|durante a) )?(?:semana\b|semana(?:l|is)\b)"
    rf"|\b(?:faco|fazendo|sao|pego|limpo|atendo) (?:uma?s )?{_COUNT.replace('count', 'bare')} (?:por|na) semana\b"
    r"|\b(?P<few>[1-7]|uma?|duas|dois|tres|quatro|cinco|seis|sete) (?:por|na) semana\b"
    rf"|\b(?:por|na|cada|toda) semana (?:e |sao |faco |trabalho |da )*{_COUNT.replace('count', 'after')} ?{_TIMES}\b"
)
_A_MONTH = re.compile(
    rf"\b{_COUNT} ?{_TIMES}(?: \w+){{0,2}}? (?:(?:por|no|ao|do|cada|todo) )?(?:mes\b|mensa(?:l|is)\b)"
    rf"|\b(?:faco|fazendo|sao|pego|limpo|atendo) (?:uma?s )?{_COUNT.replace('count', 'bare')} (?:por|no|ao) mes\b"
)
_WEEKDAYS = (
    "seg(?:unda)?|2a", "ter(?:ca)?|3a", "qua(?:rta)?|4a", "qui(?:nta)?|5a", "sex(?:ta)?|6a", "sab(?:ado)?",
    "dom(?:ingo)?",
)  # fmt: skip
_WEEKDAY = re.compile("|".join(rf"(?P<d{at}>\b(?:{name})s?\b(?: feira)?)" for at, name in enumerate(_WEEKDAYS)))
_DAYS_WORKED = re.compile(rf"\btrabalh(?:o|ando|a)(?: \w+){{0,2}} {_COUNT} dias?\b(?!.*\bfolg)")
_DAILY = re.compile(r"\b(?:tod[oa]s? (?:(?:os|as|o|santo) )*dias?|diariamente)\b")
_BARE_DAYS = re.compile(
    rf"\b{_COUNT} ?{_TIMES}\b|^(?:uns|umas|uma base de"
    rf"|mais ou menos)? ?{_COUNT.replace('count', 'alone')}(?: (?:por|na|no|ao|a) (?P<per>semana|mes))?$"
)
_DAYS_A_WEEK = 7
_EVERY_OTHER_DAY = re.compile(r"\bdia sim (?:e )?(?:outro |dia )?nao\b")
_BUT_SUNDAY = re.compile(r"\b(?:menos|exceto|tirando|fora|folg\w+|so nao)(?: \w+){0,2} domingos?\b")
_WEEKEND = re.compile(r"\b(?:fim|fins|final|finais) de semana\b")
_HOURS = re.compile(
    rf"\b{_COUNT} ?h(?:oras?|rs?|s)? ?(?:por|ao|cada|de) (?P<per>dia|semana|mes)\b"
    rf"|\b{_COUNT.replace('count', 'weekly')} ?h(?:oras?|rs?|s)? (?:semanais|na semana)\b"
)


def days_a_month(text: str) -> Decimal | None:
    """The days, or services paid one by one, that a message says are worked in a month; None where it says none.

    Weeks are counted as 52 in twelve months; of "2 ou 3 vezes" the higher counts. Never raises.
    """
    said = normalise(text)
    return next((min(days, _MOST_DAYS) for days in _days(said) if days), None)


def days_answered(text: str) -> Decimal | None:
    """The days a month in an answer to how much a day's pay comes to: also "uns 20 dias", "5 dias", a lone "15".

    A week has no more than seven of them: so few are meant of a week. Never raises.
    """
    if days := days_a_month(text):
        return days
    found = _BARE_DAYS.search(normalise(text))
    count = _number(found["count"] or found["alone"]) if found else Decimal(0)
    return _of_week_or_month(count, by_month=found is not None and found["per"] == "mes") or None


def hours_a_month(text: str) -> Decimal | None:
    """The hours that a message says are worked in a month, by the day's, the week's or the month's. Never raises."""
    said = normalise(text)
    found = _HOURS.search(said)
    if found is None:
        return None
    if found["weekly"]:
        return min(_number(found["weekly"]) * WEEKS_A_MONTH, _MOST_HOURS)
    rest = said[: found.start()] + said[found.end() :]
    times = {"dia": days_a_month(rest), "semana": WEEKS_A_MONTH, "mes": Decimal(1)}[found["per"]]
    return min(_number(found["count"]) * times, _MOST_HOURS) if times else None


def _days(said: str) -> Iterator[Decimal]:
    if found := _A_WEEK.search(said):
        yield _number(found["count"] or found["bare"] or found["few"] or found["after"]) * WEEKS_A_MONTH
    if found := _A_MONTH.search(said):
        yield _number(found["count"] or found["bare"])
    if found := _DAYS_WORKED.search(said):
        yield _of_week_or_month(_number(found["count"]), by_month=False)
    if _EVERY_OTHER_DAY.search(said):
        yield Decimal(15)
    if _DAILY.search(said):
        yield Decimal(26) if _BUT_SUNDAY.search(said) else Decimal(30)
    yield _weekdays(said) * WEEKS_A_MONTH
    if _WEEKEND.search(said):
        yield 2 * WEEKS_A_MONTH


def _of_week_or_month(count: Decimal, by_month: bool) -> Decimal:
    return min(count, _MOST_DAYS) if by_month or count > _DAYS_A_WEEK else count * WEEKS_A_MONTH


def _weekdays(said: str) -> int:
    """How many days of the week are named, one by one or from one to another."""
    days = [(int(str(found.lastgroup)[1:]), found) for found in _WEEKDAY.finditer(said)]
    for (first, start), (last, end) in pairwise(days):
        if said[start.end() : end.start()] in (" a ", " ate ", " ate a ", " ao ", " ate o "):
            return (last - first) % 7 + 1 if last != first else 7
    return len({day for day, _ in days})


def _number(said: str) -> Decimal:
    return Decimal(_NUMBERS.get(said) or int(said))
