"""The addresses tests and the bench use to act as people."""

from typing import Any

import pytest

from defensoria.simulator.phones import Phones

from .conftest import MARIA, Simulator


async def test_there_are_phones_from_the_start_and_new_ones_get_fictional_numbers(simulator: Simulator) -> None:
    names = [phone["name"] for phone in (await simulator.http.get("/simulator/phones")).json()["phones"]]
    assert "Maria" in names
    made = [(await simulator.http.post("/simulator/phones", json={"name": name})).json() for name in ("Ana", "Bia")]
    assert [phone["name"] for phone in made] == ["Ana", "Bia"]
    assert len({phone["wa_id"] for phone in made} | {MARIA}) == 3
    assert all(phone["wa_id"].startswith("556590000") for phone in made)


async def test_a_number_is_taken_only_once(simulator: Simulator) -> None:
    phone = {"wa_id": "5566900000123", "name": "Davi"}
    assert (await simulator.http.post("/simulator/phones", json=phone)).status_code == 201
    response = await simulator.http.post("/simulator/phones", json=phone)
    assert response.status_code == 409
    assert "5566900000123" in response.json()["error"]


async def test_writing_from_an_unknown_number_makes_its_phone(simulator: Simulator) -> None:
    await simulator.write({"text": "oi"}, "556600000042")
    assert [message["text"] for message in await simulator.chat("556600000042")] == ["oi"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "  "},
        {"text": 5},
        {"type": "telepatia"},
        {"type": ["audio"]},
        {"reply": {"kind": "carta", "id": "1", "title": "Um"}},
        {"reply": {"kind": "button", "id": "1"}},
        {"raw": "oi"},
        [],
        "oi",
    ],
)
async def test_an_action_nobody_can_do_is_refused_with_a_sentence(simulator: Simulator, body: Any) -> None:
    response = await simulator.http.post(f"/simulator/phones/{MARIA}/messages", json=body)
    assert response.status_code == 400
    assert response.json()["error"].endswith(".")
    assert await simulator.chat() == []


async def test_a_body_that_another_sites_page_could_send_is_refused(simulator: Simulator) -> None:
    response = await simulator.http.post(
        f"/simulator/phones/{MARIA}/messages", content=b'{"text": "oi"}', headers={"Content-Type": "text/plain"}
    )
    assert response.status_code == 415


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b'{"text": NaN}', b'{"text": "\\ud83d"}'])
async def test_what_is_not_json_is_refused(simulator: Simulator, raw: bytes) -> None:
    response = await simulator.http.post(
        f"/simulator/phones/{MARIA}/messages", content=raw, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400


@pytest.mark.parametrize("number", ["maria", "123", "5" * 16, "+5565900000001"])
async def test_a_number_that_cannot_be_one_gets_no_phone(simulator: Simulator, number: str) -> None:
    response = await simulator.http.post(f"/simulator/phones/{number}/messages", json={"text": "oi"})
    assert response.status_code == 400
    assert (await simulator.http.get(f"/simulator/phones/{number}")).status_code == 404


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"type": None},
        {"type": 3},
        {"type": "text"},
        {"type": "text", "text": "x"},
        {"type": "text", "text": {}},
        {"type": "interactive"},
        {"type": "interactive", "interactive": {"type": ["x"]}},
        {"context": "x", "id": 5},
    ],
)
async def test_a_raw_message_of_any_shape_can_be_sent_and_shown(simulator: Simulator, raw: dict[str, Any]) -> None:
    await simulator.write({"raw": raw})
    assert len(await simulator.chat()) == 1
    assert (await simulator.http.get(f"/?phone={MARIA}")).status_code == 200


def test_the_oldest_message_and_the_longest_idle_phone_are_forgotten_first(make_message: Any) -> None:
    phones = Phones(most_phones=2, most_messages=3)
    first, second = phones.create("5565900000001"), phones.create("5565900000002")
    for number in range(5):
        phones.record(first, make_message(f"m{number}"))
    assert list(first.messages) == ["m2", "m3", "m4"]
    assert phones.with_message("m1") is None
    assert phones.with_message("m2") is first
    phones.create("5565900000003")
    assert phones.get(second.wa_id) is None
    assert phones.with_user_id(second.user_id) is None
    first.watchers += 1
    phones.create("5565900000004")
    assert [phone.wa_id for phone in phones] == ["5565900000001", "5565900000004"]
