"""Taking people out of every place at once: the store, Rasa's memory, files on disk; facts without names stay."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from defensoria.conversations import deliveries
from defensoria.conversations.models import (
    Atendimento,
    AtendimentoEvent,
    Citizen,
    CitizenAlias,
    IdentityConflict,
    LegalHold,
    MediaFile,
    Message,
    Note,
    PrivacyRequest,
    UnreadablePayload,
)
from defensoria.conversations.rasa_events import RASA_EVENTS, has_rasa_events
from defensoria.office.facts import office_facts
from defensoria.planning.facts import derive, leave
from defensoria.settings import Settings

_LINE_BY_LINE = ("*.jsonl", "*.csv")
_FEWEST_LETTERS = 6
"""Of an identity, to be looked for inside other texts."""


@dataclass(frozen=True)
class Folders:
    """Where files of citizens lie, and the logs."""

    media: Path
    exports: Path
    logs: Path

    @classmethod
    def of(cls, settings: Settings) -> "Folders":
        """Those of this service."""
        return cls(media=settings.media_dir, exports=settings.exports_dir, logs=settings.logs_dir)


def forget_citizens(session: Session, ids: Collection[int], folders: Folders) -> None:
    """Remove citizens with all that is theirs. Requests that were decided stay, as nobody's."""
    addresses = _addresses(session, ids)
    of_them = select(Atendimento.id).where(Atendimento.citizen_id.in_(ids))
    forget_atendimentos(session, session.scalars(of_them).all(), folders)
    forget_dialogues(session, addresses)
    deliveries.strike(session, addresses)
    for address in addresses:
        if len(address) >= _FEWEST_LETTERS:
            _delete(session, UnreadablePayload, UnreadablePayload.body.contains(address, autoescape=True))
    conflicts = or_(IdentityConflict.citizen_id.in_(ids), IdentityConflict.other_id.in_(ids))
    _delete(session, IdentityConflict, conflicts)
    _delete(session, LegalHold, LegalHold.citizen_id.in_(ids))
    # The words with which it was decided may name the citizen.
    _update(session, PrivacyRequest, PrivacyRequest.citizen_id.in_(ids), citizen_id=None, reason=None, told_by=None)
    _delete(session, CitizenAlias, CitizenAlias.citizen_id.in_(ids))
    _delete(session, Citizen, Citizen.id.in_(ids))


def forget_atendimentos(session: Session, ids: Collection[int], folders: Folders) -> None:
    """Turn atendimentos into facts, and remove them with their messages, files and events."""
    atendimentos = session.scalars(select(Atendimento).where(Atendimento.id.in_(ids))).all()
    derive(session, ids, office_facts())
    leave(session, ids)
    _strike_from_exports(folders.exports, {str(atendimento.protocolo) for atendimento in atendimentos})
    messages = select(Message.id).where(Message.atendimento_id.in_(ids))
    files = session.scalars(select(MediaFile.id).where(MediaFile.message_id.in_(messages))).all()
    forget_files(session, files, folders)
    _delete(session, Note, Note.atendimento_id.in_(ids))
    _delete(session, Message, Message.atendimento_id.in_(ids))
    _delete(session, AtendimentoEvent, AtendimentoEvent.atendimento_id.in_(ids))
    _delete(session, LegalHold, LegalHold.atendimento_id.in_(ids))
    _update(session, Atendimento, Atendimento.previous_id.in_(ids), previous_id=None)
    _delete(session, Atendimento, Atendimento.id.in_(ids))


def forget_files(session: Session, ids: Collection[int], folders: Folders) -> None:
    """Remove citizens' files: from the disk first, so that a run which breaks off leaves no file without a row."""
    kept = select(MediaFile.path).where(MediaFile.id.in_(ids), MediaFile.path.is_not(None))
    for path in session.scalars(kept):
        (folders.media / Path(path).name).unlink(missing_ok=True)
    _delete(session, MediaFile, MediaFile.id.in_(ids))


def forget_dialogues(session: Session, addresses: Collection[str]) -> None:
    """Remove what Rasa remembers of some identities."""
    if has_rasa_events(session):
        session.execute(delete(RASA_EVENTS).where(RASA_EVENTS.c.sender_id.in_(addresses)))


def _addresses(session: Session, ids: Collection[int]) -> set[str]:
    """Every identity by which these citizens are known, and from which they wrote and which they gave up."""
    known = session.scalars(select(Citizen.address).where(Citizen.id.in_(ids))).all()
    aliases = session.scalars(select(CitizenAlias.value).where(CitizenAlias.citizen_id.in_(ids))).all()
    # Not by the direction as well: SQLite would go through every message of it.
    payloads = session.scalars(select(Message.payload).where(Message.citizen_id.in_(ids)))
    wrote_from = {_sender(payload) for payload in payloads}
    return {address for address in {*known, *aliases, *wrote_from} if address}


def _sender(payload: Any) -> str:
    message = payload.get("message") if isinstance(payload, dict) else None
    return str(message.get("from") or "") if isinstance(message, dict) else ""


def _strike_from_exports(folder: Path, protocols: set[str]) -> None:
    """Take the lines of some atendimentos out of the exports that lie on disk, one atendimento a line."""
    for file in (file for kind in _LINE_BY_LINE for file in folder.glob(kind)):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        left = [line for line in lines if not any(protocol in line for protocol in protocols)]
        if len(left) == len(lines):
            continue
        anew, changed = file.with_suffix(".part"), file.stat()
        anew.touch(mode=0o600)
        anew.write_text("".join(left), encoding="utf-8")
        # Its term still counts from when it was made.
        os.utime(anew, (changed.st_atime, changed.st_mtime))
        os.replace(anew, file)


def _delete(session: Session, model: Any, condition: Any) -> None:
    session.execute(delete(model).where(condition).execution_options(synchronize_session=False))


def _update(session: Session, model: Any, condition: Any, **values: Any) -> None:
    session.execute(update(model).where(condition).values(**values).execution_options(synchronize_session=False))
