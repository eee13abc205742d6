"""Sending a picture or a document: checked by its content, kept here, and put into the outbox."""

import asyncio
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from defensoria.conversations import audit, desk_views, holder
from defensoria.conversations.holder import Contested
from defensoria.conversations.media import keep_outgoing
from defensoria.conversations.outbox import Outgoing
from defensoria.desk.attending import WINDOW_CLOSED, WindowClosed, check_window, show_conversation, taken
from defensoria.desk.visits import Visit, clean
from defensoria.whatsapp.file_kinds import LARGEST, FileKind, recognise
from defensoria.whatsapp.media import EXTENSIONS
from defensoria.whatsapp.waking import Bell

LARGEST_FORM = max(LARGEST.values()) + 256 * 1024
LONGEST_CAPTION = 1000

_NO_FILE = "Escolha um arquivo para enviar."
_NOT_SENT = (
    "Este arquivo não pode ser enviado. Envie foto (JPG ou PNG), PDF, ou documento do Word, Excel ou PowerPoint."
)
_LONGEST_NAME = 100
_CHUNK = 256 * 1024
_ODD = re.compile(r"[^\w .()-]+")


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file to be sent: what it is, how the citizen sees it named, and where it is kept."""

    kind: FileKind
    shown_name: str
    path: str
    size: int


async def send_file(visit: Visit) -> Response:
    """Send a file with an optional caption."""
    upload, caption = visit.form.get("file"), visit.field("caption").strip()
    if not isinstance(upload, UploadFile) or not upload.size:
        return await show_conversation(visit, 422, problem=_NO_FILE)
    if len(caption) > LONGEST_CAPTION:
        problem = f"A legenda tem {len(caption)} letras e o limite é {LONGEST_CAPTION}."
        return await show_conversation(visit, 422, problem=problem)
    kind = await asyncio.to_thread(recognise, upload.file)
    if kind is None:
        return await show_conversation(visit, 422, problem=_NOT_SENT)
    if upload.size > LARGEST[kind.kind]:
        most = LARGEST[kind.kind] // (1024 * 1024)
        what = "Fotos" if kind.kind == "image" else "Documentos"
        return await show_conversation(visit, 422, problem=f"{what} podem ter até {most} MB. Envie um arquivo menor.")
    return await _keep_and_send(visit, upload, kind, caption)


async def _keep_and_send(visit: Visit, upload: UploadFile, kind: FileKind, caption: str) -> Response:
    folder, extension = visit.desk.settings.media_dir, EXTENSIONS[kind.mime_type]
    name = f"out-{secrets.token_hex(12)}{extension}"
    file = Attachment(
        kind=kind, shown_name=_shown_name(upload.filename, extension), path=name, size=int(upload.size or 0)
    )
    await asyncio.to_thread(_write, upload.file, folder, name)
    try:
        await visit.desk.database.run(_send, visit, file, caption)
    except BaseException as error:
        (folder / name).unlink(missing_ok=True)
        if isinstance(error, Contested):
            return await show_conversation(visit, 409, problem=taken(error))
        if isinstance(error, WindowClosed):
            return await show_conversation(visit, 409, problem=WINDOW_CLOSED)
        raise
    Bell.OUTBOX.ring()
    return RedirectResponse(f"/atendimentos/{quote(visit.request.path_params['protocolo'])}", 303)


def _send(session: Session, visit: Visit, file: Attachment, caption: str) -> None:
    atendimento = desk_views.one(session, visit.user, visit.request.path_params["protocolo"])
    check_window(atendimento, visit.user)
    content = {"caption": caption} if caption else {}
    if file.kind.kind == "document":
        content["filename"] = file.shown_name
    outgoing = Outgoing(file.kind.kind, caption, {"type": file.kind.kind, file.kind.kind: content})
    message_id = holder.answer(session, atendimento.id, visit.user, outgoing)
    keep_outgoing(session, message_id, file.kind.kind, file.kind.mime_type, file.path, file.size, file.shown_name)
    audit.record(
        session,
        visit.user.login,
        "arquivo_enviado",
        protocolo=atendimento.protocolo,
        nucleo=atendimento.nucleo,
        origin=visit.origin,
        message_id=message_id,
        type=file.kind.mime_type,
    )


def _shown_name(given: str | None, extension: str) -> str:
    """What the citizen sees: the name without folders and odd signs, with the ending of what it really is."""
    name = _ODD.sub("_", clean(given).replace("\\", "/").rpartition("/")[2])
    stem = Path(name).stem.strip(" ._")[:_LONGEST_NAME]
    return (stem or "documento") + extension


def _write(source: IO[bytes], folder: Path, name: str) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    source.seek(0)
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as kept:
        while chunk := source.read(_CHUNK):
            kept.write(chunk)
        kept.flush()
        os.fsync(kept.fileno())
