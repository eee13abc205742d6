"""An attendant's work, done with plain forms as a browser without JavaScript does it."""

import asyncio
from datetime import timedelta

import pytest

from defensoria.clock import utc_now
from defensoria.conversations import receipts, sending
from defensoria.conversations.models import Atendimento, Message
from tests.desk.conftest import OTHER_NUCLEO
from tests.sending import fail


def outgoing(office, author):
    with office.database.transaction() as session:
        return session.query(Message).filter_by(direction="out", author=author).order_by(Message.id).all()


async def test_the_queue_shows_the_oldest_first_with_what_the_triage_found(browser_of, office):
    office.hands_over(wa_id="551", name="Primeira Pessoa")
    office.hands_over(wa_id="552", name="Segunda Pessoa")
    page = (await browser_of("ana").get("/")).text
    assert page.index("Primeira Pessoa") < page.index("Segunda Pessoa")
    for words in ("Pensão alimentícia", "Várzea Grande", "menos de 1 min"):
        assert words in page


async def test_urgent_ones_and_those_whose_24_hours_end_go_before_older_ones(browser_of, office):
    for number, name in enumerate(("Antiga", "Curta", "Urgente")):
        protocolo = office.hands_over(wa_id=f"55{number}", name=name)
        with office.database.transaction() as session:
            atendimento = session.get(Atendimento, office.atendimento_id(protocolo))
            atendimento.urgencia = "saude" if name == "Urgente" else None
            if name == "Curta":
                atendimento.last_citizen_message_at = utc_now() - timedelta(hours=22, seconds=1)
    page = (await browser_of("ana").get("/")).text
    assert page.index("Urgente</a>") < page.index("Curta</a>") < page.index("Antiga</a>")
    assert "WhatsApp: só mais 1 h 59" in page
    assert "Ordem: urgências primeiro" in page


async def test_an_empty_queue_says_what_will_happen(browser_of):
    page = (await browser_of("ana").get("/")).text
    assert "Ninguém na fila agora" in page
    assert "Você não está atendendo ninguém" in page


async def test_the_conversation_shows_dossier_and_transcript_in_words(browser_of, office):
    protocolo = office.hands_over("preciso de pensão")
    page = (await browser_of("ana").get(f"/atendimentos/{protocolo}")).text
    for words in (
        protocolo, "preciso de pensão", "Vou chamar uma pessoa.", "Só a minha renda", "Dentro dos critérios",
        "Novo atendimento", "Pensão alimentícia", "Cível", "Núcleo de Várzea Grande", "Na fila há menos de 1 min",
    ):  # fmt: skip
        assert words in page
    assert "renda_individual" not in page


async def test_taking_answering_and_closing_with_plain_forms(browser_of, office, rings):
    protocolo = office.hands_over()
    ana = browser_of("ana")

    page = await ana.send_form(f"/atendimentos/{protocolo}/assumir")
    assert page.url.path == f"/atendimentos/{protocolo}"
    assert 'data-testid="composer"' in page.text

    page = await ana.send_form(f"/atendimentos/{protocolo}/resposta", text="Boa tarde!\r\nComo posso ajudar?\r\n")
    assert page.status_code == 200
    (message,) = outgoing(office, "ana")
    assert (message.text, message.status) == ("Boa tarde!\nComo posso ajudar?", "pending")
    assert message.payload["text"]["body"] == "Boa tarde!\nComo posso ajudar?"
    assert "enviando…" in page.text

    page = await ana.send_form(f"/atendimentos/{protocolo}/encerrar", outcome="resolvido", farewell="Até logo!")
    assert "Atendimento encerrado" in page.text
    atendimento = office.atendimento(protocolo)
    assert (atendimento.holder, atendimento.outcome) == ("closed", "resolvido")
    assert [message.text for message in outgoing(office, "ana")][-1] == "Até logo!"
    assert len(rings) == 2


async def test_closing_without_a_farewell_says_nothing_to_the_citizen(browser_of, office):
    protocolo = office.hands_over()
    ana = browser_of("ana")
    await ana.send_form(f"/atendimentos/{protocolo}/assumir")
    await ana.send_form(f"/atendimentos/{protocolo}/encerrar", outcome="sem_resposta", farewell="  ")
    assert office.atendimento(protocolo).outcome == "sem_resposta"
    assert outgoing(office, "ana") == []


@pytest.mark.parametrize("outcome", ["", "qualquer", "resolvido "])
async def test_closing_needs_an_outcome_of_the_list(browser_of, office, outcome):
    protocolo = office.hands_over()
    ana = browser_of("ana")
    await ana.send_form(f"/atendimentos/{protocolo}/assumir")
    page = await ana.send_form(f"/atendimentos/{protocolo}/encerrar", outcome=outcome, farewell="Minha despedida")
    assert page.status_code == 422
    assert "Escolha como o atendimento terminou" in page.text
    assert "Minha despedida" in page.text
    assert office.atendimento(protocolo).holder == "human"


async def test_of_two_who_take_at_once_one_wins_and_the_other_is_told_who(browser_of, office):
    protocolo = office.hands_over()
    people = {"Ana Souza": browser_of("ana"), "Rui Lima": browser_of("rui"), "Gil Prado": browser_of("gil")}
    pages = dict(
        zip(
            people,
            await asyncio.gather(*(who.send_form(f"/atendimentos/{protocolo}/assumir") for who in people.values())),
            strict=True,
        )
    )
    winners = [name for name, page in pages.items() if page.status_code == 200]
    assert len(winners) == 1
    for name, page in pages.items():
        if name not in winners:
            assert page.status_code == 409
            assert f"{winners[0]} assumiu este atendimento antes" in page.text
            assert 'data-testid="composer"' not in page.text
    with office.database.transaction() as session:
        taken = session.get(Atendimento, office.atendimento_id(protocolo))
        assert taken.attendant.name == winners[0]


async def test_taking_again_what_is_mine_is_no_mistake(browser_of, office):
    protocolo = office.hands_over()
    ana = browser_of("ana")
    for _ in range(2):
        assert (await ana.send_form(f"/atendimentos/{protocolo}/assumir")).status_code == 200


async def test_only_who_took_it_answers_and_closes(browser_of, office):
    protocolo = office.hands_over()
    office.takes("rui", protocolo)
    ana = browser_of("ana")
    page = await ana.send_form(f"/atendimentos/{protocolo}/resposta", text="intrometida")
    assert page.status_code == 409
    assert "Rui Lima assumiu" in page.text
    page = await ana.send_form(f"/atendimentos/{protocolo}/encerrar", outcome="resolvido", farewell="tchau")
    assert page.status_code == 409
    assert office.atendimento(protocolo).holder == "human"
    assert outgoing(office, "ana") == []


async def test_answering_what_was_not_taken_is_refused(browser_of, office):
    protocolo = office.hands_over()
    page = await browser_of("ana").send_form(f"/atendimentos/{protocolo}/resposta", text="sem assumir")
    assert page.status_code == 409
    assert outgoing(office, "ana") == []


@pytest.mark.parametrize(
    ("text", "problem"), [("", "vazia"), (" \r\n\t ", "vazia"), ("\x00\x07", "vazia"), ("a" * 8001, "limite é 8000")]
)
async def test_what_cannot_be_sent_is_said_and_not_sent(browser_of, office, text, problem):
    protocolo = office.hands_over()
    ana = browser_of("ana")
    await ana.send_form(f"/atendimentos/{protocolo}/assumir")
    page = await ana.send_form(f"/atendimentos/{protocolo}/resposta", text=text)
    assert page.status_code == 422
    assert problem in page.text
    assert outgoing(office, "ana") == []
    if len(text) > 100:
        assert text in page.text, "what was typed is not lost"


async def test_a_long_answer_goes_in_parts_that_whatsapp_takes(browser_of, office):
    protocolo = office.hands_over()
    ana = browser_of("ana")
    await ana.send_form(f"/atendimentos/{protocolo}/assumir")
    text = " ".join(["palavra"] * 900)
    await ana.send_form(f"/atendimentos/{protocolo}/resposta", text=text)
    parts = [message.text for message in outgoing(office, "ana")]
    assert len(parts) == 2
    assert all(len(part) <= 4096 for part in parts)
    assert " ".join(parts) == text


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", "</textarea><img src=x onerror=alert(1)>", "{{ 7*7 }}"])
async def test_what_citizens_and_attendants_write_is_text(browser_of, office, evil):
    protocolo = office.hands_over(evil, name=evil)
    ana = browser_of("ana")
    await ana.send_form(f"/atendimentos/{protocolo}/assumir")
    await ana.send_form(f"/atendimentos/{protocolo}/resposta", text=evil)
    refused = await ana.send_form(f"/atendimentos/{protocolo}/encerrar", outcome="", farewell=evil)
    for page in ((await ana.get("/")).text, (await ana.get(f"/atendimentos/{protocolo}")).text, refused.text):
        assert "<script>" not in page
        assert "<img" not in page
    assert evil.replace("<", "&lt;").replace(">", "&gt;") in refused.text


async def test_messages_the_desk_cannot_show_are_named(browser_of, office):
    protocolo = office.hands_over()
    for kind in ("audio", "image", "nunca_visto"):
        office.writes(None, kind=kind)
    page = (await browser_of("ana").get(f"/atendimentos/{protocolo}")).text
    for words in ("[áudio recebido]", "[imagem recebida]", "[mensagem de um tipo que não aparece aqui]"):
        assert words in page


PLACE = {"latitude": -15.6, "longitude": -56.1, "name": "Praça"}
CARD = {"name": {"first_name": "Ana"}, "phones": [{"phone": "+55 65 1"}]}
ANEW = {"original_message_id": "wamid.first", "message": {"type": "text", "text": {"body": "Sinop"}}}


@pytest.mark.parametrize(
    ("kind", "sent", "words"),
    [
        ("location", {"location": PLACE}, "-15.60000, -56.10000 – Praça"),
        ("contacts", {"contacts": [CARD]}, "contato recebido: Ana, +55 65 1"),
        ("reaction", {"reaction": {"message_id": "wamid.first", "emoji": "👍"}}, "reagiu com 👍 à mensagem das"),
        ("reaction", {"reaction": {"message_id": "wamid.x"}}, "retirou a reação a uma mensagem anterior"),
        ("document", {"document": {"id": "1", "filename": "luz.pdf"}}, "documento recebido: luz.pdf"),
        ("edit", {"edit": ANEW}, "corrigiu a mensagem das"),
        ("revoke", {"revoke": {"original_message_id": "wamid.x"}}, "apagou uma mensagem anterior"),
        ("system", {"system": {"type": "user_changed_number", "wa_id": "1"}}, "a pessoa mudou de número"),
        ("unsupported", {}, "mensagem que o WhatsApp não repassa"),
        ("text", {"text": {"body": "oi"}, "context": {"forwarded": True}}, "[encaminhada de outra conversa]"),
        ("text", {"text": {"body": "oi"}, "referral": {"headline": "Mutirão"}}, "veio do anúncio “Mutirão”"),
    ],
)
async def test_the_attendant_reads_what_came_in_words(browser_of, office, kind, sent, words):
    protocolo = office.hands_over(wamid="wamid.first")
    office.sends({"type": kind, **sent})
    page = (await browser_of("ana").get(f"/atendimentos/{protocolo}")).text
    assert words in page


async def test_delivery_is_shown_with_the_reason_of_a_failure(browser_of, office):
    protocolo = office.hands_over()
    ana = browser_of("ana")
    await ana.send_form(f"/atendimentos/{protocolo}/assumir")
    for text in ("um", "dois", "três", "quatro"):
        await ana.send_form(f"/atendimentos/{protocolo}/resposta", text=text)
    ids = [message.id for message in outgoing(office, "ana")]
    with office.database.transaction() as session:
        for place, message_id in enumerate(ids[:3]):
            receipts.mark_sent(session, message_id, f"wamid.{place}")
        receipts.apply_status(session, "wamid.1", None, "delivered", None)
        receipts.apply_status(session, "wamid.2", None, "read", None)
        fail(session, ids[3])
    page = (await ana.get(f"/atendimentos/{protocolo}")).text
    for delivery in ("sent", "delivered", "read", "failed"):
        assert page.count(f'data-delivery="{delivery}"') == 1
    assert "o WhatsApp não consegue entregar a este número" in page


async def test_words_that_wait_for_the_citizen_to_write_say_so(browser_of, office):
    protocolo = office.hands_over()
    ana = browser_of("ana")
    await ana.send_form(f"/atendimentos/{protocolo}/assumir")
    await ana.send_form(f"/atendimentos/{protocolo}/resposta", text="um")
    with office.database.transaction() as session:
        session.get(Message, outgoing(office, "ana")[0].id).status = "waiting"
    assert "Esperando a pessoa responder" in (await ana.get(f"/atendimentos/{protocolo}")).text


async def test_how_sending_goes_is_told_without_what_whatsapp_says_of_the_account(browser_of, office):
    office.hands_over()
    with office.database.transaction() as session:
        sending.stop(session, 190, "HTTP 401, code 190: token EAAG…", False, 1)
    health = (await browser_of("ana").get("/saude")).json()
    assert health["status"] == "ok"
    assert health["sending"]["stopped"]["reason"] == "HTTP 401, code 190"


async def test_unanswered_messages_are_counted_since_the_last_answer_of_a_person(browser_of, office):
    protocolo = office.hands_over("contei antes", wa_id="551")
    office.takes("ana", protocolo)
    ana = browser_of("ana")
    assert 'data-testid="unanswered"' not in (await ana.get("/")).text
    office.writes("um", wa_id="551")
    office.writes("dois", wa_id="551")
    page = (await ana.get("/")).text
    assert "<title>(2) Fila" in page
    assert 'aria-label="2 sem resposta">2<' in page
    await ana.send_form(f"/atendimentos/{protocolo}/resposta", text="respondo")
    assert "<title>Fila" in (await ana.get("/")).text
    office.writes("três", wa_id="551")
    assert "<title>(1) " in (await ana.get(f"/atendimentos/{protocolo}")).text


async def test_every_page_counts_who_waits_the_users_conversations_and_what_they_have_not_answered(browser_of, office):
    office.hands_over(wa_id="550", nucleo=OTHER_NUCLEO)
    office.hands_over(wa_id="551")
    for wa_id in ("552", "553"):
        office.takes("ana", office.hands_over(wa_id=wa_id))
    office.takes("rui", office.hands_over(wa_id="554"))
    office.writes("e agora?", wa_id="553")
    ana = browser_of("ana")
    new = office.hands_over(wa_id="555")
    for path in ("/", "/encerrados", "/busca", f"/atendimentos/{new}"):
        assert 'data-waiting="2" data-mine="2" data-unanswered="1"' in (await ana.get(path)).text, path


async def test_the_end_of_whatsapps_24_hours_is_announced(browser_of, office):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    ana = browser_of("ana")

    async def page_after(**elapsed):
        with office.database.transaction() as session:
            atendimento = session.get(Atendimento, office.atendimento_id(protocolo))
            atendimento.last_citizen_message_at = utc_now() - timedelta(**elapsed)
        return (await ana.get(f"/atendimentos/{protocolo}")).text

    assert 'class="window "' in await page_after(hours=20), "shown, and quiet"
    assert "O WhatsApp aceita resposta por mais 3 h 59" in await page_after(hours=20, seconds=1)
    assert "O WhatsApp aceita resposta por mais 1 h 5" in await page_after(hours=22, seconds=1)
    assert "WhatsApp: só mais 1 h 59" in (await ana.get("/")).text
    assert "O prazo de 24 horas do WhatsApp terminou" in await page_after(hours=24, seconds=1)


async def test_a_phone_number_that_whatsapp_hides_is_not_invented(browser_of, office):
    protocolo = office.hands_over(wa_id="BR.12345678")
    office.takes("ana", protocolo)
    assert "o WhatsApp não informou" in (await browser_of("ana").get(f"/atendimentos/{protocolo}")).text


async def test_whatsapps_bold_is_shown_as_the_citizen_sees_it(browser_of, office):
    protocolo = office.hands_over("é *urgente* <b>mesmo</b>")
    page = (await browser_of("ana").get(f"/atendimentos/{protocolo}")).text
    assert "é <strong>urgente</strong> &lt;b&gt;mesmo&lt;/b&gt;" in page
