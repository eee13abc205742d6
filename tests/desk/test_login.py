"""Coming in and going out."""

import pytest

from defensoria.desk.app import create_app
from defensoria.settings import Settings
from tests.desk.conftest import PASSWORD, Browser


async def log_in(browser, login="ana", password=PASSWORD, **more):
    return await browser.post("/entrar", data={"login": login, "password": password} | more)


async def test_the_right_password_opens_the_queue(browser):
    answer = await log_in(browser)
    assert answer.url.path == "/"
    assert "Ana Souza" in answer.text


async def test_capitals_and_spaces_around_the_login_do_not_matter(browser):
    assert (await log_in(browser, "  ANA ")).url.path == "/"


@pytest.mark.parametrize(
    ("login", "password"),
    [("ana", "outra senha"), ("ana", ""), ("ninguem", PASSWORD), ("", ""), ("ana\0", PASSWORD * 99)],
)
async def test_a_wrong_login_says_only_that_it_is_wrong(browser, login, password):
    answer = await log_in(browser, login, password)
    assert answer.status_code == 401
    assert "Login ou senha não conferem" in answer.text
    assert "mesa" not in browser.cookies


async def test_without_login_every_page_leads_to_the_form_and_back(browser, office):
    protocolo = office.hands_over()
    asked = await browser.get(f"/atendimentos/{protocolo}")
    assert asked.url.path == "/entrar"
    assert f'value="/atendimentos/{protocolo}"' in asked.text
    answer = await log_in(browser, volta=f"/atendimentos/{protocolo}")
    assert answer.url.path == f"/atendimentos/{protocolo}"


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", ""])
async def test_after_login_nobody_is_sent_elsewhere(browser, elsewhere):
    browser.follow_redirects = False
    assert (await log_in(browser, volta=elsewhere)).headers["location"] == "/"


async def test_the_cookie_is_out_of_scripts_reach_and_in_production_for_https_alone(app, office):
    async with Browser(app) as browser:
        browser.follow_redirects = False
        cookie = (await log_in(browser)).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie

    production = create_app(office.database, Settings(_env_file=None, app_env="production"))
    async with Browser(production) as browser:
        browser.follow_redirects = False
        cookie = (await log_in(browser)).headers["set-cookie"]
    assert cookie.startswith("__Host-mesa=")
    assert "Secure" in cookie


async def test_logging_out_ends_the_session_on_the_server(browser_of):
    ana = browser_of("ana")
    token = ana.cookies["mesa"]
    assert (await ana.send_form("/sair")).url.path == "/entrar"
    ana.cookies.set("mesa", token)
    assert (await ana.get("/")).url.path == "/entrar"


async def test_a_deactivated_user_is_out_at_once(browser_of, office):
    ana = browser_of("ana")
    with office.database.transaction() as session:
        session.merge(office.user("ana")).active = False
    assert (await ana.get("/")).url.path == "/entrar"


async def test_guessing_is_slowed_down_and_the_right_password_waits_too(browser):
    for _ in range(5):
        assert (await log_in(browser, password="palpite")).status_code == 401
    answer = await log_in(browser)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert "tente de novo" in answer.text
    assert (await log_in(browser, "rui")).url.path == "/", "another person at the same address is not held up"


async def test_the_pause_ends(browser, app, monkeypatch):
    for _ in range(5):
        await log_in(browser, password="palpite")
    assert (await log_in(browser)).status_code == 429
    import time

    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    assert (await log_in(browser)).url.path == "/"


async def test_guessing_many_logins_from_one_address_is_slowed_down(browser, app):
    for _ in range(30):
        assert not await app.state.desk.pace.try_now("ninguem", "10.0.0.1")
        await app.state.desk.pace.succeeded("ninguem")
        await app.state.desk.pace.failed("127.0.0.1")
    assert (await log_in(browser)).status_code == 429
    assert not await app.state.desk.pace.try_now("ana", "10.0.0.1"), "another address is not held up"


async def test_logging_in_often_is_no_guessing(browser):
    for _ in range(8):
        assert (await log_in(browser)).url.path == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.test"},
        {"origin": "null"},
    ],
)
async def test_another_sites_page_cannot_log_someone_in(browser, headers):
    answer = await browser.post("/entrar", data={"login": "ana", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403
    assert "mesa" not in browser.cookies


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://desk.test"}])
async def test_the_desks_own_form_logs_in(browser, headers):
    answer = await browser.post("/entrar", data={"login": "ana", "password": PASSWORD}, headers=headers)
    assert answer.url.path == "/"
