"""What is taken out of a citizen's words before anybody plans with them, and what stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defensoria.office.facts import office_facts
from defensoria.planning.anonymous import anonymise
from defensoria.planning.naming import LISTED_NAMES, plain

CASES = [
    ("me chamo Maria da Silva e preciso de remédio", "me chamo [nome] e preciso de remédio"),
    ("meu nome é quiteria jacaranda moro em sinop", "meu nome é [nome] moro em sinop"),
    ("sou a joana, mãe do pedro henrique", "sou a [nome], mãe do [nome]"),
    ("minha filha se chama Nayhara e tem 3 anos", "minha filha se chama [nome] e tem 3 anos"),
    ("Oi, aqui é a Dra. Mirtes", "Oi, aqui é a Dra. [nome]"),
    ("o Quitério me ameaçou", "o [nome] me ameaçou"),
    ("a rosa silva me deve", "a [nome] me deve"),
    ("MEU NOME É JOSÉ CARLOS PRECISO DE AJUDA", "MEU NOME É [nome] PRECISO DE AJUDA"),
    ("sou inquilina da dona cleusa", "sou inquilina da dona [nome]"),
    ("meu cpf é 123.456.789-00 e rg 1234567-8", "meu cpf é [cpf] e rg [numero]"),
    ("(65) 9 9963 4454", "[telefone]"),
    ("+55 65 99963-4454 me liga", "[telefone] me liga"),
    ("6️⃣5️⃣9️⃣9️⃣9️⃣6️⃣", "[numero]"),
    ("٦٥٩٩٩٦٣٤٤٥٤", "[telefone]"),
    ("nove nove meia cinco dois um", "[numero]"),
    ("6 5 9 9 9 6 3", "[numero]"),
    ("processo 0001234-56.2026.8.11.0001 como está", "processo [processo] como está"),
    ("nasci 12/03/1985", "nasci [data]"),
    ("nascida em 5 de março de 1990", "nascida em [data]"),
    ("placa QBC1D23 foi roubada", "placa [placa] foi roubada"),
    ("maria@gmail.com", "[email]"),
    ("fulano arroba gmail ponto com", "[email]"),
    ("veja https://bit.ly/abc?x=1", "veja [link]"),
    ("ganho 2 mil e 500 reais", "ganho [valor]"),
    ("R$ 1.500,00 por mês", "[valor] por mês"),
    ("mil e quinhentos reais por mes", "[valor] por mes"),
    ("moro na rua das flores, 123, bairro jardim imperial em cuiabá", "moro na [endereco] em cuiabá"),
    ("av. Brasil nº 45 quadra 3 lote 12", "[endereco]"),
    ("casa 12 quadra b", "[endereco]"),
    ("fazenda santa rita km 20", "[endereco]"),
    ("rua cuiabá 500", "[endereco]"),
    ("cep 78000-000", "[endereco]"),
    ("minha filha vera está doente", "minha filha [nome] está doente"),
    ("Bom dia\nMaria\nPreciso de ajuda", "Bom dia [nome] Preciso de ajuda"),
    ("[nome](intent) {x}", "nome intent x"),
]
STAYS = [
    "sou a mãe dele",
    "meu filho tem 15 anos",
    "moro na rua e preciso de ajuda",
    "moro em São José do Rio Claro",
    "moro em vera",
    "lei maria da penha",
    "meu nome ta sujo no serasa",
    "os bens em nome dos filhos",
    "chama alguém pra falar comigo",
    "setor de saúde",
    "socorro me ajuda",
    "faz 3 meses",
    "como q eu faço pra marca",
]


@pytest.mark.parametrize(("text", "left"), CASES)
def test_what_tells_who_is_meant_is_taken_out(text, left):
    assert anonymise(text) == left


@pytest.mark.parametrize("text", STAYS)
def test_ordinary_words_stay(text):
    assert anonymise(text) == text


def test_the_writers_own_name_goes_whatever_it_is():
    assert anonymise("aqui quem escreve sou eu, bakana", ["Bakana ✨ Lourdes"]) == "aqui quem escreve sou eu, [nome]"


@pytest.mark.parametrize("town", sorted(office_facts().municipios))
def test_every_town_stays(town):
    assert anonymise(f"moro em {town} desde pequena") == f"moro em {town} desde pequena"


_WRITTEN = st.text(
    st.sampled_from("0123456789０６٦①❷ .-/()+,:ABCabcçãé\n\u200b") | st.characters(exclude_categories=("Cs",)),
    max_size=60,
)


@given(_WRITTEN)
def test_no_number_of_three_digits_survives_in_whatever_signs(text):
    left = anonymise(text)
    assert not re.search(r"\d[\s.,\-/()+:]{0,3}\d[\s.,\-/()+:]{0,3}\d", left)
    assert not any(letter.isdigit() and not letter.isascii() for letter in left)


@given(_WRITTEN)
def test_what_is_left_is_one_line_of_printable_letters_without_brackets_of_its_own(text):
    left = anonymise(text)
    assert left.isprintable()
    assert left.splitlines() == ([left] if left else [])
    assert not re.search(r"[\[\](){}<>]", re.sub(r"\[\w+\]", "", left))


_FIRST_NAMES = sorted(LISTED_NAMES - {"filho", "neto", "jardim"})
"""Nobody's first name: "me chamo filho", "jardim" with a name behind it is a place."""


@given(st.sampled_from(_FIRST_NAMES), st.sampled_from(sorted(LISTED_NAMES)), st.sampled_from("aA"))
def test_a_name_that_is_told_never_survives(first, second, case):
    name = f"{first} {second}" if case == "a" else f"{first.title()} {second.upper()}"
    left = anonymise(f"oi, me chamo {name}, tudo bem?")
    assert left == "oi, me chamo [nome], tudo bem?"


@given(
    st.from_regex(r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", fullmatch=True), st.sampled_from(("", " ", "x", ".", "cpf:", "nº"))
)
def test_a_document_goes_wherever_it_is_written(number, before):
    left = anonymise(f"meu documento {before}{number} aqui")
    assert not re.search(r"\d\d\d", left)
    assert plain(left).startswith("meu documento")
