"""The tables of the store, a module for each of its subjects."""

from defensoria.conversations.models.atendimentos import (
    TRIAGE_SLOTS,
    Atendimento,
    AtendimentoEvent,
    Holder,
    Note,
    Outcome,
)
from defensoria.conversations.models.base import NEVER_THE_SAME_ID, Base, Instant
from defensoria.conversations.models.citizens import Citizen, CitizenAlias, IdentityConflict
from defensoria.conversations.models.life import LegalHold, PrivacyRequest, PurgeRun, RequestKind, RequestStatus
from defensoria.conversations.models.messages import (
    BOT_AUTHOR,
    CITIZEN_AUTHOR,
    Delivery,
    Direction,
    MediaFile,
    MediaStatus,
    Message,
    SendingState,
    Status,
    UnreadablePayload,
)
from defensoria.conversations.models.office import (
    AuditEntry,
    DeskSession,
    FactVersion,
    ReadyAnswer,
    RecoveryCode,
    Role,
    User,
    UserNucleo,
)
from defensoria.conversations.models.planning import AtendimentoFact, PlanningDay, PlanningProgress
from defensoria.conversations.models.workers import ServedCitizen, Worker

__all__ = [
    "BOT_AUTHOR",
    "CITIZEN_AUTHOR",
    "NEVER_THE_SAME_ID",
    "TRIAGE_SLOTS",
    "Atendimento",
    "AtendimentoEvent",
    "AtendimentoFact",
    "AuditEntry",
    "Base",
    "Citizen",
    "CitizenAlias",
    "Delivery",
    "DeskSession",
    "Direction",
    "FactVersion",
    "Holder",
    "IdentityConflict",
    "Instant",
    "LegalHold",
    "MediaFile",
    "MediaStatus",
    "Message",
    "Note",
    "Outcome",
    "PlanningDay",
    "PlanningProgress",
    "PrivacyRequest",
    "PurgeRun",
    "ReadyAnswer",
    "RecoveryCode",
    "RequestKind",
    "RequestStatus",
    "Role",
    "SendingState",
    "ServedCitizen",
    "Status",
    "UnreadablePayload",
    "User",
    "UserNucleo",
    "Worker",
]
