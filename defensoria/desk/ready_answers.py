"""Ready answers: their fields filled in for a conversation, and the page on which supervisors keep them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from defensoria.clock import utc_now
from defensoria.conversations import audit, ready_answers
from defensoria.conversations.models import Atendimento, ReadyAnswer
from defensoria.conversations.ready_answers import LONGEST_TEXT, LONGEST_TITLE
from defensoria.desk import labels, wording
from defensoria.desk.overview import Overview, read_overview
from defensoria.desk.pages import render
from defensoria.desk.permissions import Permission
from defensoria.desk.visits import Visit
from defensoria.office.facts import office_facts
from defensoria.office.vocabulary import Subject

ALL = "todos"
"""What the form calls an answer for every núcleo."""
FIELDS: Mapping[str, str] = {
    "protocolo": "o número do atendimento",
    "nucleo": "o nome do núcleo",
    "documentos": "os documentos pedidos para o assunto",
}
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A ready answer with its fields filled in."""

    id: int
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A ready answer as its page lists it. `mine` says whether the user may change it."""

    id: int
    title: str
    text: str
    nucleo: str
    changed: str
    mine: bool


@dataclass(frozen=True, kw_only=True)
class Form:
    """What the form holds: a new answer, or with `id` one that is being changed."""

    id: str = ""
    nucleo: str = ""
    title: str = ""
    text: str = ""


def filled(session: Session, atendimento: Atendimento) -> list[Ready]:
    """The ready answers for a conversation."""
    nucleos = [atendimento.nucleo] if atendimento.nucleo else []
    values = _values(atendimento)
    return [
        Ready(
            id=answer.id, title=answer.title, text=_FIELD.sub(lambda field: values.get(field[1], field[0]), answer.text)
        )
        for answer in ready_answers.of_nucleos(session, nucleos)
    ]


async def page(visit: Visit) -> Response:
    """The answers of the user's núcleos, and the form for a new one or the one chosen."""
    chosen = visit.request.query_params.get("editar", "")
    return await _show(visit, editing=chosen)


async def save(visit: Visit) -> Response:
    """Keep an answer, new or changed."""
    form = Form(
        id=visit.field("id"),
        nucleo=visit.field("nucleo"),
        title=visit.field("title").strip(),
        text=visit.field("text").strip(),
    )
    if problem := _problem(visit, form):
        return await _show(visit, 422, problem, form)
    await visit.desk.database.run(_save, visit, form)
    return RedirectResponse("/respostas", 303)


async def remove(visit: Visit) -> Response:
    """Remove an answer."""
    await visit.desk.database.run(_remove, visit, visit.field("id"))
    return RedirectResponse("/respostas", 303)


def _values(atendimento: Atendimento) -> Mapping[str, str]:
    facts = office_facts()
    wanted = [document.text for document in facts.basic_documents]
    if atendimento.assunto in {subject.value for subject in facts.subjects}:
        wanted += facts.subjects[Subject(atendimento.assunto)].documents
    return {
        "protocolo": atendimento.protocolo,
        "nucleo": labels.nucleo(atendimento.nucleo) if atendimento.nucleo else "Defensoria Pública",
        "documentos": "\n".join(f"• {document}" for document in wanted),
    }


async def _show(
    visit: Visit, status: int = 200, problem: str = "", form: Form | None = None, editing: str = ""
) -> Response:
    rows, chosen, overview = await visit.desk.database.read(_read, visit, editing)
    return render(
        visit,
        "ready_answers.html",
        status,
        rows=rows,
        form=form or chosen,
        nucleos=_places(visit),
        fields=FIELDS,
        longest_title=LONGEST_TITLE,
        longest_text=LONGEST_TEXT,
        problem=problem,
        overview=overview,
        protocolo=None,
    )


def _read(session: Session, visit: Visit, editing: str) -> tuple[list[Row], Form, Overview]:
    answers = ready_answers.of_nucleos(session, visit.user.nucleo_ids)
    rows = [_row(visit, answer) for answer in answers]
    chosen = _editable(session, visit, editing) if editing else None
    form = Form(id=editing, nucleo=chosen.nucleo or ALL, title=chosen.title, text=chosen.text) if chosen else Form()
    return rows, form, read_overview(session, visit.user)


def _row(visit: Visit, answer: ReadyAnswer) -> Row:
    return Row(
        id=answer.id,
        title=answer.title,
        text=answer.text,
        nucleo=labels.nucleo(answer.nucleo) if answer.nucleo else "Todos os núcleos",
        changed=f"{answer.changed_by}, {wording.moment(answer.changed_at, utc_now())}",
        mine=_may_keep(visit, answer.nucleo),
    )


def _may_keep(visit: Visit, nucleo: str | None) -> bool:
    """What all núcleos use is kept by those who direct or administer; the rest by the núcleo's own."""
    if nucleo is None:
        return visit.may(Permission.ADMINISTER) or visit.may(Permission.PLAN)
    return nucleo in visit.user.nucleo_ids


def _places(visit: Visit) -> list[tuple[str, str]]:
    own = sorted(((nucleo, labels.nucleo(nucleo)) for nucleo in visit.user.nucleo_ids), key=lambda place: place[1])
    return [(ALL, "Todos os núcleos"), *own] if _may_keep(visit, None) else own


def _problem(visit: Visit, form: Form) -> str | None:
    if form.nucleo not in {value for value, _ in _places(visit)}:
        return "Escolha de qual núcleo é a resposta."
    if not form.title or not form.text:
        return "Escreva o título e o texto da resposta."
    if len(form.title) > LONGEST_TITLE or len(form.text) > LONGEST_TEXT:
        return f"O título pode ter até {LONGEST_TITLE} letras e o texto até {LONGEST_TEXT}."
    unknown = next((name for name in _FIELD.findall(form.text) if name not in FIELDS), None)
    return f"O campo {{{unknown}}} não existe. Use {', '.join(f'{{{name}}}' for name in FIELDS)}." if unknown else None


def _editable(session: Session, visit: Visit, given: str) -> ReadyAnswer:
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
    answer = ready_answers.find(session, number)
    if answer is None or not _may_keep(visit, answer.nucleo):
        raise HTTPException(404)
    return answer


def _save(session: Session, visit: Visit, form: Form) -> None:
    before = _editable(session, visit, form.id) if form.id else None
    nucleo = None if form.nucleo == ALL else form.nucleo
    kept = ready_answers.save(session, visit.user, before, nucleo, form.title, form.text)
    action = "resposta_pronta_alterada" if before else "resposta_pronta_criada"
    audit.record(
        session, visit.user.login, action, nucleo=nucleo, origin=visit.origin, answer_id=kept.id, title=form.title
    )


def _remove(session: Session, visit: Visit, given: str) -> None:
    answer = _editable(session, visit, given)
    told = {"answer_id": answer.id, "title": answer.title}
    audit.record(
        session, visit.user.login, "resposta_pronta_removida", nucleo=answer.nucleo, origin=visit.origin, **told
    )
    ready_answers.remove(session, answer)
