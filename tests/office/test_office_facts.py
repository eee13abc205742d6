"""The packaged facts are whole, and a copy edited as offices edit files still loads."""

from decimal import Decimal
from pathlib import Path

import pytest

from defensoria.office.facts import ContactKind, Door, OfficeFacts, load_facts
from defensoria.office.facts.records import Sourced
from defensoria.office.vocabulary import Service, Subject

# Secom-MT/Cemat, 2011: the towns of the Araguaia that live by Brasília's hour.
BRASILIA_TIME = {
    *("Água Boa", "Alto Araguaia", "Alto Boa Vista", "Alto Taquari", "Araguaiana", "Araguainha"),
    *("Barra do Garças", "Bom Jesus do Araguaia", "Campinápolis", "Canabrava do Norte", "Canarana", "Cocalinho"),
    *("Confresa", "General Carneiro", "Luciara", "Nova Nazaré", "Nova Xavantina", "Novo São Joaquim"),
    *("Novo Santo Antônio", "Pontal do Araguaia", "Ponte Branca", "Porto Alegre do Norte", "Querência"),
    *("Ribeirão Cascalheira", "Ribeirãozinho", "São José do Xingu", "Santa Cruz do Xingu", "Santa Terezinha"),
    *("São Félix do Araguaia", "Serra Nova Dourada", "Torixoréu", "Vila Rica"),
}


def test_every_municipio_comarca_and_unit_is_there(facts: OfficeFacts) -> None:
    assert len(facts.municipios) == 142
    assert len(facts.comarcas) == 79
    assert len(facts.nucleos) == 92
    assert len({municipio.ibge for municipio in facts.municipios.values()}) == 142
    assert sum(len(comarca.municipios) for comarca in facts.comarcas.values()) == 142


def test_exactly_the_listed_towns_keep_brasilia_time(facts: OfficeFacts) -> None:
    assert len(BRASILIA_TIME) == 32
    assert {name for name, municipio in facts.municipios.items() if municipio.keeps_brasilia_time} == BRASILIA_TIME


@pytest.mark.parametrize(
    ("name", "ibge", "comarca", "ddd"),
    [
        ("Cuiabá", "5103403", "Cuiabá", 65),
        ("Várzea Grande", "5108402", "Várzea Grande", 65),
        ("Nossa Senhora do Livramento", "5106109", "Várzea Grande", 65),
        ("São José do Povo", "5107297", "Rondonópolis", 66),
        ("Boa Esperança do Norte", "5101837", "Sorriso", 66),
        ("Glória D'Oeste", "5103957", "Porto Esperidião", 65),
    ],
)
def test_a_municipio_has_code_comarca_and_ddd(facts: OfficeFacts, name: str, ibge: str, comarca: str, ddd: int) -> None:
    municipio = facts.municipio(name)
    assert (municipio.ibge, municipio.comarca, municipio.ddd) == (ibge, comarca, ddd)


def test_every_record_says_where_it_is_from_and_when(facts: OfficeFacts) -> None:
    tables = (
        *(facts.municipios, facts.comarcas, facts.nucleos, facts.hours, facts.services, facts.subjects),
        *(facts.emergencies, facts.general),
    )
    records: list[Sourced] = [record for table in tables for record in table.values()]
    records += [*facts.routes, *facts.wages, *facts.closures, *facts.basic_documents]
    records += [*facts.plantao_contacts, *facts.urgent_matters]
    records += [contact for nucleo in facts.nucleos.values() for contact in nucleo.contacts]
    assert len(records) > 400
    assert [record for record in records if not record.source or not record.source_date] == []


def test_every_service_and_subject_has_its_facts(facts: OfficeFacts) -> None:
    assert set(facts.services) == set(Service)
    assert set(facts.subjects) == set(Subject)


def test_an_unknown_contact_stays_empty_and_a_doubtful_one_is_not_told(facts: OfficeFacts) -> None:
    assert facts.nucleo("sinop").address is None
    assert facts.nucleo("sinop").phone is None
    assert facts.nucleo("guaranta-do-norte").address == "Rua dos Ipês, nº 38, Centro"
    old = facts.nucleo("sao-felix-do-araguaia")
    assert [contact.kind for contact in old.contacts] == [ContactKind.ADDRESS]
    assert old.address is None


def test_the_single_number_and_the_pages_are_known(facts: OfficeFacts) -> None:
    assert facts.whatsapp_number == "(65) 99963-4454"
    assert facts.plantao_page == "https://defensoria.mt.def.br/dpmt/servicos/plantonistas"
    assert facts.nucleos_page.endswith("/nucleos-e-coordenadorias")


def test_units_that_receive_nobody_have_no_door(facts: OfficeFacts) -> None:
    closed = {nucleo.id for nucleo in facts.nucleos.values() if nucleo.door is Door.NONE}
    assert closed == {
        "sede-administrativa",
        "2-instancia-civel-e-criminal-cuiaba",
        "nucleo-de-direitos-difusos-e-coletivos-cuiaba",
        "nucleo-de-conciliacao-cuiaba",
    }


def test_a_specialised_unit_knows_its_subjects_and_a_general_one_takes_all(facts: OfficeFacts) -> None:
    assert set(facts.nucleo("nucleo-do-consumidor-cuiaba").subjects) == {Subject.CONSUMER, Subject.OVER_INDEBTEDNESS}
    assert facts.nucleo("cuiaba-criminal").subjects == ()
    assert facts.nucleo("sinop").subjects == ()


@pytest.mark.parametrize("name", ["Cuiaba", "", "cuiabá"])
def test_a_name_that_is_not_official_is_refused(facts: OfficeFacts, name: str) -> None:
    with pytest.raises(ValueError, match="official name"):
        facts.municipio(name)


def test_a_file_saved_by_a_spreadsheet_still_loads(folder: Path) -> None:
    wages = folder / "salarios_minimos.csv"
    header = "\ufeffvigencia;valor;ato;fonte;data\r\n"
    wages.write_text(f"{header}01/01/2026;1621,00;Decreto;Diário Oficial;13/01/2026\r\n;;;;\r\n", encoding="utf-8")
    (wage,) = load_facts(folder).wages
    assert (wage.valid_from.isoformat(), wage.amount) == ("2026-01-01", Decimal("1621.00"))
    assert wage.source_date == "2026-01-13"


def test_a_new_row_is_enough_for_a_new_wage(folder: Path) -> None:
    with (folder / "salarios_minimos.csv").open("a", encoding="utf-8") as file:
        file.write("2027-01-01,1700.00,Decreto,Diário Oficial,2026-12\n")
    assert load_facts(folder).wages[-1].amount == Decimal("1700.00")
