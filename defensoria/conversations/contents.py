"""What a citizen can send, each kind as a value of its own, and what of it are the citizen's own words.

The kinds are those of WhatsApp's webhooks; nothing here knows how they are spelled on the wire.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Text:
    """Words written."""

    body: str


@dataclass(frozen=True, kw_only=True)
class Media:
    """A file. `kind` is `image`, `video`, `audio`, `document` or `sticker`; `id` fetches it, for seven days."""

    kind: str
    id: str
    mime_type: str | None = None
    sha256: str | None = None
    caption: str | None = None
    filename: str | None = None
    voice: bool = False


@dataclass(frozen=True, kw_only=True)
class Location:
    """A place, in degrees, with its name and address where it has them."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody's card."""

    name: str
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """Cards of other people."""

    cards: tuple[Contact, ...]


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """An emoji on the message `message_id`; None when it was taken back."""

    message_id: str
    emoji: str | None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A tap on a button or on a row of a list (`kind` is `button` or `list`)."""

    kind: str
    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class TemplateButton:
    """A tap on a button of an approved template."""

    text: str
    payload: str | None = None


@dataclass(frozen=True, kw_only=True)
class FlowReply:
    """A form filled in inside WhatsApp; `response` is its JSON as it came."""

    name: str | None
    response: str


@dataclass(frozen=True, kw_only=True)
class OrderItem:
    """A product of a catalogue."""

    product: str
    quantity: int
    price: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class Order:
    """A shopping basket, with the words written to it."""

    items: tuple[OrderItem, ...]
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class IdentityChange:
    """WhatsApp's own word that a number or id changed: alias kind → value, before and after.

    `new` is empty for notices that change no identity (a new phone under the same number).
    """

    kind: str
    old: Mapping[str, str] = field(default_factory=dict)
    new: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Edit:
    """The message `message_id`, said anew."""

    message_id: str
    content: Text | Media


@dataclass(frozen=True, kw_only=True)
class Revoke:
    """The message `message_id`, taken back by its author."""

    message_id: str


@dataclass(frozen=True, kw_only=True)
class RequestWelcome:
    """The chat was opened for the first time and nothing is written yet."""


@dataclass(frozen=True, kw_only=True)
class Unsupported:
    """Something WhatsApp itself does not pass on, with its errors as code and title."""

    errors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A type that did not exist when this was written."""

    type: str


Content = (
    Text
    | Media
    | Location
    | Contacts
    | Reaction
    | Reply
    | TemplateButton
    | FlowReply
    | Order
    | IdentityChange
    | Edit
    | Revoke
    | RequestWelcome
    | Unsupported
    | Unknown
)

ASKS_NOTHING = (Reaction, IdentityChange, Edit, Revoke)
"""What is recorded and shown, and asks for no answer."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a message refers to: the message it replies to, and whether it was passed on from another chat."""

    replied_to: str | None = None
    forwarded: bool = False
    frequently_forwarded: bool = False


@dataclass(frozen=True, kw_only=True)
class Referral:
    """The advertisement or post through which the citizen came."""

    source_type: str | None = None
    source_id: str | None = None
    source_url: str | None = None
    headline: str | None = None
    body: str | None = None


def words(content: Content) -> str | None:
    """What the citizen wrote, or the title they tapped; None where nothing of it is in words."""
    match content:
        case Text(body=said) | Media(caption=said) | Reply(title=said) | TemplateButton(text=said) | Order(text=said):
            return said
        case Edit(content=anew):
            return words(anew)
        case _:
            return None


def is_sign(text: str) -> bool:
    """Whether a text is hands, hearts or dots, and no question: "👍", "🙏🙏", "...", but not "?"."""
    return "?" not in text and not any(map(str.isalnum, text))
