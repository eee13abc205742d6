"""Correcting the dossier, and the same citizen's earlier conversations beside it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from defensoria.clock import utc_now
from defensoria.conversations.models import AtendimentoEvent, AuditEntry
from tests.desk.conftest import OTHER_NUCLEO

LONG_AGO = utc_now() - timedelta(days=30)
FIELDS = {"servico": "novo_atendimento", "area": "civel", "assunto": "alimentos", "municipio": "Várzea Grande"}


@pytest.fixture
def taken(office):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    return protocolo


def recorded(office):
    with office.database.transaction() as session:
        events = session.scalars(select(AtendimentoEvent.data).where(AtendimentoEvent.kind == "corrected")).all()
        entries = session.scalars(select(AuditEntry.data).where(AuditEntry.action == "dados_corrigidos")).all()
        return events, entries


async def test_what_is_corrected_is_shown_and_kept_with_the_value_before(browser_of, office, taken):
    ana = browser_of("ana")
    assert "/dados" in (await ana.get(f"/atendimentos/{taken}")).text
    assert 'value="alimentos" selected' in (await ana.get(f"/atendimentos/{taken}/dados")).text
    given = FIELDS | {"assunto": "familia", "municipio": "caceres", "urgencia": "violencia"}
    page = await ana.send_form(f"/atendimentos/{taken}/dados", **given)
    assert page.url.path == f"/atendimentos/{taken}"
    assert "Cáceres" in page.text
    atendimento = office.atendimento(taken)
    assert (atendimento.assunto, atendimento.municipio, atendimento.urgencia) == ("familia", "Cáceres", "violencia")
    assert atendimento.nucleo == "varzea-grande", "the núcleo changes by transfer alone"
    changed = {
        "assunto": ["alimentos", "familia"],
        "municipio": ["Várzea Grande", "Cáceres"],
        "urgencia": [None, "violencia"],
    }
    assert recorded(office) == ([changed], [changed])


async def test_what_stays_the_same_is_no_correction(browser_of, office, taken):
    await browser_of("ana").send_form(f"/atendimentos/{taken}/dados", **FIELDS)
    assert recorded(office) == ([], [])


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"municipio": "Campinas"}, "não está entre os 142 municípios"),
        ({"assunto": "prisao"}, "Este assunto é de outra área"),
        ({"area": "tributaria"}, "Escolha uma opção da lista em “Área”"),
        ({"urgencia": "muita"}, "Escolha uma opção da lista em “Urgência”"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_reason(browser_of, office, taken, wrong, problem):
    page = await browser_of("ana").send_form(f"/atendimentos/{taken}/dados", **(FIELDS | wrong))
    assert page.status_code == 422
    assert problem in page.text
    assert office.atendimento(taken).municipio == "Várzea Grande"


async def test_only_who_has_it_corrects(browser_of, office, taken):
    rui = browser_of("rui")
    assert (await rui.get(f"/atendimentos/{taken}/dados")).status_code == 409
    answer = await rui.send_form(f"/atendimentos/{taken}/dados", **(FIELDS | {"urgencia": "saude"}))
    assert answer.status_code == 409
    assert "Ana Souza assumiu" in answer.text
    assert office.atendimento(taken).urgencia is None
    assert recorded(office) == ([], [])


async def test_earlier_conversations_are_those_this_user_may_see(browser_of, office):
    here = office.hands_over("antes, aqui")
    office.takes("ana", here)
    ana = browser_of("ana")
    await ana.send_form(f"/atendimentos/{here}/encerrar", outcome="resolvido")
    with office.database.transaction() as session:
        session.merge(office.atendimento(here)).closed_at = LONG_AGO
    there = office.hands_over("depois, lá", nucleo=OTHER_NUCLEO)
    office.takes("bia", there)
    await browser_of("bia").send_form(f"/atendimentos/{there}/encerrar", outcome="agendado")
    with office.database.transaction() as session:
        session.merge(office.atendimento(there)).closed_at = LONG_AGO
    now = office.hands_over("agora, aqui")
    page = (await ana.get(f"/atendimentos/{now}")).text
    assert f'href="/atendimentos/{here}"' in page
    assert "Resolvido" in page
    assert there not in page
    assert "Nenhum que você possa ver." in (await browser_of("bia").get(f"/atendimentos/{there}")).text
