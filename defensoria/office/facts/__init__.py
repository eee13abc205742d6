"""The office's facts: the files beside this one, which the office edits, and the loader that checks them."""

from defensoria.office.facts.loading import load_facts
from defensoria.office.facts.reading import FactsError
from defensoria.office.facts.records import (
    BasicDocument,
    Closure,
    ClosureKind,
    Comarca,
    Confidence,
    Contact,
    ContactKind,
    Door,
    EmergencyNumber,
    Municipio,
    Nucleo,
    NucleoKind,
    OfficeFacts,
    PlantaoContact,
    Redirection,
    Route,
    ServiceFacts,
    SubjectFacts,
    UrgentMatter,
    Wage,
)

__all__ = [
    "BasicDocument",
    "Closure",
    "ClosureKind",
    "Comarca",
    "Confidence",
    "Contact",
    "ContactKind",
    "Door",
    "EmergencyNumber",
    "FactsError",
    "Municipio",
    "Nucleo",
    "NucleoKind",
    "OfficeFacts",
    "PlantaoContact",
    "Redirection",
    "Route",
    "ServiceFacts",
    "SubjectFacts",
    "UrgentMatter",
    "Wage",
    "load_facts",
    "office_facts",
    "use",
]


_standing: list[OfficeFacts] = []


def office_facts() -> OfficeFacts:
    """The facts that hold in this process: those last given to `use`, else those packaged with the project.

    Raises:
        FactsError: a packaged file is wrong; the message says which, where, and what to do.
    """
    if not _standing:
        _standing.append(load_facts())
    return _standing[0]


def use(facts: OfficeFacts) -> None:
    """Let other facts hold in this process from now on, as after the office edited them."""
    _standing[:] = [facts]
