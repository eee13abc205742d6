"""The purge: what is due goes from every place, in small transactions; a run that breaks off goes on at the next.

Each step names what is due by a query of keys and removes it by key, so a rehearsal counts what a run would remove.
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import and_, case, delete, exists, func, null, or_, select, text, update
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations import audit
from defensoria.conversations.database import Database
from defensoria.conversations.models import (
    Atendimento,
    AuditEntry,
    Citizen,
    CitizenAlias,
    Delivery,
    DeskSession,
    MediaFile,
    Message,
    Note,
    PrivacyRequest,
    PurgeRun,
    Status,
    UnreadablePayload,
)
from defensoria.conversations.rasa_events import RASA_EVENTS, has_rasa_events
from defensoria.office.calendar import CUIABA
from defensoria.privacy import forgetting, logs
from defensoria.privacy.forgetting import Folders
from defensoria.privacy.holds import free_atendimento, free_citizen
from defensoria.privacy.retention import DataClass, Retention

BATCH = 100
"""Rows a transaction: whoever waits to write waits for no more than these."""
_LOOKED_UP = 5000
_LEASE = timedelta(minutes=10)
_LOCK_KEY = 65_99963_4456
_STRAY = timedelta(days=1)
"""How old a file without a row is when it is nobody's: a younger one may be on its way into the store."""
_UNSAID = (Status.WAITING.value, Status.PENDING.value, Status.SENDING.value)


class AlreadyRunning(RuntimeError):
    """Another process purges at this moment."""


@dataclass(frozen=True)
class Purge:
    """What one run goes by: the terms, the instant by which they are counted, and where files lie."""

    retention: Retention
    folders: Folders
    now: datetime = field(default_factory=utc_now)

    def before(self, kind: DataClass) -> datetime:
        """What is older than this is due."""
        return self.retention.before(kind, self.now)


@dataclass(frozen=True)
class Step:
    """The keys of what is due of a class before an instant, by what holds now; and how some of it is removed."""

    kind: DataClass
    due: Callable[[datetime, datetime], Any]
    remove: Callable[[Session, Collection[Any], Folders], None]


def due(session: Session, purge: Purge) -> dict[DataClass, int]:
    """How much of each class is due."""
    counts = dict.fromkeys(DataClass, 0)
    for step in _steps(session):
        keys = step.due(purge.before(step.kind), purge.now)
        counts[step.kind] += session.scalar(select(func.count()).select_from(keys.subquery()))
    old_entries = select(func.count(AuditEntry.id)).where(AuditEntry.at < purge.before(DataClass.AUDIT))
    counts[DataClass.AUDIT] = session.scalar(old_entries)
    counts[DataClass.FILES] += len(_strays(session, purge))
    counts[DataClass.EXPORTS] = len(_old_exports(purge))
    counts[DataClass.LOGS] = len(_old_logs(purge))
    return counts


async def run(database: Database, purge: Purge) -> dict[DataClass, int]:
    """Remove what is due. Returns how many of each class.

    Raises:
        AlreadyRunning: another process does.
    """
    number = await database.run(_begin)
    removed = dict.fromkeys(DataClass, 0)
    for step in await database.read(_steps):
        last: Any = None
        while keys := await database.read(_next_keys, step, purge, last):
            for at in range(0, len(keys), BATCH):
                batch = keys[at : at + BATCH]
                removed[step.kind] += await database.run(_remove_some, step, purge, batch, number)
            last = keys[-1]
    removed[DataClass.FILES] += await database.read(_remove_strays, purge)
    removed[DataClass.AUDIT] = await database.run(audit.remove_before, purge.before(DataClass.AUDIT))
    removed[DataClass.EXPORTS] = await asyncio.to_thread(_remove_exports, purge)
    removed[DataClass.LOGS] = await asyncio.to_thread(_remove_logs, purge)
    await database.run(_finish, number, removed)
    await asyncio.to_thread(empty_log, database)
    return removed


def is_time(session: Session, purge: Purge) -> bool:
    """Whether today's run has not been begun, or broke off and nobody goes on with it."""
    last = _last_run(session)
    if last is None or (last.finished_at is None and last.lease_until <= utc_now()):
        return True
    here = purge.now.astimezone(CUIABA)
    hour = here.replace(hour=purge.retention.hour, minute=0, second=0, microsecond=0)
    return bool(last.started_at < (hour if hour <= here else hour - timedelta(days=1)))


def empty_log(database: Database) -> None:
    """SQLite's log of writes keeps pages as they were until it is written back."""
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _begin(session: Session) -> int:
    if session.get_bind().dialect.name == "postgresql":
        # SQLite lets in one writer anyway.
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
    last, now = _last_run(session), utc_now()
    if last is not None and last.finished_at is None and last.lease_until > now:
        raise AlreadyRunning("outro processo está apagando agora")
    run = PurgeRun(started_at=now, lease_until=now + _LEASE)
    session.add(run)
    session.flush()
    return int(run.id)


def _last_run(session: Session) -> PurgeRun | None:
    return session.scalar(select(PurgeRun).order_by(PurgeRun.id.desc()).limit(1))


def _next_keys(session: Session, step: Step, purge: Purge, after: Any) -> list[Any]:
    """What is due behind a key. It is looked for without keeping anybody from writing."""
    query = step.due(purge.before(step.kind), purge.now)
    key = query.selected_columns[0]
    behind = query if after is None else query.where(key > after)
    return list(session.scalars(behind.order_by(key).limit(_LOOKED_UP)))


def _remove_some(session: Session, step: Step, purge: Purge, keys: Collection[Any], number: int) -> int:
    """Remove those that are still due, now that nobody writes: one may have been held or asked for meanwhile."""
    still = session.scalars(_still_due(step.due(purge.before(step.kind), purge.now), keys)).all()
    if still:
        step.remove(session, still, purge.folders)
    session.execute(update(PurgeRun).where(PurgeRun.id == number).values(lease_until=utc_now() + _LEASE))
    return len(still)


def _still_due(query: Any, keys: Collection[Any]) -> Any:
    """Which of some keys a query names: each is looked up, where SQLite would go through all that is due for them."""
    key = query.selected_columns[0]
    rows = key.table.alias()
    each = rows.c[key.name]
    return select(each).where(each.in_(keys), query.where(key == each).correlate(rows).exists())


def _finish(session: Session, number: int, removed: dict[DataClass, int]) -> None:
    told = {kind.value: count for kind, count in removed.items() if count}
    session.execute(update(PurgeRun).where(PurgeRun.id == number).values(finished_at=utc_now(), removed=told))
    if told:
        audit.record(session, audit.SYSTEM, "apagamento_por_prazo", removed=told)


def _steps(session: Session) -> list[Step]:
    return [step for step in _ALL_STEPS if step.kind is not DataClass.DIALOGUES or has_rasa_events(session)]


def _due_messages(before: datetime, now: datetime) -> Any:
    columns = (Message.text, Message.payload, Message.wamid, Message.error)
    return (
        select(Message.id)
        .join(Atendimento, Atendimento.id == Message.atendimento_id)
        .where(Atendimento.closed_at < before, free_atendimento(now), or_(*(column.is_not(None) for column in columns)))
    )


def _blank_messages(session: Session, ids: Collection[int], _folders: Folders) -> None:
    # WhatsApp's id of a message spells the citizen's number. What has lost its words can no longer be said.
    status = case((Message.status.in_(_UNSAID), Status.FAILED.value), else_=Message.status)
    blank = {"text": None, "payload": null(), "wamid": None, "error": None, "status": status}
    _execute(session, update(Message).where(Message.id.in_(ids)).values(**blank))


def _due_notes(before: datetime, now: datetime) -> Any:
    return (
        select(Note.id)
        .join(Atendimento, Atendimento.id == Note.atendimento_id)
        .where(Atendimento.closed_at < before, free_atendimento(now))
    )


def _due_files(before: datetime, now: datetime) -> Any:
    return (
        select(MediaFile.id)
        .join(Message, Message.id == MediaFile.message_id)
        .join(Atendimento, Atendimento.id == Message.atendimento_id)
        .where(Atendimento.closed_at < before, free_atendimento(now))
    )


def _due_dialogues(before: datetime, now: datetime) -> Any:
    sender, kept = RASA_EVENTS.c.sender_id, ~free_citizen(now)
    written_from = exists().where(Citizen.address == sender, kept)
    known_by = exists().where(
        # Its kinds are named because their index begins with them.
        CitizenAlias.kind.in_(("wa_id", "user_id")),
        CitizenAlias.value == sender,
        CitizenAlias.citizen_id == Citizen.id,
        kept,
    )
    return select(RASA_EVENTS.c.id).where(RASA_EVENTS.c.timestamp < before.timestamp(), ~written_from, ~known_by)


def _remove_dialogues(session: Session, ids: Collection[int], _folders: Folders) -> None:
    session.execute(delete(RASA_EVENTS).where(RASA_EVENTS.c.id.in_(ids)))


def _due_atendimentos(before: datetime, now: datetime) -> Any:
    return select(Atendimento.id).where(Atendimento.closed_at < before, free_atendimento(now))


def _due_citizens(before: datetime, now: datetime) -> Any:
    stays = and_(Atendimento.citizen_id == Citizen.id, or_(Atendimento.closed_at >= before, ~free_atendimento(now)))
    return select(Citizen.id).where(Citizen.created_at < before, free_citizen(now), ~exists().where(stays))


def _rows_before(key: Any, instant: Any) -> Callable[[datetime, datetime], Any]:
    return lambda before, _now: select(key).where(instant < before)


def _remove_rows(key: Any) -> Callable[[Session, Collection[Any], Folders], None]:
    return lambda session, keys, _folders: _execute(session, delete(key.class_).where(key.in_(keys)))


_ALL_STEPS = (
    Step(DataClass.MESSAGES, _due_messages, _blank_messages),
    Step(DataClass.MESSAGES, _due_notes, _remove_rows(Note.id)),
    Step(DataClass.FILES, _due_files, forgetting.forget_files),
    Step(DataClass.DIALOGUES, _due_dialogues, _remove_dialogues),
    Step(
        DataClass.UNREADABLE,
        _rows_before(UnreadablePayload.id, UnreadablePayload.received_at),
        _remove_rows(UnreadablePayload.id),
    ),
    Step(DataClass.UNREADABLE, _rows_before(Delivery.id, Delivery.received_at), _remove_rows(Delivery.id)),
    Step(DataClass.IDENTITIES, _due_atendimentos, forgetting.forget_atendimentos),
    Step(DataClass.IDENTITIES, _due_citizens, forgetting.forget_citizens),
    Step(
        DataClass.REQUESTS,
        _rows_before(PrivacyRequest.id, PrivacyRequest.decided_at),
        _remove_rows(PrivacyRequest.id),
    ),
    Step(
        DataClass.SESSIONS,
        _rows_before(DeskSession.token_hash, DeskSession.expires_at),
        _remove_rows(DeskSession.token_hash),
    ),
)


def _strays(session: Session, purge: Purge) -> list[Path]:
    """Files that no row names any more, or never did."""
    known = set(session.scalars(select(MediaFile.path).where(MediaFile.path.is_not(None))))
    limit = (purge.now - _STRAY).timestamp()
    folder = purge.folders.media
    files = folder.iterdir() if folder.is_dir() else ()
    return [file for file in files if file.name not in known and file.stat().st_mtime < limit]


def _remove_strays(session: Session, purge: Purge) -> int:
    return _unlink(_strays(session, purge))


def _old_exports(purge: Purge) -> list[Path]:
    folder, limit = purge.folders.exports, purge.before(DataClass.EXPORTS).timestamp()
    return [file for file in folder.rglob("*") if file.is_file() and file.stat().st_mtime < limit]


def _remove_exports(purge: Purge) -> int:
    return _unlink(_old_exports(purge))


def _old_logs(purge: Purge) -> list[Path]:
    return logs.set_aside_before(purge.folders.logs, purge.before(DataClass.LOGS))


def _remove_logs(purge: Purge) -> int:
    logs.set_aside(purge.folders.logs, purge.now)
    return _unlink(_old_logs(purge))


def _unlink(files: Collection[Path]) -> int:
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)


def _execute(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
