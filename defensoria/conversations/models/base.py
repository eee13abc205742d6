"""What all tables stand on: every instant is kept in UTC and comes back aware."""

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.orm import declarative_base
from sqlalchemy.types import TypeDecorator

Base: Any = declarative_base()

NEVER_THE_SAME_ID = {"sqlite_autoincrement": True}
"""For tables from which rows are removed: SQLite would else give the highest number to the next row again, and with it
somebody's protocol to somebody else."""


class Instant(TypeDecorator):
    """An aware instant, kept in UTC also where the database keeps no offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Refuse a naive instant; turn any other into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant in the store needs a time zone")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Give the instant back aware."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)
