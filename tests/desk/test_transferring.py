"""Handing a conversation on and writing internal notes, with plain forms."""

import pytest
from sqlalchemy import select

from defensoria.conversations.models import AuditEntry, Message
from defensoria.desk.feed import Feed
from tests.desk.conftest import NUCLEO, OTHER_NUCLEO


@pytest.fixture
def taken(office):
    protocolo = office.hands_over("preciso de ajuda")
    office.takes("ana", protocolo)
    return protocolo


def audited(office, action):
    with office.database.transaction() as session:
        return session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()


async def test_to_a_colleague_of_the_nucleo_with_the_note_in_the_transcript(browser_of, office, taken):
    ana, rui = browser_of("ana"), browser_of("rui")
    form = (await ana.get(f"/atendimentos/{taken}/transferir")).text
    place = f"{office.user('rui').id}@{NUCLEO}"
    assert f'value="{place}"' in form
    assert "Ana Souza" not in form.split("<select")[1].split("</select>")[0], "nobody hands on to themselves"
    page = await ana.send_form(f"/atendimentos/{taken}/transferir", to=place, note="Falta o <b>RG</b>.")
    assert page.url.path == f"/atendimentos/{taken}"
    assert "Com Rui Lima desde" in page.text
    page = (await rui.get(f"/atendimentos/{taken}")).text
    assert "Ana Souza transferiu (Rui Lima, Núcleo de Várzea Grande)" in page
    assert "Falta o &lt;b&gt;RG&lt;/b&gt;." in page
    assert 'data-testid="composer"' in page
    (entry,) = audited(office, "transferencia")
    assert (entry.actor, entry.protocolo, entry.nucleo, entry.data["to_nucleo"]) == ("ana", taken, NUCLEO, NUCLEO)
    assert "RG" not in str(entry.data)


async def test_to_another_nucleos_queue_and_back_to_ones_own(browser_of, office, taken):
    ana, bia = browser_of("ana"), browser_of("bia")
    page = await ana.send_form(f"/atendimentos/{taken}/transferir", to=f"@{OTHER_NUCLEO}", note="Mora em Sinop.")
    assert page.url.path == "/"
    assert "não o vê mais" in page.text
    assert taken not in page.text
    assert (await ana.get(f"/atendimentos/{taken}")).status_code == 404
    assert "Maria" in (await bia.get("/")).text
    assert "Mora em Sinop." in (await bia.get(f"/atendimentos/{taken}")).text


async def test_both_nucleos_are_told_at_once(office, browser_of, taken):
    feed = Feed(office.database)
    await feed.start()
    rui, bia = office.user("rui"), office.user("bia")
    with feed.subscribe(rui, feed.newest) as of_rui, feed.subscribe(bia, feed.newest) as of_bia:
        await browser_of("ana").send_form(f"/atendimentos/{taken}/transferir", to=f"@{OTHER_NUCLEO}", note="É de lá.")
        await feed.read()
        heard = [[changes.get_nowait() for _ in range(changes.qsize())] for changes in (of_rui, of_bia)]
    assert [(change.kind, change.nucleo) for change in heard[0]] == [("transferred", NUCLEO)]
    assert ("transferred", OTHER_NUCLEO) in {(change.kind, change.nucleo) for change in heard[1]}


async def test_only_who_has_it_hands_it_on_and_the_late_one_is_told(browser_of, office, taken):
    rui, ana = browser_of("rui"), browser_of("ana")
    late = await rui.send_form(f"/atendimentos/{taken}/transferir", to=f"@{OTHER_NUCLEO}", note="meu")
    assert late.status_code == 409
    assert "Ana Souza assumiu" in late.text
    assert (await rui.get(f"/atendimentos/{taken}/transferir")).status_code == 409
    await ana.send_form(f"/atendimentos/{taken}/encerrar", outcome="resolvido")
    assert (
        await ana.send_form(f"/atendimentos/{taken}/transferir", to=f"@{OTHER_NUCLEO}", note="x")
    ).status_code == 409
    assert audited(office, "transferencia") == []


async def test_a_waiting_one_is_moved_by_those_who_direct_the_work(browser_of, office):
    protocolo = office.hands_over(nucleo=None)
    gil = browser_of("gil")
    assert "transfer-open" in (await gil.get(f"/atendimentos/{protocolo}")).text
    await gil.send_form(f"/atendimentos/{protocolo}/transferir", to=f"@{NUCLEO}", note="É de Várzea Grande.")
    ana = browser_of("ana")
    page = await ana.get(f"/atendimentos/{protocolo}")
    assert page.status_code == 200
    assert "transfer-open" not in page.text, "an attendant takes it first"


@pytest.mark.parametrize(
    ("to", "note", "problem"),
    [
        ("", "nota", "Escolha para quem"),
        ("@nao-existe", "nota", "Escolha para quem"),
        ("x@varzea-grande", "nota", "Escolha para quem"),
        ("999@varzea-grande", "nota", "Este destino não serve"),
        ("3@sinop", "nota", "Este destino não serve"),
        ("@sinop", " ", "Escreva uma nota"),
        ("@sinop", "a" * 2001, "o limite é 2000"),
    ],
)
async def test_what_is_missing_is_said_and_what_was_typed_stays(browser_of, office, taken, to, note, problem):
    page = await browser_of("ana").send_form(f"/atendimentos/{taken}/transferir", to=to, note=note)
    assert page.status_code == 422
    assert problem in page.text
    assert note.strip() in page.text
    assert office.atendimento(taken).holder == "human"


async def test_a_note_is_for_colleagues_alone(browser_of, office, taken, rings):
    rui = browser_of("rui")
    page = await rui.send_form(f"/atendimentos/{taken}/nota", note="Ligar para a vizinha.")
    assert "Nota interna · Você" in page.text
    assert "Nota interna · Rui Lima" in (await browser_of("ana").get(f"/atendimentos/{taken}")).text
    with office.database.transaction() as session:
        assert "vizinha" not in str([(m.text, m.payload) for m in session.scalars(select(Message))])
    assert not rings
    (entry,) = audited(office, "nota")
    assert (entry.actor, entry.data) == ("rui", {"note_id": 1})
    for wrong, problem in (("  ", "A nota está vazia"), ("a" * 2001, "o limite é 2000")):
        page = await rui.send_form(f"/atendimentos/{taken}/nota", note=wrong)
        assert page.status_code == 422
        assert problem in page.text


async def test_who_receives_a_conversation_sees_what_still_waits_for_an_answer(browser_of, office, taken):
    ana, rui = browser_of("ana"), browser_of("rui")
    await ana.send_form(f"/atendimentos/{taken}/resposta", text="Já vejo.")
    office.writes("e então?")
    await ana.send_form(f"/atendimentos/{taken}/transferir", to=f"{office.user('rui').id}@{NUCLEO}", note="Sua.")
    assert 'aria-label="1 sem resposta"' in (await rui.get("/")).text
