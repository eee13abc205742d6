"""Rasa's intent classifier for citizens' Portuguese: the intent model as a graph component."""

import hashlib
import logging
from pathlib import Path
from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from defensoria.language import composites, concepts, features, intents, lemmas, text
from defensoria.language.courtesy import COURTESY, is_courtesy
from defensoria.language.features import Tokens, tokens
from defensoria.language.gazetteer import Kind, gazetteer
from defensoria.language.heard import NEED
from defensoria.language.intents import IntentModel
from defensoria.language.menu import is_number

logger = logging.getLogger(__name__)

_FILE = "intents.joblib"
_CITY_KINDS = frozenset({Kind.NICKNAME, Kind.DISTRICT, Kind.NEIGHBOURHOOD})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class PortugueseIntentClassifier(IntentClassifier, GraphComponent):  # type: ignore[misc]
    """Sets `intent`, `intent_ranking`, `necessidade` and `cortesia` on each message.

    The intent is None, with confidence 0, where there is nothing to read.

    Nothing to read: no letter, code ("/restart", JSON), or no word, nor piece of one, that the examples have.
    The model is kept with joblib, that is, pickled: loading one runs code, so load only models trained here.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        """`model` is None until training."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`ranking_length`: how many intents the ranking names. `strength`, `folds`: see `IntentModel`.

        `spacy_pipeline`: the trained pipeline that tells lemmas (see `SpacyLemmas`); None for the lookup table.
        """
        return {"ranking_length": 10, "strength": 1.0, "folds": 3, "spacy_pipeline": None}

    @staticmethod
    def required_packages() -> list[str]:
        """Packages beyond Rasa's own."""
        return ["sklearn", "spacy", "spacy_lookups_data"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """The sources and the data behind this component: Rasa's cache looks only at this class."""
        modules = [Path(str(module.__file__)) for module in (composites, concepts, features, intents, lemmas, text)]
        files = [path.read_bytes() for path in [*modules, concepts.CONCEPTS, lemmas.TABLE]]
        return hashlib.sha256(b"".join([*files, repr(_cities()).encode()])).hexdigest()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "PortugueseIntentClassifier":
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "PortugueseIntentClassifier":
        """The trained component of a model; an untrained one where the model was trained without examples."""
        try:
            with model_storage.read_from(resource) as folder:
                return cls(config, model_storage, resource, joblib.load(folder / _FILE))
        except ValueError:
            logger.warning("The model holds no intents: train it with the examples of data/nlu/.")
            return cls.create(config, model_storage, resource, execution_context)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the intents and keep the model in the resource.

        Raises:
            InvalidConfigException: the recipe names a spaCy pipeline that is not installed.
        """
        examples = [(tokens(message.get(TEXT) or ""), message.get(INTENT)) for message in training_data.intent_examples]
        examples = [example for example in examples if example[0]]
        if examples:
            messages, labels = zip(*examples, strict=True)
            settings = {name: self._config[name] for name in ("strength", "folds")}
            self._model = IntentModel(messages, labels, _cities(), lemmas=self._lemmas(), **settings)
            with self._model_storage.write_to(self._resource) as folder:
                joblib.dump(self._model, folder / _FILE)
        return self._resource

    def _lemmas(self) -> lemmas.Lemmas | None:
        pipeline = self._config["spacy_pipeline"]
        try:
            return lemmas.SpacyLemmas(pipeline) if pipeline else None
        except lemmas.NoPipeline as missing:
            # Rasa shows its own exceptions as a sentence, and others as where in its graph they came from.
            raise InvalidConfigException(str(missing)) from None

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of each message and the ranking."""
        for message in messages:
            said = message.get(TEXT) or ""
            # "A segunda" answers a question; without one it is neither a farewell until Monday nor a need.
            guesses, need = self._model.read(tokens(said)) if self._model and not is_number(said) else ([], None)
            ranking = [{"name": guess.intent, "confidence": guess.confidence} for guess in guesses]
            best = ranking[0] if ranking else {"name": None, "confidence": 0.0}
            message.set(INTENT, best, add_to_output=True)
            message.set(NEED, need, add_to_output=True)
            message.set(COURTESY, is_courtesy(said, guesses[0].intent if guesses else None), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking[: self._config["ranking_length"]], add_to_output=True)
        return messages


def _cities() -> list[Tokens]:
    """The names of every município, and the nicknames, districts and neighbourhoods that name nothing else."""
    places = gazetteer()
    official = [municipio.name for place in places.exact.values() for municipio in place.municipios]
    others = [name for name, place in places.exact.items() if place.kind in _CITY_KINDS]
    return [tokens(name) for name in dict.fromkeys([*official, *others])]
