"""The office's facts: the files beside this one, which the office edits, and the loader that checks them."""

from functools import cache

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
    "Route",
    "ServiceFacts",
    "SubjectFacts",
    "UrgentMatter",
    "Wage",
    "load_facts",
    "office_facts",
]


@cache
def office_facts() -> OfficeFacts:
    """The facts packaged with the project, read once in the life of the process.

    Raises:
        FactsError: a facts file is wrong; the message says which, where, and what to do.
    """
    return load_facts()
