"""Several messages in one webhook, webhooks that come twice or late, and what a bench reads of all phones together."""

from .conftest import MARIA, Simulator
from .endpoint import until

JOSE = "5565900000004"
TOGETHER = {"messages": [{"wa_id": MARIA, "text": "oi"}, {"wa_id": JOSE, "type": "audio"}]}


async def _write_together(simulator: Simulator, **how: float) -> list[str]:
    response = await simulator.http.post("/simulator/messages", json={**TOGETHER, **how})
    assert response.status_code == 201, response.text
    return [message["id"] for message in response.json()["messages"]]


def _wamids(simulator: Simulator) -> list[str]:
    return [message["id"] for value in simulator.endpoint.values for message in value.get("messages", [])]


async def test_messages_of_several_people_come_in_one_webhook_in_the_order_given(simulator: Simulator) -> None:
    wamids = await _write_together(simulator)
    await until(lambda: len(simulator.endpoint.accepted) == 1)
    assert _wamids(simulator) == wamids
    assert [value["contacts"][0]["wa_id"] for value in simulator.endpoint.values] == [MARIA, JOSE]
    assert [message["id"] for message in await simulator.chat(JOSE)] == wamids[1:]


async def test_a_webhook_can_come_again_as_when_its_acknowledgement_was_lost(simulator: Simulator) -> None:
    wamids = await _write_together(simulator, times=2)
    await until(lambda: len(simulator.endpoint.accepted) == 2)
    assert _wamids(simulator) == wamids * 2
    assert len(await simulator.chat()) == 1


async def test_a_late_webhook_is_overtaken_by_what_was_written_after_it(simulator: Simulator) -> None:
    late = await _write_together(simulator, delay=0.2)
    later = await simulator.write({"text": "esqueci de dizer"})
    await until(lambda: len(simulator.endpoint.accepted) == 2)
    assert _wamids(simulator) == [later, *late]


async def test_nothing_is_sent_when_one_of_several_is_not_understood(simulator: Simulator) -> None:
    body = {"messages": [{"wa_id": MARIA, "text": "oi"}, {"wa_id": JOSE}]}
    assert (await simulator.http.post("/simulator/messages", json=body)).status_code == 400
    for wrong in ({"messages": "oi"}, {**TOGETHER, "times": 0}, {**TOGETHER, "delay": -1}):
        assert (await simulator.http.post("/simulator/messages", json=wrong)).status_code == 400
    assert not simulator.endpoint.accepted


async def test_what_all_phones_received_is_told_once(simulator: Simulator) -> None:
    await simulator.write({"text": "oi"})
    first = await simulator.send_text("Olá", biz_opaque_callback_data="7")
    told = (await simulator.http.get("/simulator/messages")).json()
    (message,) = told["messages"]
    assert (message["id"], message["wa_id"], message["biz_opaque_callback_data"]) == (first, MARIA, "7")
    second = await simulator.send_text("Qual é o assunto?")
    news = (await simulator.http.get("/simulator/messages", params={"after": told["count"]})).json()
    assert [message["id"] for message in news["messages"]] == [second]


async def test_each_post_of_a_webhook_is_measured(simulator: Simulator) -> None:
    simulator.endpoint.refusals.append(500)
    await simulator.write({"text": "oi"})
    await until(lambda: len(simulator.endpoint.accepted) == 1)
    await _write_together(simulator)
    await until(lambda: len(simulator.endpoint.accepted) == 2)
    posts = (await simulator.http.get("/simulator/webhooks")).json()["posts"]
    assert sorted((post["of"], post["status"]) for post in posts) == [("batch", 200), ("from", 200), ("from", 500)]
    assert all(post["seconds"] > 0 for post in posts)
