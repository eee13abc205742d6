"""Internal notes: what colleagues tell each other of a conversation, in a table that nothing sends from."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.events import record
from defensoria.conversations.models import Atendimento, Note, User

LONGEST = 2000

_OF_ONE = select(Note).where(Note.atendimento_id == bindparam("atendimento_id")).order_by(Note.id)


def add(session: Session, atendimento: Atendimento, user: User, text: str, transfer: str | None = None) -> Note:
    """Keep a note of a conversation that the user may see.

    Args:
        transfer: where the conversation goes with it, in words.
    """
    note = Note(atendimento_id=atendimento.id, author=user.login, at=utc_now(), text=text, transfer=transfer)
    session.add(note)
    session.flush()
    record(session, atendimento, "note", user.login, note_id=note.id)
    return note


def of_atendimento(session: Session, atendimento_id: int) -> Sequence[Note]:
    """The notes of a conversation, oldest first."""
    return session.scalars(_OF_ONE, {"atendimento_id": atendimento_id}).all()
