"""The tables of facts out to a file and in from one, in a terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from defensoria.__main__ import main
from defensoria.conversations import facts as store
from defensoria.conversations.database import Database
from defensoria.office.facts import FactsError
from defensoria.settings import settings


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Runner"]:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    settings.cache_clear()
    yield Runner()
    settings.cache_clear()


class Runner:
    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["facts", *arguments])


def test_a_table_goes_out_is_edited_and_comes_in_again(run: Runner, tmp_path: Path) -> None:
    file = tmp_path / "geral.csv"
    file.write_bytes(run("export", "geral").stdout_bytes)
    assert "Nada mudou" in run("import", "geral", str(file)).output
    file.write_text(file.read_text("utf-8-sig").replace("Defensoria Pública MT Cidadão", "MT Cidadão"), "utf-8")
    told = run("import", "geral", str(file), "--author", "cti").output
    assert "~ aplicativo, MT Cidadão" in told
    assert "Versão 1 de geral em vigor." in told
    assert "MT Cidadão;" in run("export", "geral").stdout_bytes.decode("utf-8-sig")
    with Database(settings().database_url).transaction() as session:
        assert store.history(session, "geral")[0].author == "cti"


def test_a_file_with_a_mistake_changes_nothing(run: Runner, tmp_path: Path) -> None:
    before = run("export", "plantoes").stdout_bytes
    file = tmp_path / "plantoes.csv"
    file.write_bytes(before.replace(b"(66) 99607-2257", b"99607-2257"))
    refused = run("import", "plantoes", str(file))
    assert isinstance(refused.exception, FactsError)
    assert 'linha 2: telefone "99607-2257"' in str(refused.exception)
    assert run("export", "plantoes").stdout_bytes == before
