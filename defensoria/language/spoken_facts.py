"""The office's facts in words, under the names by which a response may use them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from defensoria.office.calendar import CUIABA, next_opening, say_hours, say_moment
from defensoria.office.eligibility import income_limits, minimum_wage
from defensoria.office.facts import OfficeFacts
from defensoria.office.plantao import plantao_for, say_contact
from defensoria.office.triage import Answers, nucleo_for
from defensoria.office.vocabulary import Service, Subject

_WHATSAPP_WINDOW = "24 horas"
"""How long WhatsApp lets a business answer a citizen's last message (Meta's customer service window)."""

_EMERGENCIES = {
    "tel_policia": "190",
    "tel_mulher": "180",
    "tel_mulher_whatsapp": "180-whatsapp",
    "tel_samu": "192",
    "tel_direitos_humanos": "100",
    "tel_cvv": "188",
}
"""The name under which a response uses an emergency number → its id in `emergencias.csv`."""


def facts_of_the_day(facts: OfficeFacts, at: datetime, known: Mapping[str, str | None]) -> Mapping[str, str]:
    """Name → words, for the instant `at` and what is known of the citizen (slot → value)."""
    today = at.astimezone(CUIABA).date()
    limits = income_limits(facts, today)
    town = facts.municipios.get(known.get("municipio") or "")
    return {
        "salario_minimo": say_money(minimum_wage(facts, today)),
        "limite_individual": say_money(limits.individual),
        "limite_familiar": say_money(limits.family),
        "horario": say_hours(facts, town),
        "plantao": say_plantao(facts, known.get("municipio"), today),
        "proxima_abertura": say_moment(next_opening(facts, at, known.get("nucleo")), town),
        "janela": _WHATSAPP_WINDOW,
        "endereco": say_address(facts, known, today),
        "documentos": say_documents(facts, known.get("assunto")),
        "dados_do_processo": ", ".join(facts.services[Service.CASE_STATUS].documents),
        "saiba_mais": f"Saiba mais em {facts.privacy_page}." if facts.privacy_page else "",
        "aplicativo": facts.app,
        "aplicativo_agendamento": facts.app_scheduling,
        **{name: facts.emergencies[number].number for name, number in _EMERGENCIES.items()},
    }


def say_address(facts: OfficeFacts, known: Answers, on: date) -> str:
    """Where the citizen's núcleo is, as far as the office's facts tell, and where its addresses are published."""
    published = f"Os endereços dos núcleos estão em {facts.nucleos_page}."
    nucleo = nucleo_for(known, facts, on)
    if nucleo is None:
        return published
    if nucleo.address is None:
        return f"Quem atende a sua cidade é o {nucleo.name}. Ainda não tenho o endereço dele. {published}"
    return f"O {nucleo.name} fica em: {nucleo.address}. Confirme antes de ir: {facts.nucleos_page}."


def say_documents(facts: OfficeFacts, subject: str | None) -> str:
    """What to bring, one line each: what is always asked, and what the subject asks besides."""
    lines = [document.text for document in facts.basic_documents]
    if subject:
        lines += facts.subjects[Subject(subject)].documents
    return "\n".join(f"- {line}" for line in lines)


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
