"""Citizens' files: fetched with their sum checked, kept under a name of ours, and never silently lost."""

import errno
import hashlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select, update

from defensoria.clock import utc_now
from defensoria.conversations import inbox
from defensoria.conversations.contents import Media
from defensoria.conversations.database import Database
from defensoria.conversations.inbox import InboundMessage
from defensoria.conversations.models import AtendimentoEvent, MediaFile, MediaStatus
from defensoria.whatsapp import media
from defensoria.whatsapp.media import MediaClient, MediaFetcher

PDF = b"%PDF-1.1 uma conta de luz"
MOST_BYTES = 1000


class MediaServer:
    """Gives out one file as the Graph API does. `described` and `status` make it answer otherwise."""

    def __init__(self) -> None:
        self.content = PDF
        self.described: dict[str, Any] = {}
        self.status = 200
        self.asked: list[str] = []

    async def describe(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer token"
        self.asked.append(request.match_info["id"])
        if self.status != 200:
            return web.json_response({"error": {"code": 100 if self.status == 400 else 2}}, status=self.status)
        answer = {
            "url": f"http://{request.host}/file",
            "mime_type": "application/pdf",
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "file_size": len(self.content),
        }
        return web.json_response(answer | self.described)

    async def file(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer token"
        return web.Response(body=self.content)


class Desk:
    """A fetcher over a store with one file wanted."""

    def __init__(self, database: Database, fetcher: MediaFetcher, folder: Path, server: MediaServer) -> None:
        self.database, self.fetcher, self.folder, self.server = database, fetcher, folder, server

    def arrives(self, age: timedelta = timedelta(0), **content: Any) -> None:
        values = {"kind": "document", "id": "77", "filename": "../../etc/passwd", **content}
        message = InboundMessage(
            wamid="wamid.1", type="document", at=utc_now() - age, wa_id="1", content=Media(**values)
        )
        with self.database.transaction() as session:
            inbox.receive(session, message)

    async def fetches(self) -> MediaFile:
        """One round; waits that back off are cut short. Returns the file as it stands."""
        with self.database.transaction() as session:
            session.execute(update(MediaFile).values(not_before=None))
        await self.fetcher.fetch_due()
        with self.database.transaction() as session:
            return session.scalars(select(MediaFile)).one()

    @property
    def files(self) -> list[Path]:
        """Everything on disk, hidden or not."""
        return list(self.folder.rglob("*")) if self.folder.exists() else []


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    stand_in = MediaServer()
    app = web.Application()
    app.router.add_get("/v26.0/{id}", stand_in.describe)
    app.router.add_get("/file", stand_in.file)
    async with TestServer(app) as server:
        folder = tmp_path / "media"
        client = MediaClient(str(server.make_url("/v26.0")), "token", folder, MOST_BYTES)
        yield Desk(database, MediaFetcher(database, client), folder, stand_in)


async def test_a_file_is_kept_under_a_name_of_ours_for_our_eyes_only(desk):
    desk.arrives()
    file = await desk.fetches()
    (kept,) = desk.files
    assert (file.status, file.size, file.mime_type) == (MediaStatus.STORED.value, len(PDF), "application/pdf")
    assert kept == desk.folder / file.path
    assert kept.read_bytes() == PDF
    assert (kept.suffix, kept.stat().st_mode & 0o777, desk.folder.stat().st_mode & 0o777) == (".pdf", 0o600, 0o700)
    assert file.filename == "../../etc/passwd"
    with desk.database.transaction() as session:
        assert "media" in session.scalars(select(AtendimentoEvent.kind)).all()


async def test_a_file_is_fetched_once(desk):
    desk.arrives()
    await desk.fetches()
    await desk.fetches()
    assert desk.server.asked == ["77"]


@pytest.mark.parametrize(
    "described",
    [{"file_size": MOST_BYTES + 1}, {"mime_type": "application/x-msdownload"}, {"mime_type": "text/html"}],
)
async def test_what_is_too_large_or_of_another_type_is_refused_unread(desk, described):
    desk.server.described = described
    desk.arrives()
    assert (await desk.fetches()).status == MediaStatus.REFUSED.value
    assert desk.files == []


async def test_what_turns_out_larger_than_announced_is_refused_and_not_kept(desk):
    desk.server.content = b"x" * (MOST_BYTES + 1)
    desk.server.described = {"file_size": 1}
    desk.arrives()
    assert (await desk.fetches()).status == MediaStatus.REFUSED.value
    assert desk.files == []


@pytest.mark.parametrize("media_id", ["../me", "77?fields=x", "a/b", ""])
async def test_an_id_that_is_none_is_asked_of_nobody(desk, media_id):
    desk.arrives(id=media_id)
    assert (await desk.fetches()).status == MediaStatus.REFUSED.value
    assert desk.server.asked == []


@pytest.mark.parametrize("status", [400, 404])
async def test_what_whatsapp_has_no_more_has_expired(desk, status):
    desk.server.status = status
    desk.arrives()
    assert (await desk.fetches()).status == MediaStatus.EXPIRED.value


@pytest.mark.parametrize("status", [500, 401, 429])
async def test_a_failure_that_may_pass_is_tried_again_after_a_wait(desk, status):
    desk.server.status = status
    desk.arrives()
    file = await desk.fetches()
    assert (file.status, file.attempts) == (MediaStatus.PENDING.value, 1)
    assert file.not_before > utc_now()
    desk.server.status = 200
    assert (await desk.fetches()).status == MediaStatus.STORED.value


async def test_after_seven_days_of_failures_it_has_expired(desk):
    desk.server.status = 500
    desk.arrives(age=timedelta(days=7, minutes=1))
    assert (await desk.fetches()).status == MediaStatus.EXPIRED.value


async def test_what_is_not_what_was_sent_is_not_kept_and_given_up_in_the_end(desk):
    desk.server.described = {"sha256": hashlib.sha256(b"another").hexdigest()}
    desk.arrives()
    states = [(await desk.fetches()).status for _ in range(5)]
    assert states == [MediaStatus.PENDING.value] * 4 + [MediaStatus.FAILED.value]
    assert desk.files == []


async def test_the_sum_of_the_webhook_counts_where_the_graph_api_gives_none(desk):
    desk.server.described = {"sha256": None}
    desk.arrives(sha256="EXlZQfPsmTqhBWqg8BqvN5r7QMOM3EOFuKvQDz1F2yY=")
    assert (await desk.fetches()).status == MediaStatus.PENDING.value


async def test_a_full_disk_loses_nothing(desk, monkeypatch, caplog):
    def full(_file: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    desk.arrives()
    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(media, "_to_disk", full)
        file = await desk.fetches()
    assert (file.status, file.error) == (
        MediaStatus.PENDING.value,
        "the file could not be written: No space left on device",
    )
    assert "No space left" in caplog.text
    assert desk.files == []
    assert (await desk.fetches()).status == MediaStatus.STORED.value


async def test_a_file_whose_process_died_is_due_again_when_its_lease_is_over(desk):
    desk.arrives()
    with desk.database.transaction() as session:
        session.execute(update(MediaFile).values(attempts=1, lease_until=utc_now() + timedelta(minutes=1)))
    assert (await desk.fetches()).status == MediaStatus.PENDING.value
    with desk.database.transaction() as session:
        session.execute(update(MediaFile).values(lease_until=utc_now() - timedelta(seconds=1)))
    assert (await desk.fetches()).status == MediaStatus.STORED.value
