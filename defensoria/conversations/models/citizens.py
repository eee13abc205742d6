"""Who writes: people as WhatsApp knows them."""

from sqlalchemy import Column, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import relationship

from defensoria.conversations.models.base import NEVER_THE_SAME_ID, Base, Instant


class Citizen(Base):
    """A person as WhatsApp knows them. Two are never merged by the machine."""

    __tablename__ = "citizens"
    __table_args__ = NEVER_THE_SAME_ID

    id = Column(Integer, primary_key=True)
    address = Column(String(200), nullable=False, index=True)
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
    kept_apart_by = Column(String(80))
    """Login of who decided that they are two; where they are one, nothing of the pair is left (see `identities.py`)."""
    kept_apart_at = Column(Instant)
