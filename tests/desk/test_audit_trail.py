"""What the desk leaves in the audit: who came in, who read what, what was refused; and what it leaves out."""

import pytest
from sqlalchemy import select

from defensoria.conversations import audit
from defensoria.conversations.models import AuditEntry
from tests.desk.conftest import OTHER_NUCLEO, PASSWORD


@pytest.fixture
def entries(office):
    """The audit so far, as (actor, action, protocolo, data); it holds."""

    def read():
        with office.database.transaction() as session:
            assert audit.check(session).first_broken is None
            rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
            return [(row.actor, row.action, row.protocolo, row.data) for row in rows]

    return read


async def test_coming_in_being_refused_and_going_out(browser, entries):
    await browser.post("/entrar", data={"login": "ana", "password": "palpite"})
    page = await browser.post("/entrar", data={"login": "ana", "password": PASSWORD})
    browser.csrf_token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    await browser.send_form("/sair")
    assert entries() == [
        ("ana", "entrada_recusada", None, {"motivo": "senha"}),
        ("ana", "entrada", None, None),
        ("ana", "saida", None, None),
    ]


async def test_what_nobody_has_as_a_login_is_not_kept_for_it_may_be_a_password(browser, entries):
    await browser.post("/entrar", data={"login": "minha senha secreta", "password": "x"})
    assert entries() == [("desconhecido", "entrada_recusada", None, {"motivo": "senha"})]


async def test_guessing_on_and_on_fills_no_disk(browser, entries):
    for _ in range(12):
        await browser.post("/entrar", data={"login": "ana", "password": "palpite"})
    reasons = [data["motivo"] for _, _, _, data in entries()]
    assert reasons == ["senha"] * 5 + ["ritmo"]


async def test_a_conversation_opened_is_one_entry_however_often_its_page_asks_again(browser_of, office, entries):
    protocolo = office.hands_over()
    ana = browser_of("ana")
    for _ in range(3):
        await ana.get(f"/atendimentos/{protocolo}")
    assert entries() == [("ana", "leitura", protocolo, None)]


@pytest.mark.parametrize(
    "headers", [{"x-unattended": "1"}, {"sec-fetch-dest": "empty"}, {"purpose": "prefetch"}, {"x-requested-with": "x"}]
)
async def test_nothing_that_a_request_says_of_itself_keeps_it_out_of_the_audit(browser_of, office, entries, headers):
    protocolo = office.hands_over()
    await browser_of("ana").get(f"/atendimentos/{protocolo}", headers=headers)
    assert len(entries()) == 1


async def test_each_session_and_after_half_an_hour_is_an_entry_again(app, browser_of, office, entries):
    protocolo = office.hands_over()
    ana = browser_of("ana")
    await ana.get(f"/atendimentos/{protocolo}")
    await browser_of("ana").get(f"/atendimentos/{protocolo}")
    assert len(entries()) == 2
    witness = app.state.desk.witness
    began = witness._now()
    witness._now = lambda: began + 31 * 60
    await ana.get(f"/atendimentos/{protocolo}")
    assert len(entries()) == 3


async def test_what_is_not_in_the_audit_is_not_shown(app, browser_of, office, monkeypatch):
    protocolo = office.hands_over("segredo")

    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(audit, "record", broken)
    answer = await browser_of("ana").get(f"/atendimentos/{protocolo}")
    assert answer.status_code == 500
    assert "segredo" not in answer.text


async def test_taking_and_closing(browser_of, office, entries):
    protocolo = office.hands_over()
    ana = browser_of("ana")
    await ana.send_form(f"/atendimentos/{protocolo}/assumir")
    await ana.send_form(f"/atendimentos/{protocolo}/encerrar", outcome="resolvido")
    assert entries() == [
        ("ana", "assumida", protocolo, None),
        ("ana", "leitura", protocolo, None),
        ("ana", "encerramento", protocolo, {"desfecho": "resolvido"}),
    ]


async def test_a_lost_race_shows_the_conversation_and_so_is_a_reading(browser_of, office, entries):
    protocolo = office.hands_over()
    office.takes("rui", protocolo)
    await browser_of("ana").send_form(f"/atendimentos/{protocolo}/assumir")
    assert entries() == [("ana", "leitura", protocolo, None)]


async def test_a_file_opened(browser_of, stored, entries):
    protocolo, address = stored("image", "image/png")
    ana = browser_of("ana")
    for _ in range(2):
        assert (await ana.get(address)).status_code == 200
    assert entries() == [("ana", "arquivo", protocolo, {"id": address.rsplit("/", 1)[1]})]


async def test_another_nucleos_conversation_tried(browser_of, office, entries):
    protocolo = office.hands_over(nucleo=OTHER_NUCLEO)
    ana = browser_of("ana")
    await ana.get(f"/atendimentos/{protocolo}")
    await ana.send_form(f"/atendimentos/{protocolo}/resposta", text="oi")
    await ana.get("/atendimentos/o que alguém digitou")
    assert entries() == [("ana", "acesso_recusado", protocolo, None)]
    with office.database.transaction() as session:
        assert session.scalar(select(AuditEntry.nucleo)) == OTHER_NUCLEO


async def test_a_page_of_another_role_tried(browser_of, entries):
    await browser_of("ana").get("/administracao/usuarios")
    assert entries() == [("ana", "acesso_recusado", None, {"pagina": "/administracao/usuarios"})]


async def test_neither_words_nor_numbers_are_kept(browser_of, office):
    protocolo = office.hands_over("meu segredo", wa_id="5565998877665", name="Joana")
    ana = browser_of("ana")
    await ana.send_form(f"/atendimentos/{protocolo}/assumir")
    await ana.send_form(f"/atendimentos/{protocolo}/resposta", text="minha resposta")
    await ana.send_form(f"/atendimentos/{protocolo}/encerrar", outcome="resolvido", farewell="adeus")
    with office.database.transaction() as session:
        told = str(list(audit.export(session)))
    assert not [never for never in ("segredo", "99887", "Joana", "resposta", "adeus") if never in told]
