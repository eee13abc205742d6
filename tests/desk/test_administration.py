"""IT sees how the service stands and with what it runs, and nothing that is secret or that a citizen wrote."""

import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from defensoria.conversations import inbox
from defensoria.conversations.models import AuditEntry, Direction, Message
from defensoria.desk.administration import greeting, shown_settings
from defensoria.desk.app import create_app
from defensoria.desk.pace import LoginPace
from defensoria.office.facts import office_facts
from defensoria.settings import OPTIONAL_SECRETS, SECRETS, Settings
from tests.desk.conftest import Browser
from tests.sending import fail, lease_due


@pytest.fixture
def it(browser_of):
    return browser_of("cti")


def fail_all(office) -> list[int]:
    """Let every message that is to go fail. Returns their ids."""
    failed = []
    with office.database.transaction() as session:
        while leased := lease_due(session):
            for one in leased:
                fail(session, one.id)
                failed.append(one.id)
    return failed


def test_no_secret_is_shown_and_no_password_of_an_address():
    secret = {name.lower(): f"segredo-{name}" for name in (*SECRETS, *OPTIONAL_SECRETS)}
    addresses = {
        "database_url": "postgresql://mesa:segredo-da-base@banco/defensoria",
        "redis_url": "redis://:segredo-do-redis@fila/0",
    }
    shown = list(shown_settings(Settings(_env_file=None, **secret, **addresses)))
    assert "segredo" not in repr(shown)
    values = {one.variable: one.value for one in shown}
    assert values["DATABASE_URL"] == "postgresql://mesa:***@banco/defensoria"
    assert all(values[name] == "definido (não é mostrado)" for name in SECRETS)
    assert values["DESK_PORT"] == "8000"
    assert values["CLOCK_FIXED_AT"] == "vazio"


def test_every_setting_that_sounds_secret_is_hidden():
    sounds = ("token", "secret", "passw", "senha", "key")
    named = {name.upper() for name in Settings.__fields__ if any(word in name for word in sounds)}
    assert named <= {*SECRETS, *OPTIONAL_SECRETS}


async def test_the_settings_page_shows_where_a_value_comes_from(it, monkeypatch):
    monkeypatch.setenv("BOT_TIMEOUT_SECONDS", "33")
    page = (await it.get("/administracao/ajustes")).text
    assert page.count('data-testid="setting"') == len(Settings.__fields__)
    assert "<code>BOT_TIMEOUT_SECONDS</code>" in page
    assert "<td>ambiente</td>" in page
    assert "<td>padrão</td>" in page


def rasa_with(versions: dict[str, int], broken: dict[str, str]) -> web.Application:
    """What of Rasa's server IT's page asks for."""

    async def status(request: web.Request) -> web.Response:
        assert request.query["token"] == "rasa-token"
        return web.json_response({"model_file": "/models/defensoria.tar.gz"})

    async def facts(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer rasa-token"
        return web.json_response({"versions": versions, "broken": broken})

    rasa = web.Application()
    rasa.router.add_get("/status", status)
    rasa.router.add_get("/webhooks/whatsapp/facts", facts)
    return rasa


async def health_with(office, rasa: web.Application) -> str:
    async with TestServer(rasa) as server:
        ports = {"rasa_port": server.port, "actions_port": 9, "simulator_port": 9}
        app = create_app(office.database, Settings(_env_file=None, rasa_token="rasa-token", **ports))
        async with Browser(app) as browser:
            browser.cookies.set("mesa", office.session_of("cti")[0])
            return (await browser.get("/administracao/saude")).text


async def test_a_part_that_does_not_answer_is_shown_and_one_that_does_too(office):
    page = await health_with(office, rasa_with({}, {}))
    assert "modelo defensoria.tar.gz; fatos em dia" in page
    assert "rasa-token" not in page
    assert page.count("não responde") == 2
    assert page.count('class="well"') == 2, "the database and Rasa"


@pytest.mark.parametrize(
    ("versions", "broken", "said"),
    [
        ({"geral": 3}, {}, "fatos mudados há pouco, ainda por tomar"),
        ({}, {"plantoes": "linha 2: …"}, "a última mudança não vale ali em: Contatos do plantão"),
    ],
)
async def test_a_process_that_has_not_taken_an_edit_up_shows(office, versions, broken, said):
    assert said in await health_with(office, rasa_with(versions, broken))


@pytest.mark.parametrize(("well", "said"), [(True, "responde"), (False, "não responde: veja REDIS_URL")])
async def test_redis_is_a_part_where_it_is_used(office, monkeypatch, well, said):
    async def reachable(_pace: LoginPace) -> bool:
        return well

    monkeypatch.setattr(LoginPace, "reachable", reachable)
    app = create_app(office.database, Settings(_env_file=None, redis_url="redis://127.0.0.1:9/0"))
    async with Browser(app) as browser:
        browser.cookies.set("mesa", office.session_of("cti")[0])
        page = (await browser.get("/administracao/saude")).text
    assert re.search(f'<b>Redis</b>.*?<span class="hint">{said}', page, re.S)


async def test_where_nothing_else_counts_the_pace_is_always_reachable():
    assert await LoginPace().reachable()


async def test_a_redis_that_is_not_there_is_told():
    assert not await LoginPace("redis://127.0.0.1:9/0").reachable()


async def test_a_message_that_failed_is_listed_without_its_words_and_sent_again(it, office, rings):
    protocolo = office.hands_over("segredo dela")
    (failed,) = fail_all(office)
    page = (await it.get("/administracao/saude")).text
    assert protocolo in page
    assert "o WhatsApp não consegue entregar a este número" in page
    assert "Vou chamar" not in page
    assert "segredo" not in page
    assert "556599634454" not in page
    page = await it.send_form("/administracao/saude/reenviar", mensagem=str(failed))
    assert "A mensagem voltou para a fila de envio." in page.text
    assert len(rings) == 1
    with office.database.transaction() as session:
        assert session.get(Message, failed).status == "pending"
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "reenvio"))
        assert (entry.actor, entry.protocolo, entry.data) == ("cti", protocolo, {"mensagem": failed})


async def test_what_did_not_fail_is_not_sent_again(it, office):
    office.hands_over()
    with office.database.transaction() as session:
        (pending,) = session.scalars(select(Message.id).where(Message.direction == Direction.OUT.value))
        (received,) = session.scalars(select(Message.id).where(Message.direction == Direction.IN.value))
    for other in (pending, received, 999):
        page = await it.send_form("/administracao/saude/reenviar", mensagem=str(other))
        assert "não está mais entre as que falharam" in page.text


async def test_what_needs_a_look_is_counted(it, office):
    office.writes("oi", wa_id="5565999990001")
    office.writes("oi", wa_id="556599990001")
    office.sends({"type": "image", "image": {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}})
    with office.database.transaction() as session:
        inbox.keep_unreadable(session, "store: DataError", "segredo")
    page = (await it.get("/administracao/saude")).text
    assert '<dd data-testid="look-alikes">1</dd>' in page
    assert '<dd data-testid="unreadable">1</dd>' in page
    assert '<dd data-testid="conflicts">0</dd>' in page
    assert "<dt>a caminho</dt><dd>1</dd>" in page
    assert "segredo" not in page


async def test_the_greeting_leads_to_the_single_number(it):
    words = greeting(office_facts())
    assert "não há atendimento ao público" in words
    assert "(65) 99963-4454" in words
    assert "de segunda a sexta, das 12h às 18h de Cuiabá" in words
    page = (await it.get("/administracao/saudacao")).text
    assert words in page
