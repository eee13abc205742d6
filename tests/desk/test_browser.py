"""The desk in a real browser: what happens elsewhere shows without a reload, and what someone types is never lost."""

import re
import time

import pyotp
import pytest

from defensoria.conversations import ready_answers, users
from defensoria.conversations.models import Role
from tests.desk.conftest import CHROMIUM, NUCLEO, OTHER_NUCLEO, PASSWORD, wait_until_handed_out

playwright_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install playwright"
)
expect = playwright_api.expect
expect.set_options(timeout=15_000)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: apt-get install chromium")


WHOLE = """svg => {
    const frame = svg.getBoundingClientRect();
    const lines = [...svg.querySelectorAll("path")].pop().getBoundingClientRect();
    const margin = lines.left - frame.left;
    return margin > 5 && frame.right - lines.right > margin - 2 && frame.bottom - lines.bottom > margin - 5;
}"""


def test_a_citizens_message_appears_and_what_is_being_typed_stays(page_of, office):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    page = page_of("ana", f"/atendimentos/{protocolo}")
    composer = page.get_by_test_id("composer")
    composer.press_sequentially("Estou escre")
    office.writes("mensagem nova <b>mesmo</b>")
    expect(page.get_by_test_id("message").last).to_contain_text("mensagem nova <b>mesmo</b>")
    expect(page).to_have_title(re.compile(r"^\(1\) Maria"))
    expect(page.locator("#announcer")).to_have_text("Nova mensagem de Maria: mensagem nova <b>mesmo</b>")
    expect(composer).to_be_focused()
    composer.press_sequentially("vendo")
    expect(composer).to_have_value("Estou escrevendo")


def test_enter_sends_and_shift_enter_makes_a_line(page_of, office):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    page = page_of("ana", f"/atendimentos/{protocolo}")
    composer = page.get_by_test_id("composer")
    composer.press_sequentially("Boa tarde")
    composer.press("Shift+Enter")
    composer.press_sequentially("Como ajudo?")
    composer.press("Enter")
    expect(page.get_by_test_id("message").last).to_contain_text("Boa tarde\nComo ajudo?", use_inner_text=True)
    expect(page.get_by_test_id("message").last.locator("[data-delivery=pending]")).to_be_visible()
    expect(composer).to_have_value("")
    expect(composer).to_be_focused()
    composer.press_sequentially("De novo")
    composer.press("Control+Enter")
    expect(page.get_by_test_id("message").last).to_contain_text("De novo")


def test_the_queue_fills_and_empties_by_itself(page_of, office):
    page = page_of("ana")
    expect(page.get_by_text("Ninguém na fila agora.")).to_be_visible()
    first = office.hands_over(wa_id="551", name="Primeira")
    second = office.hands_over(wa_id="552", name="Segunda")
    expect(page.get_by_test_id("queue-item")).to_have_count(2)
    page.get_by_role("link", name="Segunda").focus()
    office.takes("rui", first)
    expect(page.get_by_test_id("queue-item")).to_have_count(1)
    expect(page.get_by_role("link", name="Segunda")).to_be_focused()
    expect(page.get_by_test_id("colleague-item")).to_contain_text("com Rui Lima")
    page.get_by_test_id("take").click()
    page.wait_for_url(f"**/atendimentos/{second}")
    expect(page.get_by_test_id("composer")).to_be_visible()


def test_a_conversation_that_a_colleague_takes_says_so_at_once(page_of, office):
    protocolo = office.hands_over()
    page = page_of("ana", f"/atendimentos/{protocolo}")
    expect(page.get_by_test_id("take")).to_be_visible()
    office.takes("rui", protocolo)
    expect(page.get_by_test_id("standing")).to_contain_text("Com Rui Lima desde")
    expect(page.get_by_test_id("take")).to_have_count(0)


def test_two_tabs_share_one_stream_and_both_are_told(page_of, office):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    queue = page_of("ana")
    talk = queue.context.new_page()
    streams = []
    talk.on("request", lambda request: streams.append(request.url) if "/stream" in request.url else None)
    talk.goto(f"/atendimentos/{protocolo}")
    office.writes("para as duas")
    expect(talk.get_by_test_id("message").last).to_contain_text("para as duas")
    expect(queue.get_by_test_id("unanswered")).to_have_text("1")
    assert streams == [], "the first tab told the second"
    with talk.expect_request("**/stream?*"):
        queue.close()
    office.writes("agora para uma")
    expect(talk.get_by_test_id("message").last).to_contain_text("agora para uma")


def test_a_conversation_counts_the_queue_without_asking_again_and_asks_for_what_concerns_it(app, page_of, office):
    protocolo = office.hands_over(wa_id="551")
    office.takes("ana", protocolo)
    wait_until_handed_out(app, office)
    page = page_of("ana", f"/atendimentos/{protocolo}")
    expect(page.locator("#count")).to_be_hidden()
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    new = office.hands_over(wa_id="552")
    expect(page.locator("#count")).to_have_text("1")
    expect(page.get_by_label("1 aguardando")).to_be_visible()
    office.takes("rui", new)
    expect(page.locator("#count")).to_be_hidden()
    assert [url for url in fetched if "/atendimentos/" in url] == []
    office.takes("ana", office.hands_over(wa_id="553", name="Nova"))
    expect(page.get_by_test_id("mine-item").last).to_contain_text("Nova")


def test_a_session_that_ends_keeps_the_typed_text_and_offers_the_login(page_of, office):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    page = page_of("ana", f"/atendimentos/{protocolo}")
    page.get_by_test_id("composer").fill("quase pronta")
    page.context.clear_cookies()
    page.get_by_test_id("send").click()
    expect(page.get_by_text("Sua sessão terminou.")).to_be_visible()
    expect(page.get_by_test_id("composer")).to_have_value("quase pronta")


def test_a_draft_waits_for_whoever_looks_at_another_page_meanwhile(page_of, office):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    page = page_of("ana", f"/atendimentos/{protocolo}")
    page.get_by_test_id("composer").fill("rascunho")
    page.goto("/")
    page.goto(f"/atendimentos/{protocolo}")
    expect(page.get_by_test_id("composer")).to_have_value("rascunho")
    page.get_by_test_id("logout").click()
    page.wait_for_url("**/entrar")
    assert page.evaluate("sessionStorage.length") == 0


def test_closing_by_keyboard_alone(page_of, office):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    page = page_of("ana", f"/atendimentos/{protocolo}")
    page.get_by_test_id("composer").focus()
    for key in ("Escape", "c"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("outcome")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("outcome")).to_be_hidden()
    page.keyboard.press("Enter")
    page.get_by_test_id("outcome").select_option("resolvido")
    page.get_by_test_id("close").press("Enter")
    expect(page.get_by_test_id("closed")).to_contain_text("Resolvido")


@pytest.mark.parametrize("size", [{"width": 1366, "height": 768}, {"width": 390, "height": 844}])
def test_nothing_runs_over_the_edge_of_the_screen(page_of, office, size):
    protocolo = office.hands_over("palavra" * 60, name="Nome Muito Comprido " * 5)
    page = page_of("ana", viewport=size)
    for path in ("/", f"/atendimentos/{protocolo}"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        expect(page.get_by_test_id("take")).to_be_in_viewport()


def test_without_javascript_forms_do_the_work(page_of, office):
    protocolo = office.hands_over()
    page = page_of("ana", java_script_enabled=False)
    page.get_by_test_id("take").click()
    page.get_by_test_id("composer").fill("sem script")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("message").last).to_contain_text("sem script")
    page.get_by_test_id("close-open").click()
    page.get_by_test_id("outcome").select_option("agendado")
    page.get_by_test_id("close").click()
    expect(page.get_by_test_id("closed")).to_contain_text("Agendado")
    assert office.atendimento(protocolo).outcome == "agendado"


def test_a_conversation_is_handed_on_and_found_again_with_its_note(page_of, office):
    protocolo = office.hands_over("preciso da certidão", name="Antônia")
    office.takes("ana", protocolo)
    rui, ana = page_of("rui"), page_of("ana", f"/atendimentos/{protocolo}")
    ana.get_by_test_id("messages").focus()
    ana.keyboard.press("n")
    expect(ana.get_by_test_id("note-text")).to_be_focused()
    ana.get_by_test_id("note-text").fill("Ligar antes das 14h.")
    ana.get_by_test_id("note-keep").click()
    expect(ana.get_by_test_id("note")).to_contain_text("Ligar antes das 14h.")
    ana.get_by_test_id("messages").focus()
    ana.keyboard.press("t")
    ana.get_by_test_id("transfer-to").select_option(label="Rui Lima")
    ana.get_by_test_id("transfer-note").fill("Falta a certidão.")
    ana.get_by_test_id("transfer").click()
    expect(ana.get_by_test_id("standing")).to_contain_text("Com Rui Lima desde")
    expect(rui.get_by_test_id("mine-item")).to_contain_text("Antônia")
    rui.keyboard.press("b")
    rui.get_by_test_id("search").fill("antonia")
    rui.get_by_test_id("search").press("Enter")
    rui.get_by_test_id("found").get_by_role("link").click()
    expect(rui.get_by_test_id("note").last).to_contain_text("Ana Souza transferiu")
    expect(rui.get_by_test_id("composer")).to_be_visible()


def test_who_loses_a_conversation_to_another_nucleo_is_told_at_once(page_of, office):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    ana, rui = page_of("ana", f"/atendimentos/{protocolo}/transferir"), page_of("rui")
    expect(rui.get_by_test_id("colleague-item")).to_have_count(1)
    ana.get_by_test_id("transfer-to").select_option(f"@{OTHER_NUCLEO}")
    ana.get_by_test_id("transfer-note").fill("Mora em Sinop.")
    ana.get_by_test_id("transfer").click()
    expect(ana.get_by_test_id("notice")).to_contain_text("não o vê mais")
    expect(rui.get_by_test_id("colleague-item")).to_have_count(0)


def test_a_ready_answer_goes_where_the_cursor_is(page_of, office):
    with office.database.transaction() as session:
        ready_answers.save(session, office.user("gil"), None, None, "Protocolo", "Seu número é {protocolo}.")
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    page = page_of("ana", f"/atendimentos/{protocolo}")
    composer = page.get_by_test_id("composer")
    composer.press_sequentially("Boa tarde!")
    composer.press("Escape")
    page.keyboard.press("p")
    expect(page.get_by_test_id("ready-use")).to_be_focused()
    page.keyboard.press("Enter")
    expect(composer).to_have_value(f"Boa tarde!\nSeu número é {protocolo}.")
    expect(composer).to_be_focused()


def test_notices_say_that_something_came_and_nothing_of_what(page_of, office):
    protocolo = office.hands_over(name="Antônia")
    office.takes("ana", protocolo)
    page = page_of("ana", permissions=["notifications"])
    page.evaluate(
        """() => {
          window.shown = [];
          window.Notification = class extends EventTarget {
            static permission = "granted";
            static requestPermission = async () => "granted";
            constructor(title, options) { super(); window.shown.push(title + " " + options.body); }
          };
          document.hasFocus = () => false;
        }"""
    )
    page.keyboard.press("?")
    page.get_by_test_id("notify").check()
    page.keyboard.press("Escape")
    office.writes("segredo")
    expect(page.get_by_test_id("unanswered")).to_have_text("1")
    page.wait_for_function("window.shown.length > 0")
    assert page.evaluate("window.shown") == ["Atendimento da Defensoria Chegou mensagem de quem você atende."]


def test_a_page_that_refused_something_goes_on_following(page_of, office):
    protocolo = office.hands_over()
    page = page_of("rui", f"/atendimentos/{protocolo}")
    page.context.set_offline(True)
    office.takes("ana", protocolo)
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    page.evaluate("document.querySelector('[data-testid=take]').click()")
    expect(page.get_by_test_id("problem")).to_contain_text("Ana Souza assumiu este atendimento antes")
    office.writes("ainda estou aqui")
    expect(page.get_by_test_id("message").last).to_contain_text("ainda estou aqui")
    expect(page.get_by_test_id("problem")).to_contain_text("Ana Souza assumiu este atendimento antes")


def test_a_page_left_alone_says_so_and_one_in_use_does_not(page_of):
    page = page_of("ana")
    alone = []

    def note(request) -> None:
        # Not what the browser itself asks for, such as the stream.
        if request.resource_type == "fetch":
            alone.append("x-unattended" in request.headers)

    page.on("request", note)

    def look_again() -> None:
        with page.expect_response("**/"):
            page.evaluate("refresh()")
        page.wait_for_timeout(700)

    look_again()
    look_again()
    page.keyboard.press("Shift")
    look_again()
    assert alone == [*[True] * (len(alone) - 1), False]


def test_the_second_factor_from_the_picture_to_the_code(page_of, chromium, address):
    page = page_of("ana", "/minha-conta/segundo-fator")
    assert page.locator(".qr svg").evaluate(WHOLE), "nothing of the picture is cut off"
    page.get_by_text("Não consigo usar a câmera").click()
    secret = page.get_by_test_id("secret").inner_text().replace(" ", "")
    page.get_by_test_id("code").fill(pyotp.TOTP(secret).at(time.time() - 30))
    page.get_by_test_id("confirm").click()
    recovery = page.get_by_test_id("codes").locator("li").first.inner_text()

    context = chromium.new_context(base_url=address)
    other = context.new_page()
    other.goto("/entrar")
    other.get_by_test_id("login").fill("ana")
    other.get_by_test_id("password").fill(PASSWORD)
    other.get_by_test_id("enter").click()
    expect(other.get_by_test_id("code")).to_be_focused()
    other.get_by_test_id("code").fill(recovery)
    other.get_by_test_id("confirm").click()
    expect(other.get_by_test_id("account")).to_have_text("Ana Souza")
    context.close()


@pytest.mark.parametrize("size", [{"width": 1366, "height": 768}, {"width": 390, "height": 844}])
def test_the_pages_of_accounts_and_users_fit_the_screen(page_of, office, size):
    with office.database.transaction() as session:
        users.add_user(session, "ti", "Tiago Reis", Role.ADMINISTRATOR, [NUCLEO], PASSWORD)
    page = page_of("ti", viewport=size)
    number = office.user("ana").id
    own = ("/minha-conta", "/minha-conta/senha", "/minha-conta/segundo-fator")
    people = ("/administracao/usuarios", "/administracao/usuarios/novo", f"/administracao/usuarios/{number}")
    for path in (*own, *people):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.usefixtures("facts_may_change")
def test_it_edits_a_fact_by_form_and_by_file_and_copies_the_greeting(page_of):
    page = page_of("cti", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Administração").click()
    page.get_by_role("link", name="Fatos do órgão").click()
    page.get_by_role("link", name="Contatos do plantão").click()
    page.get_by_test_id("add").click()
    page.get_by_label("Núcleo de Sorriso").check()
    page.get_by_label("Telefone").fill("66 9999")
    page.get_by_label("Vale desde").fill("20/11/2026")
    page.get_by_label("Fonte", exact=True).fill("Escala de novembro")
    page.get_by_label("Data da fonte").fill("2026-11")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("problem")).to_contain_text('Telefone "66 9999" não tem o formato esperado')
    page.get_by_label("Telefone").fill("(66) 99999-0000")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("saved")).to_contain_text("É a versão 1")
    expect(page.get_by_test_id("row").last).to_contain_text("Núcleo de Sorriso")
    with page.expect_download() as download:
        page.get_by_role("link", name="Baixar CSV").click()
    table = download.value.path().read_bytes().replace(b"99999-0000", b"98888-0000")
    page.get_by_label("Arquivo CSV").set_input_files({"name": "t.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_test_id("import").click()
    expect(page.get_by_test_id("change")).to_contain_text("(66) 99999-0000 → (66) 98888-0000")
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("saved")).to_contain_text("É a versão 2")
    page.get_by_role("link", name="Saudação").click()
    page.get_by_role("button", name="Copiar").click()
    expect(page.get_by_text("Copiado.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("Texto da saudação").input_value()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["fatos", "fatos/fechamentos", "fatos/nucleos/linhas/2", "saude", "ajustes", "saudacao"]
)
def test_its_pages_need_no_scrolling_sideways_on_a_phone(page_of, path, scheme):
    page = page_of("cti", f"/administracao/{path}", viewport={"width": 390, "height": 844}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
