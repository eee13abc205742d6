"""One conversation as its page shows it: the dossier, the transcript, and what this user may do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations import desk_views, media
from defensoria.conversations.models import (
    BOT_AUTHOR,
    CITIZEN_AUTHOR,
    Atendimento,
    Direction,
    Holder,
    Message,
    Status,
    User,
)
from defensoria.desk import labels, received, wording
from defensoria.desk.files import Attachment, attachment
from defensoria.desk.overview import NAMELESS

_WINDOW = timedelta(hours=24)
_WINDOW_WARNING = timedelta(hours=3)


class Standing(str, Enum):
    """What a conversation is to the user who looks at it."""

    WAITING = "waiting"
    MINE = "mine"
    COLLEAGUES = "colleagues"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Bubble:
    """One message. `day` heads the first of a day, `author` the first of a run; `delivery` is of messages out."""

    id: int
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
class Conversation:
    """A conversation as its page shows it.

    `window` is how long WhatsApp still takes an answer, when that is not long, or when it ended (`window_closed`).
    """

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
    window: str | None
    window_closed: bool


def read_conversation(session: Session, user: User, protocolo: str) -> Conversation:
    """The conversation as it stands.

    Raises:
        NotVisible: it is not among those this user may see.
    """
    atendimento, messages = desk_views.conversation(session, user, protocolo)
    now = utc_now()
    standing = _standing(atendimento, user)
    window, window_closed = _window(atendimento, now)
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
        bubbles=_bubbles(messages, _names(atendimento, user), _files(session, atendimento, messages), now),
        window=window,
        window_closed=window_closed,
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


def _window(atendimento: Atendimento, now: datetime) -> tuple[str | None, bool]:
    last = atendimento.last_citizen_message_at
    if last is None or atendimento.holder == Holder.CLOSED.value:
        return None, False
    ends = last + _WINDOW
    if ends <= now:
        return wording.moment(ends, now), True
    return (wording.length(ends - now), False) if ends - now < _WINDOW_WARNING else (None, False)


def _names(atendimento: Atendimento, user: User) -> dict[str, str]:
    names = {BOT_AUTHOR: "Assistente", CITIZEN_AUTHOR: atendimento.citizen.name or NAMELESS}
    if atendimento.attendant:
        names[atendimento.attendant.login] = atendimento.attendant.name
    return names | {user.login: "Você"}


def _files(session: Session, atendimento: Atendimento, messages: Sequence[Message]) -> Mapping[int, Attachment]:
    files = media.of_messages(session, [message.id for message in messages])
    return {message_id: attachment(file, atendimento.protocolo) for message_id, file in files.items()}


def _bubbles(
    messages: Sequence[Message], names: Mapping[str, str], files: Mapping[int, Attachment], now: datetime
) -> list[Bubble]:
    bubbles: list[Bubble] = []
    hours = {message.wamid: wording.hour(message.at) for message in messages if message.wamid}
    last_day = last_author = None
    for message in messages:
        day = wording.day_heading(message.at, now)
        new_day = day != last_day
        author = message.author if new_day or message.author != last_author else None
        heading = day if new_day else None
        bubbles.append(_bubble(message, heading, author and names.get(author, author), hours, files.get(message.id)))
        last_day, last_author = day, message.author
    return bubbles


def _bubble(
    message: Message, day: str | None, author: str | None, hours: Mapping[str, str], file: Attachment | None
) -> Bubble:
    out = message.direction == Direction.OUT.value
    failed = out and message.status == Status.FAILED.value
    delivery = "pending" if message.status == Status.SENDING.value else message.status
    return Bubble(
        id=message.id,
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
