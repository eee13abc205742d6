"""Citizens' files at the desk: given to who may read the conversation, and so that they can do no harm."""

import pytest
from sqlalchemy import update

from defensoria.conversations.models import MediaFile, MediaStatus


@pytest.mark.parametrize(
    ("kind", "mime_type", "words", "disposition"),
    [
        ("image", "image/jpeg", "Abrir foto", "inline"),
        ("audio", "audio/ogg", "Ouvir áudio", "inline"),
        ("video", "video/mp4", "Baixar vídeo", "attachment"),
        ("document", "application/pdf", "Baixar documento", "attachment"),
        ("document", "text/html", "Baixar documento", "attachment"),
        ("image", "image/svg+xml", "Abrir foto", "attachment"),
    ],
)
async def test_a_file_is_offered_and_given_harmlessly(browser_of, stored, kind, mime_type, words, disposition):
    protocolo, address = stored(kind, mime_type)
    ana = browser_of("ana")
    page = (await ana.get(f"/atendimentos/{protocolo}")).text
    assert f'<a href="{address}" target="_blank" rel="noopener">{words}</a>' in page
    assert "<b>x</b>" not in page
    answer = await ana.get(address)
    assert answer.content == b"conteudo"
    assert answer.headers["content-type"].startswith(mime_type)
    assert answer.headers["content-disposition"].startswith(f'{disposition}; filename="{protocolo}-')
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (MediaStatus.PENDING, "Ainda baixando."),
        (MediaStatus.EXPIRED, "Este arquivo expirou no WhatsApp. Peça que a pessoa envie de novo."),
        (MediaStatus.REFUSED, "Este arquivo é grande demais"),
        (MediaStatus.FAILED, "Não foi possível baixar este arquivo."),
    ],
)
async def test_a_file_that_is_not_there_says_so(browser_of, stored, office, status, words):
    protocolo, address = stored("image", "image/jpeg")
    with office.database.transaction() as session:
        session.execute(update(MediaFile).values(status=status.value))
    ana = browser_of("ana")
    assert words in (await ana.get(f"/atendimentos/{protocolo}")).text
    assert (await ana.get(address)).status_code == 404


async def test_no_file_of_another_conversation_or_nucleo_is_given(browser_of, stored, office):
    protocolo, address = stored("image", "image/jpeg")
    other = office.hands_over(wa_id="5565911112222")
    assert (await browser_of("bia").get(address)).status_code == 404
    ana = browser_of("ana")
    assert (await ana.get(address.replace(protocolo, other))).status_code == 404
    for wrong in ("0", "x", "99999999999999", "²"):
        assert (await ana.get(f"/atendimentos/{protocolo}/midia/{wrong}")).status_code == 404


async def test_a_path_in_the_store_leads_nowhere_but_into_the_folder(browser_of, stored, office, folder):
    _, address = stored("image", "image/jpeg")
    (folder.parent / "segredo").write_text("segredo")
    with office.database.transaction() as session:
        session.execute(update(MediaFile).values(path="../segredo"))
    assert (await browser_of("ana").get(address)).status_code == 404
