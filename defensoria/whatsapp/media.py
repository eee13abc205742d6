"""Citizens' files, fetched from WhatsApp in the background and kept where no web server looks.

A media id is good for seven days and its address for five minutes (Cloud API, "Media"). A file is named by us; what the
citizen called it is never part of a path.
"""

import asyncio
import base64
import hashlib
import hmac
import logging
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from defensoria.clock import utc_now
from defensoria.conversations import media
from defensoria.conversations.database import Database
from defensoria.conversations.media import LeasedMedia
from defensoria.conversations.models import MediaStatus
from defensoria.settings import Settings

logger = logging.getLogger(__name__)

EXTENSIONS: Mapping[str, str] = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "audio/ogg": ".ogg",
    "audio/opus": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
"""The types kept, with the end of their file's name: those WhatsApp lists as supported, and OpenDocument."""

_GONE_CODES = frozenset({100, 131052})
"""Meta's codes for a media id that is no more: no such object, download error."""
_VALID_FOR = timedelta(days=7)
_WRONG_SUMS = 5
_AT_ONCE = 4
_IDLE_SECONDS = 2.0
_CHUNK = 256 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=300, sock_connect=5, sock_read=30)
_MEDIA_ID = re.compile(r"[A-Za-z0-9_.-]{1,200}")


@dataclass(frozen=True)
class Kept:
    """A file that is stored now."""

    path: str
    size: int
    mime_type: str


class NotKept(Exception):
    """A file that will not come: `status` says how, the message why, without anything of the citizen's."""

    def __init__(self, status: MediaStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class TryLater(Exception):
    """A failure that may pass."""


class WrongSum(TryLater):
    """What came is not what was sent."""


class MediaClient:
    """Fetches one file at a time from the Graph API.

    Args:
        graph_url: Graph API address with its version.
        access_token: bearer token.
        folder: where files are kept; made at the first one.
        most_bytes: the largest file kept.
    """

    def __init__(self, graph_url: str, access_token: str, folder: Path, most_bytes: int) -> None:
        self._graph_url = graph_url
        self._headers = {"Authorization": f"Bearer {access_token}"}
        self._folder = folder
        self._most_bytes = most_bytes

    @classmethod
    def from_settings(cls, settings: Settings) -> "MediaClient":
        """The client that the environment describes."""
        most_bytes = settings.media_max_mb * 1024 * 1024
        return cls(settings.whatsapp_graph_url, settings.whatsapp_access_token, settings.media_dir, most_bytes)

    async def fetch(self, wanted: LeasedMedia) -> Kept:
        """Fetch and keep a file.

        Raises:
            NotKept: it is too large, of another type, or gone.
            TryLater: network, Meta or disk may be better later.
        """
        try:
            async with aiohttp.ClientSession(headers=self._headers, timeout=_TIMEOUT) as session:
                described = await self._describe(session, wanted.media_id)
                extension = self._accept(described, wanted)
                return await self._download(session, described, wanted, extension)
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            raise TryLater(f"no file from WhatsApp ({type(error).__name__})") from error
        except OSError as error:
            raise TryLater(f"the file could not be written: {error.strerror or type(error).__name__}") from error

    async def _describe(self, session: aiohttp.ClientSession, media_id: str) -> Mapping[str, Any]:
        if not _MEDIA_ID.fullmatch(media_id):
            raise NotKept(MediaStatus.REFUSED, "a media id of another form than WhatsApp's")
        async with session.get(f"{self._graph_url}/{media_id}", allow_redirects=False) as response:
            answer = await response.json(content_type=None)
            if response.status == 200 and isinstance(answer, Mapping) and isinstance(answer.get("url"), str):
                return answer
            error = answer.get("error") if isinstance(answer, Mapping) else None
            code = error.get("code") if isinstance(error, Mapping) else None
            if response.status == 404 or code in _GONE_CODES:
                raise NotKept(MediaStatus.EXPIRED, f"HTTP {response.status}, code {code}")
            raise TryLater(f"HTTP {response.status}, code {code}")

    def _accept(self, described: Mapping[str, Any], wanted: LeasedMedia) -> str:
        extension = EXTENSIONS.get(_plain_type(described, wanted))
        if extension is None:
            raise NotKept(MediaStatus.REFUSED, "a type that is not kept")
        if int(described.get("file_size") or 0) > self._most_bytes:
            raise NotKept(MediaStatus.REFUSED, "too large")
        return extension

    async def _download(
        self, session: aiohttp.ClientSession, described: Mapping[str, Any], wanted: LeasedMedia, extension: str
    ) -> Kept:
        name = f"{wanted.id}-{secrets.token_hex(8)}{extension}"
        await asyncio.to_thread(self._folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        unfinished = self._folder / f".{name}.part"
        try:
            async with session.get(described["url"], allow_redirects=False) as response:
                if response.status != 200:
                    raise TryLater(f"HTTP {response.status} for the file")
                size, digest = await self._write(response, unfinished)
            if not _is_sum(digest, described.get("sha256") or wanted.sha256):
                raise WrongSum("the sum is another than WhatsApp's")
            await asyncio.to_thread(os.replace, unfinished, self._folder / name)
        finally:
            unfinished.unlink(missing_ok=True)
        return Kept(name, size, _plain_type(described, wanted))

    async def _write(self, response: aiohttp.ClientResponse, path: Path) -> tuple[int, bytes]:
        size, running = 0, hashlib.sha256()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            async for chunk in response.content.iter_chunked(_CHUNK):
                size += len(chunk)
                if size > self._most_bytes:
                    raise NotKept(MediaStatus.REFUSED, "too large")
                running.update(chunk)
                await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(_to_disk, file)
        return size, running.digest()


class MediaFetcher:
    """Fetches what is due until it is cancelled. Any process may run one; a lease keeps two from the same file."""

    def __init__(self, database: Database, client: MediaClient) -> None:
        self._database = database
        self._client = client

    async def run(self) -> None:
        """Fetch until cancelled. A failure of the database is logged and tried again."""
        while True:
            try:
                fetched = await self.fetch_due()
            except Exception:
                logger.exception("The list of files could not be read or written; trying again.")
                fetched = 0
            if not fetched:
                await asyncio.sleep(_IDLE_SECONDS)

    async def fetch_due(self) -> int:
        """Fetch some of the files that are due. Returns how many were tried."""
        due = await self._database.run(media.lease_due, _AT_ONCE)
        await asyncio.gather(*(self._fetch(wanted) for wanted in due))
        return len(due)

    async def _fetch(self, wanted: LeasedMedia) -> None:
        try:
            kept = await self._client.fetch(wanted)
        except NotKept as ended:
            await self._end(wanted, ended.status, str(ended))
        except TryLater as failure:
            if utc_now() - wanted.sent_at > _VALID_FOR:
                await self._end(wanted, MediaStatus.EXPIRED, str(failure))
            elif isinstance(failure, WrongSum) and wanted.attempts >= _WRONG_SUMS:
                await self._end(wanted, MediaStatus.FAILED, str(failure))
            else:
                logger.error("File %d is not here yet and will be tried again: %s", wanted.id, failure)
                await self._database.run(media.mark_retry, wanted.id, str(failure))
        else:
            await self._database.run(media.mark_stored, wanted.id, kept.path, kept.size, kept.mime_type)

    async def _end(self, wanted: LeasedMedia, status: MediaStatus, reason: str) -> None:
        logger.warning("File %d will not come (%s): %s", wanted.id, status.value, reason)
        await self._database.run(media.mark_ended, wanted.id, status, reason)


def _plain_type(described: Mapping[str, Any], wanted: LeasedMedia) -> str:
    """The MIME type without its parameters, as in `audio/ogg; codecs=opus`."""
    return str(described.get("mime_type") or wanted.mime_type or "").partition(";")[0].strip().lower()


def _is_sum(digest: bytes, expected: str | None) -> bool:
    """Whether a sum is the one Meta gives: hexadecimal in the Graph API, base64 in webhooks; none is no promise."""
    if not expected:
        return True
    spellings = (digest.hex(), base64.b64encode(digest).decode())
    return any(hmac.compare_digest(spelling.encode(), expected.encode()) for spelling in spellings)


def _to_disk(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
