"""The day of each role at the desk, in a real browser against the running system, with citizens on their phones."""

import re
import time
from collections.abc import Callable, Iterator

import httpx
import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from defensoria.simulator.samples import sample_of_kind
from tests.faults.load import TRIAGE

from .conftest import CHROMIUM, System, eventually

pytestmark = [
    pytest.mark.xdist_group("system"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium: apt-get install chromium"),
]

expect.set_options(timeout=20_000)

A_MINUTE = 60.0
OWN_PASSWORD = "quatro palavras bem soltas"
SINOP, ELSEWHERE = "sinop", "sorriso"


@pytest.fixture
def page_for(system: System, browser: Browser) -> Iterator[Callable[[str, str], Page]]:
    """Pages of people who log in by the form, each in a browser of their own."""
    contexts = []

    def page_for(login: str, password: str) -> Page:
        context = browser.new_context(base_url=system.desk, locale="pt-BR", viewport={"width": 1366, "height": 768})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        _log_in(page, login, password)
        return page

    yield page_for
    for context in contexts:
        context.close()


@pytest.fixture
def it(system: System, page_for) -> Page:
    """The administrator that `make run` makes."""
    return page_for(system.login, system.password)


def _log_in(page: Page, login: str, password: str) -> None:
    page.goto("/entrar")
    page.get_by_test_id("login").fill(login)
    page.get_by_test_id("password").fill(password)
    page.get_by_test_id("enter").click()


def _new_person(it: Page, login: str, role: str, nucleo: str = SINOP) -> str:
    """Have IT make a user. Returns the first password."""
    it.goto("/administracao/usuarios")
    it.get_by_test_id("new").click()
    it.get_by_test_id("login").fill(login)
    it.get_by_test_id("name").fill(login.title())
    it.get_by_test_id("role").select_option(role)
    it.locator(f"input[name=nucleo][value={nucleo}]").check()
    it.get_by_test_id("save").click()
    return it.get_by_test_id("first-password").inner_text()


def _at_the_desk(it: Page, page_for, login: str, role: str) -> Page:
    """Someone new, who has come in and chosen a password."""
    page = page_for(login, _new_person(it, login, role))
    page.get_by_test_id("new").fill(OWN_PASSWORD)
    page.get_by_test_id("again").fill(OWN_PASSWORD)
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("account")).to_have_text(login.title())
    return page


def _answers(system: System, town: str = SINOP) -> str:
    """A citizen answers the triage but for its last question. Returns their number."""
    citizen = httpx.post(f"{system.phone}/simulator/phones", json={}).json()["wa_id"]
    for words in (*TRIAGE[:-2], f"moro em {town}"):
        system.say(citizen, words)
    return citizen


def _comes(system: System) -> tuple[str, str]:
    """A citizen goes through the triage. Returns their number and the protocol."""
    citizen = _answers(system)
    return citizen, re.search(r"\d{4}\.\d{6}-\d", system.say(citizen, TRIAGE[-1]))[0]


def _hears(system: System, citizen: str, words: str) -> None:
    eventually(lambda: any(words in (one or "") for one in system.told(citizen)), f"the phone shows {words!r}")


def test_an_attendants_day(system: System, it: Page, page_for):
    ana = _at_the_desk(it, page_for, "joana", "atendente")
    citizen, protocolo = _comes(system)
    _, elsewhere = _comes(system)

    ana.goto("/")
    ana.get_by_test_id("queue-item").filter(has_text=protocolo).get_by_test_id("take").click()
    ana.get_by_test_id("composer").fill("Boa tarde! Sou a Joana.")
    ana.get_by_test_id("composer").press("Enter")
    _hears(system, citizen, "Boa tarde! Sou a Joana.")
    system.write(citizen, "É sobre a pensão do meu filho")
    expect(ana.get_by_test_id("messages")).to_contain_text("É sobre a pensão do meu filho")

    picture = {"name": "guia.jpg", "mimeType": "image/jpeg", "buffer": sample_of_kind("image").content}
    ana.get_by_test_id("file-open").click()
    ana.get_by_test_id("file-choose").set_input_files(picture)
    ana.get_by_test_id("file-send").click()
    eventually(lambda: "image" in {one["type"] for one in system.transcript(citizen)}, "the picture on the phone")

    ana.get_by_test_id("note-open").click()
    ana.get_by_test_id("note-text").fill("Conferir o endereço.")
    ana.get_by_test_id("note-keep").click()
    expect(ana.get_by_test_id("note")).to_contain_text("Conferir o endereço.")

    ana.get_by_test_id("close-open").click()
    ana.get_by_test_id("outcome").select_option("resolvido")
    ana.get_by_test_id("close").click()
    expect(ana.get_by_test_id("closed")).to_contain_text("Resolvido")
    _hears(system, citizen, "Como foi o atendimento?")
    system.say(citizen, "1")
    with system.store() as store:
        rating = store.execute("SELECT rating FROM atendimentos WHERE protocolo = ?", (protocolo,)).fetchone()
    assert rating == ("bom",)
    assert not any("Conferir o endereço" in (one or "") for one in system.told(citizen)), "a note is the team's"

    ana.goto(f"/atendimentos/{elsewhere}")
    ana.get_by_test_id("take").click()
    ana.get_by_test_id("transfer-open").click()
    ana.get_by_test_id("transfer-to").select_option(f"@{ELSEWHERE}")
    ana.get_by_test_id("transfer-note").fill("Mudou-se.")
    ana.get_by_test_id("transfer").click()
    expect(ana.get_by_test_id("notice")).to_contain_text("não o vê mais")


def test_a_supervisors_day(system: System, it: Page, page_for):
    ana = _at_the_desk(it, page_for, "marta", "atendente")
    eva = _at_the_desk(it, page_for, "eva", "supervisor")
    secret = _enrol(eva)
    eva.get_by_test_id("logout").click()
    _log_in(eva, "eva", OWN_PASSWORD)
    # A code is good once: the next one is a little early.
    eva.get_by_test_id("code").fill(pyotp.TOTP(secret).at(time.time() + 30))
    eva.get_by_test_id("confirm").click()
    expect(eva.get_by_test_id("account")).to_have_text("Eva")

    _, protocolo = _comes(system)
    eva.goto("/quadro")
    expect(eva.get_by_test_id("board-nucleos")).to_contain_text("Núcleo de Sinop")
    expect(eva.get_by_test_id("board-people").locator("tr").filter(has_text="Marta")).to_contain_text("na mesa")

    eva.goto(f"/atendimentos/{protocolo}")
    _hand_on(eva, "Marta", "Fica com você.")
    expect(eva.get_by_test_id("standing")).to_contain_text("Com Marta desde")
    ana.goto("/")
    expect(ana.get_by_test_id("mine-item")).to_have_count(1)

    _hand_on(eva, "Núcleo de Sinop", "Marta sai mais cedo.")
    expect(eva.get_by_test_id("standing")).to_contain_text("Na fila há")
    expect(ana.get_by_test_id("mine-item")).to_have_count(0)

    ana.get_by_test_id("queue-item").filter(has_text=protocolo).get_by_test_id("take").click()
    expect(eva.get_by_test_id("standing")).to_contain_text("Com Marta desde")
    eva.get_by_test_id("take-over").click()
    expect(eva.get_by_test_id("standing")).to_contain_text("Com você desde")
    expect(ana.get_by_test_id("standing")).to_contain_text("Com Eva desde")
    it.goto(f"/auditoria?protocolo={protocolo}&acao=tomada")
    expect(it.get_by_test_id("entry")).to_contain_text("estava com: marta")


def _enrol(page: Page) -> str:
    """Set the second factor up. Returns its secret."""
    page.goto("/minha-conta/segundo-fator")
    page.get_by_text("Não consigo usar a câmera").click()
    secret = page.get_by_test_id("secret").inner_text().replace(" ", "")
    page.get_by_test_id("code").fill(pyotp.TOTP(secret).now())
    page.get_by_test_id("confirm").click()
    page.get_by_test_id("go-on").click()
    return secret


def _hand_on(page: Page, to: str, note: str) -> None:
    page.get_by_test_id("transfer-open").click()
    place = page.get_by_test_id("transfer-to").locator("option").filter(has_text=to).first
    page.get_by_test_id("transfer-to").select_option(place.get_attribute("value"))
    page.get_by_test_id("transfer-note").fill(note)
    page.get_by_test_id("transfer").click()


def test_an_administrators_day(system: System, it: Page):
    edited = time.monotonic()
    _add(it, "fechamentos", inicio="23/11/2026", nome="mudança de prédio", tipo="interrupcao", nucleos="alta-floresta")
    _add(it, "plantoes", telefone="(66) 99999-1234", nucleos="alta-floresta", vale_de="01/11/2026")

    it.goto("/administracao/ajustes")
    shown = it.locator("main").inner_text()
    assert "WHATSAPP_ACCESS_TOKEN" in shown
    assert not [secret for secret in system.secrets.values() if secret in it.content()]

    it.goto("/administracao/saudacao")
    expect(it.get_by_label("Texto da saudação")).to_have_value(re.compile(r"\(65\) 99963-4454"))

    def up_to_date() -> bool:
        it.goto("/administracao/saude")
        return it.get_by_text("fatos em dia").count() == 2

    eventually(up_to_date, "bot and actions take the edits up", A_MINUTE)
    assert time.monotonic() - edited < A_MINUTE
    citizen = _answers(system, "alta floresta")
    system.say(citizen, TRIAGE[-1])
    told = "\n".join(filter(None, system.told(citizen)))
    assert "mudança de prédio" in told
    assert "(66) 99999-1234" in told


def _add(it: Page, table: str, **cells: str) -> None:
    """Add a row to a table of the office's facts by its form."""
    it.goto(f"/administracao/fatos/{table}/linhas/nova")
    for column, value in {**cells, "fonte": "Aviso da Administração", "data": "2026-11-23"}.items():
        field = it.locator(f"[name={column}]")
        if column == "nucleos":
            it.locator(f"input[name=nucleos][value={value}]").check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    it.get_by_test_id("save").click()
    expect(it.get_by_test_id("saved")).to_contain_text("o robô passa a usá-la em menos de um minuto")


def test_what_did_not_get_through_is_sent_again_by_it(system: System, it: Page, page_for):
    ana = _at_the_desk(it, page_for, "carla", "atendente")
    citizen, protocolo = _comes(system)
    ana.goto(f"/atendimentos/{protocolo}")
    ana.get_by_test_id("take").click()
    fault = {"code": 131026, "status": 400, "to": citizen, "count": 1}
    httpx.post(f"{system.phone}/simulator/faults", json=fault).raise_for_status()
    ana.get_by_test_id("composer").fill("Pode mandar a certidão?")
    ana.get_by_test_id("send").click()
    expect(ana.get_by_test_id("messages")).to_contain_text("o WhatsApp não consegue entregar a este número")
    it.goto("/administracao/saude")
    dead = it.get_by_test_id("dead").filter(has_text=protocolo)
    expect(dead).to_contain_text("o WhatsApp não consegue entregar a este número")
    dead.get_by_role("button").click()
    expect(it.get_by_test_id("resent")).to_contain_text("voltou para a fila de envio")
    _hears(system, citizen, "Pode mandar a certidão?")


def test_a_planners_day(system: System, it: Page, page_for):
    gil = _at_the_desk(it, page_for, "gil", "gestor")
    _comes(system)

    def counted() -> bool:
        gil.goto("/planejamento/demanda?de=2020-01-01&ate=2021-01-01&nucleo=sinop")
        gil.get_by_label("Até").fill(time.strftime("%Y-%m-%d"))
        gil.get_by_label("De", exact=True).fill(time.strftime("%Y-%m-01"))
        gil.get_by_role("button", name="Mostrar").click()
        return gil.get_by_test_id("nucleos").get_by_text("Núcleo de Sinop").count() == 1

    eventually(counted, "what was opened is counted", 2 * A_MINUTE)
    expect(gil.get_by_test_id("nucleos").locator("tbody tr")).to_have_count(1)
    with gil.expect_download() as download:
        gil.get_by_role("link", name="Baixar CSV de Por núcleo").click()
    table = download.value.path().read_text(encoding="utf-8-sig")
    assert table.splitlines()[0] == "Núcleo;No período;No período anterior"
    gil.get_by_role("link", name="Custo").click()
    expect(gil.get_by_test_id("categorias")).to_be_visible()
