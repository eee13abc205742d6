"""Citizens, users and messages for the store's tests."""

from datetime import datetime, timedelta, timezone
from itertools import count

import pytest

from defensoria.conversations import inbox, users
from defensoria.conversations.contents import Text
from defensoria.conversations.holder import BotTurn, finish_bot_turn
from defensoria.conversations.inbox import InboundMessage
from defensoria.conversations.models import Role
from defensoria.conversations.outbox import Outgoing

NOON = datetime(2026, 11, 23, 16, 0, tzinfo=timezone.utc)
_numbers = count(1)


def inbound(text: str = "oi", wa_id: str | None = "556599990001", minutes: int = 0, **more: object) -> InboundMessage:
    """A message in, with a wamid of its own unless given."""
    values = {"wamid": f"wamid.{next(_numbers)}", "type": "text", "at": NOON + timedelta(minutes=minutes)}
    return InboundMessage(**{**values, "content": Text(body=text), "wa_id": wa_id, **more})


def said(text: str) -> Outgoing:
    """A text to send."""
    return Outgoing("text", text, {"type": "text", "text": {"body": text}})


TRIAGE = {"criterio": "renda_individual", "municipio": "Sinop", "nucleo": "sinop", "area": "civel"}


@pytest.fixture
def queued(database):
    """The id of an atendimento in the queue of Sinop."""
    with database.transaction() as session:
        message = inbox.receive(session, inbound())
        turn = BotTurn([said("Pronto!")], TRIAGE, handoff=True)
        assert finish_bot_turn(session, message.id, message.atendimento_id, 0, turn)
        return message.atendimento_id


@pytest.fixture
def attendants(database):
    """Two attendants of Sinop."""
    with database.transaction() as session:
        return [
            users.add_user(session, login, login.title(), Role.ATTENDANT, ["sinop"], "senha-bem-comprida")
            for login in ("ana", "bia")
        ]
