"""Finding entries of the audit, on each database."""

from datetime import timedelta

from defensoria.clock import utc_now
from defensoria.conversations import audit
from defensoria.conversations.audit_search import Wanted, found, newest


def _note(database, actor: str, action: str, protocolo: str | None = None) -> None:
    with database.transaction() as session:
        audit.record(session, actor, action, protocolo=protocolo)


def _found(database, limit: int = 10, before: int | None = None, **chosen: str) -> list[int]:
    day = timedelta(days=1)
    with database.transaction() as session:
        wanted = Wanted(start=utc_now() - day, end=utc_now() + day, **chosen)
        return [row.id for row in found(session, wanted, limit, before)]


def test_entries_are_found_by_who_what_and_about_which_and_come_newest_first(database):
    _note(database, "ana", "leitura", "2026.000001-3")
    _note(database, "rui", "leitura", "2026.000002-1")
    _note(database, "ana", "saida")
    first, second, third = sorted(_found(database))
    assert _found(database) == [third, second, first]
    assert _found(database, actor="ana") == [third, first]
    assert _found(database, action="leitura", protocolo="2026.000002-1") == [second]
    assert _found(database, limit=1, before=third) == [second]


def test_outside_its_days_nothing_is_found(database):
    _note(database, "ana", "saida")
    with database.transaction() as session:
        past = Wanted(start=utc_now() - timedelta(days=9), end=utc_now() - timedelta(days=2))
        assert found(session, past, 10) == []


def test_the_newest_of_a_kind(database):
    for actor in ("ana", "rui"):
        _note(database, actor, "saida")
    with database.transaction() as session:
        assert newest(session, "saida").actor == "rui"
        assert newest(session, "leitura") is None
