"""The outbox: in order for each citizen, tried again, statuses only forward."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from defensoria.clock import utc_now
from defensoria.conversations import outbox
from defensoria.conversations.models import Atendimento, Message, Status

from .conftest import said


@pytest.fixture
def three(database, queued):
    """Ids of three messages to one citizen, in order; the first is the handoff's."""
    with database.transaction() as session:
        atendimento = session.get(Atendimento, queued)
        outbox.enqueue(session, atendimento, "ana", said("dois"))
        outbox.enqueue(session, atendimento, "ana", said("três"))
        return session.scalars(select(Message.id).where(Message.direction == "out").order_by(Message.id)).all()


def _lease(database):
    with database.transaction() as session:
        return [leased.id for leased in outbox.lease_due(session)]


def test_one_message_a_citizen_at_a_time_and_in_order(database, three):
    sent = []
    while due := _lease(database):
        assert len(due) == 1
        assert _lease(database) == [], "the next waits until WhatsApp has taken this one"
        sent += due
        with database.transaction() as session:
            outbox.mark_sent(session, due[0], f"wamid.out.{due[0]}")
    assert sent == three


def test_a_failure_that_may_pass_is_tried_again_later_and_holds_the_ones_behind(database, three):
    (first,) = _lease(database)
    with database.transaction() as session:
        outbox.mark_retry(session, first, "HTTP 503")
    assert _lease(database) == []
    with database.transaction() as session:
        message = session.get(Message, first)
        assert message.status == Status.PENDING.value
        assert message.not_before > utc_now()
        message.not_before = utc_now() - timedelta(seconds=1)
    assert _lease(database) == [first]


def test_waits_grow_and_stay_bounded(database, three):
    waits = []
    for _ in range(12):
        with database.transaction() as session:
            session.execute(update(Message).values(not_before=None))
        (first,) = _lease(database)
        with database.transaction() as session:
            before = utc_now()
            outbox.mark_retry(session, first, "HTTP 503")
            waits.append(round((session.get(Message, first).not_before - before).total_seconds()))
    assert waits == sorted(waits)
    assert 1 < waits[0] < 5
    assert waits[-1] == 300


def test_a_refused_message_shows_its_reason_and_lets_the_next_go(database, three):
    (first,) = _lease(database)
    with database.transaction() as session:
        outbox.mark_failed(session, first, "131026 not on WhatsApp")
    with database.transaction() as session:
        assert session.get(Message, first).error == "131026 not on WhatsApp"
    assert _lease(database) == [three[1]]


def test_a_lease_whose_process_died_is_due_again(database, three):
    (first,) = _lease(database)
    with database.transaction() as session:
        session.execute(update(Message).where(Message.id == first).values(lease_until=utc_now() - timedelta(seconds=1)))
    assert _lease(database) == [first]


@pytest.mark.parametrize(
    ("come", "stays"),
    [
        (["sent", "delivered", "read"], "read"),
        (["read", "delivered", "sent"], "read"),
        (["delivered"], "delivered"),
        (["sent", "failed"], "failed"),
        (["read", "failed"], "read"),
        (["unheard_of"], "sent"),
    ],
)
def test_statuses_only_move_forward(database, three, come, stays):
    (first,) = _lease(database)
    with database.transaction() as session:
        outbox.mark_sent(session, first, "wamid.out")
        for status in come:
            outbox.apply_status(session, "wamid.out", None, status, "131026" if status == "failed" else None)
        assert session.get(Message, first).status == stays


def test_a_status_that_comes_before_the_answer_to_the_send_is_known_by_what_we_sent_along(database, three):
    (first,) = _lease(database)
    with database.transaction() as session:
        assert outbox.apply_status(session, "wamid.early", str(first), "delivered", None)
        outbox.mark_sent(session, first, "wamid.early")
        assert session.get(Message, first).status == Status.DELIVERED.value


def test_a_status_of_nothing_of_ours_changes_nothing(database, three):
    with database.transaction() as session:
        assert not outbox.apply_status(session, "wamid.other", "999999", "read", None)
        assert not outbox.apply_status(session, "wamid.other", "not a number", "read", None)


@pytest.mark.parametrize("note", [outbox.mark_retry, outbox.mark_failed])
def test_what_whatsapp_has_said_to_be_there_is_not_sent_again_though_its_answer_was_not_heard(database, three, note):
    (first,) = _lease(database)
    with database.transaction() as session:
        assert outbox.apply_status(session, "wamid.out", str(first), "delivered", None)
    with database.transaction() as session:
        note(session, first, "no answer from WhatsApp")
    with database.transaction() as session:
        assert session.get(Message, first).status == Status.DELIVERED.value
    assert _lease(database) == [three[1]]


@pytest.mark.parametrize("callback_data", ["²", "9" * 30, "2147483648", "-1", "٣"])
def test_callback_data_that_is_no_id_of_ours_changes_nothing(database, three, callback_data):
    with database.transaction() as session:
        assert not outbox.apply_status(session, "wamid.other", callback_data, "read", None)
