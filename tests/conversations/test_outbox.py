"""The outbox: in order for each citizen, tried again, statuses only forward."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from defensoria.clock import utc_now
from defensoria.conversations import inbox, outbox, receipts, sending
from defensoria.conversations.failures import FAILURES, Failure, Refusal
from defensoria.conversations.models import Atendimento, Message, SendingState, Status
from defensoria.settings import settings
from tests.sending import fail, fail_for_now, lease_due

from .conftest import inbound, said


@pytest.fixture
def three(database, queued):
    """Ids of three messages to one citizen, in order; the first is the handoff's."""
    with database.transaction() as session:
        atendimento = session.get(Atendimento, queued)
        outbox.enqueue(session, atendimento, "ana", said("dois"))
        outbox.enqueue(session, atendimento, "ana", said("três"))
        return session.scalars(select(Message.id).where(Message.direction == "out").order_by(Message.id)).all()


@pytest.fixture
def longest_waits(monkeypatch):
    """Chance gives the longest wait it may."""
    monkeypatch.setattr("random.uniform", lambda _least, most: most)


@pytest.fixture
def invites(monkeypatch):
    """The office has an approved template for who has been silent for more than 24 hours."""
    monkeypatch.setenv("WHATSAPP_REOPEN_TEMPLATE", "convite_para_voltar")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def _lease(database):
    with database.transaction() as session:
        return [leased.id for leased in lease_due(session)]


def _message(database, message_id):
    with database.transaction() as session:
        return session.get(Message, message_id)


def _refuse(database, message_id, code, failure=None):
    with database.transaction() as session:
        refusal = Refusal(f"HTTP 400, code {code}: …", failure or FAILURES[code], code)
        receipts.mark_refused(session, message_id, refusal)


def _no_answer(database, message_id):
    with database.transaction() as session:
        receipts.mark_refused(session, message_id, Refusal("no answer from WhatsApp", Failure.UNKNOWN))


def _later(database, **columns):
    """Let these instants of all messages come."""
    with database.transaction() as session:
        session.execute(update(Message).values({name: utc_now() - timedelta(seconds=1) for name in columns}))


def _send(database, message_id):
    assert _lease(database) == [message_id]
    with database.transaction() as session:
        receipts.mark_sent(session, message_id, f"wamid.out.{message_id}")


def _stopped(database):
    with database.transaction() as session:
        return sending.report(session).stopped_since is not None


def test_one_message_a_citizen_at_a_time_and_in_order(database, three):
    sent = []
    while due := _lease(database):
        assert len(due) == 1
        assert _lease(database) == [], "the next waits until WhatsApp has taken this one"
        sent += due
        with database.transaction() as session:
            receipts.mark_sent(session, due[0], f"wamid.out.{due[0]}")
    assert sent == three


def test_a_failure_that_may_pass_is_tried_again_later_and_holds_the_ones_behind(database, three, longest_waits):
    (first,) = _lease(database)
    with database.transaction() as session:
        fail_for_now(session, first, "HTTP 503")
    assert _lease(database) == []
    with database.transaction() as session:
        message = session.get(Message, first)
        assert message.status == Status.PENDING.value
        assert message.not_before > utc_now()
        message.not_before = utc_now() - timedelta(seconds=1)
    assert _lease(database) == [first]


def test_waits_grow_and_stay_bounded(database, three, longest_waits):
    waits = []
    for _ in range(12):
        with database.transaction() as session:
            session.execute(update(Message).values(not_before=None))
        (first,) = _lease(database)
        with database.transaction() as session:
            before = utc_now()
            fail_for_now(session, first, "HTTP 503")
            waits.append(round((session.get(Message, first).not_before - before).total_seconds()))
    assert waits == sorted(waits)
    assert 1 < waits[0] < 5
    assert waits[-1] == 300


def test_a_refused_message_shows_its_reason_and_lets_the_next_go(database, three):
    (first,) = _lease(database)
    with database.transaction() as session:
        fail(session, first, "131026 not on WhatsApp")
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
        (["played", "read"], "read"),
        (["delivered", "played", "delivered"], "read"),
    ],
)
def test_statuses_only_move_forward(database, three, come, stays):
    (first,) = _lease(database)
    with database.transaction() as session:
        receipts.mark_sent(session, first, "wamid.out")
        for status in come:
            receipts.apply_status(session, "wamid.out", None, status, "131026" if status == "failed" else None)
        assert session.get(Message, first).status == stays


def test_a_status_that_comes_before_the_answer_to_the_send_is_known_by_what_we_sent_along(database, three):
    (first,) = _lease(database)
    with database.transaction() as session:
        assert receipts.apply_status(session, "wamid.early", str(first), "delivered", None)
        receipts.mark_sent(session, first, "wamid.early")
        assert session.get(Message, first).status == Status.DELIVERED.value


def test_a_status_of_nothing_of_ours_changes_nothing(database, three):
    with database.transaction() as session:
        assert not receipts.apply_status(session, "wamid.other", "999999", "read", None)
        assert not receipts.apply_status(session, "wamid.other", "not a number", "read", None)


@pytest.mark.parametrize("note", [fail_for_now, fail])
def test_what_whatsapp_has_said_to_be_there_is_not_sent_again_though_its_answer_was_not_heard(database, three, note):
    (first,) = _lease(database)
    with database.transaction() as session:
        assert receipts.apply_status(session, "wamid.out", str(first), "delivered", None)
    with database.transaction() as session:
        note(session, first, "no answer from WhatsApp")
    with database.transaction() as session:
        assert session.get(Message, first).status == Status.DELIVERED.value
    assert _lease(database) == [three[1]]


@pytest.mark.parametrize("callback_data", ["²", "9" * 30, "2147483648", "-1", "٣"])
def test_callback_data_that_is_no_id_of_ours_changes_nothing(database, three, callback_data):
    with database.transaction() as session:
        assert not receipts.apply_status(session, "wamid.other", callback_data, "read", None)


def test_whatsapp_is_given_the_time_it_asks_for(database, three):
    (first,) = _lease(database)
    with database.transaction() as session:
        receipts.mark_refused(session, first, Refusal("HTTP 429", Failure.PASSING, retry_after=90))
        assert session.get(Message, first).not_before > utc_now() + timedelta(seconds=80)


def test_attempts_have_an_end(database, three):
    (first,) = _lease(database)
    with database.transaction() as session:
        session.get(Message, first).attempts = 500
        fail_for_now(session, first, "HTTP 503")
    assert _message(database, first).status == "failed"
    assert _lease(database) == [three[1]]


_TABLE = {
    Failure.PASSING: [1, 2, 4, 80007, 130429, 131000, 131016, 131057],
    Failure.RECIPIENT: [131056],
    Failure.STOP: [0, 3, 10, 190, 200, 250, 299, 368, 131005, 131031, 131037, 131042, 131045, 133010],
    Failure.HOLD: [131048],
    Failure.WINDOW: [131047],
    Failure.FINAL: [131026, 131049, 131050, 131051, 131052, 131053, 131062],
    Failure.OURS: [100, 131008, 131009, 132000, 132001, 132015, 132999],
}


def test_the_error_table_is_whatsapps():
    for failure, codes in _TABLE.items():
        assert {code: FAILURES[code] for code in codes} == dict.fromkeys(codes, failure)
    assert len(FAILURES) == sum(map(len, _TABLE.values())) + 97 + 996


@pytest.mark.parametrize("code", [codes[-1] for codes in _TABLE.values()])
def test_a_refusal_is_dealt_with_as_the_error_table_says(database, three, code, longest_waits):
    (first,) = _lease(database)
    _refuse(database, first, code)
    message = _message(database, first)
    match FAILURES[code]:
        case Failure.PASSING | Failure.RECIPIENT:
            assert message.status == "pending"
            assert message.not_before > utc_now()
            assert not _stopped(database)
        case Failure.STOP | Failure.HOLD:
            assert (message.status, message.attempts) == ("pending", 0)
            assert _stopped(database)
            assert _lease(database) == []
        case Failure.WINDOW | Failure.FINAL | Failure.OURS:
            assert message.status == "failed"
            assert _lease(database) == [three[1]]


@pytest.mark.parametrize(("code", "status"), [(131026, "failed"), (131000, "pending"), (131042, "pending")])
def test_a_status_that_says_failed_is_dealt_with_as_a_refusal_of_that_code(database, three, code, status):
    _send(database, three[0])
    with database.transaction() as session:
        for _ in range(2):
            receipts.apply_status(session, f"wamid.out.{three[0]}", str(three[0]), "failed", f"{code} Something")
        assert session.get(Message, three[0]).status == status
    assert _stopped(database) == (code == 131042)


def test_while_sending_is_stopped_one_message_tries_from_time_to_time(database, three):
    _refuse(database, *_lease(database), 190)
    waits = []
    for _ in range(6):
        with database.transaction() as session:
            state = session.get(SendingState, 1)
            waits.append(round((state.probe_at - utc_now()).total_seconds()))
            state.probe_at = utc_now()
        (probe,) = _lease(database)
        assert _lease(database) == []
        _refuse(database, probe, 190)
    assert waits == [30, 60, 120, 240, 300, 300]


def test_sending_goes_on_once_a_try_succeeds_and_nothing_is_lost(database, three):
    _refuse(database, *_lease(database), 131042)
    with database.transaction() as session:
        session.get(SendingState, 1).probe_at = utc_now()
    for message_id in three:
        _send(database, message_id)
    assert not _stopped(database)


def test_what_was_under_way_when_sending_stopped_does_not_start_it_again(database, three):
    (first,) = _lease(database)
    with database.transaction() as session:
        sending.stop(session, 190, "HTTP 401, code 190", False, 999)
        receipts.mark_sent(session, first, "wamid.out")
    assert _stopped(database)


def test_one_process_sends_until_it_falls_silent(database):
    def turn(process):
        with database.transaction() as session:
            return sending.take_turn(session, process)

    assert (turn("a"), turn("b"), turn("a")) == (True, False, True)
    with database.transaction() as session:
        session.get(SendingState, 1).sender_until = utc_now()
    assert (turn("b"), turn("a")) == (True, False)
    with database.transaction() as session:
        sending.give_turn(session, "b")
    assert turn("a")


def test_a_process_on_standby_sends_only_where_no_other_wants_to(database):
    def turn(process, standby=False, ended=0.0):
        with database.transaction() as session:
            state = session.get(SendingState, 1)
            if state is not None and ended:
                state.sender_until = utc_now() - timedelta(seconds=ended)
            return sending.take_turn(session, process, standby)

    assert (turn("rasa", standby=True), turn("rasa", standby=True)) == (True, True)
    assert not turn("desk")
    assert not turn("rasa", standby=True, ended=1)
    assert turn("desk")
    assert not turn("rasa", standby=True)
    assert turn("rasa", standby=True, ended=3)


def test_what_perhaps_reached_whatsapp_waits_for_a_status_before_it_is_sent_again(database, three):
    (first,) = _lease(database)
    _no_answer(database, first)
    assert _lease(database) == []
    with database.transaction() as session:
        receipts.apply_status(session, "wamid.out", str(first), "sent", None)
    assert _message(database, first).status == "sent"
    assert _lease(database) == [three[1]]


def test_the_bots_words_that_nothing_was_heard_of_are_sent_once_more(database, three):
    (first,) = _lease(database)
    for sent_again in (True, False):
        _no_answer(database, first)
        _later(database, lease_until=1)
        assert (_lease(database) == [first]) == sent_again
    assert _message(database, first).status == "failed"


def test_a_persons_words_that_nothing_was_heard_of_are_that_persons_to_send_again(database, three):
    _send(database, three[0])
    _no_answer(database, *_lease(database))
    _later(database, lease_until=1)
    assert _lease(database) == [three[2]]
    message = _message(database, three[1])
    assert (message.status, message.error) == ("failed", receipts.OUTCOME_UNKNOWN)


def test_what_we_gave_up_and_arrived_counts_as_arrived(database, three):
    test_a_persons_words_that_nothing_was_heard_of_are_that_persons_to_send_again(database, three)
    with database.transaction() as session:
        receipts.apply_status(session, "wamid.late", str(three[1]), "delivered", None)
    message = _message(database, three[1])
    assert (message.status, message.error) == ("delivered", None)


def test_a_failed_message_sent_again_is_a_new_attempt(database, three):
    (first,) = _lease(database)
    _refuse(database, first, 131026)
    with database.transaction() as session:
        assert receipts.resend(session, first)
        assert not receipts.resend(session, first)
        assert not receipts.resend(session, 999)
    assert _lease(database) == [first]
    assert _message(database, first).attempts == 1


def test_after_24_hours_without_a_template_the_reason_is_told_at_once(database, three):
    (first,) = _lease(database)
    _refuse(database, first, 131047)
    message = _message(database, first)
    assert (message.status, message.error) == ("failed", outbox.WINDOW_CLOSED)


def test_after_24_hours_the_words_wait_behind_one_invitation_until_the_citizen_writes(database, three, invites):
    for message_id in three:
        assert _lease(database) == [message_id]
        _refuse(database, message_id, 131047)
        assert _message(database, message_id).status == "waiting"
    (invitation,) = _lease(database)
    assert _message(database, invitation).payload == {
        "type": "template",
        "template": {"name": "convite_para_voltar", "language": {"code": "pt_BR"}},
    }
    with database.transaction() as session:
        receipts.mark_sent(session, invitation, "wamid.invitation")
    assert _lease(database) == []
    with database.transaction() as session:
        inbox.receive(session, inbound("voltei"))
    for message_id in three:
        _send(database, message_id)


def test_a_status_of_131047_counts_as_our_own_finding(database, three, invites):
    _send(database, three[0])
    with database.transaction() as session:
        receipts.apply_status(session, f"wamid.out.{three[0]}", None, "failed", "131047 Re-engagement message")
    assert _message(database, three[0]).status == "waiting"


def test_words_do_not_wait_behind_an_invitation_that_failed(database, three, invites):
    for _ in three:
        _refuse(database, *_lease(database), 131047)
    _refuse(database, *_lease(database), 132001)
    for message_id in three:
        message = _message(database, message_id)
        assert (message.status, message.error) == ("failed", receipts.INVITATION_FAILED)


def test_the_report_tells_how_sending_stands_without_words_or_numbers(database, three):
    _refuse(database, *_lease(database), 131026)
    _refuse(database, *_lease(database), 190)
    with database.transaction() as session:
        report = sending.report(session)
    assert report.counts == {"failed": 1, "pending": 2}
    assert report.stopped_since
    assert report.reason.startswith("HTTP 400, code 190")
    (dead,) = report.dead
    assert (dead.id, dead.reason) == (three[0], "HTTP 400, code 131026: …")
    assert report.oldest == _message(database, three[1]).at
    assert "556599990001" not in str(report)
