"""Every address of the desk, tried by everyone: the application's own routes, each with a row in a table."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from starlette.routing import Mount, Route

from defensoria.conversations import users
from defensoria.conversations.models import Role
from tests.desk.conftest import NUCLEO, OTHER_NUCLEO, PASSWORD, Browser, Office

ATTEND = frozenset({Role.ATTENDANT, Role.SUPERVISOR, Role.MANAGER, Role.ADMINISTRATOR})
SUPERVISE = ATTEND - {Role.ATTENDANT}
PLAN = frozenset({Role.MANAGER})
ADMINISTER = frozenset({Role.ADMINISTRATOR})

PUBLIC = {("GET", "/saude"), ("GET", "/metrics"), ("GET", "/entrar"), ("POST", "/entrar")}
STEPS = {
    "/entrar/codigo": {"/entrar/codigo", "/sair"},
    "/minha-conta/senha": {"/minha-conta/senha", "/sair"},
    "/minha-conta/segundo-fator": {"/minha-conta/segundo-fator", "/sair"},
}
"""What may be asked of someone before all else, and the addresses that are open to them meanwhile."""


@dataclass(frozen=True)
class Row:
    """Who may call an address, whether it is of one atendimento, what it gets, and what it answers to who may."""

    roles: frozenset[Role] = ATTEND
    fields: dict[str, str] = field(default_factory=dict)
    answers: int = 200
    but: dict[Role, int] = field(default_factory=dict)
    """What it answers to a role that may call it and gets something else."""


TABLE = {
    ("GET", "/"): Row(),
    ("GET", "/stream"): Row(),
    ("POST", "/sair"): Row(answers=303),
    ("GET", "/entrar/codigo"): Row(answers=303),
    ("POST", "/entrar/codigo"): Row(fields={"codigo": "000000"}, answers=303),
    ("GET", "/minha-conta"): Row(),
    ("POST", "/minha-conta/sessoes"): Row(answers=303),
    ("POST", "/minha-conta/codigos"): Row(fields={"codigo": "000000"}, answers=422),
    ("GET", "/minha-conta/senha"): Row(),
    ("POST", "/minha-conta/senha"): Row(fields={"atual": "x", "nova": "y", "repetida": "y"}, answers=422),
    ("GET", "/minha-conta/segundo-fator"): Row(),
    ("POST", "/minha-conta/segundo-fator"): Row(fields={"codigo": "000000"}, answers=303),
    ("GET", "/atendimentos/{protocolo}"): Row(),
    ("GET", "/atendimentos/{protocolo}/midia/{id}"): Row(),
    ("POST", "/atendimentos/{protocolo}/assumir"): Row(answers=303),
    ("POST", "/atendimentos/{protocolo}/resposta"): Row(fields={"text": "oi"}, answers=409),
    ("POST", "/atendimentos/{protocolo}/encerrar"): Row(fields={"outcome": "resolvido"}, answers=409),
    ("GET", "/busca"): Row(),
    ("POST", "/busca"): Row(answers=422),
    ("GET", "/encerrados"): Row(),
    ("GET", "/atendimentos/{protocolo}/dados"): Row(answers=409),
    ("POST", "/atendimentos/{protocolo}/dados"): Row(answers=409),
    ("GET", "/atendimentos/{protocolo}/transferir"): Row(but={Role.ATTENDANT: 409}),
    ("POST", "/atendimentos/{protocolo}/transferir"): Row(answers=422, but={Role.ATTENDANT: 409}),
    ("POST", "/atendimentos/{protocolo}/tomar"): Row(SUPERVISE, answers=409),
    ("POST", "/atendimentos/{protocolo}/nota"): Row(answers=422),
    ("POST", "/atendimentos/{protocolo}/convite"): Row(answers=409),
    ("POST", "/atendimentos/{protocolo}/mensagens/{id}/reenviar"): Row(answers=409),
    ("POST", "/atendimentos/{protocolo}/arquivo"): Row(answers=422),
    ("GET", "/quadro"): Row(SUPERVISE),
    ("GET", "/respostas"): Row(SUPERVISE),
    ("POST", "/respostas"): Row(SUPERVISE, answers=422),
    ("POST", "/respostas/remover"): Row(SUPERVISE, answers=404),
    ("GET", "/planejamento"): Row(PLAN, answers=303),
    ("GET", "/planejamento/compreensao"): Row(PLAN),
    ("GET", "/planejamento/compreensao/rascunho.yml"): Row(PLAN),
    ("GET", "/planejamento/{section}"): Row(PLAN),
    ("GET", "/planejamento/{section}/{table}.{kind}"): Row(PLAN),
    ("GET", "/privacidade"): Row(ADMINISTER),
    ("POST", "/privacidade/pedidos"): Row(ADMINISTER, answers=422),
    ("POST", "/privacidade/pedidos/{id}"): Row(ADMINISTER, answers=422),
    ("POST", "/privacidade/pedidos/{id}/dados"): Row(ADMINISTER, answers=409),
    ("POST", "/privacidade/guardas"): Row(ADMINISTER, answers=422),
    ("POST", "/privacidade/guardas/{id}"): Row(ADMINISTER, answers=303),
    ("GET", "/auditoria"): Row(ADMINISTER),
    ("GET", "/auditoria.csv"): Row(ADMINISTER),
    ("POST", "/auditoria/conferir"): Row(ADMINISTER),
    ("GET", "/administracao/ajustes"): Row(ADMINISTER),
    ("GET", "/administracao/saude"): Row(ADMINISTER),
    ("POST", "/administracao/saude/reenviar"): Row(ADMINISTER, answers=400),
    ("GET", "/administracao/saudacao"): Row(ADMINISTER),
    ("GET", "/administracao/identidades"): Row(ADMINISTER),
    ("POST", "/administracao/identidades"): Row(ADMINISTER, {"uma": "1", "outra": "2", "decisao": "separar"}, 409),
    ("GET", "/administracao/fatos"): Row(ADMINISTER),
    ("GET", "/administracao/fatos/{tabela}"): Row(ADMINISTER),
    ("GET", "/administracao/fatos/{tabela}/csv"): Row(ADMINISTER),
    ("POST", "/administracao/fatos/{tabela}/importar"): Row(ADMINISTER, answers=422),
    ("POST", "/administracao/fatos/{tabela}/importar/confirmar"): Row(ADMINISTER, answers=422),
    ("GET", "/administracao/fatos/{tabela}/historico"): Row(ADMINISTER),
    ("GET", "/administracao/fatos/{tabela}/versoes/{numero}"): Row(ADMINISTER, answers=404),
    ("POST", "/administracao/fatos/{tabela}/versoes/{numero}/restaurar"): Row(ADMINISTER, answers=404),
    ("GET", "/administracao/fatos/{tabela}/linhas/{linha}"): Row(ADMINISTER),
    ("POST", "/administracao/fatos/{tabela}/linhas/{linha}"): Row(ADMINISTER, answers=404),
    ("POST", "/administracao/fatos/{tabela}/linhas/{linha}/remover"): Row(ADMINISTER, answers=404),
    ("GET", "/administracao/usuarios"): Row(ADMINISTER),
    ("POST", "/administracao/usuarios"): Row(ADMINISTER, {"login": "ana", "papel": "atendente"}, 422),
    ("GET", "/administracao/usuarios/novo"): Row(ADMINISTER),
    ("GET", "/administracao/usuarios/{id}"): Row(ADMINISTER),
    ("POST", "/administracao/usuarios/{id}"): Row(ADMINISTER, {"papel": "atendente"}, 422),
    ("POST", "/administracao/usuarios/{id}/sessoes"): Row(ADMINISTER, answers=303),
    ("POST", "/administracao/usuarios/{id}/{acao}"): Row(ADMINISTER),
}


NAMED = {
    "section": "demanda", "table": "dias", "kind": "csv", "tabela": "fechamentos", "linha": "2", "numero": "0"
}  # fmt: skip
"""What the addresses name that is not made by the tests."""


@pytest.fixture
def staff(office: Office) -> Callable[[Role, str], str]:
    """The login of someone of a role and a núcleo."""

    def login_of(role: Role, nucleo: str = NUCLEO) -> str:
        login = f"{role.value}.{nucleo}"
        with office.database.transaction() as session:
            if not users.login_exists(session, login):
                users.add_user(session, login, "Fulana", role, [nucleo], PASSWORD)
        return login

    return login_of


@pytest.fixture
def seen(office: Office, stored) -> dict[str, str]:
    """What the addresses name: a conversation of the first núcleo with a file, and a user."""
    protocolo, address = stored("image", "image/png", text="segredo", name="Joana")
    return {
        "protocolo": protocolo,
        "id": address.rsplit("/", 1)[1],
        "user": str(office.user("bia").id),
        "acao": "senha",
    } | NAMED


def path_of(path: str, seen: dict[str, str]) -> str:
    return path.format(**seen | ({"id": seen["user"]} if path.startswith("/administracao") else {}))


async def call(browser: Browser, method: str, path: str, token: str | None = None, **fields: str) -> int:
    """The status of the answer, of which no more is read: a stream has no end."""
    browser.follow_redirects = False
    given = {"csrf_token": token} if token else {}
    data = {**given, **fields} if method == "POST" else None
    if path == "/stream":
        return await _status_of_stream(browser)
    return (await browser.request(method, path, data=data)).status_code


async def _status_of_stream(browser: Browser) -> int:
    """Of the stream only how it begins is read, straight from the application."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    scope = {
        "type": "http", "method": "GET", "path": "/stream", "raw_path": b"/stream", "query_string": b"",
        "headers": [(b"cookie", cookies.encode())], "http_version": "1.1", "scheme": "http", "root_path": "",
        "server": ("desk.test", 80), "client": ("127.0.0.1", 1), "asgi": {"version": "3.0"},
    }  # fmt: skip
    begun: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def send(message):
        if message["type"] == "http.response.start":
            begun.set_result(message["status"])

    async def receive():
        await asyncio.Event().wait()

    answering = asyncio.create_task(browser._transport.app(scope, receive, send))
    status = await asyncio.wait_for(begun, 10)
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)
    return status


def test_every_address_has_its_row(app):
    routes = {
        (method, route.path) for route in app.routes if isinstance(route, Route) for method in route.methods - {"HEAD"}
    }
    assert routes == PUBLIC | set(TABLE)
    assert [route.path for route in app.routes if not isinstance(route, Route)] == ["/static"]
    assert isinstance(app.routes[-1], Mount)


async def test_nobody_gets_further_than_the_login(app, browser, seen):
    browser.follow_redirects = False
    for method, path in TABLE:
        if path == "/stream":
            assert await call(browser, method, path) == 303
            continue
        answer = await browser.request(method, path_of(path, seen))
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/entrar"), path


@pytest.mark.parametrize("role", Role)
async def test_each_role_gets_what_its_row_says(browser_of, office, staff, seen, role):
    for (method, path), row in TABLE.items():
        browser = browser_of(staff(role))
        status = await call(browser, method, path_of(path, seen), browser.csrf_token, **row.fields)
        assert status == (row.but.get(role, row.answers) if role in row.roles else 403), (method, path)
        if path.endswith("/assumir"):
            with office.database.transaction() as session:
                taken = session.merge(office.atendimento(seen["protocolo"]))
                taken.holder, taken.attendant_id, taken.claimed_at = "queue", None, None


@pytest.mark.parametrize("role", Role)
async def test_another_nucleos_user_finds_nothing_whatever_the_role(browser_of, office, staff, seen, role):
    browser = browser_of(staff(role, OTHER_NUCLEO))
    for (method, path), row in TABLE.items():
        if "{protocolo}" not in path:
            continue
        status = await call(browser, method, path_of(path, seen), browser.csrf_token, **row.fields)
        assert status == (404 if role in row.roles else 403), (method, path)
    assert office.atendimento(seen["protocolo"]).holder == "queue"
    browser.follow_redirects = True
    assert "Joana" not in (await browser.get("/")).text


@pytest.mark.parametrize("token", [None, "x" * 43, "não", "another"])
async def test_every_form_without_its_sessions_token_is_refused(browser_of, staff, seen, token):
    browser = browser_of(staff(Role.ADMINISTRATOR))
    given = browser_of(staff(Role.ADMINISTRATOR)).csrf_token if token == "another" else token
    for (method, path), row in TABLE.items():
        if method == "POST":
            assert await call(browser, method, path_of(path, seen), given, **row.fields) == 403, path
    assert (await browser.get("/")).status_code == 200, "still logged in"


@pytest.mark.parametrize("step", STEPS)
async def test_who_has_a_first_step_to_take_gets_nowhere_else(app, browser_of, office, staff, seen, step):
    app.state.desk.settings.desk_second_factor = "required"
    login = staff(Role.ADMINISTRATOR)
    with office.database.transaction() as session:
        user = session.merge(office.user(login))
        user.must_change_password = step == "/minha-conta/senha"
        user.second_factor = "set" if step == "/entrar/codigo" else None
    for (method, path), row in TABLE.items():
        if path in STEPS[step]:
            continue
        browser = browser_of(login)
        browser.follow_redirects = False
        if path == "/stream":
            assert await call(browser, method, path) == 303
            continue
        data = {"csrf_token": browser.csrf_token, **row.fields} if method == "POST" else None
        answer = await browser.request(method, path_of(path, seen), data=data)
        assert (answer.status_code, answer.headers["location"]) == (303, step), path


async def test_every_answer_carries_the_headers_that_keep_others_out(browser_of, staff, seen):
    for (method, path), row in TABLE.items():
        if path == "/stream":
            continue
        browser = browser_of(staff(Role.ADMINISTRATOR))
        browser.follow_redirects = False
        data = {"csrf_token": browser.csrf_token, **row.fields} if method == "POST" else None
        headers = (await browser.request(method, path_of(path, seen), data=data)).headers
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy, path
        assert "script-src" not in policy, path
        assert "unsafe" not in policy or "sandbox" in policy, path
        assert headers["x-frame-options"] == "DENY", path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
        assert headers["cache-control"] == "no-store", path
