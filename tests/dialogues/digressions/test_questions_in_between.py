"""Questions in the middle of the triage are answered, and the open question comes again."""

import pytest


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
    for message in ("oi", "1"):
        conversation.say(message)
    conversation.say("meu filho precisa de um remédio caro que o sus nega")
    assert conversation.asked == "servico"
    assert conversation.slots("area", "assunto") == ("civel", "saude")


def test_violence_brings_the_numbers_first(conversation):
    answer = conversation.say("meu marido me bate e me ameaça de morte")
    assert "190" in answer
    assert "180" in answer
    assert conversation.slots("urgencia", "assunto") == ("violencia", "violencia_domestica")
