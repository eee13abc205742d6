"""What an answer to the question for the criterion is taken for, with the intent understood in it."""

from datetime import date
from functools import lru_cache

import pytest
import yaml

from defensoria.language.ages import tells_only_young_age, told_age
from defensoria.language.criteria import hear_criterion
from defensoria.language.heard import Spoken
from defensoria.language.limits import read_by_limits
from defensoria.language.menus import Menu, ask_response, menu_of
from defensoria.office.facts import office_facts
from defensoria.office.vocabulary import Criterion
from tests.conftest import ROOT

TODAY = date(2026, 11, 23)
_INDIVIDUAL, _FAMILY = Criterion.INDIVIDUAL_INCOME, Criterion.FAMILY_INCOME
_PROTECTED, _NONE = Criterion.VULNERABILITY, Criterion.NONE


@lru_cache(maxsize=1)
def _menu() -> Menu:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text())["responses"]
    return menu_of(responses, ask_response("triagem_form", "criterio"))


def heard(said: str, intent: str | None = None) -> str | None:
    return hear_criterion(Spoken(said, intent), _menu(), {}, office_facts(), TODAY).slots.get("criterio")


@pytest.mark.parametrize(
    ("said", "age"),
    [
        ("fiz 71 em junho", 71),
        ("tenho trinta e quatro anos", 34),
        ("já tô com 68", 68),
        ("completei 66 semana passada", 66),
        ("vou fazer 64 mês que vem", 63),
        ("nasci em Sinop em 1951", 74),
        ("sou de 1990", 35),
        ("nasci no dia 3 de maio de 1950", 75),
        ("nasci em Sinop e ganho 1.950", None),
        ("sou de Cuiabá, recebo 1950", None),
        ("tenho menos de 60 anos", 59),
        ("ainda não fiz 60", None),
        ("tenho 80 reais", None),
        ("fiz 70 por dia essa semana", None),
        ("faço 80 a diária", None),
        ("tenho 65 anos de contribuição", None),
        ("moro na rua 70", None),
        ("ganho 1.960", None),
    ],
)
def test_the_age_that_a_message_tells(said: str, age: int | None) -> None:
    assert told_age(said, TODAY) == age


@pytest.mark.parametrize(
    "said",
    [
        "tenho 34 anos",
        "29 anos de idade",
        "sou casada, tenho 52 ano",
        "vou fazer 60 ano que vem",
        "tenho menos de 60 anos",
    ],
)
def test_an_age_below_sixty_alone_protects_nobody_whatever_it_sounds_like(said: str) -> None:
    assert tells_only_young_age(said)
    assert heard(said, "informar_vulnerabilidade") is None


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("tenho 63 anos", None),
        ("fiz 71 em junho", "informar_renda"),
        ("tenho 34 anos e sou cadeirante", None),
        ("tenho 30 anos e câncer", "informar_vulnerabilidade"),
        ("é pra minha vó, ela tem 77", "cuidar_de_vulneravel"),
    ],
)
def test_an_age_of_sixty_or_another_reason_protects(said: str, intent: str | None) -> None:
    assert not tells_only_young_age(said)
    assert heard(said, intent) == _PROTECTED


@pytest.mark.parametrize(
    ("said", "criterion"),
    [
        ("nenhuma combina comigo não", _NONE),
        ("não é nenhum desses casos aí que vocês falaram", _NONE),
        ("não sou nada disso", _NONE),
        ("a nossa passa de todos esses valores", _NONE),
        ("minha renda é bem mais do que isso", _NONE),
        ("não cabe nesse limite a nossa renda", _NONE),
        ("nosso ganho supera essa faixa", _NONE),
        ("a soma de todo mundo daqui fica dentro do limite", _FAMILY),
        ("juntos não passamos desse valor", _FAMILY),
        ("não chega nesse limite a renda daqui de casa", _FAMILY),
        ("é a minha renda junto com a da minha esposa", _FAMILY),
        ("todo mundo junto", _FAMILY),
        ("a minha não passa disso", _INDIVIDUAL),
        ("eu tiro menos que esse valor, dentro dessa faixa", _INDIVIDUAL),
        ("só minha mesmo", _INDIVIDUAL),
        ("não passa do limite", None),
        ("menos que isso", None),
        ("e se passar do limite?", None),
        ("quem passa do limite pode", None),
        ("ele passa do limite comigo", None),
        ("mais do que isso não sei dizer", None),
        ("a pensão minha e do meu filho atrasou", None),
        ("o salário do meu marido e o meu foi cortado", None),
        ("não é nada disso, eu quero pensão", None),
        ("eu e meu marido brigamos", None),
        ("as duas", None),
    ],
)
def test_an_option_is_chosen_by_the_limits_it_names(said: str, criterion: Criterion | None) -> None:
    assert read_by_limits(said) is criterion


@pytest.mark.parametrize(
    ("said", "intent", "criterion"),
    [
        ("nossa renda passa do limite que vocês colocaram", "perguntar_quem_pode", _NONE),
        ("sou cadeirante mas nossa renda passa do limite", None, _PROTECTED),
        ("nenhuma dessas, ele me bate", "relatar_violencia", _PROTECTED),
        ("meu marido jurou que me mata quando sair da cadeia", "acompanhar_execucao_penal", _PROTECTED),
        ("ele diz que vai me matar, ganho 2 mil", "relatar_violencia", _INDIVIDUAL),
        ("a arroba do boi tá 300 reais", "fora_de_escopo", None),
        ("meu patrão me botou pra fora", "perguntar_competencia", _INDIVIDUAL),
        ("o banco leva todo o meu salário", None, Criterion.OVER_INDEBTEDNESS),
        ("marca a terceira", "agendar_atendimento", _PROTECTED),
    ],
)
def test_what_is_said_counts_before_what_it_sounds_like(said: str, intent: str | None, criterion: str | None) -> None:
    assert heard(said, intent) == criterion


@pytest.mark.parametrize(
    ("said", "criterion"),
    [
        ("ganho bem pouquinho", _INDIVIDUAL),
        ("vivo de bico, tiro uns trocado só", _INDIVIDUAL),
        ("a gente ganha muito pouco", _FAMILY),
        ("meu marido ganha pouco", None),
        ("ganho pouco e não quero pagar advogado", None),
        ("nem uma dessas aí", _NONE),
        ("ninhuma dessas", _NONE),
    ],
)
def test_little_is_below_every_limit_and_not_one_of_these_is_none_of_them(said, criterion):
    assert read_by_limits(said) == criterion


@pytest.mark.parametrize(
    "said", ["fizeram um empréstimo no meu nome", "tem um empréstimo no meu nome que eu nunca assinei"]
)
def test_a_debt_that_others_made_in_ones_name_is_no_debt_of_ones_own(said):
    assert heard(said) is None
    assert heard("tenho três empréstimos no meu nome") == Criterion.OVER_INDEBTEDNESS


@pytest.mark.parametrize(
    "said",
    [
        "graças a Deus minha casa ganha mais que esses valores e não tenho dívida",
        "minha renda familiar é bem superior a esses limites e não estou em situação de risco",
    ],
)
def test_over_the_limits_and_nothing_else_is_none_of_these(said):
    assert heard(said) == _NONE
