"""Reading a message the business sends: the Graph API's shapes and limits, refused as Meta refuses them.

Limits: Meta's reference of the Cloud API's messages endpoint, v26.0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from defensoria.simulator.content import Choice, Content, Section
from defensoria.simulator.graph_errors import INVALID_PARAMETER, invalid_parameter, value_not_valid
from defensoria.simulator.node import Node

TEXT_BODY = 4096
INTERACTIVE_BODY = 1024
HEADER = FOOTER = 60
BUTTONS = 3
BUTTON_TITLE = 20
BUTTON_ID = 256
LIST_ROWS = 10
LIST_LABEL = 20
ROW_TITLE = SECTION_TITLE = 24
ROW_DESCRIPTION = 72
ROW_ID = 200
CAPTION = 1024
CALLBACK_DATA = 512

WAMID = 512
_COUNTED_IN_ALL = 100_000
_CAPTIONED = ("image", "video", "document")
_MEDIA = ("image", "video", "document", "audio", "sticker")


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A message accepted for sending.

    Attributes:
        wa_id: the addressee's number in digits, or empty when addressed by user id.
        user_id: the addressee's business-scoped user id, or empty.
        addressee: the addressee exactly as written in the request.
        context_id: wamid of the message it answers, or empty.
        callback_data: `biz_opaque_callback_data`, or None.
    """

    wa_id: str
    user_id: str
    addressee: str
    content: Content
    context_id: str
    callback_data: str | None

    @property
    def free_form(self) -> bool:
        """Whether it may only be sent within 24 hours of the person's last message."""
        return self.content.type != "template"


def read_outgoing(body: Node) -> Outgoing:
    """Check a request body of `POST /{phone_number_id}/messages`.

    Raises:
        GraphError: anything is missing, of the wrong kind or outside the limits; the details name the field.
    """
    check_product(body)
    if (recipient_type := body.get("recipient_type")) is not None:
        recipient_type.one_of("individual")
    wa_id, user_id, addressee = _addressee(body)
    kind = type_.one_of(*_READERS) if (type_ := body.get("type")) is not None else "text"
    context = body.get("context")
    callback_data = body.get("biz_opaque_callback_data")
    return Outgoing(
        wa_id=wa_id,
        user_id=user_id,
        addressee=addressee,
        content=_READERS[kind](body.need(kind)),
        context_id=context.need("message_id").text(most=WAMID) if context is not None else "",
        callback_data=callback_data.text(most=CALLBACK_DATA) if callback_data is not None else None,
    )


def check_product(body: Node) -> None:
    """Require `"messaging_product": "whatsapp"`."""
    body.need("messaging_product").one_of("whatsapp")


def _addressee(body: Node) -> tuple[str, str, str]:
    to, recipient = body.get("to"), body.get("recipient")
    if to is not None and recipient is not None:
        raise invalid_parameter("Give either the parameter to or the parameter recipient, not both.")
    if recipient is not None:
        user_id = recipient.text(most=160)
        return "", user_id, user_id
    addressee = body.need("to").text(most=40)
    digits = addressee.translate(str.maketrans("", "", "+-() "))
    if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 15):
        raise value_not_valid("to must be a phone number with country code, 8 to 15 digits.")
    return digits, "", addressee


def _text(node: Node) -> Content:
    node.only("body", "preview_url")
    if (preview := node.get("preview_url")) is not None:
        preview.flag()
    return Content(type="text", text=node.need("body").text(most=TEXT_BODY, code=INVALID_PARAMETER))


def _interactive(node: Node) -> Content:
    node.only("type", "header", "body", "footer", "action")
    kind = node.need("type").one_of("button", "list")
    header, footer, action = node.get("header"), node.get("footer"), node.need("action")
    return Content(
        type="interactive",
        header=_header(header, text_only=kind == "list") if header is not None else "",
        text=node.need("body").only("text").need("text").text(most=INTERACTIVE_BODY),
        footer=footer.only("text").need("text").text(most=FOOTER) if footer is not None else "",
        buttons=_buttons(action) if kind == "button" else (),
        list_label=action.need("button").text(most=LIST_LABEL) if kind == "list" else "",
        sections=_sections(action) if kind == "list" else (),
    )


def _header(node: Node, *, text_only: bool) -> str:
    node.only("type", "text", "image", "video", "document")
    kind = node.need("type").one_of(*(("text",) if text_only else ("text", "image", "video", "document")))
    if kind == "text":
        return node.need("text").text(most=HEADER)
    return _media(kind)(node.need(kind)).text


def _buttons(action: Node) -> tuple[Choice, ...]:
    choices = []
    for button in action.only("buttons").need("buttons").items(most=BUTTONS):
        button.only("type", "reply").need("type").one_of("reply")
        reply = button.need("reply").only("id", "title")
        choices.append(
            Choice(id=reply.need("id").text(most=BUTTON_ID), title=reply.need("title").text(most=BUTTON_TITLE))
        )
    _all_different([choice.id for choice in choices], "interactive['action']['buttons']: reply ids")
    _all_different([choice.title for choice in choices], "interactive['action']['buttons']: reply titles")
    return tuple(choices)


def _sections(action: Node) -> tuple[Section, ...]:
    nodes = action.only("button", "sections").need("sections").items(most=LIST_ROWS)
    sections = tuple(_section(node, title_required=len(nodes) > 1) for node in nodes)
    rows = [row for section in sections for row in section.rows]
    if len(rows) > LIST_ROWS:
        raise value_not_valid(f"{action.path}['sections'] has {len(rows)} rows in all. Max count: {LIST_ROWS}.")
    _all_different([row.id for row in rows], f"{action.path}['sections']: row ids")
    return sections


def _section(node: Node, *, title_required: bool) -> Section:
    node.only("title", "rows")
    title = node.need("title") if title_required else node.get("title")
    rows = node.need("rows").items(most=_COUNTED_IN_ALL)
    return Section(
        title=title.text(most=SECTION_TITLE, least=1 if title_required else 0) if title is not None else "",
        rows=tuple(_row(row) for row in rows),
    )


def _row(node: Node) -> Choice:
    node.only("id", "title", "description")
    description = node.get("description")
    return Choice(
        id=node.need("id").text(most=ROW_ID),
        title=node.need("title").text(most=ROW_TITLE),
        description=description.text(most=ROW_DESCRIPTION, least=0) if description is not None else "",
    )


def _all_different(values: list[str], what: str) -> None:
    if len(set(values)) < len(values):
        raise value_not_valid(f"{what} must be unique.")


def _template(node: Node) -> Content:
    name = node.need("name").text(most=512)
    node.need("language").need("code").text(most=15)
    components = node.get("components")
    shown = [name]
    for component in components.items(most=20) if components is not None else []:
        component.need("type").text(most=20)
        parameters = component.get("parameters")
        for parameter in parameters.items(most=100) if parameters is not None else []:
            if parameter.need("type").text(most=30) == "text":
                shown.append(parameter.need("text").text(most=32_768))
    return Content(type="template", text="\n".join(shown))


def _media(kind: str) -> Callable[[Node], Content]:
    def read(node: Node) -> Content:
        source, link = node.get("id"), node.get("link")
        if (source is None) == (link is None):
            raise invalid_parameter(f"Give exactly one of {node.path}['id'] and {node.path}['link'].")
        if source is not None:
            source.text(most=200)
        if link is not None and not link.text(most=2000).startswith(("https://", "http://")):
            raise value_not_valid(f"{node.path}['link'] must be an http or https address.")
        caption, filename = node.get("caption"), node.get("filename")
        if caption is not None and kind not in _CAPTIONED:
            raise invalid_parameter(f'Unexpected key "caption" on param "{node.path}".')
        parts = [filename.text(most=240)] if filename is not None else []
        if caption is not None:
            parts.append(caption.text(most=CAPTION, least=0))
        return Content(type=kind, text="\n".join(parts))

    return read


def _location(node: Node) -> Content:
    latitude = node.need("latitude").number(least=-90, most=90)
    longitude = node.need("longitude").number(least=-180, most=180)
    names = [named.text(most=1000, least=0) for key in ("name", "address") if (named := node.get(key)) is not None]
    return Content(type="location", text="\n".join([*names, f"{latitude}, {longitude}"]))


def _contacts(node: Node) -> Content:
    names = [card.need("name").need("formatted_name").text(most=1000) for card in node.items(most=257)]
    return Content(type="contacts", text="\n".join(names))


def _reaction(node: Node) -> Content:
    node.only("message_id", "emoji").need("message_id").text(most=WAMID)
    return Content(type="reaction", text=node.need("emoji").text(most=20, least=0))


_READERS: dict[str, Callable[[Node], Content]] = {
    "text": _text,
    "interactive": _interactive,
    "template": _template,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    **{kind: _media(kind) for kind in _MEDIA},
}
