"""Files: which of the citizens' are still to be fetched and how each came out, and those that go with messages out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.events import record
from defensoria.conversations.models import CITIZEN_AUTHOR, Atendimento, MediaFile, MediaStatus, Message

_LEASE = timedelta(minutes=10)
_FIRST_WAIT_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = 3600.0

_OF_MESSAGES = select(MediaFile).where(MediaFile.message_id.in_(bindparam("message_ids", expanding=True)))


@dataclass(frozen=True, kw_only=True)
class LeasedMedia:
    """A file this process may fetch now. `sent_at` is when the citizen sent it; `attempts` counts this one."""

    id: int
    media_id: str
    mime_type: str | None
    sha256: str | None
    sent_at: datetime
    attempts: int


def lease_due(session: Session, limit: int) -> list[LeasedMedia]:
    """Reserve for this process the oldest files that are due. A lease that runs out (its process died) is due again."""
    now = utc_now()
    due = session.execute(
        select(MediaFile, Message.at)
        .join(Message, Message.id == MediaFile.message_id)
        .where(
            MediaFile.status == MediaStatus.PENDING.value,
            MediaFile.not_before.is_(None) | (MediaFile.not_before <= now),
            MediaFile.lease_until.is_(None) | (MediaFile.lease_until < now),
        )
        .order_by(MediaFile.id)
        .limit(limit)
    ).all()
    return [leased for file, sent_at in due if (leased := _lease(session, file, sent_at, now + _LEASE))]


def mark_stored(session: Session, media_id: int, path: str, size: int, mime_type: str) -> None:
    """Note where a file is kept, below the folder of media files; its size in bytes."""
    _end(session, media_id, MediaStatus.STORED, path=path, size=size, mime_type=mime_type, error=None)


def mark_ended(session: Session, media_id: int, status: MediaStatus, error: str) -> None:
    """Note that a file will not come any more, and why."""
    _end(session, media_id, status, error=error[:300])


def mark_retry(session: Session, media_id: int, error: str) -> None:
    """Note a failure that may pass: the file is due again later, each time after a longer wait."""
    file: MediaFile = session.get(MediaFile, media_id, with_for_update=True)
    wait = min(_FIRST_WAIT_SECONDS * 2 ** max(file.attempts - 1, 0), _LONGEST_WAIT_SECONDS)
    file.lease_until = None
    file.not_before = utc_now() + timedelta(seconds=wait)
    file.error = error[:300]


def of_messages(session: Session, message_ids: Collection[int]) -> Mapping[int, MediaFile]:
    """The files of some messages, by message id."""
    files = session.scalars(_OF_MESSAGES, {"message_ids": list(message_ids)})
    return {file.message_id: file for file in files}


def keep_outgoing(
    session: Session, message_id: int, kind: str, mime_type: str, path: str, size: int, filename: str
) -> None:
    """Note the file that goes with a message out. It has no id at WhatsApp's until it is sent."""
    session.add(
        MediaFile(
            message_id=message_id,
            media_id="",
            kind=kind,
            mime_type=mime_type,
            filename=filename,
            status=MediaStatus.STORED.value,
            size=size,
            path=path,
        )
    )


def note_uploaded(session: Session, message_id: int, media_id: str) -> None:
    """Note WhatsApp's id of a file that goes with a message out; an empty one makes it be uploaded again."""
    files = update(MediaFile).where(MediaFile.message_id == message_id)
    session.execute(files.values(media_id=media_id).execution_options(synchronize_session=False))


def _lease(session: Session, file: MediaFile, sent_at: datetime, until: datetime) -> LeasedMedia | None:
    won = session.execute(
        update(MediaFile)
        .where(
            MediaFile.id == file.id,
            MediaFile.attempts == file.attempts,
            MediaFile.status == MediaStatus.PENDING.value,
        )
        .values(attempts=file.attempts + 1, lease_until=until)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:
        return None
    return LeasedMedia(
        id=file.id,
        media_id=file.media_id,
        mime_type=file.mime_type,
        sha256=file.sha256,
        sent_at=sent_at,
        attempts=file.attempts + 1,
    )


def _end(session: Session, media_id: int, status: MediaStatus, **values: object) -> None:
    file: MediaFile = session.get(MediaFile, media_id, with_for_update=True)
    for name, value in {"status": status.value, "lease_until": None, **values}.items():
        setattr(file, name, value)
    message: Message = session.get(Message, file.message_id)
    atendimento: Atendimento = session.get(Atendimento, message.atendimento_id)
    record(session, atendimento, "media", CITIZEN_AUTHOR, message_id=message.id, status=status.value)
