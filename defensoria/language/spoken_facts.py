"""The office's facts in words, under the names by which a response may use them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from defensoria.office.calendar import CUIABA, next_opening, say_hours, say_moment
from defensoria.office.eligibility import income_limits, minimum_wage
from defensoria.office.facts import OfficeFacts
from defensoria.office.plantao import plantao_for, say_contact


def facts_of_the_day(
    facts: OfficeFacts, at: datetime, municipio: str | None = None, nucleo: str | None = None
) -> Mapping[str, str]:
    """Name → words, for the instant `at` and, where it is known, the citizen's town."""
    today = at.astimezone(CUIABA).date()
    limits = income_limits(facts, today)
    town = facts.municipios.get(municipio or "")
    return {
        "salario_minimo": say_money(minimum_wage(facts, today)),
        "limite_individual": say_money(limits.individual),
        "limite_familiar": say_money(limits.family),
        "horario": say_hours(facts, town),
        "proxima_abertura": say_moment(next_opening(facts, at, nucleo), town),
        "pagina_contatos": facts.nucleos_page,
        "tel_policia": facts.emergencies["190"].number,
        "tel_mulher": facts.emergencies["180"].number,
        "tel_samu": facts.emergencies["192"].number,
    }


def say_plantao(facts: OfficeFacts, municipio: str | None, on: date) -> str:
    """Whom to call while the office is closed: the contacts known, with their age, and where the list of the day is."""
    plantao = plantao_for(facts, municipio, on)
    known = [f"Plantão: {say_contact(contact)}" for contact in plantao.contacts]
    return "\n".join([*known, f"Quem está de plantão hoje: {plantao.published_at}"])


def say_money(amount: Decimal) -> str:
    """`R$ 4.863` or `R$ 1.621,50`: cents are said only where there are some."""
    whole, cents = f"{amount:,.2f}".split(".")
    spoken = "R$ " + whole.replace(",", ".")
    return spoken if cents == "00" else f"{spoken},{cents}"
