"""Instants, waits and phone numbers in words."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defensoria.desk import wording

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=ZoneInfo("America/Cuiaba"))


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-23T12:05:00-04:00", "12:05"),
        ("2026-11-24T02:05:00+00:00", "22:05"),
        ("2026-11-22T23:59:00-04:00", "ontem, 23:59"),
        ("2026-11-20T17:00:00-04:00", "20/11, 17:00"),
        ("2025-12-31T17:00:00-04:00", "31/12/2025, 17:00"),
    ],
)
def test_moments_are_told_in_cuiaba_time(at, words):
    assert wording.moment(datetime.fromisoformat(at), NOW) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [("2026-11-23", "Hoje"), ("2026-11-22", "Ontem"), ("2026-11-20", "sexta-feira, 20/11/2026")],
)
def test_days_of_a_transcript(at, words):
    assert wording.day_heading(datetime.fromisoformat(f"{at}T14:00:00-04:00"), NOW) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-5), "menos de 1 min"),
        (timedelta(seconds=59), "menos de 1 min"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h 00"),
        (timedelta(hours=23, minutes=59), "23 h 59"),
        (timedelta(hours=47), "1 dia"),
        (timedelta(days=3), "3 dias"),
    ],
)
def test_waits(span, words):
    assert wording.length(span) == words


@pytest.mark.parametrize(
    ("address", "shown", "masked"),
    [
        ("5565999634454", "(65) 99963-4454", "(65) •••••-4454"),
        ("556599634454", "(65) 9963-4454", "(65) ••••-4454"),
        ("351912345678", "+351912345678", "+35••••••5678"),
        ("BR.1234567890", None, None),
        ("", None, None),
    ],
)
def test_phone_numbers(address, shown, masked):
    assert wording.phone(address) == shown
    assert wording.masked_phone(address) == masked


@given(st.from_regex(r"[1-9][0-9]{7,14}", fullmatch=True))
def test_a_masked_number_never_shows_more_than_its_beginning_and_end(address):
    shown = sum(letter.isdigit() for letter in wording.masked_phone(address))
    assert shown <= 6
    assert shown < len(address)


def test_names_are_sorted_as_in_a_portuguese_dictionary():
    names = ["Alta Floresta", "Várzea Grande", "Água Boa", "Cuiabá", "Cáceres"]
    expected = ["Água Boa", "Alta Floresta", "Cáceres", "Cuiabá", "Várzea Grande"]
    assert sorted(names, key=wording.alphabetical) == expected


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 segundo"), (59, "59 segundos"), (60, "1 minuto"), (61, "2 minutos")]
)
def test_a_pause_is_never_told_too_short(seconds, words):
    assert wording.pause(seconds) == words


@pytest.mark.parametrize(("value", "words"), [(0, "0"), (1234, "1.234"), (1234567, "1.234.567"), (0.5, "0,5")])
def test_numbers(value, words):
    assert wording.number(value) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 linha"), (1, "1 linha"), (2, "2 linhas"), (1_000_000, "1.000.000 linhas")]
)
def test_plurals(count, words):
    assert wording.counted(count, "linha", "linhas") == words


def test_days_of_a_table():
    assert wording.date_of(NOW.date()) == "23/11/2026"
    assert wording.day_and_month(NOW.date()) == "23/11"
    assert wording.weekdays() == ["seg", "ter", "qua", "qui", "sex", "sáb", "dom"]
