"""The intent classifier: what it promises of any text, and the training and noisy data that it lives on."""

from collections import Counter
from pathlib import Path

import pytest
import spacy
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from defensoria.language import concepts
from defensoria.language.classifier import PortugueseIntentClassifier
from defensoria.language.composites import compose
from defensoria.language.features import tokens
from defensoria.language.intents import IntentModel
from defensoria.language.text import normalise, words

# One process trains the model of these tests, and not each.
pytestmark = pytest.mark.xdist_group("classifier")

ROOT = Path(__file__).parents[2]
# The subjects decide the núcleo; the other intents only what is said next.
SUBJECTS = frozenset({
    "pedir_alimentos", "tratar_familia", "tratar_sucessoes", "pedir_saude", "reclamar_consumidor", "negociar_dividas",
    "defender_moradia", "pedir_registro_civil", "cuidar_de_vulneravel", "relatar_violencia", "proteger_crianca",
    "outro_civel", "relatar_prisao", "responder_processo_criminal", "acompanhar_execucao_penal", "outro_criminal",
})  # fmt: skip
# The first two were looked at while examples were written; only the third tells how well strangers are understood.
NOISY_SETS = ("noisy.yml", "fresh.yml", "blind.yml")

Example = tuple[str, str]


def read_examples(*paths: Path) -> list[Example]:
    return [
        (line.removeprefix("- "), block["intent"])
        for path in paths
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        if "intent" in block
        for line in block["examples"].splitlines()
    ]


def training_examples() -> list[Example]:
    return read_examples(*sorted((ROOT / "data" / "nlu").glob("*.yml")))


def noisy_examples(name: str) -> list[Example]:
    return read_examples(ROOT / "tests" / "nlu" / name)


def as_training_data(examples: list[Example]) -> TrainingData:
    return TrainingData([Message({TEXT: text, INTENT: intent}) for text, intent in examples])


class Workshop:
    """Trains and loads the component in one folder, as Rasa's graph does."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.storage = LocalModelStorage(folder)
        self.resource = Resource("classifier")
        self.context = ExecutionContext(GraphSchema({}))
        self.config = PortugueseIntentClassifier.get_default_config()

    def train(self, examples: list[Example]) -> PortugueseIntentClassifier:
        component = PortugueseIntentClassifier.create(self.config, self.storage, self.resource, self.context)
        component.train(as_training_data(examples))
        return component

    def load(self) -> PortugueseIntentClassifier:
        return PortugueseIntentClassifier.load(self.config, self.storage, self.resource, self.context)


def parse(component: PortugueseIntentClassifier, text: str | None) -> Message:
    return component.process([Message({TEXT: text})])[0]


def intent_of(component: PortugueseIntentClassifier, text: str | None) -> str | None:
    name: str | None = parse(component, text).get(INTENT)["name"]
    return name


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    made = Workshop(tmp_path_factory.mktemp("classifier"))
    made.train(training_examples())
    return made


@pytest.fixture(scope="module")
def classifier(workshop: Workshop) -> PortugueseIntentClassifier:
    return workshop.load()


def share_right(component: PortugueseIntentClassifier, examples: list[Example], said: str = "{}") -> float:
    right = [intent_of(component, said.format(text)) == intent for text, intent in examples]
    return sum(right) / len(right)


def needs_of(name: str) -> list[Example]:
    return [(text, intent) for text, intent in noisy_examples(name) if intent in SUBJECTS]


def test_one_message_is_weighed_as_the_vectorizer_weighs_it(classifier: PortugueseIntentClassifier) -> None:
    model = classifier._model
    for text, _ in [*noisy_examples("fresh.yml")[::10], ("xyzqw", ""), ("👍", "")]:
        ours, its = model._row(tokens(text)), model._vectorizer.transform([tokens(text)])
        assert abs(ours - its).sum() < 1e-5


class TestNumbers:
    @pytest.mark.parametrize("said", ["2", "2️⃣", "a segunda", "segunda", "a primeira", "opção 3", "um"])
    def test_what_only_numbers_an_option_is_no_intent(self, classifier: PortugueseIntentClassifier, said: str) -> None:
        assert intent_of(classifier, said) is None


class TestUnderstanding:
    @pytest.mark.parametrize(("name", "floor"), [("noisy.yml", 0.93), ("fresh.yml", 0.95), ("blind.yml", 0.86)])
    def test_it_understands_messages_it_has_not_seen(
        self, classifier: PortugueseIntentClassifier, name: str, floor: float
    ) -> None:
        assert share_right(classifier, noisy_examples(name)) >= floor

    @pytest.mark.parametrize(("name", "floor"), [("noisy.yml", 0.93), ("fresh.yml", 0.95), ("blind.yml", 0.91)])
    def test_it_understands_needs_best(self, classifier: PortugueseIntentClassifier, name: str, floor: float) -> None:
        assert share_right(classifier, needs_of(name)) >= floor

    @pytest.mark.parametrize(
        "said",
        [
            "bom dia moro em curvelândia, ganho 1.750, {}",
            "{} sou de matupá",
            "sou moradora do bairro pedra 90 e {}",
        ],
    )
    def test_a_city_and_an_income_beside_a_need_do_not_hide_it(
        self, classifier: PortugueseIntentClassifier, said: str
    ) -> None:
        assert share_right(classifier, needs_of("blind.yml"), said) >= 0.87

    def test_its_confidence_can_be_trusted(self, classifier: PortugueseIntentClassifier) -> None:
        answers = [(parse(classifier, text).get(INTENT), intent) for text, intent in noisy_examples("blind.yml")]
        sure = [answer["name"] == intent for answer, intent in answers if answer["confidence"] >= 0.5]
        assert sum(sure) / len(sure) >= 0.90
        assert len(sure) / len(answers) >= 0.85

    def test_the_ranking_is_ordered_and_begins_with_the_intent(self, classifier: PortugueseIntentClassifier) -> None:
        message = parse(classifier, "o pai do meu filho não paga pensão")
        ranking = message.get(INTENT_RANKING_KEY)
        confidences = [guess["confidence"] for guess in ranking]
        assert ranking[0] == message.get(INTENT)
        assert ranking[0]["name"] == "pedir_alimentos"
        assert confidences == sorted(confidences, reverse=True)
        assert len(ranking) == 10


class TestAnyText:
    @pytest.mark.parametrize(
        "text",
        ["", " ", "1", "7", "1️⃣", "2.", "3)", "10,00", "?", "...", "👍", "😀😀", None, "你好", "/restart", '{"a": 1}'],
    )
    def test_without_anything_to_read_no_intent_is_guessed(
        self, classifier: PortugueseIntentClassifier, text: str | None
    ) -> None:
        message = parse(classifier, text)
        assert message.get(INTENT) == {"name": None, "confidence": 0.0}
        assert message.get(INTENT_RANKING_KEY) == []

    @settings(max_examples=150, deadline=None)
    @given(st.text(max_size=300))
    def test_it_never_raises(self, classifier: PortugueseIntentClassifier, text: str) -> None:
        message = parse(classifier, text)
        assert 0.0 <= message.get(INTENT)["confidence"] <= 1.0

    @settings(max_examples=50, deadline=None)
    @given(st.text(alphabet="0123456789 .,()ºª️⃣🔟", max_size=20))
    def test_digits_are_never_classified(self, classifier: PortugueseIntentClassifier, text: str) -> None:
        if not any(map(str.isalpha, text)):
            assert intent_of(classifier, text) is None

    def test_a_very_long_text_is_read_by_its_beginning(self, classifier: PortugueseIntentClassifier) -> None:
        assert intent_of(classifier, "meu marido me bate e tenho medo " + "bla " * 50_000) is not None

    def test_spelling_case_and_accents_do_not_matter(self, classifier: PortugueseIntentClassifier) -> None:
        assert parse(classifier, "QUERO PEDIR PENSÃO!!!").get(INTENT) == parse(classifier, "quero pedir pensao").get(
            INTENT
        )


class TestTraining:
    FEW = (
        "pedir_alimentos",
        "relatar_prisao",
        "informar_renda",
        "informar_municipio",
        "cumprimentar",
    )

    @pytest.fixture(scope="class")
    def few(self) -> list[Example]:
        return [example for example in training_examples() if example[1] in self.FEW]

    def test_the_same_examples_give_the_same_model(self, few: list[Example], tmp_path: Path) -> None:
        one, other = (Workshop(tmp_path / name).train(few) for name in ("one", "other"))
        for text, _ in noisy_examples("fresh.yml")[::10]:
            assert parse(one, text).get(INTENT_RANKING_KEY) == parse(other, text).get(INTENT_RANKING_KEY)

    def test_a_loaded_model_answers_as_the_trained_one(self, few: list[Example], tmp_path: Path) -> None:
        shop = Workshop(tmp_path)
        trained, text = shop.train(few), "prenderam meu filho ontem"
        assert parse(shop.load(), text).get(INTENT_RANKING_KEY) == parse(trained, text).get(INTENT_RANKING_KEY)

    def test_without_examples_nothing_is_guessed(self, tmp_path: Path) -> None:
        shop = Workshop(tmp_path)
        assert intent_of(shop.train([]), "oi") is None
        assert intent_of(shop.load(), "oi") is None

    def test_a_spacy_pipeline_named_in_the_recipe_tells_the_lemmas(self, tmp_path: Path) -> None:
        folder = tmp_path / "pipeline"
        spacy.blank("pt").to_disk(folder)
        shop = Workshop(tmp_path / "models")
        shop.config["spacy_pipeline"] = str(folder)
        few = [one for one in training_examples() if one[1] in ("cumprimentar", "pedir_alimentos", "relatar_prisao")]
        assert intent_of(shop.train(few), "quero pensão pro meu filho") == "pedir_alimentos"
        assert intent_of(shop.load(), "quero pensão pro meu filho") == "pedir_alimentos"

    def test_an_intent_with_too_few_examples_is_named(self) -> None:
        messages = [["oi"], ["ola"], ["bom", "dia"], ["preso"]]
        with pytest.raises(ValueError, match='"relatar_prisao" has 1 examples'):
            IntentModel(messages, ["cumprimentar"] * 3 + ["relatar_prisao"])

    def test_the_fingerprint_follows_the_concepts(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        before = PortugueseIntentClassifier.fingerprint_addon({})
        edited = tmp_path / "concepts.yml"
        edited.write_text(concepts.CONCEPTS.read_text(encoding="utf-8") + "\nbicho: [gato]\n", encoding="utf-8")
        assert PortugueseIntentClassifier.fingerprint_addon({}) == before
        monkeypatch.setattr(concepts, "CONCEPTS", edited)
        assert PortugueseIntentClassifier.fingerprint_addon({}) != before


class TestReading:
    def test_numbers_are_one_token(self) -> None:
        assert tokens("ganho 1.500 por mês") == ["ganho", "_numero_", "por", "mes"]

    def test_phrases_and_beginnings_become_concepts(self) -> None:
        assert concepts.conceive(["quitinete", "conta", "de", "luz", "divorciada", "xpto"]) == [
            "@moradia",
            "@conta_luz_agua",
            "@separar",
            "xpto",
        ]

    def test_every_concept_is_found_by_each_of_its_words(self) -> None:
        for concept, said in yaml.safe_load(concepts.CONCEPTS.read_text(encoding="utf-8")).items():
            whole = [entry for entry in said if not entry.endswith("*")]
            assert [entry for entry in whole if concepts.conceive(words(entry)) != [f"@{concept}"]] == []

    def test_a_concept_entry_with_a_misplaced_star_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wrong = tmp_path / "concepts.yml"
        wrong.write_text("casa: [lote, casa* nova]", encoding="utf-8")
        monkeypatch.setattr(concepts, "CONCEPTS", wrong)
        with pytest.raises(ValueError, match=r'"casa\* nova" in "casa"'):
            concepts.read_entries()

    def test_a_word_means_one_concept(self) -> None:
        entries = Counter(entry for said in yaml.safe_load(concepts.CONCEPTS.read_text()).values() for entry in said)
        assert [entry for entry, times in entries.items() if times > 1] == []

    def test_a_composite_keeps_the_need_and_its_intent(self) -> None:
        messages = [["bom", "dia"], ["moro", "em", "sinop"], ["meu", "filho", "foi", "preso"]]
        made = compose(messages, ["cumprimentar", "informar_municipio", "relatar_prisao"], [["sorriso"]])
        need = next(composite for composite in made if composite.intent == "relatar_prisao")
        assert need.source == 2
        assert " ".join(messages[2]) in " ".join(need.message)
        assert len(need.message) > len(messages[2])
        assert ["sorriso"] in [composite.message for composite in made if composite.intent == "informar_municipio"]


class TestData:
    def test_no_example_is_written_twice(self) -> None:
        intents: dict[str, list[str]] = {}
        for text, intent in training_examples():
            intents.setdefault(normalise(text), []).append(intent)
        assert {text: said for text, said in intents.items() if len(said) > 1} == {}

    @pytest.mark.parametrize("name", NOISY_SETS)
    def test_no_noisy_message_is_a_training_example(self, name: str) -> None:
        known = {normalise(text) for text, _ in training_examples()}
        assert [text for text, _ in noisy_examples(name) if normalise(text) in known] == []

    def test_the_noisy_sets_do_not_repeat_each_other(self) -> None:
        said = Counter(normalise(text) for name in NOISY_SETS for text, _ in noisy_examples(name))
        assert [text for text, times in said.items() if times > 1] == []

    def test_every_intent_has_examples_enough(self) -> None:
        counted = Counter(intent for _, intent in training_examples())
        assert {intent: n for intent, n in counted.items() if n < (80 if intent in SUBJECTS else 50)} == {}

    @pytest.mark.parametrize("name", NOISY_SETS)
    def test_the_noisy_sets_try_every_intent(self, name: str) -> None:
        counted = Counter(intent for _, intent in noisy_examples(name))
        assert set(counted) == {intent for _, intent in training_examples()}
        assert min(counted.values()) >= 6

    def test_no_example_holds_a_phone_or_a_document_number(self) -> None:
        everything = training_examples() + [example for name in NOISY_SETS for example in noisy_examples(name)]
        digits = [(text, "".join(filter(str.isdigit, word))) for text, _ in everything for word in text.split()]
        assert [text for text, run in digits if len(run) >= 8] == []
