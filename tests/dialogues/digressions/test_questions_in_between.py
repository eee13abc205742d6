"""Questions in the middle of the triage are answered, and the open question comes again."""

import pytest

from defensoria.office.facts import office_facts
from defensoria.office.vocabulary import Subject


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("que horas vocês atendem?", "12h às 18h"),
        ("isso é de graça mesmo?", "de graça"),
        ("quem tem direito a ser atendido?", "R$ 8.105"),
        ("onde fica a defensoria?", "nucleos-e-coordenadorias"),
    ],
)
def test_a_question_is_answered_from_the_offices_facts_and_the_open_one_asked_again(conversation, question, part):
    for message in ("oi", "1", "1"):
        conversation.say(message)
    answer = conversation.say(question)
    assert part in answer
    assert "área" in answer
    assert conversation.asked == "area"


def test_a_need_said_at_another_question_is_kept(conversation):
    conversation.say("oi")
    conversation.say("meu filho precisa de um remédio caro que o sus nega")
    assert conversation.asked == "criterio"
    assert conversation.slots("area", "assunto") == ("civel", "saude")


def test_a_need_answers_what_is_needed(conversation):
    for message in ("oi", "1"):
        conversation.say(message)
    conversation.say("meu filho precisa de um remédio caro que o sus nega")
    assert conversation.asked == "municipio"
    assert conversation.slots("servico", "area", "assunto") == ("novo_atendimento", "civel", "saude")


def test_the_subject_of_a_case_is_heard_with_the_question_for_its_status(conversation):
    conversation.say("ganho 1 salário e quero saber como está meu processo de divórcio")
    assert conversation.slots("servico", "area", "assunto") == ("andamento_processual", "civel", "familia")


def test_the_app_is_told_and_the_question_asked_again(conversation):
    conversation.say("oi")
    answer = conversation.say("vocês têm aplicativo?")
    assert office_facts().app in answer
    assert conversation.asked == "criterio"


def test_who_asks_the_same_three_times_is_given_to_a_person(conversation):
    for message in ("moro em sinop", *["tem aplicativo?"] * 4):
        conversation.say(message)
    assert conversation.slots("atendimento_humano") == (True,)


def test_papers_asked_by_the_way_are_no_service(conversation):
    conversation.say("quero me divorciar")
    assert "RG" in conversation.say("precisa levar comprovante disso?")
    assert conversation.slots("servico", "requested_slot") == (None, "criterio")


def test_documents_asked_are_those_of_the_subject_and_none_is_invented(conversation):
    for message in ("meu ex não paga pensão", "1", "1"):
        conversation.say(message)
    answer = conversation.say("quais documentos eu levo?")
    for document in office_facts().subjects[Subject.ALIMONY].documents:
        assert document in answer


def test_the_address_of_the_citys_nucleo_is_told_where_it_is_known_and_not_invented_where_not(conversation):
    for message in ("moro em guarantã do norte", "1"):
        conversation.say(message)
    assert "Rua dos Ipês" in conversation.say("onde fica a defensoria?")
    conversation.say("errei a cidade, é alta floresta")
    answer = conversation.say("qual o endereço?")
    assert "Ainda não tenho o endereço" in answer
    assert "nucleos-e-coordenadorias" in answer


def test_labour_and_inss_matters_are_told_where_they_belong(conversation):
    for message in ("oi", "1"):
        conversation.say(message)
    assert "Defensoria Pública da União" in conversation.say("meu patrão não pagou minhas férias")
    assert conversation.asked == "servico"


@pytest.mark.parametrize(
    ("before", "question", "asked", "part"),
    [
        (("oi",), "como assim critério?", "criterio", "dívidas"),
        (("oi", "1"), "não sei qual opção", "servico", "Novo atendimento"),
        (("oi", "1", "1"), "o que é cível?", "area", "Criminal"),
        (("oi", "1", "1"), "qual a diferença?", "area", "Criminal"),
        (("oi", "1", "1", "1"), "não entendi", "municipio", "núcleo"),
        (("oi", "1", "1", "1", "sinop"), "como assim?", "confirmacao", "resumo"),
    ],
)
def test_who_asks_what_the_question_means_is_told_and_chooses_nothing(conversation, before, question, asked, part):
    for message in before:
        conversation.say(message)
    assert part in conversation.say(question)
    assert conversation.slots("requested_slot", asked) == (asked, None)


@pytest.mark.parametrize("question", ["demora quanto tempo pra atender?", "vai demorar?", "tem previsão?"])
def test_nobody_knows_how_long_it_takes_and_the_bot_says_so(conversation, question):
    for message in ("oi", "1"):
        conversation.say(message)
    assert "depende da fila" in conversation.say(question)
    assert conversation.slots("requested_slot", "incompreensoes", "servico") == ("servico", 0, None)


def test_how_long_is_answered_along_with_the_answer_given(conversation):
    for message in ("oi", "1", "1", "1", "sinop"):
        conversation.say(message)
    assert "depende da fila" in conversation.say("tudo certo, só uma dúvida: demora?")
    assert conversation.slots("confirmacao", "atendimento_humano") == ("certo", True)


def test_how_long_a_case_takes_names_its_subject(conversation):
    conversation.say("quero saber quanto tempo demora pra sair o divórcio")
    assert conversation.slots("servico", "assunto") == (None, "familia")


@pytest.mark.parametrize(
    ("first", "said", "servico"),
    [
        ("quero fazer o exame de dna", "precisa levar documento?", None),
        ("quero me divorciar", "e quais documentos eu levo", None),
        ("quero me divorciar", "quero enviar uns documentos", "documentos"),
        ("quero me divorciar", "documentos", "documentos"),
        ("oi", "que documento precisa levar?", "documentos"),
    ],
)
def test_papers_asked_about_after_a_need_are_a_question_in_between(conversation, first, said, servico):
    for message in (first, "1"):
        conversation.say(message)
    answer = conversation.say(said)
    assert ("Leve o que tiver" in answer) == (servico is None)
    assert conversation.slot("servico") == servico


def test_who_tells_more_of_the_same_is_not_told_that_it_was_not_understood(conversation):
    for message in ("minha mãe faleceu e deixou uma casa", "preciso fazer o inventário"):
        answer = conversation.say(message)
    assert "fica guardado" in answer
    assert conversation.slots("requested_slot", "incompreensoes") == ("criterio", 1)
