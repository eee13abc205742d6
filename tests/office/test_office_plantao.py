"""The duty service: known contacts with their date, the office's page, and never an invented number."""

from datetime import date
from pathlib import Path

import pytest

from defensoria.office.facts import OfficeFacts, load_facts
from defensoria.office.plantao import plantao_for, say_contact
from defensoria.office.vocabulary import Urgency

TODAY = date(2026, 11, 23)


def test_a_town_with_known_contacts_gets_them_with_their_date(facts: OfficeFacts) -> None:
    plantao = plantao_for(facts, "Matupá", TODAY)
    assert [say_contact(contact) for contact in plantao.contacts] == [
        "(66) 99607-2257 (em 23/07/2024)",
        "(66) 99925-6930 (em 23/07/2024)",
    ]


def test_every_other_town_gets_the_page_and_no_number(facts: OfficeFacts) -> None:
    for municipio in [None, *facts.municipios]:
        plantao = plantao_for(facts, municipio, TODAY)
        assert plantao.published_at == "https://defensoria.mt.def.br/dpmt/servicos/plantonistas"
        assert bool(plantao.contacts) is (municipio == "Matupá")


def test_a_contact_counts_only_in_its_days(folder: Path) -> None:
    with (folder / "plantoes.csv").open("a", encoding="utf-8") as file:
        file.write("sinop,,(66) 99999-0000,Ana,2026-11-20,22/11/2026,Escala,2026-11-19,\n")
    facts = load_facts(folder)
    phones = {
        day: [say_contact(contact) for contact in plantao_for(facts, "Santa Carmem", date(2026, 11, day)).contacts]
        for day in (19, 20, 22, 23)
    }
    assert phones == {19: [], 20: ["Ana: (66) 99999-0000"], 22: ["Ana: (66) 99999-0000"], 23: []}


def test_what_plantao_takes_covers_every_urgency(facts: OfficeFacts) -> None:
    takes = plantao_for(facts, None, TODAY).takes
    assert {matter.urgency for matter in takes} == set(Urgency)
    assert all(matter.cases for matter in takes)


def test_subjects_that_may_be_urgent_are_marked(facts: OfficeFacts) -> None:
    urgent = {subject.value for subject, known in facts.subjects.items() if known.plantao}
    assert urgent == {"saude", "moradia", "violencia_domestica", "infancia_juventude", "prisao", "execucao_penal"}


def test_violence_is_sent_to_the_police_before_the_helpline(facts: OfficeFacts) -> None:
    def numbers(urgency: Urgency) -> list[str]:
        return [number.number for number in facts.emergencies.values() if urgency in number.urgencies]

    assert numbers(Urgency.VIOLENCE)[:3] == ["190", "180", "(61) 9610-0180"]
    assert numbers(Urgency.HEALTH) == ["192"]


def test_an_unknown_town_is_refused(facts: OfficeFacts) -> None:
    with pytest.raises(ValueError, match="official name"):
        plantao_for(facts, "Matupa", TODAY)
