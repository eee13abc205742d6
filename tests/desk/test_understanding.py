"""The panel's page on what was not understood: for whom it is, what it shows, what leaves it."""

import json
from datetime import timedelta

import pytest
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.nlu.training_data.loading import load_data

from defensoria.clock import utc_now
from defensoria.conversations.models import Atendimento, AtendimentoFact, AuditEntry, Role
from defensoria.office.calendar import CUIABA
from tests.desk.test_panel import _fact

PAGE = "/planejamento/compreensao"


@pytest.fixture
def planner(office):
    office.promote("gil", Role.MANAGER)
    return "gil"


def _is_not_understood(office, text: str, number: str, name: str | None = "Maria") -> None:
    """A citizen's triage, in which one message was not understood, as Rasa and planning keep it."""
    office.hands_over(text, wa_id=number, name=name)
    SQLTrackerStore.Base.metadata.create_all(office.database.engine)
    with office.database.transaction() as session:
        atendimento = session.query(Atendimento).order_by(Atendimento.id.desc()).first()
        fact = _fact("Sinop", atendimento.opened_at.replace(minute=0, second=0, microsecond=0))
        fact.atendimento_id = atendimento.id
        session.add(fact)
        ranking = [{"name": "nlu_fallback", "confidence": 0.45}, {"name": "tratar_saude", "confidence": 0.3}]
        events = [
            {"event": "bot", "metadata": {"utter_action": "utter_ask_triagem_form_servico"}},
            {"event": "user", "text": text, "parse_data": {"intent_ranking": ranking}},
            {"event": "slot", "name": "incompreensoes", "value": 1},
        ]
        for event in events:
            session.add(
                SQLTrackerStore.SQLEvent(
                    sender_id=number,
                    type_name=event["event"],
                    timestamp=atendimento.opened_at.timestamp() + 1,
                    action_name=event.get("name"),
                    data=json.dumps(event),
                )
            )


def _many(office, text: str, many: int, first: int) -> None:
    for at in range(many):
        _is_not_understood(office, text, f"5565999{first + at:06d}")


async def test_groups_are_shown_with_their_question_and_guess_and_without_names(browser_of, planner, office):
    for at in range(3):
        _is_not_understood(office, "o joão levou meu remedio", f"556599900000{at}")
    page = (await browser_of(planner).get(PAGE)).text
    table = page.split('data-testid="groups"')[1].split("</table>")[0]
    assert "o [nome] levou meu remedio" in table
    assert "joão" not in page
    assert "Serviço (3)" in table
    assert "tratar_saude (30 %)" in table


async def test_what_one_person_alone_said_is_only_counted(browser_of, planner, office):
    _is_not_understood(office, "minha historia", "5565999000001")
    page = (await browser_of(planner).get(PAGE)).text
    assert "minha historia" not in page
    assert "Só contadas: 1," in page


async def test_the_draft_holds_what_five_people_said_and_the_audit_knows_it_left(browser_of, planner, office, tmp_path):
    _many(office, "cadê o remedio", 5, 100)
    _many(office, "quero protocolo", 4, 200)
    answer = await browser_of(planner).get(f"{PAGE}/rascunho.yml")
    assert "#     - cadê o remedio" in answer.text
    assert "protocolo" not in answer.text
    file = tmp_path / "rascunho.yml"
    file.write_text(answer.text, encoding="utf-8")
    assert load_data(str(file)).intent_examples == []
    with office.database.transaction() as session:
        entry = session.query(AuditEntry).filter_by(action="exportacao").one()
    assert (entry.actor, entry.data["what"]) == ("gil", "compreensao/rascunho")


async def test_looking_is_in_the_audit(browser_of, planner, office):
    await browser_of(planner).get(PAGE)
    with office.database.transaction() as session:
        entry = session.query(AuditEntry).filter_by(action="leitura").one()
    assert (entry.actor, entry.data) == ("gil", {"pagina": PAGE})


async def test_a_choice_narrows_the_groups(browser_of, planner, office):
    _many(office, "cadê o remedio", 2, 100)
    gil = browser_of(planner)
    before = (utc_now().astimezone(CUIABA) - timedelta(days=3)).date()
    assert "cadê o remedio" in (await gil.get(f"{PAGE}?municipio=Sinop")).text
    assert "cadê o remedio" not in (await gil.get(f"{PAGE}?municipio=Sorriso")).text
    assert "cadê o remedio" not in (await gil.get(f"{PAGE}?de={before}&ate={before}")).text


async def test_what_is_erased_is_gone_from_the_page(browser_of, planner, office):
    _many(office, "cadê o remedio", 2, 100)
    with office.database.transaction() as session:
        session.query(SQLTrackerStore.SQLEvent).delete()
    assert "cadê o remedio" not in (await browser_of(planner).get(PAGE)).text
    with office.database.transaction() as session:
        assert session.query(AtendimentoFact).count() == 2
