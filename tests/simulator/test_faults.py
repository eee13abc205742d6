"""The faults that tests ask for happen to whom, as often and as they are asked."""

from typing import Any

import httpx
import pytest

from .conftest import MARIA, Simulator
from .endpoint import serving, until

JOSE = "5565900000002"


async def ask(simulator: Simulator, **fault: Any) -> None:
    response = await simulator.http.post("/simulator/faults", json=fault)
    assert response.status_code == 201, response.text


async def send(simulator: Simulator, wa_id: str = MARIA) -> httpx.Response:
    return await simulator.graph({"messaging_product": "whatsapp", "to": wa_id, "text": {"body": "Olá"}})


@pytest.fixture(autouse=True)
async def both_wrote(simulator: Simulator) -> None:
    for wa_id in (MARIA, JOSE):
        await simulator.write({"text": "oi"}, wa_id)


async def test_the_next_messages_are_refused_with_the_code_asked_for(simulator: Simulator) -> None:
    await ask(simulator, code=131016, status=500, retry_after=7, count=2)
    answers = [await send(simulator) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [500, 500, 200]
    assert answers[0].json()["error"]["code"] == 131016
    assert answers[0].headers["retry-after"] == "7"
    assert len(await simulator.chat()) == 2, "what is refused does not reach the phone"


async def test_a_fault_of_one_recipient_is_not_the_others(simulator: Simulator) -> None:
    await ask(simulator, code=131056, to=JOSE)
    assert [(await send(simulator, wa_id)).status_code for wa_id in (MARIA, JOSE, JOSE)] == [200, 400, 400]


async def test_a_fault_of_a_share_happens_to_that_share(simulator: Simulator) -> None:
    await ask(simulator, status=503, share=0.3)
    refused = [(await send(simulator)).status_code for _ in range(200)].count(503)
    assert 30 < refused < 90


async def test_faults_end_when_they_are_cleared(simulator: Simulator) -> None:
    await ask(simulator, status=503)
    assert len((await simulator.http.get("/simulator/faults")).json()["faults"]) == 1
    await simulator.http.delete("/simulator/faults")
    assert (await send(simulator)).status_code == 200


@pytest.mark.parametrize(("cut", "arrive"), [("before", 0), ("after", 1)])
async def test_a_connection_is_cut_before_or_after_the_message_is_taken(
    simulator: Simulator, cut: str, arrive: int
) -> None:
    await ask(simulator, cut=cut, count=1)
    async with serving(simulator.app) as address, httpx.AsyncClient(base_url=address) as http:
        simulator.http = http
        with pytest.raises(httpx.RemoteProtocolError):
            await send(simulator)
        assert len(await simulator.chat()) == 1 + arrive
    await until(lambda: len(simulator.endpoint.statuses) == 2 * arrive)


@pytest.mark.parametrize("fault", [{}, {"codes": 1}, {"status": 200}, {"share": 2}, {"cut": "in two"}, {"count": 0}, 3])
async def test_a_fault_that_is_not_understood_is_refused(simulator: Simulator, fault: Any) -> None:
    assert (await simulator.http.post("/simulator/faults", json=fault)).status_code == 400
