"""The triage from the first message to the núcleo."""

import pytest

from defensoria.office.facts import office_facts


def test_digits_alone_lead_to_the_nucleo_of_the_city(conversation):
    assert "Defensoria Pública de Mato Grosso" in conversation.say("oi")
    assert conversation.asked == "criterio"
    conversation.say("1")
    assert conversation.asked == "servico"
    conversation.say("1")
    assert conversation.asked == "area"
    conversation.say("1")
    assert conversation.asked == "municipio"
    summary = conversation.say("Sinop")
    assert conversation.asked == "confirmacao"
    assert "*Cidade*: Sinop" in summary
    assert "*Renda ou proteção*: Só a minha renda" in summary
    answer = conversation.say("1")
    assert "Núcleo de Sinop" in answer
    assert "2026.000001-3" in answer
    assert conversation.slots("criterio", "elegibilidade", "servico", "area", "municipio", "nucleo") == (
        "renda_individual", "elegivel", "novo_atendimento", "civel", "Sinop", "sinop",
    )  # fmt: skip
    assert conversation.slots("protocolo", "atendimento_humano") == ("2026.000001-3", True)


def test_words_lead_there_as_well(conversation):
    for message in ("boa tarde", "renda da família", "quero saber do andamento do meu processo", "é criminal"):
        conversation.say(message)
    conversation.say("moro em várzea grande")
    conversation.say("execução penal")
    conversation.say("está certo")
    assert conversation.slots("criterio", "servico", "area", "municipio", "assunto", "nucleo") == (
        "renda_familiar", "andamento_processual", "criminal", "Várzea Grande", "execucao_penal",
        "cuiaba-execucao-penal",
    )  # fmt: skip


def test_tapped_options_are_their_values(conversation):
    conversation.say("oi")
    conversation.say("vulnerabilidade", tapped="utter_ask_triagem_form_criterio")
    conversation.say("orientacao", tapped="utter_ask_triagem_form_servico")
    conversation.say("civel", tapped="utter_ask_triagem_form_area")
    conversation.say("Alta Floresta")
    conversation.say("certo", tapped="utter_ask_triagem_form_confirmacao")
    assert conversation.slots("criterio", "servico", "area", "nucleo") == (
        "vulnerabilidade", "orientacao", "civel", "alta-floresta",
    )  # fmt: skip


def test_what_the_first_message_says_is_not_asked_again(conversation):
    conversation.say("moro em sinop, ganho 1 salário e o pai do meu filho não paga pensão")
    assert conversation.slots("criterio", "municipio", "area", "assunto") == (
        "renda_individual", "Sinop", "civel", "alimentos",
    )  # fmt: skip
    assert conversation.asked == "servico"
    conversation.say("1")
    assert "Núcleo de Sinop" in conversation.say("sim")


def test_the_subject_is_asked_where_it_decides_the_nucleo(conversation):
    for message in ("oi", "1", "1", "cível", "cuiabá"):
        conversation.say(message)
    assert conversation.asked == "assunto"
    assert "12" in conversation.say("?")
    conversation.say("10")
    conversation.say("s")
    assert conversation.slots("assunto", "nucleo") == ("violencia_domestica", "nucleo-de-defesa-da-mulher-nudem-cuiaba")


def test_someone_outside_the_criteria_is_told_the_amounts_and_offered_a_persons_decision(conversation):
    conversation.say("oi")
    answer = conversation.say("nenhuma dessas")
    assert "R$ 4.863" in answer
    assert "R$ 8.105" in answer
    assert conversation.asked == "elegibilidade"
    conversation.say("sim")
    for message in ("1", "1", "sorriso", "sim"):
        conversation.say(message)
    assert conversation.slots("criterio", "elegibilidade", "nucleo") == ("nenhum", "avaliacao_excepcional", "sorriso")


def test_someone_who_declines_the_decision_is_left_kindly_and_not_queued(conversation):
    conversation.say("oi")
    conversation.say("5")
    assert "escrever de novo" in conversation.say("agora não")
    assert conversation.slots("elegibilidade", "atendimento_humano", "desfecho") == (
        "nao_elegivel", None, "fora_dos_criterios",
    )  # fmt: skip


def test_what_a_refusal_says_of_other_plans_fills_nothing(conversation):
    for message in ("oi", "5", "não, obrigada, prefiro pedir orientação a um advogado"):
        conversation.say(message)
    assert conversation.slots("elegibilidade", "servico") == ("nao_elegivel", None)


@pytest.mark.parametrize(
    ("said", "criterion"),
    [
        ("ganho um salário e meio", "renda_individual"),
        ("R$ 4.863,00", "renda_individual"),
        ("minha família toda ganha 6 mil", "renda_familiar"),
        ("a renda da família é 9 mil reais", "nenhum"),
    ],
)
def test_income_said_in_reais_or_wages_is_compared_with_the_days_limits(conversation, said, criterion):
    conversation.say("oi")
    conversation.say(said)
    assert conversation.slot("criterio") == criterion


@pytest.mark.parametrize(
    ("need", "criterion"),
    [
        ("minha vó tem alzheimer e o banco quer curador pra mexer na aposentadoria dela", "renda_individual"),
        ("o pai da minha filha não paga pensão", None),
    ],
)
def test_the_income_of_whose_matter_it_is_counts_and_the_other_partys_does_not(conversation, need, criterion):
    conversation.say(need)
    conversation.say("ela ganha 1 salario minimo" if criterion else "ele ganha 1 salario minimo")
    assert conversation.slot("criterio") == criterion


def test_over_the_individual_limit_the_familys_income_is_asked_before_any_no(conversation):
    conversation.say("oi")
    assert "família" in conversation.say("ganho 4.863,01")
    assert conversation.slots("criterio", "requested_slot") == (None, "criterio")


def test_a_person_can_be_asked_for_at_any_step_and_only_the_city_is_asked(conversation):
    conversation.say("oi")
    conversation.say("atendente")
    assert conversation.asked == "municipio"
    assert "Núcleo de Sorriso" in conversation.say("sorriso")
    assert conversation.slots("atendimento_humano", "criterio") == (True, None)


def test_the_amounts_are_those_of_the_wage_valid_on_the_day(conversation, clock):
    clock("2025-11-24T14:00:00-04:00")
    assert "R$ 4.554" in conversation.say("oi")


def test_whoever_writes_in_the_terminal_is_told_that_it_is_a_rehearsal(conversation):
    conversation._protocolo = None
    for message in ("oi", "1", "1", "1", "sinop"):
        conversation.say(message)
    assert "ensaio" in conversation.say("1").lower()
    assert conversation.slot("protocolo").startswith("ENSAIO-")


@pytest.mark.parametrize("name", ["Barra do Bugres", "Água Boa", "Nova Xavantina", "Vila Bela da Santíssima Trindade"])
def test_cities_with_common_words_in_their_names_are_found(conversation, name):
    for message in ("oi", "1", "1", "1", name.lower(), "1"):
        conversation.say(message)
    assert conversation.slot("municipio") == name
    assert name in office_facts().nucleos[conversation.slot("nucleo")].municipios


def test_a_subject_said_at_the_area_answers_both_and_an_area_said_alone_names_no_subject(conversation):
    for message in ("oi", "1", "1"):
        conversation.say(message)
    conversation.say("pensão alimentícia")
    assert conversation.slots("area", "assunto") == ("civel", "alimentos")
    conversation.say("recomeçar")
    for message in ("1", "1", "é criminal"):
        conversation.say(message)
    assert conversation.slots("area", "assunto") == ("criminal", None)


@pytest.mark.parametrize(
    ("said", "area", "assunto"),
    [
        ("civil", "civel", None),
        ("área civil", "civel", None),
        ("criminal", "criminal", None),
        ("registro civil", "civel", "registro_civil"),
        ("processo criminal", "criminal", "processo_criminal"),
    ],
)
def test_an_area_named_before_it_is_asked_is_kept_and_names_no_subject(conversation, said, area, assunto):
    for message in ("oi", said):
        conversation.say(message)
    assert conversation.slots("area", "assunto") == (area, assunto)


@pytest.mark.parametrize(
    ("then", "criterio"),
    [
        ("7 mil", "renda_familiar"),
        ("minha esposa ganha mil", "renda_familiar"),
        ("12 mil", "nenhum"),
        ("moro só", "nenhum"),
        ("ganho 6 mil", "nenhum"),
        ("ninguém mais trabalha", "nenhum"),
        ("errei, ganho 2 mil", "renda_individual"),
        ("1", "renda_individual"),
    ],
)
def test_over_the_individual_limit_the_familys_income_is_asked_once(conversation, then, criterio):
    for message in ("oi", "ganho 6 mil"):
        answer = conversation.say(message)
    assert "8.105" in answer
    assert conversation.slots("requested_slot", "criterio") == ("criterio", None)
    conversation.say(then)
    assert conversation.slots("criterio", "renda_acima") == (criterio, None)


@pytest.mark.parametrize(
    ("then", "criterio"),
    [
        ("uns 20 dias", "renda_individual"),
        ("5 dias por semana", "renda_individual"),
        ("15", "renda_individual"),
        ("e por mês dá 2.400", "renda_individual"),
        ("não sei", None),
    ],
)
def test_how_many_days_are_worked_makes_a_months_income_of_a_days_pay(conversation, then, criterio):
    for message in ("oi", "ganho 130 por dia"):
        answer = conversation.say(message)
    assert "por mês" in answer
    conversation.say(then)
    assert conversation.slots("criterio") == (criterio,)
    assert (conversation.slots("ganho_por_vez") == (None,)) == (criterio is not None)


def test_doing_something_again_is_not_starting_again(conversation):
    for message in ("oi", "1", "quero fazer outra carteirinha"):
        conversation.say(message)
    assert conversation.slots("criterio") == ("renda_individual",)
    conversation.say("quero começar tudo de novo")
    assert conversation.slots("criterio") == (None,)


@pytest.mark.parametrize(
    ("said", "servico", "assunto"),
    [
        ("documentos pra guarda", "documentos", "familia"),
        ("queria marca um orario pra fala do divorsio", "agendamento", "familia"),
        ("como está meu processo", "andamento_processual", None),
    ],
)
def test_a_subject_named_beside_a_service_is_heard_and_a_case_is_none(conversation, said, servico, assunto):
    for message in ("oi", said):
        conversation.say(message)
    assert conversation.slots("servico", "assunto") == (servico, assunto)


@pytest.mark.parametrize("said", ["passou um oficial de justiça aqui e deixou um papel", "chegou um papel da justiça"])
def test_a_paper_of_the_court_alone_names_no_subject(conversation, said):
    for message in ("oi", said):
        conversation.say(message)
    assert conversation.slots("assunto", "urgencia") == (None, None)


def test_a_question_where_the_income_is_asked_chooses_nothing(conversation):
    for message in ("oi", "quanto é 3 salários?"):
        conversation.say(message)
    assert conversation.slots("requested_slot", "criterio") == ("criterio", None)


def test_what_is_needed_may_be_told_with_the_income_and_the_city(conversation):
    conversation.say("moro em sinop, sou cadeirante e o pai do meu filho não paga pensão")
    assert conversation.slots("criterio", "municipio", "area", "assunto") == (
        "vulnerabilidade", "Sinop", "civel", "alimentos",
    )  # fmt: skip


def test_a_subject_named_among_other_facts_is_heard_though_the_message_is_uncertain(conversation):
    conversation.say(
        "Gostaria de dar entrada no meu divórcio. Recebo 3.900 e moro em Tapurah, não sei se tenho direito."
    )
    assert conversation.slots("assunto", "municipio", "criterio") == ("familia", "Tapurah", "renda_individual")


def test_what_the_words_of_an_answer_do_not_bear_out_is_no_criterion(conversation):
    conversation.say("oi")
    conversation.say("varia demais, é só comissão de venda, nem sei te dizer")
    assert conversation.slots("criterio", "requested_slot") == (None, "criterio")


def test_an_employer_told_with_an_income_is_no_subject(conversation):
    conversation.say("oi")
    conversation.say("motorista da prefeitura, 2.450 líquido")
    assert conversation.slots("criterio", "area", "assunto") == ("renda_individual", None, None)


def test_a_yes_in_spanish_is_a_yes(conversation):
    for message in ("hola, soy venezolana, necesito pensión para mi hijo", "gano 1.700", "1", "Sapezal"):
        conversation.say(message)
    conversation.say("si")
    assert conversation.slots("assunto", "atendimento_humano") == ("alimentos", True)


def test_none_of_the_options_is_an_answer_and_no_income(conversation):
    conversation.say("oi")
    conversation.say("nenhuma")
    assert conversation.slots("criterio", "requested_slot") == ("nenhum", "elegibilidade")


@pytest.mark.parametrize(
    "said",
    [
        "ganho 2 mil numa creche",
        "vivo da pensão do meu finado marido, um salário",
        "recebo 700 do Bolsa Família e crio três netos",
        "sou registrada em carteira, 1.900",
        "tenho 72 anos, meu filho",
    ],
)
def test_a_life_told_with_the_income_is_no_need(conversation, said):
    for message in ("oi", said):
        conversation.say(message)
    assert conversation.slots("requested_slot", "area", "assunto") == ("servico", None, None)


@pytest.mark.parametrize(
    "said", ["ganho 1.500 e preciso pedir pensão pro meu filho", "ganho 1.500, o pai do meu filho não paga a pensão"]
)
def test_a_need_stated_beside_the_income_is_one(conversation, said):
    conversation.say("oi")
    conversation.say(said)
    assert conversation.slots("criterio", "assunto") == ("renda_individual", "alimentos")


@pytest.mark.parametrize("said", ["preciso falar com um defensor", "boa tarde, queria falar com a defensoria"])
def test_to_ask_for_a_defender_first_begins_the_triage(conversation, said):
    conversation.say(said)
    assert conversation.asked == "criterio"
    conversation.say("quero falar com um defensor")
    assert conversation.slots("pede_pessoa", "requested_slot") == (True, "municipio")


def test_an_area_named_beside_the_service_is_heard(conversation):
    for message in ("oi", "1", "são os documentos, área criminal"):
        conversation.say(message)
    assert conversation.slots("servico", "area", "assunto") == ("documentos", "criminal", None)


def test_an_accusation_told_in_pieces_asks_for_no_advice(conversation):
    for message in ("opa", "chegou um papel do fórum aqui pra mim", "tô sendo acusado de furto", "3 mil por mês"):
        conversation.say(message)
    assert conversation.slots("assunto", "servico", "requested_slot") == ("processo_criminal", None, "servico")


def test_having_no_lawyer_does_not_answer_the_criterion(conversation):
    for message in ("chegou uma intimação pro meu filho", "ele num tem advogado"):
        answer = conversation.say(message)
    assert "de graça" in answer
    assert conversation.slots("criterio", "servico", "requested_slot") == (None, None, "criterio")


@pytest.mark.parametrize(
    ("said", "assunto"),
    [
        ("civel, é sobre guarda", "familia"),
        ("área cível, pensão do meu filho", "alimentos"),
        ("família", None),
        ("não é crime não, é da casa", None),
    ],
)
def test_a_subject_named_beside_the_area_is_heard(conversation, said, assunto):
    for message in ("oi", "1", "1", said):
        conversation.say(message)
    assert conversation.slots("area", "assunto") == ("civel", assunto)


@pytest.mark.parametrize(
    ("said", "criterio", "assunto"),
    [
        ("eu surda. precisar ajuda divórcio", "vulnerabilidade", "familia"),
        ("posso ser atendido? é pra regularizar o inventário", None, "sucessoes"),
        ("recebi uma citação e não sei o que fazer", None, None),
        ("bom dia, quero limpar meu nome", None, None),
    ],
)
def test_a_need_beside_a_fact_or_a_question_is_heard(conversation, said, criterio, assunto):
    conversation.say(said)
    assert conversation.slots("criterio", "assunto") == (criterio, assunto)


def test_illness_told_with_a_need_where_the_criterion_is_asked_tells_both(conversation):
    for message in ("oi", "o posto não fornece o remédio, tenho parkinson"):
        conversation.say(message)
    assert conversation.slots("criterio", "assunto") == ("vulnerabilidade", "saude")


def test_who_lives_on_day_work_is_asked_how_much_that_is(conversation):
    for message in ("quero a guarda do meu filho", "meu marido tá preso, hoje eu vivo de faxina"):
        answer = conversation.say(message)
    assert "por mês" in answer
    assert conversation.slots("criterio", "urgencia", "assunto") == (None, None, "familia")


@pytest.mark.parametrize(
    ("told", "assunto"),
    [
        (["eu crio meu neto desde os 2 aninho", "a mãe dele foi embora", "queria a guarda dele no papel"], "familia"),
        (["o homem com quem eu vivia saiu de casa ano passado", "levou tudo, eu quero o divórcio"], "familia"),
        (["a loja me cobra um boleto que já paguei", "e sujou meu nome no spc"], "consumidor"),
        (["ela tem alzheimer", "preciso da curatela pra mexer no banco dela"], "curatela_idoso_pcd"),
    ],
)
def test_of_a_story_told_in_pieces_what_is_asked_for_counts(conversation, told, assunto):
    for message in ("oi", *told):
        conversation.say(message)
    assert conversation.slot("assunto") == assunto


def test_a_need_told_first_stays_when_another_is_told_beside_it(conversation):
    for message in ("quero pedir pensão pro meu filho", "e quero o divórcio também"):
        conversation.say(message)
    assert conversation.slot("assunto") == "alimentos"


@pytest.mark.parametrize(
    "said", ["é sobre meu marido", "e sujou meu nome no spc", "já faz três meses", "ele casou de novo"]
)
def test_a_piece_of_a_story_is_no_answer_to_who_may_be_served(conversation, said):
    for message in ("a loja me cobra um boleto que eu já paguei", said):
        conversation.say(message)
    assert conversation.slot("criterio") is None
    assert conversation.slot("servico") != "andamento_processual"
