"""What nobody else may see or do: another núcleo's conversations, another site's forms, what a browser must refuse.

Who may call which address at all is in `test_routes.py`.
"""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from defensoria.conversations import holder
from defensoria.conversations.models import Atendimento, Role
from defensoria.whatsapp.rendering import text_messages
from tests.desk.conftest import OTHER_NUCLEO, Browser


def forms_of_a_conversation(app):
    return [route.path for route in app.routes if "{protocolo}" in route.path and "POST" in route.methods]


async def test_another_persons_token_is_refused(browser_of, office):
    protocolo = office.hands_over()
    ana, rui = browser_of("ana"), browser_of("rui")
    answer = await ana.post(f"/atendimentos/{protocolo}/assumir", data={"csrf_token": rui.csrf_token})
    assert answer.status_code == 403


async def test_the_token_may_come_in_a_header(browser_of, office):
    protocolo = office.hands_over()
    ana = browser_of("ana")
    answer = await ana.post(f"/atendimentos/{protocolo}/assumir", headers={"x-csrf-token": ana.csrf_token})
    assert answer.status_code == 200
    assert office.atendimento(protocolo).holder == "human"


async def test_another_nucleos_conversation_does_not_exist_on_any_path(app, browser_of, office):
    protocolo = office.hands_over("segredo de Sinop", nucleo=OTHER_NUCLEO, name="Joana")
    message_id = office.sends({"type": "image", "image": {"id": "9"}})
    office.promote("ana", Role.SUPERVISOR)
    ana = browser_of("ana")
    fields = {"text": "oi", "outcome": "resolvido", "farewell": "tchau"}
    answers = [await ana.get(f"/atendimentos/{protocolo}")]
    answers.append(await ana.get(f"/atendimentos/{protocolo}/midia/{office.file_of(message_id).id}"))
    for path in forms_of_a_conversation(app):
        answers.append(await ana.send_form(path.format(protocolo=protocolo, id=message_id), **fields))
    assert {answer.status_code for answer in answers} == {404}
    nothing_there = await ana.get("/atendimentos/2026.999999-9")
    assert {answer.text for answer in answers} == {nothing_there.text}
    assert "Joana" not in (await ana.get("/")).text
    atendimento = office.atendimento(protocolo)
    assert (atendimento.holder, atendimento.attendant_id) == ("queue", None)


async def test_a_conversation_still_with_the_bot_is_nobodys(browser_of, office):
    office.writes("oi", name="Joana")
    with office.database.transaction() as session:
        atendimento = session.query(Atendimento).one()
        atendimento.nucleo = "varzea-grande"
        protocolo = atendimento.protocolo
    ana = browser_of("ana")
    assert (await ana.get(f"/atendimentos/{protocolo}")).status_code == 404
    assert "Joana" not in (await ana.get("/")).text


async def test_a_conversation_without_nucleo_is_for_those_who_direct_the_work(browser_of, office):
    protocolo = office.hands_over(nucleo=None, name="Joana")
    assert (await browser_of("ana").get(f"/atendimentos/{protocolo}")).status_code == 404
    assert "Joana" in (await browser_of("gil").get("/")).text


async def test_only_who_answers_sees_the_whole_phone_number(browser_of, office):
    protocolo = office.hands_over(wa_id="5565998877665")
    ana, rui = browser_of("ana"), browser_of("rui")
    assert "998877665" not in re.sub(r"\D", "", (await ana.get(f"/atendimentos/{protocolo}")).text)
    await ana.send_form(f"/atendimentos/{protocolo}/assumir")
    assert "(65) 99887-7665" in (await ana.get(f"/atendimentos/{protocolo}")).text
    page = (await rui.get(f"/atendimentos/{protocolo}")).text
    assert "(65) •••••-7665" in page
    assert "99887" not in page


@pytest.mark.parametrize("path", ["/", "/entrar", "/nada", "/static/desk.css", "/static/nada", "/sair", "/saude"])
async def test_every_answer_carries_the_security_headers(browser_of, path):
    answer = await browser_of("ana").get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert ("immutable" if path == "/static/desk.css" else "no-store") in answer.headers["cache-control"]


async def test_a_fault_of_ours_is_a_page_without_a_traceback(browser_of, monkeypatch):
    ana = browser_of("ana")

    def broken(*_):
        raise RuntimeError("segredo interno")

    monkeypatch.setattr("defensoria.desk.attending.read_lists", broken)
    answer = await ana.get("/")
    assert answer.status_code == 500
    assert "Algo deu errado do nosso lado" in answer.text
    assert "segredo" not in answer.text
    assert "content-security-policy" in answer.headers


async def test_pages_carry_no_inline_code_and_nothing_from_elsewhere(browser_of, office):
    protocolo = office.hands_over()
    gil = browser_of("gil")
    await gil.send_form(f"/atendimentos/{protocolo}/assumir")
    talk = f"/atendimentos/{protocolo}"
    own = ("/", "/busca", "/encerrados", "/respostas", talk, f"{talk}/transferir", f"{talk}/dados")
    for path in (*own, "/entrar", "/nada"):
        page = (await gil.get(path)).text
        assert not re.search(r"<script(?![^>]*\bsrc=\"/static/)", page), path
        assert not re.search(r"<style|\sstyle=|\son\w+=|(?:src|href)=\"(?:https?:)?//", page), path


async def test_a_form_too_large_is_refused(browser_of, office):
    protocolo = office.hands_over()
    answer = await browser_of("ana").send_form(f"/atendimentos/{protocolo}/resposta", text="a" * 300_000)
    assert answer.status_code == 413


async def test_logs_hold_neither_words_nor_numbers(app, office, browser_of, caplog):
    caplog.set_level("DEBUG", logger="defensoria")
    protocolo = office.hands_over("meu segredo", wa_id="5565998877665")
    ana = browser_of("ana")
    await ana.send_form(f"/atendimentos/{protocolo}/assumir")
    await ana.send_form(f"/atendimentos/{protocolo}/resposta", text="minha resposta")
    async with Browser(app) as stranger:
        await stranger.post("/entrar", data={"login": "ana", "password": "senha errada"})
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("defensoria"))
    assert not re.search("segredo|resposta|998877665|senha", said)


async def test_an_error_of_the_database_does_not_tell_what_was_written(browser_of, office):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    ana = browser_of("ana")
    with office.database.transaction() as session:
        session.execute(text("ALTER TABLE messages RENAME COLUMN text TO words"))
    with pytest.raises(SQLAlchemyError) as fault, office.database.transaction() as session:
        holder.answer(session, office.atendimento_id(protocolo), office.user("ana"), text_messages("meu segredo")[0])
    assert "segredo" not in str(fault.value)
    assert (await ana.get(f"/atendimentos/{protocolo}")).status_code == 500
