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
    assert "plantonistas" in conversation.say("sinop")
    assert conversation.asked == "recado"
    assert opening in conversation.say("agora não")
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
    assert "13h às 19h de Brasília" in conversation.say("barra do garças")


def test_nobody_is_promised_a_person_while_closed(conversation, clock):
    clock("2026-11-21T14:00:00-04:00")
    conversation.say("oi")
    assert "ninguém" in conversation.say("atendente")
    assert conversation.slot("atendimento_humano") is None


def test_a_municipal_holiday_closes_that_nucleo_alone(conversation, clock):
    clock("2027-04-08T14:00:00-04:00")
    for message in ("oi", "1", "1", "1", "cuiaba", "1"):
        conversation.say(message)
    answer = conversation.say("sim")
    assert "não está atendendo agora" in answer
    assert "plantonistas" in answer
    assert conversation.slots("atendimento_humano", "requested_slot") == (None, "recado")
    conversation.say("sim")
    assert conversation.slots("atendimento_humano", "fila_a_partir_de") == (True, "2027-04-09T12:00:00-04:00")


def test_on_that_day_other_nucleos_answer(conversation, clock):
    clock("2027-04-08T14:00:00-04:00")
    for message in ("oi", "1", "1", "1", "sinop"):
        conversation.say(message)
    assert "Núcleo de Sinop" in conversation.say("1")


def test_a_thank_you_when_nothing_is_open_does_not_start_the_triage(conversation):
    assert "De nada" in conversation.say("obrigada")
    assert conversation.slots("requested_slot", "desfecho") == (None, "sem_demanda")


def test_danger_behind_a_thank_you_is_heard(conversation):
    assert "190" in conversation.say("obrigada, ele quer me matar")
    assert conversation.slot("urgencia") == "violencia"


def test_more_behind_a_thank_you_opens_the_triage(conversation):
    assert "Qual destas frases" in conversation.say("muito obrigada, mas ainda falta uma coisa")
    assert conversation.asked == "criterio"


def test_a_request_left_out_of_hours_is_triaged_and_kept_for_the_opening(conversation, clock):
    clock("2026-11-21T14:00:00-04:00")
    for message in ("oi", "barra do garças", "sim"):
        conversation.say(message)
    assert conversation.asked == "criterio"
    for message in ("1", "1", "1"):
        conversation.say(message)
    assert conversation.asked == "confirmacao"
    answer = conversation.say("está certo")
    assert "2026.000001-3" in answer
    assert "segunda-feira, 23 de novembro, às 12h de Cuiabá (13h de Brasília)" in answer
    assert "24 horas" in answer
    assert conversation.slots("fila_a_partir_de", "nucleo") == ("2026-11-23T12:00:00-04:00", "barra-do-garcas")


def test_when_the_office_closes_during_the_triage_nothing_said_is_lost(conversation, clock):
    clock("2026-11-23T17:59:00-04:00")
    for message in ("oi", "1", "1", "1", "sinop"):
        conversation.say(message)
    clock("2026-11-23T18:01:00-04:00")
    assert "terça-feira, 24 de novembro, às 12h" in conversation.say("está certo")
    assert conversation.asked == "recado"
    assert "Guardei" in conversation.say("quero")
    assert conversation.slots("criterio", "fila_a_partir_de") == ("renda_individual", "2026-11-24T12:00:00-04:00")


def test_an_offer_never_understood_is_taken_as_declined(conversation, clock):
    clock("2026-11-21T14:00:00-04:00")
    for message in ("oi", "sinop", "xyz", "qwerty"):
        conversation.say(message)
    conversation.say("zzz")
    assert conversation.slots("recado", "desfecho") == ("nao", "fora_do_horario")
