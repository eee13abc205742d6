"""Conversations from their first message to their closing, with what happened to them."""

from enum import Enum

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import relationship

from defensoria.conversations.models.base import NEVER_THE_SAME_ID, Base, Instant


class Holder(str, Enum):
    """Who answers a conversation now."""

    BOT = "bot"
    QUEUE = "queue"
    HUMAN = "human"
    CLOSED = "closed"


class Outcome(str, Enum):
    """How an atendimento ended. What the bot ends has the value its flow gives it, and no member here."""

    RESOLVED = "resolvido"
    SCHEDULED = "agendado"
    FORWARDED = "encaminhado"
    OUT_OF_COMPETENCE = "fora_da_competencia"
    NO_ANSWER = "sem_resposta"
    ABANDONED = "abandonado"
    """The citizen left it at an open question."""


class Atendimento(Base):
    """One conversation from its first message to its closing, with the dossier of its triage.

    `holder` and `epoch` change together, by conditional updates only (see `holder.py`).
    """

    __tablename__ = "atendimentos"
    __table_args__ = (
        Index(
            "one_open_atendimento_per_citizen",
            "citizen_id",
            unique=True,
            sqlite_where=text("holder <> 'closed'"),
            postgresql_where=text("holder <> 'closed'"),
        ),
        Index("atendimentos_queue", "holder", "nucleo", "queued_at"),
        Index("atendimentos_closed_at", "closed_at"),
        Index("atendimentos_claimed", "claimed_at"),
        Index("atendimentos_closed", "nucleo", "closed_at"),
        Index("atendimentos_due", "holder", "closed_at"),
        NEVER_THE_SAME_ID,
    )

    id = Column(Integer, primary_key=True)
    protocolo = Column(String(20), unique=True)
    citizen_id = Column(ForeignKey("citizens.id"), nullable=False, index=True)
    previous_id = Column(ForeignKey("atendimentos.id"), index=True)
    holder = Column(String(10), nullable=False, default=Holder.BOT.value)
    epoch = Column(Integer, nullable=False, default=0)
    attendant_id = Column(ForeignKey("users.id"), index=True)

    nucleo = Column(String(80))
    criterio = Column(String(40))
    elegibilidade = Column(String(40))
    servico = Column(String(40))
    area = Column(String(40))
    assunto = Column(String(40))
    municipio = Column(String(80))
    urgencia = Column(String(40))

    opened_at = Column(Instant, nullable=False)
    queued_at = Column(Instant)
    queue_from = Column(Instant)
    """Set while the conversation is kept for the next opening: when it enters the queue."""
    claimed_at = Column(Instant)
    closed_at = Column(Instant)
    last_citizen_message_at = Column(Instant)
    reminded_at = Column(Instant)
    promised_for = Column(Instant)
    """Until when the citizen was last told, outside the office's hours, that nobody can answer."""
    outcome = Column(String(40))
    rating_asked_at = Column(Instant)
    rating = Column(String(20))
    """How the citizen found a person's service: the value of an option of `utter_satisfacao`."""

    citizen = relationship("Citizen")
    attendant = relationship("User")


TRIAGE_SLOTS = ("criterio", "elegibilidade", "servico", "area", "assunto", "municipio", "nucleo", "urgencia")
"""The slots of the tracker that an atendimento keeps in a column of the same name."""


class AtendimentoEvent(Base):
    """What happened to an atendimento, in order: the desk's live view, and later the audit and the figures, read it."""

    __tablename__ = "atendimento_events"
    __table_args__ = NEVER_THE_SAME_ID

    id = Column(Integer, primary_key=True)
    atendimento_id = Column(ForeignKey("atendimentos.id"), nullable=False, index=True)
    at = Column(Instant, nullable=False)
    kind = Column(String(30), nullable=False)
    actor = Column(String(80), nullable=False)
    nucleo = Column(String(80))
    data = Column(JSON)


class Note(Base):
    """What colleagues tell each other of a conversation.

    It is no message: what sends reads the messages alone, so that a note can never reach a citizen.
    """

    __tablename__ = "notes"

    id = Column(Integer, primary_key=True)
    atendimento_id = Column(ForeignKey("atendimentos.id"), nullable=False, index=True)
    author = Column(String(80), nullable=False)
    """Login of who wrote it."""
    at = Column(Instant, nullable=False)
    text = Column(Text, nullable=False)
    transfer = Column(String(300))
    """Where the conversation went with this note, in words; None for a note that goes with no transfer."""
