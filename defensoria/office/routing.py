"""Which unit serves a need: município, comarca and then, where there are several units, area, service and subject."""

from datetime import date

from defensoria.office.facts import Nucleo, OfficeFacts
from defensoria.office.facts.redirections import onward
from defensoria.office.vocabulary import Area, Service, Subject


def route(
    facts: OfficeFacts,
    municipio: str,
    area: Area | None = None,
    service: Service | None = None,
    subject: Subject | None = None,
) -> Nucleo:
    """The unit for a need in a município (official name), which it lists; `in_charge` says who stands in for it.

    The first route of the comarca that fits wins (resolution 024/2022/DPG, art. 2, sole paragraph); otherwise its
    general door. A subject brings its area only when no area is given: some subjects touch both.

    Raises:
        ValueError: there is no município with that official name.
    """
    comarca = facts.municipio(municipio).comarca
    if area is None and subject is not None:
        area = subject.area
    for candidate in facts.routes_by_comarca.get(comarca, ()):
        if candidate.fits(area, service, subject):
            return facts.nucleos[candidate.nucleo]
    return facts.general_doors[comarca]


def in_charge(facts: OfficeFacts, nucleo: Nucleo, on: date) -> Nucleo:
    """The unit that takes another's requests on a day: where its redirection leads, and on from there, else itself."""
    while to := onward(facts.redirections, nucleo.id, on):
        nucleo = facts.nucleos[to]
    return nucleo


def subject_decides(facts: OfficeFacts, municipio: str, area: Area, service: Service | None = None) -> bool:
    """Whether the subjects of an area lead to different units there, so that the subject must be asked.

    Raises:
        ValueError: there is no município with that official name.
    """
    subjects = [subject for subject in Subject if subject.area is area]
    return len({route(facts, municipio, area, service, subject).id for subject in subjects}) > 1
