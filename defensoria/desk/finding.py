"""Finding a conversation that is not in the user's lists: the search, and the list of what was closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.responses import Response

from defensoria.clock import utc_now
from defensoria.conversations import audit, desk_views
from defensoria.conversations.finding import LONGEST, Search, read_search
from defensoria.conversations.models import Atendimento, Holder, User
from defensoria.desk import labels, wording
from defensoria.desk.overview import NAMELESS, Overview, read_overview
from defensoria.desk.pages import render
from defensoria.desk.visits import Visit

_MOST = 50
_MOST_PAGES = 2000
_TOO_SHORT = "Escreva ao menos 3 letras ou números."
_FOUND_IN = {"protocolo": "pelo protocolo", "numero": "pelo telefone", "nome": "pelo nome", "texto": "nas mensagens"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One conversation found. `standing` says how it stands, `found` how it was found."""

    protocolo: str
    name: str
    subject: str | None
    nucleo: str
    standing: str
    found: str | None


async def search_page(visit: Visit) -> Response:
    """The empty form."""
    return await _render_search(visit)


async def search(visit: Visit) -> Response:
    """What was found. The words come in a form, so that no address and no history keeps them."""
    asked = visit.field("busca").strip()
    wanted = read_search(asked)
    if wanted is None:
        return await _render_search(visit, 422, asked=asked, problem=_TOO_SHORT)
    rows = await visit.desk.database.read(_find, visit.user, wanted)
    await visit.desk.database.run(_note_search, visit, wanted, len(rows))
    return await _render_search(visit, asked=asked, rows=rows)


async def closed_page(visit: Visit) -> Response:
    """What was closed, newest first."""
    given = visit.request.query_params.get("pagina", "1")
    number = min(int(given), _MOST_PAGES) if given.isascii() and given.isdigit() and len(given) < 6 else 1
    rows, overview = await visit.desk.database.read(_closed, visit.user, max(number, 1))
    return render(
        visit,
        "closed.html",
        rows=rows[:_MOST],
        page=max(number, 1),
        more=len(rows) > _MOST,
        overview=overview,
        protocolo=None,
        several_nucleos=len(visit.user.nucleo_ids) > 1,
    )


async def _render_search(
    visit: Visit, status: int = 200, asked: str = "", rows: Sequence[Row] | None = None, problem: str = ""
) -> Response:
    overview: Overview = await visit.desk.database.read(read_overview, visit.user)
    return render(
        visit,
        "search.html",
        status,
        asked=asked,
        rows=rows,
        most=_MOST,
        longest=LONGEST,
        problem=problem,
        overview=overview,
        protocolo=None,
        several_nucleos=len(visit.user.nucleo_ids) > 1,
    )


def _find(session: Session, user: User, wanted: Search) -> list[Row]:
    return [_row(atendimento, what) for what, atendimento in desk_views.found(session, user, wanted, _MOST)]


def _note_search(session: Session, visit: Visit, wanted: Search, count: int) -> None:
    audit.record(session, visit.user.login, "busca", origin=visit.origin, kind=wanted.kind, found=count)


def _closed(session: Session, user: User, page: int) -> tuple[list[Row], Overview]:
    rows = desk_views.closed(session, user, _MOST + 1, (page - 1) * _MOST)
    return [_row(row) for row in rows], read_overview(session, user)


def _row(row: Atendimento, found: str | None = None) -> Row:
    need = row.assunto or row.servico
    return Row(
        protocolo=row.protocolo,
        name=row.citizen.name or NAMELESS,
        subject=need and labels.option("assunto" if row.assunto else "servico", need),
        nucleo=labels.nucleo(row.nucleo) if row.nucleo else "Sem núcleo definido",
        standing=_standing(row),
        found=found and _FOUND_IN[found],
    )


def _standing(row: Atendimento) -> str:
    now = utc_now()
    if row.holder == Holder.CLOSED.value:
        return f"Encerrado {wording.moment(row.closed_at, now)}: {labels.outcome(row.outcome).lower()}"
    if row.holder == Holder.HUMAN.value:
        return f"Com {row.attendant.name} desde {wording.moment(row.claimed_at, now)}"
    return f"Na fila há {wording.length(now - row.queued_at)}"
