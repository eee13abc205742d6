"""How `make run` goes on when one of its processes ends unasked."""

from defensoria.supervisor import Deaths


def test_a_part_is_started_again_after_a_growing_wait_and_then_no_more():
    now = 100.0
    deaths = Deaths(now=lambda: now)
    assert [deaths.count() for _ in range(4)] == [0.5, 1.0, 2.0, None]


def test_a_death_of_more_than_a_minute_ago_no_longer_counts():
    instants = iter((0.0, 50.0, 61.0, 200.0))
    deaths = Deaths(now=lambda: next(instants))
    assert [deaths.count() for _ in range(4)] == [0.5, 1.0, 1.0, 0.5]
