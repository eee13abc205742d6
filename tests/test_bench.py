"""The bench: who writes when, and what its figures say."""

from collections import defaultdict

import pytest

from bench.dialogue import TRIAGES, arrivals
from bench.speed import Measured, Report, _failed
from bench.system import Usage

FIRST = 5565920000000


def test_messages_come_at_the_rate_asked_for_and_the_same_each_time():
    messages = arrivals(40, 60, 300, FIRST)
    assert len(messages) == 2400
    assert messages[-1].at == pytest.approx(60, rel=0.1)
    assert messages == arrivals(40, 60, 300, FIRST)


def test_each_citizen_says_a_whole_triage_in_order_and_so_many_are_open_at_once():
    said = defaultdict(list)
    for message in arrivals(40, 60, 20, FIRST):
        said[message.wa_id].append(message.text)
    triages = [list(triage) for triage in TRIAGES]
    unfinished = [texts for texts in said.values() if texts not in triages]
    assert len(unfinished) <= 20
    assert all(any(texts == triage[: len(texts)] for triage in triages) for texts in unfinished)
    assert len({message.wa_id for message in arrivals(40, 7.5, 300, FIRST)}) == 300


def _measured(rate: float, cpu: float, errors: int = 0) -> Measured:
    usage = {"rasa": Usage(cpu, 600), "simulator": Usage(99, 30)}
    return Measured(messages=100, errors=errors, latencies=[0.01] * 100, seconds=100 / rate, usage=usage)


def test_the_ratios_leave_out_what_stands_for_meta():
    report = Report({"máxima": _measured(60, 2)}, {"máxima": _measured(20, 8)})
    assert report.ratios("máxima") == pytest.approx({"messages_per_second": 3, "cpu": 0.25})


@pytest.mark.parametrize(
    ("ours", "stock", "failed"),
    [
        (_measured(61, 2), _measured(20, 8), False),
        (_measured(59, 2), _measured(20, 8), True),
        (_measured(61, 2, errors=1), _measured(20, 8), True),
    ],
)
def test_the_bench_fails_on_ratios_and_errors_alone(ours, stock, failed):
    assert _failed(Report({"máxima": ours}, {"máxima": stock}), "máxima") is failed
