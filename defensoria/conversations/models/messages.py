"""What is said in either direction, the files that come with it, and how sending stands."""

from enum import Enum

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Text

from defensoria.conversations.models.base import NEVER_THE_SAME_ID, Base, Instant

BOT_AUTHOR = "bot"
CITIZEN_AUTHOR = "citizen"


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


class Delivery(Base):
    """What Meta delivered, as it came: acknowledged, and not yet made into messages and statuses."""

    __tablename__ = "deliveries"
    __table_args__ = NEVER_THE_SAME_ID

    id = Column(Integer, primary_key=True)
    received_at = Column(Instant, nullable=False)
    body = Column(LargeBinary, nullable=False)


class UnreadablePayload(Base):
    """Something WhatsApp sent that could not be read: kept for inspection, so that nothing is lost."""

    __tablename__ = "unreadable_payloads"

    id = Column(Integer, primary_key=True)
    received_at = Column(Instant, nullable=False)
    reason = Column(String(300), nullable=False)
    body = Column(Text, nullable=False)
