"""One thing to mend in the dialogue, said to the person who can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """Where it is (a response, or file and line), what is wrong and how to fix it: all in pt-BR, for designers."""

    where: str
    what: str
    how_to_fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n    → {self.how_to_fix}"
