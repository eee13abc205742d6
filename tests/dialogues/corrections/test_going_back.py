"""Going back, starting again, and taking an answer back."""

import pytest


def test_voltar_asks_the_previous_question_again(conversation):
    for message in ("oi", "1", "2"):
        conversation.say(message)
    conversation.say("voltar")
    assert conversation.asked == "servico"
    assert conversation.slots("criterio", "servico") == ("renda_individual", None)


def test_voltar_at_the_first_question_says_so(conversation):
    conversation.say("oi")
    assert "primeira pergunta" in conversation.say("voltar")
    assert conversation.asked == "criterio"


def test_recomecar_forgets_every_answer(conversation):
    for message in ("oi", "1", "1", "1"):
        conversation.say(message)
    conversation.say("recomeçar")
    assert conversation.asked == "criterio"
    assert conversation.slots("criterio", "elegibilidade", "servico", "area") == (None, None, None, None)


def test_menu_is_recomecar(conversation):
    for message in ("oi", "1", "menu"):
        conversation.say(message)
    assert conversation.asked == "criterio"


def test_ajuda_explains_and_asks_again(conversation):
    conversation.say("oi")
    answer = conversation.say("ajuda")
    assert "voltar" in answer
    assert "atendente" in answer
    assert conversation.asked == "criterio"


def test_a_tap_on_an_old_menu_changes_nothing_and_is_answered(conversation):
    for message in ("oi", "1", "1"):
        conversation.say(message)
    answer = conversation.say("nenhum", tapped="utter_ask_triagem_form_criterio")
    assert "pergunta anterior" in answer
    assert conversation.slots("criterio", "requested_slot") == ("renda_individual", "area")


def _up_to_the_summary(conversation):
    for message in ("oi", "1", "1", "1", "sinop"):
        conversation.say(message)
    assert conversation.asked == "confirmacao"


def test_the_summary_is_corrected_by_choosing_the_answer_and_giving_it_again(conversation):
    _up_to_the_summary(conversation)
    conversation.say("2")
    assert conversation.asked == "correcao"
    conversation.say("4")
    assert conversation.asked == "municipio"
    assert "*Cidade*: Sorriso" in conversation.say("sorriso")
    assert conversation.slots("criterio", "servico", "area") == ("renda_individual", "novo_atendimento", "civel")
    assert "Núcleo de Sorriso" in conversation.say("está certo")


@pytest.mark.parametrize(
    ("said", "slot", "value"),
    [
        ("errei a cidade, é Sorriso", "municipio", "Sorriso"),
        ("a cidade é sorriso", "municipio", "Sorriso"),
        ("na verdade é criminal", "area", "criminal"),
        ("não é novo atendimento, é andamento do processo", "servico", "andamento_processual"),
        ("na verdade é renda da família", "criterio", "renda_familiar"),
        ("a renda ta errada, é a familiar, da casa toda", "criterio", "renda_familiar"),
        ("errei a renda, é da família, 5 mil", "criterio", "renda_familiar"),
        ("a area ta errada, é criminal", "area", "criminal"),
        ("não, errei, é criminal", "area", "criminal"),
        ("quer dizer, moro em sorriso", "municipio", "Sorriso"),
        ("não, desculpa, sinop é da minha irmã, eu moro em sorriso", "municipio", "Sorriso"),
    ],
)
def test_a_correction_in_words_changes_that_answer_alone(conversation, said, slot, value):
    _up_to_the_summary(conversation)
    before = {name: conversation.slot(name) for name in ("criterio", "servico", "area", "municipio")}
    answer = conversation.say(said)
    assert "corrigi" in answer
    assert {name: conversation.slot(name) for name in before} == {**before, slot: value}
    assert conversation.asked == "confirmacao"


def test_a_correction_works_at_any_step(conversation):
    for message in ("moro em sinop, quero pensão para meu filho", "1"):
        conversation.say(message)
    assert conversation.asked == "servico"
    conversation.say("errei a cidade, é Sorriso")
    assert conversation.slots("municipio", "requested_slot", "servico") == ("Sorriso", "servico", None)


@pytest.mark.parametrize(
    ("said", "city"),
    [
        ("digo, em Várzea Grande, trabalho em Cuiabá", "Várzea Grande"),
        ("ops, é Juara", "Juara"),
        ("opa, é Sinop", "Sinop"),
        ("perdão, Sinop", "Sinop"),
        ("*Sinop", "Sinop"),
        ("escrevi errado, é Sinop", "Sinop"),
        ("a cidade tá errada, é Poconé", "Poconé"),
        ("opa, é sobre pensão", "Cuiabá"),
        ("aliás, meu processo é em Sinop", "Cuiabá"),
        ("desculpa, em Sinop foi o acidente", "Cuiabá"),
        ("ops, mandei sem querer", "Cuiabá"),
    ],
)
def test_a_city_told_unasked_is_corrected_in_the_next_message(conversation, said, city):
    conversation.say("oi moro em Cuiabá")
    assert conversation.asked == "criterio"
    conversation.say(said)
    assert conversation.slots("municipio", "requested_slot") == (city, "criterio")


def test_what_runs_somebody_over_is_no_violence(conversation):
    for message in ("oi", "a caminhonete furou a preferencial e me jogou no chão"):
        conversation.say(message)
    assert conversation.slots("assunto", "urgencia", "criterio") == (None, None, None)


def test_saying_only_which_answer_was_wrong_asks_it_again(conversation):
    _up_to_the_summary(conversation)
    conversation.say("errei a cidade")
    assert conversation.slots("municipio", "requested_slot") == (None, "municipio")


def test_a_correction_to_what_was_understood_shows_the_summary_again(conversation):
    _up_to_the_summary(conversation)
    conversation.say("não, errei a primeira, a renda é só minha, individual")
    assert conversation.slots("criterio", "requested_slot") == ("renda_individual", "confirmacao")


def test_a_denial_that_answers_the_open_question_takes_nothing_back(conversation):
    for message in ("é sobre o andamento do meu processo", "tenho 79 anos"):
        conversation.say(message)
    conversation.say("não é crime não, é da casa")
    assert conversation.slots("criterio", "servico", "area") == ("vulnerabilidade", "andamento_processual", "civel")


def test_where_somebody_says_they_live_counts_over_where_they_are_from(conversation):
    conversation.say("bom dia, sou de Comodoro")
    conversation.say("sou de lá mas agora moro em Campos de Júlio")
    assert conversation.slots("municipio", "requested_slot") == ("Campos de Júlio", "criterio")


def test_changing_the_area_forgets_a_subject_of_the_other(conversation):
    for message in ("meu ex não paga pensão e moro em cuiabá", "1", "1"):
        conversation.say(message)
    assert conversation.slots("area", "assunto") == ("civel", "alimentos")
    conversation.say("na verdade é criminal")
    assert conversation.slots("area", "assunto") == ("criminal", None)


@pytest.mark.parametrize(
    "answers",
    [("2", "1", "1"), ("1", "3", "1"), ("1", "1", "2"), ("2", "1", "2")],
)
@pytest.mark.parametrize("said", ["1", "opção 1", "a primeira", "1️⃣"])
def test_a_number_at_the_summary_answers_it_and_no_earlier_question(conversation, answers, said):
    for message in ("oi", *answers, "sinop"):
        conversation.say(message)
    before = conversation.slots("criterio", "servico", "area", "municipio")
    assert "Núcleo de Sinop" in conversation.say(said)
    assert conversation.slots("criterio", "servico", "area", "municipio") == before


def test_the_second_option_of_the_summary_asks_what_to_change(conversation):
    for message in ("oi", "2", "2", "1", "sinop", "2"):
        conversation.say(message)
    assert conversation.asked == "correcao"
    assert conversation.slots("criterio", "servico", "area") == ("renda_familiar", "andamento_processual", "civel")


def test_a_question_at_the_summary_is_answered_and_changes_nothing(conversation):
    _up_to_the_summary(conversation)
    assert "comprovante" in conversation.say("quais documentos eu levo?")
    assert conversation.slots("servico", "requested_slot") == ("novo_atendimento", "confirmacao")


@pytest.mark.parametrize("said", ["certinho", "tá certinho, pode mandar", "sim, certo", "isso mesmo tá tudo certo"])
def test_a_yes_at_the_summary_corrects_nothing(conversation, said):
    _up_to_the_summary(conversation)
    before = conversation.slots("criterio", "servico", "area", "municipio", "assunto")
    conversation.say(said)
    assert conversation.slots("criterio", "servico", "area", "municipio", "assunto") == before
    assert conversation.slot("atendimento_humano")


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ("a cidade é sorriso e a área é criminal", {"municipio": "Sorriso", "area": "criminal"}),
        ("errei o serviço e a cidade: é andamento do processo, moro em Vera",
         {"servico": "andamento_processual", "municipio": "Vera"}),
        ("é familiar, não individual", {"criterio": "renda_familiar"}),
        ("agendamento e não novo atendimento", {"servico": "agendamento"}),
        ("a renda é da casa toda e o resto tá certo", {"criterio": "renda_familiar"}),
    ],
)  # fmt: skip
def test_several_answers_are_taken_back_in_one_message(conversation, said, changed):
    _up_to_the_summary(conversation)
    before = {name: conversation.slot(name) for name in ("criterio", "servico", "area", "municipio")}
    assert "corrigi" in conversation.say(said)
    assert {name: conversation.slot(name) for name in before} == {**before, **changed}


def test_answers_only_said_to_be_wrong_are_asked_again(conversation):
    _up_to_the_summary(conversation)
    assert "corrigi" not in conversation.say("errei o serviço e a cidade")
    assert conversation.slots("servico", "municipio", "requested_slot") == (None, None, "servico")


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ("a renda não é só minha, é minha e do meu marido", {"criterio": "renda_familiar"}),
        ("não é cível não", {"area": "criminal"}),
        ("não é novo atendimento não, já tenho processo", {"servico": "andamento_processual"}),
        ("não é novo atendimento não", {"servico": None}),
    ],
)
def test_an_answer_denied_is_the_other_of_two_or_asked_again(conversation, said, changed):
    _up_to_the_summary(conversation)
    before = {name: conversation.slot(name) for name in ("criterio", "servico", "area", "municipio")}
    conversation.say(said)
    assert {name: conversation.slot(name) for name in before} == {**before, **changed}


def test_who_denies_one_area_means_the_other(conversation):
    for message in ("oi", "1", "1", "não é crime não"):
        conversation.say(message)
    assert conversation.slots("area", "requested_slot") == ("civel", "municipio")


def test_nobody_goes_back_who_does_not_speak_of_it(conversation):
    for message in ("oi", "1", "só queria perguntar um negócio rapidinho"):
        conversation.say(message)
    assert conversation.slot("criterio") == "renda_individual"


@pytest.mark.parametrize("said", ["não tá errado eu moro em tapurah", "errado, a cidade é tapurah", "não, tapurah"])
def test_a_city_told_with_the_denial_is_taken_at_once(conversation, said):
    _up_to_the_summary(conversation)
    conversation.say(said)
    assert conversation.slots("municipio", "requested_slot") == ("Tapurah", "confirmacao")


@pytest.mark.parametrize("said", ["a cidade é poconé", "poconé", "moro em poconé", "não é sinop, é poconé"])
def test_who_is_asked_what_to_change_may_say_it_changed(conversation, said):
    _up_to_the_summary(conversation)
    for message in ("2", said):
        conversation.say(message)
    assert conversation.slots("municipio", "confirmacao", "requested_slot") == ("Poconé", None, "confirmacao")


@pytest.mark.parametrize("chosen", ["5", "assunto", "quero mudar o assunto"])
def test_the_subject_chosen_to_be_corrected_is_asked_also_where_it_decides_nothing(conversation, chosen):
    for message in ("quero mudar a guarda do meu filho", "1", "1", "lucas do rio verde", "2", chosen):
        conversation.say(message)
    assert conversation.slots("assunto", "requested_slot") == (None, "assunto")
    conversation.say("1")
    assert conversation.slots("assunto", "requested_slot") == ("alimentos", "confirmacao")
    for message in ("2", "4"):
        conversation.say(message)
    assert conversation.asked == "municipio"
