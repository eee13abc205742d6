"""What citizens write is stored once, recognised, and served in the order it was written."""

from datetime import timedelta

from sqlalchemy import func, select

from defensoria.conversations import inbox, serving
from defensoria.conversations.holder import claim, close
from defensoria.conversations.models import Atendimento, Citizen, Holder, Message

from .conftest import NOON, inbound


def test_a_wamid_seen_before_does_nothing(database):
    message = inbound()
    with database.transaction() as session:
        assert inbox.receive(session, message) is not None
    with database.transaction() as session:
        assert inbox.receive(session, message) is None
        assert session.scalar(select(func.count(Message.id))) == 1


def test_messages_of_one_citizen_share_an_atendimento_and_others_do_not(database):
    with database.transaction() as session:
        first, second = inbox.receive(session, inbound()), inbox.receive(session, inbound())
        other = inbox.receive(session, inbound(wa_id="556599990002"))
        assert first.atendimento_id == second.atendimento_id != other.atendimento_id


def test_messages_are_served_in_the_order_they_were_written_not_in_which_they_came(database):
    with database.transaction() as session:
        late = inbox.receive(session, inbound("depois", minutes=2))
        inbox.receive(session, inbound("antes", minutes=1))
        assert inbox.unprocessed(session, late.citizen_id).text == "antes"


def test_a_citizen_is_recognised_by_the_business_scoped_id_when_the_number_is_missing(database):
    with database.transaction() as session:
        known = inbox.receive(session, inbound(user_id="BR.1"))
        again = inbox.receive(session, inbound(wa_id=None, user_id="BR.1"))
        assert again.citizen_id == known.citizen_id
        assert session.get(Citizen, known.citizen_id).address == "BR.1"


def test_two_people_are_not_merged_when_a_message_carries_an_id_of_each(database):
    with database.transaction() as session:
        by_number = inbox.receive(session, inbound(wa_id="556599990001"))
        by_id = inbox.receive(session, inbound(wa_id=None, user_id="BR.2"))
        both = inbox.receive(session, inbound(wa_id="556599990001", user_id="BR.2"))
        assert by_number.citizen_id != by_id.citizen_id
        assert both.citizen_id == by_number.citizen_id


def test_a_message_after_closing_opens_an_atendimento_linked_to_the_last(database):
    with database.transaction() as session:
        first = inbox.receive(session, inbound())
        session.get(Atendimento, first.atendimento_id).holder = Holder.CLOSED.value
    with database.transaction() as session:
        second = inbox.receive(session, inbound())
        opened = session.get(Atendimento, second.atendimento_id)
        assert opened.previous_id == first.atendimento_id
        assert opened.holder == Holder.BOT.value


def test_a_message_whose_atendimento_closed_before_it_was_served_moves_to_a_new_one(database):
    with database.transaction() as session:
        message = inbox.receive(session, inbound())
        session.get(Atendimento, message.atendimento_id).holder = Holder.CLOSED.value
    with database.transaction() as session:
        waiting = inbox.unprocessed(session, message.citizen_id)
        current = inbox.reopen_if_closed(session, waiting)
        assert current.id != message.atendimento_id
        assert session.get(Message, message.id, populate_existing=True).atendimento_id == current.id


def test_what_a_closing_left_unserved_goes_on_in_the_next_before_what_is_written_later(database):
    with database.transaction() as session:
        left = inbox.receive(session, inbound("antes"))
        session.get(Atendimento, left.atendimento_id).holder = Holder.CLOSED.value
    with database.transaction() as session:
        later = inbox.receive(session, inbound("depois", minutes=1))
    with database.transaction() as session:
        transcript = select(Message.id).where(Message.atendimento_id == later.atendimento_id).order_by(Message.id)
        assert session.scalars(transcript).all() == [left.id, later.id]


def test_a_message_to_a_person_is_theirs_from_the_moment_it_is_looked_at(database, queued, attendants):
    with database.transaction() as session:
        claim(session, queued, attendants[0])
        message = inbox.receive(session, inbound("obrigada"))
    with database.transaction() as session:
        inbox.reopen_if_closed(session, inbox.unprocessed(session, message.citizen_id))
    # Until whoever looked acts on it, the person closes and the citizen writes again.
    with database.transaction() as session:
        close(session, queued, attendants[0], "resolvido", None)
        inbox.receive(session, inbound("mais uma coisa"))
    with database.transaction() as session:
        assert session.get(Message, message.id).atendimento_id == queued
        assert inbox.unprocessed(session, message.citizen_id).text == "mais uma coisa"


def test_a_conversation_that_goes_on_in_the_next_knows_when_its_citizen_wrote(database):
    with database.transaction() as session:
        left = inbox.receive(session, inbound(minutes=3))
        session.get(Atendimento, left.atendimento_id).holder = Holder.CLOSED.value
    with database.transaction() as session:
        current = inbox.reopen_if_closed(session, inbox.unprocessed(session, left.citizen_id))
        assert current.last_citizen_message_at == left.at


def test_what_was_stored_and_not_served_is_found_after_a_restart(database):
    with database.transaction() as session:
        message = inbox.receive(session, inbound())
    with database.transaction() as session:
        assert serving.left_alone(session) == [message.citizen_id]
        inbox.served_now(session, message.id)
        assert serving.left_alone(session) == []


def test_instants_come_back_aware_and_unchanged(database):
    with database.transaction() as session:
        message = inbox.receive(session, inbound(minutes=7))
    with database.transaction() as session:
        assert session.get(Message, message.id).at == NOON + timedelta(minutes=7)
