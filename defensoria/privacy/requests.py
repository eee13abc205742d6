"""Carrying out what citizens ask about their data, or refusing it with a reason that they are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations import audit
from defensoria.conversations.models import (
    Atendimento,
    Citizen,
    Holder,
    MediaFile,
    Message,
    PrivacyRequest,
    RequestKind,
    RequestStatus,
    Status,
)
from defensoria.conversations.outbox import UNSENT, WINDOW, Outgoing, enqueue
from defensoria.conversations.privacy_requests import note_request
from defensoria.privacy.forgetting import Folders, forget_citizens
from defensoria.privacy.holds import holds_on
from defensoria.privacy.journal import note_erasure

_TO_BE_TOLD = timedelta(hours=1)
"""How long an erasure waits for the message that tells of it."""
_SHOWN = 50


class NotPossible(ValueError):
    """A request cannot be decided so; the message, for the person who decides, says why."""


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """All that is kept of a citizen: their row, identities, and atendimentos with messages and files, oldest first."""

    citizen: Citizen
    identities: Sequence[tuple[str, str]]
    atendimentos: Sequence[tuple[Atendimento, Sequence[Message]]]
    files: Sequence[MediaFile]


def listed(session: Session) -> tuple[list[PrivacyRequest], list[PrivacyRequest]]:
    """The requests still to be dealt with, oldest first, and those decided last, newest first."""
    undecided = PrivacyRequest.status == RequestStatus.OPEN.value
    waiting = session.scalars(select(PrivacyRequest).where(undecided).order_by(PrivacyRequest.id)).all()
    decided = select(PrivacyRequest).where(~undecided).order_by(PrivacyRequest.decided_at.desc()).limit(_SHOWN)
    return list(waiting), list(session.scalars(decided))


def register(session: Session, protocolo: str, kind: RequestKind, actor: str) -> PrivacyRequest:
    """Keep a request that came to a person, under the protocol that the citizen has.

    Raises:
        NotPossible: there is no such protocol.
    """
    request = note_request(session, atendimento_of(session, protocolo), kind.value, actor)
    audit.record(session, actor, "pedido_registrado", protocolo=protocolo, pedido=request.id, tipo=kind.value)
    return request


def atendimento_of(session: Session, protocolo: str) -> Atendimento:
    """The atendimento with that protocol.

    Raises:
        NotPossible: there is none.
    """
    atendimento = session.scalar(select(Atendimento).where(Atendimento.protocolo == protocolo))
    if atendimento is None:
        raise NotPossible(f"Não há atendimento com o protocolo {protocolo}. Confira os números.")
    return atendimento


def dossier_of(session: Session, request_id: int, actor: str) -> Dossier:
    """What a citizen asked to see, in whatever núcleo it is: the right is to all of it. Audited as an export.

    Raises:
        NotPossible: the request is decided already.
    """
    request = _open(session, request_id)
    citizen = session.get(Citizen, request.citizen_id)
    theirs = session.scalars(select(Atendimento).where(Atendimento.citizen_id == citizen.id).order_by(Atendimento.id))
    said = {
        atendimento: session.scalars(
            select(Message).where(Message.atendimento_id == atendimento.id).order_by(Message.id)
        ).all()
        for atendimento in theirs.all()
    }
    files = select(MediaFile).join(Message, Message.id == MediaFile.message_id).where(Message.citizen_id == citizen.id)
    audit.record(session, actor, "exportacao", protocolo=request.number, pedido=request.id)
    return Dossier(
        citizen=citizen,
        identities=[(alias.kind, alias.value) for alias in citizen.aliases],
        atendimentos=list(said.items()),
        files=session.scalars(files.order_by(MediaFile.id)).all(),
    )


def answer(session: Session, request_id: int, actor: str, status: RequestStatus, words: str) -> None:
    """Decide a request with words that the citizen is sent: done in another way, or refused with the reason.

    Raises:
        NotPossible: the request is decided already.
    """
    request = _open(session, request_id)
    _decide(request, actor, status)
    request.reason = words
    request.told_by = _tell(session, request, actor, words)
    action = "pedido_recusado" if status is RequestStatus.REFUSED else "pedido_atendido"
    audit.record(session, actor, action, protocolo=request.number, pedido=request.id, tipo=request.kind)


def grant_erasure(session: Session, request_id: int, actor: str, words: str) -> None:
    """Erase a citizen as soon as they have been told so; at once where WhatsApp takes no more words to them.

    Raises:
        NotPossible: decided already, something of theirs is held, or a conversation of theirs is still open.
    """
    request = _open(session, request_id)
    if holds_on(session, request.citizen_id):
        raise NotPossible("Há guarda legal sobre dados desta pessoa. Recuse com o motivo, ou encerre a guarda antes.")
    still_open = (Atendimento.citizen_id == request.citizen_id) & (Atendimento.holder != Holder.CLOSED.value)
    if session.scalar(select(Atendimento.id).where(still_open).limit(1)):
        raise NotPossible("A pessoa está em atendimento agora. Encerre o atendimento antes de apagar.")
    _decide(request, actor, RequestStatus.GRANTED)
    last = session.scalar(
        select(func.max(Atendimento.last_citizen_message_at)).where(Atendimento.citizen_id == request.citizen_id)
    )
    if last is not None and utc_now() - last < WINDOW:
        request.told_by = _tell(session, request, actor, words)
    audit.record(session, actor, "apagamento_aceito", protocolo=request.number, pedido=request.id)


def carry_out(session: Session, folders: Folders, journal: Path) -> int:
    """Erase those whose request was granted and who have been told. Returns how many requests that ends."""
    granted = session.scalars(
        select(PrivacyRequest).where(PrivacyRequest.status == RequestStatus.GRANTED.value).with_for_update()
    ).all()
    ready = {request.citizen_id for request in granted if _told(session, request)}
    for citizen_id in ready:
        if not holds_on(session, citizen_id):
            note_erasure(journal, citizen_id)
            erase(session, citizen_id, folders)
    return len(ready)


def erase(session: Session, citizen_id: int, folders: Folders) -> None:
    """Forget a citizen; whatever they asked for is done with."""
    undecided = PrivacyRequest.status.in_((RequestStatus.OPEN.value, RequestStatus.GRANTED.value))
    done = {"status": RequestStatus.DONE.value, "decided_at": func.coalesce(PrivacyRequest.decided_at, utc_now())}
    session.execute(
        update(PrivacyRequest)
        .where(PrivacyRequest.citizen_id == citizen_id, undecided)
        .values(**done)
        .execution_options(synchronize_session=False)
    )
    forget_citizens(session, [citizen_id], folders)
    audit.record(session, audit.SYSTEM, "dados_apagados", pessoa=citizen_id)


def _open(session: Session, request_id: int) -> PrivacyRequest:
    undecided = (PrivacyRequest.id == request_id) & (PrivacyRequest.status == RequestStatus.OPEN.value)
    request = session.scalar(select(PrivacyRequest).where(undecided).with_for_update())
    if request is None:
        raise NotPossible("Este pedido já foi decidido.")
    return request


def _decide(request: PrivacyRequest, actor: str, status: RequestStatus) -> None:
    request.status, request.decided_by, request.decided_at = status.value, actor, utc_now()


def _tell(session: Session, request: PrivacyRequest, actor: str, words: str) -> int:
    atendimento = session.scalar(
        select(Atendimento).where(Atendimento.citizen_id == request.citizen_id).order_by(Atendimento.id.desc()).limit(1)
    )
    return enqueue(session, atendimento, actor, Outgoing("text", words, {"type": "text", "text": {"body": words}}))


def _told(session: Session, request: PrivacyRequest) -> bool:
    status = session.scalar(select(Message.status).where(Message.id == request.told_by))
    given_up = status == Status.PENDING.value and utc_now() - request.decided_at > _TO_BE_TOLD
    return status not in UNSENT or given_up
