"""Wages by date, and incomes at each limit and one centavo above it."""

from datetime import date
from decimal import Decimal

import pytest

from defensoria.office.eligibility import criterion_for_income, eligibility, income_limits, minimum_wage
from defensoria.office.facts import OfficeFacts
from defensoria.office.vocabulary import Criterion, Eligibility


@pytest.mark.parametrize(
    ("on", "wage", "individual", "family"),
    [
        ("2019-01-01", "1212.00", "3636.00", "6060.00"),  # before the first known: the first
        ("2022-01-01", "1212.00", "3636.00", "6060.00"),
        ("2022-12-31", "1212.00", "3636.00", "6060.00"),
        ("2023-01-01", "1302.00", "3906.00", "6510.00"),
        ("2023-04-30", "1302.00", "3906.00", "6510.00"),
        ("2023-05-01", "1320.00", "3960.00", "6600.00"),
        ("2024-01-01", "1412.00", "4236.00", "7060.00"),
        ("2025-12-31", "1518.00", "4554.00", "7590.00"),
        ("2026-01-01", "1621.00", "4863.00", "8105.00"),
        ("2031-06-15", "1621.00", "4863.00", "8105.00"),  # long after the last known: the last
    ],
)
def test_the_limits_follow_the_wage_of_the_day(
    facts: OfficeFacts, on: str, wage: str, individual: str, family: str
) -> None:
    day = date.fromisoformat(on)
    assert minimum_wage(facts, day) == Decimal(wage)
    limits = income_limits(facts, day)
    assert (limits.individual, limits.family) == (Decimal(individual), Decimal(family))


@pytest.mark.parametrize(
    ("amount", "family", "criterion"),
    [
        ("0", False, Criterion.INDIVIDUAL_INCOME),
        ("4863.00", False, Criterion.INDIVIDUAL_INCOME),
        ("4863.01", False, None),
        ("0", True, Criterion.FAMILY_INCOME),
        ("4863.01", True, Criterion.FAMILY_INCOME),
        ("8105.00", True, Criterion.FAMILY_INCOME),
        ("8105.01", True, None),
    ],
)
def test_an_income_at_the_limit_is_served_and_one_centavo_above_is_not(
    facts: OfficeFacts, amount: str, family: bool, criterion: Criterion | None
) -> None:
    assert criterion_for_income(facts, date(2026, 11, 23), Decimal(amount), family) is criterion


def test_the_same_income_can_pass_from_the_day_of_a_new_wage(facts: OfficeFacts) -> None:
    amount = Decimal("4600.00")
    assert criterion_for_income(facts, date(2025, 12, 31), amount, family=False) is None
    assert criterion_for_income(facts, date(2026, 1, 1), amount, family=False) is Criterion.INDIVIDUAL_INCOME


@pytest.mark.parametrize("criterion", [criterion for criterion in Criterion if criterion is not Criterion.NONE])
@pytest.mark.parametrize("wants", [None, True, False])
def test_any_criterion_makes_a_citizen_eligible(criterion: Criterion, wants: bool | None) -> None:
    assert eligibility(criterion, wants) is Eligibility.ELIGIBLE


def test_outside_the_criteria_a_person_may_be_asked_to_decide() -> None:
    assert eligibility(Criterion.NONE) is None
    assert eligibility(Criterion.NONE, wants_decision=True) is Eligibility.EXCEPTIONAL
    assert eligibility(Criterion.NONE, wants_decision=False) is Eligibility.NOT_ELIGIBLE
