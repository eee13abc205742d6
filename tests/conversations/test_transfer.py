"""Handing a conversation on: one who does it wins, everybody else is told, and its note stays among colleagues."""

import pytest
from sqlalchemy import select, update

from defensoria.conversations import holder, notes, users
from defensoria.conversations.holder import Contested
from defensoria.conversations.models import Atendimento, AtendimentoEvent, Message, Note, Role
from defensoria.conversations.transfer import Destination, UnfitDestination, people_of, staffed, transfer
from tests.sending import lease_due

from .conftest import said

QUEUE = Destination(nucleo="varzea-grande", words="fila: Várzea Grande")


@pytest.fixture
def taken(database, queued, attendants):
    """The id of an atendimento that Ana has taken."""
    with database.transaction() as session:
        holder.claim(session, queued, attendants[0])
    return queued


def to_person(user, nucleo="sinop"):
    return Destination(nucleo=nucleo, user_id=user.id, words=user.name)


def test_into_another_nucleos_queue_it_keeps_its_place(database, taken, attendants):
    with database.transaction() as session:
        before = session.get(Atendimento, taken)
        queued_at, epoch = before.queued_at, before.epoch
    with database.transaction() as session:
        transfer(session, taken, attendants[0], QUEUE, "é de lá")
    with database.transaction() as session:
        moved = session.get(Atendimento, taken)
        assert (moved.holder, moved.nucleo, moved.attendant_id, moved.claimed_at) == ("queue", QUEUE.nucleo, None, None)
        assert (moved.queued_at, moved.epoch) == (queued_at, epoch + 1)
        event = session.scalars(select(AtendimentoEvent).order_by(AtendimentoEvent.id.desc())).first()
        assert (event.kind, event.actor, event.nucleo) == ("transferred", "ana", QUEUE.nucleo)
        assert event.data == {"note_id": 1, "from_nucleo": "sinop", "to_nucleo": QUEUE.nucleo}


def test_to_a_colleague_who_alone_answers_from_then_on(database, taken, attendants):
    ana, bia = attendants
    with database.transaction() as session:
        transfer(session, taken, ana, to_person(bia), "falta o RG")
        assert session.get(Atendimento, taken).attendant_id == bia.id
    with pytest.raises(Contested), database.transaction() as session:
        holder.answer(session, taken, ana, said("oi"))
    with database.transaction() as session:
        holder.answer(session, taken, bia, said("oi"))


def test_who_comes_second_is_told_and_moves_nothing(database, taken, attendants):
    ana, bia = attendants
    with database.transaction() as session:
        transfer(session, taken, ana, to_person(bia), "sua")
    with pytest.raises(Contested) as contested, database.transaction() as session:
        transfer(session, taken, ana, QUEUE, "não, de lá")
    assert contested.value.by == "Bia"
    with database.transaction() as session:
        assert session.get(Atendimento, taken).nucleo == "sinop"
        assert [note.text for note in notes.of_atendimento(session, taken)] == ["sua"]


def test_what_changed_hands_since_it_was_read_is_not_moved(database, taken, attendants):
    with database.transaction() as session:
        session.get(Atendimento, taken)
        moved_on = update(Atendimento).values(epoch=Atendimento.epoch + 1, attendant_id=attendants[1].id)
        session.execute(moved_on.execution_options(synchronize_session=False))
        with pytest.raises(Contested):
            transfer(session, taken, attendants[0], QUEUE, "é de lá")
    with database.transaction() as session:
        assert session.get(Atendimento, taken).nucleo == "sinop"
        assert notes.of_atendimento(session, taken) == []


def test_a_waiting_one_is_moved_only_by_who_may(database, queued, attendants):
    with pytest.raises(Contested), database.transaction() as session:
        transfer(session, queued, attendants[0], QUEUE, "é de lá")
    with database.transaction() as session:
        moved = transfer(session, queued, attendants[0], QUEUE, "é de lá", directs=True)
        assert (moved.holder, moved.nucleo) == ("queue", QUEUE.nucleo)


def test_places_that_do_not_serve(database, queued, attendants):
    ana, bia = attendants
    here = Destination(nucleo="sinop", words="fila")
    for to in (here, to_person(ana), to_person(bia, "varzea-grande")):
        with pytest.raises(UnfitDestination), database.transaction() as session:
            transfer(session, queued, ana, to, "nota", directs=True)
    with database.transaction() as session:
        session.merge(bia).active = False
    with pytest.raises(UnfitDestination), database.transaction() as session:
        transfer(session, queued, ana, to_person(bia), "nota", directs=True)


def test_one_kept_for_the_opening_stays_with_the_opening(database, queued, attendants):
    with database.transaction() as session:
        atendimento = session.get(Atendimento, queued)
        atendimento.queue_from = atendimento.queued_at
    with pytest.raises(Contested), database.transaction() as session:
        transfer(session, queued, attendants[0], QUEUE, "nota", directs=True)


def test_a_note_is_no_message_and_nothing_sends_it(database, taken, attendants):
    with database.transaction() as session:
        before = session.scalars(select(Message.id)).all()
        notes.add(session, session.get(Atendimento, taken), attendants[0], "cuidado: segredo")
        transfer(session, taken, attendants[0], QUEUE, "outro segredo")
    with database.transaction() as session:
        assert session.scalars(select(Message.id)).all() == before
        assert all("segredo" not in str(leased.body) for leased in lease_due(session))
        assert session.scalars(select(Note.text).order_by(Note.id)).all() == ["cuidado: segredo", "outro segredo"]
        told = session.scalars(select(AtendimentoEvent.data)).all()
        assert "segredo" not in str(told)


def test_people_and_staffed_nucleos_are_those_who_work(database, attendants):
    with database.transaction() as session:
        gone = users.add_user(session, "gil", "Gil", Role.ATTENDANT, ["sinop", "cuiaba"], "senha-bem-comprida")
        gone.active = False
    with database.transaction() as session:
        assert {
            nucleo: [p.login for p in people] for nucleo, people in people_of(session, ["sinop", "cuiaba"]).items()
        } == {"sinop": ["ana", "bia"]}
        assert staffed(session) == {"sinop"}
