"""The document that the office reads says what the configuration does."""

import re

from defensoria.privacy.retention import retention
from tests.conftest import ROOT

DOCUMENT = (ROOT / "docs" / "privacidade.md").read_text(encoding="utf-8")


def test_the_documents_terms_are_those_of_the_configuration():
    rows = dict(re.findall(r"^\| (\w+) \| (\d+ \| .+) \|$", DOCUMENT, re.MULTILINE))
    terms = {kind.value: f"{rule.days} | {rule.since} | {rule.source}" for kind, rule in retention().rules.items()}
    assert rows == terms


def test_the_document_names_the_hour_and_the_smallest_count():
    assert f"às {retention().hour} h de Cuiabá" in DOCUMENT
    assert f"menores que {retention().smallest_count}" in DOCUMENT


def test_what_the_document_points_to_exists():
    for path in re.findall(r"`(defensoria/[\w/.]+)`", DOCUMENT):
        assert (ROOT / path).exists(), path
    for page in re.findall(r"\]\(([\w.]+\.md)\)", DOCUMENT):
        assert (ROOT / "docs" / page).exists(), page
