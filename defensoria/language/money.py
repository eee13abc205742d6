"""Reading what a citizen says of their income: how much a month, and whether it is their own or the whole family's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum

from defensoria.language import income_words as words
from defensoria.language.amounts import CENT, find_amounts
from defensoria.language.text import plain
from defensoria.language.work_time import WEEKS_A_MONTH, days_a_month, hours_a_month

BOLSA_FAMILIA_LEAST = Decimal(600)
"""Reais a month that Bolsa Família guarantees a family (Lei 14.601/2023, art. 7º, II); taken when no sum is said."""


@dataclass(frozen=True)
class Income:
    """A monthly income in reais; `family` is True for the whole family's, False for the citizen's own, None unsaid."""

    amount: Decimal
    family: bool | None = None


class PayPeriod(str, Enum):
    """What one payment is for."""

    HOUR = "hora"
    DAY = "dia"
    WEEK = "semana"
    FORTNIGHT = "quinzena"
    MONTH = "mes"
    YEAR = "ano"


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


def read_income(text: str, minimum_wage: Decimal, asked: bool = False) -> Income | None:
    """The monthly income a message tells, or None when it tells none, or a day's or an hour's without how many.

    With `asked`, the income is the open question: a bare "1500" answers it. Without, some word of earning must govern
    the sum. "Mais de 3 salários" is one centavo above 3, "até" the sum itself; of a range the upper end counts; of
    gross and net the net, of sums and their total the total, of a takings what is left of it. What several earn is
    added up as the family's. No income at all is zero. Debts, expenses, what was earned once and what someone outside
    the household earns never count. BPC is one minimum wage. Never raises.
    """
    reading = _read(text, minimum_wage, asked)
    monthly = [_by_month(earning, reading) for earning in reading.earnings if earning.period in reading.a_month]
    if not monthly:
        no_income = not reading.earnings and (reading.none_of_own or reading.none_of_family)
        return Income(Decimal(0).quantize(CENT), reading.none_of_family) if no_income else None
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


_A_MONTH = {
    PayPeriod.MONTH: Decimal(1), PayPeriod.YEAR: 1 / Decimal(12), PayPeriod.FORTNIGHT: Decimal(2),
    PayPeriod.WEEK: WEEKS_A_MONTH,
}  # fmt: skip
"""How many payments make a month, where the calendar tells; of days and hours only the citizen knows."""
_MOST_FOR_A_SERVICE = Decimal(400)
"""Reais up to which a sum beside "faxina" or "diária" and how many of them is what one of them is paid."""
_PERIODS = (
    (PayPeriod.HOUR, re.compile(r" ?(?:a|por|cada|/|ao?) ?hora\b")),
    (
        PayPeriod.DAY,
        re.compile(
            r" ?(?:/|por|ao|o|a|cada|na|no|pela|de) ?(?:dia\b(?! \d)|diaria)| diari[oa]s?\b"
            r"| ?(?:/|por|a|cada) ?(?:faxina|limpeza|corrida|servico|casa|plantao|turno|bico|vez|noite)\b"
            r"| ?(?:por|a|cada) ?(?:entrega|viagem|frete|peca|pacote|saco|metro|arroba|cliente|aula|show|carga)\b"
            r"|,? \d{1,2} ?(?:x|vez\w*|dias?) (?:(?:por|na|a|da) )?semana\b"
        ),
    ),
    (
        PayPeriod.WEEK,
        re.compile(
            r" ?(?:/|por|na|a|cada|toda) ?semana\b| semanal\b| semanais\b"
            r"| ?tod[ao]s?(?: [ao]s)? (?:[2-6][aª]|segunda|terca|quarta|quinta|sexta|sabado|domingo)"
        ),
    ),
    (PayPeriod.FORTNIGHT, re.compile(r" ?(?:/|por|na|a|cada) ?(?:quinzena\b|15 dias)| quinzena(?:l|is)\b")),
    (PayPeriod.YEAR, re.compile(r" ?(?:/|por|ao|no) ?ano\b| anual\b| anuais\b")),
)
_NET_OR_GROSS = re.compile(f"{words.NET.pattern}|{words.GROSS.pattern}")
_BENEFITS = (
    (
        re.compile(r"\b(?:bpc|loas)(?:[ /](?:ou )?(?:do |da )?(?:bpc|loas))?\b|\bbeneficio de prestacao continuada\b"),
        None,
    ),
    (re.compile(r"\bbolsa familia\b|\b[od]o? bolsa\b|\b(?:auxilio|ajuda) do governo\b"), BOLSA_FAMILIA_LEAST),
)


def _read(text: str, minimum_wage: Decimal, asked: bool) -> _Reading:
    amounts = find_amounts(text, minimum_wage)
    values = list(amounts.values)
    if words.ASKS.fullmatch(amounts.text):
        return _Reading()
    days, hours = (days_a_month(text), hours_a_month(text)) if values else (None, None)
    known = {PayPeriod.DAY: days, PayPeriod.HOUR: hours}
    marked = _plainer(words.by_ear(amounts.text), asked, by_service=days is not None)
    marked = _with_benefits(marked, values, minimum_wage, asked)
    marked = words.EACH_EARNS.sub(r"juntos §\1 mais §\1", marked)
    marked = words.ALSO.sub(r"§\1\2 ganha §\1", words.EACH.sub(r"§\1 mais §\1", marked))
    marked = words.BETWEEN.sub(lambda found: _keep_upper(found, values), marked)
    marked = words.RANGE.sub(lambda found: _keep_upper(found, values), marked)
    reading = _Reading(
        none_of_own=asked and bool(words.NOTHING_ASKED.fullmatch(marked) or words.DISMISSED.search(marked)),
        relative_named=bool(words.BOTH.search(marked) or words.LIVES_WITH_ME.search(marked)),
        a_month=_A_MONTH | {period: times for period, times in known.items() if times},
    )
    before: tuple[_Whose, bool] = (_Whose.UNSAID, False)
    for clause in _clauses(marked):
        before = _read_clause(clause, values, before, asked, reading)
    return reading


def _plainer(marked: str, asked: bool, by_service: bool) -> str:
    """The marked message in fewer ways of saying the same; `by_service`: it says how many services are done."""
    house = words.HOUSEHOLD.search(marked) or words.HELPS_THE_HOUSE.search(marked)
    marked = words.HELPED_BY.sub(r"\1 ganha" if house else "eu ganho", marked)
    if asked:
        marked = words.SPOKEN_FOR.sub("eu trabalho", marked)
    for pattern, plainer in words.PLAINER:
        marked = pattern.sub(plainer, marked)
    if by_service:
        marked = words.FOR_EACH.sub(r"§\1 por servico ", words.EACH_PAYS.sub(r"ganho §\1 por servico", marked))
    if words.MEMBER.search(marked):
        marked = words.SUMMED_UP.sub("no total", marked)
    elif not words.HOUSEHOLD.search(marked) and marked.count("§") > 1:
        marked = words.ALL_TOLD.sub(words.TOTAL, marked)
    if words.LIVES_WITH_ME.search(marked) or words.HOUSEHOLD.search(marked):
        marked = words.FATHER_AT_HOME.sub("meu marido", marked)
    if asked and (words.WORK_COSTS.search(marked) or not words.LIVING_COSTS.search(marked)):
        marked = words.LEFT_OVER.sub(words.TOTAL, marked)
    return words.PENSION_RECEIVED.sub(r"\1 beneficio", marked)


def _clauses(marked: str) -> Iterator[str]:
    yield from (clause.strip() for clause in words.BREAK.split(marked) if clause.strip())


def _keep_upper(found: re.Match[str], values: list[Decimal]) -> str:
    upper = int(found[2])
    values[upper] = max(values[upper], values[int(found[1])])
    return ""


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
    if _outside(clause, asked, reading) and not (words.SPEAKER.search(clause) or words.TOGETHER.search(clause)):
        nothing = words.NO_INCOME.search(clause)
        of_speaker = nothing and (words.FIRST_PERSON.search(nothing[0]) or not words.OUTSIDER.search(clause))
        reading.none_of_own |= asked and bool(of_speaker)
        return _Whose.OUTSIDER, _last_cue(clause) == "earning"
    whose = _Whose.MEMBER if words.PRONOUN.search(clause) and not words.SPEAKER.search(clause) else _whose(clause)
    if whose is _Whose.UNSAID and before[0] is _Whose.OUTSIDER:  # "o pai ganha bem, uns 8 mil"
        return before
    reading.relative_named |= whose is _Whose.MEMBER
    _note_nothing(clause, whose, reading)
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
        spent = bool(cues[-1]["spending"] if cues else words.FOR_SPENDING.match(clause, found.end()))
        at = found.end()
        if spent or not (earning or asked):
            earning = earning and not spent
            continue
        value = values[int(found[1])] + (CENT if words.MORE_THAN.search(lead.rstrip() + " ") else 0)
        holder = _whose(lead) if (cues or reading.earnings) and words.MEMBER.search(lead) else whose
        if words.HE_EARNS.search(lead) or (reading.earnings and words.PRONOUN.search(lead)):  # "eu 1.700 + ele 2.400"
            holder = _Whose.MEMBER
        # "Da família, 5 mil": whose income it is was said before the sum.
        carried = before[1] or before[0] is _Whose.FAMILY
        of_all = before[0] is _Whose.FAMILY and words.IMPERSONAL.search(lead)
        holder = before[0] if holder is _Whose.UNSAID and (of_all or (not cues and carried)) else holder
        reading.earnings.append(
            _Earning(
                value,
                holder,
                _paid_for(clause, found, value, reading),
                earning,
                adds=words.ADDS.search(lead) is not None,
                net=_net(clause, found),
                settles=words.SETTLES.search(lead) is not None or _adds_up(value, lead, reading),
            )
        )
    return whose, earning or _last_cue(clause) == "earning"


def _outside(clause: str, asked: bool, reading: _Reading) -> bool:
    """Whether a clause speaks of someone outside the household; "ele" is, unless a relative came before."""
    if words.OUTSIDER.search(clause):
        return True
    if words.ANTECEDENT.search(clause) or (asked and words.RETIRED.search(clause)):
        return False
    known = reading.relative_named or (asked and any(earning.whose is _Whose.OWN for earning in reading.earnings))
    return words.PRONOUN.search(clause) is not None and not known


def _last_cue(clause: str) -> str | None:
    cues = list(words.GOVERNS.finditer(clause))
    return cues[-1].lastgroup if cues else None


def _whose(clause: str) -> _Whose:
    if words.TOGETHER.search(clause):
        return _Whose.FAMILY
    if re.search(r"\beu\b", clause) or not words.MEMBER.search(clause):
        if words.HOUSEHOLD.search(clause):
            return _Whose.FAMILY
        return _Whose.OWN if words.OWN.search(clause) else _Whose.UNSAID
    return _Whose.OWN if words.SPEAKER.search(clause) else _Whose.MEMBER


def _note_nothing(clause: str, whose: _Whose, reading: _Reading) -> None:
    nothing = words.NO_INCOME.search(clause)
    if words.NOBODY.search(clause):
        reading.none_of_family = True
    elif nothing and (whose is not _Whose.MEMBER or words.FIRST_PERSON.search(nothing[0])):
        reading.none_of_own = True
        reading.none_of_family |= whose is _Whose.FAMILY


def _period(clause: str, found: re.Match[str]) -> PayPeriod:
    after, before = clause[found.end() : found.end() + 40], clause[: found.start()]
    if re.match(r"(?: reais)? ?(?:/|por|ao|no|a) ?mes\b| mensa(?:l|is)\b", after):
        return PayPeriod.MONTH
    for period, pattern in _PERIODS:
        if pattern.match(after) or pattern.match(re.sub(r"^ reais", "", after)):
            return period
    if words.DAILY_BEFORE.search(before):
        return PayPeriod.DAY
    if words.YEARLY_BEFORE.search(before):
        return PayPeriod.YEAR
    return PayPeriod.WEEK if words.WEEKLY_BEFORE.search(before) else PayPeriod.MONTH


def _paid_for(clause: str, found: re.Match[str], value: Decimal, reading: _Reading) -> PayPeriod:
    """What a sum is for; a small one beside services that are counted is for one of them."""
    period = _period(clause, found)
    monthly = words.BY_THE_MONTH.match(clause, found.end())
    a_service = words.SERVICES.search(clause) and value <= _MOST_FOR_A_SERVICE and not monthly
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
