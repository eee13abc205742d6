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


def _take(database, worker: str, most: int = 10) -> list[int]:
    return _does(database, serving.take, worker, _does(database, serving.left_alone, most))


def test_one_worker_serves_a_citizen_until_it_gives_them_back(database, citizen):
    assert _take(database, "one") == [citizen]
    assert _take(database, "two") == _take(database, "one") == []
    _does(database, serving.give_back, citizen, "two")
    assert _take(database, "two") == [], "nobody gives back what is another's"
    _does(database, serving.give_back, citizen, "one")
    assert _take(database, "two") == [citizen]


def test_of_many_who_want_the_same_citizens_at_once_one_serves_each(database, citizen):
    names = [f"worker-{number}" for number in range(8)]
    with database.transaction() as session:
        for name in names:
            serving.beat(session, name)
        others = [inbox.receive(session, inbound(wa_id=f"5566999900{n:02d}")).citizen_id for n in range(20)]
    with ThreadPoolExecutor(len(names)) as threads:
        taken = list(threads.map(lambda name: _take(database, name, 30), names))
    assert sorted(id for ids in taken for id in ids) == sorted([citizen, *others])


def test_who_has_waited_longest_is_taken_first_and_no_more_than_there_are_places(database, citizen):
    with database.transaction() as session:
        later = [inbox.receive(session, inbound(wa_id=f"5566999900{n:02d}")).citizen_id for n in range(3)]
        inbox.receive(session, inbound())
    assert _take(database, "one", 2) == [citizen, later[0]]
    assert _take(database, "two", 2) == later[1:]


def test_who_was_seen_and_is_another_workers_by_now_is_not_taken(database, citizen):
    seen = _does(database, serving.left_alone)
    assert _take(database, "two") == [citizen]
    assert _does(database, serving.take, "one", seen) == []


def test_nobody_is_taken_whose_messages_are_dealt_with(database, citizen):
    with database.transaction() as session:
        inbox.served_now(session, inbox.unprocessed(session, citizen).id)
    assert _take(database, "one") == []


def test_whom_a_dead_worker_served_is_left_alone_and_may_be_taken(database, citizen):
    _take(database, "one")
    assert _does(database, serving.left_alone) == []
    _falls_silent(database, "one")
    assert _take(database, "two") == []
    _does(database, serving.beat, "two")
    assert _does(database, serving.left_alone) == [citizen]
    assert _take(database, "two") == [citizen]


def test_a_worker_that_ends_lets_go_at_once(database, citizen):
    _take(database, "one")
    _does(database, serving.leave, "one")
    assert _take(database, "two") == [citizen]


def test_a_worker_taken_for_dead_serves_nobody_before_it_says_that_it_is_there(database, citizen):
    _falls_silent(database, "one")
    _does(database, serving.beat, "two")
    with pytest.raises(IntegrityError):
        _take(database, "one")
    _does(database, serving.beat, "one")
    assert _take(database, "one") == [citizen]


def test_a_citizen_who_is_being_served_can_be_erased(database):
    with database.transaction() as session:
        serving.beat(session, "one")
        citizen = Citizen(address="556599990009", created_at=utc_now())
        session.add(citizen)
        session.flush()
        session.add(ServedCitizen(citizen_id=citizen.id, worker="one"))
        session.flush()
        session.delete(citizen)
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(ServedCitizen)) == 0


def test_a_citizen_is_at_home_at_one_worker_and_moves_only_when_that_one_goes():
    names, citizens = [f"worker-{number}" for number in range(4)], range(400)
    homes = {each: serving.home(each, names) for each in citizens}
    assert homes == {each: serving.home(each, reversed(names)) for each in citizens}
    assert all(60 < list(homes.values()).count(name) < 140 for name in names)
    left = {each: serving.home(each, names[1:]) for each in citizens}
    assert all(left[each] == homes[each] for each in citizens if homes[each] != names[0])
