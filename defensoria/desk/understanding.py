"""The panel's page on what the bot did not understand: groups of messages without names, and a draft for designers.

Inside the office words are shown once two citizens wrote the like; what leaves it holds to the smallest count.
"""

from sqlalchemy.orm import Session
from starlette.responses import Response

from defensoria.clock import office_now
from defensoria.conversations import audit
from defensoria.desk.overview import Overview, read_overview
from defensoria.desk.pages import render
from defensoria.desk.panel import QUESTIONS, TABS, chosen, options
from defensoria.desk.visits import Visit
from defensoria.desk.witness import READING
from defensoria.office.calendar import CUIABA
from defensoria.planning.choice import Choice
from defensoria.planning.drafts import draft
from defensoria.planning.grouping import Groups, group
from defensoria.planning.misunderstood import MOST, read_misunderstood
from defensoria.privacy.retention import DataClass, retention

SECTION = "compreensao"
FEWEST_INSIDE = 2
"""Citizens who wrote the like before any of its words is shown to who plans."""
_MOST_GROUPS = 60


async def page(visit: Visit) -> Response:
    """The groups of what was chosen."""
    choice, problem = chosen(visit)
    overview, groups = await visit.desk.database.read(_read, visit, choice)
    await visit.tell(READING, pagina=visit.request.url.path)
    return render(
        visit,
        "understanding.html",
        422 if problem else 200,
        overview=overview,
        protocolo=None,
        sections=TABS,
        section=SECTION,
        choice=choice,
        problem=problem,
        query=visit.request.url.query,
        options=options(),
        groups=groups,
        shown=groups.shown[:_MOST_GROUPS],
        questions=QUESTIONS,
        smallest=retention().smallest_count,
        most=MOST,
        days=retention().rules[DataClass.DIALOGUES].days,
    )


async def draft_file(visit: Visit) -> Response:
    """The draft of examples, of what enough citizens said."""
    choice, _ = chosen(visit)
    text = await visit.desk.database.run(_taken_out, visit, choice)
    headers = {"Content-Disposition": f'attachment; filename="{SECTION}-{choice.first}-{choice.last}.yml"'}
    return Response(text, media_type="text/yaml; charset=utf-8", headers=headers)


def _read(session: Session, visit: Visit, choice: Choice) -> tuple[Overview, Groups]:
    return read_overview(session, visit.user), group(read_misunderstood(session, choice), FEWEST_INSIDE)


def _taken_out(session: Session, visit: Visit, choice: Choice) -> str:
    audit.record(
        session,
        visit.user.login,
        "exportacao",
        origin=visit.origin,
        what=f"{SECTION}/rascunho",
        first=choice.first.isoformat(),
        last=choice.last.isoformat(),
    )
    fewest, today = retention().smallest_count, office_now().astimezone(CUIABA).date()
    return draft(group(read_misunderstood(session, choice), fewest), choice, fewest, today)
