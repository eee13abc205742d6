"""A file is what its content says, whatever it is called."""

import io
import zipfile

import pytest

from defensoria.simulator.samples import sample_of_kind
from defensoria.whatsapp.file_kinds import recognise

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(13)


def archive(*names: str) -> bytes:
    """A zip with empty parts of these names, the same bytes whenever it is made: the tests are called after them."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name in names:
            made.writestr(zipfile.ZipInfo(name), "")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "mime_type"),
    [
        (sample_of_kind("image").content, "image", "image/jpeg"),
        (PNG, "image", "image/png"),
        (sample_of_kind("document").content, "document", "application/pdf"),
        (archive("[Content_Types].xml", "word/document.xml"), "document", "wordprocessingml.document"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "document", "spreadsheetml.sheet"),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), "document", "presentationml.presentation"),
    ],
)
def test_what_may_be_sent_is_recognised(content, kind, mime_type):
    found = recognise(io.BytesIO(content))
    assert found is not None
    assert found.kind == kind
    assert found.mime_type.endswith(mime_type)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00 a program",
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b" %PDF-1.4 not at the start",
        b"PK\x03\x04 no archive",
        archive("readme.txt"),
        archive("word/document.xml"),
        archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        sample_of_kind("video").content,
        sample_of_kind("sticker").content,
    ],
)
def test_everything_else_is_not(content):
    assert recognise(io.BytesIO(content)) is None
