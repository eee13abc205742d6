"""Syllables, sentences and the reading index for Portuguese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defensoria.review.readability import reading_ease, sentences, syllables, words

BY_HAND = """
o e a-í ca-sa vo-cê a-mi-go á-gua lín-gua fa-mí-lia mo-ra-di-a po-lí-cia vi-o-lên-cia cri-an-ça sa-ú-de pa-ís pais
mui-to dí-vi-das não mãe pen-são op-ções a-ções ra-i-nha a-in-da ju-iz ru-im que-ro guer-ra qua-tro quan-do quem
Cui-a-bá co-or-de-na-ção te-a-tro si-tu-a-ção na-ci-o-nal au-di-ên-cia de-fen-so-ri-a he-ran-ça in-ven-tá-rio
re-mé-dio ci-rur-gi-a di-vór-cio u-su-ca-pi-ão cer-ti-dões a-do-les-cen-te e-xe-cu-ção cí-vel di-a ru-a seu su-a
pró-prio ne-ces-sá-rio ho-rá-rio a-ten-di-men-to hi-pos-su-fi-ci-en-te á-rea i-dei-a prai-a vi-ú-va lei lin-gui-ça
i-gual pri-são re-gi-ão pes-so-a vo-o sé-rie má-goa pe-rí-o-do nú-cleo ou-tro trou-xe res-pei-to de-fi-ci-ên-cia
i-do-so po-vos in-dí-ge-nas qui-lom-bo-las sa-lá-rio a-va-li-a-ção con-te-ú-do al-guém se-ques-tro fre-quen-te
pin-guim ad-vo-ga-do
"""


@pytest.mark.parametrize("divided", BY_HAND.split())
def test_syllables_are_counted_as_by_hand(divided):
    assert syllables(divided.replace("-", "")) == len(divided.split("-"))


def test_the_parts_of_a_compound_are_counted_apart():
    assert syllables("meio-dia") == 4


@given(st.text())
def test_any_text_can_be_measured(text):
    assert all(syllables(word) >= 1 for word in words(text))
    assert (reading_ease(text) is None) == (not words(text))


def test_a_sentence_ends_at_its_mark_or_at_the_line():
    assert sentences("Olá! Vou perguntar.\n\nOnde você mora? R. das Flores, 10") == [
        "Olá",
        "Vou perguntar",
        "Onde você mora",
        "R",
        "das Flores, 10",
    ]


def test_the_index_follows_the_published_formula():
    # Two sentences, six words, ten syllables.
    assert reading_ease("Eu moro aqui. Quero ajuda já.") == pytest.approx(248.835 - 1.015 * 3 - 84.6 * 11 / 6)


def test_plain_words_are_easier_than_legalese():
    plain = reading_ease("Uma pessoa vai ler o que você escreveu e dizer o que fazer.")
    legal = reading_ease("A hipossuficiência do requerente enseja a assistência jurídica integral e gratuita.")
    assert plain > 75 > 25 > legal
