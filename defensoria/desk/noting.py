"""Writing an internal note on a conversation: colleagues read it, the citizen never does."""

from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from defensoria.conversations import audit, desk_views, notes
from defensoria.desk.attending import show_conversation
from defensoria.desk.visits import Visit


async def note(visit: Visit) -> Response:
    """Keep a note."""
    text = visit.field("note").strip()
    if not text:
        return await show_conversation(visit, 422, problem="A nota está vazia. Escreva algo e guarde.")
    if len(text) > notes.LONGEST:
        problem = f"A nota tem {len(text)} letras e o limite é {notes.LONGEST}."
        return await show_conversation(visit, 422, problem=problem, note=text)
    await visit.desk.database.run(_add, visit, text)
    return RedirectResponse(f"/atendimentos/{quote(visit.request.path_params['protocolo'])}", 303)


def _add(session: Session, visit: Visit, text: str) -> None:
    atendimento = desk_views.one(session, visit.user, visit.request.path_params["protocolo"])
    kept = notes.add(session, atendimento, visit.user, text)
    audit.record(
        session,
        visit.user.login,
        "nota",
        protocolo=atendimento.protocolo,
        nucleo=atendimento.nucleo,
        origin=visit.origin,
        note_id=kept.id,
    )
