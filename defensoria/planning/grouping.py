"""What was not understood, alike with alike: each group with how many said it, at which question, and examples.

A word in an example is one of the project's own examples, or several citizens wrote it; any other stands for itself
as `[...]`, since who alone writes a word may be known by it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from defensoria.office.facts import office_facts
from defensoria.planning.misunderstood import Said
from defensoria.planning.naming import LISTED_NAMES, plain
from defensoria.settings import ROOT

RARE = "[...]"
MOST_EXAMPLES = 5
LONGEST_EXAMPLE = 160
"""Letters; who tells a longer story tells whose it is."""

_TRAINING = ROOT / "data" / "nlu"
_ALIKE = 0.35
"""The cosine from which on two messages are one group's; found by trying it on the sets of noisy messages."""
_LETTERS = (2, 4)
_MARK = re.compile(r"\[[\w.]+\]")
_WORD = re.compile(r"\[[\w.]+\]|[^\W\d_]+")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Messages that are alike.

    Attributes:
        messages: how many.
        citizens: how many different people wrote them.
        questions: the slot that was asked for → how many of the messages.
        intent: what the model most often held likeliest, None where it held nothing so.
        confidence: how sure it was of that, on average.
        examples: the commonest and most typical, anonymised, each of another citizen.
    """

    messages: int
    citizens: int
    questions: Sequence[tuple[str | None, int]]
    intent: str | None
    confidence: float
    examples: Sequence[str]


@dataclass(frozen=True)
class Groups:
    """Every group that may be shown, the largest first, and what is only counted: few citizens said the like."""

    shown: Sequence[Group]
    few_groups: int
    few_messages: int

    @property
    def messages(self) -> int:
        """All that was not understood."""
        return self.few_messages + sum(group.messages for group in self.shown)


def group(said: Sequence[Said], fewest: int) -> Groups:
    """Group messages; the same messages always make the same groups.

    Args:
        said: the messages.
        fewest: how many citizens must have said the like for any of its words to be shown.
    """
    known = _words_of_several(said, fewest) | _ordinary_words()
    found = [_group(members, known) for members in _alike(said)]
    shown = [one for one in found if one.citizens >= fewest and one.examples]
    few = [one for one in found if not (one.citizens >= fewest and one.examples)]
    shown.sort(key=lambda one: (-one.citizens, -one.messages, one.examples))
    return Groups(shown, len(few), sum(one.messages for one in few))


@lru_cache(maxsize=1)
def _ordinary_words() -> frozenset[str]:
    """The words of the examples that the model learns from, but for people's names, and those of the towns."""
    texts = (file.read_text(encoding="utf-8") for file in sorted(_TRAINING.glob("*.yml")))
    learnt = frozenset(word for text in texts for word in _words(text)) - LISTED_NAMES
    return learnt.union(*map(_words, office_facts().municipios))


def _words_of_several(said: Iterable[Said], fewest: int) -> set[str]:
    writers: Mapping[str, set[int]] = defaultdict(set)
    for one in said:
        for word in _words(one.text):
            writers[word].add(one.citizen_id)
    return {word for word, citizens in writers.items() if len(citizens) >= fewest}


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(plain(text)) if not word.startswith("[")]


def _alike(said: Sequence[Said]) -> list[list[Said]]:
    """The messages in groups: the commonest wording leads, and takes all that is like it and not yet taken."""
    of_wording: Mapping[str, list[Said]] = defaultdict(list)
    for one in said:
        of_wording[plain(one.text)].append(one)
    wordings = sorted(of_wording, key=lambda wording: (-len(of_wording[wording]), len(wording), wording))
    if not wordings:
        return []
    likeness = _likeness(wordings)
    left = dict.fromkeys(range(len(wordings)))
    groups = []
    while left:
        leader = next(iter(left))
        like = [leader, *(at for at in likeness[leader].indices if at != leader and at in left)]
        for at in like:
            del left[at]
        groups.append([one for at in like for one in of_wording[wordings[at]]])
    return groups


def _likeness(wordings: Sequence[str]) -> Any:
    """Which wordings are alike, as a sparse matrix."""
    # A second at its first use, which a desk where nobody plans need not wait for.
    from sklearn.feature_extraction.text import TfidfVectorizer

    # What was taken out makes nothing alike.
    told = [_MARK.sub(" ", wording).strip() or wording for wording in wordings]
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=_LETTERS, sublinear_tf=True).fit_transform(told)
    likeness = (vectors @ vectors.T).tocsr()
    likeness.data[likeness.data < _ALIKE] = 0
    likeness.eliminate_zeros()
    likeness.sort_indices()
    return likeness


def _group(members: Sequence[Said], known: set[str] | frozenset[str]) -> Group:
    intents = Counter(one.intent for one in members)
    intent = min(intents, key=lambda name: (-intents[name], name or ""))
    sure = [one.confidence for one in members if one.intent == intent]
    questions = Counter(one.question for one in members)
    return Group(
        messages=len(members),
        citizens=len({one.citizen_id for one in members}),
        questions=sorted(questions.items(), key=lambda pair: (-pair[1], pair[0] or "")),
        intent=intent,
        confidence=sum(sure) / len(sure),
        examples=_examples(members, known),
    )


def _examples(members: Sequence[Said], known: set[str] | frozenset[str]) -> list[str]:
    examples: dict[str, str] = {}
    citizens: set[int] = set()
    for one in members:
        text = _WORD.sub(lambda found: found[0] if _may_show(found[0], known) else RARE, one.text)
        tells = any(letter.isalnum() for letter in _MARK.sub("", text))
        if tells and len(text) <= LONGEST_EXAMPLE and one.citizen_id not in citizens and plain(text) not in examples:
            examples[plain(text)] = text
            citizens.add(one.citizen_id)
    return list(examples.values())[:MOST_EXAMPLES]


def _may_show(word: str, known: set[str] | frozenset[str]) -> bool:
    return word.startswith("[") or plain(word) in known
