"""A backup comes back whole into an empty place, without what was erased after it was made."""

import os
import tarfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select, update

from defensoria.clock import utc_now
from defensoria.conversations.database import Database
from defensoria.conversations.models import Atendimento, AtendimentoFact, Citizen, PrivacyRequest, RequestKind
from defensoria.privacy import requests
from defensoria.privacy.backup import BackupError, back_up, restore
from defensoria.privacy.forgetting import Folders
from defensoria.privacy.retention import retention
from defensoria.settings import Settings

from .conftest import House

# The purge that follows a restore leaves its own trace.
_CHANGED_BY_RESTORING = {"purge_runs", "audit_entries"}


@pytest.fixture
def here(house: House, tmp_path: Path) -> Settings:
    """The settings of a house with two citizens, one file, and Rasa's memory."""
    settings = Settings(_env_file=None, var_dir=tmp_path / "here", database_url=house.database.url)
    settings.media_dir.mkdir(parents=True)
    house.folders = Folders.of(settings)
    house.is_attended(house.writes("a primeira"))
    house.sends_file(b"laudo")
    house.is_attended(house.writes("a segunda", wa_id="556599990002", name="Rita"))
    house.rasa_remembers("556599990001", "a primeira")
    return settings


@pytest.fixture
def there(house: House, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """The settings of an empty place for the same kind of database."""
    var_dir = tmp_path / "there"
    if house.database.engine.dialect.name == "sqlite":
        yield Settings(_env_file=None, var_dir=var_dir)
        return
    with request.getfixturevalue("postgresql").fresh_database() as url:
        empty = Database(url)
        with empty.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        empty.dispose()
        yield Settings(_env_file=None, var_dir=var_dir, database_url=url)


def _everything(url: str) -> dict[str, list[tuple]]:
    database, tables = Database(url), MetaData()
    tables.reflect(database.engine)
    with database.transaction() as session:
        rows = {
            name: sorted(map(repr, session.execute(select(table)).all()))
            for name, table in tables.tables.items()
            if name not in _CHANGED_BY_RESTORING
        }
    database.dispose()
    return rows


def test_what_comes_back_is_what_was_there(house: House, here: Settings, there: Settings, tmp_path: Path):
    archive = tmp_path / "copy.tar.gz"
    back_up(here, archive)
    assert oct(archive.stat().st_mode)[-3:] == "600"
    removed = restore(there, retention(), archive)
    assert not any(removed.values())
    before, after = _everything(here.database_url), _everything(there.database_url)
    assert len(before["messages"]) == 9
    assert len(before["events"]) == 1
    assert after == before
    (file,) = there.media_dir.iterdir()
    assert file.read_bytes() == b"laudo"


def test_who_was_erased_after_the_backup_is_erased_again(house: House, here: Settings, there: Settings, tmp_path: Path):
    with house.database.transaction() as session:
        protocolo = session.scalar(select(Atendimento.protocolo).order_by(Atendimento.id))
        request = requests.register(session, protocolo, RequestKind.ERASURE, "ana")
    back_up(here, tmp_path / "copy.tar.gz")
    with house.database.transaction() as session:
        session.execute(update(Atendimento).values(last_citizen_message_at=utc_now() - timedelta(days=3)))
        requests.grant_erasure(session, request.id, "ana", "x")
        assert requests.carry_out(session, house.folders, here.erasures_file) == 1

    # The journal lies outside of the database: it is taken along to where the backup goes.
    there.var_dir.mkdir()
    there.erasures_file.write_bytes(here.erasures_file.read_bytes())
    assert restore(there, retention(), tmp_path / "copy.tar.gz")["apagadas"] == 1

    database = Database(there.database_url)
    with database.transaction() as session:
        assert session.scalars(select(Citizen.name)).all() == ["Rita"]
        assert session.scalar(select(PrivacyRequest)).status == "feito"
    database.dispose()
    assert list(there.media_dir.iterdir()) == []


def test_what_fell_due_since_the_backup_goes_again(house: House, here: Settings, there: Settings, tmp_path: Path):
    long_ago = utc_now() - timedelta(days=4000)
    with house.database.transaction() as session:
        session.execute(update(Atendimento).where(Atendimento.citizen_id == 2).values(closed_at=long_ago))
        session.execute(update(Citizen).where(Citizen.id == 2).values(created_at=long_ago))
    back_up(here, tmp_path / "copy.tar.gz")
    assert restore(there, retention(), tmp_path / "copy.tar.gz")["identidades"] == 2
    database = Database(there.database_url)
    with database.transaction() as session:
        assert session.scalars(select(Citizen.name)).all() == ["Maria"]
        assert len(session.scalars(select(AtendimentoFact)).all()) == 1
    database.dispose()


def test_nothing_is_written_over(house: House, here: Settings, tmp_path: Path):
    archive = tmp_path / "copy.tar.gz"
    archive.write_bytes(b"another")
    with pytest.raises(BackupError, match="já existe"):
        back_up(here, archive)
    assert archive.read_bytes() == b"another"
    back_up(here, tmp_path / "new.tar.gz")
    with pytest.raises(BackupError, match="arquivos"):
        restore(here, retention(), tmp_path / "new.tar.gz")
    (file,) = here.media_dir.iterdir()
    os.rename(file, tmp_path / "moved")
    with pytest.raises(BackupError, match=r"já existe|já tem tabelas"):
        restore(here, retention(), tmp_path / "new.tar.gz")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["../outside", "media/../../outside", "/etc/outside", "media/a/b"])
def test_an_archive_with_a_way_out_is_refused(there: Settings, tmp_path: Path, name: str):
    (tmp_path / "inside").write_text("x")
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "inside", name)
    with pytest.raises(BackupError, match="de onde veio"):
        restore(there, retention(), tmp_path / "evil.tar.gz")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_no_archive_is_told(there: Settings, tmp_path: Path):
    (tmp_path / "note.tar.gz").write_text("no archive")
    with pytest.raises(BackupError, match="não é uma cópia"):
        restore(there, retention(), tmp_path / "note.tar.gz")
