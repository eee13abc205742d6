"""What citizens ask about their data: kept with the words that confirm it, decided by a person, carried out."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from defensoria.clock import utc_now
from defensoria.conversations import holder, inbox
from defensoria.conversations.holder import BotTurn
from defensoria.conversations.models import (
    Atendimento,
    AtendimentoFact,
    AuditEntry,
    Citizen,
    Message,
    PrivacyRequest,
    RequestKind,
    RequestStatus,
    UnreadablePayload,
)
from defensoria.privacy import holds, requests
from defensoria.privacy.journal import erasures
from defensoria.privacy.requests import NotPossible

from .conftest import House, said

NUMBER = "556599990001"


@pytest.fixture
def asked(house: House) -> int:
    """The id of a request to erase, of somebody whose conversation is closed."""
    protocolo = house.is_attended(house.writes("apaguem tudo"))
    with house.database.transaction() as session:
        return requests.register(session, protocolo, RequestKind.ERASURE, "ana").id


def _do(house: House, act, *args):
    with house.database.transaction() as session:
        return act(session, *args)


def _request(house: House, request_id: int) -> PrivacyRequest:
    return _do(house, lambda session: session.get(PrivacyRequest, request_id))


def _count(house: House, model) -> int:
    return _do(house, lambda session: session.scalar(select(func.count()).select_from(model)))


def _carry_out(house: House, tmp_path: Path) -> int:
    return _do(house, requests.carry_out, house.folders, tmp_path / "journal.jsonl")


def test_a_request_and_a_notice_are_kept_with_the_turn_that_says_so(house: House):
    with house.database.transaction() as session:
        atendimento = session.get(Atendimento, house_atendimento(session))
        message = session.scalar(select(Message))
        turn = BotTurn([said("Anotei.")], {}, outcome="pedido_de_dados", data_request="acesso", notice="2026-11")
        assert holder.finish_bot_turn(session, message.id, atendimento.id, 0, turn)
    ((request,), _) = _do(house, requests.listed)
    assert (request.number, request.kind) == (atendimento.protocolo, "acesso")
    citizen = _do(house, lambda session: session.scalar(select(Citizen)))
    assert citizen.notice_version == "2026-11"
    assert citizen.notice_at is not None


def house_atendimento(session) -> int:
    """A message that waits for the bot. Returns its atendimento's id."""
    from defensoria.conversations.contents import Text
    from defensoria.conversations.inbox import InboundMessage

    inbound = InboundMessage(wamid="w1", type="text", at=utc_now(), wa_id=NUMBER, content=Text(body="meus dados"))
    return inbox.receive(session, inbound).atendimento_id


def test_asked_twice_in_a_conversation_it_is_one_request(house: House, asked: int):
    number = _request(house, asked).number
    assert _do(house, requests.register, number, RequestKind.ERASURE, "ana").id == asked
    assert _do(house, requests.register, number, RequestKind.ACCESS, "ana").id != asked


def test_an_unknown_protocol_is_told(house: House):
    with pytest.raises(NotPossible, match=r"2026\.999999-9"):
        _do(house, requests.register, "2026.999999-9", RequestKind.ACCESS, "ana")


def test_a_refusal_is_sent_with_its_reason(house: House, asked: int):
    _do(house, requests.answer, asked, "chefe", RequestStatus.REFUSED, "A lei manda guardar.")
    request = _request(house, asked)
    assert (request.status, request.decided_by) == ("recusado", "chefe")
    last = _do(house, lambda session: session.get(Message, request.told_by))
    assert (last.text, last.status, last.author) == ("A lei manda guardar.", "pending", "chefe")
    with pytest.raises(NotPossible, match="decidido"):
        _do(house, requests.grant_erasure, asked, "chefe", "x")


def test_who_asked_for_erasure_is_told_and_then_erased_everywhere(house: House, asked: int, tmp_path: Path):
    house.rasa_remembers(NUMBER, "apaguem tudo")
    path = house.sends_file(b"laudo")
    house.folders.exports.mkdir()
    export = house.folders.exports / "atendimentos.jsonl"
    number = _request(house, asked).number
    export.write_text(f'{{"protocolo": "{number}"}}\n{{"protocolo": "2026.777777-7"}}\n')
    _do(house, inbox.keep_unreadable, "unknown", f'{{"from": "{NUMBER}"}}')

    _do(house, requests.grant_erasure, asked, "chefe", "Vamos apagar.")
    assert _carry_out(house, tmp_path) == 0, "nobody told them yet"
    told_by = _request(house, asked).told_by
    _do(house, lambda session: session.execute(update(Message).where(Message.id == told_by).values(status="sent")))
    assert _carry_out(house, tmp_path) == 1

    assert [_count(house, model) for model in (Citizen, Atendimento, Message, UnreadablePayload)] == [0, 0, 0, 0]
    assert house.rasa_knows() == set()
    assert not path.exists()
    assert export.read_text() == '{"protocolo": "2026.777777-7"}\n'
    assert _count(house, AtendimentoFact) >= 1
    request = _request(house, asked)
    assert (request.status, request.citizen_id, request.reason, request.number) == ("feito", None, None, number)
    assert [citizen_id for citizen_id, _at in erasures(tmp_path / "journal.jsonl")] == [1]


def test_where_nothing_can_be_said_any_more_the_erasure_waits_for_nothing(house: House, asked: int, tmp_path: Path):
    past = utc_now() - timedelta(hours=25)
    _do(house, lambda session: session.execute(update(Atendimento).values(last_citizen_message_at=past)))
    _do(house, requests.grant_erasure, asked, "chefe", "Vamos apagar.")
    assert _carry_out(house, tmp_path) == 1
    assert _count(house, Citizen) == 0


def test_what_is_held_is_not_erased(house: House, asked: int, tmp_path: Path):
    atendimento = _do(house, requests.atendimento_of, _request(house, asked).number)
    _do(house, holds.set_hold, atendimento, "chefe", "ofício", None, False)
    with pytest.raises(NotPossible, match="guarda legal"):
        _do(house, requests.grant_erasure, asked, "chefe", "x")


def test_who_is_being_attended_is_not_erased(house: House, asked: int):
    house.writes("voltei")
    _do(house, lambda session: session.execute(update(Atendimento).values(holder="closed")))
    _do(house, lambda session: session.execute(update(Atendimento).where(Atendimento.id == 1).values(holder="human")))
    with pytest.raises(NotPossible, match="em atendimento"):
        _do(house, requests.grant_erasure, asked, "chefe", "x")


def test_what_was_asked_for_is_not_purged_before_somebody_has_answered(house: House, asked: int):
    assert house.purge_spares(2000)
    assert _count(house, Message) == 4


def test_a_dossier_holds_every_atendimento_and_is_audited(house: House, asked: int):
    dossier = _do(house, requests.dossier_of, asked, "chefe")
    assert dossier.citizen.name == "Maria"
    ((_, messages),) = dossier.atendimentos
    assert "apaguem tudo" in [message.text for message in messages]
    entries = _do(house, lambda session: session.scalars(select(AuditEntry)).all())
    assert ("exportacao", "chefe") in {(entry.action, entry.actor) for entry in entries}
    assert "apaguem" not in str([entry.data for entry in entries])
