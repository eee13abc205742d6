"""What arrives at the webhook, read into plain values: every entry, change and message, one bad one alone refused.

Shapes follow the webhook reference of the WhatsApp Business Cloud API (v26.0). A type never seen before is kept as it
came, without words.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import Any

from defensoria.clock import utc_now
from defensoria.conversations.contents import (
    Contact,
    Contacts,
    Content,
    Context,
    Edit,
    FlowReply,
    IdentityChange,
    Location,
    Media,
    Order,
    OrderItem,
    Reaction,
    Referral,
    Reply,
    RequestWelcome,
    Revoke,
    TemplateButton,
    Text,
    Unknown,
    Unsupported,
)
from defensoria.conversations.inbox import InboundMessage


@dataclass(frozen=True, kw_only=True)
class Pricing:
    """What Meta says of a message's price: whether it is billed, and by which category, type and model."""

    billable: bool | None = None
    category: str | None = None
    type: str | None = None
    model: str | None = None


@dataclass(frozen=True, kw_only=True)
class DeliveryStatus:
    """How far a message of ours has come: `sent`, `delivered`, `read`, `played` or `failed`, or what Meta adds.

    `callback_data` is what we sent as `biz_opaque_callback_data`; `error` the reason of a failure in one line;
    `recipient` alias kind → value of whom it reached, which Meta may leave out.
    """

    wamid: str
    status: str
    at: datetime
    callback_data: str | None = None
    error: str | None = None
    recipient: Mapping[str, str]
    conversation_id: str | None = None
    pricing: Pricing | None = None


@dataclass(frozen=True)
class Unreadable:
    """A part of a payload that could not be read, and why."""

    reason: str
    body: str


Item = InboundMessage | DeliveryStatus | Unreadable
Raw = Mapping[str, Any]

MEDIA_KINDS = ("image", "video", "audio", "document", "sticker")

_DEEPEST = 50
"""Levels of lists and objects. Meta's payloads have a dozen; Python's own limit depends on who reads."""
_FIRST_INSTANT = datetime(2009, 1, 1, tzinfo=timezone.utc)
_LAST_INSTANT = datetime(2100, 1, 1, tzinfo=timezone.utc)
_NOT_READABLE = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    OSError,
    InvalidOperation,
)


def read_payload(raw: bytes) -> list[Item]:
    """Everything one POST carries, in the order it carries it. Never raises: what cannot be read is `Unreadable`."""
    try:
        payload = json.loads(raw, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        return [Unreadable(f"not JSON: {type(error).__name__}", _storable(raw.decode("utf-8", "replace")))]
    if _nested_deeper_than(_DEEPEST, payload):
        return [Unreadable("nested too deeply", _storable(raw.decode("utf-8", "replace")))]
    items: list[Item] = []
    for value in _values(payload):
        contacts = _contacts(value)
        items += [_read_one(_message, raw_message, contacts) for raw_message in _list(value.get("messages"))]
        items += [_read_one(_status, raw_status, contacts) for raw_status in _list(value.get("statuses"))]
        items += [Unreadable(f"error: {describe_error(error)}", _dump(error)) for error in _list(value.get("errors"))]
    return items


def read_content(raw: Raw) -> Content:
    """What a message object says.

    Raises:
        Exception: one of the ordinary ones for a value that is not as Meta describes it.
    """
    kind = raw.get("type")
    errors = tuple(describe_error(error) for error in _list(raw.get("errors")))
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        return Unsupported(errors=errors) if errors else Unknown(type=_shortened(kind, 30) or "unknown")
    try:
        return reader(raw)
    except _NOT_READABLE:
        if errors:
            return Unsupported(errors=errors)
        raise


def read_stored(payload: Raw | None) -> Content | None:
    """What a message in the store says, from the message object kept with it; None where that cannot be read."""
    try:
        return read_content((payload or {})["message"])
    except _NOT_READABLE:
        return None


def read_context(raw: Raw) -> Context | None:
    """What a message object refers to, if to anything."""
    context = raw.get("context")
    if not isinstance(context, Mapping):
        return None
    return Context(
        replied_to=_identity(context.get("id")),
        forwarded=context.get("forwarded") is True or context.get("frequently_forwarded") is True,
        frequently_forwarded=context.get("frequently_forwarded") is True,
    )


def read_referral(raw: Raw) -> Referral | None:
    """The advertisement or post a message object comes from, if from any."""
    referral = raw.get("referral")
    if not isinstance(referral, Mapping):
        return None
    names = ("source_type", "source_id", "source_url", "headline", "body")
    return Referral(**{name: _shortened(referral.get(name), 1000) for name in names})


def describe_error(error: Any) -> str:
    """An error object of Meta's in one line: code and title, never the message it was about."""
    error = _mapping(error)
    title = _shortened(error.get("title") or error.get("message"), 300) or ""
    return f"{error.get('code', '?')} {title}".strip()[:300]


def _values(payload: Any) -> Iterator[Raw]:
    for entry in _list(_mapping(payload).get("entry")):
        for change in _list(_mapping(entry).get("changes")):
            yield _mapping(_mapping(change).get("value"))


def _read_one(reader: Callable[[Any, Mapping[str, Raw]], Item], raw: Any, contacts: Mapping[str, Raw]) -> Item:
    try:
        return reader(raw, contacts)
    except _NOT_READABLE as error:
        return Unreadable(f"{reader.__name__.strip('_')}: {type(error).__name__}", _dump(raw))


def _message(raw: Raw, contacts: Mapping[str, Raw]) -> InboundMessage:
    content = read_content(raw)
    sender, contact = _sender(raw, contacts)
    if isinstance(content, IdentityChange):
        # A notice may name its citizen only inside: by what they were, else by what they are now.
        sender = dict(content.old or content.new)
    if not sender:
        raise ValueError("a message from nobody")
    return InboundMessage(
        wamid=_text(raw["id"], 200),
        type=_shortened(raw.get("type"), 30) or "unknown",
        at=_instant(raw.get("timestamp")),
        wa_id=sender.get("wa_id"),
        user_id=sender.get("user_id"),
        profile_name=_shortened(_mapping(contact.get("profile")).get("name"), 200),
        content=content,
        context=read_context(raw),
        referral=read_referral(raw),
        payload=raw,
    )


def _sender(raw: Raw, contacts: Mapping[str, Raw]) -> tuple[dict[str, str], Raw]:
    wa_id, user_id = _identity(raw.get("from")), _identity(raw.get("from_user_id"))
    contact = contacts.get(wa_id or "") or contacts.get(user_id or "") or contacts.get("", {})
    wa_id = _identity(contact.get("wa_id")) or wa_id
    user_id = user_id or _identity(contact.get("user_id"))
    return _identities(wa_id, user_id), contact


def _read_text(raw: Raw) -> Text:
    return Text(body=_text(raw["text"]["body"]))


def _read_media(raw: Raw) -> Media:
    kind = raw["type"]
    value = raw[kind]
    return Media(
        kind=kind,
        id=_text(value["id"], 200),
        mime_type=_shortened(value.get("mime_type"), 100),
        sha256=_shortened(value.get("sha256"), 100),
        caption=_shortened(value.get("caption")),
        filename=_shortened(value.get("filename"), 200),
        voice=value.get("voice") is True,
    )


def _read_location(raw: Raw) -> Location:
    value = raw["location"]
    return Location(
        latitude=_degrees(value["latitude"]),
        longitude=_degrees(value["longitude"]),
        name=_shortened(value.get("name"), 300),
        address=_shortened(value.get("address"), 300),
    )


def _read_contacts(raw: Raw) -> Contacts:
    return Contacts(cards=tuple(_card(card) for card in raw["contacts"]))


def _card(raw: Raw) -> Contact:
    name = _mapping(raw.get("name"))
    said = (_shortened(phone.get("phone") or phone.get("wa_id"), 40) for phone in _list(raw.get("phones")))
    return Contact(
        name=_shortened(name.get("formatted_name") or name.get("first_name"), 200) or "sem nome",
        phones=tuple(phone for phone in said if phone),
    )


def _read_reaction(raw: Raw) -> Reaction:
    value = raw["reaction"]
    return Reaction(message_id=_text(value["message_id"], 200), emoji=_shortened(value.get("emoji"), 40))


def _read_interactive(raw: Raw) -> Content:
    interactive = raw["interactive"]
    for kind in ("button", "list"):
        if reply := interactive.get(f"{kind}_reply"):
            return Reply(kind=kind, id=_text(reply["id"], 256), title=_text(reply["title"]))
    if form := interactive.get("nfm_reply"):
        return FlowReply(name=_shortened(form.get("name"), 200), response=_text(form["response_json"]))
    return Unknown(type=f"interactive {_shortened(interactive.get('type'), 30) or ''}".strip())


def _read_template_button(raw: Raw) -> TemplateButton:
    value = raw["button"]
    return TemplateButton(text=_text(value["text"]), payload=_shortened(value.get("payload"), 256))


def _read_order(raw: Raw) -> Order:
    value = raw["order"]
    items = tuple(_order_item(item) for item in _list(value.get("product_items")))
    return Order(items=items, text=_shortened(value.get("text")))


def _order_item(raw: Raw) -> OrderItem:
    return OrderItem(
        product=_text(raw["product_retailer_id"], 200),
        quantity=int(raw["quantity"]),
        price=Decimal(str(raw["item_price"])),
        currency=_text(raw["currency"], 10),
    )


def _read_system(raw: Raw) -> IdentityChange:
    value = raw["system"]
    kind = _text(value["type"], 60)
    # `new_wa_id` is how versions before v12 called it.
    number, user_id = _identity(value.get("wa_id") or value.get("new_wa_id")), _identity(value.get("user_id"))
    before, user_id_before = _identity(raw.get("from")), _identity(value.get("previous_user_id"))
    if kind in ("user_changed_number", "customer_changed_number"):
        return IdentityChange(kind=kind, old=_identities(before, user_id_before), new=_identities(number, user_id))
    if kind == "user_changed_user_id":
        # The number, where it is shared, stays the same.
        return IdentityChange(
            kind=kind, old=_identities(before or number, user_id_before), new=_identities(None, user_id)
        )
    return IdentityChange(kind=kind, old=_identities(before, _identity(raw.get("from_user_id"))))


def _read_edit(raw: Raw) -> Edit:
    value = raw["edit"]
    anew = value["message"]
    content = _read_text(anew) if anew["type"] == "text" else _read_media(anew)
    return Edit(message_id=_text(value["original_message_id"], 200), content=content)


def _read_revoke(raw: Raw) -> Revoke:
    return Revoke(message_id=_text(raw["revoke"]["original_message_id"], 200))


def _read_welcome(_raw: Raw) -> RequestWelcome:
    return RequestWelcome()


def _read_unsupported(raw: Raw) -> Unsupported:
    return Unsupported(errors=tuple(describe_error(error) for error in _list(raw.get("errors"))))


_READERS: Mapping[str, Callable[[Raw], Content]] = {
    "text": _read_text,
    **dict.fromkeys(MEDIA_KINDS, _read_media),
    "location": _read_location,
    "contacts": _read_contacts,
    "reaction": _read_reaction,
    "interactive": _read_interactive,
    "button": _read_template_button,
    "order": _read_order,
    "system": _read_system,
    "edit": _read_edit,
    "revoke": _read_revoke,
    "request_welcome": _read_welcome,
    "unsupported": _read_unsupported,
}


def _status(raw: Raw, _contacts: Mapping[str, Raw]) -> DeliveryStatus:
    errors = _list(raw.get("errors"))
    callback_data = raw.get("biz_opaque_callback_data")
    return DeliveryStatus(
        wamid=_text(raw["id"], 200),
        status=_text(raw["status"], 20),
        at=_instant(raw.get("timestamp")),
        callback_data=str(callback_data) if callback_data is not None else None,
        error=describe_error(errors[0]) if errors else None,
        recipient=_identities(_identity(raw.get("recipient_id")), _identity(raw.get("recipient_user_id"))),
        conversation_id=_identity(_mapping(raw.get("conversation")).get("id")),
        pricing=_pricing(raw.get("pricing")),
    )


def _pricing(raw: Any) -> Pricing | None:
    if not isinstance(raw, Mapping):
        return None
    billable = raw.get("billable")
    return Pricing(
        billable=billable if isinstance(billable, bool) else None,
        category=_shortened(raw.get("category"), 40),
        type=_shortened(raw.get("type"), 40),
        model=_shortened(raw.get("pricing_model"), 40),
    )


def _contacts(value: Raw) -> dict[str, Raw]:
    contacts: dict[str, Raw] = {}
    for raw in _list(value.get("contacts")):
        contact = _mapping(raw)
        for key in ("wa_id", "user_id"):
            if identity := _identity(contact.get(key)):
                contacts[identity] = contact
    alone = _list(value.get("contacts"))
    if len(alone) == 1 and len(_list(value.get("messages"))) == 1:
        contacts[""] = _mapping(alone[0])
    return contacts


def _identities(wa_id: str | None, user_id: str | None) -> dict[str, str]:
    return {kind: value for kind, value in (("wa_id", wa_id), ("user_id", user_id)) if value}


def _identity(value: Any) -> str | None:
    return _shortened(value, 200)


def _instant(timestamp: Any) -> datetime:
    try:
        at = datetime.fromtimestamp(int(timestamp), timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError):
        return utc_now()
    return at if _FIRST_INSTANT <= at < _LAST_INSTANT else utc_now()


def _degrees(value: Any) -> float:
    degrees = float(value)
    if not -180 <= degrees <= 180:
        raise ValueError("no place on Earth")
    return degrees


def _text(value: Any, longest: int | None = None) -> str:
    if not isinstance(value, str) or not value or (longest and len(value) > longest):
        raise ValueError("not a text of the expected length")
    return _storable(value)


def _shortened(value: Any, longest: int | None = None) -> str | None:
    """A text that may be missing, cut where it is longer than it may be."""
    return _storable(value.strip()[:longest]) or None if isinstance(value, str) else None


def _storable(text: str) -> str:
    # PostgreSQL keeps no NUL, and no lone surrogate survives UTF-8.
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _dump(raw: Any) -> str:
    return _storable(json.dumps(raw, ensure_ascii=False))


def _nested_deeper_than(most: int, value: Any) -> bool:
    level = [value]
    for _ in range(most):
        objects = [node.values() for node in level if isinstance(node, Mapping)]
        lists = [node for node in level if isinstance(node, list)]
        level = list(chain.from_iterable((*objects, *lists)))
    return bool(level)


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _finite(literal: str) -> float:
    # No database's JSON holds what does not fit a float.
    number = float(literal)
    if not math.isfinite(number):
        raise ValueError("a number too large")
    return number


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Raw:
    return value if isinstance(value, Mapping) else {}
