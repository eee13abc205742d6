"""Who may be served, by income or situation (Resolution 90/2017/CSDP and the announcement of the single number)."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from defensoria.office.facts import OfficeFacts
from defensoria.office.vocabulary import Criterion, Eligibility


@dataclass(frozen=True)
class IncomeLimits:
    """The highest monthly income served, in reais: of a person and of a family. The limit itself is within."""

    individual: Decimal
    family: Decimal


def minimum_wage(facts: OfficeFacts, on: date) -> Decimal:
    """The minimum wage valid on a day, in reais a month.

    Before the first known wage, the first one; after the last, the last one, until the office adds the new row.
    """
    latest = bisect_right([wage.valid_from for wage in facts.wages], on) - 1
    return facts.wages[max(latest, 0)].amount


def income_limits(facts: OfficeFacts, on: date) -> IncomeLimits:
    """The income limits valid on a day: so many minimum wages for a person, so many for a family."""
    wage = minimum_wage(facts, on)
    return IncomeLimits(individual=wage * facts.wages_individual, family=wage * facts.wages_family)


def criterion_for_income(facts: OfficeFacts, on: date, amount: Decimal, family: bool) -> Criterion | None:
    """The criterion that a monthly income in reais meets on a day; None when it is above that limit."""
    limits = income_limits(facts, on)
    if family:
        return Criterion.FAMILY_INCOME if amount <= limits.family else None
    return Criterion.INDIVIDUAL_INCOME if amount <= limits.individual else None


def eligibility(criterion: Criterion, wants_decision: bool | None = None) -> Eligibility | None:
    """What a criterion means for a citizen.

    Outside the criteria a person may still decide: `wants_decision` is the citizen's answer to that offer. Without
    an answer there is nothing to say yet, hence None: the bot must ask.
    """
    if criterion is not Criterion.NONE:
        return Eligibility.ELIGIBLE
    if wants_decision is None:
        return None
    return Eligibility.EXCEPTIONAL if wants_decision else Eligibility.NOT_ELIGIBLE
