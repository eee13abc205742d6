"""Which processes serve citizens with the bot, and whom each of them serves now."""

from sqlalchemy import Column, ForeignKey, String

from defensoria.conversations.models.base import Base, Instant


class Worker(Base):
    """A process that serves citizens; whoever is not seen any more is gone, and whom it served is free."""

    __tablename__ = "workers"

    name = Column(String(40), primary_key=True)
    seen_at = Column(Instant, nullable=False)


class ServedCitizen(Base):
    """A citizen whom one worker serves now, and no other may."""

    __tablename__ = "served_citizens"

    citizen_id = Column(ForeignKey("citizens.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    worker = Column(ForeignKey("workers.name", ondelete="CASCADE"), nullable=False, index=True)
