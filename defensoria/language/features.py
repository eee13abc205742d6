"""What the intent model sees of a message: words, pieces of words, sounds, lemmas and concepts."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise

from defensoria.language.concepts import conceive
from defensoria.language.lemmas import Lemmas
from defensoria.language.text import is_code, phonetic, words

# A message is about what its beginning says; longer texts would only cost time.
_LONGEST = 200
_NUMBER = "_numero_"

Tokens = list[str]


def tokens(text: str) -> Tokens:
    """The first 200 normalised words of a text, every number replaced by one same token.

    Empty for code (JSON, SQL, a command) and for a text without any letter: bare digits, signs and emoji.
    """
    if is_code(text) or not any(map(str.isalpha, text)):
        return []
    return [_NUMBER if any(map(str.isdigit, word)) else word for word in words(text)[:_LONGEST]]


class Features:
    """Lists the features of a message, each view of it with its own prefix, for a bag-of-features vectorizer."""

    def __init__(self, lemmas: Lemmas) -> None:
        """`lemmas`: what gives words theirs."""
        self._lemmas = lemmas

    def __call__(self, message: Tokens) -> list[str]:
        """The features of one message."""
        lemmas = self._lemmas(message)
        concepts = conceive(message)
        found = [feature for word in message for feature in _features_of(word)]
        found += [f"lemma {item}" for item in _runs(lemmas)]
        found += [f"concept {item}" for item in _runs(concepts)]
        met = sorted({concept for concept in concepts if concept.startswith("@")})
        return found + [f"both {one} {other}" for one, other in combinations(met, 2)]


@lru_cache(maxsize=16384)
def _features_of(word: str) -> tuple[str, ...]:
    return (f"word {word}", f"sound {phonetic(word)}", *_pieces(word))


def _pieces(word: str) -> Iterator[str]:
    """Pieces of 2 to 4 letters of a word with its borders, most of which a typo leaves whole."""
    padded = f" {word} "
    for size in (2, 3, 4):
        for at in range(len(padded) - size + 1):
            yield f"piece {padded[at : at + size]}"


def _runs(items: Sequence[str]) -> list[str]:
    """Single items, and pairs of neighbours in which the ends of the message count as items."""
    marked = ["^", *items, "$"]
    return [*items, *(f"{one} {other}" for one, other in pairwise(marked))]
