"""Chat bubbles as HTML, from the same template for the page and for the event stream."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from defensoria.markup import to_html
from defensoria.simulator.phones import Message, Phone

HERE = Path(__file__).parent
_CUIABA = ZoneInfo("America/Cuiaba")


def _clock(at: datetime) -> str:
    return at.astimezone(_CUIABA).strftime("%H:%M")


def _number(wa_id: str) -> str:
    """A Brazilian number as people write it, with or without the ninth digit; any other as `+digits`."""
    if not (wa_id.startswith("55") and len(wa_id) in (12, 13)):
        return f"+{wa_id}"
    return f"({wa_id[2:4]}) {wa_id[4:-4]}-{wa_id[-4:]}"


environment = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
environment.filters.update(whatsapp=to_html, clock=_clock, number=_number)


def bubble(phone: Phone, message: Message) -> Markup:
    """The bubble of one message, with its buttons or its list."""
    quoted = phone.messages.get(message.context_id)
    text = quoted.content.text if quoted is not None else ""
    return Markup(environment.get_template("bubble.html").render(message=message, quote=text))  # noqa: S704
