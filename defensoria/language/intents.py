"""The intent model: which intent a Portuguese message has, and how sure that is. Knows nothing of Rasa."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from defensoria.language.features import Features, Tokens

_SEED = 20260101


@dataclass(frozen=True)
class Guess:
    """One intent with the probability that it is the right one."""

    intent: str
    confidence: float


class IntentModel:
    """Logistic regression, one intent against the rest, with probabilities calibrated on messages it had not seen.

    The same examples in the same order give the same model.
    """

    def __init__(self, *, strength: float = 10.0, folds: int = 4) -> None:
        """`strength`: how closely to follow the examples (scikit-learn's C). `folds`: for the calibration."""
        self._strength = strength
        self._folds = folds

    def fit(self, messages: Sequence[Tokens], intents: Sequence[str]) -> "IntentModel":
        """Learn from tokenised messages and the intent of each.

        Raises ValueError where an intent has fewer examples than there are folds, or there is only one intent.
        """
        self._features = Features()
        rows = self._features.fit(messages)
        labels = np.array(intents)
        self._temperature = self._calibrate(rows, labels)
        self._regression = self._new_regression().fit(rows, labels)
        return self

    def rank(self, message: Tokens) -> list[Guess]:
        """All intents, likeliest first; none for a message without tokens. The probabilities add up to 1."""
        if not message:
            return []
        scores = self._regression.decision_function(self._features.transform([message]))[0]
        chances = softmax(scores / self._temperature)
        order = np.argsort(-chances, kind="stable")
        return [Guess(str(self._regression.classes_[at]), float(chances[at])) for at in order]

    def _new_regression(self) -> LogisticRegression:
        return LogisticRegression(
            C=self._strength, solver="liblinear", multi_class="ovr", class_weight="balanced", random_state=_SEED
        )

    def _calibrate(self, rows: np.ndarray, labels: np.ndarray) -> float:
        """The temperature at which the scores of unseen messages are best read as probabilities."""
        classes = np.unique(labels)
        scores = np.zeros((len(labels), len(classes)))
        for seen, unseen in StratifiedKFold(self._folds, shuffle=True, random_state=_SEED).split(rows, labels):
            scores[unseen] = self._new_regression().fit(rows[seen], labels[seen]).decision_function(rows[unseen])
        truth = np.searchsorted(classes, labels)

        def surprise(temperature: float) -> float:
            return -float(log_softmax(scores / temperature, axis=1)[np.arange(len(truth)), truth].mean())

        return float(minimize_scalar(surprise, bounds=(0.05, 5.0), method="bounded").x)
