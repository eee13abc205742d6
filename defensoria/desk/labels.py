"""The words the desk shows for the values the store keeps. A value without words is shown as it is."""

import re
from collections.abc import Mapping
from functools import lru_cache, partial

import yaml

from defensoria.conversations.models import Atendimento, Outcome, Role
from defensoria.office.facts import office_facts
from defensoria.office.vocabulary import Eligibility, Urgency
from defensoria.settings import ROOT

OUTCOMES: Mapping[str, str] = {
    Outcome.RESOLVED.value: "Resolvido",
    Outcome.SCHEDULED.value: "Agendado",
    Outcome.FORWARDED.value: "Encaminhado a outro órgão ou setor",
    Outcome.OUT_OF_COMPETENCE.value: "Fora da competência da Defensoria",
    Outcome.NO_ANSWER.value: "A pessoa não respondeu",
}
"""How an attendant may close an atendimento: stored value and words."""

ROLES: Mapping[str, str] = {
    Role.ATTENDANT.value: "Atendimento",
    Role.SUPERVISOR.value: "Supervisão",
    Role.MANAGER.value: "Gestão",
    Role.ADMINISTRATOR.value: "Administração (TI)",
}
"""What a user does at the desk: stored value and words."""

_ELIGIBILITIES: Mapping[str, str] = {
    Eligibility.ELIGIBLE.value: "Dentro dos critérios",
    Eligibility.EXCEPTIONAL.value: "Fora dos critérios; pediu a avaliação de uma pessoa",
    Eligibility.NOT_ELIGIBLE.value: "Fora dos critérios",
}
_URGENCIES: Mapping[str, str] = {
    Urgency.VIOLENCE.value: "Violência",
    Urgency.ARREST.value: "Prisão",
    Urgency.HEALTH.value: "Saúde",
    Urgency.CHILD_AT_RISK.value: "Criança em risco",
    Urgency.HOUSING.value: "Moradia",
}
_FAILURES: Mapping[str, str] = {
    "131026": "o WhatsApp não consegue entregar a este número",
    "131047": "passaram mais de 24 horas desde a última mensagem da pessoa",
    "131049": "o WhatsApp decidiu não entregar esta mensagem",
    "131050": "a pessoa não quer receber mensagens",
    "131051": "tipo de mensagem que o WhatsApp não aceita",
    "131052": "o WhatsApp não conseguiu baixar o arquivo",
    "131053": "o WhatsApp não conseguiu receber o arquivo",
}
"""Source: WhatsApp Cloud API error codes."""


WITHOUT_NUCLEO = "Sem núcleo definido"

_ASKS = "utter_ask_triagem_form_"


def nucleo(value: str) -> str:
    """The name of a núcleo."""
    known = office_facts().nucleos.get(value)
    return known.name if known else value


@lru_cache(maxsize=1)
def _menus() -> Mapping[str, Mapping[str, str]]:
    """Slot → value → the option's title, from the menus of `domain.yml`: their one source."""
    # The first page of each process waits for this; the loader in Python takes ten times as long.
    responses = yaml.load((ROOT / "domain.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["responses"]
    return {
        name.removeprefix(_ASKS): {
            str(button["payload"]): str(button["title"])
            for variation in variations
            for button in variation.get("buttons") or ()
        }
        for name, variations in responses.items()
        if name.startswith(_ASKS)
    }


def option(slot: str, value: str) -> str:
    """The title of the option with which `slot` is answered, as the citizen saw it."""
    return _menus().get(slot, {}).get(value, value)


def urgency(value: str) -> str:
    """The words for an urgency."""
    return _URGENCIES.get(value, value)


def outcome(value: str | None) -> str:
    """The words for how an atendimento ended."""
    return OUTCOMES.get(value or "", value or "sem registro")


def dossier(atendimento: Atendimento) -> list[tuple[str, str]]:
    """What the triage found out, as rows of heading and words; what it did not find out is left out."""
    rows = (
        ("Critério", atendimento.criterio, partial(option, "criterio")),
        ("Situação", atendimento.elegibilidade, lambda value: _ELIGIBILITIES.get(value, value)),
        ("Serviço", atendimento.servico, partial(option, "servico")),
        ("Área", atendimento.area, partial(option, "area")),
        ("Assunto", atendimento.assunto, partial(option, "assunto")),
        ("Cidade", atendimento.municipio, str),
        ("Núcleo", atendimento.nucleo, nucleo),
    )
    return [(heading, words(value)) for heading, value, words in rows if value]


def failure(error: str | None) -> str:
    """Why a message did not get through, for an attendant: Meta's code in words, or what was said of it."""
    code = re.search(r"\b\d{6}\b", error or "")
    known = _FAILURES.get(code.group()) if code else None
    return known or error or "o WhatsApp não disse o motivo"


def role(value: str) -> str:
    """What a user does at the desk."""
    return ROLES.get(value, value)
