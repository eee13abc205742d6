"""Sending a picture or a document: its content decides what it is, and only the attendant of a conversation sends."""

from pathlib import Path

import pytest
from sqlalchemy import select

from defensoria.clock import utc_now
from defensoria.conversations.models import AuditEntry, MediaFile, Message
from defensoria.simulator.samples import sample_of_kind
from tests.desk.conftest import OTHER_NUCLEO

JPEG, PDF = sample_of_kind("image").content, sample_of_kind("document").content


@pytest.fixture
def folder(app, tmp_path) -> Path:
    """Where the desk keeps files."""
    app.state.desk.settings.var_dir = tmp_path
    return tmp_path / "media"


@pytest.fixture
def taken(office, folder):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    return protocolo


async def sends(browser, protocolo, content, name="foto.jpg", caption="", **more):
    return await browser.post(
        f"/atendimentos/{protocolo}/arquivo",
        data={"csrf_token": browser.csrf_token, "caption": caption, **more},
        files={"file": (name, content, "image/jpeg")},
    )


def sent(office):
    with office.database.transaction() as session:
        return session.scalars(select(Message).where(Message.author == "ana").order_by(Message.id)).all()


async def test_a_picture_waits_in_the_outbox_and_is_seen_in_the_transcript(browser_of, office, taken, folder, rings):
    page = await sends(browser_of("ana"), taken, JPEG, caption="Veja o *mapa*")
    assert page.url.path == f"/atendimentos/{taken}"
    (message,) = sent(office)
    assert (message.type, message.text, message.status) == ("image", "Veja o *mapa*", "pending")
    assert message.payload == {"type": "image", "image": {"caption": "Veja o *mapa*"}}
    with office.database.transaction() as session:
        (file,) = session.scalars(select(MediaFile))
        assert (file.mime_type, file.status, file.size) == ("image/jpeg", "stored", len(JPEG))
    assert (folder / file.path).read_bytes() == JPEG
    assert (folder / file.path).stat().st_mode & 0o777 == 0o600
    assert f'<img class="picture" src="/atendimentos/{taken}/midia/{file.id}"' in page.text
    shown = await browser_of("rui").get(f"/atendimentos/{taken}/midia/{file.id}")
    assert (shown.content, shown.headers["content-type"]) == (JPEG, "image/jpeg")
    assert len(rings) == 1
    assert (await browser_of("ana").get("/")).status_code == 200
    with office.database.transaction() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "arquivo_enviado"))
        assert entry.data == {"message_id": message.id, "type": "image/jpeg"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Declaração final.PDF", "Declaração final.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ana\\lista.exe", "lista.pdf"),
        ("a<script>.pdf", "a_script.pdf"),
        ("...", "documento.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
async def test_a_document_is_named_harmlessly_and_as_what_it_is(browser_of, office, taken, name, shown):
    await sends(browser_of("ana"), taken, PDF, name)
    (message,) = sent(office)
    assert message.payload["document"]["filename"] == shown


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "Escolha um arquivo"),
        (b"MZ\x90 a program", "não pode ser enviado"),
        (b"<svg/>", "não pode ser enviado"),
        (JPEG + bytes(5 * 1024 * 1024), "Fotos podem ter até 5 MB"),
    ],
)
async def test_what_cannot_be_sent_is_refused_and_not_kept(browser_of, office, taken, folder, content, problem):
    page = await sends(browser_of("ana"), taken, content)
    assert page.status_code == 422
    assert problem in page.text
    assert sent(office) == []
    assert not folder.exists()


async def test_a_form_much_too_large_is_refused_unread(browser_of, office, taken):
    assert (await sends(browser_of("ana"), taken, PDF + bytes(17 * 1024 * 1024))).status_code == 413


async def test_only_its_attendant_sends_and_within_the_24_hours(browser_of, office, taken, folder):
    assert (await sends(browser_of("rui"), taken, JPEG)).status_code == 409
    assert (await sends(browser_of("bia"), taken, JPEG)).status_code == 404
    with office.database.transaction() as session:
        office_time = utc_now().replace(year=2020)
        session.merge(office.atendimento(taken)).last_citizen_message_at = office_time
    late = await sends(browser_of("ana"), taken, JPEG)
    assert late.status_code == 409
    assert "o prazo de 24 horas" in late.text
    assert list(folder.iterdir()) == []
    assert sent(office) == []


async def test_no_other_form_brings_files(browser_of, office, taken):
    ana = browser_of("ana")
    answer = await ana.post(
        f"/atendimentos/{taken}/resposta", data={"csrf_token": ana.csrf_token}, files={"file": ("a", b"x", "a/b")}
    )
    assert answer.status_code == 400


async def test_a_picture_of_another_nucleo_is_not_there(browser_of, office, folder):
    protocolo = office.hands_over(nucleo=OTHER_NUCLEO)
    assert (await sends(browser_of("ana"), protocolo, JPEG)).status_code == 404
    assert list(folder.iterdir()) == [] if folder.exists() else True
