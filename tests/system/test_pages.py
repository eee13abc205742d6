"""The two pages in a real browser: the phone on one side, the desk on the other.

`make pictures` keeps the pictures that README and guides show.
"""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import CHROMIUM, System

MARIA = "5565900000001"

pytestmark = [
    pytest.mark.xdist_group("system"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium: apt-get install chromium"),
]


def _picture(page: Page, name: str, tmp_path: Path, height: int | None = None) -> None:
    """Keep a picture of what the page shows; with `height` of its upper part alone, in CSS pixels."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    size = page.viewport_size
    clip = {"x": 0, "y": 0, "width": size["width"], "height": height or size["height"]}
    page.screenshot(path=folder / f"{name}.png", clip=clip)


def _answered(phone: Page, text: str) -> None:
    expect(phone.get_by_test_id("bubble").filter(has_text=text).last).to_be_visible(timeout=20_000)


def test_from_the_phone_to_the_desk_and_back(system: System, browser: Browser, tmp_path: Path):
    phone = browser.new_page(viewport={"width": 390, "height": 844}, locale="pt-BR")
    phone.goto(f"{system.phone}/?phone={MARIA}")
    phone.get_by_test_id("message-input").fill("oi")
    phone.keyboard.press("Enter")
    _answered(phone, "Qual destas frases combina com você?")
    phone.get_by_test_id("list-open").last.click()
    phone.get_by_test_id("list-row").filter(has_text="Só a minha renda").click()
    _answered(phone, "O que você precisa?")
    phone.get_by_test_id("message-input").fill("1")
    phone.keyboard.press("Enter")
    _answered(phone, "qual área")
    _picture(phone, "telefone", tmp_path)
    phone.get_by_test_id("reply-button").filter(has_text="Cível").last.click()
    _answered(phone, "Em que cidade")
    phone.get_by_test_id("message-input").fill("moro em sorriso")
    phone.keyboard.press("Enter")
    _answered(phone, "Confira se entendi bem")
    phone.get_by_test_id("reply-button").filter(has_text="Está certo").last.click()
    _answered(phone, "Seu protocolo é")
    protocolo = re.search(r"\d{4}\.\d{6}-\d", phone.get_by_test_id("bubble").last.inner_text())[0]

    desk = browser.new_page(viewport={"width": 1366, "height": 768}, locale="pt-BR")
    desk.goto(system.desk)
    desk.get_by_test_id("login").fill(system.login)
    desk.get_by_test_id("password").fill(system.password)
    desk.get_by_test_id("enter").click()
    waiting = desk.get_by_test_id("queue-item").filter(has_text=protocolo)
    expect(waiting).to_contain_text("Sorriso")
    _picture(desk, "fila", tmp_path, height=340)
    waiting.get_by_test_id("open").click()
    expect(desk.get_by_test_id("dossier")).to_contain_text("Novo atendimento")
    desk.get_by_test_id("take").click()
    desk.get_by_test_id("composer").fill("Boa tarde, Maria! Sou da Defensoria de Sorriso. Como posso ajudar?")
    desk.get_by_test_id("send").click()
    _answered(phone, "Sou da Defensoria de Sorriso")

    phone.get_by_test_id("message-input").fill("O pai da minha filha parou de pagar a pensão")
    phone.keyboard.press("Enter")
    expect(desk.get_by_test_id("messages")).to_contain_text("parou de pagar a pensão", timeout=20_000)
    _picture(desk, "mesa", tmp_path)

    desk.get_by_test_id("close-open").click()
    desk.get_by_test_id("outcome").select_option("resolvido")
    desk.get_by_test_id("close").click()
    expect(desk.get_by_test_id("closed")).to_be_visible(timeout=20_000)
