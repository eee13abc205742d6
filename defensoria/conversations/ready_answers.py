"""Ready answers: texts that attendants need often, kept for one núcleo or for all."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.models import ReadyAnswer, User

LONGEST_TITLE = 80
LONGEST_TEXT = 3000

_OF_NUCLEOS = (
    select(ReadyAnswer)
    .where(ReadyAnswer.nucleo.is_(None) | ReadyAnswer.nucleo.in_(bindparam("nucleos", expanding=True)))
    .order_by(ReadyAnswer.title, ReadyAnswer.id)
)


def of_nucleos(session: Session, nucleos: Collection[str]) -> Sequence[ReadyAnswer]:
    """The answers of some núcleos and those for all, by title."""
    return session.scalars(_OF_NUCLEOS, {"nucleos": list(nucleos)}).all()


def find(session: Session, answer_id: int) -> ReadyAnswer | None:
    """The answer with that id, or None."""
    found: ReadyAnswer | None = session.get(ReadyAnswer, answer_id)
    return found


def save(
    session: Session, user: User, answer: ReadyAnswer | None, nucleo: str | None, title: str, text: str
) -> ReadyAnswer:
    """Change an answer, or make one where `answer` is None. Without `nucleo` it is for all."""
    kept = answer or ReadyAnswer()
    kept.nucleo, kept.title, kept.text = nucleo, title, text
    kept.changed_by, kept.changed_at = user.login, utc_now()
    session.add(kept)
    session.flush()
    return kept


def remove(session: Session, answer: ReadyAnswer) -> None:
    """Remove an answer. What was sent with it stays as it was sent."""
    session.delete(answer)
