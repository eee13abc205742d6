"""The board of the day: how many wait and for how long, who is on, and how soon people are answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median

from sqlalchemy.orm import Session
from starlette.responses import Response

from defensoria.clock import office_now, utc_now
from defensoria.conversations.board import NucleoToday, PersonToday, nucleos_today, people_today
from defensoria.conversations.models import User
from defensoria.desk import labels, wording
from defensoria.desk.day_end import day_notice
from defensoria.desk.overview import Overview, read_overview
from defensoria.desk.pages import render
from defensoria.desk.visits import Visit
from defensoria.office.calendar import CUIABA, closing, time_open
from defensoria.office.facts import OfficeFacts, office_facts

NO_FIGURE = "–"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One núcleo as the board shows it. Waits are in hours of service; `first_answer` is the day's median."""

    name: str
    waiting: int
    longest_wait: str
    taken: int
    closed: int
    first_answer: str
    open: bool


async def board_page(visit: Visit) -> Response:
    """The day of the user's núcleos, most waited for first."""
    overview, lines, people = await visit.desk.database.read(_read, visit.user)
    return render(
        visit,
        "board.html",
        overview=overview,
        protocolo=None,
        lines=lines,
        people=people,
        day_end=day_notice(visit.user, overview),
        totals={name: sum(getattr(line, name) for line in lines) for name in ("waiting", "taken", "closed")},
    )


def _read(session: Session, user: User) -> tuple[Overview, list[Line], list[PersonToday]]:
    since = datetime.combine(utc_now().astimezone(CUIABA).date(), time(), CUIABA)
    lines = _lines(nucleos_today(session, user, since), office_facts())
    return read_overview(session, user), lines, list(people_today(session, user, since))


def _lines(days: Mapping[str | None, NucleoToday], facts: OfficeFacts) -> list[Line]:
    lines = [_line(nucleo, day, facts) for nucleo, day in days.items()]
    return sorted(lines, key=lambda line: (-line.waiting, line.name))


def _line(nucleo: str | None, day: NucleoToday, facts: OfficeFacts) -> Line:
    unit = nucleo if nucleo in facts.nucleos else None
    first_answers = [time_open(facts, queued_at, answered_at, unit) for queued_at, answered_at in day.answered]
    return Line(
        name=labels.nucleo(nucleo) if nucleo else labels.WITHOUT_NUCLEO,
        waiting=day.waiting,
        longest_wait=wording.length(time_open(facts, day.oldest, utc_now(), unit)) if day.oldest else NO_FIGURE,
        taken=day.taken,
        closed=day.closed,
        first_answer=wording.length(_median(first_answers)) if first_answers else NO_FIGURE,
        open=closing(facts, office_now(), unit) is None,
    )


def _median(spans: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=median(span.total_seconds() for span in spans))
