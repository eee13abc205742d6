"""The flow document says what the triage does, and the kept one is the one that would be written now."""

import re
from datetime import date
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from defensoria.language.commands import Command
from defensoria.office.facts import office_facts
from defensoria.office.triage import CORRECTION, nucleo_for, questions
from defensoria.review.charting import START, TRIAGE, Chart, Link
from defensoria.review.code_names import CodeNames
from defensoria.review.flow import KEPT_AT, RENEW, diagram, document
from defensoria.review.flow_labels import COMMANDS
from defensoria.review.project import Project, Script, read_project
from defensoria.review.walk import End, Ground, Question, questions_in, walk
from tests.conftest import ROOT

YES_OR_NO = [{"title": "Sim", "payload": "sim"}, {"title": "Não", "payload": "nao"}]
RESPONSES = {f"utter_ask_f_{slot}": [{"text": f"{slot}?", "buttons": YES_OR_NO}] for slot in ("a", "b", "c")}


@lru_cache(maxsize=1)
def own_chart() -> Chart:
    return Chart(read_project(ROOT), office_facts())


def walked(order) -> Question:
    first = walk(Ground("f", RESPONSES, office_facts(), order))
    assert isinstance(first, Question)
    return first


def test_answers_after_which_the_same_follows_share_a_branch():
    first = walked(lambda known: ["a", "b"])
    assert [question.slot for question in questions_in(first)] == ["a", "b"]
    assert list(first.branches.values()) == [("sim", "nao")]


def test_an_answer_that_changes_the_next_question_is_a_branch():
    first = walked(lambda known: ["a", "b"] if known.get("a") == "sim" else ["a", "c"])
    assert {follows.slot: values for follows, values in first.branches.items()} == {"b": ("sim",), "c": ("nao",)}


def test_an_answer_that_changes_a_later_question_parts_the_ways_at_once():
    first = walked(lambda known: ["a", "b", "c"] if known.get("a") == "sim" else ["a", "b"])
    assert [question.slot for question in questions_in(first)] == ["a", "b", "b", "c"]


def test_ways_that_meet_again_are_drawn_once():
    first = walked(lambda known: ["a", *(["b"] if known.get("a") == "sim" else []), "c"])
    assert [question.slot for question in questions_in(first)] == ["a", "b", "c"]


def triage() -> Question:
    first = next(form.first for form in own_chart().forms if form.name == TRIAGE)
    assert isinstance(first, Question)
    return first


@st.composite
def ways(draw) -> tuple[list[tuple[str, str]], End]:
    """A way through the drawn triage, with its answers, and how it ends."""
    step, way = triage(), []
    while isinstance(step, Question):
        follows, values = draw(st.sampled_from(list(step.branches.items())))
        way.append((step.slot, draw(st.sampled_from(values))))
        step = follows
    return way, step


@settings(deadline=None)
@given(ways())
def test_the_drawn_way_is_the_way_the_office_asks(drawn):
    way, end = drawn
    known: dict[str, str] = {}
    for slot, value in way:
        assert next(name for name in questions(known, office_facts()) if name not in known) == slot
        known[slot] = value
    if end is End.ASKED_AGAIN:
        assert CORRECTION in known
    else:
        assert all(slot in known for slot in questions(known, office_facts()))
        assert (end is End.ROUTED) == (nucleo_for(known, office_facts(), date.min) is not None)


def test_every_question_of_the_forms_is_reached():
    for form in own_chart().forms:
        asked = own_chart().project.domain["forms"][form.name]["required_slots"]
        assert {question.slot for question in form.numbers} == set(asked)
        assert len(set(form.numbers.values())) == len(form.numbers)


def test_every_response_is_told_once_or_more():
    told = document(own_chart())
    for name, variations in own_chart().responses.items():
        for variation in variations:
            first_line = re.sub(r"\{(\w+)\}", lambda mark: f"‹{mark[1].replace('_', ' ')}›", variation["text"])
            assert first_line.splitlines()[0].replace("*", "").strip() in told, name


def test_the_ends_of_every_arrow_are_drawn():
    lines = diagram(own_chart())
    drawn = {mark[1] for line in lines if (mark := re.match(r"\s+(?:subgraph )?(\w+)(?:\[|\(|\{)", line))}
    arrows = [mark.groups() for line in lines if (mark := re.match(r'\s+(\w+) (?:-- ".*" --|--|-\.-)> (\w+)$', line))]
    assert len(arrows) > 20
    assert {name for arrow in arrows for name in arrow} <= drawn
    assert drawn - {TRIAGE, "plantao_form"} <= {name for arrow in arrows for name in arrow}


def test_no_label_holds_what_the_diagram_would_read():
    for line in diagram(own_chart()):
        assert line.count('"') in (0, 2), line
        assert "#" not in line


def test_rules_and_the_choices_of_actions_become_links():
    open_, form, end = "action_abrir", "x_form", "action_fim"
    rules = (
        Script(
            "a",
            "r.yml",
            ({"action": open_}, {"slot_was_set": [{"expediente": "aberto"}]}, {"action": form}),
            None,
            True,
        ),
        Script("b", "r.yml", ({"action": form}, {"active_loop": None}, {"action": end}), form, True),
        Script("c", "r.yml", ({"or": [{"intent": "oi"}, {"intent": "tchau"}]}, {"action": end}), "", True),
        Script("story", "s.yml", ({"action": end}, {"action": open_})),
    )
    code = CodeNames(
        actions={end: ("utter_nucleo_fechado", "utter_encaminhado")}, followups={end: (form, "action_listen")}
    )
    assert set(Chart(Project({}, (), rules, code), office_facts()).links) == {
        Link(START, open_),
        Link(open_, form, "expediente: aberto"),
        Link(form, end),
        Link(START, end, "intenção oi ou tchau"),
        Link(end, form, "o núcleo daquela cidade está fechado agora"),
    }


def test_a_response_of_an_action_without_its_when_is_a_problem():
    chart = Chart(
        Project({}, code=CodeNames(actions={"action_fim": ("utter_encaminhado", "utter_nova")})), office_facts()
    )
    assert [problem.where for problem in chart.problems()] == ["utter_nova"]
    assert own_chart().problems() == []


def test_every_command_is_explained():
    assert set(COMMANDS) == set(Command)


def test_the_kept_document_is_up_to_date():
    kept = (ROOT / KEPT_AT).read_text(encoding="utf-8")
    assert kept == document(own_chart()), f"{KEPT_AT} is stale: run `.venv/bin/{RENEW}` and look at what changed"
