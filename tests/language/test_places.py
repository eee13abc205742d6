"""The city a citizen means: in official names, misspellings, nicknames and whole sentences."""

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defensoria.language.gazetteer import Kind, name_key
from defensoria.language.places import PlaceReading, read_place
from defensoria.language.text import normalise
from defensoria.office.facts import office_facts
from defensoria.office.facts.reading import read_csv

HERE = Path(__file__).parent
NAMES = tuple(office_facts().municipios)
IN_A_SENTENCE = (
    "moro em {}",
    "oi bom dia sou de {} e preciso de ajuda com pensao",
    "resido no municipio de {} mt faz tempo",
    "aqui em {} nao tem vaga na creche",
    "to desempregada, moro em {}, o pai nao ajuda",
)


def rows(file: str) -> list[dict[str, str]]:
    with (HERE / file).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def bare(name: str) -> str:
    """The name as it is typed in a hurry: small letters, no accents."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def city(reading: PlaceReading) -> str:
    return reading.municipio.name if reading.municipio else ""


@pytest.mark.parametrize("name", NAMES)
def test_every_official_name_answers_the_question(name: str) -> None:
    for said in (name, name.upper(), name.lower(), bare(name), f"  {name}! ", f"{name}-MT", f"{name}/mt"):
        assert city(read_place(said, asked=True)) == name, said


def test_official_names_without_accents_are_read_inside_sentences() -> None:
    said = [(sentence.format(bare(name)), name) for sentence in IN_A_SENTENCE for name in NAMES]
    read = [(city(read_place(text)), name) for text, name in said]
    assert sum(found == name for found, name in read) >= 0.99 * len(read)
    assert [pair for pair in read if pair[0] not in ("", pair[1])] == []


@pytest.mark.parametrize(
    ("sentence", "asked", "least"),
    [("{}", True, 0.95), ("oi moro em {}", False, 0.95), ("sou de {} e preciso de pensao pro meu filho", False, 0.95)],
)
def test_one_typo_is_forgiven_and_hardly_ever_leads_elsewhere(sentence: str, asked: bool, least: float) -> None:
    typos = rows("cidades_com_erro.csv")
    found = [(city(read_place(sentence.format(row["escrito"]), asked)), row["municipio"]) for row in typos]
    assert sum(read == meant for read, meant in found) >= least * len(found)
    assert sum(read not in ("", meant) for read, meant in found) <= 0.01 * len(found)


@pytest.mark.parametrize("row", rows("cidades_em_frases.csv"), ids=lambda row: row["mensagem"])
def test_reads_the_city_that_counts(row: dict[str, str]) -> None:
    reading = read_place(row["mensagem"], asked=row["perguntado"] == "sim")
    other = row["outra_resposta"]
    assert city(reading) == row["municipio"]
    if other == "confirmar":
        assert len(reading.candidates) == 1
    elif len(other) == 2:
        assert reading.other_state == other
    elif other:
        assert {municipio.name for municipio in reading.candidates} == set(other.split("|"))


def test_messages_without_a_city_name_none() -> None:
    said = [row["mensagem"] for row in rows("sem_cidade.csv")]
    assert len(said) >= 60
    assert len([text for text in said if read_place(text).municipio]) <= 2


def test_an_unknown_answer_brings_the_nearest_names() -> None:
    reading = read_place("rodonpis", asked=True)
    assert reading.municipio is None
    assert "Rondonópolis" in [municipio.name for municipio in reading.candidates]


def test_a_certain_reading_asks_between_none() -> None:
    reading = read_place("moro em Sinop")
    assert reading.confidence == 1.0
    assert reading.candidates == ()


def test_a_misspelling_is_less_certain_than_the_name() -> None:
    assert 0.5 < read_place("rondonopolix", asked=True).confidence < read_place("rondonópolis", asked=True).confidence


@given(st.text(max_size=300) | st.text(alphabet="barsinopvegdu moremÇãé\n.,;-/‮​1️⃣", max_size=150))
def test_never_raises(said: str) -> None:
    for asked in (True, False):
        reading = read_place(said, asked)
        assert 0.0 <= reading.confidence <= 1.0
        assert reading.municipio is None or not reading.candidates


@given(st.sampled_from(NAMES), st.sampled_from(["moro em {}", "sou de {}", "{} mt"]), st.booleans())
def test_letter_case_and_accents_do_not_matter(name: str, sentence: str, asked: bool) -> None:
    readings = {read_place(sentence.format(form), asked) for form in (name, name.upper(), bare(name))}
    assert len(readings) == 1


@pytest.mark.parametrize(
    "unit", ["moro em ", "barra ", "x", "nova nova ", "sinop, ", "e de do da ", "((", "são josé; "]
)
def test_reads_ten_thousand_characters(unit: str) -> None:
    assert isinstance(read_place((unit * 10_000)[:10_000], asked=True), PlaceReading)


def test_no_nickname_means_two_cities() -> None:
    folder = HERE.parents[1] / "defensoria" / "language"
    meant: dict[str, str | None] = {}
    for row in read_csv(folder, "apelidos.csv", "nome municipio tipo uf fonte nota"):
        if row.choice("tipo", Kind) is Kind.NO_PLACE:
            continue
        key = name_key(normalise(row.text("nome")).split())
        place = row.optional("municipio") or row.optional("uf")
        assert meant.setdefault(key, place) == place, row.text("nome")


def test_every_nickname_is_found_when_the_city_is_asked() -> None:
    folder = HERE.parents[1] / "defensoria" / "language"
    for row in read_csv(folder, "apelidos.csv", "nome municipio tipo uf fonte nota"):
        if row.choice("tipo", Kind) not in (Kind.NO_PLACE, Kind.OTHER_CITY, Kind.STATE):
            assert city(read_place(row.text("nome"), asked=True)) == row.text("municipio"), row.text("nome")
