"""The command that drafts examples from what was not understood."""

import os

import pytest
from click.testing import CliRunner

from defensoria.__main__ import main
from defensoria.conversations.database import Database
from defensoria.conversations.models import AuditEntry
from defensoria.settings import settings


@pytest.fixture
def url(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'service.db'}")
    settings.cache_clear()
    yield f"sqlite:///{tmp_path / 'service.db'}"
    settings.cache_clear()


def test_the_draft_is_a_file_for_its_owner_alone_and_the_audit_knows_it_left(url, tmp_path):
    out = tmp_path / "rascunho.yml"
    ran = CliRunner().invoke(
        main, ["understanding", "--since", "2026-11-01", "--until", "2026-11-20", "--out", str(out)]
    )
    assert ran.exit_code == 0, ran.output
    assert out.read_text(encoding="utf-8").rstrip().endswith("nlu: []")
    assert os.stat(out).st_mode & 0o777 == 0o600
    database = Database(url)
    with database.transaction() as session:
        entry = session.query(AuditEntry).one()
    database.dispose()
    assert (entry.action, entry.data) == (
        "exportacao",
        {"o_que": "compreensao", "de": "2026-11-01", "ate": "2026-11-20"},
    )


@pytest.mark.parametrize("wrong", [["--since", "2026-11-02", "--until", "2026-11-01"], ["--since", "ontem"]])
def test_a_period_that_makes_no_sense_writes_nothing(url, tmp_path, wrong):
    out = tmp_path / "rascunho.yml"
    assert CliRunner().invoke(main, ["understanding", *wrong, "--out", str(out)]).exit_code == 2
    assert not out.exists()


def test_no_file_is_written_over(url, tmp_path):
    out = tmp_path / "rascunho.yml"
    out.write_text("meu")
    assert CliRunner().invoke(main, ["understanding", "--out", str(out)]).exit_code == 2
    assert out.read_text() == "meu"
