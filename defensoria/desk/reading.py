"""One conversation as its page shows it: the dossier, the transcript, and what this user may do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations import desk_views, media, notes, reopening
from defensoria.conversations.models import (
    BOT_AUTHOR,
    CITIZEN_AUTHOR,
    Atendimento,
    Direction,
    Holder,
    Message,
    Note,
    Status,
    User,
)
from defensoria.conversations.order import NEARLY_OVER
from defensoria.desk import labels, received, wording
from defensoria.desk.files import Attachment, attachment
from defensoria.desk.overview import NAMELESS
from defensoria.desk.ready_answers import Ready, filled


class Standing(str, Enum):
    """What a conversation is to the user who looks at it."""

    WAITING = "waiting"
    MINE = "mine"
    COLLEAGUES = "colleagues"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Bubble:
    """One message or note. `day` heads the first of a day, `author` the first of a run; `delivery` is of messages out.

    `kind` is `citizen`, `bot`, `person`, or `note` for what colleagues wrote to each other.
    """

    key: str
    number: int
    day: str | None
    author: str | None
    kind: str
    at: datetime
    hour: str
    type: str | None
    text: str | None
    options: Sequence[str]
    file: Attachment | None
    delivery: str | None
    failure: str | None


@dataclass(frozen=True, kw_only=True)
class Window:
    """WhatsApp's 24 hours: how long they last or when they ended, in words, and the way out once they have.

    `invited` is when the citizen was asked to write again, `can_invite` whether the office has a text for it.
    """

    words: str
    closed: bool
    soon: bool
    invited: str | None
    can_invite: bool


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """Another conversation of the same citizen: when it began, what it was about and how it ended."""

    protocolo: str
    opened: str
    about: str
    ended: str


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """A conversation as its page shows it. `window` is None where nothing is to be answered any more."""

    protocolo: str
    name: str
    phone: str | None
    urgency: str | None
    standing: Standing
    attendant: str | None
    since: str
    outcome: str | None
    dossier: list[tuple[str, str]]
    bubbles: list[Bubble]
    earlier: list[Earlier]
    ready: list[Ready]
    window: Window | None


def read_conversation(session: Session, user: User, protocolo: str) -> Conversation:
    """The conversation as it stands.

    Raises:
        NotVisible: it is not among those this user may see.
    """
    atendimento, messages = desk_views.conversation(session, user, protocolo)
    now = utc_now()
    standing = _standing(atendimento, user)
    entries = _in_order(messages, notes.of_atendimento(session, atendimento.id))
    names = _names(session, atendimento, user, entries)
    return Conversation(
        protocolo=atendimento.protocolo,
        name=atendimento.citizen.name or NAMELESS,
        phone=_phone(atendimento, standing),
        urgency=labels.urgency(atendimento.urgencia) if atendimento.urgencia else None,
        standing=standing,
        attendant=atendimento.attendant.name if atendimento.attendant else None,
        since=_since(atendimento, now),
        outcome=labels.outcome(atendimento.outcome) if standing is Standing.CLOSED else None,
        dossier=[*labels.dossier(atendimento), *_instants(atendimento, now)],
        bubbles=_bubbles(entries, names, _files(session, atendimento, messages), now),
        earlier=[_earlier(row, now) for row in desk_views.earlier(session, user, atendimento)],
        ready=filled(session, atendimento) if standing is Standing.MINE else [],
        window=_window(session, atendimento, now),
    )


def _standing(atendimento: Atendimento, user: User) -> Standing:
    if atendimento.holder == Holder.HUMAN.value:
        return Standing.MINE if atendimento.attendant_id == user.id else Standing.COLLEAGUES
    return Standing.CLOSED if atendimento.holder == Holder.CLOSED.value else Standing.WAITING


def _phone(atendimento: Atendimento, standing: Standing) -> str | None:
    # Only who answers needs the number; the others of the núcleo recognise the person by its end.
    shown = wording.phone if standing is Standing.MINE else wording.masked_phone
    return shown(atendimento.citizen.address)


def _since(atendimento: Atendimento, now: datetime) -> str:
    if atendimento.holder == Holder.CLOSED.value:
        return wording.moment(atendimento.closed_at, now)
    if atendimento.holder == Holder.HUMAN.value:
        return wording.moment(atendimento.claimed_at, now)
    return wording.length(now - atendimento.queued_at)


def _instants(atendimento: Atendimento, now: datetime) -> list[tuple[str, str]]:
    instants = (
        ("Primeira mensagem", atendimento.opened_at),
        ("Entrou na fila", atendimento.queued_at),
        ("Assumido", atendimento.claimed_at),
        ("Encerrado", atendimento.closed_at),
    )
    return [(heading, wording.moment(at, now)) for heading, at in instants if at]


def _window(session: Session, atendimento: Atendimento, now: datetime) -> Window | None:
    ends = reopening.window_end(atendimento)
    if ends is None or atendimento.holder == Holder.CLOSED.value:
        return None
    closed = ends <= now
    invited = reopening.invited_at(session, atendimento.citizen_id) if closed else None
    return Window(
        words=wording.moment(ends, now) if closed else wording.length(ends - now),
        closed=closed,
        soon=not closed and ends - now < NEARLY_OVER,
        invited=wording.moment(invited, now) if invited else None,
        can_invite=reopening.can_invite(),
    )


def _earlier(row: Atendimento, now: datetime) -> Earlier:
    need = row.assunto or row.servico
    return Earlier(
        protocolo=row.protocolo,
        opened=wording.moment(row.opened_at, now),
        about=labels.option("assunto" if row.assunto else "servico", need) if need else "Sem assunto",
        ended=labels.outcome(row.outcome) if row.holder == Holder.CLOSED.value else "Em andamento",
    )


def _in_order(messages: Sequence[Message], notes_of_it: Sequence[Note]) -> list[Message | Note]:
    """Messages in their own order, each note before the first message stored after it."""
    entries: list[Message | Note] = list(messages)
    for note in notes_of_it:
        later = (
            place for place, entry in enumerate(entries) if isinstance(entry, Message) and entry.stored_at > note.at
        )
        entries.insert(next(later, len(entries)), note)
    return entries


def _names(
    session: Session, atendimento: Atendimento, user: User, entries: Sequence[Message | Note]
) -> Mapping[str, str]:
    names = {BOT_AUTHOR: "Assistente", CITIZEN_AUTHOR: atendimento.citizen.name or NAMELESS, user.login: "Você"}
    return {**desk_views.names(session, {entry.author for entry in entries} - names.keys()), **names}


def _files(session: Session, atendimento: Atendimento, messages: Sequence[Message]) -> Mapping[int, Attachment]:
    files = media.of_messages(session, [message.id for message in messages])
    return {message_id: attachment(file, atendimento.protocolo) for message_id, file in files.items()}


def _bubbles(
    entries: Sequence[Message | Note], names: Mapping[str, str], files: Mapping[int, Attachment], now: datetime
) -> list[Bubble]:
    bubbles: list[Bubble] = []
    messages = [entry for entry in entries if isinstance(entry, Message)]
    hours = {message.wamid: wording.hour(message.at) for message in messages if message.wamid}
    last_day = last_writer = None
    for entry in entries:
        day, writer = wording.day_heading(entry.at, now), (type(entry), entry.author)
        new_day = day != last_day
        author = names.get(entry.author, entry.author) if new_day or writer != last_writer else None
        heading = day if new_day else None
        if isinstance(entry, Note):
            bubbles.append(_note(entry, heading, names.get(entry.author, entry.author)))
        else:
            bubbles.append(_bubble(entry, heading, author, hours, files.get(entry.id)))
        last_day, last_writer = day, writer
    return bubbles


def _note(note: Note, day: str | None, author: str) -> Bubble:
    return Bubble(
        key=f"n-{note.id}",
        number=note.id,
        day=day,
        author=f"{author} transferiu ({note.transfer})" if note.transfer else f"Nota interna · {author}",
        kind="note",
        at=note.at,
        hour=wording.hour(note.at),
        type=None,
        text=note.text,
        options=(),
        file=None,
        delivery=None,
        failure=None,
    )


def _bubble(
    message: Message, day: str | None, author: str | None, hours: Mapping[str, str], file: Attachment | None
) -> Bubble:
    out = message.direction == Direction.OUT.value
    failed = out and message.status == Status.FAILED.value
    delivery = "pending" if message.status == Status.SENDING.value else message.status
    return Bubble(
        key=f"m-{message.id}",
        number=message.id,
        day=day,
        author=author,
        kind="citizen" if not out else "bot" if message.author == BOT_AUTHOR else "person",
        at=message.at,
        hour=wording.hour(message.at),
        type=None if out else received.describe(message, hours),
        text=received.PURGED if out and message.text is None else message.text,
        options=[title for title in _options(message.payload) if title not in (message.text or "")] if out else (),
        file=file,
        delivery=delivery if out else None,
        failure=labels.failure(message.error) if failed else None,
    )


def _options(body: Mapping[str, object] | None) -> list[str]:
    match (body or {}).get("interactive"):
        case {"action": {"buttons": [*buttons]}}:
            return [button["reply"]["title"] for button in buttons]
        case {"action": {"sections": [*sections]}}:
            return [row["title"] for section in sections for row in section["rows"]]
        case _:
            return []
