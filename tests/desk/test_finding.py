"""The pages of the search and of what was closed."""

import pytest
from sqlalchemy import select

from defensoria.conversations.models import AuditEntry
from tests.desk.conftest import OTHER_NUCLEO


async def test_a_search_shows_what_is_found_and_how_it_stands(browser_of, office):
    first = office.hands_over("a pensão não veio", wa_id="5565911110001", name="Antônia")
    office.hands_over("a pensão não veio", wa_id="5565911110002", name="Joana", nucleo=OTHER_NUCLEO)
    office.takes("rui", first)
    page = await browser_of("ana").send_form("/busca", busca="pensao")
    assert page.url == "http://desk.test/busca", "the words are in no address"
    assert "1 atendimento encontrado" in page.text
    assert f'href="/atendimentos/{first}"' in page.text
    for words in ("Antônia", "Com Rui Lima desde", "nas mensagens"):
        assert words in page.text
    assert "Joana" not in page.text


async def test_the_audit_knows_that_there_was_a_search_and_not_for_what(browser_of, office):
    office.hands_over(name="Antônia")
    await browser_of("ana").send_form("/busca", busca="Antônia")
    with office.database.transaction() as session:
        (entry,) = session.scalars(select(AuditEntry))
        assert (entry.actor, entry.action, entry.data) == ("ana", "busca", {"kind": "palavras", "found": 1})


async def test_a_search_for_next_to_nothing_is_refused(browser_of, office):
    page = await browser_of("ana").send_form("/busca", busca=" a ")
    assert page.status_code == 422
    assert "ao menos 3" in page.text


async def test_what_is_searched_for_is_shown_as_text(browser_of):
    page = (await browser_of("ana").send_form("/busca", busca='"><b>x</b>')).text
    assert "<b>x</b>" not in page
    assert "Nada encontrado nos seus núcleos." in page


async def test_closed_ones_are_listed_page_by_page(browser_of, office, monkeypatch):
    monkeypatch.setattr("defensoria.desk.finding._MOST", 2)
    ana = browser_of("ana")
    for number in range(3):
        protocolo = office.hands_over(wa_id=f"556591111000{number}", name=f"Pessoa {number}")
        await ana.send_form(f"/atendimentos/{protocolo}/assumir")
        await ana.send_form(f"/atendimentos/{protocolo}/encerrar", outcome="agendado")
    page = (await ana.get("/encerrados")).text
    assert page.index("Pessoa 2") < page.index("Pessoa 1")
    assert "Pessoa 0" not in page
    assert ": agendado" in page
    page = (await ana.get("/encerrados?pagina=2")).text
    assert "Pessoa 0" in page
    assert "Mais antigos" not in page
    assert "Pessoa" not in (await browser_of("bia").get("/encerrados")).text


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "99999"])
async def test_an_odd_page_number_does_no_harm(browser_of, page):
    assert (await browser_of("ana").get("/encerrados", params={"pagina": page})).status_code == 200
