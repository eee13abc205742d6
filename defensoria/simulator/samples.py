"""Small real files, one of each kind that a phone sends."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A file as it is sent."""

    kind: str
    mime_type: str
    content: bytes


_JPEG = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKB"
    "TmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8"
    "fHz/wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAA"
    "AAAAAAAAAAAAAwX/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCOARPf/9k="
)
_WEBP = "UklGRi4AAABXRUJQVlA4ICIAAABwAQCdASoIAAgABABoJaACdAFAAAD+7QJJ6Vviv094BggA"
_PDF = b"""%PDF-1.1
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
_OGG = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00"
_MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom\x00\x00\x00\x08mdat"

_SAMPLES = (
    Sample(kind="audio", mime_type="audio/ogg; codecs=opus", content=_OGG),
    Sample(kind="image", mime_type="image/jpeg", content=base64.b64decode(_JPEG)),
    Sample(kind="video", mime_type="video/mp4", content=_MP4),
    Sample(kind="document", mime_type="application/pdf", content=_PDF),
    Sample(kind="sticker", mime_type="image/webp", content=base64.b64decode(_WEBP)),
)
_DIGITS = 15
_MOST_KEPT = 50


def sample_of_kind(kind: str) -> Sample:
    """The file that a phone sends as `audio`, `image`, `video`, `document` or `sticker`."""
    return next(sample for sample in _SAMPLES if sample.kind == kind)


def new_media_id(sample: Sample) -> str:
    """An id in the form of WhatsApp's, which begins with the sample's place."""
    return f"{_SAMPLES.index(sample) + 1}{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"


def sample_of(media_id: str) -> Sample | None:
    """The file of a media id, or None where there is none of that id."""
    if len(media_id) != _DIGITS + 1 or not (media_id.isascii() and media_id.isdigit()):
        return None
    place = int(media_id[0]) - 1
    return _SAMPLES[place] if 0 <= place < len(_SAMPLES) else None


class Uploads:
    """The files that the business uploaded, the newest of them."""

    def __init__(self) -> None:
        self._kept: dict[str, Sample] = {}

    def keep(self, sample: Sample) -> str:
        """Keep a file. Returns its media id, which is no sample's."""
        media_id = f"9{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
        self._kept[media_id] = sample
        while len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return media_id

    def get(self, media_id: str) -> Sample | None:
        """The file of a media id, or None where there is none of that id."""
        return self._kept.get(media_id)
