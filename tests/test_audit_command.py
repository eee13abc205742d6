"""The commands that check the audit and take data out, and those for users: each leaves its own entry."""

import json
import os
import pwd

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from defensoria.__main__ import main
from defensoria.conversations import audit, users
from defensoria.conversations.models import Role
from defensoria.settings import settings

ME = f"terminal:{pwd.getpwuid(os.getuid()).pw_name}"


@pytest.fixture
def run(database, monkeypatch):
    """Run a command on the test's own store."""
    monkeypatch.setenv("DATABASE_URL", str(database.url))
    settings.cache_clear()

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    yield run
    monkeypatch.undo()
    settings.cache_clear()


def exported(run) -> list[dict]:
    return [json.loads(line) for line in run("audit", "export", "--format", "jsonl").output.splitlines()]


def test_an_audit_that_holds_says_so_with_the_hash_to_keep(database, run):
    with database.transaction() as session:
        audit.record(session, "ana", "entrada")
        audit.record(session, "ana", "saida")
    found = run("audit", "verify")
    assert found.exit_code == 0
    assert "2 registros conferem" in found.output
    last = found.output.strip().rpartition(" ")[2]
    assert last == exported(run)[1]["hash"]
    assert run("audit", "verify", "--kept", last).exit_code == 0
    gone = run("audit", "verify", "--kept", "0" * 64)
    assert gone.exit_code == 1
    assert "FALTA" in gone.output


def test_an_audit_that_was_touched_names_the_entry(database, run):
    with database.transaction() as session:
        audit.record(session, "ana", "entrada")
        audit.record(session, "ana", "saida")
    on = "" if database.engine.dialect.name == "sqlite" else " ON audit_entries"
    with database.transaction() as session:
        session.execute(text(f"DROP TRIGGER audit_entries_stay{on}"))
        session.execute(text("UPDATE audit_entries SET actor = 'bia' WHERE id = 2"))
    found = run("audit", "verify")
    assert found.exit_code == 1
    assert "QUEBRADA no registro 2" in found.output


def test_each_export_is_in_the_audit_with_who_typed_it(run):
    run("export", "atendimentos", "--messages")
    rows = exported(run)
    assert [(row["actor"], row["action"], row["data"]) for row in rows] == [
        (ME, "exportacao", {"o_que": "atendimentos", "mensagens": True}),
        (ME, "exportacao", {"o_que": "auditoria"}),
    ]
    assert set(rows[0]) == {"id", "at", "actor", "action", "protocolo", "nucleo", "origin", "data", "hash"}
    assert rows[0]["at"].endswith("+00:00")


def test_a_user_from_the_terminal_from_the_first_day_to_the_last(database, run):
    made = run("users", "add", "joana", "--name", "Joana", "--nucleo", "sinop", "--password", "-")
    first = made.output.strip().rpartition(" ")[2]
    with database.transaction() as session:
        joana = users.find_user(session, "joana")
        assert joana.must_change_password
        assert users.password_fits(joana, first)
        token, _ = users.start_session(session, joana)
    given = run("users", "password", "joana").output.strip().rpartition(" ")[2]
    assert given != first
    with database.transaction() as session:
        assert users.password_fits(users.find_user(session, "joana"), given)
        assert users.find_session(session, token) is None
    assert run("users", "deactivate", "joana").exit_code == 0
    assert "joana" in run("users", "list").output
    assert "inactive" in run("users", "list").output
    assert [(row["action"], row["data"].get("usuario")) for row in exported(run)][:3] == [
        ("usuario_criado", "joana"),
        ("senha_redefinida", "joana"),
        ("usuario_desativado", "joana"),
    ]
    run("users", "password", "joana", "--reset-second-factor")
    with database.transaction() as session:
        assert users.find_user(session, "joana") is not None


def test_a_password_the_person_chose_lasts(database, run):
    chosen = ("--password", "cavalo azul correto", "--lasting")
    run("users", "add", "joana", "--name", "Joana", "--nucleo", "sinop", *chosen)
    with database.transaction() as session:
        assert not users.find_user(session, "joana").must_change_password


def test_the_last_who_administers_stays(database, run):
    with database.transaction() as session:
        users.add_user(session, "adm", "Adm", Role.ADMINISTRATOR, [], "cavalo azul correto")
    assert run("users", "deactivate", "adm").exit_code == 1
    with database.transaction() as session:
        assert users.find_user(session, "adm") is not None
