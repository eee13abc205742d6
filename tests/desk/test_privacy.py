"""The page on citizens' data: for administrators alone, and everything on it works without JavaScript."""

import pytest
from sqlalchemy import select, update

from defensoria.conversations import users
from defensoria.conversations.models import (
    Atendimento,
    AuditEntry,
    LegalHold,
    Message,
    PrivacyRequest,
    RequestKind,
    Role,
)
from defensoria.privacy import requests
from tests.desk.conftest import PASSWORD


@pytest.fixture
def chief(office):
    """An administrator of a núcleo that has nothing to do with the citizen."""
    with office.database.transaction() as session:
        users.add_user(session, "dpo", "Encarregada", Role.ADMINISTRATOR, ["sinop"], PASSWORD)


@pytest.fixture
def asked(office, chief) -> str:
    """The protocol of a citizen who asked to be erased."""
    protocolo = office.hands_over("ele me bateu")
    with office.database.transaction() as session:
        requests.register(session, protocolo, RequestKind.ERASURE, "ana")
    return protocolo


def _one(office, model):
    with office.database.transaction() as session:
        return session.scalars(select(model).order_by(model.id.desc())).first()


@pytest.mark.parametrize("login", ["ana", "gil"])
async def test_others_than_administrators_neither_see_nor_do_anything(browser_of, office, asked, login):
    browser = browser_of(login)
    assert (await browser.get("/privacidade")).status_code == 403
    for path in ("pedidos", "pedidos/1", "pedidos/1/dados", "guardas", "guardas/1"):
        assert (await browser.send_form(f"/privacidade/{path}")).status_code == 403
    assert "/privacidade" not in (await browser.get("/")).text


async def test_a_request_is_shown_without_its_conversation_and_with_a_hidden_number(browser_of, asked):
    page = (await browser_of("dpo").get("/privacidade")).text
    assert asked in page
    assert "Apagar os dados" in page
    assert "ele me bateu" not in page
    assert "9963-4454" not in page
    assert "retencao" not in page


async def test_the_data_come_as_a_text_that_can_be_read(browser_of, office, asked):
    answer = await browser_of("dpo").send_form("/privacidade/pedidos/1/dados", number=asked)
    assert answer.headers["content-type"].startswith("text/plain")
    assert f"dados-{asked}.txt" in answer.headers["content-disposition"]
    assert "Você: ele me bateu" in answer.text
    assert "Assunto: Pensão alimentícia" in answer.text
    assert "Número: 556599634454" in answer.text
    entry = _one(office, AuditEntry)
    assert (entry.action, entry.actor, entry.protocolo) == ("exportacao", "dpo", asked)


async def test_a_refusal_needs_a_reason_and_goes_to_the_citizen(browser_of, office, rings, asked):
    browser = browser_of("dpo")
    assert (await browser.send_form("/privacidade/pedidos/1", decision="recusado", words=" ")).status_code == 422
    page = await browser.send_form("/privacidade/pedidos/1", decision="recusado", words="A lei manda guardar.")
    assert "Resposta enviada" in page.text
    assert _one(office, Message).text == "A lei manda guardar."
    assert rings
    assert (await browser.send_form("/privacidade/pedidos/1", decision="feito", words="x")).status_code == 409


async def test_an_erasure_while_the_conversation_is_open_is_told_to_be_too_early(browser_of, office, asked):
    page = await browser_of("dpo").send_form("/privacidade/pedidos/1", decision="apagar", number=asked)
    assert page.status_code == 409
    assert "Encerre o atendimento" in page.text


async def test_an_erasure_is_granted_and_the_citizen_told(browser_of, office, asked):
    with office.database.transaction() as session:
        session.execute(update(Atendimento).values(holder="closed"))
    page = await browser_of("dpo").send_form("/privacidade/pedidos/1", decision="apagar", number=asked)
    assert page.status_code == 200
    assert _one(office, PrivacyRequest).status == "aceito"
    assert asked in _one(office, Message).text


async def test_a_request_made_another_way_is_registered(browser_of, office, chief):
    protocolo = office.hands_over("oi")
    browser = browser_of("dpo")
    missing = await browser.send_form("/privacidade/pedidos", protocolo="2026.999999-9", kind="acesso")
    assert (missing.status_code, "Confira os números" in missing.text) == (409, True)
    assert (await browser.send_form("/privacidade/pedidos", protocolo=protocolo, kind="nada")).status_code == 422
    await browser.send_form("/privacidade/pedidos", protocolo=protocolo, kind="correcao")
    assert (_one(office, PrivacyRequest).number, _one(office, PrivacyRequest).kind) == (protocolo, "correcao")


async def test_a_hold_is_set_shown_and_lifted(browser_of, office, asked):
    browser = browser_of("dpo")
    wrong = await browser.send_form("/privacidade/guardas", protocolo=asked, reason="ofício 12", until="2026-02-30")
    assert wrong.status_code == 422
    page = await browser.send_form(
        "/privacidade/guardas", protocolo=asked, reason="ofício 12", until="2099-02-28", whole="sim"
    )
    assert "ofício 12" in page.text
    hold = _one(office, LegalHold)
    assert (hold.set_by, hold.atendimento_id) == ("dpo", None)
    await browser.send_form(f"/privacidade/guardas/{hold.id}")
    assert _one(office, LegalHold).lifted_by == "dpo"
