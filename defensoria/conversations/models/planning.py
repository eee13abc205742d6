"""What planning knows of atendimentos, without names."""

from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, String

from defensoria.conversations.models.base import Base, Instant


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


class PlanningDay(Base):
    """A day on which atendimentos were opened, with what the figures need of their facts packed into columns."""

    __tablename__ = "planning_days"

    day = Column(Date, primary_key=True)
    """In Cuiabá."""
    changes = Column(Integer, nullable=False, default=0, server_default="0")
    """How often its facts have changed, so that no day is kept as it was before."""
    size = Column(Integer)
    words = Column(JSON)
    """What the numbers in columns of words stand for."""
    kinds = Column(JSON)
    """Column → how its numbers are written, and in how many bytes it is packed; in their order."""
    packed = Column(LargeBinary)
    """None while the day may still change, or has changed since."""
