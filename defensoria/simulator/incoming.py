"""What a person does on a phone, turned into WhatsApp's message object as webhooks carry it.

Shapes: Meta's webhook reference of the Cloud API, object `messages`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from defensoria.simulator.content import Content
from defensoria.simulator.samples import new_media_id, sample_of_kind

MessageObject = dict[str, Any]


class InputError(ValueError):
    """A request to the simulator's own control address is not understood; the message says what to write."""


def read_input(body: object, *, business_number: str) -> MessageObject:
    """The part of a message object that says what was sent: `type`, the member of that name, and `context`.

    Args:
        body: one of `{"text": …}`, `{"reply": {"kind": "button" or "list", "id", "title", "context"}}`,
            `{"type": "audio", …members of its object}` or `{"raw": {…a message object…}}`.
        business_number: the number the answered message came from, for `context`.

    Raises:
        InputError: it is none of these.
    """
    if not isinstance(body, dict):
        raise InputError("The body must be a JSON object.")
    if isinstance(raw := body.get("raw"), dict):
        return dict(raw)
    if isinstance(text := body.get("text"), str) and "type" not in body:
        if not text.strip():
            raise InputError("'text' is empty.")
        return {"type": "text", "text": {"body": text}}
    if isinstance(reply := body.get("reply"), dict):
        return _reply(reply, business_number)
    kind = body.get("type")
    if isinstance(kind, str) and kind in _SAMPLES:
        given = {key: value for key, value in body.items() if key != "type"}
        return {"type": kind, **_sample(kind, given)}
    raise InputError(f"Give one of 'text', 'reply', 'raw' or 'type', which is one of {', '.join(sorted(_SAMPLES))}.")


def content_of(message: Mapping[str, Any]) -> Content:
    """What a message object shows on the phone. Never raises: a shape it does not know shows nothing but its type."""
    kind = message.get("type")
    kind = kind if isinstance(kind, str) else "unsupported"
    value = message.get(kind)
    return Content(type=kind, text=_shown(kind, value) if isinstance(value, dict) else "")


def _reply(reply: Mapping[str, Any], business_number: str) -> MessageObject:
    kind = {"button": "button_reply", "list": "list_reply"}.get(str(reply.get("kind")))
    chosen = {key: reply[key] for key in ("id", "title", "description") if isinstance(reply.get(key), str)}
    if kind is None or not {"id", "title"} <= chosen.keys():
        raise InputError("'reply' needs 'kind' ('button' or 'list'), 'id' and 'title'.")
    message: MessageObject = {"type": "interactive", "interactive": {"type": kind, kind: chosen}}
    if isinstance(context := reply.get("context"), str) and context:
        message["context"] = {"from": business_number, "id": context}
    return message


def _sample(kind: str, given: Mapping[str, Any]) -> MessageObject:
    sample = _SAMPLES[kind]()
    if isinstance(sample, dict):
        return {kind: {**sample, **given}}
    return {kind: given.get(kind, sample)}


def _file(kind: str, **extra: Any) -> Callable[[], MessageObject]:
    def described() -> MessageObject:
        sample = sample_of_kind(kind)
        return {
            "id": new_media_id(sample),
            "mime_type": sample.mime_type,
            "sha256": base64.b64encode(hashlib.sha256(sample.content).digest()).decode(),
            **extra,
        }

    return described


_SAMPLES: dict[str, Callable[[], Any]] = {
    "audio": _file("audio", voice=True),
    "image": _file("image"),
    "video": _file("video"),
    "document": _file("document", filename="documento.pdf"),
    "sticker": _file("sticker", animated=False),
    "location": lambda: {"latitude": -15.601, "longitude": -56.097},
    "contacts": lambda: [{"name": {"formatted_name": "Contato de teste"}, "phones": [{"phone": "+55 65 90000-0000"}]}],
    "reaction": lambda: {"message_id": "", "emoji": "👍"},
    "unsupported": lambda: {},
}


def _shown(kind: str, value: Mapping[str, Any]) -> str:
    if kind == "interactive":
        chosen = value.get(str(value.get("type")))
        return _text(chosen, "title") if isinstance(chosen, dict) else ""
    if kind == "location":
        return f"{value.get('latitude')}, {value.get('longitude')}"
    keys = {"text": "body", "button": "text", "reaction": "emoji", "document": "filename", "system": "body"}
    return _text(value, keys.get(kind, "caption"))


def _text(value: Mapping[str, Any], key: str) -> str:
    text = value.get(key)
    return text if isinstance(text, str) else ""
