"""Each rule of the voice guide, with a text that breaks it and one that keeps it."""

import asyncio

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from defensoria.language.nlg import MenuNLG
from defensoria.review import words
from defensoria.review.code_names import CodeNames
from defensoria.review.wordlist import Wordlist, packaged_wordlist
from defensoria.whatsapp import rendering


def option(title: str, description: str = "", **more: object) -> dict:
    return {"title": title, "description": description, "payload": title.lower(), **more}


def found(text: str, *buttons: dict, code: CodeNames | None = None, wordlist: Wordlist | None = None) -> list[str]:
    domain = {"responses": {"utter_x": [{"text": text, "buttons": list(buttons)}]}}
    return [problem.what for problem in words.problems(domain, code, wordlist)]


def rules_broken(text: str, *buttons: dict) -> set[str]:
    return {what.rsplit("[", 1)[1].rstrip("]") for what in found(text, *buttons)}


YES, NO = option("Sim, quero"), option("Agora não")

BREAKING_AND_KEEPING = {
    "uma-pergunta": ("Qual é o seu nome? Onde você mora?", "Onde você mora?"),
    "frases": (
        "Se você mora aqui e ganha pouco e tem um problema com a casa ou com a luz ou com o pai da criança, escreva.",
        "Se você mora aqui e tem um problema, escreva. A gente responde hoje.",
    ),
    "leitura": (
        "Disponibilizamos gratuitamente acompanhamento especializado, individualizado, multidisciplinar e "
        "permanentemente supervisionado institucionalmente.",
        "Uma pessoa vai ouvir você, de graça, e dizer o que dá para fazer.",
    ),
    "palavras": ("Você é hipossuficiente.", "Você ganha pouco."),
    "genero": ("Obrigada por escrever.", "Agradeço por escrever."),
    "tratamento": ("Diz o teu nome.", "Diga o seu nome."),
    "calma": ("Pronto! Tudo certo!", "Pronto! Tudo certo."),
    "fatos": ("Ligue 190.", "Ligue {tel_policia}."),
    "valores": ("Voltamos {quando_der}.", "Voltamos {proxima_abertura}."),
    "negrito": ("Ligue *agora.", "Ligue *agora*."),
    "whatsapp": ("a " * 2049, "a. " * 1000),
}


@pytest.mark.parametrize("rule", BREAKING_AND_KEEPING)
def test_a_rule_is_broken_by_one_text_and_kept_by_the_other(rule):
    breaking, keeping = BREAKING_AND_KEEPING[rule]
    assert rule in rules_broken(breaking)
    assert rules_broken(keeping) == set()


def test_every_rule_is_shown():
    assert {*BREAKING_AND_KEEPING, "opcoes"} == set(words.RULES)


@pytest.mark.parametrize(
    "text",
    [
        "Bem-vindos à Defensoria.",
        "Fale com o(a) atendente.",
        "Você está cadastrado(a).",
        "Aguarde o/a atendente.",
        "Boa tarde, senhor.",
        "A Dra. Ana vai responder.",
        "Olá a todxs.",
        "Olá, amig@s.",
    ],
)
def test_gender_is_not_supposed(text):
    assert "genero" in rules_broken(text)


@pytest.mark.parametrize("text", ["A pessoa que atender você confirma.", "Ele ou ela pode vir.", "Quem mora com você?"])
def test_neutral_texts_pass(text):
    assert rules_broken(text) == set()


@pytest.mark.parametrize(
    "text", ["OUTROSSIM, venha.", "Pleiteamos a guarda.", "Vamos ajuizar.", "Seus autos chegaram."]
)
def test_legalese_is_found_in_any_form(text):
    assert "palavras" in rules_broken(text)


def test_a_hard_word_comes_with_the_plain_one():
    domain = {"responses": {"utter_x": [{"text": "Vamos protocolizar."}]}}
    (problem,) = words.problems(domain)
    assert (problem.where, problem.how_to_fix) == ("utter_x", "Escreva: entregar.")


@pytest.mark.parametrize("text", ["O protocolo chegou.", "Escreva a sua demora.", "Uma oferta.", "Autoescola"])
def test_words_that_only_look_like_legalese_pass(text):
    assert "palavras" not in rules_broken(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ligue (65) 99963-4454.",
        "Veja em www.defensoria.mt.def.br.",
        "Veja em defensoria.mt.def.br",
        "Escreva para a@b.com.br.",
        "Ganha até R$ mil.",
        "Ganha até três salários.",
        "Fechado em 20/11.",
        "Fechado em 1º de maio.",
        "Abrimos às 12h.",
        "De segunda a sexta.",
        "Digite 1.",
    ],
)
def test_facts_written_by_hand_are_found(text):
    assert rules_broken(text) == {"fatos"}


def test_shouting_is_found_and_known_acronyms_pass():
    assert rules_broken("ATENÇÃO, leia.") == {"calma"}
    assert rules_broken("Leve o CPF e ligue para o SAMU pelo WhatsApp.") == set()


def test_a_value_that_the_code_gives_is_known_only_to_that_response():
    given = CodeNames(values={"utter_x": frozenset({"motivo"})})
    elsewhere = CodeNames(values={"utter_y": frozenset({"motivo"})})
    assert found("Fechado: {motivo}.", code=given) == []
    assert found("Fechado: {motivo}.", code=elsewhere) == ["ninguém preenche {motivo} aqui [valores]"]


def test_a_brace_without_its_pair_is_found():
    assert rules_broken("Voltamos {proxima_abertura.") == {"valores"}


def test_the_nlg_fills_every_value_that_the_linter_takes_for_known():
    known = {*words._facts(), *words.SAID_WITH_EVERY_RESPONSE}
    text = " ".join(f"<{{{name}}}>" for name in sorted(known))
    domain = Domain.from_dict({"responses": {"utter_x": [{"text": text}]}})
    tracker = DialogueStateTracker("somebody", slots=[])
    said = asyncio.run(MenuNLG(domain=domain).generate("utter_x", tracker, "whatsapp"))
    assert "{" not in said["text"]


@pytest.mark.parametrize("title", ["👍", "1", "…"])
def test_an_option_is_said_in_words(title):
    assert rules_broken("Você quer?", option(title), NO) >= {"opcoes"}
    assert rules_broken("Você quer?", option("Sim 👍"), NO) == set()


def test_two_options_may_not_share_a_title():
    assert rules_broken("Você quer?", YES, YES) == {"opcoes"}


def test_a_long_menu_says_what_each_option_is():
    three = [option("Casa"), option("Saúde"), option("Pensão")]
    assert rules_broken("Qual é o assunto?", *three) == set()
    assert rules_broken("Qual é o assunto?", *three, option("Outro", "não está na lista")) == {"opcoes"}


def test_titles_and_descriptions_keep_within_whatsapp():
    long = option("Andamento do processo")
    described = [option(name, "o que é") for name in ("Casa", "Saúde", "Pensão")]
    assert rules_broken("O quê?", long, NO) == {"whatsapp"}
    assert rules_broken("O quê?", *described, {**long, "description": "como está"}) == set()
    assert rules_broken("O quê?", *described, option("Outro", "não " * 20)) == {"whatsapp"}


def test_the_body_of_a_menu_is_measured_with_its_numbers():
    text = "Sim. " * 190 + "Quer?"
    options = [option(name, "o que é isso") for name in ("Casa", "Saúde", "Pensão", "Outro")]
    assert len(text) < words.BODY_LIMIT
    assert rules_broken(text) == set()
    assert rules_broken(text, *options) == {"whatsapp"}


def test_a_response_without_text_is_found():
    assert found("") == ["não tem texto [whatsapp]"]


def test_an_exception_silences_one_rule_of_one_response_and_has_to_be_of_use():
    own = packaged_wordlist()
    allowed = Wordlist(own.hard, own.gendered, own.not_voce, own.acronyms, frozenset({("utter_x", "calma")}))
    assert found("Pronto! Tudo certo!", wordlist=allowed) == []
    assert found("Pronto. Obrigado.", wordlist=allowed) == [
        "“Obrigado” supõe o gênero de quem lê [genero]",
        "a exceção de utter_x à regra calma não faz falta",
    ]


def test_the_limits_are_the_channels():
    assert (words.TEXT_LIMIT, words.BODY_LIMIT) == (rendering.TEXT_LIMIT, rendering.BODY_LIMIT)
    assert (words.MOST_BUTTONS, words.BUTTON_TITLE) == (rendering.MOST_BUTTONS, rendering.BUTTON_TITLE)
    assert (words.ROW_TITLE, words.ROW_DESCRIPTION) == (rendering.ROW_TITLE, rendering.ROW_DESCRIPTION)
