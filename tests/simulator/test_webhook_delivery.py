"""What reaches the business's endpoint: shapes, signatures, order, repetition until it is accepted."""

import json

import pytest

from defensoria.simulator.settings import ReadReceipts

from .conftest import MARIA, Simulator
from .endpoint import until


async def test_the_endpoint_is_verified_as_meta_does(simulator: Simulator) -> None:
    await until(lambda: simulator.endpoint.verified)
    await until(lambda: simulator.exchange.webhooks.subscribed)
    health = (await simulator.http.get("/simulator/health")).json()
    assert health["status"] == "ok"
    assert health["webhook"] == {
        "url": simulator.settings.webhook_url,
        "subscribed": True,
        "waiting": 0,
        "problem": None,
    }


async def test_a_text_arrives_in_whatsapps_envelope(simulator: Simulator) -> None:
    wamid = await simulator.write({"text": "Olá, é a Maria 👋"})
    await until(lambda: len(simulator.endpoint.accepted) == 1)
    [body] = simulator.endpoint.accepted
    user_id = body["entry"][0]["changes"][0]["value"]["contacts"][0]["user_id"]
    assert user_id.startswith("BR.")
    assert body == {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": "102290129340398",
                "changes": [
                    {
                        "field": "messages",
                        "value": {
                            "messaging_product": "whatsapp",
                            "metadata": {
                                "display_phone_number": "5565999634454",
                                "phone_number_id": simulator.settings.phone_number_id,
                            },
                            "contacts": [{"profile": {"name": "Maria"}, "user_id": user_id, "wa_id": MARIA}],
                            "messages": [
                                {
                                    "from": MARIA,
                                    "from_user_id": user_id,
                                    "id": wamid,
                                    "timestamp": str(int(simulator.clock().timestamp())),
                                    "type": "text",
                                    "text": {"body": "Olá, é a Maria 👋"},
                                }
                            ],
                        },
                    }
                ],
            }
        ],
    }


async def test_letters_outside_ascii_are_escaped_in_the_signed_bytes_as_meta_does(simulator: Simulator) -> None:
    await simulator.write({"text": "pensão"})
    await until(lambda: len(simulator.endpoint.bodies) == 1)
    assert rb"pens\u00e3o" in simulator.endpoint.bodies[0]


@pytest.mark.parametrize(("kind", "key"), [("button", "button_reply"), ("list", "list_reply")])
async def test_a_tap_says_what_was_chosen_and_where(simulator: Simulator, kind: str, key: str) -> None:
    reply = {"kind": kind, "id": "familia", "title": "Família", "context": "wamid.pergunta"}
    await simulator.write({"reply": reply})
    await until(lambda: len(simulator.endpoint.messages) == 1)
    [message] = simulator.endpoint.messages
    assert message["type"] == "interactive"
    assert message["interactive"] == {"type": key, key: {"id": "familia", "title": "Família"}}
    assert message["context"] == {"from": "5565999634454", "id": "wamid.pergunta"}


@pytest.mark.parametrize("kind", ["audio", "image", "video", "document", "sticker"])
async def test_media_carry_id_type_and_checksum(simulator: Simulator, kind: str) -> None:
    await simulator.write({"type": kind})
    await until(lambda: len(simulator.endpoint.messages) == 1)
    [message] = simulator.endpoint.messages
    assert message["type"] == kind
    assert {"id", "mime_type", "sha256"} <= message[kind].keys()


async def test_members_given_for_a_medium_win(simulator: Simulator) -> None:
    await simulator.write({"type": "image", "caption": "minha certidão", "id": "77"})
    await until(lambda: len(simulator.endpoint.messages) == 1)
    image = simulator.endpoint.messages[0]["image"]
    assert (image["caption"], image["id"], image["mime_type"]) == ("minha certidão", "77", "image/jpeg")
    assert (await simulator.chat())[-1]["text"] == "minha certidão"


async def test_a_raw_message_goes_out_as_written(simulator: Simulator) -> None:
    raw = {"type": "holograma", "holograma": {"x": 1}, "id": "wamid.minha", "from": None, "timestamp": "1"}
    assert await simulator.write({"raw": raw}) == "wamid.minha"
    await until(lambda: len(simulator.endpoint.messages) == 1)
    [message] = simulator.endpoint.messages
    assert message.pop("from_user_id").startswith("BR.")
    assert message == {"type": "holograma", "holograma": {"x": 1}, "id": "wamid.minha", "timestamp": "1"}


async def test_someone_who_hides_the_number_is_named_by_user_id_alone(simulator: Simulator) -> None:
    phone = (await simulator.http.post("/simulator/phones", json={"name": "Rosa", "hides_number": True})).json()
    await simulator.write({"text": "oi"}, phone["wa_id"])
    await until(lambda: len(simulator.endpoint.values) == 1)
    [value] = simulator.endpoint.values
    assert value["contacts"] == [{"profile": {"name": "Rosa"}, "user_id": phone["user_id"]}]
    assert value["messages"][0]["from_user_id"] == phone["user_id"]
    assert phone["wa_id"] not in json.dumps(value)


async def test_what_is_not_answered_with_200_is_posted_again_in_order(simulator: Simulator) -> None:
    simulator.endpoint.refusals.extend([500, 403, 204])
    texts = [f"mensagem {number}" for number in range(5)]
    for text in texts:
        await simulator.write({"text": text})
    await until(lambda: len(simulator.endpoint.messages) == 5)
    assert [message["text"]["body"] for message in simulator.endpoint.messages] == texts
    assert simulator.endpoint.attempts == 8


async def test_one_phones_trouble_does_not_hold_up_another(simulator: Simulator) -> None:
    held, free = "5565900000011", "5565900000012"
    simulator.endpoint.blocked.add(held)
    await simulator.write({"text": "primeira"}, held)
    await simulator.write({"text": "segunda"}, free)
    await until(lambda: [message["from"] for message in simulator.endpoint.messages] == [free])
    await until(lambda: (simulator.exchange.webhooks.waiting, simulator.exchange.webhooks.problem) == (1, "HTTP 500"))
    health = (await simulator.http.get("/simulator/health")).json()["webhook"]
    assert (health["waiting"], health["problem"]) == (1, "HTTP 500")
    simulator.endpoint.blocked.clear()
    await until(lambda: [message["from"] for message in simulator.endpoint.messages] == [free, held])
    await until(lambda: simulator.exchange.webhooks.problem == "")


async def test_the_sender_sees_when_the_business_took_the_message(simulator: Simulator) -> None:
    simulator.endpoint.refusals.append(500)
    await simulator.write({"text": "oi"})
    assert (await simulator.chat())[0]["status"] == "sent"
    await until(lambda: len(simulator.endpoint.messages) == 1)
    await until(lambda: simulator.exchange.webhooks.waiting == 0)
    assert (await simulator.chat())[0]["status"] == "delivered"


async def test_statuses_follow_each_other_and_echo_the_callback_data(simulator: Simulator) -> None:
    await simulator.write({"text": "oi"})
    simulator.endpoint.refusals.extend([500, 500])
    wamid = await simulator.send_text(biz_opaque_callback_data="pedido 7")
    await until(lambda: len(simulator.endpoint.statuses) == 2)
    assert [status["status"] for status in simulator.endpoint.statuses] == ["sent", "delivered"]
    for status in simulator.endpoint.statuses:
        assert status["id"] == wamid
        assert status["recipient_id"] == MARIA
        assert status["recipient_user_id"].startswith("BR.")
        assert status["biz_opaque_callback_data"] == "pedido 7"
        assert status["timestamp"].isdigit()
        assert status["pricing"]["category"] == "service"
    assert [status["status"] for status in (await simulator.chat())[-1]["statuses"]] == ["sent", "delivered"]


async def test_opening_the_chat_reads_what_was_delivered(simulator: Simulator) -> None:
    await simulator.write({"text": "oi"})
    await simulator.send_text()
    await until(lambda: len(simulator.endpoint.statuses) == 2)
    phone = simulator.exchange.phones.get(MARIA)
    assert phone is not None
    phone.watchers += 1
    simulator.exchange.opened(phone)
    await simulator.send_text("e agora, com o telefone aberto")
    await until(lambda: len(simulator.endpoint.statuses) == 6)
    by_message: dict[str, list[str]] = {}
    for status in simulator.endpoint.statuses:
        by_message.setdefault(status["id"], []).append(status["status"])
    assert list(by_message.values()) == [["sent", "delivered", "read"]] * 2
    assert (await simulator.chat())[0]["status"] == "delivered"


@pytest.mark.parametrize("simulator", [{"read_receipts": ReadReceipts.ALWAYS}], indirect=True)
async def test_receipts_can_be_given_without_a_page(simulator: Simulator) -> None:
    await simulator.write({"text": "oi"})
    await simulator.send_text()
    await until(lambda: len(simulator.endpoint.statuses) == 3)
    assert [status["status"] for status in simulator.endpoint.statuses] == ["sent", "delivered", "read"]


async def test_a_full_backlog_refuses_instead_of_forgetting(simulator: Simulator) -> None:
    simulator.exchange.webhooks._most_waiting = 1
    simulator.endpoint.refusals.extend([500] * 1000)
    await simulator.write({"text": "uma"})
    response = await simulator.http.post(f"/simulator/phones/{MARIA}/messages", json={"text": "outra"})
    assert response.status_code == 503
    assert [message["text"] for message in await simulator.chat()] == ["uma"]
