"""An attendant's work: the queue, a conversation, taking it, answering, closing."""

from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from defensoria.conversations import audit, desk_views, holder
from defensoria.conversations.holder import Contested
from defensoria.conversations.models import User
from defensoria.desk.labels import OUTCOMES
from defensoria.desk.overview import Overview, read_overview
from defensoria.desk.pages import render
from defensoria.desk.reading import Conversation, read_conversation
from defensoria.desk.visits import Visit
from defensoria.whatsapp.rendering import text_messages

LONGEST_ANSWER = 8000
LONGEST_FAREWELL = 1000


async def queue_page(visit: Visit) -> Response:
    """Who waits, the user's own conversations, and those of colleagues."""
    overview = await visit.desk.database.run(read_overview, visit.user)
    return render(visit, "queue.html", overview=overview, protocolo=None)


async def conversation_page(visit: Visit) -> Response:
    """One conversation: dossier, transcript, and what can be done with it."""
    return await _show(visit)


async def take(visit: Visit) -> Response:
    """Take a waiting conversation; whoever comes second is told who was first."""
    try:
        await visit.desk.database.run(_take, visit, _protocolo(visit))
    except Contested as contested:
        return await _show(visit, 409, problem=_taken(contested))
    return _back(visit)


async def answer(visit: Visit) -> Response:
    """Send the user's words to the citizen."""
    text = visit.field("text").strip()
    if not text:
        return await _show(visit, 422, problem="A mensagem está vazia. Escreva algo e envie.")
    if len(text) > LONGEST_ANSWER:
        problem = f"A mensagem tem {len(text)} letras e o limite é {LONGEST_ANSWER}. Divida em duas."
        return await _show(visit, 422, problem=problem, draft=text)
    try:
        await visit.desk.database.run(_answer, visit.user, _protocolo(visit), text)
    except Contested as contested:
        return await _show(visit, 409, problem=_taken(contested), draft=text)
    _wake_sender(visit)
    return _back(visit)


async def close(visit: Visit) -> Response:
    """End the conversation with its outcome and, unless it was emptied, a farewell to the citizen."""
    outcome, farewell = visit.field("outcome"), visit.field("farewell").strip()
    if outcome not in OUTCOMES:
        return await _show(visit, 422, problem="Escolha como o atendimento terminou.", farewell=farewell)
    if len(farewell) > LONGEST_FAREWELL:
        problem = f"A despedida tem {len(farewell)} letras e o limite é {LONGEST_FAREWELL}."
        return await _show(visit, 422, problem=problem, farewell=farewell)
    try:
        await visit.desk.database.run(_close, visit, _protocolo(visit), outcome, farewell)
    except Contested as contested:
        return await _show(visit, 409, problem=_taken(contested))
    _wake_sender(visit)
    return _back(visit)


def _protocolo(visit: Visit) -> str:
    return str(visit.request.path_params["protocolo"])


async def _show(
    visit: Visit, status: int = 200, problem: str = "", draft: str = "", farewell: str | None = None
) -> Response:
    conversation, overview = await visit.desk.database.run(_read, visit.user, _protocolo(visit))
    return render(
        visit,
        "conversation.html",
        status,
        conversation=conversation,
        protocolo=conversation.protocolo,
        overview=overview,
        problem=problem,
        draft=draft,
        farewell=farewell,
        longest_answer=LONGEST_ANSWER,
        longest_farewell=LONGEST_FAREWELL,
    )


def _read(session: Session, user: User, protocolo: str) -> tuple[Conversation, Overview]:
    return read_conversation(session, user, protocolo), read_overview(session, user)


def _take(session: Session, visit: Visit, protocolo: str) -> None:
    taken = holder.claim(session, _visible(session, visit.user, protocolo), visit.user)
    audit.record(session, visit.user.login, "assumida", protocolo=protocolo, nucleo=taken.nucleo, origin=visit.origin)


def _answer(session: Session, user: User, protocolo: str, text: str) -> None:
    atendimento_id = _visible(session, user, protocolo)
    for message in text_messages(text):
        holder.answer(session, atendimento_id, user, message)


def _close(session: Session, visit: Visit, protocolo: str, outcome: str, farewell: str) -> None:
    user, last_words = visit.user, text_messages(farewell)[0] if farewell else None
    closed = holder.close(session, _visible(session, user, protocolo), user, outcome, last_words)
    audit.record(
        session,
        user.login,
        "encerramento",
        protocolo=protocolo,
        nucleo=closed.nucleo,
        origin=visit.origin,
        desfecho=outcome,
    )


def _visible(session: Session, user: User, protocolo: str) -> int:
    return int(desk_views.conversation(session, user, protocolo)[0].id)


def _taken(contested: Contested) -> str:
    if contested.by:
        return f"{contested.by} assumiu este atendimento antes. Só quem assumiu responde."
    return "Este atendimento não está mais com você nem na fila. Veja abaixo como ele ficou."


def _wake_sender(visit: Visit) -> None:
    if visit.desk.sender is not None:
        visit.desk.sender.wake()


def _back(visit: Visit) -> Response:
    return RedirectResponse(f"/atendimentos/{quote(_protocolo(visit))}", 303)
