"""The page on citizens' data: what they asked for, what is held, and what the purge did.

It needs ADMINISTER: a citizen's data lie in several núcleos, so whoever gives or erases them goes beyond the núcleo by
which everybody else is bounded; and an erasure cannot be undone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from defensoria.clock import utc_now
from defensoria.conversations.models import (
    Atendimento,
    Citizen,
    LegalHold,
    PrivacyRequest,
    PurgeRun,
    RequestKind,
    RequestStatus,
)
from defensoria.desk import labels, wording
from defensoria.desk.overview import NAMELESS, Overview, read_overview
from defensoria.desk.pages import render, templates
from defensoria.desk.visits import Visit
from defensoria.office.calendar import CUIABA
from defensoria.privacy import holds, requests
from defensoria.privacy.requests import Dossier, NotPossible
from defensoria.privacy.retention import DataClass, retention
from defensoria.whatsapp.waking import Bell

KINDS = {
    RequestKind.ACCESS.value: "Ver os dados",
    RequestKind.CORRECTION.value: "Corrigir os dados",
    RequestKind.ERASURE.value: "Apagar os dados",
}
STATUSES = {
    RequestStatus.GRANTED.value: "aceito; apaga assim que a pessoa for avisada",
    RequestStatus.DONE.value: "feito",
    RequestStatus.REFUSED.value: "recusado",
}
_MOST_DIGITS = 10
LONGEST_WORDS = 1000
LONGEST_REASON = 500
ERASED = "Seu pedido {number} foi aceito. Vamos apagar os seus dados agora. Defensoria Pública de Mato Grosso."

_NOTES = {
    "registrado": "Pedido registrado.",
    "respondido": "Resposta enviada à pessoa.",
    "apagando": "Aceito. Os dados são apagados assim que a pessoa for avisada, em poucos minutos.",
    "guardado": "Guarda legal registrada.",
    "liberado": "Guarda legal encerrada.",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as the page shows it."""

    id: int
    number: str
    kind: str
    erasure: bool
    name: str
    phone: str | None
    at: str
    status: str
    decided: str | None


@dataclass(frozen=True, kw_only=True)
class Held:
    """A hold as the page shows it."""

    id: int
    what: str
    reason: str
    by: str
    until: str


async def page(visit: Visit) -> Response:
    """What is asked for, what is held, the terms, and the last purge."""
    return await _show(visit, note=_NOTES.get(visit.request.query_params.get("feito", ""), ""))


async def register(visit: Visit) -> Response:
    """Keep a request that came by another way than the bot."""
    protocolo, kind = visit.field("protocolo").strip(), visit.field("kind")
    if kind not in KINDS:
        return await _show(visit, 422, problem="Escolha o que a pessoa pede.")
    return await _do(visit, "registrado", requests.register, protocolo, RequestKind(kind), visit.user.login)


async def give(visit: Visit) -> Response:
    """All that is kept of who asked, as a text for them to read."""
    try:
        dossier = await visit.desk.database.run(requests.dossier_of, _id(visit), visit.user.login)
    except NotPossible as error:
        return await _show(visit, 409, problem=str(error))
    name = f"dados-{visit.field('number') or _id(visit)}.txt"
    return Response(
        _readable(dossier),
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


async def decide(visit: Visit) -> Response:
    """Refuse with a reason, answer as done, or erase."""
    words, decision = visit.field("words").strip(), visit.field("decision")
    if decision == "apagar":
        told = ERASED.format(number=visit.field("number"))
        return await _do(visit, "apagando", requests.grant_erasure, _id(visit), visit.user.login, told)
    status = {"feito": RequestStatus.DONE, "recusado": RequestStatus.REFUSED}.get(decision)
    if status is None:
        return await _show(visit, 422, problem="Escolha como responder ao pedido.")
    if not words or len(words) > LONGEST_WORDS:
        return await _show(
            visit, 422, problem=f"Escreva à pessoa o motivo ou a resposta, em até {LONGEST_WORDS} letras."
        )
    return await _do(visit, "respondido", requests.answer, _id(visit), visit.user.login, status, words)


async def hold(visit: Visit) -> Response:
    """Keep something beyond its term."""
    reason, until = visit.field("reason").strip(), visit.field("until").strip()
    if not reason or len(reason) > LONGEST_REASON:
        return await _show(visit, 422, problem=f"Escreva o motivo da guarda, em até {LONGEST_REASON} letras.")
    try:
        end = datetime.combine(datetime.strptime(until, "%Y-%m-%d"), time.max, CUIABA) if until else None
    except ValueError:
        return await _show(visit, 422, problem="A data do fim da guarda não existe. Escolha no calendário.")
    whole = visit.field("whole") == "sim"
    return await _do(visit, "guardado", _hold, visit.field("protocolo").strip(), visit.user.login, reason, end, whole)


async def lift(visit: Visit) -> Response:
    """End a hold."""
    return await _do(visit, "liberado", holds.lift, _id(visit), visit.user.login)


def _hold(session: Session, protocolo: str, actor: str, reason: str, until: datetime | None, whole: bool) -> None:
    holds.set_hold(session, requests.atendimento_of(session, protocolo), actor, reason, until, whole)


async def _do(visit: Visit, note: str, act: Callable[..., Any], *args: Any) -> Response:
    try:
        await visit.desk.database.run(act, *args)
    except NotPossible as error:
        return await _show(visit, 409, problem=str(error))
    Bell.OUTBOX.ring()
    return RedirectResponse(f"/privacidade?feito={note}", 303)


async def _show(visit: Visit, status: int = 200, problem: str = "", note: str = "") -> Response:
    overview, shown = await visit.desk.database.run(_read, visit)
    return render(
        visit,
        "privacy.html",
        status,
        overview=overview,
        protocolo="privacidade",
        problem=problem,
        note=note,
        kinds=KINDS,
        terms=retention().rules,
        longest_words=LONGEST_WORDS,
        longest_reason=LONGEST_REASON,
        **shown,
    )


def _read(session: Session, visit: Visit) -> tuple[Overview, dict[str, Any]]:
    waiting, decided = requests.listed(session)
    last = session.scalar(select(PurgeRun).where(PurgeRun.finished_at.is_not(None)).order_by(PurgeRun.id.desc()))
    shown = {
        "waiting": [_asked(session, request) for request in waiting],
        "decided": [_asked(session, request) for request in decided],
        "held": [_held(session, hold) for hold in holds.in_force(session)],
        "last_run": last
        and (
            wording.moment(last.finished_at, utc_now()),
            {retention().rules[DataClass(kind)].name: count for kind, count in (last.removed or {}).items()},
        ),
    }
    return read_overview(session, visit.user), shown


def _asked(session: Session, request: PrivacyRequest) -> Asked:
    citizen: Citizen | None = session.get(Citizen, request.citizen_id) if request.citizen_id else None
    decided = request.decided_at and f"{wording.moment(request.decided_at, utc_now())}, por {request.decided_by}"
    return Asked(
        id=request.id,
        number=request.number,
        kind=KINDS[request.kind],
        erasure=request.kind == RequestKind.ERASURE.value,
        name=(citizen.name or NAMELESS) if citizen else "Pessoa já apagada",
        phone=wording.masked_phone(citizen.address) if citizen else None,
        at=wording.moment(request.at, utc_now()),
        status=STATUSES.get(request.status, "aberto"),
        decided=decided,
    )


def _held(session: Session, hold: LegalHold) -> Held:
    atendimento = session.get(Atendimento, hold.atendimento_id) if hold.atendimento_id else None
    last = session.scalar(
        select(Atendimento.protocolo)
        .where(Atendimento.citizen_id == hold.citizen_id)
        .order_by(Atendimento.id.desc())
        .limit(1)
    )
    return Held(
        id=hold.id,
        what=f"Atendimento {atendimento.protocolo}" if atendimento else f"Tudo da pessoa do atendimento {last}",
        reason=hold.reason,
        by=f"{hold.set_by}, {wording.moment(hold.set_at, utc_now())}",
        until=wording.moment(hold.until, utc_now()) if hold.until else "até ser encerrada",
    )


def _readable(dossier: Dossier) -> str:
    return (
        templates()
        .get_template("my_data.txt")
        .render(
            dossier=dossier,
            terms=retention().rules,
            now=wording.instant(utc_now()),
            moment=wording.instant,
            rows=labels.dossier,
            outcome=labels.outcome,
        )
    )


def _id(visit: Visit) -> int:
    number = str(visit.request.path_params["id"])
    if not (number.isascii() and number.isdigit() and len(number) < _MOST_DIGITS):
        raise HTTPException(404)
    return int(number)
