"""How many days and hours of a month people say they work."""

from decimal import Decimal

import pytest

from defensoria.language.money import Income, read_income
from defensoria.language.work_time import WEEKS_A_MONTH, days_a_month, days_answered, hours_a_month

WAGE = Decimal(1621)


@pytest.mark.parametrize(
    ("said", "a_week"),
    [
        ("de segunda a sexta", 5),
        ("seg a sab", 6),
        ("de 2ª a 6ª", 5),
        ("domingo a domingo", 7),
        ("toda terça e quinta", 2),
        ("umas três vezes na semana", 3),
        ("2 ou 3x por semana", 3),
        ("por semana faço 4 faxinas", 4),
        ("só no fim de semana", 2),
    ],
)
def test_days_said_by_the_week_are_counted_by_the_month(said: str, a_week: int) -> None:
    assert days_a_month(said) == a_week * WEEKS_A_MONTH


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("15 diárias por mês", 15),
        ("dia sim dia não", 15),
        ("todo dia menos domingo", 26),
        ("80 por dia e trabalho 26 dias", 26),
    ],
)
def test_days_said_by_the_month_are_taken_as_they_are(said: str, days: int) -> None:
    assert days_a_month(said) == days


def test_hours_are_counted_by_the_day_or_the_week() -> None:
    assert hours_a_month("8 horas por dia, de segunda a sexta") == 8 * 5 * WEEKS_A_MONTH
    assert hours_a_month("44h semanais") == 44 * WEEKS_A_MONTH
    assert hours_a_month("8 horas por dia") is None


@pytest.mark.parametrize("said", ["oi", "150 a diária", "tenho 2 filhos", "quando aparece serviço"])
def test_where_no_days_are_said_none_are_guessed(said: str) -> None:
    assert days_a_month(said) is None


def test_a_month_has_no_more_days_than_a_month() -> None:
    assert days_a_month("99 vezes por semana") == 31


def test_an_hours_pay_becomes_a_months_only_with_the_hours_of_a_month() -> None:
    assert read_income("20 reais por hora", WAGE, asked=True) is None
    told = read_income("20 reais por hora, 40 horas semanais", WAGE, asked=True)
    assert told == Income(Decimal("3466.67"))


@pytest.mark.parametrize(
    ("said", "days"), [("uns 20 dias", 20), ("15", 15), ("umas 10 por mês", 10), ("20 faxinas", 20), ("não sei", None)]
)
def test_an_answer_to_how_much_a_days_pay_comes_to_may_be_the_days_alone(said: str, days: int | None) -> None:
    assert days_answered(said) == days


def test_so_few_days_as_a_week_has_are_meant_of_a_week() -> None:
    assert days_answered("5 dias") == days_answered("5 dias por semana") == days_a_month("5 dias por semana")
