"""What cannot wait: the numbers first, then the fastest way to a person."""

import pytest


@pytest.mark.parametrize(
    ("said", "urgency", "number"),
    [
        ("socorro ele voltou e ta com uma faca", "violencia", "190"),
        ("minha mae ta infartando e nao tem vaga na uti", "saude", "192"),
        ("quero me matar", "saude", "188"),
        ("tem uma criança apanhando agora aqui do lado", "crianca_em_risco", "190"),
        ("prenderam meu filho agora, levaram pra delegacia", "prisao", "nome completo"),
        ("o oficial de justiça ta na porta pra me despejar", "moradia", "papéis"),
    ],
)
def test_in_hours_the_numbers_come_first_and_then_a_person(conversation, said, urgency, number):
    answer = conversation.say(said)
    assert number in answer
    assert "Olá" not in answer
    assert conversation.slots("urgencia", "requested_slot") == (urgency, "municipio")
    assert "Núcleo de Sinop" in conversation.say("sinop")
    assert conversation.slots("atendimento_humano", "urgencia") == (True, urgency)


def test_at_any_step_of_the_triage(conversation):
    for message in ("oi", "1", "1", "1", "sinop"):
        conversation.say(message)
    answer = conversation.say("ele ta quebrando a porta vai me matar")
    assert answer.index("190") < answer.index("protocolo")
    assert conversation.slots("urgencia", "atendimento_humano") == ("violencia", True)


def test_out_of_hours_the_numbers_and_the_plantao(conversation, clock):
    clock("2026-11-21T22:00:00-04:00")
    assert "190" in conversation.say("meu marido ta me batendo")
    assert "plantonistas" in conversation.say("sinop")
    assert conversation.slots("urgencia", "atendimento_humano") == ("violencia", None)


def test_violence_of_the_past_brings_the_numbers_and_the_triage_goes_on(conversation):
    answer = conversation.say("sofri violência doméstica do meu ex marido ano passado")
    assert "190" in answer
    assert "180" in answer
    assert conversation.slots("assunto", "requested_slot") == ("violencia_domestica", "servico")


def test_an_urgency_is_a_new_problem_and_nothing_else_is_invented_of_it(conversation):
    conversation.say("prenderam meu irmão agora de tarde")
    conversation.say("sinop")
    assert conversation.slots("servico", "criterio", "elegibilidade") == ("novo_atendimento", None, None)


def test_what_was_said_before_an_urgency_stays(conversation):
    for message in ("oi", "ganho 1500", "quero saber do andamento do processo", "prenderam meu irmão agora de tarde"):
        conversation.say(message)
    assert conversation.slots("criterio", "servico") == ("renda_individual", "andamento_processual")


@pytest.mark.parametrize(
    "said", ["meu marido me bateu hoje e ameaçou me matar", "tem uma criança apanhando agora aqui do lado"]
)
def test_violence_at_home_and_a_child_in_danger_are_protected(conversation, said):
    conversation.say(said)
    assert conversation.slots("criterio", "elegibilidade", "requested_slot") == (
        "vulnerabilidade", "elegivel", "municipio",
    )  # fmt: skip


def test_a_neighbours_threat_tells_no_criterion(conversation):
    conversation.say("o vizinho disse que vai me matar por causa do muro")
    assert conversation.slots("urgencia", "servico", "criterio") == ("violencia", "novo_atendimento", None)


def test_who_tells_more_of_an_urgency_is_asked_for_the_city_once_more(conversation):
    conversation.say("prenderam meu irmão agora de tarde")
    conversation.say("levaram ele algemado pra delegacia")
    assert conversation.slots("requested_slot", "atendimento_humano") == ("municipio", None)
    conversation.say("ele é trabalhador")
    assert conversation.slots("atendimento_humano", "sem_cidade") == (True, True)
