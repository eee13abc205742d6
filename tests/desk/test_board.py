"""The board of the day and the notice at its end."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from defensoria.clock import utc_now
from defensoria.conversations import holder, users
from defensoria.conversations.models import Atendimento, AuditEntry, Holder, Role, User
from defensoria.whatsapp.rendering import text_messages
from tests.desk.conftest import NUCLEO, OTHER_NUCLEO, PASSWORD


@pytest.fixture
def supervisor(office):
    with office.database.transaction() as session:
        users.add_user(session, "sol", "Sol Reis", Role.SUPERVISOR, [NUCLEO], PASSWORD)
    return "sol"


def _row(page: str, name: str) -> list[str]:
    """The cells of the table row that begins with `name`."""
    row = page.split(f'<th scope="row">{name}', 1)[1].split("</tr>")[0]
    return [cell.split("<")[0] for cell in row.split(">") if cell.split("<")[0].strip()]


async def test_the_board_counts_who_waits_who_is_served_and_what_was_closed(office, browser_of, supervisor, clock):
    waiting, taken, closed = (office.hands_over(wa_id=f"55659999000{n}", name=f"P{n}") for n in range(3))
    office.takes("ana", taken)
    office.takes("ana", closed)
    with office.database.transaction() as session:
        ana = session.query(User).filter_by(login="ana").one()
        holder.answer(session, office.atendimento_id(closed), ana, text_messages("Bom dia")[0])
        holder.close(session, office.atendimento_id(closed), ana, "resolvido", None)
    page = (await browser_of(supervisor).get("/quadro")).text
    line = _row(page, "Núcleo de Várzea Grande")
    assert [line[0], line[2], line[3]] == ["1", "1", "1"]
    assert _row(page, "Ana Souza") == ["fora", "1", "1"]
    assert _row(page, "Sol Reis")[0] == "na mesa"
    assert waiting


async def test_a_wait_counts_only_the_hours_of_service(office, browser_of, supervisor, clock):
    office.hands_over()
    a_week_ago = utc_now() - timedelta(days=7)
    with office.database.transaction() as session:
        session.execute(update(Atendimento).values(queued_at=a_week_ago))
    longest = _row((await browser_of(supervisor).get("/quadro")).text, "Núcleo de Várzea Grande")[1]
    assert "dia" in longest
    assert int(longest.split()[0]) < 3


async def test_the_board_shows_nothing_of_other_nucleos(office, browser_of, supervisor):
    office.hands_over(nucleo=OTHER_NUCLEO)
    page = (await browser_of(supervisor).get("/quadro")).text
    assert "Sinop" not in page
    assert "Bia Alves" not in page


@pytest.mark.parametrize(("login", "status"), [("ana", 403), ("gil", 200)])
async def test_the_board_is_for_who_directs_the_work(browser_of, login, status):
    assert (await browser_of(login).get("/quadro")).status_code == status


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-23T15:00:00-04:00", ""),
        ("2026-11-23T17:40:00-04:00", "termina em 20 min e 1 pessoa ainda espera"),
        ("2026-11-23T18:10:00-04:00", "terça-feira, 24 de novembro, às 12h"),
    ],
)
async def test_the_end_of_the_day_is_announced_while_somebody_waits(office, browser_of, clock, now, words):
    office.hands_over()
    clock(now)
    notice = (await browser_of("ana").get("/")).text.split('id="day-end"')[1].split("</p>")[0]
    assert (words in notice) if words else ("hidden" in notice)


async def test_the_end_of_the_day_is_not_announced_where_nobody_waits(browser_of, clock):
    clock("2026-11-23T17:40:00-04:00")
    assert "termina em" not in (await browser_of("ana").get("/")).text


@pytest.fixture
def taken(office):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    return protocolo


async def test_who_directs_the_work_takes_over_and_the_audit_tells_from_whom(office, browser_of, supervisor, taken):
    sol, ana = browser_of(supervisor), browser_of("ana")
    page = await sol.send_form(f"/atendimentos/{taken}/tomar")
    assert 'data-testid="composer"' in page.text
    refused = await ana.send_form(f"/atendimentos/{taken}/resposta", text="Ainda sou eu?")
    assert refused.status_code == 409
    assert "Sol Reis" in refused.text
    with office.database.transaction() as session:
        entry = session.query(AuditEntry).filter_by(action="tomada").one()
    assert (entry.actor, entry.protocolo, entry.data) == ("sol", taken, {"from_login": "ana"})


async def test_who_directs_the_work_gives_a_colleagues_conversation_to_another(office, browser_of, supervisor, taken):
    place = f"{office.user('rui').id}@{NUCLEO}"
    await browser_of(supervisor).send_form(f"/atendimentos/{taken}/transferir", to=place, note="Ana saiu.")
    assert office.atendimento(taken).attendant_id == office.user("rui").id


async def test_a_conversation_given_back_to_the_queue_keeps_its_place(office, browser_of, supervisor, taken):
    before = office.atendimento(taken)
    await browser_of(supervisor).send_form(f"/atendimentos/{taken}/transferir", to=f"@{NUCLEO}", note="Ana saiu.")
    after = office.atendimento(taken)
    assert (after.holder, after.attendant_id, after.queued_at) == (Holder.QUEUE.value, None, before.queued_at)


@pytest.mark.parametrize(("login", "status"), [("rui", 403), ("gil", 200), ("sin", 404)])
async def test_only_who_directs_that_nucleo_takes_over(office, browser_of, taken, login, status):
    with office.database.transaction() as session:
        users.add_user(session, "sin", "Sin", Role.SUPERVISOR, [OTHER_NUCLEO], PASSWORD)
    assert (await browser_of(login).send_form(f"/atendimentos/{taken}/tomar")).status_code == status


async def test_what_nobody_holds_is_not_taken_over(office, browser_of, supervisor):
    waiting = office.hands_over()
    assert (await browser_of(supervisor).send_form(f"/atendimentos/{waiting}/tomar")).status_code == 409
    assert office.atendimento(waiting).holder == Holder.QUEUE.value
