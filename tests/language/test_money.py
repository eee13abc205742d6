"""Incomes as people tell them: how much a month, and whose."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defensoria.language.amounts import find_amounts
from defensoria.language.money import Income, PayRate, read_income, read_pay_rate
from defensoria.language.pay_periods import PayPeriod

WAGE = Decimal("1621.00")
WHOSE = {"propria": False, "familiar": True, "": None}


def told() -> list[tuple[str, bool, Decimal, Income | None]]:
    """Messages with the income each tells, from `rendas.csv`."""
    with (Path(__file__).parent / "rendas.csv").open(encoding="utf-8") as file:
        return [
            (
                row["mensagem"],
                row["perguntado"] == "sim",
                Decimal(row["salario_minimo"]),
                Income(Decimal(row["valor"]), WHOSE[row["de_quem"]]) if row["valor"] else None,
            )
            for row in csv.DictReader(file)
        ]


@pytest.mark.parametrize(("said", "asked", "wage", "income"), told())
def test_reads_the_income_told(said: str, asked: bool, wage: Decimal, income: Income | None) -> None:
    assert read_income(said, wage, asked) == income


@given(st.integers(50, 99_999), st.integers(0, 99))
def test_reads_any_sum_as_brazilians_write_it(reais: int, cents: int) -> None:
    amount = Decimal(reais) + Decimal(cents) / 100
    thousands = f"{reais:,}".replace(",", ".")
    for said in (f"R$ {thousands},{cents:02}", f"{thousands},{cents:02} reais", f"R${reais},{cents:02}"):
        assert read_income(said, WAGE, asked=True) == Income(amount)
    assert read_income(f"ganho {thousands} por mês", WAGE) == Income(Decimal(reais), False)


@given(st.sampled_from(range(1, 20)), st.booleans())
def test_minimum_wages_are_counted(count: int, half: bool) -> None:
    said = f"ganho {count} salário{'s' if count > 1 else ''}{' e meio' if half else ''}"
    assert read_income(said, WAGE) == Income((count + (Decimal("0.5") if half else 0)) * WAGE, False)


@pytest.mark.parametrize(
    "said",
    [
        "tenho 65 anos", "2 filhos", "somos 5 pessoas", "15 dias", "em 2023", "dia 20", "às 14h", "14:30", "12/03/2020",
        "65 99999-1234", "(65) 3613-8200", "65999991234", "123.456.789-00", "12345678900", "78050-970",
        "0001234-56.2023.8.11.0041", "rua das flores, 1500", "casa 1200", "art. 157", "lei 11.340", "30%",
        "1ª vara", "1", "7",
    ],
)  # fmt: skip
@pytest.mark.parametrize("asked", [True, False])
def test_numbers_that_are_no_money_are_no_income(said: str, asked: bool) -> None:
    assert read_income(said, WAGE, asked) is None


def test_a_bare_number_is_an_income_only_when_it_was_asked() -> None:
    assert read_income("1500", WAGE, asked=True) == Income(Decimal(1500))
    assert read_income("1500", WAGE) is None


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("ela ganha 1 salário mínimo", WAGE),
        ("o benefício dela é 1.900", Decimal(1900)),
        ("ele não tem renda", Decimal(0)),
    ],
)
def test_of_whom_the_writer_speaks_for_the_income_is_the_persons_own(said: str, amount: Decimal) -> None:
    assert read_income(said, WAGE, asked=True, spoken_for=True) == Income(amount, False)


def test_who_is_spoken_for_does_not_hide_what_the_writer_earns() -> None:
    income = read_income("ele ganhava 2 mil e eu ganho 1.500", WAGE, asked=True, spoken_for=True)
    assert income == Income(Decimal(1500), False)


def test_more_than_a_limit_is_above_it() -> None:
    income = read_income("mais de 3 salários", WAGE, asked=True)
    assert income is not None
    assert income.amount > 3 * WAGE


@pytest.mark.parametrize(
    ("said", "rate"),
    [
        ("ganho 100 reais por dia", PayRate(Decimal(100), PayPeriod.DAY)),
        ("faço diária de 120", PayRate(Decimal(120), PayPeriod.DAY)),
        ("150 a diária", PayRate(Decimal(150), PayPeriod.DAY)),
        ("R$ 15 por hora", PayRate(Decimal(15), PayPeriod.HOUR)),
        ("faço diária de 100, dá 1500 por mês", None),
        ("1500 por mês", None),
        ("oi", None),
    ],
)
def test_pay_that_is_not_monthly_is_told_apart_to_be_asked_back(said: str, rate: PayRate | None) -> None:
    assert read_pay_rate(said, WAGE, asked=True) == rate


@given(st.text(max_size=300) | st.text(alphabet="§0123456789.,R$ milsareou½/-+\n‮1️⃣", max_size=120))
def test_never_raises_and_never_owes(said: str) -> None:
    for asked in (True, False):
        income = read_income(said, WAGE, asked)
        assert income is None or income.amount >= 0
        read_pay_rate(said, WAGE, asked)


@pytest.mark.parametrize(
    "unit", ["9", "ganho 1 mil e ", "R$ 1.000,00 e ", "um salario e meio, ", "((((", "1.1,", "§0 "]
)
def test_reads_ten_thousand_characters(unit: str) -> None:
    income = read_income((unit * 10_000)[:10_000], WAGE, asked=True)
    assert income is None or income.amount >= 0


def test_marks_each_sum_where_it_stands() -> None:
    found = find_amounts("ganho dois mil e pago 800 reais", WAGE)
    assert found.text == "ganho §0 e pago §1"
    assert found.values == (Decimal(2000), Decimal(800))
