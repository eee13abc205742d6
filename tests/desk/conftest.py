"""A desk over a database of its own, with people of two núcleos and conversations handed over by the bot."""

import json
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from defensoria.clock import utc_now
from defensoria.conversations import holder, inbox, media, schema, users
from defensoria.conversations.contents import Text, Unknown
from defensoria.conversations.database import Database
from defensoria.conversations.events import last_event_id
from defensoria.conversations.holder import BotTurn
from defensoria.conversations.inbox import InboundMessage
from defensoria.conversations.models import Atendimento, MediaFile, Role, User
from defensoria.desk.app import create_app
from defensoria.settings import Settings
from defensoria.whatsapp.payloads import read_payload
from defensoria.whatsapp.rendering import text_messages
from defensoria.whatsapp.waking import Bell

PASSWORD = "uma senha comprida"
NUCLEO, OTHER_NUCLEO = "varzea-grande", "sinop"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass
class Office:
    """The store as a test sees it: citizens write, the bot hands over, people are looked up."""

    database: Database

    def user(self, login: str) -> User:
        with self.database.transaction() as session:
            return session.query(User).filter_by(login=login).one()

    def writes(
        self,
        text: str | None,
        wa_id: str = "556599634454",
        name: str | None = "Maria",
        kind: str = "text",
        wamid: str | None = None,
    ) -> int:
        """A citizen's message. Returns its id."""
        with self.database.transaction() as session:
            inbound = InboundMessage(
                wamid=wamid or f"wamid.{wa_id}.{utc_now().timestamp()}",
                type=kind,
                at=utc_now(),
                wa_id=wa_id,
                profile_name=name,
                content=Text(body=text) if text else Unknown(type=kind),
            )
            return inbox.receive(session, inbound).id

    def sends(self, message: dict[str, Any], wa_id: str = "556599634454") -> int:
        """A message as WhatsApp delivers it. Returns its id."""
        raw = {"from": wa_id, "id": f"wamid.{utc_now().timestamp()}", "timestamp": str(int(time.time())), **message}
        (item,) = read_payload(json.dumps({"entry": [{"changes": [{"value": {"messages": [raw]}}]}]}).encode())
        assert isinstance(item, InboundMessage), item
        with self.database.transaction() as session:
            return inbox.receive(session, item).id

    def file_of(self, message_id: int) -> MediaFile:
        """The file of a message."""
        with self.database.transaction() as session:
            return session.query(MediaFile).filter_by(message_id=message_id).one()

    def hands_over(self, text: str = "oi", nucleo: str | None = NUCLEO, **who: str) -> str:
        """A citizen writes and the bot hands the conversation to a núcleo. Returns the protocol."""
        message_id = self.writes(text, **who)
        triage = {
            "nucleo": nucleo,
            "municipio": "Várzea Grande",
            "assunto": "alimentos",
            "area": "civel",
            "servico": "novo_atendimento",
            "criterio": "renda_individual",
            "elegibilidade": "elegivel",
        }
        with self.database.transaction() as session:
            atendimento = session.query(Atendimento).order_by(Atendimento.id.desc()).first()
            turn = BotTurn(says=text_messages("Vou chamar uma pessoa."), triage=triage, handoff=True)
            assert holder.finish_bot_turn(session, message_id, atendimento.id, atendimento.epoch, turn)
            return str(atendimento.protocolo)

    def atendimento(self, protocolo: str) -> Atendimento:
        with self.database.transaction() as session:
            return session.query(Atendimento).filter_by(protocolo=protocolo).one()

    def takes(self, login: str, protocolo: str) -> None:
        with self.database.transaction() as session:
            holder.claim(session, self.atendimento_id(protocolo), session.query(User).filter_by(login=login).one())

    def promote(self, login: str, role: Role) -> None:
        """Give a user another role."""
        with self.database.transaction() as session:
            session.query(User).filter_by(login=login).one().role = role.value

    def atendimento_id(self, protocolo: str) -> int:
        return int(protocolo.split(".")[1].split("-")[0])

    def session_of(self, login: str) -> tuple[str, str]:
        """A session as a login opens it. Returns the cookie's token and the CSRF token."""
        with self.database.transaction() as session:
            token, opened = users.start_session(session, session.query(User).filter_by(login=login).one())
            return token, opened.csrf_token


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("desk") / "filled.db"
    schema.upgrade(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    with database.transaction() as session:
        users.add_user(session, "ana", "Ana Souza", Role.ATTENDANT, [NUCLEO], PASSWORD)
        users.add_user(session, "rui", "Rui Lima", Role.ATTENDANT, [NUCLEO], PASSWORD)
        users.add_user(session, "bia", "Bia Alves", Role.ATTENDANT, [OTHER_NUCLEO], PASSWORD)
        users.add_user(session, "gil", "Gil Prado", Role.MANAGER, [NUCLEO], PASSWORD)
        users.add_user(session, "cti", "Cris Teles", Role.ADMINISTRATOR, [], PASSWORD)
    database.dispose()
    return file


@pytest.fixture
def office(filled_file: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copy(filled_file, tmp_path / "desk.db")
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    yield Office(database)
    database.dispose()


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[Bell]:
    """Every ring of a bell, while nothing leaves the outbox."""
    rung: list[Bell] = []
    monkeypatch.setattr(Bell, "ring", lambda bell: rung.append(bell))
    return rung


@pytest.fixture
def app(office: Office) -> Starlette:
    return create_app(office.database, Settings(_env_file=None, app_env="development"))


@pytest.fixture
def folder(app: Starlette, tmp_path: Path) -> Path:
    """Where the desk looks for files."""
    app.state.desk.settings.var_dir = tmp_path
    (tmp_path / "media").mkdir()
    return tmp_path / "media"


@pytest.fixture
def stored(office: Office, folder: Path) -> Callable[..., tuple[str, str]]:
    """Stores a file that a citizen sent; returns the protocol of the conversation and the file's address."""

    def stored(kind: str, mime_type: str, file_name: str = "1-a.bin", **citizen: str) -> tuple[str, str]:
        protocolo = office.hands_over(**citizen)
        message_id = office.sends({"type": kind, kind: {"id": "9", "filename": "../<b>x</b>.exe"}})
        (folder / file_name).write_bytes(b"conteudo")
        file_id = office.file_of(message_id).id
        with office.database.transaction() as session:
            media.mark_stored(session, file_id, file_name, 8, mime_type)
        return protocolo, f"/atendimentos/{protocolo}/midia/{file_id}"

    return stored


class Browser(httpx.AsyncClient):
    """A browser without JavaScript: it keeps cookies, and sends forms with the token their page carries."""

    def __init__(self, app: Starlette) -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        super().__init__(transport=transport, base_url="http://desk.test", follow_redirects=True)
        self.csrf_token = ""

    async def send_form(self, path: str, **fields: str) -> httpx.Response:
        return await self.post(path, data={"csrf_token": self.csrf_token} | fields)


@pytest.fixture
def address(app: Starlette) -> Iterator[str]:
    """Where the desk is served for real, with its feed running."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def wait_until_handed_out(app: Starlette, office: Office) -> None:
    """Wait until the served desk's feed has told all that has happened: a page made now is told none of it."""
    with office.database.transaction() as session:
        last = last_event_id(session)
    while app.state.desk.feed.newest < last:
        time.sleep(0.01)


@pytest.fixture
async def browser(app: Starlette) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        yield browser


@pytest.fixture
async def browser_of(app: Starlette, office: Office) -> AsyncIterator[Callable[[str], Browser]]:
    """Browsers of people who are in already."""
    opened: list[Browser] = []

    def browser_of(login: str) -> Browser:
        browser = Browser(app)
        token, browser.csrf_token = office.session_of(login)
        browser.cookies.set("mesa", token)
        opened.append(browser)
        return browser

    yield browser_of
    for browser in opened:
        await browser.aclose()


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    """A browser with JavaScript. No longer than a module: its event loop would be in the way of asynchronous tests."""
    playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page_of(chromium, address, office) -> Iterator[Callable[..., Any]]:
    """Pages of people who are in already, or of nobody. No page may report an error, which a refused inline style or
    script is."""
    contexts, errors = [], []

    def page_of(login: str | None, path: str = "/", **options) -> Any:
        context = chromium.new_context(base_url=address, locale="pt-BR", **options)
        contexts.append(context)
        if login is not None:
            token, _ = office.session_of(login)
            context.add_cookies([{"name": "mesa", "value": token, "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(path)
        return page

    yield page_of
    for context in contexts:
        context.close()
    assert errors == []
