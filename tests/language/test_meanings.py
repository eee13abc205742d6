"""What a message means where its likeliest intent alone would mislead."""

import pytest

from defensoria.language.heard import Spoken
from defensoria.language.meanings import HOW_LONG, as_meant, asks_how_long


@pytest.mark.parametrize(
    "said",
    [
        "demora quanto tempo pra atender?", "quanto tempo demora?", "vai demorar?", "demora muito", "demora?",
        "quanto tempo leva um divórcio", "em quantos dias respondem", "tem previsão?", "quando vão me atender?",
        "tudo certo, só uma dúvida: demora?", "isso costuma demorar", "quando alguém me chama",
    ],
)  # fmt: skip
def test_who_asks_how_long_it_takes_is_heard(said):
    assert asks_how_long(said)
    assert as_meant(Spoken(said, intent="xingar"), "criterio").intent == HOW_LONG


@pytest.mark.parametrize(
    "said",
    [
        "meu processo está demorando", "por que demora tanto?", "que demora!", "quanto tempo ele vai ficar preso?",
        "quanto tempo leva pra progredir de regime", "há quanto tempo vocês existem?", "que horas vocês atendem?",
        "por quanto tempo guardam meus dados?", "o remédio demora pra chegar e ele piora", "moro longe",
    ],
)  # fmt: skip
def test_a_complaint_a_sentence_and_the_hours_are_no_question_for_the_time_it_takes(said):
    assert not asks_how_long(said)


def test_how_long_ones_case_takes_is_its_status_until_the_service_is_known():
    said = Spoken("meu processo demora quanto?", intent="consultar_andamento")
    assert as_meant(said, "criterio").intent == "consultar_andamento"
    assert as_meant(said, "confirmacao").intent == HOW_LONG


@pytest.mark.parametrize(
    ("said", "asked", "meant"),
    [
        ("chegou um papel do fórum aqui na fazenda pra mim", "criterio", "pedir_ajuda"),
        ("chegou uma intimação pro meu filho", None, "pedir_ajuda"),
        ("preciso de um defensor", None, "pedir_novo_atendimento"),
        ("queria um adevogado", "criterio", "pedir_novo_atendimento"),
        ("chegou um papel do juiz", "servico", "pedir_novo_atendimento"),
        ("queria tirar uma dúvida com um advogado", None, "pedir_orientacao"),
        ("chegou uma carta do fórum, o que eu faço", "criterio", "pedir_orientacao"),
        ("quero saber se tenho direito", "servico", "pedir_orientacao"),
        ("orientação", "servico", "pedir_orientacao"),
    ],
)
def test_only_who_asks_for_advice_wants_advice(said, asked, meant):
    assert as_meant(Spoken(said, intent="pedir_orientacao"), asked).intent == meant


@pytest.mark.parametrize(
    "said",
    ["ele num tem advogado", "não tenho advogado", "a gente não pode pagar um advogado", "sem defensor nenhum"],
)
def test_having_no_lawyer_tells_no_violence_and_no_need(said):
    meant = as_meant(Spoken(said, intent="relatar_violencia", need="relatar_violencia"), "criterio")
    assert (meant.intent, meant.need) == ("perguntar_gratuidade", None)


@pytest.mark.parametrize("said", ["não tenho advogado e ele me bate", "não trabalho e preciso de advogado"])
def test_what_is_told_beside_having_no_lawyer_counts(said):
    assert as_meant(Spoken(said, intent="informar_vulnerabilidade"), "criterio").intent == "informar_vulnerabilidade"


@pytest.mark.parametrize(
    ("said", "intent", "meant"),
    [
        ("quero regularizar a visita, eu pago pensão certinho", "pedir_alimentos", "tratar_familia"),
        ("quero ver meu filho, a pensão eu já pago", "pedir_alimentos", "tratar_familia"),
        ("pago pensão e quero diminuir o valor, ela não deixa ver meu filho", "pedir_alimentos", "pedir_alimentos"),
        ("ele não paga a pensão nem visita", "pedir_alimentos", "pedir_alimentos"),
        ("não consigo o remédio da minha mãe, que tem alzheimer", "cuidar_de_vulneravel", "pedir_saude"),
        ("preciso de fralda pro meu pai acamado", "cuidar_de_vulneravel", "pedir_saude"),
        ("preciso da interdição dela, que toma remédio", "cuidar_de_vulneravel", "cuidar_de_vulneravel"),
        ("tá preso há dois anos e quero pedir a progressão", "relatar_prisao", "acompanhar_execucao_penal"),
        ("meu filho foi preso hoje", "relatar_prisao", "relatar_prisao"),
        ("é muito caro?", "nlu_fallback", "perguntar_gratuidade"),
        ("o remédio é muito caro", "pedir_saude", "pedir_saude"),
        ("vou ter que sair quando?", "despedir", None),
        ("ele mora em Goiânia, tem problema?", "relatar_violencia", None),
        ("tchau", "despedir", "despedir"),
    ],
)
def test_what_is_wanted_counts_before_what_is_told_along_with_it(said, intent, meant):
    assert as_meant(Spoken(said, intent=intent), "servico").intent == meant


@pytest.mark.parametrize("said", ["já reclamei lá e nada", "já faz três meses", "fui na secretaria e nada"])
def test_a_story_that_goes_on_asks_about_no_case(said):
    assert as_meant(Spoken(said, intent="consultar_andamento"), "criterio").intent is None
    assert as_meant(Spoken(said, intent="consultar_andamento"), None).intent == "consultar_andamento"


@pytest.mark.parametrize("said", ["queria saber do meu processo", "e aí, já saiu?", "como tá a minha ação"])
def test_who_asks_how_their_case_stands_is_heard_at_every_question(said):
    assert as_meant(Spoken(said, intent="consultar_andamento"), "criterio").intent == "consultar_andamento"


@pytest.mark.parametrize(
    "said",
    [
        "ele já mora comigo",
        "ele casou de novo",
        "ele bateu no meu carro e fugiu",
        "o pai do meu bebê não quis registrar",
    ],
)
def test_a_story_that_goes_on_and_only_sounds_violent_is_not(said):
    assert as_meant(Spoken(said, intent="relatar_violencia"), "criterio").intent is None
    assert as_meant(Spoken(said, intent="relatar_violencia"), None).intent == "relatar_violencia"


@pytest.mark.parametrize(
    "said", ["ele me batia", "tenho medida protetiva", "saí de casa corrida com as crianças", "ele vive me vigiando"]
)
def test_violence_in_words_stays_violence_at_every_question(said):
    assert as_meant(Spoken(said, intent="relatar_violencia"), "criterio").intent == "relatar_violencia"


@pytest.mark.parametrize("asked", [None, "criterio"])
def test_a_vehicle_or_an_animal_that_hits_somebody_is_no_violence_unless_a_person_means_it(asked):
    for said in ("a caminhonete furou a preferencial e me jogou no chão", "o boi me derrubou e quebrei o braço"):
        assert as_meant(Spoken(said, intent="relatar_violencia"), asked).intent is None
    said = "meu ex, o carro me jogou no chão, ele fez de propósito pra me matar"
    assert as_meant(Spoken(said, intent="relatar_violencia"), asked).intent == "relatar_violencia"
