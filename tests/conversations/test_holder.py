"""Exactly one holds a conversation: handing over, taking and closing are fenced by holder and epoch."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from defensoria.clock import utc_now
from defensoria.conversations import desk_lists, holder, inbox, serving
from defensoria.conversations.database import Database
from defensoria.conversations.events import ids_after, with_ids
from defensoria.conversations.holder import BotTurn, Contested, claim, close, finish_bot_turn
from defensoria.conversations.models import Atendimento, Direction, Holder, Message, Status, User

from .conftest import TRIAGE, inbound, said


def _out(session, atendimento_id):
    return session.scalars(
        select(Message).where(Message.atendimento_id == atendimento_id, Message.direction == Direction.OUT.value)
    ).all()


def test_the_handoff_keeps_dossier_queue_words_and_processed_message_together(database, queued):
    with database.transaction() as session:
        atendimento = session.get(Atendimento, queued)
        assert (atendimento.holder, atendimento.epoch, atendimento.nucleo) == (Holder.QUEUE.value, 1, "sinop")
        assert atendimento.queued_at is not None
        assert [message.text for message in _out(session, queued)] == ["Pronto!"]
        assert serving.left_alone(session) == []


def test_the_record_says_which_message_each_of_the_bots_words_answers(database):
    with database.transaction() as session:
        message = inbox.receive(session, inbound())
        finish_bot_turn(session, message.id, message.atendimento_id, 0, BotTurn([said("Olá!"), said("Qual?")], {}))
    with database.transaction() as session:
        told = [event.data for event in with_ids(session, ids_after(session, 0, 50)) if event.kind == "message_out"]
        said_ids = [out.id for out in _out(session, message.atendimento_id)]
        assert told == [{"message_id": number, "answers": message.id} for number in said_ids]


def test_the_record_says_which_courtesy_a_word_after_the_closing_answers(database):
    with database.transaction() as session:
        first = inbox.receive(session, inbound())
        finish_bot_turn(
            session, first.id, first.atendimento_id, 0, BotTurn([said("Até logo")], {}, outcome="sem_demanda")
        )
        message = inbox.receive(session, inbound())
        holder.acknowledge(session, message.id, [said("De nada")])
    with database.transaction() as session:
        told = [event.data for event in with_ids(session, ids_after(session, 0, 50)) if event.kind == "message_out"]
        assert [data["answers"] for data in told] == [first.id, message.id]


def test_a_handoff_that_fails_half_way_leaves_nothing(database, monkeypatch):
    with database.transaction() as session:
        message = inbox.receive(session, inbound())

    def fails(*args, **kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr(holder, "enqueue", fails)
    with pytest.raises(RuntimeError), database.transaction() as session:
        finish_bot_turn(
            session, message.id, message.atendimento_id, 0, BotTurn([said("Pronto!")], TRIAGE, handoff=True)
        )
    with database.transaction() as session:
        atendimento = session.get(Atendimento, message.atendimento_id)
        assert (atendimento.holder, atendimento.nucleo, atendimento.queued_at) == (Holder.BOT.value, None, None)
        assert session.get(Message, message.id).status == Status.RECEIVED.value


def test_what_the_bot_decided_before_a_person_took_over_is_not_said(database, queued, attendants):
    with database.transaction() as session:
        message = inbox.receive(session, inbound("mais uma coisa"))
        claim(session, queued, attendants[0])
    with database.transaction() as session:
        kept = finish_bot_turn(session, message.id, queued, 0, BotTurn([said("Não entendi.")], TRIAGE))
        assert not kept
        assert [message.text for message in _out(session, queued)] == ["Pronto!"]
        assert session.get(Message, message.id).status == Status.PROCESSED.value


def test_a_message_that_two_workers_took_up_is_answered_once(database):
    with database.transaction() as session:
        message = inbox.receive(session, inbound())
    turns = [BotTurn([said(text)], TRIAGE) for text in ("uma vez", "outra vez")]
    with database.transaction() as session:
        assert finish_bot_turn(session, message.id, message.atendimento_id, 0, turns[0])
    with database.transaction() as session:
        assert not finish_bot_turn(session, message.id, message.atendimento_id, 0, turns[1])
        assert [sent.text for sent in _out(session, message.atendimento_id)] == ["uma vez"]


def test_a_message_whose_conversation_was_closed_during_the_bots_turn_is_served_in_the_next(database):
    with database.transaction() as session:
        first, second = inbox.receive(session, inbound()), inbox.receive(session, inbound(minutes=1))
        farewell = BotTurn([said("Até logo")], {}, outcome="orientado")
        assert finish_bot_turn(session, first.id, first.atendimento_id, 0, farewell)
    with database.transaction() as session:
        assert not finish_bot_turn(session, second.id, second.atendimento_id, 0, BotTurn([said("Pronto")], TRIAGE))
        waiting = inbox.unprocessed(session, second.citizen_id)
        assert waiting.id == second.id
        assert inbox.reopen_if_closed(session, waiting).previous_id == second.atendimento_id


def test_nobody_is_reminded_or_given_up_while_their_words_wait_for_an_answer(database):
    with database.transaction() as session:
        message = inbox.receive(session, inbound())
        soon = message.at + timedelta(minutes=5)
        assert holder.silent(session, soon, reminded=False) == []
        inbox.served_now(session, message.id)
        (seen,) = holder.silent(session, soon, reminded=False)
        assert holder.remind(session, seen, [said("Ainda está aí?")])
        (seen,) = holder.silent(session, soon, reminded=True)
        # Late: written before what is known already, so that the citizen's last instant stays as it was.
        inbox.receive(session, inbound(minutes=-1))
        assert not holder.abandon(session, seen, [said("Até logo")])


def test_a_bot_turn_may_close_the_conversation_with_its_reason(database):
    with database.transaction() as session:
        message = inbox.receive(session, inbound())
        finish_bot_turn(
            session, message.id, message.atendimento_id, 0, BotTurn([said("Até logo")], {}, outcome="fora_do_horario")
        )
        atendimento = session.get(Atendimento, message.atendimento_id, populate_existing=True)
        assert (atendimento.holder, atendimento.outcome) == (Holder.CLOSED.value, "fora_do_horario")


def test_of_two_who_take_at_once_one_wins_and_the_other_is_told_who(database, queued, attendants):
    # Two connections of their own, as two desk processes have.
    others = [Database(database.url), Database(database.url)]

    def take(store_and_login):
        store, login = store_and_login
        try:
            with store.transaction() as session:
                claim(session, queued, session.scalar(select(User).where(User.login == login)))
                return "won"
        except Contested as contested:
            return contested.by

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(take, zip(others, ("ana", "bia"), strict=True)))
    with database.transaction() as session:
        winner = session.get(Atendimento, queued).attendant.name
    assert sorted(results) == sorted(["won", winner])
    for other in others:
        other.dispose()


def test_taking_twice_is_the_same_as_once(database, queued, attendants):
    with database.transaction() as session:
        claim(session, queued, attendants[0])
        epoch = session.get(Atendimento, queued).epoch
        assert claim(session, queued, attendants[0]).epoch == epoch


def test_only_the_one_who_took_it_answers_and_closes(database, queued, attendants):
    ana, bia = attendants
    with database.transaction() as session:
        claim(session, queued, ana)
    with database.transaction() as session:
        with pytest.raises(Contested) as contested:
            holder.answer(session, queued, bia, said("Bom dia"))
        assert contested.value.by == "Ana"
        with pytest.raises(Contested):
            close(session, queued, bia, "resolvido", None)
        holder.answer(session, queued, ana, said("Bom dia"))
        close(session, queued, ana, "resolvido", said("Até logo"))
    with database.transaction() as session:
        atendimento = session.get(Atendimento, queued)
        assert (atendimento.holder, atendimento.outcome) == (Holder.CLOSED.value, "resolvido")
        assert [message.author for message in _out(session, queued)] == ["bot", "ana", "ana"]


def test_nobody_takes_what_the_bot_holds(database, attendants):
    with database.transaction() as session:
        message = inbox.receive(session, inbound())
        with pytest.raises(Contested):
            claim(session, message.atendimento_id, attendants[0])


def test_what_is_kept_for_the_opening_is_in_nobodys_queue_until_then(database, attendants):
    opening = utc_now() + timedelta(hours=20)
    with database.transaction() as session:
        message = inbox.receive(session, inbound())
        turn = BotTurn([said("Guardei")], TRIAGE, handoff=True, queue_from=opening)
        finish_bot_turn(session, message.id, message.atendimento_id, 0, turn)
        assert desk_lists.waiting(session, attendants[0]) == []
        assert desk_lists.waiting_count(session, attendants[0]) == 0
        with pytest.raises(Contested):
            claim(session, message.atendimento_id, attendants[0])
    with database.transaction() as session:
        assert holder.let_in(session, opening - timedelta(seconds=1)) == 0
        assert holder.let_in(session, opening) == 1
        protocolo = session.get(Atendimento, message.atendimento_id).protocolo
        assert [row.protocolo for row in desk_lists.waiting(session, attendants[0])] == [protocolo]
        assert desk_lists.waiting_count(session, attendants[0]) == 1
        assert claim(session, message.atendimento_id, attendants[0]).holder == Holder.HUMAN.value
