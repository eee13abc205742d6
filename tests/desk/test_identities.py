"""The page on which an administrator decides whether two citizens are one."""

import pytest
from sqlalchemy import update

from defensoria.conversations.models import Atendimento, AuditEntry, Citizen, Message

PAGE = "/administracao/identidades"
SHORT, LONG = "556599634454", "5565999634454"


@pytest.fixture
def two(office) -> dict[str, str]:
    office.writes("segredo", wa_id=SHORT, name="Maria")
    office.writes("outro segredo", wa_id=LONG, name="Mariazinha")
    with office.database.transaction() as session:
        session.execute(update(Message).values(status="processed"))
        session.execute(update(Atendimento).values(holder="closed"))
        one, other = (citizen.id for citizen in session.query(Citizen).order_by(Citizen.id))
    return {"uma": str(one), "outra": str(other)}


def _citizens(office) -> int:
    with office.database.transaction() as session:
        return session.query(Citizen).count()


async def test_a_pair_is_shown_with_why_and_without_words_or_whole_numbers(browser_of, two):
    page = (await browser_of("cti").get(PAGE)).text
    for shown in ("Maria e Mariazinha", "nono dígito", "1 atendimento;", "4454"):
        assert shown in page
    for hidden in ("segredo", "99634454", "9963-4454"):
        assert hidden not in page


async def test_two_people_stay_two_and_leave_the_list(browser_of, office, two):
    cti = browser_of("cti")
    await cti.get(PAGE)
    page = (await cti.send_form(PAGE, decisao="separar", **two)).text
    assert "Ficam como duas pessoas." in page
    assert "Nada para decidir." in page
    assert _citizens(office) == 2


async def test_the_same_person_becomes_one_only_when_somebody_is_sure(browser_of, office, two):
    cti = browser_of("cti")
    assert (await cti.send_form(PAGE, decisao="juntar", **two)).status_code == 422
    assert _citizens(office) == 2
    assert "Agora são uma pessoa só." in (await cti.send_form(PAGE, decisao="juntar", certeza="sim", **two)).text
    assert _citizens(office) == 1
    with office.database.transaction() as session:
        entry = session.query(AuditEntry).filter_by(action="identidades_juntadas").one()
        assert (entry.actor, entry.data) == ("cti", {"fica": int(two["uma"]), "sai": int(two["outra"])})


async def test_what_stands_in_the_way_is_said(browser_of, office, two):
    office.writes("oi", wa_id=SHORT)
    answer = await browser_of("cti").send_form(PAGE, decisao="juntar", certeza="sim", **two)
    assert answer.status_code == 409
    assert "Tente de novo" in answer.text


@pytest.mark.parametrize("fields", [{"uma": "x", "outra": "2"}, {"uma": "1", "outra": "2" * 30}, {"uma": "1"}])
async def test_a_form_that_makes_no_sense_is_refused(browser_of, two, fields):
    assert (await browser_of("cti").send_form(PAGE, decisao="separar", **fields)).status_code == 422


async def test_the_health_page_leads_there(browser_of, two):
    page = (await browser_of("cti").get("/administracao/saude")).text
    assert page.split('data-testid="look-alikes">')[1].startswith("1<")
    assert f'href="{PAGE}"' in page
