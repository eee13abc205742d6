"""Out of hours nobody is queued: the hours, the next opening and the plantão are said."""

import pytest


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-11-23T11:59:59-04:00", "segunda-feira, 23 de novembro, às 12h"),
        ("2026-11-23T18:00:00-04:00", "terça-feira, 24 de novembro, às 12h"),
        ("2026-11-21T14:00:00-04:00", "segunda-feira, 23 de novembro, às 12h"),
        ("2026-12-24T14:00:00-04:00", "quinta-feira, 7 de janeiro, às 12h"),
        ("2027-02-10T12:30:00-04:00", "quarta-feira, 10 de fevereiro, às 13h"),
    ],
)
def test_closed_says_the_next_opening_and_asks_only_the_city(conversation, clock, now, opening):
    clock(now)
    assert opening in conversation.say("oi")
    assert conversation.slots("expediente", "requested_slot") == ("fechado", "municipio")
    answer = conversation.say("sinop")
    assert "plantonistas" in answer
    assert conversation.slots("atendimento_humano", "desfecho") == (None, "fora_do_horario")


def test_a_known_plantao_contact_is_told_with_its_date(conversation, clock):
    clock("2026-11-21T14:00:00-04:00")
    conversation.say("oi")
    answer = conversation.say("matupá")
    assert "(66) 99607-2257" in answer
    assert "2024" in answer


def test_towns_on_brasilias_hour_are_told_both(conversation, clock):
    clock("2026-11-21T14:00:00-04:00")
    conversation.say("oi")
    assert "13h de Brasília" in conversation.say("barra do garças")


def test_nobody_is_promised_a_person_while_closed(conversation, clock):
    clock("2026-11-21T14:00:00-04:00")
    conversation.say("oi")
    assert "ninguém" in conversation.say("atendente")
    assert conversation.slot("atendimento_humano") is None


def test_a_municipal_holiday_closes_that_nucleo_alone(conversation, clock):
    clock("2027-04-08T14:00:00-04:00")
    for message in ("oi", "1", "1", "1", "cuiaba"):
        conversation.say(message)
    assert "não está atendendo agora" in conversation.say("1")
    assert conversation.slots("atendimento_humano", "desfecho") == (None, "fora_do_horario")


def test_on_that_day_other_nucleos_answer(conversation, clock):
    clock("2027-04-08T14:00:00-04:00")
    for message in ("oi", "1", "1", "1"):
        conversation.say(message)
    assert "Núcleo de Sinop" in conversation.say("sinop")


def test_a_thank_you_when_nothing_is_open_does_not_start_the_triage(conversation):
    assert "De nada" in conversation.say("obrigada")
    assert conversation.slots("requested_slot", "desfecho") == (None, "sem_demanda")
