"""Hiding small counts in tables that leave the office: where few people are meant, somebody may be recognised."""

from collections.abc import Mapping, Sequence
from typing import Any

from defensoria.privacy.retention import retention


def hide_small(
    rows: Sequence[Mapping[str, Any]], counts: Sequence[str], smallest: int | None = None
) -> list[dict[str, Any]]:
    """The rows with every count from 1 to `smallest` - 1 as None. Zeros stay: nobody is meant by them.

    Where one count of a column alone would be hidden, the next smallest goes with it, else it could be told from the
    column's total. A total row must not be among the rows.

    Args:
        rows: one a cell or group, column → value.
        counts: the columns that count people or atendimentos.
        smallest: the least that is shown; as in `retencao.yml` when not given.
    """
    least = smallest if smallest is not None else retention().smallest_count
    hidden = {column: _hidden(rows, column, least) for column in counts}
    return [
        {column: None if at in hidden.get(column, ()) else value for column, value in row.items()}
        for at, row in enumerate(rows)
    ]


def _hidden(rows: Sequence[Mapping[str, Any]], column: str, least: int) -> set[int]:
    counted = sorted((row[column], at) for at, row in enumerate(rows) if row[column])
    small = [at for count, at in counted if count < least]
    if len(small) == 1:
        small = [at for _count, at in counted[:2]]
    return set(small)
