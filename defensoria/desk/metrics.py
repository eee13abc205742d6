"""The store's and the desk's own numbers for Prometheus."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from defensoria.desk.visits import Desk
from defensoria.watching import metrics
from defensoria.watching.store import read_store


async def numbers(request: Request) -> Response:
    """How the store stands, and this process, for whoever has the token of the watch."""
    if not metrics.is_allowed(request.headers.get("Authorization")):
        return PlainTextResponse("forbidden", status_code=403)
    desk: Desk = request.app.state.desk
    of_the_store = metrics.of_the_store(await desk.database.read(read_store))
    return Response(of_the_store + metrics.of_this_process(), headers={"Content-Type": metrics.CONTENT_TYPE})
