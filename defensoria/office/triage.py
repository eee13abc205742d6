"""The order of the triage's questions, and which of them this citizen still has to be asked."""

from collections.abc import Mapping
from datetime import date

from defensoria.office.facts import Nucleo, OfficeFacts
from defensoria.office.routing import in_charge, route, subject_decides
from defensoria.office.vocabulary import Area, Criterion, Eligibility, Service, Subject

Answers = Mapping[str, str | None]
"""Slot name → value, None or absent where it is not known."""

QUESTIONS = ("criterio", "elegibilidade", "servico", "area", "municipio", "assunto")
"""The questions whose answers make the dossier, in the order in which they are asked."""

CONFIRMATION, CORRECTION = "confirmacao", "correcao"
"""The questions that follow: whether all was understood, and which answer to change."""

TO_CORRECT = "corrigir"
"""The answer to `CONFIRMATION` that asks for `CORRECTION`."""


def questions(
    answers: Answers, facts: OfficeFacts, wants_person: bool = False, without_city: bool = False
) -> list[str]:
    """The questions this triage is made of, given what is answered so far: answered ones included.

    Someone who asks for a person is asked for the city alone, since it decides who answers, and not even for that once
    it could not be understood (`without_city`). Outside the criteria the offer of a person's decision comes next, and
    a citizen who declines it is asked nothing more. The subject is asked only where it decides the núcleo, or where it
    is what the citizen corrects. At the end what was understood is shown and can be corrected.
    """
    if wants_person:
        return [] if without_city else ["municipio"]
    asked = ["criterio"]
    if answers.get("criterio") == Criterion.NONE.value:
        asked.append("elegibilidade")
        if answers.get("elegibilidade") == Eligibility.NOT_ELIGIBLE.value:
            return asked
    asked += ["servico", "area", "municipio"]
    if answers.get(CORRECTION) == "assunto" or _subject_is_needed(answers, facts):
        asked.append("assunto")
    asked.append(CONFIRMATION)
    if answers.get(CONFIRMATION) == TO_CORRECT:
        asked.append(CORRECTION)
    return asked


def nucleo_for(answers: Answers, facts: OfficeFacts, on: date) -> Nucleo | None:
    """The unit that takes on what is answered so far on a day, or None while the city is not known."""
    municipio, area, service, subject = (answers.get(name) for name in ("municipio", "area", "servico", "assunto"))
    if not municipio:
        return None
    nucleo = route(
        facts,
        municipio,
        Area(area) if area else None,
        Service(service) if service else None,
        Subject(subject) if subject else None,
    )
    return in_charge(facts, nucleo, on)


def _subject_is_needed(answers: Answers, facts: OfficeFacts) -> bool:
    municipio, area, service = (answers.get(name) for name in ("municipio", "area", "servico"))
    if not municipio or not area:
        return False
    return subject_decides(facts, municipio, Area(area), Service(service) if service else None)
