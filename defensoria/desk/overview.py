"""What is to be done: who waits, the user's own conversations, and those of colleagues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations import desk_lists, reopening
from defensoria.conversations.models import BOT_AUTHOR, Direction, Message, User
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
    """What the head of every page says: how many wait, how many conversations the user has, and how many messages of
    theirs await an answer."""

    waiting: int
    mine: int
    unanswered: int


@dataclass(frozen=True, kw_only=True)
class Lists:
    """The lists of the queue's page: who waits in the order of service, the others oldest first.

    `several_nucleos` says whether naming the núcleo tells them apart.
    """

    waiting: list[Card]
    mine: list[Card]
    with_others: list[Card]
    several_nucleos: bool


def read_overview(session: Session, user: User) -> Overview:
    """What a user's pages say at their head as it stands."""
    unanswered = desk_lists.unanswered(session, user)
    return Overview(waiting=desk_lists.waiting_count(session, user), mine=len(unanswered), unanswered=sum(unanswered))


def read_mine(session: Session, user: User) -> tuple[Overview, list[Card]]:
    """The user's own conversations as they stand, beside what the head of their page says."""
    mine = _mine(session, user)
    return _overview(desk_lists.waiting_count(session, user), mine), mine


def read_lists(session: Session, user: User) -> tuple[Overview, Lists]:
    """The user's lists as they stand, beside what the head of their page says."""
    lists = Lists(
        waiting=[_card(row, row.queued_at) for row in in_order(desk_lists.waiting(session, user), utc_now())],
        mine=_mine(session, user),
        with_others=[_card(row, row.claimed_at) for row in desk_lists.with_others(session, user)],
        several_nucleos=len(user.nucleo_ids) > 1,
    )
    return _overview(len(lists.waiting), lists.mine), lists


def _overview(waiting: int, mine: Sequence[Card]) -> Overview:
    return Overview(waiting=waiting, mine=len(mine), unanswered=sum(card.unanswered for card in mine))


def _mine(session: Session, user: User) -> list[Card]:
    rows = desk_lists.mine(session, user)
    return [_card(row, row.claimed_at, row.unanswered, _preview(row[-1], user)) for row in rows]


def _card(row: Any, since: datetime, unanswered: int = 0, preview: str | None = None) -> Card:
    need = row.assunto or row.servico
    return Card(
        protocolo=row.protocolo,
        name=row.citizen or NAMELESS,
        nucleo=labels.nucleo(row.nucleo) if row.nucleo else labels.WITHOUT_NUCLEO,
        municipio=row.municipio,
        subject=need and labels.option("assunto" if row.assunto else "servico", need),
        urgency=labels.urgency(row.urgencia) if row.urgencia else None,
        since=since,
        waited=wording.length(utc_now() - since),
        window=_window(row),
        attendant=row.attendant,
        unanswered=unanswered,
        preview=preview,
    )


def _window(row: Any) -> str | None:
    ends = reopening.window_end(row)
    left = ends - utc_now() if ends else None
    return wording.length(left) if left is not None and timedelta(0) < left <= NEARLY_OVER else None


def _preview(message: Message | None, user: User) -> str | None:
    if message is None:
        return None
    words = " ".join((message.text or f"[{received.describe(message, {}) or 'sem texto'}]").split())
    shortened = words if len(words) <= _PREVIEW else words[: _PREVIEW - 1].rstrip() + "…"
    if message.direction == Direction.IN.value:
        return shortened
    author = {BOT_AUTHOR: "Assistente", user.login: "Você"}.get(message.author, "Equipe")
    return f"{author}: {shortened}"
