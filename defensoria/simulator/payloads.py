"""The webhook bodies WhatsApp posts: an inbound message, and a status of a message sent.

Shapes: Meta's webhook reference of the Cloud API, field `messages`; user ids as of April 2026.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from defensoria.simulator.incoming import MessageObject
from defensoria.simulator.phones import Message, Phone, Status

BUSINESS_NUMBER = "5565999634454"
BUSINESS_ACCOUNT_ID = "102290129340398"


def inbound(written: Iterable[tuple[Phone, MessageObject]], *, phone_number_id: str) -> dict[str, Any]:
    """The webhook of messages people wrote, in this order: one change each, as in Meta's batches."""
    values = [{"contacts": [_contact(phone)], "messages": [message]} for phone, message in written]
    return _envelope(phone_number_id, *values)


def complete(phone: Phone, message: MessageObject, *, wamid: str, at: datetime) -> MessageObject:
    """A message object with sender, id and time; members already there win, and those given as null are left out."""
    sender = {"from_user_id": phone.user_id} if phone.hides_number else {"from": phone.wa_id}
    if not phone.hides_number:
        sender["from_user_id"] = phone.user_id
    whole = {**sender, "id": wamid, "timestamp": _seconds(at), **message}
    return {key: value for key, value in whole.items() if value is not None}


def status(phone: Phone, message: Message, reached: Status, at: datetime, *, phone_number_id: str) -> dict[str, Any]:
    """The webhook of one status of a message the business sent."""
    item: dict[str, Any] = {
        "id": message.id,
        "status": reached.value,
        "timestamp": _seconds(at),
        "recipient_user_id": phone.user_id,
    }
    if not phone.hides_number:
        item["recipient_id"] = phone.wa_id
    if reached is not Status.READ:
        item["pricing"] = _pricing(message)
    if message.callback_data is not None:
        item["biz_opaque_callback_data"] = message.callback_data
    return _envelope(phone_number_id, {"contacts": [_contact(phone)], "statuses": [item]})


def _envelope(phone_number_id: str, *values: dict[str, Any]) -> dict[str, Any]:
    metadata = {"display_phone_number": BUSINESS_NUMBER, "phone_number_id": phone_number_id}
    changes = [
        {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
        for value in values
    ]
    return {"object": "whatsapp_business_account", "entry": [{"id": BUSINESS_ACCOUNT_ID, "changes": changes}]}


def _contact(phone: Phone) -> dict[str, Any]:
    contact: dict[str, Any] = {"profile": {"name": phone.name}, "user_id": phone.user_id}
    if not phone.hides_number:
        contact["wa_id"] = phone.wa_id
    return contact


def _pricing(message: Message) -> dict[str, Any]:
    free_form = message.content.type != "template"
    return {
        "billable": not free_form,
        "pricing_model": "PMP",
        "category": "service" if free_form else "utility",
        "type": "free_customer_service" if free_form else "regular",
    }


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))
