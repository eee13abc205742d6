"""The phone's page in a real browser: Debian's Chromium, driven by Playwright."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright, expect

from .conftest import MARIA, Simulator
from .endpoint import until

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")

BUTTONS = {
    "type": "button",
    "body": {"text": "Você já tem *processo*?"},
    "action": {
        "buttons": [
            {"type": "reply", "reply": {"id": "sim", "title": "Já tenho"}},
            {"type": "reply", "reply": {"id": "nao", "title": "Ainda não"}},
        ]
    },
}
LIST = {
    "type": "list",
    "body": {"text": "Qual é o assunto?"},
    "action": {
        "button": "Ver opções",
        "sections": [{"rows": [{"id": "saude", "title": "Saúde", "description": "Remédio, vaga em UTI"}]}],
    },
}


@pytest.fixture
async def address(simulator: Simulator) -> AsyncIterator[str]:
    """The simulator served over the network, on a free port of this machine."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(simulator.app, lifespan="off", ws="none", log_level="warning")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium."""
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        await browser.close()


async def opened(browser: Browser, address: str, wa_id: str) -> tuple[Page, list[str]]:
    """A phone's page, and the list its script errors and refused scripts go to."""
    page = await browser.new_page(viewport={"width": 390, "height": 844})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    await page.goto(f"{address}/?phone={wa_id}")
    return page, problems


async def ask(simulator: Simulator, interactive: dict[str, Any]) -> str:
    body = {"messaging_product": "whatsapp", "to": MARIA, "type": "interactive", "interactive": interactive}
    response = await simulator.graph(body)
    wamid: str = response.json()["messages"][0]["id"]
    return wamid


async def test_a_person_writes_taps_a_button_and_picks_from_a_list(
    simulator: Simulator, address: str, browser: Browser
) -> None:
    page, problems = await opened(browser, address, MARIA)
    await page.get_by_test_id("message-input").fill("oi")
    await page.keyboard.press("Enter")
    await until(lambda: len(simulator.endpoint.messages) == 1)
    assert simulator.endpoint.messages[0]["text"] == {"body": "oi"}
    own = page.locator("[data-testid=bubble][data-direction=in]")
    await expect(own.get_by_test_id("ticks")).to_have_text("✓✓")

    question = await ask(simulator, BUTTONS)
    await page.get_by_test_id("reply-button").filter(has_text="Ainda não").click()
    await until(lambda: len(simulator.endpoint.messages) == 2)
    tap = simulator.endpoint.messages[1]
    assert tap["interactive"]["button_reply"] == {"id": "nao", "title": "Ainda não"}
    assert tap["context"]["id"] == question

    question = await ask(simulator, LIST)
    await page.get_by_test_id("list-open").click()
    await page.get_by_test_id("list-row").filter(has_text="Saúde").click()
    await until(lambda: len(simulator.endpoint.messages) == 3)
    tap = simulator.endpoint.messages[2]
    row = {"id": "saude", "title": "Saúde", "description": "Remédio, vaga em UTI"}
    assert tap["interactive"]["list_reply"] == row
    assert tap["context"]["id"] == question
    await expect(page.get_by_test_id("bubble")).to_have_count(5)
    await until(lambda: [status["status"] for status in simulator.endpoint.statuses].count("read") == 2)
    assert problems == []


async def test_a_hostile_text_stays_text_and_two_phones_stay_apart(
    simulator: Simulator, address: str, browser: Browser
) -> None:
    page, problems = await opened(browser, address, MARIA)
    other, _ = await opened(browser, address, "5565900000555")
    await page.get_by_test_id("message-input").fill("<img src=x onerror=\"document.title='caiu'\">")
    await page.get_by_test_id("send-button").click()
    text = page.get_by_test_id("bubble-text")
    await expect(text).to_have_text("<img src=x onerror=\"document.title='caiu'\">")
    await simulator.send_text("<script>document.title='caiu'</script>")
    await expect(page.get_by_test_id("bubble")).to_have_count(2)
    await page.reload()
    await expect(page.get_by_test_id("bubble")).to_have_count(2)
    assert "caiu" not in await page.title()
    await expect(other.get_by_test_id("bubble")).to_have_count(0)
    assert problems == []


async def test_typing_shows_until_the_answer_and_a_new_phone_can_be_made(
    simulator: Simulator, address: str, browser: Browser
) -> None:
    page, _ = await opened(browser, address, MARIA)
    await page.get_by_test_id("attach-audio").click()
    await until(lambda: len(simulator.endpoint.messages) == 1)
    assert simulator.endpoint.messages[0]["type"] == "audio"
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": simulator.endpoint.messages[0]["id"]}
    await simulator.graph({**mark, "typing_indicator": {"type": "text"}})
    await expect(page.get_by_test_id("typing")).to_be_visible()
    await simulator.send_text("Recebi seu áudio.")
    await expect(page.get_by_test_id("typing")).to_be_hidden()

    await page.get_by_test_id("menu").click()
    await page.get_by_test_id("new-phone").click()
    await page.get_by_test_id("new-name").fill("Benedita")
    await page.get_by_test_id("new-create").click()
    await expect(page.get_by_test_id("phone-title")).to_contain_text("Benedita")
    await expect(page.get_by_test_id("bubble")).to_have_count(0)
