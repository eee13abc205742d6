"""In which order those who wait are served."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from defensoria.conversations.models import Atendimento
from defensoria.conversations.outbox import WINDOW

NEARLY_OVER = timedelta(hours=3)
"""How much of WhatsApp's 24 hours is left when a conversation goes before older ones."""


def in_order(waiting: Iterable[Atendimento], now: datetime) -> list[Atendimento]:
    """Urgent ones first. Among the urgent, and among the others: first those to whom WhatsApp's 24 hours leave less
    than three, the one with the least before; then who waits longest.

    Where the 24 hours are over already, going first gains nothing: the wait alone counts.
    """
    return sorted(waiting, key=lambda atendimento: _place(atendimento, now))


def _place(atendimento: Atendimento, now: datetime) -> tuple[bool, bool, datetime]:
    heard = atendimento.last_citizen_message_at
    ends = heard + WINDOW if heard else None
    if ends is not None and now < ends <= now + NEARLY_OVER:
        return not atendimento.urgencia, False, ends
    return not atendimento.urgencia, True, atendimento.queued_at
