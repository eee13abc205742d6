"""Every need of every município reaches a unit that serves it, and the cities with several units decide by need."""

from itertools import product

import pytest

from defensoria.office.facts import Door, OfficeFacts
from defensoria.office.routing import route, subject_decides
from defensoria.office.vocabulary import Area, Service, Subject

INITIAL, CAPITAL = "nucleo-de-iniciais-cuiaba", "nucleo-civel-da-capital"
NUDEM, CONSUMER = "nucleo-de-defesa-da-mulher-nudem-cuiaba", "nucleo-do-consumidor-cuiaba"
LAND, CHILDREN = "nucleo-fundiario-cuiaba", "cuiaba-infancia-juventude"
CRIMINAL, PRISON = "cuiaba-criminal", "cuiaba-execucao-penal"


def test_every_need_of_every_municipio_reaches_a_unit_that_lists_it(facts: OfficeFacts) -> None:
    needs = list(product([None, *Area], [None, *Service], [None, *Subject]))
    for municipio, (area, service, subject) in product(facts.municipios, needs):
        nucleo = route(facts, municipio, area, service, subject)
        assert municipio in nucleo.municipios, (municipio, area, service, subject, nucleo.id)
        assert nucleo.door is not Door.NONE, (municipio, area, service, subject, nucleo.id)
        if area is not None and (subject is None or subject.area is area):
            assert area in nucleo.areas, (municipio, area, service, subject, nucleo.id)


def test_every_unit_with_a_door_is_reached(facts: OfficeFacts) -> None:
    needs = list(product([None, *Area], [None, *Service], [None, *Subject]))
    reached = {route(facts, municipio, *need).id for municipio in facts.municipios for need in needs}
    assert reached == {nucleo.id for nucleo in facts.nucleos.values() if nucleo.door is not Door.NONE}


@pytest.mark.parametrize(
    ("area", "service", "subject", "unit"),
    [
        ("civel", "novo_atendimento", "familia", INITIAL),
        ("civel", "novo_atendimento", "alimentos", INITIAL),
        ("civel", "novo_atendimento", "saude", INITIAL),
        ("civel", "novo_atendimento", None, INITIAL),
        ("civel", "orientacao", None, INITIAL),
        ("civel", "andamento_processual", None, CAPITAL),
        ("civel", "andamento_processual", "familia", CAPITAL),
        ("civel", "andamento_processual", "consumidor", CONSUMER),
        ("civel", "novo_atendimento", "consumidor", CONSUMER),
        ("civel", "novo_atendimento", "superendividamento", CONSUMER),
        ("civel", "novo_atendimento", "moradia", LAND),
        ("civel", "novo_atendimento", "infancia_juventude", CHILDREN),
        ("criminal", "novo_atendimento", "infancia_juventude", CHILDREN),
        ("civel", "novo_atendimento", "violencia_domestica", NUDEM),
        ("criminal", None, "violencia_domestica", NUDEM),
        ("criminal", "novo_atendimento", None, CRIMINAL),
        ("criminal", "andamento_processual", "processo_criminal", CRIMINAL),
        ("criminal", "novo_atendimento", "prisao", CRIMINAL),
        ("criminal", "andamento_processual", "execucao_penal", PRISON),
        ("civel", "novo_atendimento", "prisao", INITIAL),  # prison for unpaid alimony is civil
        (None, None, "prisao", CRIMINAL),
        (None, None, "moradia", LAND),
        (None, None, None, INITIAL),
    ],
)
def test_in_cuiaba_area_service_and_subject_choose_the_unit(
    facts: OfficeFacts, area: str | None, service: str | None, subject: str | None, unit: str
) -> None:
    found = route(
        facts,
        "Cuiabá",
        Area(area) if area else None,
        Service(service) if service else None,
        Subject(subject) if subject else None,
    )
    assert found.id == unit


@pytest.mark.parametrize(
    ("municipio", "area", "subject", "unit"),
    [
        ("Várzea Grande", Area.CRIMINAL, Subject.SENTENCE_EXECUTION, PRISON),
        ("Várzea Grande", Area.CRIMINAL, Subject.CRIMINAL_CASE, "varzea-grande"),
        ("Várzea Grande", Area.CRIMINAL, None, "varzea-grande"),
        ("Várzea Grande", Area.CIVIL, Subject.DOMESTIC_VIOLENCE, "varzea-grande"),
        ("Nossa Senhora do Livramento", Area.CIVIL, Subject.FAMILY, "varzea-grande"),
        ("Rondonópolis", Area.CIVIL, None, "rondonopolis-civel"),
        ("Rondonópolis", Area.CRIMINAL, None, "rondonopolis-criminal"),
        ("Rondonópolis", Area.CRIMINAL, Subject.DOMESTIC_VIOLENCE, "rondonopolis-civel"),
        ("Rondonópolis", None, Subject.ARREST, "rondonopolis-criminal"),
        ("Rondonópolis", None, None, "rondonopolis"),
        ("São José do Povo", Area.CIVIL, None, "rondonopolis-civel"),
        ("Sinop", Area.CRIMINAL, Subject.SENTENCE_EXECUTION, "sinop"),
        ("Santa Carmem", None, None, "sinop"),
        ("Glória D'Oeste", Area.CIVIL, Subject.HEALTH, "porto-esperidiao"),
        ("Boa Esperança do Norte", None, None, "sorriso"),
    ],
)
def test_elsewhere_the_comarca_chooses_and_the_routes_refine(
    facts: OfficeFacts, municipio: str, area: Area | None, subject: Subject | None, unit: str
) -> None:
    assert route(facts, municipio, area, Service.NEW, subject).id == unit


def test_the_subject_is_asked_only_where_it_decides(facts: OfficeFacts) -> None:
    asked = {
        (municipio, area)
        for municipio, area in product(facts.municipios, Area)
        if subject_decides(facts, municipio, area, Service.NEW)
    }
    assert asked == {
        ("Cuiabá", Area.CIVIL),
        ("Cuiabá", Area.CRIMINAL),
        ("Várzea Grande", Area.CRIMINAL),
        ("Nossa Senhora do Livramento", Area.CRIMINAL),
    }


def test_where_the_subject_is_not_asked_it_changes_nothing(facts: OfficeFacts) -> None:
    for municipio, area, service in product(facts.municipios, Area, [None, *Service]):
        if not subject_decides(facts, municipio, area, service):
            without = route(facts, municipio, area, service)
            subjects = [subject for subject in Subject if subject.area is area]
            assert {route(facts, municipio, area, service, subject).id for subject in subjects} == {without.id}


def test_a_name_that_is_not_official_is_refused(facts: OfficeFacts) -> None:
    with pytest.raises(ValueError, match="official name"):
        route(facts, "Cuiaba")
    with pytest.raises(ValueError, match="official name"):
        subject_decides(facts, "Cuiaba", Area.CIVIL)
