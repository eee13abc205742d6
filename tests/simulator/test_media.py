"""A file sent from a phone can be fetched as from Meta: an address for its id, and the bytes whose sum was told."""

import base64
import hashlib

import pytest

from .conftest import Simulator
from .endpoint import until


@pytest.mark.parametrize("kind", ["audio", "image", "video", "document", "sticker"])
async def test_the_file_of_a_message_is_given_with_its_sum(simulator: Simulator, kind: str) -> None:
    await simulator.write({"type": kind})
    await until(lambda: bool(simulator.endpoint.messages))
    (message,) = simulator.endpoint.messages
    file = message[kind]
    described = (await simulator.http.get(f"/v26.0/{file['id']}", headers=simulator.headers)).json()
    content = (await simulator.http.get(described["url"], headers=simulator.headers)).content
    digest = hashlib.sha256(content)
    assert (described["id"], described["mime_type"]) == (file["id"], file["mime_type"])
    assert described["file_size"] == len(content) > 0
    assert described["sha256"] == digest.hexdigest()
    assert file["sha256"] == base64.b64encode(digest.digest()).decode()


@pytest.mark.parametrize("media_id", ["9", "0" * 16, "9" * 16, "x" * 16])
async def test_an_id_that_nobody_sent_does_not_exist(simulator: Simulator, media_id: str) -> None:
    for path in (f"/v26.0/{media_id}", f"/media/{media_id}"):
        answer = await simulator.http.get(path, headers=simulator.headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


async def test_without_the_token_there_is_no_file(simulator: Simulator) -> None:
    for path in ("/v26.0/1000000000000000", "/media/1000000000000000"):
        assert (await simulator.http.get(path)).status_code == 401


async def test_what_the_business_uploads_can_be_fetched_by_its_id(simulator: Simulator) -> None:
    address = f"/v26.0/{simulator.settings.phone_number_id}/media"
    fields = {"messaging_product": "whatsapp", "type": "application/pdf"}
    file = {"file": ("a.pdf", b"%PDF-1.4 conteudo", "application/pdf")}
    answer = await simulator.http.post(address, data=fields, files=file, headers=simulator.headers)
    assert answer.status_code == 200
    described = (await simulator.http.get(f"/v26.0/{answer.json()['id']}", headers=simulator.headers)).json()
    assert described["mime_type"] == "application/pdf"
    content = (await simulator.http.get(described["url"], headers=simulator.headers)).content
    assert content == b"%PDF-1.4 conteudo"
    assert (await simulator.http.post(address, data=fields, files=file)).status_code == 401
    refused = await simulator.http.post(address, data=fields, headers=simulator.headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 100)
