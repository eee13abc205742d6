"""Who works at the desk, what they did there, and what they edit."""

from enum import Enum

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import relationship

from defensoria.conversations.models.base import Base, Instant


class Role(str, Enum):
    """What a user of the desk may do."""

    ATTENDANT = "atendente"
    SUPERVISOR = "supervisor"
    MANAGER = "gestor"
    ADMINISTRATOR = "administrador"


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


class ReadyAnswer(Base):
    """A text that attendants need often, for one núcleo or, without one, for all."""

    __tablename__ = "ready_answers"

    id = Column(Integer, primary_key=True)
    nucleo = Column(String(80), index=True)
    title = Column(String(80), nullable=False)
    text = Column(Text, nullable=False)
    changed_by = Column(String(80), nullable=False)
    changed_at = Column(Instant, nullable=False)


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
