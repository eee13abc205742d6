"""What tells that somebody is protected, owes more than they can pay, or is only being kind."""

import pytest

from defensoria.language.courtesy import is_courtesy
from defensoria.language.debts import is_owing, speaks_of_debts
from defensoria.language.vulnerability import is_vulnerable


@pytest.mark.parametrize(
    "said",
    [
        "sou cadeirante", "tenho 67 anos", "tenho setenta e nove ano", "moro na rua", "sou indígena",
        "eu tenho deficiência", "ando de cadera de roda", "sou uma mulher trans", "sou quilombola",
        "perdi um braço na serraria", "perdi as duas pernas", "somos kayabi do Xingu", "sou xavante",
        "não enxergo mais direito", "ando com andador", "fiquei surda", "sou trans",
        "to numa casa de passagem", "perdemos tudo no incêndio", "eu surda. precisar ajuda", "eu cadeirante",
    ],
)  # fmt: skip
def test_who_says_it_of_themselves_is_protected_wherever_they_say_it(said):
    assert is_vulnerable(said)
    assert is_vulnerable(said, asked=True)


@pytest.mark.parametrize(
    "said",
    [
        "é pro meu pai, 82 anos, acamado",
        "minha filha é autista",
        "ele recebe bpc",
        "minha mãe perdeu a perna",
        "kayabi",
    ],
)
def test_who_is_spoken_for_counts_only_as_an_answer(said):
    assert not is_vulnerable(said)
    assert is_vulnerable(said, asked=True)


@pytest.mark.parametrize(
    "said",
    [
        "moro aqui há 60 anos",
        "moro na rua 12 casa 5",
        "moro na rua das flores",
        "sou cuidadora de idosos",
        "tenho 20 anos",
        "pena de 70 anos",
        "perdi a mão de obra",
        "trabalho em transportadora",
        "perdi a vista do processo",
        "sem pé nem cabeça",
        "a viação Xavante perdeu minha mala",
    ],
)
def test_age_and_illness_in_other_matters_protect_nobody(said):
    assert not is_vulnerable(said, asked=True)


@pytest.mark.parametrize(
    "said",
    [
        "tô grávida e o pai sumiu", "gestante de 5 meses e não tenho ninguém por mim",
        "minha família me botou pra fora", "fui expulsa de casa", "perdi o trabalho e não tenho onde morar",
        "soy venezolana, llegué hace poco", "sou haitiano", "viemos da Bolívia ano passado", "somos refugiados",
        "tô na rua desde que perdi o serviço", "fui estuprada", "sofro violência", "minha mãe fez 70 ano passado",
        "sou aposentado por invalidez", "estamos na casa abrigo",
    ],
)  # fmt: skip
def test_abandoned_put_out_come_from_abroad_or_hurt(said):
    assert is_vulnerable(said, asked=True)


@pytest.mark.parametrize(
    "said",
    [
        "minha mulher está grávida", "tô grávida e trabalho no mercado", "meu patrão me botou pra fora",
        "me mandaram embora do serviço", "minha patroa é boliviana", "morei na Bolívia", "vim de Cuiabá",
        "vendo bala na rua", "tô na rua vendendo picolé", "ele tem 70 processos", "a casa tem 70 metros",
        "sofri um acidente", "fui demitida", "o juiz me mandou pra fora de casa",
    ],
)  # fmt: skip
def test_near_to_it_and_none(said):
    assert not is_vulnerable(said, asked=True)


def test_a_loan_counts_as_debts_unless_it_is_told_with_an_income():
    assert speaks_of_debts("fiz um empréstimo", with_income=False)
    assert not speaks_of_debts("recebo 1.621 com o desconto do empréstimo", with_income=True)
    assert speaks_of_debts("ganho 2 mil e devo 30 mil", with_income=True)
    assert is_owing("nome sujo no serasa")
    assert not is_owing("ganho 2 mil no banco")


@pytest.mark.parametrize(
    "said",
    [
        "encontro-me superendividado",
        "tô atolada em conta",
        "estou numa situação de superendividamento",
        "fiz refinanciamento em cima de refinanciamento",
        "meu nome tá sujo",
        "as parcelas comem... o banco desconta tudo",
        "comprometi quase toda a renda com financeira",
    ],
)
def test_owing_is_told_in_formal_and_in_plain_words(said):
    assert is_owing(said)


@pytest.mark.parametrize("said", ["não tenho dívida nenhuma", "não devo nada a ninguém", "nunca fiz empréstimo"])
def test_who_denies_a_debt_owes_nothing(said):
    assert not is_owing(said)
    assert not speaks_of_debts(said, with_income=False)


def test_the_instalments_of_unemployment_pay_are_no_debt():
    assert not speaks_of_debts("seguro desemprego de 1.980, ainda tenho 2 parcelas", with_income=True)
    assert speaks_of_debts("devo 12 parcelas do seguro do carro", with_income=False)


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("obrigada, mas preciso de outra coisa", "agradecer"),
        ("obrigada. e o remédio, como fica?", "agradecer"),
        ("obrigada, ele quer me matar", "agradecer"),
        ("tchau, vou me matar", "despedir"),
        ("obrigada", "pedir_alimentos"),
    ],
)
def test_a_courtesy_with_more_behind_it_is_none(said, intent):
    assert not is_courtesy(said, intent)


@pytest.mark.parametrize("said", ["muito obrigada viu", "Deus abençoe vocês!", "vlw"])
def test_thanks_alone_are_a_courtesy(said):
    assert is_courtesy(said, "agradecer")
