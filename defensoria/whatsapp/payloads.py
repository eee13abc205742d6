"""What arrives at the webhook, read into plain values: every entry, change and message, one bad one alone refused.

Shapes follow the WhatsApp Business Cloud API. A type never seen before is kept as it came, without text.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from defensoria.clock import utc_now
from defensoria.conversations.inbox import InboundMessage


@dataclass(frozen=True)
class DeliveryStatus:
    """How far a message of ours has come. `callback_data` is what we sent as `biz_opaque_callback_data`."""

    wamid: str
    status: str
    callback_data: str | None
    error: str | None


@dataclass(frozen=True)
class Unreadable:
    """A part of a payload that could not be read, and why."""

    reason: str
    body: str


_CAPTIONED = frozenset({"image", "video", "document"})

Item = InboundMessage | DeliveryStatus | Unreadable


def read_payload(raw: bytes) -> list[Item]:
    """Everything one POST carries, in the order it carries it. Never raises: what cannot be read is `Unreadable`."""
    try:
        payload = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return [Unreadable(f"not JSON: {type(error).__name__}", raw.decode("utf-8", "replace"))]
    items: list[Item] = []
    for value in _values(payload):
        contacts = _contacts(value)
        items += [_read_one(_message, raw_message, contacts) for raw_message in _list(value.get("messages"))]
        items += [_read_one(_status, raw_status, contacts) for raw_status in _list(value.get("statuses"))]
    return items


def _values(payload: Any) -> Iterator[Mapping[str, Any]]:
    for entry in _list(_mapping(payload).get("entry")):
        for change in _list(_mapping(entry).get("changes")):
            yield _mapping(_mapping(change).get("value"))


def _read_one(reader: Any, raw: Any, contacts: Mapping[str, Mapping[str, Any]]) -> Item:
    try:
        item: Item = reader(raw, contacts)
        return item
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        reason = f"{reader.__name__.strip('_')}: {type(error).__name__}"
        return Unreadable(reason, json.dumps(raw, ensure_ascii=False, default=str))


def _message(raw: Mapping[str, Any], contacts: Mapping[str, Mapping[str, Any]]) -> InboundMessage:
    wa_id = _identity(raw.get("from"))
    user_id = _identity(raw.get("from_user_id"))
    contact = contacts.get(wa_id or "") or contacts.get(user_id or "") or contacts.get("", {})
    wa_id = _identity(contact.get("wa_id")) or wa_id
    user_id = user_id or _identity(contact.get("user_id"))
    if not (wa_id or user_id):
        raise ValueError("a message from nobody")
    text, reply_id = _said(raw)
    return InboundMessage(
        wamid=_text(raw["id"], 200),
        type=str(raw.get("type", "unknown"))[:30],
        at=_instant(raw.get("timestamp")),
        wa_id=wa_id,
        user_id=user_id,
        profile_name=_profile_name(contact),
        text=text,
        reply_id=reply_id,
        payload=raw,
    )


def _said(raw: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The words of a message and, where something was tapped, its id."""
    kind = raw.get("type")
    if kind == "text":
        return _text(raw["text"]["body"]), None
    if kind == "interactive":
        interactive = raw["interactive"]
        reply = interactive.get("button_reply") or interactive.get("list_reply")
        return (_text(reply["title"]), _text(reply["id"], 256)) if reply else (None, None)
    if kind in _CAPTIONED:
        caption = raw[kind].get("caption")
        return (_text(caption) if caption else None), None
    if kind == "button":
        return _text(raw["button"]["text"]), None
    return None, None


def _status(raw: Mapping[str, Any], _contacts: Mapping[str, Mapping[str, Any]]) -> DeliveryStatus:
    errors = _list(raw.get("errors"))
    callback_data = raw.get("biz_opaque_callback_data")
    return DeliveryStatus(
        wamid=_text(raw["id"], 200),
        status=_text(raw["status"], 20),
        callback_data=str(callback_data) if callback_data is not None else None,
        error=describe_error(errors[0]) if errors else None,
    )


def describe_error(error: Any) -> str:
    """An error object of Meta's in one line: code and title, never the message it was about."""
    error = _mapping(error)
    title = error.get("title") or error.get("message") or ""
    return f"{error.get('code', '?')} {title}".strip()[:300]


def _contacts(value: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    contacts: dict[str, Mapping[str, Any]] = {}
    for raw in _list(value.get("contacts")):
        contact = _mapping(raw)
        for key in ("wa_id", "user_id"):
            if identity := _identity(contact.get(key)):
                contacts[identity] = contact
    alone = _list(value.get("contacts"))
    if len(alone) == 1 and len(_list(value.get("messages"))) == 1:
        contacts[""] = _mapping(alone[0])
    return contacts


def _profile_name(contact: Mapping[str, Any]) -> str | None:
    name = _mapping(contact.get("profile")).get("name")
    return name[:200] if isinstance(name, str) and name.strip() else None


def _instant(timestamp: Any) -> datetime:
    try:
        return datetime.fromtimestamp(int(timestamp), timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError):
        return utc_now()


def _identity(value: Any) -> str | None:
    return value.strip()[:200] or None if isinstance(value, str) else None


def _text(value: Any, longest: int | None = None) -> str:
    if not isinstance(value, str) or not value or (longest and len(value) > longest):
        raise ValueError("not a text of the expected length")
    # PostgreSQL keeps no NUL, and no lone surrogate survives UTF-8.
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
