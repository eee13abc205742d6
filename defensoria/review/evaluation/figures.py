"""The figures of a classifier, computed from what was expected and what was understood. Knows nothing of Rasa."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sklearn.metrics import precision_recall_fscore_support

NOTHING = "(nada)"
"""What a message is taken for when there is nothing in it to read."""


@dataclass(frozen=True)
class Answer:
    """A message, its intent, the intents understood (likeliest first), and whether the first was sure enough to use."""

    text: str
    expected: str
    ranking: tuple[str, ...]
    accepted: bool

    @property
    def understood(self) -> str:
        """The likeliest intent."""
        return self.ranking[0] if self.ranking else NOTHING

    @property
    def right(self) -> bool:
        """Whether the likeliest intent is the one expected."""
        return self.understood == self.expected


@dataclass(frozen=True)
class IntentScore:
    """How one intent is understood, each from 0 to 1, and how many messages have it."""

    precision: float
    recall: float
    f1: float
    messages: int


@dataclass(frozen=True)
class Confusion:
    """One intent taken for another: how often, and a few of the messages."""

    expected: str
    understood: str
    times: int
    messages: tuple[str, ...]


def share(hits: Sequence[bool]) -> float:
    """How many of all are true, from 0 to 1; 0 where there are none."""
    return sum(hits) / len(hits) if hits else 0.0


def accuracy(answers: Sequence[Answer]) -> float:
    """The share of messages whose likeliest intent is right."""
    return share([answer.right for answer in answers])


def top(answers: Sequence[Answer], best: int) -> float:
    """The share of messages whose intent is among the `best` likeliest."""
    return share([answer.expected in answer.ranking[:best] for answer in answers])


def coverage(answers: Sequence[Answer]) -> float:
    """The share of messages understood surely enough to be used."""
    return share([answer.accepted for answer in answers])


def accepted_precision(answers: Sequence[Answer]) -> float:
    """The share of right ones among the messages understood surely enough to be used."""
    return share([answer.right for answer in answers if answer.accepted])


def intent_scores(answers: Sequence[Answer]) -> dict[str, IntentScore]:
    """The score of every intent that some message has, in alphabetical order."""
    names = sorted({answer.expected for answer in answers})
    columns = precision_recall_fscore_support(
        [answer.expected for answer in answers],
        [answer.understood for answer in answers],
        labels=names,
        zero_division=0,
    )
    return {
        name: IntentScore(float(precision), float(recall), float(f1), int(messages))
        for name, precision, recall, f1, messages in zip(names, *columns, strict=True)
    }


def macro_f1(answers: Sequence[Answer]) -> float:
    """The mean F1 of the intents, each counting the same."""
    scores = intent_scores(answers).values()
    return sum(score.f1 for score in scores) / len(scores) if scores else 0.0


def matrix(answers: Sequence[Answer]) -> dict[str, dict[str, int]]:
    """Expected intent → understood intent → how many messages; pairs that never happened are left out."""
    counted = Counter((answer.expected, answer.understood) for answer in answers)
    rows: dict[str, dict[str, int]] = defaultdict(dict)
    for (expected, understood), times in sorted(counted.items()):
        rows[expected][understood] = times
    return dict(rows)


def confusions(answers: Sequence[Answer], most: int, examples: int = 3) -> list[Confusion]:
    """The `most` frequent confusions, the worst first, each with its first messages."""
    confused: dict[tuple[str, str], list[str]] = defaultdict(list)
    for answer in answers:
        if not answer.right:
            confused[answer.expected, answer.understood].append(answer.text)
    worst = sorted(confused.items(), key=lambda entry: (-len(entry[1]), entry[0]))[:most]
    return [Confusion(*pair, len(messages), tuple(messages[:examples])) for pair, messages in worst]
