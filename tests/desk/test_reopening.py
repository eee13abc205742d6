"""After WhatsApp's 24 hours: no free text, an invitation in its place; and what failed is really sent again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from defensoria.clock import utc_now
from defensoria.conversations import outbox
from defensoria.conversations.models import Atendimento, AuditEntry, Message
from defensoria.settings import settings
from tests.sending import fail


@pytest.fixture
def invites(monkeypatch):
    """The office has an approved template."""
    monkeypatch.setenv("WHATSAPP_REOPEN_TEMPLATE", "convite_para_voltar")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def silent(office):
    """A conversation of Ana's whose citizen last wrote more than 24 hours ago."""
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    with office.database.transaction() as session:
        atendimento = session.get(Atendimento, office.atendimento_id(protocolo))
        atendimento.last_citizen_message_at = utc_now() - timedelta(hours=25)
    return protocolo


def outgoing(office, author="ana"):
    with office.database.transaction() as session:
        return session.scalars(select(Message).where(Message.author == author).order_by(Message.id)).all()


async def test_the_composer_gives_way_to_the_invitation_and_comes_back(browser_of, office, invites, silent, rings):
    ana = browser_of("ana")
    page = (await ana.get(f"/atendimentos/{silent}")).text
    assert 'data-testid="composer"' not in page
    assert "Enviar convite" in page
    page = (await ana.send_form(f"/atendimentos/{silent}/convite")).text
    assert "Convite enviado (" in page
    assert 'data-testid="invite"' not in page
    (invitation,) = outgoing(office)
    assert (invitation.type, invitation.payload["template"]["name"]) == ("template", "convite_para_voltar")
    assert len(rings) == 1
    office.writes("voltei")
    assert 'data-testid="composer"' in (await ana.get(f"/atendimentos/{silent}")).text


async def test_one_invitation_is_enough(browser_of, office, invites, silent):
    ana = browser_of("ana")
    for status in (200, 409):
        assert (await ana.send_form(f"/atendimentos/{silent}/convite")).status_code == status
    assert len(outgoing(office)) == 1


async def test_without_a_template_nothing_is_offered(browser_of, office, silent):
    ana = browser_of("ana")
    assert "a TI precisa configurar" in (await ana.get(f"/atendimentos/{silent}")).text
    assert (await ana.send_form(f"/atendimentos/{silent}/convite")).status_code == 409
    assert outgoing(office) == []


async def test_an_answer_that_comes_too_late_is_not_taken(browser_of, office, invites, silent):
    answer = await browser_of("ana").send_form(f"/atendimentos/{silent}/resposta", text="Boa tarde")
    assert answer.status_code == 409
    assert "o prazo de 24 horas do WhatsApp terminou" in answer.text
    assert outgoing(office) == []


async def test_only_who_has_it_invites(browser_of, office, invites, silent):
    assert (await browser_of("rui").send_form(f"/atendimentos/{silent}/convite")).status_code == 409
    assert outgoing(office) == []


@pytest.fixture
def failed(office):
    """A conversation of Ana's with a message that failed: protocol and message id."""
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    with office.database.transaction() as session:
        atendimento = session.get(Atendimento, office.atendimento_id(protocolo))
        body = {"type": "text", "text": {"body": "oi"}}
        message_id = outbox.enqueue(session, atendimento, "ana", outbox.Outgoing("text", "oi", body))
        fail(session, message_id)
    return protocolo, message_id


async def test_a_failure_is_told_with_its_reason_and_sent_again(browser_of, office, failed, rings):
    protocolo, message_id = failed
    ana = browser_of("ana")
    page = (await ana.get(f"/atendimentos/{protocolo}")).text
    assert "o WhatsApp não consegue entregar a este número" in page
    assert f'action="/atendimentos/{protocolo}/mensagens/{message_id}/reenviar"' in page
    page = await ana.send_form(f"/atendimentos/{protocolo}/mensagens/{message_id}/reenviar")
    assert "Reenviar" not in page.text
    assert [(m.id, m.status, m.error) for m in outgoing(office)] == [(message_id, "pending", None)]
    assert len(rings) == 1
    with office.database.transaction() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "reenvio"))
        assert entry.data == {"message_id": message_id}
    again = await ana.send_form(f"/atendimentos/{protocolo}/mensagens/{message_id}/reenviar")
    assert again.status_code == 409, "it has not failed any more"


async def test_only_its_attendant_sends_again_and_only_messages_of_it(browser_of, office, failed):
    protocolo, message_id = failed
    rui = browser_of("rui")
    assert "Reenviar" not in (await rui.get(f"/atendimentos/{protocolo}")).text
    assert (await rui.send_form(f"/atendimentos/{protocolo}/mensagens/{message_id}/reenviar")).status_code == 409
    other = office.hands_over(wa_id="5565911112222")
    await rui.send_form(f"/atendimentos/{other}/assumir")
    assert (await rui.send_form(f"/atendimentos/{other}/mensagens/{message_id}/reenviar")).status_code == 409
    assert (await rui.send_form(f"/atendimentos/{other}/mensagens/x/reenviar")).status_code == 404
    assert outgoing(office)[0].status == "failed"
