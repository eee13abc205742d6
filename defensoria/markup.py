"""WhatsApp's markup as safe HTML: bold, italic, struck, fixed width and web addresses; all else is escaped."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"(https?://[^\s<>\"'*]*[^\s<>\"'*.,;:!?)\]])")
_FIXED = re.compile(r"```(.+?)```", re.DOTALL)
_STYLES = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]+?)(?<=\S){mark}(?![\w{mark}])"), tag)
    for mark, tag in ((r"\*", "strong"), ("_", "em"), ("~", "s"))
)


def to_html(text: str) -> Markup:
    """The text as safe HTML; line breaks stay as they are, for `white-space: pre-wrap`."""
    pieces = _ADDRESS.split(text)
    return Markup("").join(_link(piece) if index % 2 else _styled(piece) for index, piece in enumerate(pieces))


def _link(address: str) -> Markup:
    return Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(address)


def _styled(text: str) -> Markup:
    # Escaping first leaves no character of the text that could open or close a tag; the marks are not escaped.
    html = _FIXED.sub(r"<code>\1</code>", str(escape(text)))
    for pattern, tag in _STYLES:
        html = pattern.sub(rf"<{tag}>\1</{tag}>", html)
    return Markup(html)  # noqa: S704
