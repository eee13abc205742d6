"""A request of someone who has logged in: who they are, and that a form they send is really theirs."""

import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from defensoria.conversations import users
from defensoria.conversations.database import Database
from defensoria.conversations.models import DeskSession, User
from defensoria.desk.feed import Feed
from defensoria.desk.pace import LoginPace
from defensoria.desk.permissions import Permission, may
from defensoria.living_facts import Follower
from defensoria.settings import Settings
from defensoria.whatsapp.sender import Sender

MOST_FIELDS = 20

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every page of this process shares."""

    database: Database
    settings: Settings
    sender: Sender | None
    feed: Feed
    pace: LoginPace
    facts: Follower

    @property
    def cookie(self) -> str:
        """The session cookie's name. Behind https the browser is told to take it from this very host only."""
        return "__Host-mesa" if self.settings.production else "mesa"

    async def session(self, token: str) -> DeskSession | None:
        """The session that a cookie's token opens, with its user, or None."""
        return await self.database.run(users.find_session, token) if token else None


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request by a logged-in user. `cursor` is how far the live feed had come when it began."""

    desk: Desk
    request: Request
    user: User
    token: str
    csrf_token: str
    cursor: int
    form: FormData = field(default_factory=FormData)

    @property
    def origin(self) -> str:
        """The network address that the request came from."""
        return self.request.client.host if self.request.client else ""

    def may(self, permission: Permission) -> bool:
        """Whether the user's role includes a kind of work."""
        return may(self.user, permission)

    def field(self, name: str) -> str:
        """A field of the form sent, line ends as newlines, without control characters; empty when missing."""
        return clean(self.form.get(name))


def private(
    handler: Callable[[Visit], Awaitable[Response]],
    needs: Permission = Permission.ATTEND,
    most_fields: int = MOST_FIELDS,
    most_files: int = 0,
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for logged-in users whose role includes `needs`.

    Who is not in goes to the login page; another role, or a form without its token, is refused.
    """

    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        cursor = desk.feed.newest
        token = request.cookies.get(desk.cookie, "")
        session = await desk.session(token)
        if session is None:
            return _to_login(request)
        if not may(session.user, needs):
            raise HTTPException(403)
        form = FormData()
        if request.method == "POST":
            form = await request.form(max_files=most_files, max_fields=most_fields)
            _check_csrf(request, form, session.csrf_token)
        visit = Visit(
            desk=desk,
            request=request,
            user=session.user,
            token=token,
            csrf_token=session.csrf_token,
            cursor=cursor,
            form=form,
        )
        return await handler(visit)

    return endpoint


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
