"""Each thing that spoils the data, shown in a small project, and the project's own."""

from dataclasses import replace
from functools import lru_cache

import pytest
from rasa.shared.nlu.training_data.loading import load_data

from defensoria.review import data_quality, words
from defensoria.review.code_names import CodeNames
from defensoria.review.data_quality import FEWEST_EXAMPLES
from defensoria.review.problem import Problem
from defensoria.review.project import Example, Project, Script, read_project
from tests.conftest import ROOT

# Numbers in words: the examples of this small project must differ in more than a digit.
SOUND_EXAMPLES = tuple(
    Example(f"quero {what} {whose}", "pedir", "data/nlu/a.yml", 1)
    for what in ("casa", "remédio", "guarda", "pensão", "vaga", "divórcio", "luz", "água", "creche", "certidão")
    for whose in ("hoje", "amanhã", "logo", "para meu pai", "para minha avó")
)
SOUND = Project(
    domain={
        "intents": ["pedir"],
        "slots": {"area": {"type": "text"}},
        "forms": {"triagem_form": {"required_slots": ["area"]}},
        "actions": ["action_fim", "validate_triagem_form"],
        "responses": {
            "utter_ask_triagem_form_area": [
                {
                    "text": "Qual área?",
                    "buttons": [
                        {"title": "Cível", "payload": "civel", "sinonimos": ["civil"], "intencoes": ["pedir"]},
                        {"title": "Criminal", "payload": "criminal", "sinonimos": ["crime"]},
                    ],
                }
            ],
            "utter_fim": [{"text": "Até logo."}],
        },
    },
    examples=SOUND_EXAMPLES,
    scripts=(
        Script("Fim", "data/rules.yml", ({"action": "triagem_form"}, {"active_loop": "triagem_form"})),
        Script("Depois", "data/rules.yml", ({"action": "action_fim"},)),
    ),
    code=CodeNames(
        strings=frozenset({"utter_fim"}),
        actions={"action_fim": ("utter_fim",), "validate_triagem_form": ()},
    ),
)


@lru_cache(maxsize=1)
def own_project() -> Project:
    return read_project(ROOT)


def found(project: Project) -> list[Problem]:
    return data_quality.problems(project)


def with_examples(*examples: Example) -> Project:
    return replace(SOUND, examples=(*SOUND_EXAMPLES, *examples))


def with_domain(**parts: object) -> Project:
    return replace(SOUND, domain={**SOUND.domain, **parts})


def menu(*buttons: dict) -> Project:
    response = [{"text": "Qual área?", "buttons": list(buttons)}]
    return with_domain(responses={**SOUND.domain["responses"], "utter_ask_triagem_form_area": response})


def test_a_sound_project_has_no_problems():
    assert len(SOUND_EXAMPLES) == FEWEST_EXAMPLES
    assert found(SOUND) == []


@pytest.mark.parametrize("same", ["Quero CASA hoje!", "qro casa hj", "[quero](verbo) casa hoje"])
def test_a_repeated_example_is_found_however_it_is_written(same):
    (problem, *_) = found(with_examples(Example(same, "pedir", "data/nlu/b.yml", 7)))
    assert problem.where == "data/nlu/b.yml:7"
    assert "repete data/nlu/a.yml:1" in problem.what


def test_an_example_of_two_intents_is_a_contradiction():
    project = with_examples(Example("quero casa hoje", "negar", "data/nlu/b.yml", 7))
    assert "“quero casa hoje” está em negar e em pedir (data/nlu/a.yml:1)" in [one.what for one in found(project)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("me liga no (65) 99876-1234", "um telefone"),
        ("me liga 65 99876 1234", "um telefone"),
        ("me liga 9876-1234", "um telefone"),
        ("meu zap é 65998761234", "um CPF"),
        ("meu cpf é 123.456.789-09", "um CPF"),
        ("processo 1001234-56.2024.8.11.0041", "um número de processo"),
        ("empresa 12.345.678/0001-90", "um CNPJ"),
        ("manda para maria@uol.com.br", "um e-mail"),
        ("moro no cep 78005-370", "um CEP"),
        ("meu nis é 1234567890", "um número que parece documento ou telefone"),
    ],
)
def test_personal_data_is_found(text, what):
    (problem,) = found(with_examples(Example(text, "pedir")))
    assert problem.what.startswith(f"parece ter {what}")


@pytest.mark.parametrize(
    "text",
    [
        "ganho R$ 10.000,00",
        "ganho 1.412,00 por mês",
        "pago desde 2019-2021",
        "liguei no 190",
        "meu cpf é 000.000.000-00",
        "devo 1500000",
        "tenho 2 filhos",
    ],
)
def test_money_years_and_made_up_numbers_are_nobodys_data(text):
    assert found(with_examples(Example(text, "pedir"))) == []


def test_an_intent_with_few_examples_is_found():
    assert [one.what for one in found(replace(SOUND, examples=SOUND_EXAMPLES[1:]))] == ["tem só 49 exemplos"]


def test_an_example_that_is_read_as_a_command_is_found():
    (problem,) = found(with_examples(Example("atendente", "pedir", "data/nlu/b.yml", 3)))
    assert "lida como o comando “atendente”" in problem.what


def test_a_menu_value_nobody_knows_is_found():
    (problem,) = found(menu({"title": "Cível", "payload": "civil", "intencoes": ["pedir"]}))
    assert problem.what == "o valor “civil” não existe para area"
    assert "civel, criminal" in problem.how_to_fix


def test_subjects_of_one_area_are_not_offered_in_the_other():
    buttons = [{"title": "Prisão", "payload": "prisao", "intencoes": ["pedir"]}]
    civil = [{"text": "Qual?", "condition": [{"type": "slot", "name": "area", "value": "civel"}], "buttons": buttons}]
    domain = {
        **SOUND.domain,
        "slots": {"area": {}, "assunto": {}},
        "forms": {"triagem_form": {"required_slots": ["area", "assunto"]}},
    }
    domain["responses"] = {**domain["responses"], "utter_ask_triagem_form_assunto": civil}
    (problem,) = found(replace(SOUND, domain=domain))
    assert problem.what == "o valor “prisao” não existe para assunto"


def test_a_word_that_chooses_two_options_is_found():
    civil = {"title": "Cível", "payload": "civel", "sinonimos": ["família"], "intencoes": ["pedir"]}
    problems = found(menu(civil, {"title": "Criminal", "payload": "criminal", "sinonimos": ["Familia"]}))
    assert [one.what for one in problems] == ["“familia” escolhe “Cível” e também “Criminal”"]


def test_an_intent_that_means_two_options_is_found():
    civil = {"title": "Cível", "payload": "civel", "intencoes": ["pedir"]}
    problems = found(menu(civil, {"title": "Criminal", "payload": "criminal", "intencoes": ["pedir"]}))
    assert [one.what for one in problems] == ["a intenção pedir quer dizer “Cível” e “Criminal”"]


def test_an_example_whose_word_chooses_another_option_than_its_intent_is_found():
    (problem,) = found(with_examples(Example("crime", "pedir", "data/nlu/b.yml", 3)))
    assert problem.what == "“crime” escolhe criminal em utter_ask_triagem_form_area, mas pedir quer dizer civel"


@pytest.mark.parametrize(
    ("project", "what"),
    [
        (menu({"title": "Cível", "payload": "civel", "intencoes": ["pedir", "sumiu"]}), "a intenção sumiu não está"),
        (with_domain(intents=["pedir", "nova"]), "a intenção nova não tem exemplos"),
        (with_domain(intents=["pedir", "nova"]), "a intenção nova não leva a nada"),
        (with_domain(intents=[]), "a intenção pedir não está"),
        (with_domain(entities=["cidade"]), "a entidade cidade não é usado"),
        (with_examples(Example("moro em [sinop](cidade)", "pedir")), "a entidade cidade não está"),
        (with_domain(slots={"area": {}, "sobra": {}}), "o slot sobra não é usado"),
        (with_domain(slots={}), "o slot area não está"),
        (with_domain(actions=["validate_triagem_form"]), "a ação action_fim não está"),
        (with_domain(actions=["action_fim", "validate_triagem_form", "action_x"]), "a ação action_x não existe"),
        (with_domain(actions=["action_fim", "validate_triagem_form", "action_x"]), "a ação action_x não é usado"),
        (with_domain(responses={**SOUND.domain["responses"], "utter_sobra": []}), "a resposta utter_sobra não é usado"),
        (with_domain(responses={"utter_fim": []}), "a resposta utter_ask_triagem_form_area não está"),
        (replace(SOUND, code=replace(SOUND.code, strings=frozenset({"utter_fim", "utter_y"}))), "a resposta utter_y"),
        (replace(SOUND, scripts=SOUND.scripts[1:]), "o formulário triagem_form não é usado"),
        (
            replace(SOUND, scripts=(*SOUND.scripts, Script("X", "data/rules.yml", ({"active_loop": "outro_form"},)))),
            "o formulário outro_form não está",
        ),
        (
            replace(SOUND, scripts=(*SOUND.scripts, Script("X", "data/rules.yml", ({"intent": "sumiu"},)))),
            "a intenção sumiu não está",
        ),
    ],
)
def test_a_name_undeclared_or_unused_is_found(project, what):
    assert any(problem.what.startswith(what) for problem in found(project)), found(project)


def test_examples_are_read_as_rasa_reads_them():
    theirs = [(one.get("intent"), one.get("text")) for one in load_data(str(ROOT / "data" / "nlu")).intent_examples]
    ours = [(one.intent, one.words) for one in own_project().examples]
    assert sorted(ours) == sorted(theirs)


def test_an_example_knows_its_line():
    for example in own_project().examples[::500]:
        assert (ROOT / example.file).read_text().splitlines()[example.line - 1].endswith(f"- {example.text}")


def test_the_projects_own_words_and_data_have_no_problems():
    project = own_project()
    problems = [*words.problems(project.domain, project.code), *found(project)]
    assert problems == [], "\n".join(map(str, problems))
