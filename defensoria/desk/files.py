"""Citizens' files at the desk: what the transcript says of one, and the address that gives it to an attendant."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from defensoria.conversations import desk_views
from defensoria.conversations.models import MediaFile, MediaStatus
from defensoria.desk.visits import Visit

_OPENED_HERE = frozenset(
    {"image/jpeg", "image/png", "image/webp", "audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/opus"}
)
"""Types that run nothing in a browser; every other is only saved."""
_INVITATIONS: Mapping[str, str] = {
    "image": "Abrir foto",
    "sticker": "Abrir figurinha",
    "audio": "Ouvir áudio",
    "video": "Baixar vídeo",
    "document": "Baixar documento",
}
_STATES: Mapping[str, str] = {
    MediaStatus.PENDING.value: "Ainda baixando.",
    MediaStatus.EXPIRED.value: "Este arquivo expirou no WhatsApp. Peça que a pessoa envie de novo.",
    MediaStatus.REFUSED.value: "Este arquivo é grande demais ou de um tipo que não recebemos. Peça outro formato.",
    MediaStatus.FAILED.value: "Não foi possível baixar este arquivo. Peça que a pessoa envie de novo.",
}
_HEADERS = {
    # Whatever the file is, it may run nothing and reach nothing of the desk's.
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; "
        "frame-ancestors 'none'"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file in the transcript: an invitation with its address, or only what became of it.

    `shown` is `image` or `audio` for what the page itself shows or plays.
    """

    words: str
    address: str | None
    shown: str | None = None


def attachment(file: MediaFile, protocolo: str) -> Attachment:
    """What the transcript says of a file."""
    if file.status != MediaStatus.STORED.value:
        return Attachment(words=_STATES[file.status], address=None)
    invitation = _INVITATIONS.get(file.kind, "Baixar arquivo")
    shown = file.mime_type.partition("/")[0] if file.mime_type in _OPENED_HERE else None
    return Attachment(words=invitation, address=f"/atendimentos/{protocolo}/midia/{file.id}", shown=shown)


async def give(visit: Visit) -> Response:
    """A citizen's file, to who may read their conversation. It is named by its protocol, never by the citizen."""
    protocolo, number = visit.request.path_params["protocolo"], visit.request.path_params["id"]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise HTTPException(404)
    file = await visit.desk.database.read(desk_views.file_of, visit.user, protocolo, int(number))
    path = _path(visit.desk.settings.media_dir, file)
    return FileResponse(
        path,
        media_type=file.mime_type,
        filename=f"{protocolo}-{file.id}{path.suffix}",
        content_disposition_type="inline" if file.mime_type in _OPENED_HERE else "attachment",
        headers=_HEADERS,
    )


def _path(folder: Path, file: MediaFile) -> Path:
    path = folder / Path(file.path or "").name
    if file.status != MediaStatus.STORED.value or not path.is_file():
        raise HTTPException(404)
    return path
