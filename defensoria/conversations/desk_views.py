"""What a user of the desk may read: every query is bounded by the user's núcleos."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload, lazyload

from defensoria.conversations import finding
from defensoria.conversations.finding import Search
from defensoria.conversations.models import BOT_AUTHOR, Atendimento, Holder, MediaFile, Message, Role, User


class NotVisible(LookupError):
    """There is no such conversation among those this user may see."""


_MOST_EARLIER = 20
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
    return _sight(user.nucleo_ids, _directs(user))


def _sight(nucleos: Any, directs: bool) -> Any:
    own = Atendimento.nucleo.in_(nucleos)
    if directs:
        return own | (Atendimento.nucleo.is_(None) & (Atendimento.queued_at.is_not(None)))
    return own


class Bounded:
    """A query put together once, for every page to ask it with its own user: putting it together costs SQLAlchemy more
    than asking it.

    Args:
        query: of atendimentos, with a `bindparam` for each thing that differs; `nucleos` is taken.
    """

    def __init__(self, query: Any) -> None:
        nucleos = bindparam("nucleos", expanding=True)
        self._queries = {directs: query.where(_sight(nucleos, directs)) for directs in (False, True)}

    def ask(self, session: Session, user: User, **bound: Any) -> Any:
        """The rows of what is visible to the user."""
        return session.execute(self._queries[_directs(user)], {"nucleos": list(user.nucleo_ids), **bound})


_ONE = Bounded(
    select(Atendimento)
    .options(*_PEOPLE)
    .where(Atendimento.protocolo == bindparam("protocolo"), Atendimento.queued_at.is_not(None))
)
_SAID = select(Message).where(Message.atendimento_id == bindparam("atendimento")).order_by(Message.id)
_EARLIER = Bounded(
    select(Atendimento)
    .where(
        Atendimento.citizen_id == bindparam("citizen"),
        Atendimento.id != bindparam("atendimento"),
        Atendimento.queued_at.is_not(None),
    )
    .order_by(Atendimento.id.desc())
    .limit(_MOST_EARLIER)
)


def one(session: Session, user: User, protocolo: str) -> Atendimento:
    """An atendimento that the user may see.

    Raises:
        NotVisible: no such protocol, or it is another núcleo's, or nobody has handed it to a person yet.
    """
    found: Atendimento | None = _ONE.ask(session, user, protocolo=protocolo).scalar()
    if found is None:
        raise NotVisible(protocolo)
    return found


def conversation(session: Session, user: User, protocolo: str) -> tuple[Atendimento, list[Message]]:
    """An atendimento with its transcript, oldest message first.

    Raises:
        NotVisible: see `one`.
    """
    found = one(session, user, protocolo)
    return found, list(session.scalars(_SAID, {"atendimento": found.id}))


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


def earlier(session: Session, user: User, atendimento: Atendimento) -> Sequence[Atendimento]:
    """The same citizen's other conversations that this user may see, newest first."""
    rows = _EARLIER.ask(session, user, citizen=atendimento.citizen_id, atendimento=atendimento.id)
    others: Sequence[Atendimento] = rows.scalars().all()
    return others


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


def names(session: Session, logins: Collection[str]) -> Mapping[str, str]:
    """The names of colleagues, by login."""
    if not logins:
        return {}
    rows = session.execute(select(User.login, User.name).where(User.login.in_(logins)))
    return {login: name for login, name in rows}


def handed_over(session: Session, atendimento_ids: Collection[int]) -> Mapping[int, tuple[str, str | None, int | None]]:
    """Protocol, núcleo and the id of the attendant of those atendimentos that have been handed to a person, by id."""
    rows = session.execute(
        select(Atendimento.id, Atendimento.protocolo, Atendimento.nucleo, Atendimento.attendant_id).where(
            Atendimento.id.in_(atendimento_ids), Atendimento.queued_at.is_not(None)
        )
    )
    return {atendimento_id: tuple(about) for atendimento_id, *about in rows}


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
