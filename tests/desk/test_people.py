"""IT's pages for the desk's users."""

import re

import pytest
from sqlalchemy import select

from defensoria.conversations import users
from defensoria.conversations.models import AuditEntry, Role
from tests.desk.conftest import NUCLEO, OTHER_NUCLEO, PASSWORD, Browser

LIST = "/administracao/usuarios"


@pytest.fixture
def admin(office, browser_of):
    """IT's browser."""
    with office.database.transaction() as session:
        users.add_user(session, "ti", "Tiago Reis", Role.ADMINISTRATOR, [], PASSWORD)
    return browser_of("ti")


def last_entry(office) -> tuple[str, str, dict]:
    with office.database.transaction() as session:
        row = session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
        return row.actor, row.action, row.data


def shown_password(page: str) -> str:
    return re.search(r'data-testid="first-password">([^<]+)<', page)[1]


async def log_in(app, login: str, password: str) -> str:
    async with Browser(app) as browser:
        answer = await browser.post("/entrar", data={"login": login, "password": password})
        return answer.url.path if answer.status_code == 200 else str(answer.status_code)


async def test_a_new_user_comes_in_with_the_password_shown_once(app, admin, office):
    fields = {"login": " Joana.Silva ", "nome": "Joana Silva", "papel": "supervisor", "nucleo": NUCLEO}
    page = await admin.send_form(LIST, **fields)
    password = shown_password(page.text)
    assert await log_in(app, "joana.silva", password) == "/minha-conta/senha"
    joana = office.user("joana.silva")
    assert (joana.role, joana.nucleo_ids) == ("supervisor", {NUCLEO})
    assert password not in (await admin.get(f"{LIST}/{joana.id}")).text
    with office.database.transaction() as session:
        made = session.scalar(select(AuditEntry).where(AuditEntry.action == "usuario_criado"))
        assert (made.actor, made.data["usuario"]) == ("ti", "joana.silva")
        assert password not in str([row.data for row in session.scalars(select(AuditEntry))])


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"login": "ana"}, "Já existe"),
        ({"login": "josé silva"}, "letras sem acento"),
        ({"nome": " "}, "nome e login"),
        ({"papel": "chefe"}, "Escolha o papel"),
        ({"nucleo": "atlantida"}, "Não há núcleo"),
    ],
)
async def test_what_cannot_be_says_why_and_keeps_what_was_typed(admin, wrong, why):
    fields = {"login": "joana", "nome": "Joana Silva", "papel": "atendente", "nucleo": NUCLEO} | wrong
    answer = await admin.send_form(LIST, **fields)
    assert answer.status_code == 422
    assert why in answer.text
    assert f'value="{fields["login"]}"' in answer.text


async def test_role_and_nucleos_change_at_once(admin, browser_of, office):
    protocolo = office.hands_over()
    ana, number = browser_of("ana"), office.user("ana").id
    assert (await ana.get(f"/atendimentos/{protocolo}")).status_code == 200
    fields = {"nome": "Ana Souza", "papel": "gestor", "nucleo": OTHER_NUCLEO}
    assert (await admin.send_form(f"{LIST}/{number}", **fields)).status_code == 200
    assert (await ana.get(f"/atendimentos/{protocolo}")).status_code == 404
    with office.database.transaction() as session:
        told = session.scalar(select(AuditEntry.data).where(AuditEntry.action == "usuario_alterado"))
    assert told == {
        "usuario": "ana",
        "papel": "atendente > gestor",
        "nucleos_incluidos": [OTHER_NUCLEO],
        "nucleos_retirados": [NUCLEO],
    }


async def test_who_is_deactivated_is_out_at_once_and_may_come_back(app, admin, browser_of, office):
    ana, number = browser_of("ana"), office.user("ana").id
    await admin.send_form(f"{LIST}/{number}/desativar")
    assert (await ana.get("/")).url.path == "/entrar"
    assert await log_in(app, "ana", PASSWORD) == "401"
    page = await admin.send_form(f"{LIST}/{number}/reativar")
    assert await log_in(app, "ana", PASSWORD) == "401"
    assert await log_in(app, "ana", shown_password(page.text)) == "/minha-conta/senha"


async def test_a_password_reset_ends_the_sessions(app, admin, browser_of, office):
    ana = browser_of("ana")
    page = await admin.send_form(f"{LIST}/{office.user('ana').id}/senha")
    assert last_entry(office) == ("ti", "senha_redefinida", {"usuario": "ana"})
    assert (await ana.get("/")).url.path == "/entrar"
    assert await log_in(app, "ana", shown_password(page.text)) == "/minha-conta/senha"


async def test_a_second_factor_reset_by_another(app, admin, office):
    with office.database.transaction() as session:
        session.merge(office.user("gil")).second_factor = "set"
    assert await log_in(app, "gil", PASSWORD) == "/entrar/codigo"
    await admin.send_form(f"{LIST}/{office.user('gil').id}/segundo-fator")
    assert last_entry(office) == ("ti", "segundo_fator_redefinido", {"usuario": "gil"})
    assert await log_in(app, "gil", PASSWORD) == "/"


@pytest.mark.parametrize("action", ["desativar", "senha", "segundo-fator"])
async def test_nobody_does_it_to_themselves(admin, office, action):
    answer = await admin.send_form(f"{LIST}/{office.user('ti').id}/{action}")
    assert answer.status_code == 422
    assert "Peça a outra pessoa" in answer.text
    assert (await admin.get("/")).url.path == "/"


async def test_nobody_gives_up_their_own_role(admin, office):
    answer = await admin.send_form(f"{LIST}/{office.user('ti').id}", nome="Tiago", papel="atendente")
    assert answer.status_code == 422
    assert office.user("ti").role == "administrador"


async def test_ending_one_of_someones_sessions_and_all(admin, browser_of, office):
    one, other, number = browser_of("ana"), browser_of("ana"), office.user("ana").id
    page = (await admin.get(f"{LIST}/{number}")).text
    handles = re.findall(r'name="sessao" value="([0-9a-f]+)"', page)
    assert len(handles) == 2
    await admin.send_form(f"{LIST}/{number}/sessoes", sessao=handles[0])
    assert sorted([(await one.get("/")).url.path, (await other.get("/")).url.path]) == ["/", "/entrar"]
    await admin.send_form(f"{LIST}/{number}/sessoes")
    assert (await one.get("/")).url.path == (await other.get("/")).url.path == "/entrar"
    assert (await admin.get("/")).url.path == "/"


async def test_who_still_holds_conversations_is_told_before(admin, office):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    assert "1 conversa está com esta pessoa" in (await admin.get(f"{LIST}/{office.user('ana').id}")).text


@pytest.mark.parametrize("path", ["0", "99999", "ana", "9" * 30, "1/apagar"])
async def test_who_is_not_there_is_not_found(admin, path):
    method = "POST" if "/" in path else "GET"
    data = {"csrf_token": admin.csrf_token} if method == "POST" else None
    assert (await admin.request(method, f"{LIST}/{path}", data=data)).status_code == 404


async def test_the_list_shows_all_and_the_link_is_its_readers_alone(admin, browser_of):
    page = (await admin.get(LIST)).text
    assert [name in page for name in ("Ana Souza", "Gil Prado", "Tiago Reis")] == [True] * 3
    assert LIST in (await admin.get("/")).text
    assert LIST not in (await browser_of("ana").get("/")).text
