"""The phone's page and its event stream, as text."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from defensoria.simulator import stream
from defensoria.simulator.phones import Phone

from .conftest import MARIA, Simulator

EVIL = "<img src=x onerror=alert(1)> \"' & </script><script>alert(2)</script>"


async def test_the_page_is_in_portuguese_and_allows_no_foreign_or_inline_code(simulator: Simulator) -> None:
    response = await simulator.http.get(f"/?phone={MARIA}")
    html = response.text
    assert '<html lang="pt-BR">' in html
    assert "Defensoria Pública MT" in html
    assert "(65) 99963-4454" in html
    assert "(65) 90000-0001" in html
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in html
    for path in ("/static/phone.js", "/static/phone.css", "/static/icon.svg"):
        assert path in html
        assert (await simulator.http.get(path)).status_code == 200


async def test_nothing_a_message_or_a_name_says_becomes_markup(simulator: Simulator) -> None:
    made = (await simulator.http.post("/simulator/phones", json={"name": EVIL[:60]})).json()
    number = made["wa_id"]
    asked = await simulator.write({"text": EVIL}, number)
    interactive = {
        "type": "list",
        "header": {"type": "text", "text": EVIL[:60]},
        "body": {"text": EVIL},
        "footer": {"text": EVIL[:60]},
        "action": {
            "button": EVIL[:20],
            "sections": [{"title": EVIL[:24], "rows": [{"id": EVIL, "title": EVIL[:24], "description": EVIL[:72]}]}],
        },
    }
    body = {"messaging_product": "whatsapp", "to": number, "type": "interactive", "interactive": interactive}
    assert (await simulator.graph({**body, "context": {"message_id": asked}})).status_code == 200
    await simulator.write({"raw": {"type": EVIL}}, number)
    html = (await simulator.http.get(f"/?phone={number}")).text
    assert "<img" not in html
    assert "<script>" not in html
    assert 'onerror="' not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") >= 5


async def test_a_tab_outlives_a_restart_and_a_wrong_number_shows_somebody(simulator: Simulator) -> None:
    assert "(65) 90000-9999" in (await simulator.http.get("/?phone=5565900009999")).text
    assert (await simulator.http.get("/?phone=<script>")).status_code == 200
    assert len((await simulator.http.get("/simulator/phones")).json()["phones"]) == 4


async def test_after_a_load_test_the_switcher_stays_short(simulator: Simulator) -> None:
    for number in range(100):
        simulator.exchange.phones.create(f"55659000{number:05d}")
    html = (await simulator.http.get(f"/?phone={MARIA}")).text
    assert html.count('data-testid="phone-option"') <= 31
    assert f'data-phone="{MARIA}" aria-current="page"' in html


async def test_the_same_bubble_is_on_the_page_and_in_the_stream(simulator: Simulator) -> None:
    await simulator.write({"text": "oi *você*\nduas linhas"})
    phone = _maria(simulator)
    [event] = await _take(_listen(simulator, phone), 1)
    html = json.loads(event["data"])["html"]
    assert "oi <strong>você</strong>\nduas linhas" in html
    assert html in (await simulator.http.get(f"/?phone={MARIA}")).text


async def test_a_page_that_comes_back_gets_exactly_what_it_missed(simulator: Simulator) -> None:
    await simulator.write({"text": "um"})
    phone = _maria(simulator)
    seen = stream.position(phone)
    wamid = await simulator.write({"text": "dois"})
    [event] = await _take(_listen(simulator, phone, seen), 1)
    assert json.loads(event["data"])["message"]["id"] == wamid


async def test_what_changes_while_listening_arrives(simulator: Simulator) -> None:
    phone = _maria(simulator)
    listening = asyncio.create_task(_take(_listen(simulator, phone), 2))
    await asyncio.sleep(0.02)
    wamid = await simulator.write({"text": "oi"})
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    await simulator.graph({**mark, "typing_indicator": {"type": "text"}})
    events = await asyncio.wait_for(listening, 2)
    assert events[0]["event"] == "message"
    more = await _take(_listen(simulator, phone), 2)
    assert [event["event"] for event in more] == ["message", "typing"]
    assert json.loads(more[0]["data"])["message"]["status"] == "read"
    assert json.loads(more[1]["data"]) == {"seconds": 25}


async def test_a_position_of_another_run_makes_the_page_reload(simulator: Simulator) -> None:
    await simulator.write({"text": "oi"})
    [event] = await _take(_listen(simulator, _maria(simulator), "outra:7"), 1)
    assert event["event"] == "reload"


async def test_a_stream_ends_when_the_simulator_is_closing(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "NOTICES_CLOSING_WITHIN", 0.01)
    closing = anyio.Event()
    listening = asyncio.create_task(_take(_listen(simulator, _maria(simulator), closing=closing), 1))
    await asyncio.sleep(0.02)
    assert not listening.done()
    closing.set()
    assert await asyncio.wait_for(listening, 1) == []


def _maria(simulator: Simulator) -> Phone:
    phone = simulator.exchange.phones.get(MARIA)
    assert phone is not None
    return phone


def _listen(
    simulator: Simulator, phone: Phone, after: str = "", closing: anyio.Event | None = None
) -> AsyncIterator[dict[str, Any]]:
    return stream.events(phone, after, now=simulator.clock, closing=closing or anyio.Event())


async def _take(events: AsyncIterator[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    taken = []
    async for event in events:
        taken.append(event)
        if len(taken) == count:
            break
    return taken
