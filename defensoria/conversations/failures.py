"""What WhatsApp's refusals mean for a message and for all that wait behind it: its error codes as one table.

Source: WhatsApp Cloud API error codes, November 2026.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum


class Failure(Enum):
    """What is to be done about a message that did not go."""

    PASSING = "try again after a growing wait"
    RECIPIENT = "the same, as this one recipient was sent too much"
    STOP = "stop all sending, lose nothing and tell IT"
    HOLD = "stop all sending for the longest wait: WhatsApp distrusts the number"
    WINDOW = "the citizen must write first: 24 hours have passed"
    FINAL = "show the attendant; another try would only repeat it"
    OURS = "the same, and our own mistake: log it as an error"
    UNKNOWN = "WhatsApp may have the message: wait for a status"


_CODES: Mapping[Failure, Iterable[int]] = {
    Failure.PASSING: (1, 2, 4, 80007, 130429, 131000, 131016, 131057),
    Failure.RECIPIENT: (131056,),
    Failure.STOP: (0, 3, 10, 190, *range(200, 300), 368, 131005, 131031, 131037, 131042, 131045, 133010),
    Failure.HOLD: (131048,),
    Failure.WINDOW: (131047,),
    Failure.FINAL: (131026, 131049, 131050, 131051, 131052, 131053, 131062),
    Failure.OURS: (100, 131008, 131009, *range(132000, 133000)),
}
FAILURES: Mapping[int, Failure] = {code: failure for failure, codes in _CODES.items() for code in codes}
"""Error code → what is to be done."""

_LEADING_CODE = re.compile(r"[0-9]{1,6}(?![0-9])")


@dataclass(frozen=True)
class Refusal:
    """Why a message did not go. `reason` holds no text and no number of a citizen.

    Attributes:
        code: Meta's error code, None where there was none.
        retry_after: seconds that WhatsApp asked to wait.
    """

    reason: str
    failure: Failure
    code: int | None = None
    retry_after: float = 0.0


def from_status(error: str | None) -> Refusal:
    """What a `failed` status says, whose error begins with its code. A code that is not in the table is final."""
    found = _LEADING_CODE.match(error or "")
    code = int(found.group()) if found else None
    return Refusal(error or "", FAILURES.get(code, Failure.FINAL) if code is not None else Failure.FINAL, code)
