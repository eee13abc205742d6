"""Ready answers: filled in for the conversation, of its núcleo or of all, and kept by who supervises the núcleo."""

import pytest
from sqlalchemy import select

from defensoria.conversations import ready_answers, users
from defensoria.conversations.models import AuditEntry, ReadyAnswer, Role
from tests.desk.conftest import NUCLEO, OTHER_NUCLEO, PASSWORD


@pytest.fixture
def answers(office):
    """Ids of answers of Várzea Grande, of Sinop and of all."""
    with office.database.transaction() as session:
        eva = users.add_user(session, "eva", "Eva", Role.SUPERVISOR, [NUCLEO], PASSWORD)
        texts = {
            NUCLEO: "Seu número é {protocolo}, no {nucleo}.",
            OTHER_NUCLEO: "De Sinop",
            None: "Traga:\n{documentos}",
        }
        return [
            ready_answers.save(session, eva, None, nucleo, f"Título {nucleo}", text).id
            for nucleo, text in texts.items()
        ]


def kept(office):
    with office.database.transaction() as session:
        return session.scalars(select(ReadyAnswer).order_by(ReadyAnswer.id)).all()


async def test_the_composer_offers_those_of_the_nucleo_and_of_all_filled_in(browser_of, office, answers):
    protocolo = office.hands_over()
    ana = browser_of("ana")
    assert "data-insert" not in (await ana.get(f"/atendimentos/{protocolo}")).text
    page = (await ana.send_form(f"/atendimentos/{protocolo}/assumir")).text
    assert f'data-insert="Seu número é {protocolo}, no Núcleo de Várzea Grande."' in page
    assert "Traga:\n• RG e CPF, ou CNH\n" in page
    assert "• certidão de nascimento" in page.lower(), "what the subject needs as well"
    assert "De Sinop" not in page


async def test_without_a_script_a_link_fills_the_composer(browser_of, office, answers):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    ana = browser_of("ana")
    page = (await ana.get(f"/atendimentos/{protocolo}?resposta={answers[0]}")).text
    assert f'data-testid="composer">Seu número é {protocolo},' in page
    for wrong in (answers[1], "x", 999):
        assert (
            'data-testid="composer"></textarea>' in (await ana.get(f"/atendimentos/{protocolo}?resposta={wrong}")).text
        )


async def test_a_supervisor_adds_changes_and_removes_those_of_the_nucleo(browser_of, office, answers):
    eva = browser_of("eva")
    page = await eva.send_form("/respostas", nucleo=NUCLEO, title="Horário", text="Das 12h às 18h.")
    assert page.url.path == "/respostas"
    assert "Das 12h às 18h." in page.text
    new = kept(office)[-1]
    assert (new.nucleo, new.changed_by) == (NUCLEO, "eva")
    assert 'value="Horário"' in (await eva.get(f"/respostas?editar={new.id}")).text
    await eva.send_form("/respostas", id=str(new.id), nucleo=NUCLEO, title="Horário", text="Das 12h às 19h.")
    assert kept(office)[-1].text == "Das 12h às 19h."
    await eva.send_form("/respostas/remover", id=str(new.id))
    assert [answer.id for answer in kept(office)] == answers
    with office.database.transaction() as session:
        entries = session.scalars(select(AuditEntry)).all()
        assert [entry.action for entry in entries] == [
            "resposta_pronta_criada", "resposta_pronta_alterada", "resposta_pronta_removida",
        ]  # fmt: skip
        assert {entry.actor for entry in entries} == {"eva"}


async def test_nobody_touches_those_of_another_nucleo_and_a_supervisor_none_of_all(browser_of, office, answers):
    eva, fields = browser_of("eva"), {"title": "x", "text": "y"}
    page = (await eva.get("/respostas")).text
    assert "De Sinop" not in page
    assert "Todos os núcleos</option>" not in page
    for answer_id in answers[1:]:
        assert (await eva.get(f"/respostas?editar={answer_id}")).status_code == 404
        changed = await eva.send_form("/respostas", id=str(answer_id), nucleo=NUCLEO, **fields)
        assert changed.status_code == 404
        assert (await eva.send_form("/respostas/remover", id=str(answer_id))).status_code == 404
    for nucleo in (OTHER_NUCLEO, "todos", ""):
        assert (await eva.send_form("/respostas", nucleo=nucleo, **fields)).status_code == 422
    assert [answer.text for answer in kept(office)][1:] == ["De Sinop", "Traga:\n{documentos}"]
    assert (await browser_of("gil").send_form("/respostas", nucleo="todos", **fields)).status_code == 200
    assert kept(office)[-1].nucleo is None


@pytest.mark.parametrize("method", ["get", "send_form"])
async def test_an_attendant_does_not_keep_them(browser_of, answers, method):
    ana = browser_of("ana")
    assert (await getattr(ana, method)("/respostas")).status_code == 403
    assert "/respostas" not in (await ana.get("/")).text


@pytest.mark.parametrize(
    ("title", "text", "problem"),
    [("", "x", "Escreva o título"), ("x", "{nome}", "O campo {nome} não existe"), ("x" * 81, "x", "até 80 letras")],
)
async def test_what_is_wrong_is_said_and_stays_in_the_form(browser_of, office, answers, title, text, problem):
    page = await browser_of("eva").send_form("/respostas", nucleo=NUCLEO, title=title, text=text)
    assert page.status_code == 422
    assert problem in page.text
    assert text in page.text
    assert len(kept(office)) == 3
