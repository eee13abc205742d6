"""Backups: the database and citizens' files in one archive, brought back without what was erased since.

The archive is not encrypted here: who keeps it does that, as `docs/privacidade.md` says.
"""

import asyncio
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, inspect, select
from sqlalchemy.engine import URL, make_url

from defensoria.clock import utc_now
from defensoria.conversations.database import Database
from defensoria.conversations.models import Base, Citizen
from defensoria.conversations.schema import upgrade
from defensoria.privacy import purge as purging
from defensoria.privacy import requests
from defensoria.privacy.forgetting import Folders
from defensoria.privacy.journal import erasures
from defensoria.privacy.purge import Purge
from defensoria.privacy.retention import Retention
from defensoria.settings import Settings

_SQLITE, _POSTGRESQL = "store.db", "store.dump"
_JOURNAL, _MEDIA, _MANIFEST = "apagamentos.jsonl", "media", "manifest.json"


class BackupError(RuntimeError):
    """A backup cannot be made or restored; the message says why and what to do."""


def back_up(settings: Settings, file: Path) -> None:
    """Write database, files and the journal of erasures into a new archive, readable by its owner alone.

    Raises:
        BackupError: the archive exists, or PostgreSQL's own programs are missing or fail.
    """
    if file.exists():
        raise BackupError(f"{file} já existe. Escolha outro nome: nenhuma cópia é escrita por cima de outra.")
    unfinished = file.with_name(f".{file.name}.part")
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            # The database first: a file that comes in meanwhile has no row yet, and is nobody's.
            store = _dump(make_url(settings.database_url), Path(folder))
            with (
                open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written,
                tarfile.open(fileobj=written, mode="w:gz") as archive,
            ):
                _add_text(archive, _MANIFEST, json.dumps({"made_at": utc_now().isoformat(), "store": store.name}))
                archive.add(store, store.name)
                for path, name in ((settings.media_dir, _MEDIA), (settings.erasures_file, _JOURNAL)):
                    if path.exists():
                        archive.add(path, name)
        os.replace(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)


def restore(settings: Settings, retention: Retention, file: Path) -> Mapping[str, int]:
    """Bring a backup into an empty database and an empty folder, and remove again what had been erased or is due.

    Returns:
        What was removed again: `apagadas` (people who were erased on request), and each class of the purge.

    Raises:
        BackupError: no such archive or not one of ours, of another kind of database, or something is there already.
    """
    url = make_url(settings.database_url)
    _check_empty(settings, url)
    with tempfile.TemporaryDirectory(dir=settings.var_dir.parent) as unpacked:
        folder = Path(unpacked)
        store = _unpack(file, folder)
        if (store == _SQLITE) != (url.get_backend_name() == "sqlite"):
            raise BackupError(f"A cópia é de outro banco ({store}). Ponha em DATABASE_URL um banco do mesmo tipo.")
        _load(url, folder / store)
        settings.var_dir.mkdir(parents=True, exist_ok=True)
        if (folder / _MEDIA).is_dir():
            shutil.copytree(folder / _MEDIA, settings.media_dir, dirs_exist_ok=True)
            settings.media_dir.chmod(0o700)
        return _remove_again(settings, retention, folder / _JOURNAL)


def _remove_again(settings: Settings, retention: Retention, backed_up: Path) -> Mapping[str, int]:
    """What has a term is due again by its date; what was erased on request is known by the journal beside the store."""
    upgrade(settings.database_url)
    database = Database(settings.database_url)
    folders = Folders.of(settings)
    ours = settings.erasures_file
    erased = {*erasures(ours), *erasures(backed_up)}
    if backed_up.exists() and not ours.exists():
        shutil.copyfile(backed_up, ours)
        ours.chmod(0o600)
    try:
        gone = 0
        for citizen_id, at in sorted(erased):
            with database.transaction() as session:
                known = select(func.count(Citizen.id)).where(Citizen.id == citizen_id, Citizen.created_at < at)
                if session.scalar(known):
                    requests.erase(session, citizen_id, folders)
                    gone += 1
        removed = asyncio.run(purging.run(database, Purge(retention, folders)))
    finally:
        database.dispose()
    return {"apagadas": gone, **{kind.value: count for kind, count in removed.items()}}


def _check_empty(settings: Settings, url: URL) -> None:
    media = settings.media_dir
    if media.is_dir() and any(media.iterdir()):
        raise BackupError(f"{media} tem arquivos. Restaure onde não há nada: mova-os antes.")
    if url.get_backend_name() == "sqlite":
        if url.database and Path(url.database).exists():
            raise BackupError(f"{url.database} já existe. Restaure onde não há nada: mova-o antes.")
        return
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            tables = set(inspect(session.connection()).get_table_names()) & set(Base.metadata.tables)
    finally:
        database.dispose()
    if tables:
        raise BackupError("O banco de DATABASE_URL já tem tabelas nossas. Crie um vazio e restaure nele.")


def _dump(url: URL, folder: Path) -> Path:
    if url.get_backend_name() != "sqlite":
        target = folder / _POSTGRESQL
        _run_program(url, "pg_dump", "--format=custom", "--no-owner", f"--file={target}")
        return target
    target = folder / _SQLITE
    with closing(sqlite3.connect(str(url.database))) as source, closing(sqlite3.connect(target)) as copy:
        # In steps, so that who writes meanwhile is let in between them.
        source.backup(copy, pages=1000, sleep=0.01)
    return target


def _load(url: URL, store: Path) -> None:
    if url.get_backend_name() != "sqlite":
        _run_program(url, "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url.database}", str(store))
        return
    target = Path(str(url.database))
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(store, target)
    target.chmod(0o600)


def _run_program(url: URL, program: str, *arguments: str) -> None:
    """PostgreSQL's own program, told where the database is through its environment: others can read command lines."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"Falta o programa {program}. Instale o pacote postgresql-client, da versão do servidor.")
    told = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    environment = {**os.environ, **{name: str(value) for name, value in told.items() if value}}
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise BackupError(f"{program} não conseguiu: {done.stderr.strip()[:500]}")


def _unpack(file: Path, folder: Path) -> str:
    try:
        with tarfile.open(file, "r:gz") as archive:
            members = archive.getmembers()
            if any(not _is_ours(member) for member in members):
                raise BackupError(f"{file} tem o que nenhuma cópia nossa tem. Confira de onde veio.")
            archive.extractall(folder, members)  # noqa: S202 - every member was checked
        return str(json.loads((folder / _MANIFEST).read_text())["store"])
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise BackupError(f"{file} não é uma cópia que se possa ler: {error}") from None


def _is_ours(member: tarfile.TarInfo) -> bool:
    top, *below = Path(member.name).parts or ("",)
    known = top in {_MANIFEST, _SQLITE, _POSTGRESQL, _JOURNAL} and not below
    file = top == _MEDIA and len(below) <= 1 and ".." not in below
    return (member.isfile() and (known or file)) or (member.isdir() and top == _MEDIA and not below)


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
