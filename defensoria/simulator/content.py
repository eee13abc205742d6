"""What a message shows on a phone's screen, whichever side wrote it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A reply button or a list row."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A group of list rows; the title may be empty when there is only one group."""

    title: str
    rows: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class Content:
    """A message as shown.

    Attributes:
        type: WhatsApp's message type (`text`, `interactive`, `image`, …).
        text: its body; for media its caption, file name or whatever else can be read.
        list_label: the label of the button that opens the list; empty when there is no list.
    """

    type: str
    text: str = ""
    header: str = ""
    footer: str = ""
    buttons: tuple[Choice, ...] = ()
    list_label: str = ""
    sections: tuple[Section, ...] = ()
