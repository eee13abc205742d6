"""An attendant's work: the queue, a conversation, taking it, answering, closing."""

from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from defensoria.clock import utc_now
from defensoria.conversations import audit, desk_views, holder, notes, reopening
from defensoria.conversations.holder import Contested
from defensoria.conversations.models import Atendimento, User
from defensoria.desk.day_end import day_notice
from defensoria.desk.labels import OUTCOMES
from defensoria.desk.overview import Card, Overview, read_lists, read_mine
from defensoria.desk.pages import render
from defensoria.desk.permissions import Permission
from defensoria.desk.reading import Conversation, read_conversation
from defensoria.desk.visits import Visit
from defensoria.whatsapp.rendering import text_messages
from defensoria.whatsapp.waking import Bell

LONGEST_ANSWER = 8000
LONGEST_FAREWELL = 1000

_NOTICES = {
    "transferido": "O atendimento foi transferido. Como o núcleo não é o seu, você não o vê mais.",
}
"""What the queue says to who was sent back to it."""
WINDOW_CLOSED = (
    "A mensagem não foi enviada: o prazo de 24 horas do WhatsApp terminou. O texto fica guardado neste computador."
)


class WindowClosed(Exception):
    """WhatsApp takes no free text for the citizen until they write again."""


async def queue_page(visit: Visit) -> Response:
    """Who waits, the user's own conversations, and those of colleagues."""
    overview, lists = await visit.desk.database.read(read_lists, visit.user)
    notice = _NOTICES.get(visit.request.query_params.get("aviso", ""))
    day_end = day_notice(visit.user, overview)
    return render(visit, "queue.html", overview=overview, lists=lists, protocolo=None, notice=notice, day_end=day_end)


async def conversation_page(visit: Visit) -> Response:
    """One conversation: dossier, transcript, and what can be done with it."""
    return await show_conversation(visit)


async def take(visit: Visit) -> Response:
    """Take a waiting conversation; whoever comes second is told who was first."""
    try:
        await visit.desk.database.run(_take, visit, _protocolo(visit))
    except Contested as contested:
        return await show_conversation(visit, 409, problem=taken(contested))
    return _back(visit)


async def answer(visit: Visit) -> Response:
    """Send the user's words to the citizen."""
    text = visit.field("text").strip()
    if not text:
        return await show_conversation(visit, 422, problem="A mensagem está vazia. Escreva algo e envie.")
    if len(text) > LONGEST_ANSWER:
        problem = f"A mensagem tem {len(text)} letras e o limite é {LONGEST_ANSWER}. Divida em duas."
        return await show_conversation(visit, 422, problem=problem, draft=text)
    try:
        await visit.desk.database.run(_answer, visit.user, _protocolo(visit), text)
    except Contested as contested:
        return await show_conversation(visit, 409, problem=taken(contested), draft=text)
    except WindowClosed:
        return await show_conversation(visit, 409, problem=WINDOW_CLOSED, draft=text)
    Bell.OUTBOX.ring()
    return _back(visit)


async def close(visit: Visit) -> Response:
    """End the conversation with its outcome and, unless it was emptied, a farewell to the citizen."""
    outcome, farewell = visit.field("outcome"), visit.field("farewell").strip()
    if outcome not in OUTCOMES:
        return await show_conversation(visit, 422, problem="Escolha como o atendimento terminou.", farewell=farewell)
    if len(farewell) > LONGEST_FAREWELL:
        problem = f"A despedida tem {len(farewell)} letras e o limite é {LONGEST_FAREWELL}."
        return await show_conversation(visit, 422, problem=problem, farewell=farewell)
    try:
        await visit.desk.database.run(_close, visit, _protocolo(visit), outcome, farewell)
    except Contested as contested:
        return await show_conversation(visit, 409, problem=taken(contested))
    Bell.OUTBOX.ring()
    return _back(visit)


def _protocolo(visit: Visit) -> str:
    return str(visit.request.path_params["protocolo"])


async def show_conversation(
    visit: Visit,
    status: int = 200,
    problem: str = "",
    draft: str = "",
    farewell: str | None = None,
    note: str = "",
) -> Response:
    """The page of the conversation that the address names, with a problem to tell and what was typed kept."""
    conversation, overview, mine = await visit.desk.database.read(_read, visit.user, _protocolo(visit))
    chosen = visit.request.query_params.get("resposta")
    ready = next((answer.text for answer in conversation.ready if str(answer.id) == chosen), "")
    return render(
        visit,
        "conversation.html",
        status,
        conversation=conversation,
        protocolo=conversation.protocolo,
        overview=overview,
        mine=mine,
        problem=problem,
        draft=draft or ready,
        farewell=farewell,
        longest_answer=LONGEST_ANSWER,
        longest_farewell=LONGEST_FAREWELL,
        note=note,
        directs=visit.may(Permission.SUPERVISE),
        longest_note=notes.LONGEST,
    )


def _read(session: Session, user: User, protocolo: str) -> tuple[Conversation, Overview, list[Card]]:
    return read_conversation(session, user, protocolo), *read_mine(session, user)


def _take(session: Session, visit: Visit, protocolo: str) -> None:
    taken = holder.claim(session, _visible(session, visit.user, protocolo), visit.user)
    audit.record(session, visit.user.login, "assumida", protocolo=protocolo, nucleo=taken.nucleo, origin=visit.origin)


def _answer(session: Session, user: User, protocolo: str, text: str) -> None:
    atendimento = desk_views.one(session, user, protocolo)
    check_window(atendimento, user)
    for message in text_messages(text):
        holder.answer(session, atendimento.id, user, message)


def check_window(atendimento: Atendimento, user: User) -> None:
    """That WhatsApp still takes free text from the user, whose conversation it is; a colleague's is refused elsewhere.

    Raises:
        WindowClosed: the 24 hours are over.
    """
    ends = reopening.window_end(atendimento)
    if ends is not None and ends <= utc_now() and atendimento.attendant_id == user.id:
        raise WindowClosed


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
    return int(desk_views.one(session, user, protocolo).id)


def taken(contested: Contested) -> str:
    """Who was first, for the one who came second."""
    if contested.by:
        return f"{contested.by} assumiu este atendimento antes. Só quem assumiu responde."
    return "Este atendimento não está mais com você nem na fila. Veja abaixo como ele ficou."


def _back(visit: Visit) -> Response:
    return RedirectResponse(f"/atendimentos/{quote(_protocolo(visit))}", 303)
