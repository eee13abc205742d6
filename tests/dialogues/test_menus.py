"""The menus in `domain.yml` offer exactly the values that the office knows, within WhatsApp's limits."""

from functools import lru_cache

import pytest
import yaml

from defensoria.language.menus import ask_response, menu_of
from defensoria.office.vocabulary import Area, Criterion, Eligibility, Service, Subject
from defensoria.whatsapp.rendering import BUTTON_TITLE, MOST_BUTTONS, ROW_DESCRIPTION, ROW_TITLE
from tests.conftest import ROOT


@lru_cache(maxsize=1)
def domain() -> dict:
    return yaml.safe_load((ROOT / "domain.yml").read_text())


def menu(slot: str, **slots: str):
    return menu_of(domain()["responses"], ask_response("triagem_form", slot), slots)


@pytest.mark.parametrize(
    ("slot", "slots", "values"),
    [
        ("criterio", {}, set(Criterion)),
        ("elegibilidade", {}, {Eligibility.EXCEPTIONAL, Eligibility.NOT_ELIGIBLE}),
        ("servico", {}, set(Service)),
        ("area", {}, set(Area)),
        ("assunto", {"area": "civel"}, {subject for subject in Subject if subject.area is Area.CIVIL}),
        ("assunto", {"area": "criminal"}, {subject for subject in Subject if subject.area is Area.CRIMINAL}),
    ],
)
def test_a_menu_offers_exactly_the_values_of_its_slot(slot, slots, values):
    assert sorted(option.value for option in menu(slot, **slots).options) == sorted(value.value for value in values)


def _menus():
    for name, variations in domain()["responses"].items():
        for variation in variations:
            if variation.get("buttons"):
                yield name, variation["buttons"]


@pytest.mark.parametrize(("name", "buttons"), list(_menus()))
def test_titles_and_descriptions_fit_whatsapp(name, buttons):
    longest = BUTTON_TITLE if len(buttons) <= MOST_BUTTONS else ROW_TITLE
    for button in buttons:
        assert len(button["title"]) <= longest, button["title"]
        assert len(button.get("description", "")) <= ROW_DESCRIPTION, button["description"]


def test_an_intent_means_one_option_of_a_menu_and_is_one_the_model_knows():
    known = set(domain()["intents"])
    for name, buttons in _menus():
        meant = [intent for button in buttons for intent in button.get("intencoes", ())]
        assert len(meant) == len(set(meant)), name
        assert set(meant) <= known, name


def test_answers_to_questions_in_between_belong_to_intents_or_are_said_by_name():
    code = "".join(
        path.read_text()
        for folder in ("actions", "defensoria/language", "defensoria/whatsapp")
        for path in (ROOT / folder).glob("*.py")
    )
    for name in domain()["responses"]:
        intent = name.removeprefix("utter_")
        assert (
            name.startswith(("utter_ask_", "utter_urgencia_", "utter_explicar_"))
            or intent in domain()["intents"]
            or name in code
        ), f"{name} is never said"
