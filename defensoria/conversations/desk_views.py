"""What a user of the desk may read: every query is bounded by the user's núcleos."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload, lazyload

from defensoria.conversations import finding
from defensoria.conversations.finding import Search
from defensoria.conversations.holder import LAST_WORDS
from defensoria.conversations.models import BOT_AUTHOR, Atendimento, Direction, Holder, MediaFile, Message, Role, User


class NotVisible(LookupError):
    """There is no such conversation among those this user may see."""


# An attendant is shown by name; their núcleos would be a query more for each page.
_PEOPLE = (
    joinedload(Atendimento.citizen),
    joinedload(Atendimento.attendant).options(lazyload(User.nucleos)),
)


def may_see(user: User, nucleo: str | None) -> bool:
    """Whether the user sees the handed-over conversations of a núcleo, or those without one.

    A conversation that the bot could not route has no núcleo: those who direct the work find it a place.
    """
    return nucleo in user.nucleo_ids if nucleo is not None else _directs(user)


def _directs(user: User) -> bool:
    return user.role in (Role.MANAGER.value, Role.ADMINISTRATOR.value)


def visible(user: User) -> Any:
    """The condition by which every query here is bounded: the conversations of the user's núcleos."""
    own = Atendimento.nucleo.in_(user.nucleo_ids)
    if _directs(user):
        return own | (Atendimento.nucleo.is_(None) & (Atendimento.queued_at.is_not(None)))
    return own


def waiting(session: Session, user: User) -> Sequence[Atendimento]:
    """The queue of the user's núcleos, oldest first."""
    in_queue = (Atendimento.holder == Holder.QUEUE.value) & Atendimento.queue_from.is_(None)
    return _listed(session, user, in_queue, Atendimento.queued_at)


def mine(session: Session, user: User) -> Sequence[Atendimento]:
    """The conversations the user has taken and not closed, oldest first."""
    return _listed(
        session,
        user,
        (Atendimento.holder == Holder.HUMAN.value) & (Atendimento.attendant_id == user.id),
        Atendimento.claimed_at,
    )


def with_others(session: Session, user: User) -> Sequence[Atendimento]:
    """The conversations of the user's núcleos that colleagues have taken, oldest first."""
    return _listed(
        session,
        user,
        (Atendimento.holder == Holder.HUMAN.value) & (Atendimento.attendant_id != user.id),
        Atendimento.claimed_at,
    )


def conversation(session: Session, user: User, protocolo: str) -> tuple[Atendimento, list[Message]]:
    """An atendimento with its transcript, oldest message first.

    Raises:
        NotVisible: no such protocol, or it is another núcleo's, or nobody has handed it to a person yet.
    """
    atendimento = session.scalar(
        select(Atendimento)
        .options(*_PEOPLE)
        .where(Atendimento.protocolo == protocolo, Atendimento.queued_at.is_not(None), visible(user))
    )
    if atendimento is None:
        raise NotVisible(protocolo)
    messages = session.scalars(
        select(Message).where(Message.atendimento_id == atendimento.id).order_by(Message.id)
    ).all()
    return atendimento, list(messages)


def closed(session: Session, user: User, limit: int, offset: int = 0) -> Sequence[Atendimento]:
    """The closed conversations of the user's núcleos, newest closing first."""
    query = (
        select(Atendimento)
        .options(*_PEOPLE)
        .where(Atendimento.holder == Holder.CLOSED.value, Atendimento.queued_at.is_not(None), visible(user))
        .order_by(Atendimento.closed_at.desc(), Atendimento.id.desc())
    )
    return session.scalars(query.limit(limit).offset(offset)).all()


def found(session: Session, user: User, search: Search, limit: int) -> Sequence[tuple[str, Atendimento]]:
    """The conversations of the user's núcleos that a search means, newest first, each with what of it was found.

    That is `protocolo`, `numero`, `nome` or `texto`; what the bot says is the same for all and not searched.
    """
    wanted: dict[str, Any] = {}
    if search.protocolo:
        wanted["protocolo"] = Atendimento.protocolo == search.protocolo
    if search.number:
        wanted["numero"] = Atendimento.citizen.has(finding.has_number(search.number))
    if search.words:
        wanted["nome"] = Atendimento.citizen.has(finding.is_named(session, search.words))
        wanted["texto"] = _said(session, search.words)
    rows: dict[int, tuple[str, Atendimento]] = {}
    for what, condition in wanted.items():
        for atendimento in _newest(session, user, condition, limit):
            rows.setdefault(atendimento.id, (what, atendimento))
    return sorted(rows.values(), key=lambda row: -row[1].id)[:limit]


def earlier(session: Session, user: User, atendimento: Atendimento, limit: int = 20) -> Sequence[Atendimento]:
    """The same citizen's other conversations that this user may see, newest first."""
    return session.scalars(
        select(Atendimento)
        .where(
            Atendimento.citizen_id == atendimento.citizen_id,
            Atendimento.id != atendimento.id,
            Atendimento.queued_at.is_not(None),
            visible(user),
        )
        .order_by(Atendimento.id.desc())
        .limit(limit)
    ).all()


def file_of(session: Session, user: User, protocolo: str, file_id: int) -> MediaFile:
    """A file of a conversation.

    Raises:
        NotVisible: the conversation is not visible to the user (see `conversation`) or has no such file.
    """
    file: MediaFile | None = session.scalar(
        select(MediaFile)
        .join(Message, Message.id == MediaFile.message_id)
        .join(Atendimento, Atendimento.id == Message.atendimento_id)
        .where(
            MediaFile.id == file_id,
            Atendimento.protocolo == protocolo,
            Atendimento.queued_at.is_not(None),
            visible(user),
        )
    )
    if file is None:
        raise NotVisible(protocolo)
    return file


def unanswered(session: Session, user: User) -> Mapping[int, int]:
    """For each atendimento of the user with any: messages since a person's last words, or else since it was taken."""
    theirs = aliased(Message)
    rows = session.execute(
        select(Atendimento.id, func.count(theirs.id))
        .join(theirs, theirs.atendimento_id == Atendimento.id)
        .where(
            Atendimento.holder == Holder.HUMAN.value,
            Atendimento.attendant_id == user.id,
            theirs.direction == Direction.IN.value,
            (theirs.id > LAST_WORDS) | (LAST_WORDS.is_(None) & (theirs.stored_at >= Atendimento.claimed_at)),
        )
        .group_by(Atendimento.id)
    )
    return {atendimento_id: count for atendimento_id, count in rows}


def names(session: Session, logins: Collection[str]) -> Mapping[str, str]:
    """The names of colleagues, by login."""
    if not logins:
        return {}
    rows = session.execute(select(User.login, User.name).where(User.login.in_(logins)))
    return {login: name for login, name in rows}


def last_messages(session: Session, atendimento_ids: Collection[int]) -> Mapping[int, Message]:
    """The newest message of each atendimento, by its id."""
    newest = (
        select(func.max(Message.id)).where(Message.atendimento_id.in_(atendimento_ids)).group_by(Message.atendimento_id)
    )
    return {
        message.atendimento_id: message for message in session.scalars(select(Message).where(Message.id.in_(newest)))
    }


def handed_over(session: Session, atendimento_ids: Collection[int]) -> Mapping[int, tuple[str, str | None]]:
    """Protocol and núcleo of those atendimentos that have been handed to a person, by id."""
    rows = session.execute(
        select(Atendimento.id, Atendimento.protocolo, Atendimento.nucleo).where(
            Atendimento.id.in_(atendimento_ids), Atendimento.queued_at.is_not(None)
        )
    )
    return {atendimento_id: (protocolo, nucleo) for atendimento_id, protocolo, nucleo in rows}


def _said(session: Session, words: tuple[str, ...]) -> Any:
    theirs = (Message.atendimento_id == Atendimento.id) & (Message.author != BOT_AUTHOR)
    return select(Message.id).where(theirs, finding.says(session, words)).correlate(Atendimento).exists()


def _newest(session: Session, user: User, condition: Any, limit: int) -> Sequence[Atendimento]:
    handed = Atendimento.queued_at.is_not(None)
    query = select(Atendimento).options(*_PEOPLE).where(handed, visible(user), condition)
    return session.scalars(query.order_by(Atendimento.id.desc()).limit(limit)).all()


def held_by(session: Session, user: User) -> int:
    """How many conversations a user has taken and not closed, of whatever núcleo."""
    held = (Atendimento.holder == Holder.HUMAN.value) & (Atendimento.attendant_id == user.id)
    count: int = session.scalar(select(func.count(Atendimento.id)).where(held))
    return count


def nucleo_of(session: Session, protocolo: str) -> str | None:
    """The núcleo of an atendimento, for the audit: whoever asks learns of it, and the user does not.

    Raises:
        NotVisible: no such protocol.
    """
    row = session.execute(select(Atendimento.nucleo).where(Atendimento.protocolo == protocolo)).one_or_none()
    if row is None:
        raise NotVisible(protocolo)
    nucleo: str | None = row[0]
    return nucleo


def _listed(session: Session, user: User, condition: Any, order: Any) -> Sequence[Atendimento]:
    return session.scalars(select(Atendimento).options(*_PEOPLE).where(condition, visible(user)).order_by(order)).all()
