"""The messages endpoint over HTTP: who may call it, what it answers, the window, read marks."""

import httpx
import pytest

from .conftest import MARIA, Simulator

TEXT = {"messaging_product": "whatsapp", "to": MARIA, "type": "text", "text": {"body": "Olá"}}


def error_of(response: httpx.Response, status: int, code: int) -> dict[str, object]:
    assert response.status_code == status, response.text
    error: dict[str, object] = response.json()["error"]
    assert error["code"] == code
    assert str(error["message"]).startswith(f"(#{code}) ")
    assert error["type"] == "OAuthException"
    assert set(error) == {"message", "type", "code", "error_data", "fbtrace_id"}
    data = error["error_data"]
    assert isinstance(data, dict)
    assert data["messaging_product"] == "whatsapp"
    return data


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer outra"}, {"Authorization": "Basic x"}])
async def test_a_call_without_the_right_token_is_401_before_anything_else(
    simulator: Simulator, headers: dict[str, str]
) -> None:
    path = f"/v26.0/{simulator.settings.phone_number_id}/messages"
    error_of(await simulator.http.post(path, content=b"{", headers=headers), 401, 190)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"NaN", b'{"a": "\\ud800"}', b"[" * 5000, b"[]", b'"oi"', b"null"])
async def test_what_is_not_a_json_object_is_refused(simulator: Simulator, raw: bytes) -> None:
    path = f"/v26.0/{simulator.settings.phone_number_id}/messages"
    error_of(await simulator.http.post(path, content=raw, headers=simulator.headers), 400, 100)


async def test_any_version_is_served_and_anything_else_is_no_version(simulator: Simulator) -> None:
    await simulator.write({"text": "oi"})
    assert (await simulator.graph(TEXT, version="v23.0")).status_code == 200
    error_of(await simulator.graph(TEXT, version="26"), 400, 2500)


async def test_another_phone_number_id_does_not_exist(simulator: Simulator) -> None:
    response = await simulator.http.post("/v26.0/999/messages", json=TEXT, headers=simulator.headers)
    assert "999" in str(error_of(response, 400, 100)["details"])


async def test_a_sent_message_is_answered_with_addressee_and_wamid(simulator: Simulator) -> None:
    await simulator.write({"text": "oi"})
    answer = (await simulator.graph(TEXT)).json()
    [message] = answer.pop("messages")
    assert message["id"].startswith("wamid.")
    assert answer == {"messaging_product": "whatsapp", "contacts": [{"input": MARIA, "wa_id": MARIA}]}
    shown = (await simulator.chat())[-1]
    assert (shown["id"], shown["direction"], shown["text"], shown["payload"]) == (message["id"], "out", "Olá", TEXT)


async def test_an_interactive_message_shows_its_choices_on_the_phone(simulator: Simulator) -> None:
    await simulator.write({"text": "oi"})
    row = {"id": "familia", "title": "Família", "description": "Guarda, divórcio"}
    action = {"button": "Ver opções", "sections": [{"title": "Cível", "rows": [row]}]}
    interactive = {"type": "list", "body": {"text": "Assunto?"}, "footer": {"text": "ou escreva"}, "action": action}
    response = await simulator.graph({**TEXT, "type": "interactive", "interactive": interactive})
    assert response.status_code == 200
    shown = (await simulator.chat())[-1]
    assert shown["sections"] == [{"title": "Cível", "rows": [row]}]
    assert (shown["text"], shown["footer"], shown["list_label"]) == ("Assunto?", "ou escreva", "Ver opções")


async def test_someone_who_hides_the_number_is_reached_by_user_id(simulator: Simulator) -> None:
    phone = (await simulator.http.post("/simulator/phones", json={"name": "Rosa", "hides_number": True})).json()
    await simulator.write({"text": "oi"}, phone["wa_id"])
    body = {"messaging_product": "whatsapp", "recipient": phone["user_id"], "text": {"body": "Olá"}}
    contacts = (await simulator.graph(body)).json()["contacts"]
    assert contacts == [{"input": phone["user_id"], "user_id": phone["user_id"]}]
    assert (await simulator.chat(phone["wa_id"]))[-1]["text"] == "Olá"


async def test_an_unknown_user_id_is_refused(simulator: Simulator) -> None:
    body = {"messaging_product": "whatsapp", "recipient": "BR.404", "text": {"body": "Olá"}}
    assert "recipient" in str(error_of(await simulator.graph(body), 400, 131009)["details"])


async def test_free_text_needs_a_message_within_24_hours(simulator: Simulator) -> None:
    error_of(await simulator.graph(TEXT), 400, 131047)
    await simulator.write({"text": "oi"})
    simulator.clock.pass_by(hours=24)
    assert (await simulator.graph(TEXT)).status_code == 200
    simulator.clock.pass_by(seconds=1)
    error_of(await simulator.graph(TEXT), 400, 131047)
    await simulator.write({"text": "voltei"})
    assert (await simulator.graph(TEXT)).status_code == 200


async def test_another_spelling_of_the_number_is_another_person(simulator: Simulator) -> None:
    await simulator.write({"text": "oi"}, "5565900000001")
    error_of(await simulator.graph({**TEXT, "to": "556500000001"}), 400, 131047)


async def test_a_template_reaches_someone_who_never_wrote(simulator: Simulator) -> None:
    template = {"name": "aviso", "language": {"code": "pt_BR"}}
    body = {"messaging_product": "whatsapp", "to": "5565900000777", "type": "template", "template": template}
    assert (await simulator.graph(body)).status_code == 200
    assert [message["type"] for message in await simulator.chat("5565900000777")] == ["template"]


async def test_a_read_mark_reaches_that_message_and_those_before_it(simulator: Simulator) -> None:
    first, second, third = [await simulator.write({"text": text}) for text in ("um", "dois", "três")]
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": second}
    response = await simulator.graph(mark)
    assert (response.status_code, response.json()) == (200, {"success": True})
    status = {message["id"]: message["status"] for message in await simulator.chat()}
    assert (status[first], status[second]) == ("read", "read")
    assert status[third] != "read"


async def test_typing_shows_for_25_seconds_or_until_the_answer(simulator: Simulator) -> None:
    wamid = await simulator.write({"text": "oi"})
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    phone = simulator.exchange.phones.get(MARIA)
    assert phone is not None
    assert (await simulator.graph(mark)).status_code == 200
    assert phone.typing_until is None
    assert (await simulator.graph({**mark, "typing_indicator": {"type": "text"}})).status_code == 200
    assert phone.typing_until is not None
    assert (phone.typing_until - simulator.clock()).total_seconds() == 25
    await simulator.send_text()
    assert phone.typing_until is None


async def test_a_read_mark_of_what_nobody_wrote_is_refused(simulator: Simulator) -> None:
    await simulator.write({"text": "oi"})
    ours = await simulator.send_text()
    for wamid in ("wamid.nada", ours):
        mark = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
        assert "message_id" in str(error_of(await simulator.graph(mark), 400, 100)["details"])


@pytest.mark.parametrize(
    "change",
    [{"status": "lido"}, {"message_id": None}, {"typing_indicator": {"type": "voz"}}, {"messaging_product": 1}],
)
async def test_a_read_mark_of_another_shape_is_refused(simulator: Simulator, change: dict[str, object]) -> None:
    wamid = await simulator.write({"text": "oi"})
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid, **change}
    assert next(iter(change)) in str(error_of(await simulator.graph(mark), 400, 100)["details"])
