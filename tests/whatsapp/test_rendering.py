"""A bot turn becomes messages within WhatsApp's limits, and nothing of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defensoria.whatsapp.rendering import Choice, Utterance, read_tap, render_turn, tap_id, text_messages


def choices(count: int, title: str = "Opção") -> tuple[Choice, ...]:
    return tuple(Choice(f"p|{n}", f"{title} {n}", "uma descrição") for n in range(count))


@pytest.mark.parametrize(("count", "kind"), [(1, "button"), (3, "button"), (4, "list"), (10, "list"), (11, None)])
def test_a_menu_is_buttons_up_to_three_a_list_up_to_ten_and_text_beyond(count, kind):
    (message,) = render_turn([Utterance("Qual?", choices(count))])
    assert message.body.get("interactive", {}).get("type") == kind


def test_three_options_with_long_titles_are_a_list():
    (message,) = render_turn([Utterance("Qual?", choices(2, "Um título de vinte e"))])
    assert message.body["interactive"]["type"] == "list"


def test_two_options_of_the_same_title_are_a_list_since_whatsapp_refuses_them_as_buttons():
    same = (Choice("p|a", "Outra", "área"), Choice("p|b", "Outra", "cidade"))
    (message,) = render_turn([Utterance("Qual?", same)])
    assert message.body["interactive"]["type"] == "list"


def test_a_title_too_long_for_a_row_leaves_the_numbered_text():
    (message,) = render_turn([Utterance("Qual? 1. …", choices(4, "Um título que não cabe numa linha"))])
    assert message.type == "text"


def test_a_description_too_long_for_a_row_is_shortened():
    (message,) = render_turn([Utterance("Qual?", tuple(Choice(f"p|{n}", f"{n}", "a" * 100) for n in range(4)))])
    (section,) = message.body["interactive"]["action"]["sections"]
    assert {len(row["description"]) for row in section["rows"]} == {72}


def test_a_long_text_is_cut_between_sentences():
    sentence = "Esta frase tem um fim. "
    assert all(part.text.endswith("fim.") for part in text_messages(sentence * 500))


def test_greeting_and_question_are_one_message():
    (message,) = render_turn([Utterance("Olá!"), Utterance("Qual?", choices(2))])
    assert message.text == "Olá!\n\nQual?"


def test_what_comes_after_a_menu_is_a_message_of_its_own():
    menu, after = render_turn([Utterance("Qual?", choices(2)), Utterance("Tchau")])
    assert (menu.text, after.text) == ("Qual?", "Tchau")


def test_a_body_too_long_for_a_menu_goes_before_it():
    long = "Frase. " * 300
    *before, menu = render_turn([Utterance(long), Utterance("Qual?", choices(2))])
    assert before
    assert menu.body["interactive"]["body"]["text"].endswith("Qual?")


def test_a_tap_says_its_question_and_value():
    assert read_tap(tap_id("utter_ask_triagem_form_area", "civel")) == ("utter_ask_triagem_form_area", "civel")
    assert read_tap("of another system") == (None, "of another system")


_words = st.text(alphabet="abcé .\n", min_size=1, max_size=6000).filter(str.strip)


@given(_words)
def test_a_long_text_is_cut_within_the_limit_and_no_word_is_lost(text):
    parts = [message.text for message in text_messages(text)]
    assert all(0 < len(part) <= 4096 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.lists(st.tuples(_words, st.integers(0, 12)), max_size=4))
def test_every_message_keeps_the_limits(turn):
    for message in render_turn([Utterance(text, choices(count)) for text, count in turn]):
        if message.type == "text":
            assert 0 < len(message.body["text"]["body"]) <= 4096
            continue
        interactive = message.body["interactive"]
        assert 0 < len(interactive["body"]["text"]) <= 1024
        if interactive["type"] == "button":
            assert 1 <= len(interactive["action"]["buttons"]) <= 3
        else:
            assert 1 <= sum(len(section["rows"]) for section in interactive["action"]["sections"]) <= 10
