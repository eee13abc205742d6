"""Citizens with everything the service keeps of them, and a purge whose day the test chooses."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from rasa.core.tracker_store import SQLTrackerStore
from sqlalchemy import select

from defensoria.clock import utc_now
from defensoria.conversations import holder, inbox, media, users
from defensoria.conversations.contents import Media, Text
from defensoria.conversations.database import Database
from defensoria.conversations.holder import BotTurn, finish_bot_turn
from defensoria.conversations.inbox import InboundMessage
from defensoria.conversations.models import Atendimento, MediaFile, Role, User
from defensoria.conversations.outbox import Outgoing
from defensoria.conversations.rasa_events import RASA_EVENTS
from defensoria.privacy import purge as purging
from defensoria.privacy.forgetting import Folders
from defensoria.privacy.purge import Purge
from defensoria.privacy.retention import DataClass, retention

TRIAGE = {"criterio": "renda_individual", "municipio": "Sinop", "nucleo": "sinop", "area": "civel"}


def said(text: str) -> Outgoing:
    """A text to send."""
    return Outgoing("text", text, {"type": "text", "text": {"body": text}})


@dataclass
class House:
    """A store with its folders, as a test fills it."""

    database: Database
    folders: Folders

    def writes(self, text: str, wa_id: str = "556599990001", name: str = "Maria") -> int:
        """A citizen's message, as WhatsApp delivered it. Returns the id of its atendimento."""
        wamid = f"wamid.{wa_id}.{utc_now().timestamp()}"
        inbound = InboundMessage(
            wamid=wamid,
            type="text",
            at=utc_now(),
            wa_id=wa_id,
            profile_name=name,
            content=Text(body=text),
            payload={"from": wa_id, "id": wamid, "text": {"body": text}},
        )
        with self.database.transaction() as session:
            message = inbox.receive(session, inbound)
            inbox.served_now(session, message.id)
            return int(message.atendimento_id)

    def sends_file(self, content: bytes, wa_id: str = "556599990001") -> Path:
        """A citizen's picture, fetched and kept. Returns where."""
        wamid = f"wamid.file.{utc_now().timestamp()}"
        inbound = InboundMessage(
            wamid=wamid, type="image", at=utc_now(), wa_id=wa_id, content=Media(kind="image", id="m1", caption="laudo")
        )
        self.folders.media.mkdir(exist_ok=True)
        with self.database.transaction() as session:
            message = inbox.receive(session, inbound)
            inbox.served_now(session, message.id)
            file = session.scalar(select(MediaFile).where(MediaFile.message_id == message.id))
            path = self.folders.media / f"{file.id}-0a.jpg"
            path.write_bytes(content)
            media.mark_stored(session, file.id, path.name, len(content), "image/jpeg")
            return path

    def is_attended(self, atendimento_id: int, words: str = "Vamos ver.", login: str = "ana") -> str:
        """The bot hands it over, an attendant takes it, answers and closes it. Returns its protocol."""
        with self.database.transaction() as session:
            atendimento = session.get(Atendimento, atendimento_id)
            message = inbox.receive(
                session,
                InboundMessage(
                    wamid=f"wamid.ok.{utc_now().timestamp()}",
                    type="text",
                    at=utc_now(),
                    wa_id=atendimento.citizen.address,
                    content=Text(body="sim"),
                ),
            )
            turn = BotTurn([said("Pronto!")], TRIAGE, handoff=True)
            assert finish_bot_turn(session, message.id, atendimento.id, atendimento.epoch, turn)
            attendant = session.scalar(select(User).where(User.login == login)) or users.add_user(
                session, login, login.title(), Role.ATTENDANT, ["sinop"], "senha-bem-comprida"
            )
            holder.claim(session, atendimento.id, attendant)
            holder.answer(session, atendimento.id, attendant, said(words))
            holder.close(session, atendimento.id, attendant, "resolvido", None)
            return str(atendimento.protocolo)

    def rasa_remembers(self, sender_id: str, text: str) -> None:
        """What Rasa keeps of a turn."""
        SQLTrackerStore.Base.metadata.create_all(self.database.engine)
        now = utc_now().timestamp()
        event = SQLTrackerStore.SQLEvent(
            sender_id=sender_id, type_name="user", timestamp=now, data=json.dumps({"event": "user", "text": text})
        )
        with self.database.transaction() as session:
            session.add(event)

    def rasa_knows(self) -> set[str]:
        """Whom Rasa remembers."""
        with self.database.transaction() as session:
            return set(session.scalars(select(RASA_EVENTS.c.sender_id)))

    def purge_spares(self, days: int) -> bool:
        """Whether a purge so many days on finds nothing due, but for the audit's entries, whose term is their own."""
        return not any(count for kind, count in self.purge(days).items() if kind is not DataClass.AUDIT)

    def purge(self, days: int, now: bool = True) -> Mapping[DataClass, int]:
        """Purge as it will be done in so many days; with `now` unset, only count."""
        purge = Purge(retention(), self.folders, utc_now() + timedelta(days=days))
        if now:
            return asyncio.run(purging.run(self.database, purge))
        with self.database.transaction() as session:
            return purging.due(session, purge)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """An empty one, on each of the databases."""
    return House(database, Folders(media=tmp_path / "media", exports=tmp_path / "exports", logs=tmp_path / "logs"))
