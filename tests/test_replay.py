"""The replay of 12 September 2022: the afternoon that is drawn, and the ledger that must find every fault."""

from collections import Counter
from dataclasses import replace

import pytest

from bench.ledger import Stored, balance
from bench.plan import Delivery, plan
from defensoria.conversations.models import Status

AFTERNOON = plan(11_429, 18_168, 10, seed=12)
STARTS = [conversation.messages[0].pause for conversation in AFTERNOON]


def test_the_afternoon_has_exactly_its_conversations_and_messages():
    assert len(AFTERNOON) == len({conversation.wa_id for conversation in AFTERNOON}) == 11_429
    assert sum(len(conversation.messages) for conversation in AFTERNOON) == 18_168
    assert all(conversation.messages for conversation in AFTERNOON)


def test_the_same_seed_draws_the_same_afternoon_and_another_one_another():
    assert plan(50, 80, 1, seed=12) == plan(50, 80, 1, seed=12) != plan(50, 80, 1, seed=13)


def test_the_peak_is_at_noon_and_falls_off():
    by_minute = Counter(int(start // 60) for start in STARTS)
    counts = [by_minute[minute] for minute in range(10)]
    assert sum(counts) == 11_429
    assert counts == sorted(counts, reverse=True)
    assert 3.0 < counts[0] / (11_429 / 10) < 4.0


def test_some_people_are_impatient_and_some_webhooks_come_together_twice_or_late():
    messages = [message for conversation in AFTERNOON for message in conversation.messages]
    assert {message.delivery for message in messages} == set(Delivery)
    assert 0.1 < sum(m.impatient for m in messages) / (18_168 - 11_429) < 0.2
    late = [
        (one, following)
        for conversation in AFTERNOON
        for one, following in zip(conversation.messages, [*conversation.messages[1:], None], strict=True)
        if one.delivery is Delivery.LATE
    ]
    assert all(following and following.impatient for _, following in late)


def test_fewer_messages_than_conversations_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        plan(10, 9, 1, seed=1)


ANSWERED = Stored("a", Status.PROCESSED.value, person=False, needless=False, answers=((1, "Olá"), (2, "Qual?")))
QUEUED = Stored("b", Status.PROCESSED.value, person=True, needless=False)
REACTION = Stored("c", Status.PROCESSED.value, person=False, needless=True)
STORED = [ANSWERED, QUEUED, REACTION]
SENT = {1: Status.DELIVERED.value, 2: Status.SENT.value}


def test_a_ledger_balances_when_everything_was_dealt_with_once():
    ledger = balance("abc", STORED, SENT, [1, 2, None])
    assert ledger.balances
    assert (ledger.answered, ledger.persons, ledger.without_need, ledger.answers) == (1, 1, 1, 2)


@pytest.mark.parametrize(
    ("fault", "stored", "sent", "arrived"),
    [
        ("lost", STORED[:2], SENT, [1, 2]),
        ("unprocessed", [*STORED[:2], replace(REACTION, status=Status.RECEIVED.value)], SENT, [1, 2]),
        ("unanswered", [ANSWERED, replace(QUEUED, person=False), REACTION], SENT, [1, 2]),
        ("doubled", [replace(ANSWERED, answers=((1, "Olá"), (2, "Olá"))), QUEUED, REACTION], SENT, [1, 2]),
        ("failed", STORED, {**SENT, 2: Status.FAILED.value}, [1]),
        ("unsent", STORED, {**SENT, 2: Status.PENDING.value}, [1]),
        ("not_arrived", STORED, SENT, [1]),
        ("arrived_twice", STORED, SENT, [1, 2, 2]),
    ],
)
def test_a_ledger_names_the_fault_and_does_not_balance(fault, stored, sent, arrived):
    ledger = balance("abc", stored, sent, arrived)
    assert ledger.faults == {**dict.fromkeys(ledger.faults, 0), fault: 1}
    assert not ledger.balances
