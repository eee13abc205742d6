"""Versions of the facts' tables: each kept with who and when, and nobody's edit goes under in another's."""

import pytest

from defensoria.conversations import facts
from defensoria.conversations.database import Database

PACKAGED = [{"chave": "aplicativo", "valor": "MT Cidadão"}]
EDITED = [{"chave": "aplicativo", "valor": "Outro"}]


def keep(database: Database, rows: list[dict[str, str]], based_on: int, author: str = "ti", name: str = "geral") -> int:
    with database.transaction() as session:
        return int(facts.keep(session, name, rows, author, facts.EDITED, based_on, original=PACKAGED).number)


def test_what_was_never_edited_is_not_in_the_store(database: Database) -> None:
    with database.transaction() as session:
        assert facts.standing(session) == facts.numbers(session) == {}


def test_the_first_edit_keeps_what_the_file_held_before_it(database: Database) -> None:
    assert keep(database, EDITED, based_on=0) == 1
    assert keep(database, PACKAGED, based_on=1, author="outra") == 2
    with database.transaction() as session:
        versions = facts.history(session, "geral")
        assert [(one.number, one.author, one.how) for one in versions] == [
            (2, "outra", facts.EDITED),
            (1, "ti", facts.EDITED),
            (0, "sistema", facts.ORIGINAL),
        ]
        assert facts.version(session, "geral", 0).rows == PACKAGED
        assert facts.version(session, "geral", 1).rows == EDITED
        assert [one.number for one in facts.history(session, "geral", before=2, limit=1)] == [1]


def test_the_newest_version_of_each_table_stands(database: Database) -> None:
    keep(database, EDITED, based_on=0)
    keep(database, PACKAGED, based_on=1)
    keep(database, EDITED, based_on=0, name="rotas")
    with database.transaction() as session:
        assert facts.numbers(session) == {"geral": 2, "rotas": 1}
        assert facts.standing(session) == {"geral": PACKAGED, "rotas": EDITED}


@pytest.mark.parametrize("based_on", [0, 2])
def test_an_edit_of_what_stands_no_longer_is_refused(database: Database, based_on: int) -> None:
    keep(database, EDITED, based_on=0, author="bia")
    with pytest.raises(facts.Overtaken) as overtaken:
        keep(database, PACKAGED, based_on=based_on)
    assert overtaken.value.by == "bia"
    with database.transaction() as session:
        assert facts.standing(session) == {"geral": EDITED}


def test_an_edit_of_a_version_that_never_was_is_refused(database: Database) -> None:
    with pytest.raises(facts.Overtaken):
        keep(database, EDITED, based_on=3)
