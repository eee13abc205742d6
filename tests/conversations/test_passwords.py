"""Which passwords are refused, and how they are kept."""

import pytest

from defensoria.conversations import passwords


@pytest.mark.parametrize(
    "guessed",
    [
        "Senha123456",
        "Defensoria@2026",
        "D3f3ns0r1@!!",
        "ana.souza1985",
        "Mudar@12345",
        "qwertyuiop",
        "1q2w3e4r5t6y",
        "1234567890",
        "9876543210!",
        "aaaaaaaaaaaa",
        "Cuiabá2026!!",
        "Flamengo1981",
        "12/03/1990ana",
        "P@ssw0rd2026",
        "Março-2026--",
    ],
)
def test_what_everybody_tries_first_is_refused(guessed):
    assert "fácil de adivinhar" in (passwords.problem_with(guessed, ("ana.souza", "Ana Souza")) or "")


@pytest.mark.parametrize("short", ["", "kX7#pq2", "nove letr"])
def test_a_short_one_is_refused(short):
    assert "pelo menos 10" in (passwords.problem_with(short) or "")


@pytest.mark.parametrize(
    "good", ["cavalo azul correto", "senha-bem-comprida", "k7#9x2!4m8Z", "lua cheia pedra", "Ana come jabuticaba"]
)
def test_words_that_have_nothing_to_do_with_each_other_are_taken(good):
    assert passwords.problem_with(good, ("ana.souza", "Ana Souza")) is None


def test_what_is_given_out_by_it_passes_and_is_never_the_same():
    given = {passwords.readable_code() for _ in range(50)}
    assert len(given) == 50
    assert not [code for code in given if passwords.problem_with(code)]
