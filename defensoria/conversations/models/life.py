"""The life of the data: what holds it, who asks for it, what removed it."""

from enum import Enum

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Text, UniqueConstraint

from defensoria.conversations.models.base import NEVER_THE_SAME_ID, Base, Instant


class LegalHold(Base):
    """That a citizen's data, or those of one atendimento, are kept beyond every term and every request."""

    __tablename__ = "legal_holds"

    id = Column(Integer, primary_key=True)
    citizen_id = Column(ForeignKey("citizens.id"), index=True)
    atendimento_id = Column(ForeignKey("atendimentos.id"), index=True)
    """Set for a hold of one atendimento; else all of the citizen's are held."""
    reason = Column(Text, nullable=False)
    set_by = Column(String(80), nullable=False)
    set_at = Column(Instant, nullable=False)
    until = Column(Instant)
    """None: until somebody lifts it."""
    lifted_by = Column(String(80))
    lifted_at = Column(Instant)


class RequestKind(str, Enum):
    """What a citizen may ask for about their data (LGPD, art. 18)."""

    ACCESS = "acesso"
    CORRECTION = "correcao"
    ERASURE = "apagamento"


class RequestStatus(str, Enum):
    """How far a request has come. An erasure that was granted is carried out once the citizen was told."""

    OPEN = "aberto"
    GRANTED = "aceito"
    DONE = "feito"
    REFUSED = "recusado"


class PrivacyRequest(Base):
    """What a citizen asked for about their data, and what a person decided. It outlives an erasure, without a name."""

    __tablename__ = "privacy_requests"
    __table_args__ = (UniqueConstraint("number", "kind"), NEVER_THE_SAME_ID)

    id = Column(Integer, primary_key=True)
    number = Column(String(20), nullable=False)
    """As the citizen knows it: the protocol of the atendimento in which they asked."""
    citizen_id = Column(ForeignKey("citizens.id"), index=True)
    kind = Column(String(20), nullable=False)
    status = Column(String(20), nullable=False, default=RequestStatus.OPEN.value)
    at = Column(Instant, nullable=False)
    decided_by = Column(String(80))
    decided_at = Column(Instant)
    reason = Column(Text)
    """What the citizen was told."""
    told_by = Column(Integer)
    """The id of the message that tells them; an erasure waits for it."""


class PurgeRun(Base):
    """One run of the purge: it keeps a second process from running another, and says what was removed."""

    __tablename__ = "purge_runs"

    id = Column(Integer, primary_key=True)
    started_at = Column(Instant, nullable=False)
    lease_until = Column(Instant, nullable=False)
    finished_at = Column(Instant)
    removed = Column(JSON)
    """Class of data → how many."""
