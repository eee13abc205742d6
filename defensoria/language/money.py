"""Reading what a citizen says of their income: how much a month, and whether it is their own or the whole family's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum

from defensoria.language import income_holders as holders
from defensoria.language import income_words as words
from defensoria.language import no_income
from defensoria.language.amounts import CENT, find_amounts
from defensoria.language.income_by_ear import by_ear
from defensoria.language.pay_periods import A_MONTH, BY_THE_MONTH, SERVICES, PayPeriod, count_payments, period_of
from defensoria.language.plain_income import make_plain
from defensoria.language.text import plain
from defensoria.language.work_time import days_a_month, hours_a_month

BOLSA_FAMILIA_LEAST = Decimal(600)
"""Reais a month that Bolsa Família guarantees a family (Lei 14.601/2023, art. 7º, II); taken when no sum is said."""


@dataclass(frozen=True)
class Income:
    """A monthly income in reais; `family` is True for the whole family's, False for the citizen's own, None unsaid."""

    amount: Decimal
    family: bool | None = None


@dataclass(frozen=True)
class PayRate:
    """A payment in reais by the day or hour, without a word of how many, so that the month's sum has to be asked."""

    amount: Decimal
    period: PayPeriod


class _Whose(Enum):
    OWN = "own"
    MEMBER = "member"
    FAMILY = "family"
    OUTSIDER = "outsider"
    UNSAID = "unsaid"


@dataclass(frozen=True)
class _Earning:
    value: Decimal
    whose: _Whose
    period: PayPeriod
    claimed: bool  # a word of earning governs it
    adds: bool  # "mais", "e": on top of the one before
    net: bool | None
    settles: bool = False  # a total, or what is left: it stands for the sums told before it


@dataclass
class _Reading:
    earnings: list[_Earning] = field(default_factory=list)
    none_of_own: bool = False
    none_of_family: bool = False
    relative_named: bool = False
    a_month: dict[PayPeriod, Decimal] = field(default_factory=dict)  # how many payments of a kind make a month


def read_income(text: str, minimum_wage: Decimal, asked: bool = False, spoken_for: bool = False) -> Income | None:
    """The monthly income a message tells, or None when it tells none, or a day's or an hour's without how many.

    With `asked`, the income is the open question: a bare "1500" answers it. Without, some word of earning must govern
    the sum. "Mais de 3 salários" is one centavo above 3, "até" the sum itself; of a range the upper end counts; of
    gross and net the net, of sums and their total the total, of a takings what is left of it. What several earn is
    added up as the family's. No income at all is zero. Debts, expenses, what was earned once and what someone outside
    the household earns never count; with `spoken_for`, "ele" and "ela" are the one whose matter it is. BPC is one
    minimum wage. Never raises.
    """
    reading = _read(text, minimum_wage, asked, spoken_for)
    monthly = [_by_month(earning, reading) for earning in reading.earnings if earning.period in reading.a_month]
    if not monthly:
        nothing = not reading.earnings and (reading.none_of_own or reading.none_of_family)
        return Income(Decimal(0).quantize(CENT), reading.none_of_family) if nothing else None
    return _total(monthly, reading.none_of_own, asked)


def asks_about_income(text: str) -> bool:
    """Whether a message, where the income is asked, only asks: "3 salários é quanto?". Never raises."""
    return words.ASKS.fullmatch(plain(text)) is not None


def read_pay_rate(text: str, minimum_wage: Decimal, asked: bool = False) -> PayRate | None:
    """A daily or hourly payment, when the message tells no monthly income."""
    reading = _read(text, minimum_wage, asked)
    if any(earning.period in reading.a_month for earning in reading.earnings):
        return None
    return next((PayRate(earning.value, earning.period) for earning in reading.earnings), None)


_MOST_FOR_A_SERVICE = Decimal(400)
"""Reais up to which a sum beside "faxina" or "diária" and how many of them is what one of them is paid."""
_NET_OR_GROSS = re.compile(f"{words.NET.pattern}|{words.GROSS.pattern}")
_BENEFITS = (
    (
        re.compile(
            r"\b(?:bpc|loas)(?:[ /](?:ou )?(?:do |da )?(?:bpc|loas))?\b|\bbeneficio de prestacao continuada\b"
            r"|\bauxilio reclusao\b|\bseguro defeso\b|\bdefeso\b"
            r"|\b(?:aposentad[oa]s?|aposent(?:ei|ou|ados)|aposentadoria) (?:(?:n[ao]|d[aeo]|com[oa]?|pel[ao]|por"
            r"|e)(?: 1| [ao])? )?"
            r"(?:\w+ )?(?:rural|lavrador[a]?|roca|agricultor[a]?|campo|segurad[oa] especial)\b"
        ),
        None,
    ),
    (re.compile(r"\bbolsa familia\b|\b[od]o? bolsa\b|\b(?:auxilio|ajuda) do governo\b"), BOLSA_FAMILIA_LEAST),
)


def _read(text: str, minimum_wage: Decimal, asked: bool, spoken_for: bool = False) -> _Reading:
    amounts = find_amounts(text, minimum_wage)
    values = list(amounts.values)
    if words.ASKS.fullmatch(amounts.text):
        return _Reading()
    days, hours = (days_a_month(text), hours_a_month(text)) if values else (None, None)
    known = {PayPeriod.DAY: days, PayPeriod.HOUR: hours}
    marked = make_plain(by_ear(amounts.text), asked, days is not None, spoken_for)
    marked = _with_benefits(marked, values, minimum_wage, asked)
    marked = count_payments(marked, values)
    reading = _Reading(
        none_of_own=asked and _tells_none(marked),
        relative_named=bool(holders.BOTH.search(marked) or holders.LIVES_WITH_ME.search(marked)),
        a_month=A_MONTH | {period: times for period, times in known.items() if times},
    )
    before: tuple[_Whose, bool] = (_Whose.UNSAID, False)
    for clause in _clauses(marked):
        before = _read_clause(clause, values, before, asked, reading)
    return reading


def _tells_none(marked: str) -> bool:
    """Whether an answer to the question for the income tells that there is none, in words that alone would not."""
    if no_income.NOTHING_ASKED.fullmatch(marked) or no_income.DISMISSED.search(marked):
        return True
    return any(no_income.NOTHING_SAID.fullmatch(clause) for clause in _clauses(marked))


def _clauses(marked: str) -> Iterator[str]:
    yield from (clause.strip() for clause in words.BREAK.split(marked) if clause.strip())


def _with_benefits(marked: str, values: list[Decimal], minimum_wage: Decimal, asked: bool) -> str:
    """Put a sum behind a benefit whose value the law fixes, unless the message tells it or tells of its loss."""
    for pattern, worth in _BENEFITS:
        found = pattern.search(marked)
        if found is None or words.BENEFIT_LOST.search(marked) or re.match(r"[^.;]{0,25}§", marked[found.end() :]):
            continue
        if re.search(r"§\d+ (?:reais )?(?:do|de|da) $", marked[: found.start()]):
            continue
        if not asked and not re.search(r"\b(?:receb|ganh|viv|tenho|tem|so|sou)\w*\b", marked[: found.start()]):
            continue
        values.append(minimum_wage.quantize(CENT) if worth is None else worth.quantize(CENT))
        marked = f"{marked[: found.end()]} §{len(values) - 1} {marked[found.end() :]}"
    return marked


def _read_clause(
    clause: str, values: list[Decimal], before: tuple[_Whose, bool], asked: bool, reading: _Reading
) -> tuple[_Whose, bool]:
    """Add what one clause tells to the reading; returns whose income it spoke of and whether it spoke of earning."""
    if _outside(clause, asked, reading) and not (holders.SPEAKER.search(clause) or holders.TOGETHER.search(clause)):
        nothing = no_income.NO_INCOME.search(clause)
        of_speaker = nothing and (no_income.FIRST_PERSON.search(nothing[0]) or not holders.OUTSIDER.search(clause))
        reading.none_of_own |= asked and bool(of_speaker)
        employed = holders.EMPLOYER.search(clause) and not any(
            cue["spending"] for cue in words.GOVERNS.finditer(clause)
        )
        return _Whose.UNSAID if employed else _Whose.OUTSIDER, _last_cue(clause) == "earning"
    whose = _Whose.MEMBER if holders.PRONOUN.search(clause) and not holders.SPEAKER.search(clause) else _whose(clause)
    _note_nothing(clause, whose, reading)
    if whose is _Whose.UNSAID and before[0] is _Whose.OUTSIDER:  # "o pai ganha bem, uns 8 mil"
        return before
    reading.relative_named |= whose is _Whose.MEMBER
    earning = before[1]
    at = 0
    for found in re.finditer(r"§(\d+)", clause):
        lead = clause[at : found.start()]
        cues = list(words.GOVERNS.finditer(lead))
        if cues:
            earning = cues[-1]["earning"] is not None
        if (not cues or earning) and words.EARNED_AFTER.match(clause, found.end()):
            cues, earning = [], True
        # "Ganho 1.900 no mercado" is earned there; "1.500 e 600 de aluguel" is not.
        behind = at > 0
        spent = bool(cues[-1]["spending"] if cues else words.FOR_SPENDING.match(clause, found.end()))
        spent = spent or words.PAID_ONCE.match(clause, found.end()) is not None
        at = found.end()
        if spent or not (earning or asked):
            earning = earning and not spent
            continue
        value = values[int(found[1])] + (CENT if words.MORE_THAN.search(lead.rstrip() + " ") else 0)
        holder = _whose(lead) if (cues or reading.earnings) and holders.MEMBER.search(lead) else whose
        if holders.HE_EARNS.search(lead) or (
            reading.earnings and holders.PRONOUN.search(lead)
        ):  # "eu 1.700 + ele 2.400"
            holder = _Whose.MEMBER
        if not holders.EARNS_MYSELF.search(lead) and holders.OWNER_AFTER.match(clause, found.end()):
            holder = _Whose.MEMBER
        # "Da família, 5 mil": whose income it is was said before the sum.
        carried = before[1] or before[0] is _Whose.FAMILY
        of_all = before[0] is _Whose.FAMILY and not holders.OWN.search(lead)
        of_relative = before[0] is _Whose.MEMBER and holders.THIRD_PERSON.search(lead)
        if holder is _Whose.UNSAID and (of_all or of_relative or (not cues and carried)):
            holder = before[0]
        reading.earnings.append(
            _Earning(
                value,
                holder,
                _paid_for(clause, found, value, reading),
                earning,
                adds=_is_added(lead, clause, behind),
                net=_net(clause, found),
                settles=words.SETTLES.search(lead) is not None or _adds_up(value, lead, reading),
            )
        )
    return whose, earning or _last_cue(clause) == "earning"


def _is_added(lead: str, clause: str, behind: bool) -> bool:
    """Whether a sum comes on top of those before it; `behind`: it stands behind one in the same clause."""
    joined = words.ADDS.search(lead) or (behind and words.AND.search(lead))
    return bool(joined) and not words.BY_TURNS.search(clause)


def _outside(clause: str, asked: bool, reading: _Reading) -> bool:
    """Whether a clause speaks of someone outside the household; "ele" is, unless a relative came before."""
    if holders.OUTSIDER.search(clause):
        return True
    if holders.ANTECEDENT.search(clause) or (asked and holders.RETIRED.search(clause)):
        return False
    relative, pronoun = holders.MEMBER.search(clause), holders.PRONOUN.search(clause)
    if relative and pronoun and relative.start() < pronoun.start():
        return False
    known = reading.relative_named or (asked and any(earning.whose is _Whose.OWN for earning in reading.earnings))
    return pronoun is not None and not known


def _last_cue(clause: str) -> str | None:
    cues = list(words.GOVERNS.finditer(clause))
    return cues[-1].lastgroup if cues else None


def _whose(clause: str) -> _Whose:
    if holders.TOGETHER.search(clause):
        return _Whose.FAMILY
    if re.search(r"\beu\b", clause) or not holders.MEMBER.search(clause):
        if holders.HOUSEHOLD.search(clause):
            return _Whose.FAMILY
        return _Whose.OWN if holders.OWN.search(clause) else _Whose.UNSAID
    return _Whose.OWN if holders.SPEAKER.search(clause) else _Whose.MEMBER


def _note_nothing(clause: str, whose: _Whose, reading: _Reading) -> None:
    nothing = no_income.NO_INCOME.search(clause)
    if no_income.NOBODY.search(clause):
        reading.none_of_family = True
    elif nothing and (whose is not _Whose.MEMBER or no_income.FIRST_PERSON.search(nothing[0])):
        reading.none_of_own = True
        reading.none_of_family |= bool(holders.HOUSEHOLD.search(clause) and not no_income.FIRST_PERSON.search(clause))


def _paid_for(clause: str, found: re.Match[str], value: Decimal, reading: _Reading) -> PayPeriod:
    """What a sum is for; a small one beside services that are counted is for one of them."""
    period = period_of(clause, found)
    monthly = BY_THE_MONTH.match(clause, found.end())
    a_service = SERVICES.search(clause) and value <= _MOST_FOR_A_SERVICE and not monthly
    return PayPeriod.DAY if period is PayPeriod.MONTH and PayPeriod.DAY in reading.a_month and a_service else period


def _adds_up(value: Decimal, lead: str, reading: _Reading) -> bool:
    """Whether a sum is what those told before it come to: "3 mil e comissão de 1.500, dá 4.500"."""
    told = [earning.value for earning in reading.earnings if earning.whose in (_Whose.OWN, _Whose.UNSAID)]
    return len(told) > 1 and sum(told) == value and not words.ADDS.search(lead)


def _net(clause: str, found: re.Match[str]) -> bool | None:
    """Whether a sum is net or gross, as said before it ("bruto 3 mil, líquido 2") or after it ("3 mil bruto")."""
    after = re.split(r"§|\be\b", clause[found.end() :])[0]
    before = re.split(r"§\d+|\be\b", clause[: found.start()])[-1]
    said_first = _NET_OR_GROSS.search(clause.split("§")[0])
    near = next((part for part in ((before,) if said_first else (after, before)) if _NET_OR_GROSS.search(part)), "")
    return True if words.NET.search(near) else False if words.GROSS.search(near) else None


def _by_month(earning: _Earning, reading: _Reading) -> _Earning:
    if earning.period is PayPeriod.MONTH:
        return earning
    value = (earning.value * reading.a_month[earning.period]).quantize(CENT)
    return replace(earning, value=value, period=PayPeriod.MONTH)


def _total(earnings: list[_Earning], none_of_own: bool, asked: bool) -> Income | None:
    of_speaker = any(earning.whose is _Whose.OWN for earning in earnings)
    earnings = [earning for earning in earnings if not _told_net_too(earning, earnings)]
    by_holder = {whose: [earning for earning in earnings if earning.whose is whose] for whose in _Whose}
    family, members = by_holder[_Whose.FAMILY], by_holder[_Whose.MEMBER]
    own = by_holder[_Whose.OWN] + by_holder[_Whose.UNSAID]
    if family:
        return Income(max(_sum(family), _sum(own)), True)
    if members:
        # What one relative earns is the family's income when the citizen has none, or when that is what was asked.
        known = own or none_of_own or asked
        total = sum((earning.value for earning in members), _sum(own)) if known else None
        return Income(total, True) if total is not None else None
    return Income(_sum(own), False if of_speaker else None)


def _told_net_too(earning: _Earning, earnings: list[_Earning]) -> bool:
    """Whether a gross sum is told net as well: "5.100 brutos, mas recebo 4.380"."""
    own = (_Whose.OWN, _Whose.UNSAID)
    same = [other for other in earnings if other.whose is earning.whose or {other.whose, earning.whose} <= set(own)]
    return earning.net is False and any(
        other.net or other.settles or (not other.adds and earning.value / 2 < other.value < earning.value)
        for other in same
        if other.net is not False
    )


def _sum(earnings: list[_Earning]) -> Decimal:
    """Sums on top of each other are added; of those told instead of each other the highest counts, or what settles."""
    total = Decimal(0).quantize(CENT)
    for earning in earnings:
        if earning.settles:
            total = earning.value
        else:
            total = total + earning.value if earning.adds else max(total, earning.value)
    return total
