"""axe-core finds nothing on any page of the desk, in light and in dark, by the rules of WCAG 2.2 AA."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyotp
import pytest
from starlette.routing import Match, Route

from defensoria.desk.panel import SECTIONS
from tests.desk import busy
from tests.desk.conftest import CHROMIUM

axe = pytest.importorskip("axe_playwright_python.base", reason="axe-playwright-python is not installed")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: apt-get install chromium")

Page = Any
Look = tuple[str, Callable[[Page], object] | None]
"""An address, and what to do there before looking."""

RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# The dark colours change nothing but colours.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# Of what passes, which is nearly everything, nothing has to leave the browser.
FIND = """async runOnly => (await axe.run({runOnly, resultTypes: ["violations"]})).violations
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 150)}`))"""

NOT_PAGES = {
    "/saude",
    "/stream",
    "/atendimentos/{protocolo}/midia/{id}",
    "/planejamento",
    "/planejamento/{section}/{table}.{kind}",
    "/administracao/fatos/{tabela}/csv",
    "/auditoria.csv",
    "/metrics",
    "/planejamento/compreensao/rascunho.yml",
}
"""What answers with something else than a page: files, streams, redirections."""


def _open(test_id: str) -> Callable[[Page], object]:
    return lambda page: page.get_by_test_id(test_id).click()


def _find(words: str) -> Callable[[Page], object]:
    def find(page: Page) -> None:
        page.get_by_test_id("search").fill(words)
        page.get_by_test_id("search-go").click()

    return find


def _guess(page: Page) -> None:
    page.get_by_test_id("login").fill("ana")
    page.get_by_test_id("password").fill("palpite")
    page.get_by_test_id("enter").click()


def _enrol(page: Page) -> None:
    page.get_by_text("Não consigo usar a câmera").click()
    secret = page.get_by_test_id("secret").inner_text().replace(" ", "")
    page.get_by_test_id("code").fill(pyotp.TOTP(secret).now())
    page.get_by_test_id("confirm").click()
    page.get_by_test_id("codes").wait_for()


def _import(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="Baixar CSV").click()
    head, *rows = download.value.path().read_bytes().splitlines(keepends=True)
    table = b"".join([head, *rows[1:]])
    page.get_by_label("Arquivo CSV").set_input_files({"name": "t.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_test_id("import").click()
    page.get_by_test_id("confirm").wait_for()


def _make(page: Page) -> None:
    page.get_by_test_id("login").fill("noel")
    page.get_by_test_id("name").fill("Noel Reis")
    page.get_by_test_id("save").click()
    page.get_by_test_id("first-password").wait_for()


LOOKS: Mapping[str, Sequence[Look]] = {
    "": [("/entrar", None), ("/entrar", _guess)],
    "ana": [
        ("/", None),
        ("/", _open("help-open")),
        ("/busca", None),
        ("/busca", _find("marta")),
        ("/busca", _find("ninguém")),
        ("/encerrados", None),
        ("/atendimentos/{waiting}", None),
        ("/atendimentos/{taken}", None),
        ("/atendimentos/{taken}", _open("ready-open")),
        ("/atendimentos/{taken}", _open("file-open")),
        ("/atendimentos/{taken}", _open("note-open")),
        ("/atendimentos/{taken}", _open("close-open")),
        ("/atendimentos/{with_rui}", None),
        ("/atendimentos/{shut}", None),
        ("/atendimentos/{closed}", None),
        ("/atendimentos/{taken}/dados", None),
        ("/atendimentos/{taken}/transferir", None),
        ("/atendimentos/2026.999999-9", None),
        ("/minha-conta", None),
        ("/minha-conta/senha", None),
        ("/minha-conta/segundo-fator", _enrol),
        ("/minha-conta", None),
    ],
    "rui": [("/entrar/codigo", None)],
    "gil": [
        ("/", None),
        ("/atendimentos/{with_rui}", None),
        ("/quadro", None),
        ("/respostas", None),
        *((f"/planejamento/{section}", None) for section in SECTIONS),
        ("/planejamento/compreensao", None),
    ],
    "cti": [
        ("/administracao/usuarios", None),
        ("/administracao/usuarios/novo", None),
        ("/administracao/usuarios/novo", _make),
        ("/administracao/usuarios/{user}", None),
        ("/administracao/fatos", None),
        ("/administracao/fatos/fechamentos", None),
        ("/administracao/fatos/fechamentos", _import),
        ("/administracao/fatos/fechamentos/historico", None),
        ("/administracao/fatos/fechamentos/versoes/0", None),
        ("/administracao/fatos/nucleos/linhas/2", None),
        ("/administracao/fatos/fechamentos/linhas/nova", None),
        ("/administracao/identidades", None),
        ("/administracao/saude", None),
        ("/administracao/ajustes", None),
        ("/administracao/saudacao", None),
        ("/privacidade", None),
        ("/auditoria", None),
        ("/auditoria", _open("check")),
        ("/auditoria?de=ontem", None),
    ],
}


@pytest.fixture
def shown(app, office, tmp_path) -> Mapping[str, str]:
    """What the addresses name, on a desk with something to show; Rui has still to give his code."""
    app.state.desk.settings.var_dir = tmp_path
    named = busy.fill(office, tmp_path / "media")
    with office.database.transaction() as session:
        session.merge(office.user("rui")).second_factor = "set"
    return named


def _found(page: Page) -> list[str]:
    """What axe has to say of a page, by rule and element."""
    page.evaluate(axe.AXE_SCRIPT)
    found = [f"light: {one}" for one in page.evaluate(FIND, RULES)]
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in page.evaluate(FIND, COLOURS)]
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("login", LOOKS)
def test_axe_finds_nothing(page_of, shown, login):
    page = page_of(login or None, "/entrar")
    found = {}
    for address, do in LOOKS[login]:
        page.goto(address.format(**shown))
        if do is not None:
            do(page)
        if problems := _found(page):
            found[page.url, do and do.__qualname__] = problems
    assert found == {}


def test_every_page_is_looked_at(app):
    pages = [route for route in app.routes if isinstance(route, Route) and "GET" in route.methods]
    addresses = [address for looks in LOOKS.values() for address, _ in looks]
    assert {route.path for route in pages if not any(_leads_to(route, to) for to in addresses)} == NOT_PAGES


def _leads_to(route: Route, address: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": address, "root_path": "", "headers": []}
    return route.matches(scope)[0] is Match.FULL
