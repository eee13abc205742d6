"""A request of someone who has logged in: who they are, and that a form they send is really theirs."""

import hmac
import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from defensoria.clock import utc_now
from defensoria.conversations import users
from defensoria.conversations.database import Database
from defensoria.conversations.desk_views import NotVisible
from defensoria.conversations.models import DeskSession, User
from defensoria.conversations.second_factor import Vault
from defensoria.conversations.staff import By
from defensoria.desk.feed import Feed
from defensoria.desk.pace import LoginPace
from defensoria.desk.permissions import Permission, first_steps, may
from defensoria.desk.witness import READING, REFUSED, Witness
from defensoria.living_facts import Follower
from defensoria.settings import Settings
from defensoria.whatsapp.sender import Sender

MOST_FIELDS = 200
"""A user's form has a box for each núcleo."""

_UNATTENDED = "x-unattended"
_STREAM = "/stream"
_LONGEST_PATH = 120

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every page of this process shares."""

    database: Database
    settings: Settings
    sender: Sender | None
    feed: Feed
    pace: LoginPace
    witness: Witness
    vault: Vault
    facts: Follower

    @property
    def cookie(self) -> str:
        """The session cookie's name. Behind https the browser is told to take it from this very host only."""
        return "__Host-mesa" if self.settings.production else "mesa"

    async def session(self, token: str) -> DeskSession | None:
        """The session that a cookie's token opens, with its user, or None."""
        return await self.database.read(users.find_session, token) if token else None

    async def seen(self, request: Request, session: DeskSession, token: str) -> None:
        """Note that somebody is there; what an open page asks for by itself says so of itself."""
        attended = _UNATTENDED not in request.headers and request.url.path != _STREAM
        if attended and utc_now() - session.seen_at > users.SEEN_EVERY:
            await self.database.run(users.see_session, token)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request by a logged-in user. `cursor` is how far the live feed had come when it began."""

    desk: Desk
    request: Request
    user: User
    token: str
    csrf_token: str
    confirmed: bool
    cursor: int
    form: FormData = field(default_factory=FormData)

    @property
    def origin(self) -> str:
        """The network address that the request came from."""
        return self.request.client.host if self.request.client else ""

    def may(self, permission: Permission) -> bool:
        """Whether the user's role includes a kind of work."""
        return may(self.user, permission)

    @property
    def by(self) -> By:
        """Who the audit names for what this visit changes."""
        return By(self.user.login, self.origin)

    @property
    def first_step(self) -> str | None:
        """The address of what the user has to do before all else, or None."""
        return next(iter(first_steps(self.user, self.confirmed, self.desk.settings.second_factor_required)), None)

    async def tell(self, action: str, protocolo: str | None = None, **data: str) -> None:
        """Have a look at something, or a refusal, in the audit (see `Witness`)."""
        await self.desk.witness.tell(self.token, self.user.login, action, self.origin, protocolo, **data)

    def field(self, name: str) -> str:
        """A field of the form sent, line ends as newlines, without control characters; empty when missing."""
        return clean(self.form.get(name))


def private(
    handler: Callable[[Visit], Awaitable[Response]],
    needs: Permission | None = Permission.ATTEND,
    reads: str = READING,
    steps: Collection[str] = (),
    most_fields: int = MOST_FIELDS,
    most_files: int = 0,
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for logged-in users whose role includes `needs`.

    Who is not in goes to the login page, who has a first step to take (see `first_steps`) to that; another role, or a
    form without its token, is refused. What shows something of an atendimento, and what is refused, is in the audit.

    Args:
        handler: makes the answer.
        needs: the kind of work; None for what every user does.
        reads: the audit's word for looking at what the address shows of the atendimento it names.
        steps: first steps that do not keep the user from this address.
        most_fields: how many fields its form may bring.
        most_files: how many files its form may bring.
    """

    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        cursor = desk.feed.newest
        token = request.cookies.get(desk.cookie, "")
        session = await desk.session(token)
        if session is None:
            return _to_login(request)
        await desk.seen(request, session, token)
        visit = Visit(
            desk=desk,
            request=request,
            user=session.user,
            token=token,
            csrf_token=session.csrf_token,
            confirmed=session.confirmed,
            cursor=cursor,
        )
        if (step := visit.first_step) and step not in steps:
            return RedirectResponse(step, 303)
        if needs is not None and not visit.may(needs):
            await visit.tell(REFUSED, pagina=request.url.path[:_LONGEST_PATH])
            raise HTTPException(403)
        if request.method == "POST":
            form = await request.form(max_files=most_files, max_fields=most_fields)
            _check_csrf(request, form, session.csrf_token)
            visit = replace(visit, form=form)
        return await _witnessed(handler, visit, reads)

    return endpoint


async def _witnessed(handler: Callable[[Visit], Awaitable[Response]], visit: Visit, reads: str) -> Response:
    about = {name: str(value) for name, value in visit.request.path_params.items()}
    protocolo = about.pop("protocolo", None)
    try:
        answer = await handler(visit)
    except NotVisible:
        if protocolo is not None:
            await visit.tell(REFUSED, protocolo)
        raise
    if protocolo is not None and not 300 <= answer.status_code < 400:
        # Only a page that is in the audit is given out.
        await visit.tell(reads, protocolo, **about)
    return answer


def clean(value: object) -> str:
    """A form's text, line ends as newlines and without control characters; empty when it is no text."""
    if not isinstance(value, str):
        return ""
    return _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def _to_login(request: Request) -> Response:
    # After a form was sent there is no page to come back to but the one it was on, and that is not known here.
    back = f"?volta={quote(request.url.path)}" if request.method == "GET" and request.url.path != "/" else ""
    return RedirectResponse(f"/entrar{back}", status_code=303)


def _check_csrf(request: Request, form: FormData, expected: str) -> None:
    given = form.get("csrf_token") or request.headers.get("x-csrf-token") or ""
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), expected.encode()):
        raise HTTPException(403)
