"""The intent model: which intent a Portuguese message has, and how sure that is. Knows nothing of Rasa."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, vstack
from scipy.special import log_softmax, softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from defensoria.language.composites import Composite, compose, is_need, is_question, join_needs
from defensoria.language.features import Features, Tokens
from defensoria.language.lemmas import Lemmas, LookupLemmas

_SEED = 1988
# Trains a third faster than scikit-learn's default and answers the same.
_TOLERANCE = 0.1
_NO_NEED, _FEWEST_CLASSES = "", 3
# How far a need must stand from the next best: of the messages of tests/nlu that tell none, 1 in 50 passes.
_APART = 0.35


@dataclass(frozen=True)
class Guess:
    """One intent with the probability that it is the right one."""

    intent: str
    confidence: float


class IntentModel:
    """A linear support vector machine over TF-IDF, its margins read as probabilities by one calibrated temperature.

    The same examples in the same order give the same model.
    """

    def __init__(
        self,
        messages: Sequence[Tokens],
        intents: Sequence[str],
        cities: Sequence[Tokens] = (),
        *,
        lemmas: Lemmas | None = None,
        strength: float = 1.0,
        folds: int = 3,
    ) -> None:
        """Learn from tokenised messages, none of them empty, the intent of each, and the names of cities.

        `lemmas`: what gives words theirs, the lookup table for None. `strength`: how closely to follow the examples
        (scikit-learn's C). `folds`: for the calibration.
        Raises ValueError where there are fewer than two intents, or an intent has fewer examples than `folds`.
        """
        _check(intents, folds)
        self._strength = strength
        composites = compose(messages, intents, cities)
        self._vectorizer = TfidfVectorizer(
            analyzer=Features(lemmas or LookupLemmas(messages)), sublinear_tf=True, dtype=np.float32
        )
        rows = self._vectorizer.fit_transform([*messages, *(composite.message for composite in composites)])
        self._needs = self._learn_needs(messages, intents, composites, rows)
        labels = np.array([*intents, *(composite.intent for composite in composites)])
        self._temperature = self._calibrate(rows, labels, composites, folds)
        machine = self._machine().fit(rows, labels)
        self.intents: list[str] = machine.classes_.tolist()
        self._weights = np.ascontiguousarray(machine.coef_.T, dtype=np.float32)
        self._offsets = machine.intercept_.astype(np.float32)

    def read(self, message: Tokens) -> tuple[list[Guess], str | None]:
        """The ranking, and the intent of the need told, whatever else is said: None for no need, or for two alike."""
        row = self._row(message)
        if not row.nnz:
            return [], None
        scores = row.data @ self._weights[row.indices] + self._offsets
        chances = softmax(scores / self._temperature)
        ranked = [Guess(self.intents[at], float(chances[at])) for at in np.argsort(-chances, kind="stable")]
        return ranked, self._told(self._needs, self._margins(self._needs, row)[0]) if self._needs else None

    def _row(self, message: Tokens) -> csr_matrix:
        """What the vectorizer makes of one message; it checks itself at each for longer than that takes."""
        places = self._vectorizer.vocabulary_
        counts = Counter(places[feature] for feature in self._vectorizer.analyzer(message) if feature in places)
        at = np.array(sorted(counts), dtype=np.int32)
        weights = (1 + np.log(np.array([counts[place] for place in at], dtype=np.float64))) * self._rarity[at]
        weights /= np.linalg.norm(weights) or 1.0
        whole = (weights.astype(np.float32), at, np.array([0, len(at)], dtype=np.int32))
        return csr_matrix(whole, shape=(1, len(places)), copy=False)

    @cached_property
    def _rarity(self) -> NDArray[np.float64]:
        """Inverse document frequencies, by a feature's place."""
        return np.asarray(self._vectorizer.idf_, dtype=np.float64)

    def _learn_needs(
        self, messages: Sequence[Tokens], intents: Sequence[str], composites: Sequence[Composite], rows: csr_matrix
    ) -> LinearSVC | None:
        """A second machine over the same features: which need a message tells, of those that tell one.

        Many a question names a need ("documentos para o divórcio") and would teach that it tells none: a first machine,
        which learns from no question, finds those, and the second learns without them.
        """
        joined = join_needs(messages, intents)
        labels = [*intents, *(composite.intent for composite in (*composites, *joined))]
        needs = np.array([intent if is_need(intent) else _NO_NEED for intent in labels])
        if len(set(needs)) < _FEWEST_CLASSES:
            return None
        if joined:
            rows = vstack([rows, self._vectorizer.transform([composite.message for composite in joined])]).tocsr()
        questions = np.flatnonzero([is_question(intent) for intent in labels])
        learning = np.ones(len(labels), dtype=bool)
        if questions.size:
            learning[questions] = False
            first = self._machine().fit(rows[learning], needs[learning])
            learning[questions] = [
                self._told(first, margins) is None for margins in self._margins(first, rows[questions])
            ]
        return self._machine().fit(rows[learning], needs[learning])

    @staticmethod
    def _margins(machine: LinearSVC, rows: csr_matrix) -> NDArray[np.float64]:
        margins: NDArray[np.float64] = machine.decision_function(rows)
        return margins

    @staticmethod
    def _told(machine: LinearSVC, margins: NDArray[np.float64]) -> str | None:
        """The need that stands before all others and before none by these margins, one a class of the machine."""
        ranked = [(margins[at], str(machine.classes_[at])) for at in np.argsort(-margins, kind="stable")]
        (best, need), *others = ranked
        rival = next(margin for margin, name in others if name != _NO_NEED)
        return need if need != _NO_NEED and best - rival >= _APART else None

    def _machine(self) -> LinearSVC:
        return LinearSVC(C=self._strength, class_weight="balanced", tol=_TOLERANCE, random_state=_SEED)

    def _calibrate(
        self, rows: csr_matrix, labels: NDArray[np.str_], composites: Sequence[Composite], folds: int
    ) -> float:
        """The temperature at which the margins of unseen examples are best read as probabilities."""
        examples = len(labels) - len(composites)
        # A composite goes where its example goes: otherwise its words would have been seen.
        source = np.array([*range(examples), *(composite.source for composite in composites)], dtype=float)
        classes, truth = np.unique(labels[:examples], return_inverse=True)
        margins = np.zeros((examples, len(classes)))
        folding = StratifiedKFold(folds, shuffle=True, random_state=_SEED)
        for _, unseen in folding.split(np.zeros(examples), truth):
            learning = ~np.isin(source, unseen)
            machine = self._machine().fit(rows[learning], labels[learning])
            margins[unseen] = machine.decision_function(rows[unseen])

        def surprise(temperature: float) -> float:
            return -float(log_softmax(margins / temperature, axis=1)[np.arange(examples), truth].mean())

        return float(minimize_scalar(surprise, bounds=(0.02, 5.0), method="bounded").x)


def _check(intents: Sequence[str], folds: int) -> None:
    examples = Counter(intents)
    if len(examples) < 2:
        raise ValueError(f"There is nothing to tell apart in {list(examples)}: give examples of two intents or more.")
    intent, fewest = min(examples.items(), key=lambda entry: entry[1])
    if fewest < folds:
        raise ValueError(f'Intent "{intent}" has {fewest} examples: write {folds} or more in data/nlu/, better 30.')
