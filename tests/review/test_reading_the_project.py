"""What is read of code, rules and examples, in small files."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from defensoria.review.__main__ import main
from defensoria.review.code_names import read_code
from defensoria.review.project import Example, ReviewError, read_project

ACTIONS = '''
class ActionEncaminhar(Action):
    def name(self):
        """Its name."""
        return "action_encaminhar"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(response="utter_fechado", motivo="x", text="y")
        tracker.get_slot("municipio")
        return _handed_over(dispatcher)


def _handed_over(dispatcher):
    response = "utter_a" if True else "utter_b"
    dispatcher.utter_message(response=response, protocolo=1)
    return [FollowupAction("outro_form")]


def hear(alarm):
    yield Say(f"utter_urgencia_{alarm}")
    yield Say("utter_qual", {"cidades": alarm})
    yield Say(f"utter_aviso_{alarm}", values={"n": 1})
'''

DOMAIN = """
intents: [pedir]
responses:
  utter_pedir:
    - text: Certo.
"""

NLU = """version: "3.1"
nlu:
- intent: pedir
  examples: |
    - quero casa

    - quero [guarda](tema)
- intent: outra
  examples:
    - text: |
        não sei
- synonym: casa
  examples: |
    - lar
"""

RULES = """
rules:
  - rule: Um
    condition:
      - active_loop: null
    steps:
      - or:
          - intent: a
          - intent: b
      - action: utter_pedir
stories:
  - story: Dois
    steps:
      - intent: pedir
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "actions").mkdir()
    (tmp_path / "defensoria" / "review").mkdir(parents=True)
    (tmp_path / "domain.yml").write_text(DOMAIN)
    (tmp_path / "data" / "nlu" / "a.yml").write_text(NLU)
    (tmp_path / "data" / "rules.yml").write_text(RULES)
    (tmp_path / "actions" / "a.py").write_text(ACTIONS)
    (tmp_path / "defensoria" / "review" / "own.py").write_text('TABLE = {"utter_sobra": 1}')
    return tmp_path


def test_the_code_tells_what_its_actions_say_and_where_they_go_on(root):
    code = read_code(root / "actions")
    assert code.actions == {"action_encaminhar": ("utter_fechado", "utter_a", "utter_b")}
    assert code.followups == {"action_encaminhar": ("outro_form",)}
    assert code.slots == {"municipio"}


@pytest.mark.parametrize(
    ("response", "names"),
    [
        ("utter_fechado", {"motivo"}),
        ("utter_a", {"protocolo"}),
        ("utter_b", {"protocolo"}),
        ("utter_qual", {"cidades"}),
        ("utter_aviso_grave", {"n"}),
        ("utter_pedir", set()),
    ],
)
def test_the_code_tells_the_values_a_response_is_given(root, response, names):
    assert read_code(root / "actions").given_to(response) == names


def test_names_made_at_run_time_count_by_their_written_beginning(root):
    code = read_code(root / "actions")
    assert code.says("utter_urgencia_violencia")
    assert not code.says("utter_urgente")


def test_examples_come_with_their_lines_and_without_marks(root):
    examples = read_project(root).examples
    assert [(one.words, one.intent, one.where) for one in examples[:2]] == [
        ("quero casa", "pedir", "data/nlu/a.yml:5"),
        ("quero guarda", "pedir", "data/nlu/a.yml:7"),
    ]
    assert [(one.words, one.intent) for one in examples[2:]] == [("não sei", "outra")]
    assert Example('[x]{"entity": "tema", "value": "y"} e [z](lugar:outro)', "pedir").entities == ["tema", "lugar"]


def test_rules_and_stories_are_told_apart(root):
    rule, story = read_project(root).scripts
    assert (rule.is_rule, rule.open_loop, list(rule.values_of("intent"))) == (True, "", ["a", "b"])
    assert (story.is_rule, story.open_loop, list(story.values_of("intent"))) == (False, None, ["pedir"])


def test_the_reviews_own_tables_do_not_count_as_use(root):
    assert not read_project(root).code.says("utter_sobra")


def test_broken_yaml_is_named_with_its_place(root):
    (root / "data" / "rules.yml").write_text("rules: [")
    with pytest.raises(ReviewError, match=r"rules\.yml: linha 1, não é YAML válido"):
        read_project(root)


def test_check_prints_the_problems_and_fails(root):
    result = CliRunner().invoke(main, ["check", "--root", str(root)])
    assert result.exit_code == 1
    assert "a resposta utter_qual não está em domain.yml" in result.output


def test_check_is_content_with_a_sound_project(root):
    (root / "data" / "nlu" / "a.yml").write_text("nlu: []")
    (root / "data" / "rules.yml").write_text("rules: []")
    (root / "actions" / "a.py").write_text('FIRST = "/pedir"')
    result = CliRunner().invoke(main, ["check", "--root", str(root)])
    assert (result.exit_code, result.output) == (0, "Textos e dados conferidos: nenhum problema.\n")


def test_flow_writes_the_document(root):
    (root / "actions" / "a.py").write_text("")
    result = CliRunner().invoke(main, ["flow", "--root", str(root)])
    assert result.exit_code == 0
    assert (root / "docs" / "fluxo-da-triagem.md").read_text().startswith("# Fluxo da triagem")
