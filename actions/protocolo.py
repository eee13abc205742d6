"""The number by which a citizen knows their atendimento: the channel's; a rehearsal has one that looks like none."""

from typing import Any

from rasa_sdk import Tracker


def protocol_of(tracker: Tracker) -> tuple[str, bool]:
    """The protocol number, and whether it is real: a rehearsal in the terminal has one that looks like none."""
    metadata: dict[str, Any] = tracker.latest_message.get("metadata") or {}
    given = metadata.get("protocolo")
    return (str(given), True) if given else (f"ENSAIO-{tracker.sender_id[:6].upper()}", False)
