"""What an answer to the question for the criterion tells: an income, debts, a situation that is protected."""

import re
from datetime import date
from decimal import Decimal

from defensoria.language.ages import ELDERLY, tells_only_young_age, told_age
from defensoria.language.corrections import read_correction
from defensoria.language.debts import is_owing, speaks_of_debts
from defensoria.language.heard import OVER_LIMIT, PAY_RATE, SEPARATOR, Heard, Say, Spoken
from defensoria.language.limits import read_by_limits
from defensoria.language.menu import is_named, read_choice
from defensoria.language.menus import Menu
from defensoria.language.money import (
    Income,
    PayRate,
    asks_about_income,
    read_income,
    read_pay_rate,
)
from defensoria.language.pay_periods import PayPeriod
from defensoria.language.purposes import names_matter
from defensoria.language.text import normalise, plain
from defensoria.language.urgency import Alarm, read_alarm
from defensoria.language.vulnerability import is_vulnerable
from defensoria.language.work_time import days_answered, hours_a_month
from defensoria.office.eligibility import criterion_for_income, minimum_wage
from defensoria.office.facts import OfficeFacts
from defensoria.office.triage import Answers
from defensoria.office.vocabulary import Criterion, Subject

# A lone small number is an option's, in the menu or not, and never an income.
_OPTION_NUMBER = re.compile(r"\W*\d{1,2}\W*")
_INCOME_INTENT = "informar_renda"
# In family matters "ele" is the other party, and so his income is none of the writer's.
_OF_ANOTHER = (
    Subject.GUARDIANSHIP,
    Subject.HEALTH,
    Subject.ARREST,
    Subject.CRIMINAL_CASE,
    Subject.SENTENCE_EXECUTION,
)
# "Ganho mais ou menos 2" does not earn more than the limit.
_ABOUT = re.compile(r"\bmais ou menos\b|\+ ?ou ?-", re.IGNORECASE)
_ASKS_BACK = re.compile(r"\W*(?:como assim|(?:o )?que (?:e|seria|significa|quer dizer)|explica|nao entendi)\b")
_LIVES_ON = re.compile(r"\b(?:vivo|vivemos|sobrevivo|sobrevivemos) (?:so )?(?:de|do|da)\b(?! (?:favor|aluguel))")
_BPC = re.compile(r"\b(?:bpc|loas)\b")


def hear_criterion(spoken: Spoken, menu: Menu, answers: Answers, facts: OfficeFacts, today: date) -> Heard:
    """The criterion that an answer tells: by an option, by an income where one is told, by debts or by a situation.

    A sum counts before the words around it: "renda da família, 13 mil" is over the family's limit. Never raises.
    """
    choice = read_choice(_ABOUT.sub(" ", spoken.text), menu.options)
    if _OPTION_NUMBER.fullmatch(spoken.text) and choice:
        return Heard({"criterio": choice.value})
    if asks_about_income(spoken.text) or _ASKS_BACK.match(plain(spoken.text)):
        return Heard()
    # "É sobre meu marido" names no income of a family.
    chosen = choice.value if choice and not names_matter(spoken.text) else None
    wage = minimum_wage(facts, today)
    income = read_income(spoken.text, wage, asked=True, spoken_for=_is_of_another(answers))
    income = income or _pay_of_a_month(spoken.text, answers)
    if _OPTION_NUMBER.fullmatch(spoken.text) and not answers.get(PAY_RATE):
        income = None
    if read_correction(spoken.text):
        answers = {**answers, OVER_LIMIT: None}
    meant = None if tells_only_young_age(spoken.text) else menu.meant_by.get(spoken.intent or "")
    protected = _is_protected(spoken.text, today)
    vulnerable = protected or meant == Criterion.VULNERABILITY.value
    named = is_named(spoken.text, menu.options)
    if income is None and not named and (by_limits := read_by_limits(spoken.text)):
        # "Não estou em situação de risco" sounds like one that is.
        chosen, vulnerable = by_limits.value, protected
    if income is not None and income.family and _BPC.search(normalise(spoken.text)):
        return Heard({"criterio": Criterion.VULNERABILITY.value})
    with_income = income is not None or read_income(spoken.text, wage) is not None
    in_debt = meant == Criterion.OVER_INDEBTEDNESS.value and speaks_of_debts(spoken.text, with_income)
    complains = answers.get("assunto") == Subject.CONSUMER.value
    if in_debt or (income is None and chosen is None and is_owing(spoken.text, complains)):
        return Heard({"criterio": Criterion.OVER_INDEBTEDNESS.value})
    # "Nenhuma", word for word an option, chooses it; "não tenho renda nenhuma" tells an income.
    none_of_these = chosen == Criterion.NONE.value and not named
    if income is not None and (income.amount or chosen is None or none_of_these):
        heard = hear_income(income, answers, facts, today)
        over = heard.slots.get("criterio") in (None, Criterion.NONE.value)
        # Protection counts before an income over the limit, and before none at all.
        first = vulnerable if over else not income.amount and protected
        return Heard({"criterio": Criterion.VULNERABILITY.value}) if first else heard
    if chosen == Criterion.INDIVIDUAL_INCOME.value and answers.get(OVER_LIMIT):
        # "Moro só": nobody adds to an income that is over the limit for one.
        return Heard({"criterio": Criterion.NONE.value})
    if vulnerable and (chosen is None or (chosen == Criterion.NONE.value and not named)):
        return Heard({"criterio": Criterion.VULNERABILITY.value})
    if chosen is not None:
        return Heard({"criterio": chosen})
    if rate := read_pay_rate(spoken.text, wage, asked=True):
        return Heard({PAY_RATE: f"{rate.amount}{SEPARATOR}{rate.period.value}"}, (Say("utter_renda_por_mes"),))
    earns = spoken.intent == _INCOME_INTENT or _LIVES_ON.search(normalise(spoken.text))
    return Heard(says=(Say("utter_renda_por_mes"),)) if earns else Heard()


def hear_income(income: Income, answers: Answers, facts: OfficeFacts, today: date) -> Heard:
    """The criterion that an income meets; where one person's is over the limit, the family's is asked once."""
    over, amount, family = answers.get(OVER_LIMIT), income.amount, bool(income.family)
    if over:
        own = Decimal(over)
        alone = income.family is False and amount == own
        if alone or (family and not amount):
            # The family's limit is for families in which more than one person earns.
            return Heard({"criterio": Criterion.NONE.value})
        amount, family = amount if amount >= own else amount + own, True
    criterion = criterion_for_income(facts, today, amount, family)
    if criterion is not None:
        return Heard({"criterio": criterion.value})
    if family:
        return Heard({"criterio": Criterion.NONE.value})
    return Heard({OVER_LIMIT: str(amount)}, (Say("utter_renda_acima_individual"),))


def _is_protected(text: str, today: date) -> bool:
    """Whether the words of an answer tell a protected group, an age that is one, or violence that threatens."""
    aged = (told_age(text, today) or 0) >= ELDERLY
    return aged or is_vulnerable(text, asked=True) or read_alarm(text) is Alarm.VIOLENCE


def _is_of_another(answers: Answers) -> bool:
    """Whether the subject told before is most often the matter of somebody the writer speaks for."""
    subject = answers.get("assunto")
    return subject is not None and Subject(subject) in _OF_ANOTHER


def _pay_of_a_month(text: str, answers: Answers) -> Income | None:
    """What a month brings of the payment told just before, where this message says how often it is earned."""
    rate = _rate_told(answers)
    if rate is None:
        return None
    times = hours_a_month(text) if rate.period is PayPeriod.HOUR else days_answered(text)
    return Income(rate.amount * times) if times else None


def _rate_told(answers: Answers) -> PayRate | None:
    amount, _, period = (answers.get(PAY_RATE) or "").partition(SEPARATOR)
    return PayRate(Decimal(amount), PayPeriod(period)) if period else None
