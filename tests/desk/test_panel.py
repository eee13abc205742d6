"""The planning panel: for whom it is, what it shows, what leaves it."""

import csv
import io
from datetime import datetime, timedelta

import pytest

from defensoria.conversations.models import AtendimentoFact, AuditEntry, Role
from defensoria.desk.panel import SECTIONS
from defensoria.office.calendar import CUIABA
from defensoria.planning.dialogue import QUESTIONS
from defensoria.planning.figures import BILLED

NOON = datetime(2026, 11, 23, 12, tzinfo=CUIABA)
PERIOD = "de=2026-11-20&ate=2026-11-23"


@pytest.fixture
def planner(office):
    office.promote("gil", Role.MANAGER)
    return "gil"


@pytest.fixture(autouse=True)
def facts(office):
    """Twelve from Cuiabá, two from Sinop and one from nowhere known, today; one from Sinop the week before."""
    places = [*["Cuiabá"] * 12, "Sinop", "Sinop", None]
    with office.database.transaction() as session:
        session.add_all(_fact(place, NOON) for place in places)
        session.add(_fact("Sinop", NOON - timedelta(days=4)))


def _fact(municipio: str | None, at: datetime) -> AtendimentoFact:
    counts = ("messages_in", "messages_bot", "messages_people", "files", "transfers", "not_understood", "corrections")
    flags = ("came_back", "outside_hours", "overnight", "wanted_person")
    return AtendimentoFact(
        opened_hour=at,
        queued_hour=at,
        claimed_hour=at,
        municipio=municipio,
        nucleo="sinop",
        area="civel",
        minutes_first_answer=1234,
        **dict.fromkeys((*counts, *(f"asked_{slot}" for slot in QUESTIONS)), 1),
        **{f"billed_{category}": 0 for category in BILLED},
        **dict.fromkeys(flags, False),
    )


def _cells(page: str, table: str, first: str) -> list[str]:
    body = page.split(f'data-testid="{table}"')[1].split("</table>")[0]
    row = body.split(f'<th scope="row">{first}</th>')[1].split("</tr>")[0]
    return [cell.split("</td>")[0] for cell in row.split('<td class="figure">')[1:]]


async def test_the_demand_beside_the_period_before(browser_of, planner):
    page = (await browser_of(planner).get(f"/planejamento/demanda?{PERIOD}")).text
    assert _cells(page, "resumo", "Atendimentos") == ["15", "1"]
    assert _cells(page, "cidades", "Cuiabá") == ["12", "0"]
    assert _cells(page, "cidades", "não informado") == ["1", "0"]
    assert _cells(page, "dias", "23/11/2026") == ["15"]
    assert _cells(page, "horas", "12h")[0] == "15"


async def test_numbers_are_written_as_in_brazil(browser_of, planner):
    page = (await browser_of(planner).get(f"/planejamento/servico?{PERIOD}")).text
    assert _cells(page, "nucleos", "Núcleo de Sinop")[1] == "1.234"


async def test_a_choice_narrows_the_page(browser_of, planner):
    page = (await browser_of(planner).get(f"/planejamento/demanda?{PERIOD}&municipio=Sinop")).text
    assert _cells(page, "resumo", "Atendimentos") == ["2", "1"]
    assert '<option value="Sinop" selected>' in page


@pytest.mark.parametrize("query", ["de=ontem", "de=2026-12-01&ate=2026-11-01", "de=1000-01-01&ate=2026-01-01"])
async def test_a_period_that_makes_no_sense_is_said(browser_of, planner, query):
    answer = await browser_of(planner).get(f"/planejamento/demanda?{query}")
    assert answer.status_code == 422
    assert 'data-testid="problem"' in answer.text


@pytest.mark.parametrize("section", SECTIONS)
async def test_every_table_opens_downloads_and_is_drawn(browser_of, planner, section):
    gil = browser_of(planner)
    assert (await gil.get(f"/planejamento/{section}?{PERIOD}")).status_code == 200
    for sheet in SECTIONS[section][1]:
        assert (await gil.get(f"/planejamento/{section}/{sheet.id}.csv?{PERIOD}")).status_code == 200
        chart = await gil.get(f"/planejamento/{section}/{sheet.id}.svg?{PERIOD}")
        assert chart.status_code == (200 if sheet.chart else 404)
        if sheet.chart:
            assert chart.headers["content-type"].startswith("image/svg+xml")
            assert "script" not in chart.headers["content-security-policy"]


async def test_an_empty_period_is_shown_and_drawn(browser_of, planner):
    gil = browser_of(planner)
    assert "Nada neste período." in (await gil.get("/planejamento/demanda?de=2026-01-01&ate=2026-01-02")).text
    assert (await gil.get("/planejamento/demanda/cidades.svg?de=2026-01-01&ate=2026-01-02")).status_code == 200


async def test_small_counts_do_not_leave_the_office_and_the_audit_knows_what_left(browser_of, planner, office):
    answer = await browser_of(planner).get(f"/planejamento/demanda/cidades.csv?{PERIOD}")
    rows = {row[0]: row[1] for row in csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")}
    assert rows == {"Cidade": "No período", "Cuiabá": "12", "Sinop": "<", "não informado": "<"}
    with office.database.transaction() as session:
        entry = session.query(AuditEntry).filter_by(action="exportacao").one()
    assert (entry.actor, entry.data["what"]) == ("gil", "demanda/cidades")


@pytest.mark.parametrize("role", [Role.ATTENDANT, Role.SUPERVISOR, Role.ADMINISTRATOR])
async def test_the_panel_is_for_who_plans(browser_of, office, role):
    office.promote("gil", role)
    for path in ("/planejamento", "/planejamento/demanda", "/planejamento/demanda/dias.csv"):
        assert (await browser_of("gil").get(path)).status_code == 403
