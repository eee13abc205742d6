"""The views for other programs: as the document says, and with the panel's own numbers."""

# ruff: noqa: S608 - every query is of this file

import re
from datetime import date

import pytest
from sqlalchemy import inspect, text

from bench.year import fill
from defensoria.planning import figures
from defensoria.planning.choice import Choice
from tests.conftest import ROOT

DOCUMENT = (ROOT / "docs" / "dados.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", DOCUMENT, re.DOTALL)
LAST = date(2026, 11, 20)
NOVEMBER = Choice(first=date(2026, 11, 1), last=date(2026, 11, 30))


@pytest.fixture
def year(database):
    """Five hundred atendimentos."""
    fill(database, 500, 7_500, LAST, seed=5)
    return database


def _documented() -> dict[str, list[str]]:
    parts = re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)[1:]
    return {
        part.splitlines()[0]: re.findall(r"^\| (\w+) \| \S.* \|$", part, re.MULTILINE)[1:]
        for part in parts
        if part.startswith("v_")
    }


def _rows(database, query: str) -> list:
    with database.transaction() as session:
        return session.execute(text(query)).all()


def test_the_document_names_every_view_and_every_column_in_order(database):
    inspector = inspect(database.engine)
    there = {name: [column["name"] for column in inspector.get_columns(name)] for name in inspector.get_view_names()}
    assert there == _documented()


def test_every_query_of_the_document_finds_something(year):
    assert len(QUERIES) == 4
    for query in QUERIES:
        assert _rows(year, query), query


def test_the_views_count_as_the_panel_does(year):
    with year.transaction() as session:
        asked = figures.Asked(session, NOVEMBER)
        cities = {row[0]: row[1] for row in figures.by_value("municipio")(asked).rows if row[1]}
        way = {row[0]: row[1:] for row in figures.way(asked).rows if row[1]}
        hours = {row[0]: row[-1] for row in figures.by_hour(asked).rows if row[-1]}
        unmet = [sum(column) for column in zip(*(row[1:] for row in figures.unmet("area")(asked).rows), strict=True)]
        billed = sum(row[1] for row in figures.cost(asked).rows)
    inside = "dia BETWEEN '2026-11-01' AND '2026-11-30'"
    demand, triage = QUERIES[:2]
    assert {row.municipio: row.atendimentos for row in _rows(year, demand)} == cities
    assert {row.pergunta: (row.chegaram, row.repetidas, row.pararam) for row in _rows(year, triage)} == way
    by_hour = _rows(year, f"SELECT hora, COUNT(*) FROM v_atendimentos WHERE {inside} GROUP BY hora")
    assert dict(map(tuple, by_hour)) == hours
    sums = "SUM(desistiram), SUM(fora_dos_criterios), SUM(fora_da_competencia)"
    assert [*_rows(year, f"SELECT {sums} FROM v_demanda_diaria WHERE {inside}")[0]] == unmet[1:]
    assert _rows(year, f"SELECT SUM(mensagens) FROM v_mensagens_custo WHERE {inside}") == [(billed,)]
