"""The voice guide tells designers everything that is checked, with the limits that are in force."""

import re

from defensoria.review import words
from defensoria.review.data_quality import FEWEST_EXAMPLES
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "guia-de-conversa.md").read_text(encoding="utf-8")
CHECKED = dict(re.findall(r"^\| `([\w-]+)` \| (.*) \|$", GUIDE, re.MULTILINE))


def test_every_rule_is_in_the_guide():
    assert set(CHECKED) == set(words.RULES)


def test_the_limits_are_those_in_force():
    limits = {
        "whatsapp": [words.TEXT_LIMIT, words.BODY_LIMIT, words.BUTTON_TITLE, words.ROW_TITLE, words.ROW_DESCRIPTION],
        "opcoes": [words.MOST_BUTTONS],
        "frases": [words.LONGEST_SENTENCE],
        "leitura": [int(words.HARDEST), words.ENOUGH_WORDS],
    }
    for rule, numbers in limits.items():
        for number in numbers:
            assert re.search(rf"\b{number}\b", CHECKED[rule]), (rule, number)
    assert f"pelo menos {FEWEST_EXAMPLES} por intenção" in GUIDE


def test_the_values_it_shows_are_real():
    assert set(re.findall(r"\{(\w+)\}", GUIDE)) <= set(words._facts())
