"""How often a sum is paid, and how many times: by the day or the year, to each of several, for months of work."""

import re
from decimal import Decimal
from enum import Enum

from defensoria.language.amounts import CENT
from defensoria.language.income_holders import MEMBER, RELATIVE
from defensoria.language.work_time import WEEKS_A_MONTH


class PayPeriod(str, Enum):
    """What one payment is for."""

    HOUR = "hora"
    DAY = "dia"
    WEEK = "semana"
    FORTNIGHT = "quinzena"
    MONTH = "mes"
    YEAR = "ano"


A_MONTH = {
    PayPeriod.MONTH: Decimal(1), PayPeriod.YEAR: 1 / Decimal(12), PayPeriod.FORTNIGHT: Decimal(2),
    PayPeriod.WEEK: WEEKS_A_MONTH,
}  # fmt: skip
"""How many payments make a month, where the calendar tells; of days and hours only the citizen knows."""
_PERIODS = (
    (PayPeriod.HOUR, re.compile(r" ?(?:a|por|cada|/|ao?) ?hora\b")),
    (
        PayPeriod.DAY,
        re.compile(
            r" ?(?:/|por|ao|o|a|cada|na|no|pela|de) ?(?:dia\b(?! \d+\b(?! (?:dias?|x|vez\w*)\b))|diaria)| diari[oa]s?\b"
            r"| ?(?:/|por|a|cada) ?(?:faxina|limpeza|corrida|servico|casa(?! tod| inteir)|plantao|turno|bico|vez"
            r"|noite)\b"
            r"| ?(?:por|a|cada) ?(?:entrega|viagem|frete|peca|pacote|saco|metro|arroba|cliente|aula|show|carga)\b"
            r"|,? \d{1,2} ?(?:x|vez\w*|dias?) (?:(?:por|na|a|da) )?semana\b"
        ),
    ),
    (
        PayPeriod.WEEK,
        re.compile(
            r" ?(?:/|por|na|a|cada|toda) ?semana\b| semanal\b| semanais\b"
            r"| ?(?:no|na|de|aos|nas|cada|por) (?:segunda|terca|quarta|quinta|sexta|sabado|domingo)s?\b"
            r"| ?tod[ao]s?(?: [ao]s)? (?:[2-6][aª]|segunda|terca|quarta|quinta|sexta|sabado|domingo)"
        ),
    ),
    (
        PayPeriod.FORTNIGHT,
        re.compile(r" ?(?:/|por|na|a cada|a|cada|toda|de 15 em) ?(?:quinzena\b|15 dias)| quinzena(?:l|is)\b"),
    ),
    (
        PayPeriod.YEAR,
        re.compile(r" ?(?:/|por|ao|no) ?ano\b| (?:por|a cada|cada) (?:safra|colheita)\b| anual\b| anuais\b"),
    ),
)

_HEADS = re.compile(
    r"\b(?:(?:somos|semos|somo|sao|nos) (?:em )?|familia (?:de|com) )(\d{1,2})\b|\b(\d{1,2}) (?:bocas|pessoas)\b"
)
_A_HEAD = re.compile(
    r"§(\d+)(?: reais)? (?:por|cada|para cada|pra cada) (?:1 )?(?:cabeca|pessoa|boca)\b|\bper capita (?:e |de "
    r"|da )*§(\d+)"
)
THE_SAME = re.compile(
    r"§(\d+)([^§.;]{0,40} (?:ganha|recebe|tira|aposentad[oa])) (?:o |a )?(?:outr[oa]|mesm[oa]|mesma coisa|igual)\b"
)
_DAILY_BEFORE = re.compile(
    r"\b(?:diarias?|por dia|cada dia)(?: (?:n[ao]|em|d[ao]) \w+| aqui| la)?(?: (?:e|de|da|dao|a|sao|eh|da uns))* ?$"
    r"|\b(?:dias|vez(?:es)?) (?:por|no|ao|na) (?:mes|semana) (?:a|por|de|ganhando) ?$"
    r"|\bcada (?:faxina|limpeza|diaria|servico|corrida|casa|plantao|entrega|corte|aula|viagem|turno|bico)"
    r"(?: (?:e|eh|da|sai|custa|por|a|de|pagam?|fica|me|uns))* ?$"
)
_HOURLY_BEFORE = re.compile(r"\b(?:por|a|cada) hora(?: (?:e|eh|de|da|sai|custa|a|me|pagam?|uns))* ?$")
_OF_A_YEAR = re.compile(r"[^§,.;]{0,25} (?:no|por|ao) ano(?: passado| inteiro| todo)?\b")
_WEEKLY_BEFORE = re.compile(
    r"\b(?:por semana|cada semana|toda semana)(?: (?:e|de|da|ganho|recebo|tiro))* ?$"
    r"|\b(?:cada|tod[ao]s?)(?: [ao]s)? (?:[2-6][aª]|segunda|terca|quarta|quinta|sexta|sabado|domingo)s?\b[^§.;,]{0,35}$"
)
_YEARLY_BEFORE = re.compile(r"\b(?:por|no|ao|1) ano(?: (?:inteiro|todo|bom|e|eu|rende|da|ganho|recebo|tiro|faco))* ?$")
BY_THE_MONTH = re.compile(r"(?: reais)?,? ?(?:por|ao|no|/|todo)? ?(?:fim do |final do )?mes\b| mensa(?:l|is)\b")
SERVICES = re.compile(r"\b(?:faxin\w+|limpezas?|limpo|casas?|diari\w+|plant(?:ao|oes)|rocad\w+|capin\w+|carpi\w+)\b")
FOR_EACH = re.compile(
    r"§(\d+)(?: reais)? (?:cada(?: uma?| 1)?(?: casa| faxina| diaria| plantao)?|por (?:casa|faxina|diaria|plantao))\b"
    r"(?! (?:semana|mes|dia|hora))"
)
EACH_PAYS = re.compile(
    r"\bcada (?:uma?|1|casa|faxina|limpeza|vez|servico|corte|diaria|plantao)(?: casa)?"
    r" (?:me )?(?:(?:pagam?|da|dao|e|sai|custa|por) )?(?:a |por )?§(\d+)"
)
RATE_THEN = re.compile(r"(?<!_ )(?<!horas )(?<!dias )\b(diarias?|por dia|por hora|por ano|por semana), (?=(?:da )?§)")
# Ranges: the lower sum, then the upper.
_BETWEEN = re.compile(r"\bentre §(\d+) e (?=§(\d+))")
_RANGE = re.compile(r"§(\d+) ?(?:,? ?(?:a|ou|ate|as vezes|ou as vezes|tem mes que|no maximo)|-) ?(?=§(\d+))")
# "Ganham 1 salário cada", "e minha esposa também": the sum is said once and earned as often as it is counted before.
_SEVERAL = re.compile(
    r"\b(?:(?P<many>[2-9])|amb[oa]s|2)\b(?= (?:aposent|benef|salario|empreg|trabalho|escola|casa|servico|firma|patr"
    r"|pesso|adult|irma|filh|trabalh|que|juntos|ganh|receb))"
)
_EACH_EARNS = re.compile(r"\bcada (?:um|uma|1|qual)(?: de nos)? (?:ganha|recebe|tira|faz|com) §(\d+)")
_EACH = re.compile(r"§(\d+)(?: reais)? cada(?: um| uma| 1| qual)?\b(?! (?:dia|hora|semana|mes|diaria))")
# "Duas aposentadorias do mínimo".
_COUNTED_PAY = re.compile(
    r"\b([2-5]) (aposentadoria|beneficio|pens(?:ao|oe)|bolsa|emprego"
    r"|servico)s? d[eo] (?:valor de )?§(\d+)(?!.*\bcada\b)"
)
# "Duas escolas, cada uma paga 1.600": what each of one's own works brings.
_EACH_WORK_PAYS = re.compile(r"\bcada (?:um|uma|1|qual) (?:me )?(?:pagam?|da|dao|rende|eu ganho) (?:uns )?§(\d+)")
# "A empreita deu 6 mil em 3 meses", "a cada 2 meses entra 3 mil".
_MONTHS = r"(?P<{0}>[2-9]|1[0-2]) mes(?:es)?\b"
_WORKED_FOR = r"(?:em|a cada|cada|de [2-9] em)"
_OVER_MONTHS = re.compile(
    rf"§(?P<sum>\d+)(?: reais)? {_WORKED_FOR} {_MONTHS.format('after')}"
    rf"|\b{_WORKED_FOR} {_MONTHS.format('before')}(?: (?:eu|entra|cai|recebo|ganho|tiro|da|faco|vem|de"
    rf"|uma?)){{0,3}} §(?P<then>\d+)"
    rf"|\b(?:empreit\w+|obra|contrato)\b[^§]{{0,30}}§(?P<job>\d+)(?: reais)? (?:para|por|de"
    rf"|durante) {_MONTHS.format('long')}"
)
_ALSO = re.compile(
    rf"§(\d+)([^§.;]{{0,30}}?(?:,| e)+ (?:(?:o |a )?(?:d[ao] )?(?:meu|minha) {RELATIVE}|ele|ela)) tambem\b"
)


def period_of(clause: str, found: re.Match[str]) -> PayPeriod:
    """What the sum found in a clause is paid for, by the words behind it and before it; a month where none tells."""
    after, before = clause[found.end() : found.end() + 40], clause[: found.start()]
    if re.match(r"(?: reais)? ?(?:/|por|ao|no|a) ?mes\b| mensa(?:l|is)\b", after):
        return PayPeriod.MONTH
    for period, pattern in _PERIODS:
        if pattern.match(after) or pattern.match(re.sub(r"^ reais", "", after)):
            return period
    if _OF_A_YEAR.match(after):
        return PayPeriod.YEAR
    if _HOURLY_BEFORE.search(before):
        return PayPeriod.HOUR
    if _DAILY_BEFORE.search(before):
        return PayPeriod.DAY
    if _YEARLY_BEFORE.search(before):
        return PayPeriod.YEAR
    return PayPeriod.WEEK if _WEEKLY_BEFORE.search(before) else PayPeriod.MONTH


def count_payments(marked: str, values: list[Decimal]) -> str:
    """The marked message with every sum as often as it is paid, each of them for one month and one household.

    A sum that several earn is told as often as there are of them; what was paid for months of work is divided among
    them, and what falls to each head is multiplied, in `values`. Of a range its upper end is kept.
    """
    marked = _ALSO.sub(r"§\1\2 ganha §\1", _tell_each(marked))
    _spread_over_months(marked, values)
    _count_heads(marked, values)
    for pattern in (_BETWEEN, _RANGE):
        marked = pattern.sub(lambda found: _keep_upper(found, values), marked)
    return marked


def _tell_each(marked: str) -> str:
    """The marked message with the sum that each of several earns, or pays, told as often as there are of them."""
    several = _SEVERAL.search(marked)
    times = int(several["many"] or 2) if several else 2

    def sums(found: re.Match[str]) -> str:
        return " mais ".join([f"§{found[1]}"] * times)

    if several:
        earn = "meu filho ganha" if MEMBER.search(marked) else "eu ganho"
        marked = _EACH_WORK_PAYS.sub(lambda found: f"{earn} {sums(found)}", marked)
    marked = _COUNTED_PAY.sub(lambda found: " mais ".join([f"{found[2]} §{found[3]}"] * int(found[1])), marked)
    return _EACH.sub(sums, _EACH_EARNS.sub(lambda found: f"juntos {sums(found)}", marked))


def _keep_upper(found: re.Match[str], values: list[Decimal]) -> str:
    upper = int(found[2])
    values[upper] = max(values[upper], values[int(found[1])])
    return ""


def _spread_over_months(marked: str, values: list[Decimal]) -> None:
    """Make a month's sum of what is told to have been paid for several months of work."""
    for found in _OVER_MONTHS.finditer(marked):
        at = int(found["sum"] or found["then"] or found["job"])
        values[at] = (values[at] / int(found["after"] or found["before"] or found["long"])).quantize(CENT)


def _count_heads(marked: str, values: list[Decimal]) -> None:
    """Make the household's sum of what each of its people has: "somos em 6, dá 400 por cabeça"."""
    if heads := _HEADS.search(marked):
        for found in _A_HEAD.finditer(marked):
            values[int(found[1] or found[2])] *= int(heads[1] or heads[2])
