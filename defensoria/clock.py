"""What time it is for the office: the wall clock, or the fixed instant of a rehearsal (`CLOCK_FIXED_AT`).

Only the office's calendar asks this clock. What is stored carries the real instant, so that order, sessions and
WhatsApp's 24 h window stay true in a rehearsal.
"""

from datetime import datetime, timezone

from defensoria.settings import settings


def office_now() -> datetime:
    """The aware instant by which the office is open or closed."""
    return settings().clock_fixed_at or datetime.now(timezone.utc)


def utc_now() -> datetime:
    """The aware instant at which something happens and is stored."""
    return datetime.now(timezone.utc)
