"""What the sender does in two steps, in one, for tests of the outbox."""

from sqlalchemy.orm import Session

from defensoria.conversations import outbox
from defensoria.conversations.outbox import Leased


def lease_due(session: Session, limit: int = 20) -> list[Leased]:
    """Look and lease. What was not heard of is settled and, where that makes it due, leased as well."""
    leased = outbox.lease(session, outlook := outbox.look(session, limit))
    return leased + (outbox.lease(session, outbox.look(session, limit)) if outlook.unheard else [])
