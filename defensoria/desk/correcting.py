"""The page on which the attendant corrects what the triage found out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from defensoria.conversations import audit, desk_views
from defensoria.conversations.correcting import CORRECTABLE, correct
from defensoria.conversations.finding import plain
from defensoria.conversations.holder import Contested
from defensoria.conversations.models import Holder
from defensoria.desk import labels
from defensoria.desk.attending import show_conversation, taken
from defensoria.desk.overview import NAMELESS, Overview, read_overview
from defensoria.desk.pages import render
from defensoria.desk.visits import Visit
from defensoria.office.facts import office_facts
from defensoria.office.vocabulary import Area, Service, Subject, Urgency

_CHOICES: dict[str, type[Enum]] = {"servico": Service, "area": Area, "assunto": Subject, "urgencia": Urgency}
_HEADINGS = {
    "servico": "Serviço",
    "area": "Área",
    "assunto": "Assunto",
    "municipio": "Cidade",
    "urgencia": "Urgência",
}
_ONLY_WHO_HAS_IT = "Só quem está com o atendimento pode corrigir os dados."


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing to correct. `options` are value and words; without any, `value` is written."""

    name: str
    heading: str
    value: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """What the page shows. `mine` says whether the user may correct it."""

    protocolo: str
    name: str
    mine: bool
    values: dict[str, str]


class Mistaken(ValueError):
    """What was given cannot be; the message says why, to the attendant."""


async def correct_page(visit: Visit) -> Response:
    """The dossier as it stands, to be corrected."""
    return await _show(visit)


async def correct_dossier(visit: Visit) -> Response:
    """Put in what was corrected."""
    given = {slot: visit.field(slot).strip() for slot in CORRECTABLE}
    try:
        values = _checked(given)
        await visit.desk.database.run(_correct, visit, values)
    except Mistaken as mistaken:
        return await _show(visit, 422, str(mistaken), given)
    except Contested as contested:
        return await show_conversation(visit, 409, problem=taken(contested))
    return RedirectResponse(f"/atendimentos/{quote(visit.request.path_params['protocolo'])}", 303)


async def _show(visit: Visit, status: int = 200, problem: str = "", given: dict[str, str] | None = None) -> Response:
    dossier, overview = await visit.desk.database.read(_read, visit)
    if not dossier.mine:
        return await show_conversation(visit, 409, problem=_ONLY_WHO_HAS_IT)
    return render(
        visit,
        "correct.html",
        status,
        dossier=dossier,
        fields=_fields(given or dossier.values),
        municipios=sorted(office_facts().municipios, key=plain),
        overview=overview,
        protocolo=dossier.protocolo,
        problem=problem,
    )


def _read(session: Session, visit: Visit) -> tuple[Dossier, Overview]:
    atendimento = desk_views.one(session, visit.user, visit.request.path_params["protocolo"])
    dossier = Dossier(
        protocolo=atendimento.protocolo,
        name=atendimento.citizen.name or NAMELESS,
        mine=atendimento.holder == Holder.HUMAN.value and atendimento.attendant_id == visit.user.id,
        values={slot: getattr(atendimento, slot) or "" for slot in CORRECTABLE},
    )
    return dossier, read_overview(session, visit.user)


def _fields(values: dict[str, str]) -> list[Field]:
    return [
        Field(name=slot, heading=_HEADINGS[slot], value=values[slot], options=_options(slot)) for slot in CORRECTABLE
    ]


def _options(slot: str) -> list[tuple[str, str]]:
    words = labels.urgency if slot == "urgencia" else lambda value: labels.option(slot, value)
    return [(choice.value, words(choice.value)) for choice in _CHOICES.get(slot, ())]


def _checked(given: dict[str, str]) -> dict[str, str | None]:
    """The values as the store keeps them.

    Raises:
        Mistaken: one is none of its slot, the city is none of Mato Grosso, or the subject is of the other area.
    """
    for slot, choices in _CHOICES.items():
        if given[slot] and given[slot] not in {choice.value for choice in choices}:
            raise Mistaken(f"Escolha uma opção da lista em “{_HEADINGS[slot]}”.")
    if given["municipio"] and plain(given["municipio"]) not in _municipios():
        raise Mistaken("Esta cidade não está entre os 142 municípios de Mato Grosso. Confira o nome.")
    if given["area"] and given["assunto"] and Subject(given["assunto"]).area is not Area(given["area"]):
        raise Mistaken("Este assunto é de outra área. Corrija a área ou o assunto.")
    return {
        **{slot: given[slot] or None for slot in CORRECTABLE},
        "municipio": _municipios()[plain(given["municipio"])] if given["municipio"] else None,
    }


@cache
def _municipios() -> dict[str, str]:
    return {plain(name): name for name in office_facts().municipios}


def _correct(session: Session, visit: Visit, values: dict[str, str | None]) -> None:
    atendimento = desk_views.one(session, visit.user, visit.request.path_params["protocolo"])
    changed = correct(session, atendimento.id, visit.user, values)
    if changed:
        audit.record(
            session,
            visit.user.login,
            "dados_corrigidos",
            protocolo=atendimento.protocolo,
            nucleo=atendimento.nucleo,
            origin=visit.origin,
            **{slot: list(pair) for slot, pair in changed.items()},
        )
