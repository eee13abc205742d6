"""A unit's requests go where its redirection leads, on its days; one that leads nowhere good is refused."""

from datetime import date
from pathlib import Path

import pytest

from defensoria.office.facts import FactsError, load_facts
from defensoria.office.routing import in_charge, route
from defensoria.office.triage import nucleo_for

BEFORE, FIRST, LAST, AFTER = (date(2026, 12, day) for day in (6, 7, 18, 19))


def row(nucleo: str, to: str, valid_from: str = "07/12/2026", valid_until: str = "") -> dict[str, str]:
    cells = {"nucleo": nucleo, "para": to, "vale_de": valid_from, "vale_ate": valid_until}
    return {**cells, "motivo": "obra no prédio", "fonte": "Portaria 1/2026/DPG", "data": "2026-11-20"}


def facts_with(*rows: dict[str, str]):
    return load_facts(edited={"redirecionamentos": rows})


def test_requests_go_to_the_other_unit_on_the_days_of_the_redirection() -> None:
    facts = facts_with(row("sinop", "sorriso", valid_until="18/12/2026"))
    taken_on = {day: nucleo_for({"municipio": "Sinop"}, facts, day).id for day in (BEFORE, FIRST, LAST, AFTER)}
    assert taken_on == {BEFORE: "sinop", FIRST: "sorriso", LAST: "sorriso", AFTER: "sinop"}
    assert nucleo_for({"municipio": "Vera"}, facts, FIRST).id == "vera"


def test_a_chain_is_followed_to_its_end_and_only_as_far_as_it_holds_that_day() -> None:
    facts = facts_with(row("sinop", "sorriso"), row("sorriso", "vera", valid_from="10/12/2026"))
    sinop = route(facts, "Sinop")
    assert in_charge(facts, sinop, FIRST).id == "sorriso"
    assert in_charge(facts, sinop, LAST).id == "vera"


def test_one_redirection_may_follow_another() -> None:
    facts = facts_with(row("sinop", "sorriso", valid_until="18/12/2026"), row("sinop", "vera", valid_from="2026-12-19"))
    assert in_charge(facts, route(facts, "Sinop"), AFTER).id == "vera"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([row("sinop", "sinop")], r"linha 2: o redirecionamento volta ao começo \(sinop → sinop\)"),
        ([row("sinop", "sorriso"), row("sorriso", "sinop")], "volta ao começo"),
        (
            [row("sinop", "sorriso"), row("vera", "sinop"), row("sorriso", "vera", valid_from="2027-01-10")],
            "linha 4: o redirecionamento volta ao começo",
        ),
        ([row("sinop", "sorriso"), row("sinop", "vera", valid_from="2027-01-10")], "linha 3: .* na linha 2"),
        ([row("sinop", "sede-administrativa")], "não recebe o público"),
        ([row("sinop", "rondonopolis-criminal")], "não atende a área civel"),
        ([row("sinope", "sorriso")], 'nucleo "sinope" não existe'),
        ([row("sinop", "sorisso")], 'para "sorisso" não existe'),
        ([row("sinop", "sorriso", valid_until="01/12/2026")], "vale_ate vem antes"),
        ([{**row("sinop", "sorriso"), "motivo": ""}], "motivo está vazio"),
    ],
)
def test_a_redirection_that_cannot_be_is_refused(rows: list[dict[str, str]], reason: str) -> None:
    with pytest.raises(FactsError, match=reason):
        facts_with(*rows)


def test_a_circle_that_never_closes_on_one_day_is_none() -> None:
    facts = facts_with(row("sinop", "sorriso", valid_until="18/12/2026"), row("sorriso", "sinop", "19/12/2026"))
    assert in_charge(facts, facts.nucleos["sorriso"], AFTER).id == "sinop"


def test_a_duty_phone_may_hold_for_a_region(folder: Path) -> None:
    regions = {nucleo.plantao_microregion for nucleo in load_facts(folder).nucleos.values()} - {None}
    region = sorted(regions)[0]
    with (folder / "plantoes.csv").open("a", encoding="utf-8") as file:
        file.write(f",{region},(66) 99999-0000,Ana,2026-11-20,,Escala,2026-11-19,\n")
    facts = load_facts(folder)
    (contact,) = [one for one in facts.plantao_contacts if one.region]
    assert set(contact.nucleos) == {one.id for one in facts.nucleos.values() if one.plantao_microregion == region}
