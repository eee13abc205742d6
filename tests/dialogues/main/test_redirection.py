"""Who lives where a núcleo is redirected is handed to the one that stands in for it, and told its name."""

import pytest

from defensoria.office.facts import load_facts, use

pytestmark = pytest.mark.usefixtures("facts_may_change")

AWAY = {"nucleo": "sinop", "para": "sorriso", "motivo": "obra", "fonte": "Portaria 1/2026/DPG", "data": "2026-11-20"}


@pytest.mark.parametrize(
    ("valid_from", "nucleo", "name"),
    [("2026-11-20", "sorriso", "Núcleo de Sorriso"), ("2026-11-24", "sinop", "Núcleo de Sinop")],
)
def test_the_request_goes_to_whoever_serves_that_day(conversation, valid_from, nucleo, name):
    use(load_facts(edited={"redirecionamentos": [{**AWAY, "vale_de": valid_from}]}))
    for message in ("oi", "1", "1", "1", "sinop"):
        conversation.say(message)
    assert name in conversation.say("1")
    assert conversation.slots("nucleo", "municipio") == (nucleo, "Sinop")
