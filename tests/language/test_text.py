"""One spelling for everything a citizen may type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defensoria.language.text import is_code, normalise, phonetic, plain, words, write_out

ANYTHING = st.text(max_size=200)
# Keycaps, bidirectional marks, zero-width joiners, skin tones, fancy letters, control characters.
TROUBLE = st.text(alphabet="1️⃣🔟👍🏽‮‏​‍\x00\x07\r\n\té𝒐①ªºßİşا漢§/.,$ nN", max_size=80)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Oiiii, vc pode me ajudar pfv??", "oi voce pode me ajudar por favor"),
        ("ñ qro msm", "nao quero mesmo"),
        ("td bem? blz, obg", "tudo bem beleza obrigado"),
        ("hj n tb", "hoje nao tambem"),
        ("nããão, o carro e o preencher isssso", "nao o carro e o preencher isso"),
        ("PENSÃO alimentícia!!!", "pensao alimenticia"),
        ("1️⃣", "1"),
        ("🔟", "10"),
        ("2ª opção", "2a opcao"),
        ("nº 2", "numero 2"),
        ("R$ 1.500,00", "reais 1500 00"),
        ("fiz um b.o. ontem", "fiz um bo ontem"),
        ("ajuda p/ minha mãe c/ remédio", "ajuda para minha mae com remedio"),
        ("kkkkkk rsrsrs hahaha", "kkk kkk kkk"),
        ("renda_individual", "renda individual"),
        ("roo", "roo"),
        ("𝒐𝒊", "oi"),
        ("hola, necesito pensión para mi hijo, el papá no paga", "ola preciso pensao para meu filho o pai nao paga"),
        ("moro no sitio con mi hijo", "moro no sitio con mi hijo"),
        ("a‮b​c", "abc"),
        ("👍", ""),
        ("", ""),
    ],
)
def test_writes_messages_in_one_spelling(said: str, meant: str) -> None:
    assert normalise(said) == meant


@given(ANYTHING | TROUBLE)
def test_normalising_twice_changes_nothing(said: str) -> None:
    assert normalise(normalise(said)) == normalise(said)


@given(ANYTHING | TROUBLE)
def test_normalised_text_is_words_and_single_blanks(said: str) -> None:
    assert normalise(said) == " ".join(words(said))
    assert all(word.isalnum() for word in words(said))


@given(ANYTHING | TROUBLE)
def test_plain_text_has_no_control_or_direction_marks(said: str) -> None:
    assert all(character.isprintable() for character in plain(said))


@given(ANYTHING | TROUBLE)
def test_any_word_has_a_sound(said: str) -> None:
    assert isinstance(phonetic(said), str)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("penção", "pensão"),
        ("pencao", "pensao"),
        ("oxigenio", "oxijenio"),
        ("caixa", "caicha"),
        ("exame", "ezame"),
        ("próximo", "prossimo"),
        ("família", "familha"),
        ("filho", "filio"),
        ("advogado", "adevogado"),
        ("dinheiro", "dinhero"),
        ("hospital", "ospital"),
        ("criança", "criansa"),
        ("crianca", "criansa"),
        ("herança", "eransa"),
        ("divórcio", "divorsio"),
        ("violência", "violensia"),
        ("jeito", "geito"),
        ("não", "naum"),
        ("estou", "istou"),
        ("falar", "fala"),
        ("preso", "prezo"),
        ("alto", "auto"),
        ("processo", "proceço"),
        ("intimação", "entimassão"),
    ],
)
def test_words_that_sound_alike_share_a_key(one: str, other: str) -> None:
    assert phonetic(one) == phonetic(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("pensão", "prisão"), ("casa", "caixa"), ("filho", "fila"), ("juiz", "jus"), ("sim", "nao"), ("pai", "mãe")],
)
def test_words_that_sound_apart_do_not(one: str, other: str) -> None:
    assert phonetic(one) != phonetic(other)


def test_abbreviations_are_written_out_and_punctuation_kept() -> None:
    assert write_out("n tenho r$ 1.500,00, vc sabe?") == "nao tenho r$ 1.500,00, voce sabe?"


@pytest.mark.parametrize("said", ["/restart", "  /1", '{"a": 1}', "1=1", "<script>", "a | b"])
def test_recognises_text_written_for_machines(said: str) -> None:
    assert is_code(said)


@pytest.mark.parametrize("said", ["oi", "e/ou", "R$ 10", "1)", "(2)", "não :("])
def test_people_are_not_machines(said: str) -> None:
    assert not is_code(said)


def test_reads_ten_thousand_characters() -> None:
    assert normalise("a1 " * 3333 + "‮") == "a1 " * 3332 + "a1"
