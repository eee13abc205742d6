"""How the store stands, in numbers."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from defensoria.clock import utc_now
from defensoria.conversations import deliveries, holder, inbox, sending, serving, users
from defensoria.conversations.holder import BotTurn, finish_bot_turn
from defensoria.conversations.models import Atendimento, Delivery, Message, Role
from defensoria.watching import metrics
from defensoria.watching.store import read_store
from tests.conversations.conftest import TRIAGE, inbound, said


def _read(database) -> dict[tuple[str, str], float]:
    with database.transaction() as session:
        written = metrics.of_the_store(read_store(session)).decode()
    return {
        (sample.name.removeprefix("defensoria_"), ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(written)
        for sample in family.samples
    }


def _is_queued(database, wa_id: str, hours_ago: float = 0) -> int:
    with database.transaction() as session:
        message = inbox.receive(session, inbound(wa_id=wa_id))
        assert finish_bot_turn(
            session, message.id, message.atendimento_id, 0, BotTurn([said("Pronto!")], TRIAGE, handoff=True)
        )
        at = utc_now() - timedelta(hours=hours_ago)
        session.execute(
            update(Atendimento)
            .where(Atendimento.id == message.atendimento_id)
            .values(last_citizen_message_at=at, queued_at=at)
        )
        return int(message.atendimento_id)


def test_of_an_empty_store_everything_is_nought(database):
    assert set(_read(database).values()) == {0}


def test_a_delivery_nobody_reads_shows_with_its_age(database):
    with database.transaction() as session:
        deliveries.put(session, b"{}")
        session.execute(update(Delivery).values(received_at=utc_now() - timedelta(minutes=2)))
        deliveries.put(session, b"{}")
    assert _read(database)["deliveries_oldest_seconds", ""] == pytest.approx(120, abs=20)


def test_who_is_not_answered_shows_with_the_age_of_the_oldest(database):
    with database.transaction() as session:
        message = inbox.receive(session, inbound())
        inbox.receive(session, inbound(wa_id="556599990002"))
        session.execute(
            update(Message).where(Message.id == message.id).values(stored_at=utc_now() - timedelta(minutes=5))
        )
    numbers = _read(database)
    assert numbers["inbox_messages", ""] == 2
    assert numbers["inbox_oldest_seconds", ""] == pytest.approx(300, abs=20)
    assert numbers["conversations", "bot"] == 2


def test_the_queue_and_what_is_to_be_sent_show_with_their_ages(database):
    _is_queued(database, "556599990001", hours_ago=2)
    _is_queued(database, "556599990002")
    numbers = _read(database)
    assert numbers["queue_conversations", ""] == 2
    assert numbers["queue_oldest_seconds", ""] == pytest.approx(7200, abs=20)
    assert numbers["outbox_messages", "pending"] == 2
    assert 0 <= numbers["outbox_oldest_seconds", ""] < 60
    assert numbers["conversations", "queue"] == 2


@pytest.mark.parametrize(("hours", "closing"), [(20.5, 0), (21.5, 1), (23.5, 1), (24.5, 0)])
def test_a_window_is_about_to_close_in_its_last_three_hours(database, hours: float, closing: int):
    _is_queued(database, "556599990001", hours_ago=hours)
    assert _read(database)["windows_closing", ""] == closing


def test_who_was_answered_by_a_person_waits_no_more(database):
    atendimento = _is_queued(database, "556599990001", hours_ago=22)
    with database.transaction() as session:
        user = users.add_user(session, "ana", "Ana", Role.ATTENDANT, ["sinop"], "senha-bem-comprida")
        holder.claim(session, atendimento, user)
    assert _read(database)["windows_closing", ""] == 1
    with database.transaction() as session:
        holder.answer(session, atendimento, user, said("Bom dia"))
    assert _read(database)["windows_closing", ""] == 0


def test_stopped_sending_and_living_workers_show(database):
    with database.transaction() as session:
        serving.beat(session, "one")
        serving.beat(session, "two")
        sending.stop(session, 190, "token", True, 1)
    numbers = _read(database)
    assert numbers["workers", ""] == 2
    assert numbers["sending_stopped", ""] == 1
