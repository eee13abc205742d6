"""IT's page for the audit: who did what, when and about which protocol; whether the chain holds; all of it as CSV."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from defensoria.clock import utc_now
from defensoria.conversations import audit
from defensoria.conversations.audit import Chain
from defensoria.conversations.audit_search import Wanted, found, newest
from defensoria.conversations.models import AuditEntry, User
from defensoria.desk import audit_words, labels, wording
from defensoria.desk.pages import render
from defensoria.desk.visits import Visit
from defensoria.office.calendar import CUIABA

READ, CHECKED = "auditoria_consultada", "auditoria_conferida"
"""What the audit calls a look at itself, and a check of its chain."""

MOST_EXPORTED = 20_000
_A_PAGE = 50
_USUAL_DAYS = 7
_PROTOCOLO = re.compile(r"\d{4}\.\d{6}-\d")
_ACTOR = re.compile(r"[a-z0-9][a-z0-9._@:-]{0,79}")
_MOST_DIGITS = 15
_COLUMNS = ("Quando", "Quem", "Ação", "Protocolo", "Núcleo", "Endereço", "Detalhes", "Registro", "Resumo")
_UNDATED = "As datas não foram entendidas, ou a última vem antes da primeira."
_UNFIT = "Confira o login e o protocolo: um protocolo tem a forma 2026.000123-4."
_TOO_MANY = "São mais de 20.000 registros. Escolha menos dias, ou exporte tudo pelo servidor (veja o guia da TI)."


@dataclass(frozen=True)
class Choice:
    """What the address asks for, as its form shows it; days are both included, in Cuiabá."""

    first: date
    last: date
    actor: str = ""
    action: str = ""
    protocolo: str = ""

    @property
    def wanted(self) -> Wanted:
        """The choice as the store searches it."""
        start, end = (datetime.combine(day, time(), CUIABA) for day in (self.first, self.last + timedelta(days=1)))
        return Wanted(
            start=start,
            end=end,
            actor=self.actor or None,
            action=self.action or None,
            protocolo=self.protocolo or None,
        )

    @property
    def told(self) -> dict[str, str]:
        """The choice as the audit itself keeps it."""
        chosen = {"pessoa": self.actor, "acao": self.action, "sobre": self.protocolo}
        return {
            "de": f"{self.first}",
            "ate": f"{self.last}",
            **{name: value for name, value in chosen.items() if value},
        }


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    at: str
    actor: str
    action: str
    protocolo: str
    nucleo: str
    origin: str
    noted: str


@dataclass(frozen=True)
class Shown:
    """One page of entries; `before` is the id that the next one begins below, or None at the end."""

    lines: Sequence[Line]
    before: int | None
    logins: Sequence[str]
    last_check: str | None


async def audit_page(visit: Visit) -> Response:
    """The entries of some days, newest first. Looking is itself in the audit."""
    return await _show(visit)


async def check(visit: Visit) -> Response:
    """Follow the whole chain, and say whether it holds."""
    chain = await visit.desk.database.read(audit.check)
    await visit.desk.database.run(_note_check, visit, chain)
    return await _show(visit, chain=chain)


async def table_file(visit: Visit) -> Response:
    """What was chosen, as CSV."""
    choice, problem = _choice(visit)
    rows = [] if problem else await visit.desk.database.read(found, choice.wanted, MOST_EXPORTED + 1)
    if problem or len(rows) > MOST_EXPORTED:
        return await _show(visit, problem or _TOO_MANY)
    await visit.desk.database.run(_note_export, visit, choice)
    headers = {"Content-Disposition": f'attachment; filename="auditoria-{choice.first}-{choice.last}.csv"'}
    return Response(_csv(rows), media_type="text/csv; charset=utf-8", headers=headers)


async def _show(visit: Visit, problem: str = "", chain: Chain | None = None) -> Response:
    choice, unfit = _choice(visit)
    before = visit.request.query_params.get("antes", "")
    start = int(before) if before.isascii() and before.isdigit() and len(before) < _MOST_DIGITS else None
    await visit.tell(READ, **choice.told)
    shown = await visit.desk.database.read(_read, choice, start)
    return render(
        visit,
        "audit.html",
        422 if problem or unfit else 200,
        shown=shown,
        choice=choice,
        actions=audit_words.ACTIONS,
        problem=problem or unfit,
        chain=chain,
        query="&".join(f"{name}={value}" for name, value in _address(choice).items()),
    )


def _choice(visit: Visit) -> tuple[Choice, str]:
    """What the address asks for; where it makes no sense, the last days and a sentence that says so."""
    today = utc_now().astimezone(CUIABA).date()
    usual = Choice(today - timedelta(days=_USUAL_DAYS - 1), today)
    asked = {name: value.strip() for name, value in visit.request.query_params.items()}
    try:
        first = date.fromisoformat(asked.get("de") or usual.first.isoformat())
        last = date.fromisoformat(asked.get("ate") or usual.last.isoformat())
    except ValueError:
        return usual, _UNDATED
    if not date(2000, 1, 1) <= first <= last <= date(9000, 1, 1):
        return usual, _UNDATED
    actor, protocolo = asked.get("pessoa", "").lower(), asked.get("protocolo", "")
    if (actor and not _ACTOR.fullmatch(actor)) or (protocolo and not _PROTOCOLO.fullmatch(protocolo)):
        return usual, _UNFIT
    action = asked.get("acao", "")
    return Choice(first, last, actor, action if action in audit_words.ACTIONS else "", protocolo), ""


def _address(choice: Choice) -> Mapping[str, str]:
    # Nothing in it needs quoting: days, logins, actions and protocols have no letter that would.
    return {
        "de": choice.first.isoformat(),
        "ate": choice.last.isoformat(),
        "pessoa": choice.actor,
        "acao": choice.action,
        "protocolo": choice.protocolo,
    }


def _read(session: Session, choice: Choice, before: int | None) -> Shown:
    rows = found(session, choice.wanted, _A_PAGE + 1, before)
    logins = session.scalars(select(User.login).order_by(User.login)).all()
    more = rows[_A_PAGE - 1].id if len(rows) > _A_PAGE else None
    return Shown([_line(row) for row in rows[:_A_PAGE]], more, logins, _last_check(newest(session, CHECKED)))


def _line(row: AuditEntry) -> Line:
    return Line(
        at=wording.instant(row.at, seconds=True),
        actor=row.actor,
        action=audit_words.action(row.action),
        protocolo=row.protocolo or "",
        nucleo=labels.nucleo(row.nucleo) if row.nucleo else "",
        origin=row.origin or "",
        noted=audit_words.noted(row.data),
    )


def _last_check(entry: AuditEntry | None) -> str | None:
    if entry is None:
        return None
    number = wording.counted(entry.data["registros"], "registro conferia", "registros conferiam")
    broken = entry.data["quebrada_em"]
    result = f"não conferia no registro {broken}" if broken else number
    return f"{wording.moment_now(entry.at)}, por {entry.actor}: {result}"


def _note_check(session: Session, visit: Visit, chain: Chain) -> None:
    actor, origin = visit.user.login, visit.origin
    audit.record(session, actor, CHECKED, origin=origin, registros=chain.entries, quebrada_em=chain.first_broken)


def _note_export(session: Session, visit: Visit, choice: Choice) -> None:
    audit.record(session, visit.user.login, "exportacao", origin=visit.origin, o_que="auditoria", **choice.told)


def _csv(rows: Sequence[AuditEntry]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(_COLUMNS)
    for row, line in ((row, _line(row)) for row in rows):
        said = (line.at, line.actor, line.action, line.protocolo, line.nucleo, line.origin, line.noted)
        writer.writerow([*said, row.id, row.hash])
    # Excel takes a file for UTF-8 only when it begins with this mark.
    return "\ufeff" + out.getvalue()
