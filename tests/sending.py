"""What the sender does in several steps, in one, for tests of the outbox."""

from sqlalchemy.orm import Session

from defensoria.conversations import outbox, receipts
from defensoria.conversations.failures import Failure, Refusal
from defensoria.conversations.outbox import Leased


def lease_due(session: Session, limit: int = 20) -> list[Leased]:
    """Look and lease. What was not heard of is settled and, where that makes it due, leased as well."""
    outlook = outbox.look(session, limit)
    if outlook.unheard:
        receipts.settle_unheard(session)
    leased = outbox.lease(session, outlook)
    return leased + (outbox.lease(session, outbox.look(session, limit)) if outlook.unheard else [])


def fail(session: Session, message_id: int, reason: str = "HTTP 400, code 131026: Message undeliverable") -> None:
    """WhatsApp refuses the message for good."""
    receipts.mark_refused(session, message_id, Refusal(reason, Failure.FINAL))


def fail_for_now(session: Session, message_id: int, reason: str = "HTTP 503") -> None:
    """WhatsApp does not take the message at the moment."""
    receipts.mark_refused(session, message_id, Refusal(reason, Failure.PASSING))
