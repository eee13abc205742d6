"""What is to be done: who waits, the user's own conversations, and those of colleagues."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations import desk_views, reopening
from defensoria.conversations.models import BOT_AUTHOR, Atendimento, Direction, Message, User
from defensoria.conversations.order import NEARLY_OVER, in_order
from defensoria.desk import labels, received, wording

NAMELESS = "Pessoa sem nome no WhatsApp"
_PREVIEW = 90


@dataclass(frozen=True, kw_only=True)
class Card:
    """One conversation in a list. `since` is when it was queued or taken; `waited` the time since, in words.

    `window` is what is left of WhatsApp's 24 hours, in words, where that is little.
    """

    protocolo: str
    name: str
    nucleo: str
    municipio: str | None
    subject: str | None
    urgency: str | None
    since: datetime
    waited: str
    window: str | None
    attendant: str | None
    unanswered: int
    preview: str | None


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The lists a user sees: who waits in the order of service, the others oldest first.

    `several_nucleos` says whether naming the núcleo tells them apart.
    """

    waiting: list[Card]
    mine: list[Card]
    with_others: list[Card]
    several_nucleos: bool

    @property
    def unanswered(self) -> int:
        """Messages of the user's own conversations that await an answer."""
        return sum(card.unanswered for card in self.mine)


def read_overview(session: Session, user: User) -> Overview:
    """The user's lists as they stand."""
    mine = desk_views.mine(session, user)
    counts = desk_views.unanswered(session, user)
    last = desk_views.last_messages(session, [atendimento.id for atendimento in mine])
    previews = {atendimento_id: _preview(message, user) for atendimento_id, message in last.items()}
    return Overview(
        waiting=[_card(row, row.queued_at) for row in in_order(desk_views.waiting(session, user), utc_now())],
        mine=[_card(row, row.claimed_at, counts.get(row.id, 0), previews.get(row.id)) for row in mine],
        with_others=[_card(row, row.claimed_at) for row in desk_views.with_others(session, user)],
        several_nucleos=len(user.nucleo_ids) > 1,
    )


def _card(row: Atendimento, since: datetime, unanswered: int = 0, preview: str | None = None) -> Card:
    need = row.assunto or row.servico
    return Card(
        protocolo=row.protocolo,
        name=row.citizen.name or NAMELESS,
        nucleo=labels.nucleo(row.nucleo) if row.nucleo else labels.WITHOUT_NUCLEO,
        municipio=row.municipio,
        subject=need and labels.option("assunto" if row.assunto else "servico", need),
        urgency=labels.urgency(row.urgencia) if row.urgencia else None,
        since=since,
        waited=wording.length(utc_now() - since),
        window=_window(row),
        attendant=row.attendant.name if row.attendant else None,
        unanswered=unanswered,
        preview=preview,
    )


def _window(row: Atendimento) -> str | None:
    ends = reopening.window_end(row)
    left = ends - utc_now() if ends else None
    return wording.length(left) if left is not None and timedelta(0) < left <= NEARLY_OVER else None


def _preview(message: Message, user: User) -> str:
    words = " ".join((message.text or f"[{received.describe(message, {}) or 'sem texto'}]").split())
    shortened = words if len(words) <= _PREVIEW else words[: _PREVIEW - 1].rstrip() + "…"
    if message.direction == Direction.IN.value:
        return shortened
    author = {BOT_AUTHOR: "Assistente", user.login: "Você"}.get(message.author, "Equipe")
    return f"{author}: {shortened}"
