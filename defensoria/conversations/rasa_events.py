"""Rasa's own table of what was said and done in every dialogue, as far as others than Rasa read it."""

from sqlalchemy import column, inspect, table
from sqlalchemy.orm import Session

RASA_EVENTS = table(
    "events",
    *(column(name) for name in ("id", "sender_id", "type_name", "timestamp", "action_name", "data")),
)
"""Rasa makes it at its first start.

`sender_id` is the citizen's identity as WhatsApp sent it, `timestamp` seconds since 1970, `action_name` of slot events
the slot's, `data` the whole event as JSON.
"""


def has_rasa_events(session: Session) -> bool:
    """Whether Rasa has made its table yet."""
    return bool(inspect(session.connection()).has_table(RASA_EVENTS.name))
