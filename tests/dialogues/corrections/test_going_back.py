"""Going back and starting again."""


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
