"""Which worker serves a citizen: one at a time, and another once that one is gone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from defensoria.clock import utc_now
from defensoria.conversations import inbox, serving
from defensoria.conversations.models import Citizen, ServedCitizen, Worker

from .conftest import inbound


@pytest.fixture
def citizen(database) -> int:
    """Somebody who has written; two workers are there."""
    with database.transaction() as session:
        for worker in ("one", "two"):
            serving.beat(session, worker)
        return inbox.receive(session, inbound()).citizen_id


def _does(database, work, *args):
    with database.transaction() as session:
        return work(session, *args)


def _falls_silent(database, worker: str) -> None:
    with database.transaction() as session:
        silent = utc_now() - serving.GONE - timedelta(seconds=1)
        session.execute(update(Worker).where(Worker.name == worker).values(seen_at=silent))


def test_one_worker_serves_a_citizen_until_it_gives_them_back(database, citizen):
    assert _does(database, serving.take, citizen, "one")
    assert not _does(database, serving.take, citizen, "two")
    assert _does(database, serving.take, citizen, "one"), "who tries again after a failure serves still"
    _does(database, serving.give_back, citizen, "two")
    assert not _does(database, serving.take, citizen, "two"), "nobody gives back what is another's"
    _does(database, serving.give_back, citizen, "one")
    assert _does(database, serving.take, citizen, "two")


def test_of_many_who_want_a_citizen_at_once_one_serves(database, citizen):
    names = [f"worker-{number}" for number in range(8)]
    with database.transaction() as session:
        for name in names:
            serving.beat(session, name)
    with ThreadPoolExecutor(len(names)) as threads:
        taken = list(threads.map(lambda name: _does(database, serving.take, citizen, name), names))
    assert sum(taken) == 1


def test_who_gives_a_citizen_back_learns_what_came_meanwhile(database, citizen):
    _does(database, serving.take, citizen, "one")
    assert _does(database, serving.give_back, citizen, "one")
    with database.transaction() as session:
        inbox.served_now(session, inbox.unprocessed(session, citizen).id)
    assert not _does(database, serving.give_back, citizen, "one")


def test_whom_a_dead_worker_served_is_left_alone_and_may_be_taken(database, citizen):
    _does(database, serving.take, citizen, "one")
    assert _does(database, serving.left_alone) == []
    _falls_silent(database, "one")
    assert not _does(database, serving.take, citizen, "two")
    _does(database, serving.beat, "two")
    assert _does(database, serving.left_alone) == [citizen]
    assert _does(database, serving.take, citizen, "two")


def test_a_worker_that_ends_lets_go_at_once(database, citizen):
    _does(database, serving.take, citizen, "one")
    _does(database, serving.leave, "one")
    assert _does(database, serving.take, citizen, "two")


def test_a_worker_taken_for_dead_serves_nobody_before_it_says_that_it_is_there(database, citizen):
    _falls_silent(database, "one")
    _does(database, serving.beat, "two")
    with pytest.raises(IntegrityError):
        _does(database, serving.take, citizen, "one")
    _does(database, serving.beat, "one")
    assert _does(database, serving.take, citizen, "one")


def test_a_citizen_who_is_being_served_can_be_erased(database):
    with database.transaction() as session:
        serving.beat(session, "one")
        session.add(Citizen(address="556599990009", created_at=utc_now()))
        session.flush()
        citizen_id = session.scalar(select(Citizen.id))
        serving.take(session, citizen_id, "one")
        session.delete(session.get(Citizen, citizen_id))
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(ServedCitizen)) == 0
