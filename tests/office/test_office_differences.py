"""What an import or an edit would change is shown row by row, and nothing else is."""

import pytest

from defensoria.office.differences import Difference, differences

A, B, C = ({"nome": name, "valor": "1"} for name in "ABC")
B2 = {"nome": "B", "valor": "2"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([A, B], [A, B], []),
        ([A, B], [A, B, C], [Difference(None, C)]),
        ([A, B, C], [A, C], [Difference(B, None)]),
        ([A, B, C], [A, B2, C], [Difference(B, B2)]),
        ([], [A], [Difference(None, A)]),
        ([A, A], [A], [Difference(A, None)]),
        ([{**A, "observacao": ""}], [A], []),
    ],
)
def test_only_rows_that_differ_are_told(before: list, after: list, expected: list[Difference]) -> None:
    assert differences(before, after) == expected


def test_the_cells_that_differ_are_told() -> None:
    assert Difference(B, B2).columns == {"valor"}
    assert Difference(None, {"nome": "A", "valor": ""}).columns == {"nome"}
