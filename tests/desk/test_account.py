"""A user's own account: the first password, the second factor, and where they are connected."""

import re
from datetime import timedelta

import pytest
from pyotp import TOTP

from defensoria.clock import utc_now
from defensoria.conversations import users
from defensoria.conversations.models import DeskSession, Role
from tests.desk.conftest import NUCLEO, PASSWORD, Browser

NEW = "jabuticaba no quintal"


@pytest.fixture
def required(app):
    """The service asks those who direct the work for a second factor."""
    app.state.desk.settings.desk_second_factor = "required"


@pytest.fixture
def new_user(office):
    """The login of someone who has never come in."""
    with office.database.transaction() as session:
        users.add_user(session, "novo", "Nova Pessoa", Role.ATTENDANT, [NUCLEO], PASSWORD, must_change_password=True)
    return "novo"


def csrf_of(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


async def log_in(browser: Browser, login: str, password: str = PASSWORD):
    answer = await browser.post("/entrar", data={"login": login, "password": password})
    if found := re.search(r'name="csrf_token" value="([^"]+)"', answer.text):
        browser.csrf_token = found[1]
    return answer


async def enrol(browser: Browser) -> tuple[str, list[str]]:
    """Set up the app. Returns its secret and the recovery codes."""
    page = (await browser.get("/minha-conta/segundo-fator")).text
    secret = re.search(r'data-testid="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    offered = re.search(r'name="oferta" value="([^"]+)"', page)[1]
    # A step ago: the code of now is still to be used.
    code = TOTP(secret).at(utc_now() - timedelta(seconds=30))
    browser.csrf_token = csrf_of(page)
    answer = await browser.send_form("/minha-conta/segundo-fator", oferta=offered, codigo=code)
    assert answer.status_code == 200, answer.text
    return secret, re.findall(r"<code>([^<]+)</code>", answer.text)


async def test_the_first_password_is_changed_before_all_else(browser, new_user):
    answer = await log_in(browser, new_user)
    assert answer.url.path == "/minha-conta/senha"
    assert (await browser.get("/")).url.path == "/minha-conta/senha"
    answer = await browser.send_form("/minha-conta/senha", nova=NEW, repetida=NEW)
    assert "Senha trocada" in answer.text
    assert (await browser.get("/")).url.path == "/"
    async with Browser(browser._transport.app) as another:
        assert (await log_in(another, new_user)).status_code == 401
        assert (await log_in(another, new_user, NEW)).url.path == "/"


@pytest.mark.parametrize(
    ("new", "again", "why"),
    [
        (PASSWORD, PASSWORD, "igual à atual"),
        ("curta", "curta", "pelo menos 10"),
        ("Defensoria2026", "Defensoria2026", "fácil de adivinhar"),
        (NEW, NEW + "s", "não são iguais"),
    ],
)
async def test_a_password_that_does_not_do_says_why(browser, new_user, new, again, why):
    await log_in(browser, new_user)
    answer = await browser.send_form("/minha-conta/senha", nova=new, repetida=again)
    assert answer.status_code == 422
    assert why in answer.text
    assert (await browser.get("/")).url.path == "/minha-conta/senha"


async def test_changing_ones_password_needs_the_current_one_and_ends_the_other_sessions(browser_of):
    ana, elsewhere = browser_of("ana"), browser_of("ana")
    fields = {"nova": NEW, "repetida": NEW}
    assert "não confere" in (await ana.send_form("/minha-conta/senha", atual="outra", **fields)).text
    assert "Senha trocada" in (await ana.send_form("/minha-conta/senha", atual=PASSWORD, **fields)).text
    assert (await elsewhere.get("/")).url.path == "/entrar"
    assert (await ana.get("/")).url.path == "/"


async def test_the_current_password_is_not_guessed_by_who_found_an_open_page(browser_of):
    ana = browser_of("ana")
    for _ in range(5):
        await ana.send_form("/minha-conta/senha", atual="palpite", nova=NEW, repetida=NEW)
    answer = await ana.send_form("/minha-conta/senha", atual=PASSWORD, nova=NEW, repetida=NEW)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) <= 60


async def test_who_directs_the_work_sets_up_the_app_and_then_gives_a_code_at_each_login(required, app, browser):
    assert (await log_in(browser, "gil")).url.path == "/minha-conta/segundo-fator"
    assert (await browser.get("/")).url.path == "/minha-conta/segundo-fator"
    secret, codes = await enrol(browser)
    assert len(codes) == 10
    assert (await browser.get("/")).url.path == "/"

    async with Browser(app) as another:
        assert (await log_in(another, "gil")).url.path == "/entrar/codigo"
        assert (await another.get("/")).url.path == "/entrar/codigo"
        wrong = await another.send_form("/entrar/codigo", codigo="000000")
        assert wrong.status_code == 401
        answer = await another.send_form("/entrar/codigo", codigo=TOTP(secret).at(utc_now()))
        assert answer.url.path == "/"

    async with Browser(app) as third:
        await log_in(third, "gil")
        again = await third.send_form("/entrar/codigo", codigo=TOTP(secret).at(utc_now()))
        assert again.status_code == 401, "a code is taken once"
        assert (await third.send_form("/entrar/codigo", codigo=codes[0])).url.path == "/"


async def test_after_the_code_one_is_where_one_wanted_to_go(browser_of, browser, office):
    secret, _ = await enrol(browser_of("ana"))
    protocolo = office.hands_over()
    page = await browser.post(
        "/entrar", data={"login": "ana", "password": PASSWORD, "volta": f"/atendimentos/{protocolo}"}
    )
    fields = {"volta": re.search(r'name="volta" value="([^"]+)"', page.text)[1], "csrf_token": csrf_of(page.text)}
    answer = await browser.post("/entrar/codigo", data={"codigo": TOTP(secret).at(utc_now()), **fields})
    assert answer.url.path == f"/atendimentos/{protocolo}"


async def test_attendants_may_do_without(required, browser):
    assert (await log_in(browser, "ana")).url.path == "/"


async def test_where_it_is_optional_nobody_has_to(browser):
    assert (await log_in(browser, "gil")).url.path == "/"


async def test_setting_up_the_app_ends_sessions_that_never_gave_a_code(browser_of):
    ana, elsewhere = browser_of("ana"), browser_of("ana")
    await enrol(ana)
    assert (await elsewhere.get("/")).url.path == "/entrar"


async def test_codes_are_guessed_at_a_pace_that_no_new_login_resets(app, browser_of):
    secret, _ = await enrol(browser_of("ana"))
    statuses = []
    for _ in range(6):
        async with Browser(app) as another:
            await log_in(another, "ana")
            statuses.append((await another.send_form("/entrar/codigo", codigo="000000")).status_code)
    assert statuses == [401] * 5 + [429]
    async with Browser(app) as another:
        await log_in(another, "ana")
        waits = await another.send_form("/entrar/codigo", codigo=TOTP(secret).at(utc_now()))
    assert waits.status_code == 429
    assert int(waits.headers["retry-after"]) <= 60, "never for ever"


async def test_a_session_without_its_code_does_not_wait_long(app, browser_of, office):
    await enrol(browser_of("ana"))
    async with Browser(app) as another:
        await log_in(another, "ana")
        with office.database.transaction() as session:
            opened = session.query(DeskSession).filter_by(confirmed=False).one()
            assert opened.expires_at <= utc_now() + timedelta(minutes=15)


async def test_new_recovery_codes_are_for_who_has_the_app_and_end_the_old(app, browser_of):
    ana = browser_of("ana")
    secret, old = await enrol(ana)
    refused = await ana.send_form("/minha-conta/codigos", codigo=old[0])
    assert refused.status_code == 422
    answer = await ana.send_form("/minha-conta/codigos", codigo=TOTP(secret).at(utc_now()))
    fresh = re.findall(r"<code>([^<]+)</code>", answer.text)
    assert len(fresh) == 10
    assert not set(fresh) & set(old)


async def test_where_one_is_connected_and_ending_the_others(app, browser_of):
    ana, tablet, home = browser_of("ana"), browser_of("ana"), browser_of("ana")
    page = (await ana.get("/minha-conta")).text
    handles = re.findall(r'name="sessao" value="([0-9a-f]+)"', page)
    assert len(handles) == 2, "its own session has no button"
    await ana.send_form("/minha-conta/sessoes", sessao=handles[0])
    inside = [(await browser.get("/")).url.path == "/" for browser in (ana, tablet, home)]
    assert sorted(inside) == [False, True, True]
    await ana.send_form("/minha-conta/sessoes")
    inside = [(await browser.get("/")).url.path == "/" for browser in (ana, tablet, home)]
    assert inside == [True, False, False]


@pytest.mark.parametrize("handle", ["%", "_" * 16, "0" * 16])
async def test_nobody_elses_session_is_ended_so(browser_of, handle):
    ana, rui = browser_of("ana"), browser_of("rui")
    await ana.send_form("/minha-conta/sessoes", sessao=handle)
    assert (await rui.get("/")).url.path == "/"
    page = (await ana.get("/minha-conta")).text
    assert rui.cookies["mesa"] not in page


async def test_the_list_names_browser_and_system(app):
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    async with Browser(app) as browser:
        browser.headers["user-agent"] = agent
        await log_in(browser, "ana")
        assert "Firefox no Windows" in (await browser.get("/minha-conta")).text


def _idle(office, minutes: int) -> None:
    with office.database.transaction() as session:
        session.query(DeskSession).update({"seen_at": utc_now() - timedelta(minutes=minutes)})


async def test_a_session_that_nobody_uses_for_an_hour_ends(browser_of, office):
    ana = browser_of("ana")
    _idle(office, 61)
    assert (await ana.get("/")).url.path == "/entrar"


async def test_what_somebody_does_keeps_it(browser_of, office):
    ana = browser_of("ana")
    for _ in range(3):
        _idle(office, 50)
        assert (await ana.get("/")).url.path == "/"
        with office.database.transaction() as session:
            assert utc_now() - session.query(DeskSession).one().seen_at < timedelta(minutes=1)


async def test_what_an_open_page_fetches_by_itself_does_not(browser_of, office):
    ana = browser_of("ana")
    _idle(office, 50)
    assert (await ana.get("/", headers={"x-unattended": "1"})).url.path == "/"
    with office.database.transaction() as session:
        assert utc_now() - session.query(DeskSession).one().seen_at > timedelta(minutes=49)
