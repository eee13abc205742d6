"""Inviting a citizen to write again after WhatsApp's 24 hours, and sending again what failed."""

from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from defensoria.conversations import audit, desk_views, reopening
from defensoria.conversations.holder import Contested
from defensoria.conversations.reopening import NoInvitation
from defensoria.desk.attending import show_conversation, taken
from defensoria.desk.visits import Visit
from defensoria.whatsapp.waking import Bell

_NO_INVITATION = "O convite não foi enviado: a pessoa já foi convidada, ou a TI ainda não configurou o modelo."
_NOT_FAILED = "Esta mensagem não está mais como falha. Veja abaixo como ela ficou."


async def invite(visit: Visit) -> Response:
    """Send the approved template."""
    try:
        await visit.desk.database.run(_invite, visit)
    except NoInvitation:
        return await show_conversation(visit, 409, problem=_NO_INVITATION)
    except Contested as contested:
        return await show_conversation(visit, 409, problem=taken(contested))
    return _back(visit)


async def resend(visit: Visit) -> Response:
    """Send a failed message again."""
    number = visit.request.path_params["id"]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise HTTPException(404)
    try:
        sent = await visit.desk.database.run(_resend, visit, int(number))
    except Contested as contested:
        return await show_conversation(visit, 409, problem=taken(contested))
    return _back(visit) if sent else await show_conversation(visit, 409, problem=_NOT_FAILED)


def _invite(session: Session, visit: Visit) -> None:
    atendimento = desk_views.one(session, visit.user, visit.request.path_params["protocolo"])
    reopening.invite(session, atendimento.id, visit.user)


def _resend(session: Session, visit: Visit, message_id: int) -> bool:
    atendimento = desk_views.one(session, visit.user, visit.request.path_params["protocolo"])
    sent = reopening.resend(session, atendimento.id, visit.user, message_id)
    if sent:
        audit.record(
            session,
            visit.user.login,
            "reenvio",
            protocolo=atendimento.protocolo,
            nucleo=atendimento.nucleo,
            origin=visit.origin,
            message_id=message_id,
        )
    return sent


def _back(visit: Visit) -> Response:
    Bell.OUTBOX.ring()
    return RedirectResponse(f"/atendimentos/{quote(visit.request.path_params['protocolo'])}", 303)
