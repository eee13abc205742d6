"""The quality report: figures, floors, what is kept, and citizens who talk to the bot."""

import asyncio
import json
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from defensoria.language import lemmas
from defensoria.language.text import normalise
from defensoria.office.facts import office_facts
from defensoria.office.vocabulary import Subject
from defensoria.review.evaluation import figures, sets
from defensoria.review.evaluation.agent import load_agent, office_clock
from defensoria.review.evaluation.command import JSON, ROOT, conclude
from defensoria.review.evaluation.dialogues import MOST_MESSAGES, Ending, Line, converse
from defensoria.review.evaluation.errors import EvaluationError
from defensoria.review.evaluation.figures import Answer
from defensoria.review.evaluation.floors import Floor, Floors, breaches, read_floors
from defensoria.review.evaluation.measuring import AT, Latency
from defensoria.review.evaluation.page import matrix_rows, page
from defensoria.review.evaluation.readings import Reading, city_reading, income_reading, need_reading
from defensoria.review.evaluation.report import DATE, Report, changes, read_kept
from defensoria.review.evaluation.sets import Citizen
from defensoria.review.evaluation.understanding import cross_validated
from defensoria.review.project import read_project
from defensoria.settings import settings
from tests.agent import trained_agent

SETS = ROOT / "quality" / "sets"
# Five messages: "a" is understood three times in four, "b" once in one, and one "a" is taken for a "b".
ANSWERS = (
    Answer("um", "a", ("a", "b", "c"), True),
    Answer("dois", "a", ("a", "c"), True),
    Answer("três", "a", ("b", "c", "d", "a"), True),
    Answer("quatro", "a", ("a", "b"), False),
    Answer("cinco", "b", ("b",), True),
)
NO_FLOORS = Floors({}, {}, 0.0)
QUICK = Latency(1.0, 2.0)
SOMEONE = Citizen("alguém", ("oi",), {}, {})


def a_report(answers: tuple[Answer, ...] = ANSWERS) -> Report:
    report = Report()
    for name in ("cruzada", "cega"):
        report.add_answers(name, name, answers)
    report.add_readings(
        "cidades.mal_escritas",
        "Cidade",
        [Reading("sinopi", "Sinop", "Sinop"), Reading("<b>vera</b>", "Vera", "Vila Rica"), Reading("x", "Sinop", "")],
    )
    report.add_endings(
        "conversas.certas",
        "Conversas",
        [Ending(SOMEONE, ("criterio: vazio",), (Line(True, "oi"), Line(False, "Olá!")))],
    )
    return report


class TestFigures:
    def test_accuracy_and_top_three_count_what_is_right(self) -> None:
        assert figures.accuracy(ANSWERS) == 4 / 5
        assert figures.top(ANSWERS, 3) == 4 / 5
        assert figures.top(ANSWERS, 4) == 1.0

    def test_precision_recall_and_f1_of_each_intent(self) -> None:
        scores = figures.intent_scores(ANSWERS)
        assert (scores["a"].precision, scores["a"].recall, scores["a"].messages) == (1.0, 0.75, 4)
        assert (scores["b"].precision, scores["b"].recall, scores["b"].messages) == (0.5, 1.0, 1)
        assert scores["a"].f1 == pytest.approx(6 / 7)
        assert figures.macro_f1(ANSWERS) == pytest.approx((6 / 7 + 2 / 3) / 2)

    def test_coverage_is_what_is_sure_and_its_precision_what_is_right_of_that(self) -> None:
        assert figures.coverage(ANSWERS) == 4 / 5
        assert figures.accepted_precision(ANSWERS) == 3 / 4

    def test_confusions_name_the_pair_and_the_messages_the_worst_first(self) -> None:
        twice = (*ANSWERS, Answer("seis", "c", ("a",), True), Answer("sete", "c", ("a",), True))
        first, second = figures.confusions(twice, most=5)
        assert (first.expected, first.understood, first.times, first.messages) == ("c", "a", 2, ("seis", "sete"))
        assert (second.expected, second.understood, second.messages) == ("a", "b", ("três",))

    def test_the_matrix_counts_every_message_once(self) -> None:
        assert figures.matrix(ANSWERS) == {"a": {"a": 3, "b": 1}, "b": {"b": 1}}

    def test_a_message_with_nothing_to_read_is_wrong_and_has_a_column_of_its_own(self) -> None:
        nothing = Answer("?", "a", (), False)
        assert not nothing.right
        rows = matrix_rows(figures.matrix((*ANSWERS, nothing)))
        assert [cell.times for cell in rows[0].cells] == [3, 1, 1]
        assert [cell.shade for cell in rows[0].cells] == ["right", "wrong1", "wrong1"]

    def test_no_messages_are_no_error(self) -> None:
        assert (figures.accuracy([]), figures.macro_f1([]), figures.confusions([], 3)) == (0.0, 0.0, [])


class TestReadings:
    FACTS = office_facts()

    def test_a_city_not_read_is_wrong_but_not_silently(self) -> None:
        unread = Reading("x", "Sinop", "")
        assert (unread.right, unread.silently_wrong) == (False, False)
        assert Reading("x", "Sinop", "Vera").silently_wrong

    @pytest.mark.parametrize(
        ("said", "meant"),
        [
            ("ganho um salário", "renda_individual"),
            ("a família toda ganha 6 mil", "renda_familiar"),
            ("ganho 6 mil", "acima_individual"),
            ("a família toda ganha 10 mil", "nenhum"),
            ("não sei", "nao_dita"),
        ],
    )
    def test_an_income_means_what_the_office_says_of_it_on_the_day(self, said: str, meant: str) -> None:
        with office_clock(AT):
            today = settings().clock_fixed_at
        assert today is not None
        assert income_reading(said, meant, self.FACTS, today.date()).right

    def test_a_city_is_read_by_the_projects_own_reader(self) -> None:
        assert city_reading("moro em sinop", "Sinop", asked=False).right

    def test_a_need_is_right_only_with_its_area_and_its_subject(self) -> None:
        said = "o pai do meu filho não paga a pensão"
        with office_clock(AT):
            day = settings().clock_fixed_at
        assert day is not None

        async def read(subject: Subject) -> Reading:
            return await need_reading(trained_agent(), said, subject, self.FACTS, day.date())

        assert asyncio.run(read(Subject.ALIMONY)).right
        assert asyncio.run(read(Subject.HOUSING)).silently_wrong


class TestFloors:
    def test_what_is_below_its_floor_or_above_its_ceiling_is_named(self) -> None:
        floors = Floors({"bom": Floor(least=0.9), "mau": Floor(most=0.01)}, {"a": 0.8}, 0.5)
        assert breaches({"bom": 0.9, "mau": 0.01}, {"a": 0.8, "b": 0.5}, floors) == []
        low, high, named, other = breaches({"bom": 0.89, "mau": 0.02}, {"a": 0.79, "b": 0.49}, floors)
        assert "bom" in low
        assert "teto" in high
        assert "intenção a" in named
        assert "intenção b" in other

    def test_a_target_binds_nothing(self) -> None:
        assert breaches({"x": 0.1}, {}, Floors({"x": Floor(target=0.95)}, {}, 0.0)) == []

    def test_a_floor_that_nothing_is_measured_for_is_a_breach(self) -> None:
        assert len(breaches({}, {}, Floors({"x": Floor(least=0.5)}, {"sumiu": 0.5}, 0.0))) == 2

    @pytest.mark.parametrize("text", ["", "figuras: {x: {pizo: 1}}\nintencoes: {outras: 0}", "figuras: {}", "a: ["])
    def test_a_file_that_holds_no_floors_says_so(self, tmp_path: Path, text: str) -> None:
        file = tmp_path / "floors.yml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(EvaluationError, match=r"floors\.yml"):
            read_floors(file)

    def test_the_kept_floors_name_figures_of_the_kept_report_and_hold_for_it(self) -> None:
        kept = read_kept(ROOT / "quality" / JSON)
        assert kept is not None
        floors = read_floors(ROOT / "quality" / "floors.yml")
        f1 = {intent: score["f1"] for intent, score in kept["intencoes"]["cruzada"]["por_intencao"].items()}
        assert breaches({name: one["valor"] for name, one in kept["figuras"].items()}, f1, floors) == []


class TestReport:
    def test_the_same_findings_give_the_same_bytes_but_for_the_date(self) -> None:
        one, other = (json.dumps(a_report().as_json(date)) for date in ("2026-11-23", "2026-11-24"))
        assert one != other
        assert one.replace("2026-11-23", "2026-11-24") == other

    def test_below_a_floor_the_command_ends_with_1_and_says_which(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        high = replace(NO_FLOORS, figures={"intencoes.cega.acerto": Floor(least=0.81)})
        assert conclude(a_report(), QUICK, high, None, tmp_path) == 1
        assert "intencoes.cega.acerto: 0.8000 está abaixo do piso 0.8100" in capsys.readouterr().err
        kept = replace(NO_FLOORS, figures={"intencoes.cega.acerto": Floor(least=0.8)})
        assert conclude(a_report(), QUICK, kept, None, tmp_path) == 0

    def test_what_changed_since_the_last_report_is_told_by_how_much(self) -> None:
        last = a_report().as_json("2026-11-23")
        now = a_report((*ANSWERS, Answer("seis", "b", ("b",), True))).as_json("2026-11-24")
        found = {change.name: change.difference for change in changes(now, last)}
        assert found["intencoes.cega.acerto"] == pytest.approx(5 / 6 - 4 / 5, abs=1e-4)
        assert found["cidades.mal_escritas"] == 0
        assert {change.difference for change in changes(now, None)} == {None}

    def test_a_report_that_found_the_same_is_not_written_again(self, tmp_path: Path) -> None:
        conclude(a_report(), QUICK, NO_FLOORS, None, tmp_path)
        file = tmp_path / JSON
        first = {**json.loads(file.read_text(encoding="utf-8")), DATE: "2000-01-01"}
        file.write_text(json.dumps(first), encoding="utf-8")
        conclude(a_report(), QUICK, NO_FLOORS, read_kept(file), tmp_path)
        assert json.loads(file.read_text(encoding="utf-8"))[DATE] == "2000-01-01"
        conclude(a_report(ANSWERS[:2]), QUICK, NO_FLOORS, read_kept(file), tmp_path)
        assert json.loads(file.read_text(encoding="utf-8"))[DATE] != "2000-01-01"

    def test_a_file_that_is_no_report_says_so(self, tmp_path: Path) -> None:
        (tmp_path / JSON).write_text("[]", encoding="utf-8")
        with pytest.raises(EvaluationError, match="relatório"):
            read_kept(tmp_path / JSON)

    def test_the_page_needs_no_other_address_and_escapes_what_people_write(self) -> None:
        html = page(a_report().as_json("2026-11-23"), None, NO_FLOORS, ["algo está abaixo"])
        assert "http" not in html
        assert "src=" not in html
        assert "&lt;b&gt;vera&lt;/b&gt;" in html
        assert "<b>vera" not in html
        assert "algo está abaixo" in html
        assert "a entendida como b: 1" in html


class TestCrossValidation:
    FEW = ("pedir_alimentos", "relatar_prisao", "informar_municipio")

    def test_every_example_is_judged_once_by_a_model_that_never_saw_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # The table of lemmas is the same in every training, and takes longer to read than these few examples to learn.
        monkeypatch.setattr(lemmas, "read_table", lru_cache(lemmas.read_table))
        examples = [one for one in read_project(ROOT).examples if one.intent in self.FEW]
        few = [one for intent in self.FEW for one in [e for e in examples if e.intent == intent][:30]]
        first = cross_validated(few, ROOT / "config.yml", folds=3)
        assert [answer.text for answer in first] == [one.words for one in few]
        assert figures.accuracy(first) < 1
        assert first == cross_validated(few, ROOT / "config.yml", folds=3)

    def test_a_pipeline_without_the_classifier_is_refused(self, tmp_path: Path) -> None:
        config = tmp_path / "config.yml"
        config.write_text("pipeline: [{name: DIETClassifier}]", encoding="utf-8")
        with pytest.raises(EvaluationError, match="PortugueseIntentClassifier"):
            cross_validated([], config, 2)


class TestCitizens:
    RIGHT = Citizen(
        name="teste: tudo certo",
        says=("oi",),
        answers={slot: ("1",) for slot in ("criterio", "servico", "area", "confirmacao")} | {"municipio": ("sinop",)},
        expected={
            "criterio": ("renda_individual",), "elegibilidade": ("elegivel",), "servico": ("novo_atendimento",),
            "area": ("civel",), "municipio": ("Sinop",), "nucleo": ("sinop",), "atendimento_humano": (True,),
        },
    )  # fmt: skip

    def end(self, citizen: Citizen) -> Ending:
        with office_clock(AT):
            return asyncio.run(converse(trained_agent(), citizen))

    def test_a_conversation_with_every_slot_right_succeeds(self) -> None:
        ending = self.end(self.RIGHT)
        assert ending.problems == ()
        assert ending.messages == 6

    def test_a_wrong_slot_is_named(self) -> None:
        expected = {**self.RIGHT.expected, "nucleo": ("sorriso",), "assunto": ("familia", "saude")}
        ending = self.end(replace(self.RIGHT, name="teste: espera outro", expected=expected))
        assert ending.problems == (
            "assunto: vazio, esperado familia ou saude",
            "nucleo: sinop, esperado sorriso",
        )

    def test_a_question_about_what_was_said_already_fails(self) -> None:
        answers = {slot: said for slot, said in self.RIGHT.answers.items() if slot != "area"}
        ending = self.end(replace(self.RIGHT, name="teste: não devia perguntar", answers=answers))
        assert "perguntou area" in ending.problems[0]

    def test_nobody_talks_for_ever(self) -> None:
        answers = {**self.RIGHT.answers, "area": ("voltar",)}
        ending = self.end(replace(self.RIGHT, name="teste: volta sempre", answers=answers))
        assert ending.messages == MOST_MESSAGES
        assert f"não terminou em {MOST_MESSAGES} mensagens" in ending.problems[0]

    def test_the_office_clock_is_put_back(self) -> None:
        before = settings().clock_fixed_at
        with office_clock(AT):
            assert settings().clock_fixed_at is not None
        assert settings().clock_fixed_at == before


class TestSets:
    def test_nothing_measured_is_in_the_training_data(self) -> None:
        known = {normalise(example.words) for example in read_project(ROOT).examples}
        said = [said for said, _ in sets.read_needs(SETS / "necessidades.yml")]
        assert [text for text in said if normalise(text) in known] == []

    def test_every_subject_is_tried_and_nothing_is_said_twice(self) -> None:
        needs = sets.read_needs(SETS / "necessidades.yml")
        assert {subject for _, subject in needs} == set(Subject)
        assert min(Counter(subject for _, subject in needs).values()) >= 10
        assert len({normalise(said) for said, _ in needs}) == len(needs)

    def test_every_city_is_tried_misspelt_and_named_officially(self) -> None:
        cities, names = sets.read_cities(SETS / "cidades.yml"), set(office_facts().municipios)
        assert {name for _, name in cities.misspelt} == names
        assert {name for _, name in cities.messages} <= names

    def test_the_incomes_mean_something_known(self) -> None:
        meant = {value for _, value in sets.read_incomes(SETS / "rendas.yml")}
        assert meant == {"renda_individual", "renda_familiar", "acima_individual", "nenhum", "nao_dita"}

    def test_sixty_citizens_and_more_end_at_a_nucleo_that_exists(self) -> None:
        citizens = sets.read_citizens(SETS / "dialogos.yml")
        assert len(citizens) >= 60
        ends = {nucleo for citizen in citizens for nucleo in citizen.expected.get("nucleo", ())}
        assert ends <= set(office_facts().nucleos)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("rendas: [[ganho 2, ou 3, renda_individual]]", "vírgula"),
            ("rendas: [", "YAML"),
            ("outra: 1", "rendas"),
            ("", "vazio"),
        ],
    )
    def test_a_broken_set_says_what_to_mend(self, tmp_path: Path, text: str, says: str) -> None:
        file = tmp_path / "rendas.yml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(EvaluationError, match=says):
            sets.read_incomes(file)

    def test_a_missing_model_is_named_instead_of_another_being_taken(self, tmp_path: Path) -> None:
        with pytest.raises(EvaluationError, match="make train"):
            load_agent(tmp_path / "missing.tar.gz")
