"""The tables of the store. Every instant is kept in UTC and comes back aware."""

from datetime import datetime, timezone
from enum import Enum
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.types import TypeDecorator

Base: Any = declarative_base()


class Holder(str, Enum):
    """Who answers a conversation now."""

    BOT = "bot"
    QUEUE = "queue"
    HUMAN = "human"
    CLOSED = "closed"


class Direction(str, Enum):
    """Whether a message came from the citizen or goes to them."""

    IN = "in"
    OUT = "out"


class Status(str, Enum):
    """How far a message has come: the first two are of messages in, the others of messages out.

    `waiting` is what the citizen gets once they write again.
    """

    RECEIVED = "received"
    PROCESSED = "processed"
    WAITING = "waiting"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class Role(str, Enum):
    """What a user of the desk may do."""

    ATTENDANT = "atendente"
    SUPERVISOR = "supervisor"
    MANAGER = "gestor"
    ADMINISTRATOR = "administrador"


BOT_AUTHOR = "bot"
CITIZEN_AUTHOR = "citizen"

NEVER_THE_SAME_ID = {"sqlite_autoincrement": True}
"""For tables from which rows are removed: SQLite would else give the highest number to the next row again, and with it
somebody's protocol to somebody else."""


class Instant(TypeDecorator):
    """An aware instant, kept in UTC also where the database keeps no offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Refuse a naive instant; turn any other into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant in the store needs a time zone")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Give the instant back aware."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


class Citizen(Base):
    """A person as WhatsApp knows them. Two are never merged by the machine."""

    __tablename__ = "citizens"
    __table_args__ = NEVER_THE_SAME_ID

    id = Column(Integer, primary_key=True)
    address = Column(String(200), nullable=False)
    """The identity to answer to, exactly as it last arrived: a `wa_id`, else a business-scoped `user_id`."""
    name = Column(String(200))
    created_at = Column(Instant, nullable=False)
    notice_version = Column(String(20))
    """The privacy notice they were last shown, and when."""
    notice_at = Column(Instant)

    aliases = relationship("CitizenAlias", back_populates="citizen")


class CitizenAlias(Base):
    """One identity by which a citizen is recognised: kind `wa_id` or `user_id`.

    `match_key` is of numbers: the same for a Brazilian mobile with and without its ninth digit. Nobody is recognised by
    it; it tells a person that two citizens may be one.
    """

    __tablename__ = "citizen_aliases"
    __table_args__ = (UniqueConstraint("kind", "value"),)

    id = Column(Integer, primary_key=True)
    citizen_id = Column(ForeignKey("citizens.id"), nullable=False, index=True)
    kind = Column(String(20), nullable=False)
    value = Column(String(200), nullable=False)
    match_key = Column(String(200), index=True)

    citizen = relationship("Citizen", back_populates="aliases")


class IdentityConflict(Base):
    """That WhatsApp gave `citizen_id` an identity of `other_id`: whether the two are one, a person decides."""

    __tablename__ = "identity_conflicts"
    __table_args__ = (UniqueConstraint("citizen_id", "other_id"),)

    id = Column(Integer, primary_key=True)
    citizen_id = Column(ForeignKey("citizens.id"), nullable=False)
    other_id = Column(ForeignKey("citizens.id"), nullable=False, index=True)
    kind = Column(String(20), nullable=False)
    noted_at = Column(Instant, nullable=False)


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


ABANDONED = "abandonado"
"""The outcome of a conversation that the citizen left at an open question."""

TRIAGE_SLOTS = ("criterio", "elegibilidade", "servico", "area", "assunto", "municipio", "nucleo", "urgencia")
"""The slots of the tracker that an atendimento keeps in a column of the same name."""


class Message(Base):
    """One message of a conversation, in either direction; messages in are the inbox and messages out the outbox."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("messages_by_status", "direction", "status", "citizen_id", "id"),
        Index("messages_of_atendimento", "atendimento_id", "id"),
        NEVER_THE_SAME_ID,
    )

    id = Column(Integer, primary_key=True)
    atendimento_id = Column(ForeignKey("atendimentos.id"), nullable=False)
    citizen_id = Column(ForeignKey("citizens.id"), nullable=False, index=True)
    direction = Column(String(3), nullable=False)
    author = Column(String(80), nullable=False)
    type = Column(String(30), nullable=False)
    text = Column(Text)
    payload = Column(JSON)
    """In: the message object as WhatsApp sent it. Out: the Graph API body, without the addressee."""
    wamid = Column(String(200), unique=True)
    at = Column(Instant, nullable=False)
    """In: when the citizen wrote, by WhatsApp. Out: when it was decided."""
    stored_at = Column(Instant, nullable=False)
    status = Column(String(10), nullable=False)
    epoch = Column(Integer)
    attempts = Column(Integer, nullable=False, default=0)
    not_before = Column(Instant)
    lease_until = Column(Instant)
    """Of a message being sent: until when its outcome is awaited."""
    resent_at = Column(Instant)
    """When it was decided to send again what WhatsApp perhaps has: that happens once."""
    error = Column(Text)
    pricing = Column(JSON)
    """Out: what WhatsApp last said of its price (`billable`, `category`, `type`, `model`)."""


class MediaStatus(str, Enum):
    """How far a citizen's file has come."""

    PENDING = "pending"
    STORED = "stored"
    EXPIRED = "expired"
    REFUSED = "refused"
    FAILED = "failed"


class MediaFile(Base):
    """A file of a message in or out: where WhatsApp keeps it (`media_id`) and where we do (`path`), once they do."""

    __tablename__ = "media"
    __table_args__ = (Index("media_by_status", "status", "not_before"), NEVER_THE_SAME_ID)

    id = Column(Integer, primary_key=True)
    message_id = Column(ForeignKey("messages.id"), nullable=False, unique=True)
    media_id = Column(String(200), nullable=False)
    kind = Column(String(20), nullable=False)
    mime_type = Column(String(100))
    sha256 = Column(String(100))
    filename = Column(String(200))
    """As the citizen's phone named it: shown, and never a path of ours."""
    status = Column(String(10), nullable=False, default=MediaStatus.PENDING.value)
    size = Column(Integer)
    path = Column(String(80))
    """Below the folder of media files."""
    attempts = Column(Integer, nullable=False, default=0)
    not_before = Column(Instant)
    lease_until = Column(Instant)
    error = Column(String(300))


class SendingState(Base):
    """The one row on how sending stands, for all processes (see `sending.py`)."""

    __tablename__ = "sending_state"

    id = Column(Integer, primary_key=True)
    sender = Column(String(40))
    """The process that sends, until `sender_until` unless it says so again."""
    sender_until = Column(Instant)
    stopped_since = Column(Instant)
    reason = Column(String(300))
    wait_seconds = Column(Integer, nullable=False, default=0)
    probe_at = Column(Instant)
    probe_id = Column(Integer)


class UnreadablePayload(Base):
    """Something WhatsApp sent that could not be read: kept for inspection, so that nothing is lost."""

    __tablename__ = "unreadable_payloads"

    id = Column(Integer, primary_key=True)
    received_at = Column(Instant, nullable=False)
    reason = Column(String(300), nullable=False)
    body = Column(Text, nullable=False)


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


class User(Base):
    """A person who answers at the desk."""

    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    login = Column(String(80), unique=True, nullable=False)
    name = Column(String(200), nullable=False)
    password_hash = Column(String(200), nullable=False)
    role = Column(String(20), nullable=False)
    active = Column(Boolean, nullable=False, default=True)
    created_at = Column(Instant, nullable=False)
    must_change_password = Column(Boolean, nullable=False, default=False)
    """Set while somebody else knows the password."""
    second_factor = Column(String(300))
    """The secret of the user's TOTP app, encrypted (see `second_factor.py`); None until they have one."""
    second_factor_step = Column(Integer)
    """Of the last code taken: none is taken twice."""

    nucleos = relationship("UserNucleo", cascade="all, delete-orphan", lazy="selectin")

    @property
    def nucleo_ids(self) -> frozenset[str]:
        """The núcleos whose conversations this user may see."""
        return frozenset(row.nucleo for row in self.nucleos)


class UserNucleo(Base):
    """That a user belongs to a núcleo."""

    __tablename__ = "user_nucleos"

    user_id = Column(ForeignKey("users.id"), primary_key=True)
    nucleo = Column(String(80), primary_key=True)


class DeskSession(Base):
    """A login that is still valid. Only the hash of the cookie's token is kept."""

    __tablename__ = "desk_sessions"

    token_hash = Column(String(64), primary_key=True)
    user_id = Column(ForeignKey("users.id"), nullable=False, index=True)
    csrf_token = Column(String(64), nullable=False)
    created_at = Column(Instant, nullable=False)
    expires_at = Column(Instant, nullable=False)
    seen_at = Column(Instant, nullable=False)
    """When somebody last did something, to within a few minutes."""
    confirmed = Column(Boolean, nullable=False)
    """Whether the second factor was given, or there was none to give."""
    origin = Column(String(60))
    """Network address of the login."""
    device = Column(String(200))
    """What the browser calls itself."""

    user = relationship("User")


class RecoveryCode(Base):
    """A code that stands in once for a lost second factor. Only its hash is kept."""

    __tablename__ = "recovery_codes"

    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"), nullable=False, index=True)
    code_hash = Column(String(64), nullable=False)


class AuditEntry(Base):
    """Who did what at the desk, when and from where. Entries are only ever added (see `audit.py`)."""

    __tablename__ = "audit_entries"

    id = Column(Integer, primary_key=True)
    at = Column(Instant, nullable=False)
    actor = Column(String(80), nullable=False)
    """Login of a user; `desconhecido` where nobody has the login tried, `terminal:` and a name for a command of the
    server's, `sistema` for what no person asked for."""
    action = Column(String(40), nullable=False, index=True)
    protocolo = Column(String(20), index=True)
    nucleo = Column(String(80))
    origin = Column(String(60))
    """Network address of the request."""
    data = Column(JSON)
    """Ids and names of things, never what a citizen wrote."""
    hash = Column(String(64), nullable=False)
    """SHA-256 over the entry before's hash and this entry."""


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


class ReadyAnswer(Base):
    """A text that attendants need often, for one núcleo or, without one, for all."""

    __tablename__ = "ready_answers"

    id = Column(Integer, primary_key=True)
    nucleo = Column(String(80), index=True)
    title = Column(String(80), nullable=False)
    text = Column(Text, nullable=False)
    changed_by = Column(String(80), nullable=False)
    changed_at = Column(Instant, nullable=False)


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


class AtendimentoFact(Base):
    """What planning knows of an atendimento. It outlives the atendimento, and then nothing in it leads back."""

    __tablename__ = "facts_of_atendimentos"

    id = Column(Integer, primary_key=True)
    atendimento_id = Column(Integer, unique=True)
    """While the atendimento is kept, so that its facts can be derived again; None afterwards."""
    opened_hour = Column(Instant, nullable=False, index=True)
    """Instants are those of the full hour before."""
    queued_hour = Column(Instant)
    claimed_hour = Column(Instant)
    closed_hour = Column(Instant)
    nucleo = Column(String(80))
    criterio = Column(String(40))
    elegibilidade = Column(String(40))
    servico = Column(String(40))
    area = Column(String(40))
    assunto = Column(String(40))
    municipio = Column(String(80))
    urgencia = Column(String(40))
    outcome = Column(String(40))
    came_back = Column(Boolean, nullable=False)
    """Whether the citizen had been there before."""
    messages_in = Column(Integer, nullable=False)
    messages_bot = Column(Integer, nullable=False)
    messages_people = Column(Integer, nullable=False)
    files = Column(Integer, nullable=False)
    minutes_triage = Column(Integer)
    """From the opening to the queue."""
    minutes_waiting = Column(Integer)
    """From the queue to the attendant."""
    minutes_attended = Column(Integer)
    """From the attendant to the closing."""
    minutes_first_answer = Column(Integer)
    """From the queue to a person's first words, in hours of service."""
    outside_hours = Column(Boolean, nullable=False)
    """Whether the citizen came while the office was closed."""
    overnight = Column(Boolean, nullable=False)
    """Whether they were still waiting when the office closed."""
    transfers = Column(Integer, nullable=False)
    rating = Column(String(20))
    asked_criterio = Column(Integer, nullable=False)
    """How often the question was put; 0 where the way through the triage did not come to it. The next ones likewise."""
    asked_elegibilidade = Column(Integer, nullable=False)
    asked_servico = Column(Integer, nullable=False)
    asked_area = Column(Integer, nullable=False)
    asked_assunto = Column(Integer, nullable=False)
    asked_municipio = Column(Integer, nullable=False)
    asked_confirmacao = Column(Integer, nullable=False)
    asked_recado = Column(Integer, nullable=False)
    last_question = Column(String(40))
    """The last that was put to the citizen."""
    not_understood = Column(Integer, nullable=False)
    corrections = Column(Integer, nullable=False)
    wanted_person = Column(Boolean, nullable=False)
    """Whether they asked for a person during the triage."""
    billed_service = Column(Integer, nullable=False)
    """Messages that WhatsApp bills, by its category. The next ones likewise."""
    billed_utility = Column(Integer, nullable=False)
    billed_marketing = Column(Integer, nullable=False)
    billed_other = Column(Integer, nullable=False)


class PlanningProgress(Base):
    """The one row that says up to which event the facts have been derived."""

    __tablename__ = "planning_progress"

    id = Column(Integer, primary_key=True)
    event_id = Column(Integer, nullable=False)


class PurgeRun(Base):
    """One run of the purge: it keeps a second process from running another, and says what was removed."""

    __tablename__ = "purge_runs"

    id = Column(Integer, primary_key=True)
    started_at = Column(Instant, nullable=False)
    lease_until = Column(Instant, nullable=False)
    finished_at = Column(Instant)
    removed = Column(JSON)
    """Class of data → how many."""


class FactVersion(Base):
    """A table of the office's facts as it stood after one edit; the newest stands. Only ever added (see `facts.py`)."""

    __tablename__ = "fact_versions"
    __table_args__ = (UniqueConstraint("name", "number"),)

    id = Column(Integer, primary_key=True)
    name = Column(String(40), nullable=False)
    number = Column(Integer, nullable=False)
    """Counted for each table; 0 is what the project's file held before the first edit."""
    at = Column(Instant, nullable=False)
    author = Column(String(80), nullable=False)
    how = Column(String(20), nullable=False)
    restored = Column(Integer)
    """The number of the version that stands again."""
    rows = Column(JSON, nullable=False)
    """All rows in their order, each an object: column → text."""
