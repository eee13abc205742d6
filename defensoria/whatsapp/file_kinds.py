"""What a file that is to be sent really is, told by its content: neither its name nor the browser's word counts.

Kinds and largest sizes: WhatsApp Cloud API, "Media" (images up to 5 MB). Documents are kept below its 100 MB, for the
phones and data plans of those who receive them.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

LARGEST: Mapping[str, int] = {"image": 5 * 1024 * 1024, "document": 16 * 1024 * 1024}
"""Bytes, by kind."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
_MAIN_PARTS: Mapping[str, str] = {
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation",
}
_MACROS = "vbaproject.bin"


@dataclass(frozen=True)
class FileKind:
    """`kind` is WhatsApp's: `image` or `document`."""

    kind: str
    mime_type: str


def recognise(file: IO[bytes]) -> FileKind | None:
    """What a file is, from its first bytes and, of an archive, its parts; None where it is nothing that is sent."""
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind("image", "image/jpeg")
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return FileKind("image", "image/png")
    if head.startswith(b"%PDF-"):
        return FileKind("document", "application/pdf")
    return _of_office(file) if head.startswith(b"PK\x03\x04") else None


def _of_office(file: IO[bytes]) -> FileKind | None:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names or any(name.lower().endswith(_MACROS) for name in names):
        return None
    mime_type = next((mime_type for part, mime_type in _MAIN_PARTS.items() if part in names), None)
    return FileKind("document", mime_type) if mime_type else None
