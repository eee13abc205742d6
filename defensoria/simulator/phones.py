"""The phones and their chats, kept in memory and bounded: the longest idle phone and the oldest message go first."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import Enum
from itertools import islice
from typing import Any

from defensoria.simulator.content import Content

FIRST_FICTIONAL = 55_65_90000_0001
"""Mobile numbers in Brazil go on after the 9 with a digit from 6 to 9, so that 9 0000-0001 belongs to nobody."""


class Direction(str, Enum):
    """Seen from the business, as in WhatsApp's own terms: `in` is written on the phone."""

    IN = "in"
    OUT = "out"


class Status(str, Enum):
    """How far a message came; for `in`: handed to WhatsApp, accepted by the webhook, marked read by the business."""

    ACCEPTED = "accepted"
    """By the Graph API, and not on its way yet; only for `out`."""
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"


_ORDER = list(Status)


@dataclass(eq=False, kw_only=True)
class Message:
    """One message of a chat.

    Attributes:
        at: instant it was written.
        payload: the JSON object it came as (`out`) or was posted as (`in`).
        changed: the phone's change number when this message last changed.
    """

    id: str
    direction: Direction
    content: Content
    at: datetime
    payload: Any
    context_id: str = ""
    callback_data: str | None = None
    status: Status = Status.ACCEPTED
    statuses: list[tuple[Status, datetime]] = field(default_factory=list)
    changed: int = 0

    def as_json(self) -> dict[str, Any]:
        """The message in a transcript; instants as ISO 8601 with offset."""
        return {
            "id": self.id,
            "direction": self.direction.value,
            "at": self.at.isoformat(),
            **asdict(self.content),
            "context": self.context_id or None,
            "status": self.status.value,
            "statuses": [{"status": status.value, "at": at.isoformat()} for status, at in self.statuses],
            "biz_opaque_callback_data": self.callback_data,
            "payload": self.payload,
        }


@dataclass(eq=False, kw_only=True)
class Phone:
    """A person's phone with its one chat, the one with the business.

    Attributes:
        wa_id: the number in digits, as WhatsApp names it.
        user_id: the business-scoped id that WhatsApp gives this person.
        hides_number: the person adopted a user name, so that webhooks carry no number.
        watchers: pages that have this chat open.
    """

    wa_id: str
    name: str
    user_id: str
    hides_number: bool = False
    messages: OrderedDict[str, Message] = field(default_factory=OrderedDict)
    last_inbound_at: datetime | None = None
    typing_until: datetime | None = None
    typing_changed: int = 0
    changes: int = 0
    watchers: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def key(self) -> str:
        """What the service calls this person: the number, else the business-scoped id."""
        return self.user_id if self.hides_number else self.wa_id

    def touch(self, message: Message | None = None) -> None:
        """Note that `message`, or the typing indicator, changed, and tell whoever waits."""
        self.changes += 1
        if message is None:
            self.typing_changed = self.changes
        else:
            message.changed = self.changes
        self._news.set()
        self._news = asyncio.Event()

    async def wait_for_news(self) -> None:
        """Return at the next change."""
        await self._news.wait()

    def advance(self, message: Message, status: Status, at: datetime) -> bool:
        """Move a status forward; a step back or a repetition changes nothing and returns False."""
        if _ORDER.index(status) <= _ORDER.index(message.status):
            return False
        message.status = status
        message.statuses.append((status, at))
        self.touch(message)
        return True

    def as_json(self) -> dict[str, Any]:
        """The phone without its messages."""
        return {
            "wa_id": self.wa_id,
            "name": self.name,
            "user_id": self.user_id,
            "hides_number": self.hides_number,
            "messages": len(self.messages),
            "last_inbound_at": self.last_inbound_at.isoformat() if self.last_inbound_at else None,
        }


class Phones:
    """All phones, found by number, by user id or by the id of one of their messages."""

    def __init__(self, *, most_phones: int = 20_000, most_messages: int = 400) -> None:
        self._by_number: OrderedDict[str, Phone] = OrderedDict()
        self._by_user_id: dict[str, Phone] = {}
        self._by_message: dict[str, Phone] = {}
        self._most_phones = most_phones
        self._most_messages = most_messages

    def __len__(self) -> int:
        return len(self._by_number)

    def __iter__(self) -> Iterator[Phone]:
        return iter(self._by_number.values())

    def get(self, wa_id: str) -> Phone | None:
        """The phone of a number, spelled exactly as it was created."""
        return self._by_number.get(wa_id)

    def with_user_id(self, user_id: str) -> Phone | None:
        """The phone of a business-scoped user id."""
        return self._by_user_id.get(user_id)

    def with_message(self, wamid: str) -> Phone | None:
        """The phone whose chat holds a message."""
        return self._by_message.get(wamid)

    def get_or_create(self, wa_id: str, name: str = "") -> Phone:
        """The phone of a number, made when there is none."""
        return self._by_number.get(wa_id) or self.create(wa_id, name)

    def create(self, wa_id: str = "", name: str = "", *, hides_number: bool = False) -> Phone:
        """Make a phone; without a number it gets the next fictional one. The number must be free."""
        wa_id = wa_id or self._next_number()
        phone = Phone(
            wa_id=wa_id, name=name or f"Pessoa {wa_id[-4:]}", user_id=_user_id(wa_id), hides_number=hides_number
        )
        self._by_number[wa_id] = phone
        self._by_user_id[phone.user_id] = phone
        self._drop_idle()
        return phone

    def record(self, phone: Phone, message: Message) -> None:
        """Add a message to a chat."""
        phone.messages[message.id] = message
        self._by_message[message.id] = phone
        if len(phone.messages) > self._most_messages:
            oldest, _ = phone.messages.popitem(last=False)
            self._by_message.pop(oldest, None)
        if phone.wa_id in self._by_number:
            self._by_number.move_to_end(phone.wa_id)
        phone.touch(message)

    def _drop_idle(self) -> None:
        excess = max(len(self._by_number) - self._most_phones, 0)
        for phone in list(islice((phone for phone in self if not phone.watchers), excess)):
            del self._by_number[phone.wa_id]
            del self._by_user_id[phone.user_id]
            for wamid in phone.messages:
                self._by_message.pop(wamid, None)

    def _next_number(self) -> str:
        number = FIRST_FICTIONAL
        while str(number) in self._by_number:
            number += 1
        return str(number)


def new_wamid() -> str:
    """A message id in the form of WhatsApp's."""
    return "wamid." + base64.b64encode(secrets.token_bytes(30)).decode()


def _user_id(wa_id: str) -> str:
    digest = hashlib.sha256(b"business-scoped:" + wa_id.encode()).digest()
    return f"BR.{int.from_bytes(digest[:8], 'big'):020d}"
