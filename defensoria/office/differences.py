"""What differs between two versions of a table: rows that are new, that went, and that say something else."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from defensoria.office.editing import Rows
from defensoria.office.facts.reading import Cells


@dataclass(frozen=True)
class Difference:
    """One row that differs: `before` is None where it is new, `after` where it went."""

    before: Cells | None
    after: Cells | None

    @property
    def columns(self) -> frozenset[str]:
        """The columns whose cells differ; of a row that is new or went, those that are filled."""
        before, after = self.before or {}, self.after or {}
        return frozenset(name for name in {*before, *after} if before.get(name, "") != after.get(name, ""))


def differences(before: Rows, after: Rows) -> list[Difference]:
    """The rows that differ, in their order. Only where rows stand matters, not the order of their columns."""
    return list(_differences(before, after))


def _differences(before: Rows, after: Rows) -> Iterator[Difference]:
    matcher = SequenceMatcher(None, _keys(before), _keys(after), autojunk=False)
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what != "equal":
            for old, new in zip_longest(before[start:end], after[new_start:new_end]):
                yield Difference(old, new)


def _keys(rows: Rows) -> list[frozenset[tuple[str, str]]]:
    return [frozenset((name, cell) for name, cell in row.items() if cell) for row in rows]
