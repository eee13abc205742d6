"""Lemmas of a message's words: from spaCy's lookup table, or by a trained pipeline of spaCy's that is installed."""

import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import spacy_lookups_data

TABLE = Path(f"{spacy_lookups_data.pt['lemma_lookup']}.gz")

_BARE = str.maketrans("áàâãäéèêëíìîïóòôõöúùûüçñ", "aaaaaeeeeiiiiooooouuuucn")
# What tells a word's lemma needs neither the sentence's structure nor the names in it.
_NOT_NEEDED = ("parser", "senter", "ner")


class Lemmas(Protocol):
    """Gives each of a message's normalised words its lemma, without accents."""

    def __call__(self, message: Sequence[str]) -> list[str]:
        """As many lemmas as words."""


class NoPipeline(Exception):
    """The spaCy pipeline that was asked for is not installed; the message says what to do."""


class LookupLemmas:
    """The part of the big lemma table that can matter: the forms of every lemma that some messages use."""

    def __init__(self, messages: Iterable[Sequence[str]]) -> None:
        table = read_table()
        met = {table.get(word, word) for message in messages for word in message}
        self._lemmas = {form: lemma for form, lemma in table.items() if lemma in met}

    def __call__(self, message: Sequence[str]) -> list[str]:
        """A word that the table does not know is its own lemma."""
        return [self._lemmas.get(word, word) for word in message]


class SpacyLemmas:
    """What a trained pipeline of spaCy's says, which sees each word among the others.

    Args:
        pipeline: the name of an installed package, such as `pt_core_news_sm`, or a folder.

    Raises:
        NoPipeline: there is none of that name.
    """

    def __init__(self, pipeline: str) -> None:
        # To import spaCy takes seconds and much memory: only who trains with it shall wait for it.
        import spacy
        from spacy.tokens import Doc

        self._name, self._doc = pipeline, Doc
        try:
            self._pipeline = spacy.load(pipeline, exclude=_NOT_NEEDED)
        except OSError:
            raise NoPipeline(
                f"O spaCy não tem o modelo {pipeline}, pedido pela receita. Instale-o com "
                "`.venv/bin/pip install --require-hashes --no-deps -r requirements-spacy.txt`, "
                "ou treine com config.yml (make train), que não precisa dele."
            ) from None

    def __call__(self, message: Sequence[str]) -> list[str]:
        """A word that the pipeline gives no lemma is its own."""
        doc = self._doc(self._pipeline.vocab, words=list(message))
        for _, component in self._pipeline.pipeline:
            doc = component(doc)
        return [token.lemma_.lower().translate(_BARE) or token.text for token in doc]

    def __reduce__(self) -> tuple[Any, ...]:
        # A trained model keeps the name; the pipeline is installed where it is used.
        return SpacyLemmas, (self._name,)


def read_table() -> dict[str, str]:
    """Inflected form → lemma, both without accents, from spaCy's Portuguese lookup table (spacy-lookups-data)."""
    with gzip.open(TABLE, "rt", encoding="utf-8") as table:
        forms: dict[str, str] = json.load(table)
    lemmas: dict[str, str] = {}
    for form, lemma in forms.items():
        bare = form.translate(_BARE)
        # "país" and "pais" are one without accents: the form that is spelled without them is the one meant.
        if bare == form or bare not in lemmas:
            lemmas[bare] = lemma.translate(_BARE)
    return lemmas
