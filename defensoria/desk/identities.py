"""The page on citizens who may be one and the same: somebody who administers decides, and the audit knows it.

It shows no words and no whole number: names, when they wrote, and how often.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from defensoria.conversations import identities
from defensoria.conversations.identities import NINTH_DIGIT, Doubt, NotMerged
from defensoria.conversations.models import Citizen
from defensoria.desk import wording
from defensoria.desk.overview import NAMELESS
from defensoria.desk.pages import render
from defensoria.desk.visits import Visit

_MOST_DIGITS = 10
_WHY = {
    NINTH_DIGIT: "Os números só diferem pelo nono dígito.",
    "wa_id": "O WhatsApp deu a uma o número da outra.",
    "user_id": "O WhatsApp deu a uma o identificador da outra.",
}
_DECISIONS = {"separar": identities.keep_apart, "juntar": identities.merge}
_NOTES = {"separar": "Ficam como duas pessoas.", "juntar": "Agora são uma pessoa só."}


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two, as the page shows them."""

    id: int
    name: str
    identities: Sequence[str]
    atendimentos: int
    last: str


@dataclass(frozen=True)
class Pair:
    """Two who may be one, and why."""

    sides: Sequence[Side]
    why: str


async def page(visit: Visit) -> Response:
    """Every pair of which nobody has decided."""
    return await _show(visit, note=_NOTES.get(visit.request.query_params.get("feito", ""), ""))


async def decide(visit: Visit) -> Response:
    """Keep two apart, or make them one."""
    decision = visit.field("decisao")
    act, one, other = _DECISIONS.get(decision), _id(visit, "uma"), _id(visit, "outra")
    if act is None or one is None or other is None:
        return await _show(visit, 422, problem="Escolha se são a mesma pessoa ou duas.")
    if decision == "juntar" and visit.field("certeza") != "sim":
        return await _show(
            visit, 422, problem="Juntar não dá para desfazer. Marque que você confirmou e tente de novo."
        )
    try:
        await visit.desk.database.run(act, one, other, visit.by)
    except NotMerged as error:
        return await _show(visit, 409, problem=str(error))
    return RedirectResponse(f"/administracao/identidades?feito={decision}", 303)


async def _show(visit: Visit, status: int = 200, problem: str = "", note: str = "") -> Response:
    pairs = await visit.desk.database.read(_read)
    return render(visit, "identities.html", status, pairs=pairs, problem=problem, note=note)


def _read(session: Session) -> list[Pair]:
    return [_pair(session, doubt) for doubt in identities.doubts(session)]


def _pair(session: Session, doubt: Doubt) -> Pair:
    return Pair([_side(session, citizen) for citizen in (doubt.older, doubt.younger)], _WHY[doubt.kind])


def _side(session: Session, citizen: Citizen) -> Side:
    signs = identities.signs_of(session, citizen)
    wrote = f"escreveu por último em {wording.instant(signs.last_wrote)}" if signs.last_wrote else ""
    return Side(
        id=citizen.id,
        name=citizen.name or NAMELESS,
        identities=[_masked(kind, value) for kind, value in signs.identities],
        atendimentos=signs.atendimentos,
        last=", ".join(filter(None, (signs.last_protocolo and f"último protocolo {signs.last_protocolo}", wrote))),
    )


def _masked(kind: str, value: str) -> str:
    number = wording.masked_phone(value) if kind == "wa_id" else None
    return number or f"identificador do WhatsApp terminado em {value[-3:]}"


def _id(visit: Visit, name: str) -> int | None:
    number = visit.field(name)
    return int(number) if number.isascii() and number.isdigit() and len(number) < _MOST_DIGITS else None
