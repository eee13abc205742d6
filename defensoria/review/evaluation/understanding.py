"""Which intents are understood: in cross-validation over the training data, and in messages kept apart from it."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from rasa.core.agent import Agent
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import StratifiedKFold

from defensoria.language.classifier import PortugueseIntentClassifier
from defensoria.review.evaluation.agent import parse
from defensoria.review.evaluation.errors import EvaluationError
from defensoria.review.evaluation.figures import Answer
from defensoria.review.project import Example

FALLBACK = "nlu_fallback"
_SEED = 1988
_CLASSIFIER = "PortugueseIntentClassifier"
_FALLBACK_CLASSIFIER = "FallbackClassifier"

Config = Mapping[str, Any]
"""The settings of one component of the pipeline."""


def cross_validated(examples: Sequence[Example], config: Path, folds: int) -> list[Answer]:
    """Every example, understood by a model that was trained on the others of `folds` parts.

    The parts are the same for the same examples, and each has its share of every intent. `config` is Rasa's, whose
    settings of the classifier and of the fallback are used.

    Raises:
        EvaluationError: the pipeline lacks one of the two.
    """
    classifier, fallback = _settings(config, _CLASSIFIER), _settings(config, _FALLBACK_CLASSIFIER)
    intents = [example.intent for example in examples]
    answers: dict[int, Answer] = {}
    for learning, unseen in StratifiedKFold(folds, shuffle=True, random_state=_SEED).split(intents, intents):
        component = _trained(classifier, [examples[at] for at in learning])
        messages = [Message({TEXT: examples[at].words}) for at in unseen]
        messages = FallbackClassifier({**FallbackClassifier.get_default_config(), **fallback}).process(
            component.process(messages)
        )
        for at, message in zip(unseen, messages, strict=True):
            answers[at] = answer_of(message, examples[at].intent)
    return [answers[at] for at in sorted(answers)]


async def answered(agent: Agent, examples: Sequence[Example]) -> tuple[list[Answer], list[float]]:
    """What the trained model understands in each example, and the milliseconds that each took."""
    answers, times = [], []
    for example in examples:
        started = time.perf_counter()
        message = await parse(agent, example.words)
        times.append((time.perf_counter() - started) * 1000)
        answers.append(answer_of(message, example.intent))
    return answers, times


def answer_of(message: Message, expected: str) -> Answer:
    """What was understood in a message, the fallback told apart from the intents that it stands in for."""
    ranking = [guess["name"] for guess in message.get(INTENT_RANKING_KEY) or () if guess["name"] != FALLBACK]
    understood = (message.get(INTENT) or {}).get("name")
    return Answer(message.get(TEXT), expected, tuple(ranking), understood not in (None, FALLBACK))


def _trained(settings: Config, examples: Sequence[Example]) -> PortugueseIntentClassifier:
    with TemporaryDirectory() as folder:
        component = PortugueseIntentClassifier.create(
            {**PortugueseIntentClassifier.get_default_config(), **settings},
            LocalModelStorage(Path(folder)),
            Resource("classifier"),
            ExecutionContext(GraphSchema({})),
        )
        component.train(TrainingData([Message({TEXT: one.words, INTENT: one.intent}) for one in examples]))
    return component


def _settings(config: Path, component: str) -> Config:
    pipeline = yaml.safe_load(config.read_text(encoding="utf-8")).get("pipeline") or ()
    for entry in pipeline:
        if str(entry.get("name", "")).rpartition(".")[2] == component:
            return {name: value for name, value in entry.items() if name != "name"}
    raise EvaluationError(f"{config}: o pipeline não tem {component}. É esse o modelo que esta avaliação mede.")
