"""The planning panel: sections of tables in words, each with its chart and as CSV."""

import asyncio
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from defensoria.clock import office_now
from defensoria.conversations import audit
from defensoria.desk import charts, labels, wording
from defensoria.desk.overview import Overview, read_overview
from defensoria.desk.pages import render
from defensoria.desk.recent import Recent
from defensoria.desk.visits import Visit
from defensoria.office.calendar import CUIABA
from defensoria.office.facts import office_facts
from defensoria.office.vocabulary import Area, Subject
from defensoria.planning import figures
from defensoria.planning.choice import FILTERS, Choice
from defensoria.planning.figures import Asked, Table
from defensoria.privacy.small_counts import hide_small

UNKNOWN = "não informado"
_USUAL_DAYS = 30
_MOST_DAYS = 366 * 2
_BARS = 20
_SVG = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}

_HEADINGS = {
    "medida": "Medida",
    "periodo": "No período",
    "antes": "No período anterior",
    "dia": "Dia",
    "hora": "Hora",
    "atendimentos": "Atendimentos",
    **{f"dia_{at}": name for at, name in enumerate(wording.weekdays())},
    "total": "Total",
    "municipio": "Cidade",
    "nucleo": "Núcleo",
    "area": "Área",
    "assunto": "Assunto",
    "servico": "Serviço",
    "criterio": "Critério",
    "pergunta": "Pergunta",
    "chegaram": "Chegaram",
    "repetida": "Precisou repetir",
    "pararam": "Pararam aqui",
    "atendidos": "Atendidos",
    "resposta_p50": "1ª resposta, mediana (min)",
    "resposta_p90": "1ª resposta, 90 % até (min)",
    "duracao_p50": "Duração, mediana (min)",
    "transferidos": "Transferências",
    "pernoite": "Esperaram outro dia",
    "bom": "Bom",
    "regular": "Mais ou menos",
    "ruim": "Ruim",
    "entraram": "Entraram na fila",
    "espera_p50": "Espera, mediana (min)",
    "fora_do_horario": "Fora do horário",
    "desistiram": "Desistiram",
    "fora_dos_criterios": "Fora dos critérios",
    "fora_da_competencia": "Fora da competência",
    "categoria": "Categoria do WhatsApp",
    "mensagens": "Mensagens",
    "por_cem": "Por 100 atendimentos",
}
_MEASURES = {
    "atendimentos": "Atendimentos",
    "pessoas_novas": "Pessoas que escreveram pela primeira vez",
    "encaminhados": "Encaminhados a um núcleo",
    "fora_do_horario": "Chegaram fora do horário",
    "mensagens": "Mensagens recebidas",
    "comecaram": "Começaram a triagem",
    "desistiram": "Desistiram na triagem",
    "nao_entendidos": "Com alguma mensagem não entendida",
    "corrigiram": "Corrigiram alguma resposta",
    "pediram_pessoa": "Pediram uma pessoa",
    "minutos": "Minutos até a fila (mediana)",
}
QUESTIONS = {
    "criterio": "Renda ou situação",
    "elegibilidade": "Avaliação fora dos critérios",
    "servico": "Serviço",
    "area": "Área",
    "assunto": "Assunto",
    "municipio": "Cidade",
    "confirmacao": "Resumo para confirmar",
    "recado": "Deixar pedido para a abertura",
}
_CATEGORIES = {"service": "Atendimento", "utility": "Utilidade", "marketing": "Marketing", "other": "Outras"}
_WORDS: Mapping[str, Callable[[Any], str]] = {
    "dia": wording.date_of,
    "hora": lambda hour: f"{hour}h",
    "nucleo": labels.nucleo,
    "medida": lambda value: _MEASURES[value],
    "pergunta": lambda value: QUESTIONS[value],
    "categoria": lambda value: _CATEGORIES[value],
    **{slot: partial(labels.option, slot) for slot in ("area", "assunto", "servico", "criterio")},
}
_NO_COUNTS = frozenset({"resposta_p50", "resposta_p90", "duracao_p50", "espera_p50", "por_cem"})


@dataclass(frozen=True)
class Sheet:
    """One table of the panel. `chart` draws its second column."""

    id: str
    title: str
    read: Callable[[Asked], Table]
    chart: Callable[[Table], bytes] | None = None
    hint: str = ""


@dataclass(frozen=True)
class Shown:
    """A sheet with its figures, in words."""

    sheet: Sheet
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def _as_columns(table: Table) -> bytes:
    # Under a column there is no room for the year.
    names = [wording.day_and_month(row[0]) if table.columns[0] == "dia" else _first(table, row) for row in table.rows]
    return charts.columns(names, [row[-1] or 0 for row in table.rows])


def _as_bars(table: Table) -> bytes:
    rows = table.rows[:_BARS]
    return charts.bars([_first(table, row) for row in rows], [row[1] or 0 for row in rows])


def _as_map(table: Table) -> bytes:
    towns = office_facts().municipios
    counts = {str(row[0]): row[1] for row in table.rows if row[0] in towns}
    return charts.bubbles({name: (town.longitude, town.latitude) for name, town in towns.items()}, counts)


SECTIONS: Mapping[str, tuple[str, Sequence[Sheet]]] = {
    "demanda": (
        "Demanda",
        (
            Sheet("resumo", "Resumo", figures.demand_totals),
            Sheet("dias", "Por dia", figures.by_day, _as_columns),
            Sheet("horas", "Por hora e dia da semana", figures.by_hour, _as_columns, "Horário de Cuiabá."),
            Sheet("cidades", "Por cidade", figures.by_value("municipio"), _as_map),
            Sheet("nucleos", "Por núcleo", figures.by_value("nucleo"), _as_bars),
            Sheet("areas", "Por área", figures.by_value("area"), _as_bars),
            Sheet("assuntos", "Por assunto", figures.by_value("assunto"), _as_bars),
            Sheet("servicos", "Por serviço", figures.by_value("servico"), _as_bars),
            Sheet("criterios", "Por critério", figures.by_value("criterio"), _as_bars),
        ),
    ),
    "triagem": (
        "Triagem",
        (
            Sheet("resumo", "Resumo", figures.way_totals),
            Sheet("perguntas", "Pergunta por pergunta", figures.way, _as_bars, "Cada linha conta atendimentos."),
        ),
    ),
    "servico": (
        "Atendimento",
        (
            Sheet(
                "nucleos",
                "Por núcleo",
                figures.service,
                hint="A 1ª resposta conta só o horário de atendimento do núcleo.",
            ),
            Sheet("esperas", "Espera pela hora de entrada na fila", figures.waits_by_hour, _as_columns),
        ),
    ),
    "nao-atendida": (
        "Demanda não atendida",
        (
            Sheet("cidades", "Por cidade", figures.unmet("municipio"), _as_bars),
            Sheet("assuntos", "Por assunto", figures.unmet("assunto"), _as_bars),
        ),
    ),
    "custo": ("Custo", (Sheet("categorias", "Mensagens cobradas pelo WhatsApp", figures.cost),)),
}
TABS = {id: title for id, (title, _) in SECTIONS.items()} | {"compreensao": "Compreensão"}
"""The panel's pages; the last shows words (see `understanding.py`)."""


_tables: Recent[Table] = Recent(most=64, seconds=30)
"""Of the pages just shown: the browser asks for their charts next, one by one."""


async def front(visit: Visit) -> Response:
    """The first section."""
    return RedirectResponse(f"/planejamento/{next(iter(SECTIONS))}", 303)


async def section_page(visit: Visit) -> Response:
    """One section for what was chosen."""
    section = _section(visit)
    choice, problem = chosen(visit)
    overview, shown = await visit.desk.database.read(_read, visit, section, choice)
    return render(
        visit,
        "panel.html",
        422 if problem else 200,
        overview=overview,
        protocolo=None,
        sections=TABS,
        section=section,
        shown=shown,
        choice=choice,
        problem=problem,
        query=visit.request.url.query,
        options=options(),
    )


async def table_file(visit: Visit) -> Response:
    """One table as CSV, with small counts hidden, or its chart as SVG."""
    section = _section(visit)
    id, kind = visit.request.path_params["table"], visit.request.path_params["kind"]
    sheet = next((sheet for sheet in SECTIONS[section][1] if sheet.id == id), None)
    if sheet is None or kind not in ("csv", "svg") or (kind == "svg" and sheet.chart is None):
        raise HTTPException(404)
    choice, _ = chosen(visit)
    if kind == "svg" and sheet.chart is not None:
        table = _tables.get((visit.desk.database.url, sheet, choice))
        if table is None:
            table = await visit.desk.database.read(_table, sheet, choice)
        drawn = await asyncio.to_thread(sheet.chart, table)
        return Response(drawn, media_type="image/svg+xml", headers=_SVG)
    table = await visit.desk.database.read(_table, sheet, choice)
    await visit.desk.database.run(_note_export, visit, f"{section}/{id}", choice)
    name = f"{section}-{id}-{choice.first}-{choice.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_csv(table), media_type="text/csv; charset=utf-8", headers=headers)


def _read(session: Session, visit: Visit, section: str, choice: Choice) -> tuple[Overview, list[Shown]]:
    asked = Asked(session, choice)
    tables = {sheet: sheet.read(asked) for sheet in SECTIONS[section][1]}
    for sheet, table in tables.items():
        if sheet.chart is not None:
            _tables.keep((visit.desk.database.url, sheet, choice), table)
    return read_overview(session, visit.user), [_shown(sheet, table) for sheet, table in tables.items()]


def _table(session: Session, sheet: Sheet, choice: Choice) -> Table:
    return sheet.read(Asked(session, choice))


def _note_export(session: Session, visit: Visit, what: str, choice: Choice) -> None:
    audit.record(
        session,
        visit.user.login,
        "exportacao",
        origin=visit.origin,
        what=what,
        first=choice.first.isoformat(),
        last=choice.last.isoformat(),
    )


def _shown(sheet: Sheet, table: Table) -> Shown:
    rows = [[_first(table, row), *map(_number, row[1:])] for row in table.rows]
    return Shown(sheet, [_HEADINGS[name] for name in table.columns], rows)


def _first(table: Table, row: Sequence[Any]) -> str:
    words = _WORDS.get(table.columns[0], str)
    return UNKNOWN if row[0] is None else words(row[0])


def _number(value: float | None) -> str:
    return "–" if value is None else wording.number(value)


def _csv(table: Table) -> str:
    counts = [name for name in table.columns[1:] if name not in _NO_COUNTS]
    rows = hide_small([dict(zip(table.columns, row, strict=True)) for row in table.rows], counts)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([_HEADINGS[name] for name in table.columns])
    for row, shown in zip(table.rows, rows, strict=True):
        hidden = ["<" if shown[name] is None and name in counts else shown[name] for name in table.columns[1:]]
        writer.writerow([_first(table, row), *hidden])
    # Excel takes a file for UTF-8 only when it begins with this mark.
    return "\ufeff" + out.getvalue()


def _section(visit: Visit) -> str:
    section = str(visit.request.path_params["section"])
    if section not in SECTIONS:
        raise HTTPException(404)
    return section


def chosen(visit: Visit) -> tuple[Choice, str]:
    """What the address asks for; where it makes no sense, the last days and a sentence that says so."""
    today = office_now().astimezone(CUIABA).date()
    usual = Choice(first=today - timedelta(days=_USUAL_DAYS - 1), last=today)
    asked = visit.request.query_params
    chosen = {name: asked.get(name) or None for name in FILTERS}
    try:
        first = date.fromisoformat(asked.get("de") or usual.first.isoformat())
        last = date.fromisoformat(asked.get("ate") or usual.last.isoformat())
    except ValueError:
        return usual, "A data não foi entendida. Escreva como 2026-11-23."
    if first > last or (last - first).days > _MOST_DAYS or first.year < 2000:
        return usual, "O período não serve: o fim vem antes do começo, ou são mais de dois anos."
    return Choice(first=first, last=last, **chosen), ""


def options() -> Mapping[str, Sequence[tuple[str, str]]]:
    """What may be chosen: values and words."""
    facts = office_facts()
    return {
        "nucleo": sorted(((nucleo.id, nucleo.name) for nucleo in facts.nucleos.values()), key=lambda pair: pair[1]),
        "area": [(area.value, labels.option("area", area.value)) for area in Area],
        "assunto": [(subject.value, labels.option("assunto", subject.value)) for subject in Subject],
        "municipio": [(name, name) for name in sorted(facts.municipios)],
    }
