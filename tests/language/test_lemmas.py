"""Where lemmas come from: the lookup table, or a trained pipeline of spaCy's for who has one."""

import pickle
from pathlib import Path

import pytest
import spacy
import yaml

from defensoria.language.lemmas import LookupLemmas, NoPipeline, SpacyLemmas

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A pipeline in a folder. It stands for the trained one, which is a release file and not a package of PyPI."""
    folder = tmp_path_factory.mktemp("pipeline")
    nlp = spacy.blank("pt")
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    nlp.add_pipe("sentencizer")
    nlp.initialize()
    nlp.to_disk(folder)
    return str(folder)


def test_both_give_each_word_its_lemma_without_accents(pipeline: str) -> None:
    said = ["as", "criancas", "moram", "comigo", "xyzq"]
    assert LookupLemmas([said])(said)[1:] == ["crianca", "morar", "comigo", "xyzq"]
    assert SpacyLemmas(pipeline)(["os", "filhos", "moram", "comigo", "xyzq"])[1:] == [
        "filho",
        "morar",
        "comigo",
        "xyzq",
    ]


def test_the_table_is_kept_only_for_the_words_that_were_met() -> None:
    assert LookupLemmas([["morar"]])(["moram", "criancas"]) == ["morar", "criancas"]


def test_a_kept_model_names_the_pipeline_and_does_not_hold_it(pipeline: str) -> None:
    kept = pickle.dumps(SpacyLemmas(pipeline))
    assert len(kept) < 500
    assert pickle.loads(kept)(["moram"]) == ["morar"]  # noqa: S301 - our own


def test_a_pipeline_that_is_not_installed_is_named_with_what_to_do() -> None:
    with pytest.raises(NoPipeline, match=r"pt_nenhum_sm.*requirements-spacy\.txt.*config\.yml"):
        SpacyLemmas("pt_nenhum_sm")


def test_the_recipe_with_the_trained_pipeline_differs_in_nothing_else() -> None:
    usual, other = (
        yaml.safe_load((ROOT / name).read_text(encoding="utf-8")) for name in ("config.yml", "config.spacy.yml")
    )
    assert other["pipeline"][0].pop("spacy_pipeline") == "pt_core_news_sm"
    assert other == usual
    assert "pt_core_news_sm-3.4.0" in (ROOT / "requirements-spacy.txt").read_text(encoding="utf-8")
