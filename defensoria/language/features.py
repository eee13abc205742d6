"""What the intent model sees of a message: its words, pieces of words, sounds and lemmas, weighted by TF-IDF."""

import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import spacy_lookups_data
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from defensoria.language.text import phonetic, plain, words

NUMBER = "_numero_"
LEMMAS = Path(f"{spacy_lookups_data.pt['lemma_lookup']}.gz")

Span = tuple[int, int, str]
Tokens = list[str]


def tokens(text: str, spans: Iterable[Span] = ()) -> Tokens:
    """The normalised words of a text, with numbers and marked spans replaced by one token each.

    `spans` are `(start, end, name)` in characters of `text`; a span becomes `_name_`, so that which city or amount
    is meant does not sway the intent. Spans that overlap an earlier one or lie outside the text are left out.
    """
    found: Tokens = []
    position = 0
    for start, end, name in sorted(spans):
        if start < position or end <= start or end > len(text):
            continue
        found += _plain_tokens(text[position:start])
        found.append(f"_{name}_")
        position = end
    return found + _plain_tokens(text[position:])


def _plain_tokens(text: str) -> Tokens:
    return [NUMBER if any(map(str.isdigit, word)) else word for word in words(text)]


def read_lemmas() -> dict[str, str]:
    """Inflected form → lemma, both without accents, from spaCy's Portuguese lookup table (spacy-lookups-data)."""
    with gzip.open(LEMMAS, "rt", encoding="utf-8") as table:
        forms: dict[str, str] = json.load(table)
    lemmas: dict[str, str] = {}
    for form, lemma in forms.items():
        bare = form if form.isascii() else plain(form)
        # "país" and "pais" are one without accents: the form that is spelled without them is the one meant.
        if bare == form or bare not in lemmas:
            lemmas[bare] = lemma if lemma.isascii() else plain(lemma)
    return lemmas


class Features:
    """Turns tokens into one row of numbers; learns its vocabulary from the training messages."""

    def fit(self, messages: Sequence[Tokens]) -> csr_matrix:
        """Learn the vocabulary of `messages`; their features, a row each."""
        self._lemmas = _lemmas_met_in(messages)
        self._vectorizers = [
            TfidfVectorizer(analyzer=analyzer, sublinear_tf=True).fit(view)
            for analyzer, view in zip(_ANALYZERS, self._views(messages), strict=True)
        ]
        return self.transform(messages)

    def transform(self, messages: Sequence[Tokens]) -> csr_matrix:
        """The features of `messages`, a row each."""
        views = zip(self._vectorizers, self._views(messages), strict=True)
        return hstack([vectorizer.transform(view) for vectorizer, view in views], format="csr")

    def _views(self, messages: Sequence[Tokens]) -> list[list[Tokens]]:
        sounds = [[phonetic(word) for word in message] for message in messages]
        lemmas = [[self._lemmas.get(word, word) for word in message] for message in messages]
        return [list(messages), list(messages), sounds, lemmas]


def _lemmas_met_in(messages: Sequence[Tokens]) -> dict[str, str]:
    """The part of the big lemma table that can matter: the forms of every lemma that the messages use."""
    table = read_lemmas()
    met = {table.get(word, word) for message in messages for word in message}
    return {form: lemma for form, lemma in table.items() if lemma in met}


def _single(message: Tokens) -> Tokens:
    return message


def _pairs(message: Tokens) -> Tokens:
    marked = ["^", *message, "$"]
    return marked + [" ".join(pair) for pair in zip(marked, marked[1:], strict=False)]


def _pieces(message: Tokens) -> Tokens:
    """Pieces of 2 to 4 letters of each word with its borders, which a typo leaves mostly whole."""
    return [
        padded[at : at + size]
        for padded in (f" {word} " for word in message)
        for size in (2, 3, 4)
        for at in range(max(1, len(padded) - size + 1))
    ]


_ANALYZERS: list[Callable[[Tokens], Tokens]] = [_single, _pieces, _single, _pairs]
