"""Small counts leave the office hidden."""

import pytest

from defensoria.privacy.retention import retention
from defensoria.privacy.small_counts import hide_small


def _hide(*counts: int, smallest: int | None = 5) -> list[int | None]:
    rows = [{"municipio": f"cidade {at}", "pessoas": count} for at, count in enumerate(counts)]
    hidden = hide_small(rows, ["pessoas"], smallest)
    assert [row["municipio"] for row in hidden] == [row["municipio"] for row in rows]
    return [row["pessoas"] for row in hidden]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((1, 4, 5, 90), [None, None, 5, 90]),
        ((0, 5, 6), [0, 5, 6]),
        ((3, 90, 7), [None, 90, None]),
        ((3,), [None]),
        ((), []),
    ],
)
def test_small_counts_are_hidden_and_none_can_be_told_from_the_total(counts, shown):
    assert _hide(*counts) == shown


def test_the_threshold_is_the_offices():
    least = retention().smallest_count
    assert _hide(least - 1, least - 1, least, smallest=None) == [None, None, least]


def test_each_column_is_hidden_by_itself():
    rows = [{"a": 1, "b": 50}, {"a": 2, "b": 60}]
    assert hide_small(rows, ["a", "b"], 5) == [{"a": None, "b": 50}, {"a": None, "b": 60}]
