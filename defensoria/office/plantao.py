"""Who answers urgent cases when the office is closed: the known contacts with their date, and where the rest is."""

from dataclasses import dataclass
from datetime import date

from defensoria.office.facts import OfficeFacts, PlantaoContact, UrgentMatter


@dataclass(frozen=True)
class Plantao:
    """What a citizen can be told of the duty service.

    `contacts` may be empty: then `published_at`, the office's page, is all that is known. `takes` is what counts as
    urgent. A contact with no end date may have changed since its `valid_from`: say that date and the page with it.
    """

    contacts: tuple[PlantaoContact, ...]
    published_at: str
    takes: tuple[UrgentMatter, ...]


def plantao_for(facts: OfficeFacts, municipio: str | None, on: date) -> Plantao:
    """The duty service of a município (official name; None when it is not known) on a day.

    Raises:
        ValueError: there is no município with that official name.
    """
    return Plantao(
        contacts=() if municipio is None else _contacts(facts, municipio, on),
        published_at=facts.plantao_page,
        takes=facts.urgent_matters,
    )


def say_contact(contact: PlantaoContact) -> str:
    """A contact in words, with its age when nobody said until when it holds: "(66) 99607-2257 (em 23/07/2024)"."""
    who = f"{contact.name}: {contact.phone}" if contact.name else contact.phone
    return who if contact.valid_until else f"{who} (em {contact.valid_from:%d/%m/%Y})"


def _contacts(facts: OfficeFacts, municipio: str, on: date) -> tuple[PlantaoContact, ...]:
    name = facts.municipio(municipio).name
    return tuple(
        contact
        for contact in facts.plantao_contacts
        if any(name in facts.nucleos[nucleo].municipios for nucleo in contact.nucleos)
        and contact.valid_from <= on
        and (contact.valid_until is None or on <= contact.valid_until)
    )
