"""An edited table holds only where all the facts hold with it, and the rest stands where one does not."""

from datetime import datetime

import pytest

from defensoria.office.calendar import CUIABA, is_open
from defensoria.office.editing import LONGEST_CELL, MOST_ROWS, TABLES, checked, from_csv, packaged, sound, to_csv
from defensoria.office.facts import FactsError

NOW = datetime(2026, 11, 23, 14, tzinfo=CUIABA)
CLOSURE = {
    **dict.fromkeys(TABLES["fechamentos"].columns, ""),
    **{"inicio": "23/11/2026", "nome": "falta de energia", "tipo": "interrupcao", "nucleos": "sinop"},
    **{"fonte": "Aviso do núcleo", "data": "2026-11-23"},
}


def with_row(name: str, **cells: str) -> list[dict[str, str]]:
    rows = packaged(TABLES[name])
    return [*rows, {**rows[-1], **cells}]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_back_from_its_csv_as_it_was(name: str) -> None:
    table = TABLES[name]
    rows = packaged(table)
    assert from_csv(table, to_csv(table, rows)) == rows
    assert checked(table, rows, {}, NOW)


def test_a_closure_closes_its_nucleo_alone() -> None:
    facts = checked(TABLES["fechamentos"], [*packaged(TABLES["fechamentos"]), CLOSURE], {}, NOW)
    assert not is_open(facts, NOW, "sinop")
    assert is_open(facts, NOW, "sorriso")


def test_what_other_tables_hold_now_counts_and_not_what_their_files_say() -> None:
    units = with_row("nucleos", id="sinop-2", nome="Núcleo 2 de Sinop", porta="nenhuma")
    route = with_row("contatos", nucleo="sinop-2")
    with pytest.raises(FactsError, match='"sinop-2" não existe'):
        checked(TABLES["contatos"], route, {}, NOW)
    assert checked(TABLES["contatos"], route, {"nucleos": units}, NOW)


@pytest.mark.parametrize(
    ("name", "cells", "reason"),
    [
        ("fechamentos", {**CLOSURE, "inicio": "01/02/2027", "fim": "01/05/2028"}, "não sobra nenhum dia"),
        ("fechamentos", {**CLOSURE, "nome": "=HYPERLINK(1)"}, 'nome começa com "="'),
        ("fechamentos", {**CLOSURE, "nome": "x" * (LONGEST_CELL + 1)}, "o limite é"),
        ("fechamentos", {**CLOSURE, "tipo": "festa"}, r'fechamentos\.csv, linha 13: tipo "festa" não existe'),
        ("plantoes", {"telefone": "9999"}, 'telefone "9999" não tem o formato'),
    ],
)
def test_a_row_that_cannot_hold_is_refused(name: str, cells: dict[str, str], reason: str) -> None:
    with pytest.raises(FactsError, match=reason):
        checked(TABLES[name], with_row(name, **cells), {}, NOW)


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.lasting])
def test_a_name_that_is_used_elsewhere_cannot_go(name: str) -> None:
    rows = packaged(TABLES[name])
    with pytest.raises(FactsError, match=f"{rows[0][TABLES[name].lasting]} não pode sair"):
        checked(TABLES[name], rows[1:], {}, NOW)


def test_a_table_without_end_is_refused() -> None:
    with pytest.raises(FactsError, match="o limite é"):
        checked(TABLES["fechamentos"], [CLOSURE] * (MOST_ROWS + 1), {}, NOW)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"nome;valor\n", "o cabeçalho não confere"),
        ("chave;valor;fonte;data\naplicativo;Açaí;x;s/d\n".encode("cp1252"), "não está em UTF-8"),
        (b'chave;valor;fonte;data\naplicativo;"aberto;x;s/d\n', "as aspas não fecham"),
        (b"", "o cabeçalho não confere"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(FactsError, match=reason):
        from_csv(TABLES["geral"], content)


def test_one_broken_table_leaves_the_others_as_edited_and_itself_as_it_was() -> None:
    closures = [*packaged(TABLES["fechamentos"]), CLOSURE]
    before = {"plantoes": with_row("plantoes", telefone="(66) 99999-0000")}
    facts, standing, broken = sound({"fechamentos": closures, "plantoes": [{"telefone": "9"}]}, before)
    assert not is_open(facts, NOW, "sinop")
    assert standing == {**before, "fechamentos": closures}
    assert facts.plantao_contacts[-1].phone == "(66) 99999-0000"
    assert list(broken) == ["plantoes"]


def test_a_table_that_leans_on_another_holds_with_it_whatever_else_is_broken() -> None:
    contacts = with_row("contatos", nucleo="sinop-2")
    units = with_row("nucleos", id="sinop-2", nome="Núcleo 2 de Sinop", porta="nenhuma")
    facts, standing, broken = sound({"contatos": contacts, "plantoes": [{"telefone": "9"}], "nucleos": units})
    assert facts.nucleos["sinop-2"].contacts
    assert set(standing) == {"contatos", "nucleos"}
    assert list(broken) == ["plantoes"]


def test_a_row_of_an_older_version_lacks_a_column_and_still_holds() -> None:
    older = [{name: cell for name, cell in CLOSURE.items() if name != "exceto_anos"}]
    facts, _, broken = sound({"fechamentos": older})
    assert not broken
    assert facts.closures[0].except_years == frozenset()
