"""The order of the triage's questions, and which of them this citizen still has to be asked."""

from collections.abc import Mapping

from defensoria.office.facts import Nucleo, OfficeFacts
from defensoria.office.routing import route, subject_decides
from defensoria.office.vocabulary import Area, Criterion, Eligibility, Service, Subject

Answers = Mapping[str, str | None]
"""Slot name → value, None or absent where it is not known."""

QUESTIONS = ("criterio", "elegibilidade", "servico", "area", "municipio", "assunto")
"""Every question of the triage, in the order in which they are asked."""


def questions(answers: Answers, facts: OfficeFacts, wants_person: bool = False) -> list[str]:
    """The questions this triage is made of, given what is answered so far: answered ones included.

    Someone who asks for a person is asked for the city alone, since it decides who answers. Outside the criteria the
    offer of a person's decision comes next, and a citizen who declines it is asked nothing more. The subject is asked
    only where it decides the núcleo.
    """
    if wants_person:
        return ["municipio"]
    asked = ["criterio"]
    if answers.get("criterio") == Criterion.NONE.value:
        asked.append("elegibilidade")
        if answers.get("elegibilidade") == Eligibility.NOT_ELIGIBLE.value:
            return asked
    asked += ["servico", "area", "municipio"]
    if _subject_is_needed(answers, facts):
        asked.append("assunto")
    return asked


def nucleo_for(answers: Answers, facts: OfficeFacts) -> Nucleo | None:
    """The unit that serves what is answered so far, or None while the city is not known."""
    municipio, area, service, subject = (answers.get(name) for name in ("municipio", "area", "servico", "assunto"))
    if not municipio:
        return None
    return route(
        facts,
        municipio,
        Area(area) if area else None,
        Service(service) if service else None,
        Subject(subject) if subject else None,
    )


def _subject_is_needed(answers: Answers, facts: OfficeFacts) -> bool:
    municipio, area, service = (answers.get(name) for name in ("municipio", "area", "servico"))
    if not municipio or not area:
        return False
    return subject_decides(facts, municipio, Area(area), Service(service) if service else None)
