"""What citizens ask about their own data, kept in the transaction that says so, and which notice they saw."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations.events import record
from defensoria.conversations.models import (
    CITIZEN_AUTHOR,
    Atendimento,
    Citizen,
    PrivacyRequest,
    RequestKind,
    RequestStatus,
)


def note_request(session: Session, atendimento: Atendimento, kind: str, actor: str = CITIZEN_AUTHOR) -> PrivacyRequest:
    """Keep a request under the atendimento's protocol. Asked twice there, it is one."""
    same = (PrivacyRequest.number == atendimento.protocolo) & (PrivacyRequest.kind == RequestKind(kind).value)
    request = session.scalar(select(PrivacyRequest).where(same))
    if request is None:
        request = PrivacyRequest(
            number=atendimento.protocolo,
            citizen_id=atendimento.citizen_id,
            kind=kind,
            status=RequestStatus.OPEN.value,
            at=utc_now(),
        )
        session.add(request)
        session.flush()
        record(session, atendimento, "data_request", actor, request_id=request.id, request_kind=kind)
    return request


def note_notice(session: Session, citizen_id: int, version: str) -> None:
    """Keep which version of the privacy notice a citizen was shown, and when first."""
    citizen: Citizen = session.get(Citizen, citizen_id)
    if citizen.notice_version != version:
        citizen.notice_version, citizen.notice_at = version, utc_now()
