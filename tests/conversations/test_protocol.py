"""The protocol number."""

from datetime import datetime, timezone

from hypothesis import given
from hypothesis import strategies as st

from defensoria.conversations.protocol import protocol_number

OPENED = datetime(2027, 1, 1, 2, 0, tzinfo=timezone.utc)


def test_the_year_is_the_one_in_cuiaba():
    assert protocol_number(7, OPENED).startswith("2026.000007-")


@given(st.integers(1, 999_999), st.integers(0, 5), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(sequence, place, added):
    digits = f"{sequence:06d}"
    wrong = digits[:place] + str((int(digits[place]) + added) % 10) + digits[place + 1 :]
    right_check = protocol_number(sequence, OPENED)[-1]
    wrong_check = protocol_number(int(wrong), OPENED)[-1] if int(wrong) else None
    # Remainders 10 and 11 share the digit 0, as in every modulo 11 of Brazilian numbers.
    assert right_check != wrong_check or right_check == "0"
