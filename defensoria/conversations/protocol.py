"""The protocol number a citizen is given: digits only, easy to read aloud, with a check digit."""

from datetime import datetime
from zoneinfo import ZoneInfo

_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9)


def protocol_number(sequence: int, opened_at: datetime) -> str:
    """`2026.000123-7`: year of opening in Cuiabá, the atendimento's number, and a modulo 11 check digit."""
    year = opened_at.astimezone(ZoneInfo("America/Cuiaba")).year
    body = f"{year}{sequence:06d}"
    return f"{year}.{sequence:06d}-{_check_digit(body)}"


def _check_digit(digits: str) -> int:
    total = sum(int(digit) * _WEIGHTS[place % len(_WEIGHTS)] for place, digit in enumerate(reversed(digits)))
    remainder = 11 - total % 11
    return 0 if remainder >= 10 else remainder
