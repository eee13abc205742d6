"""How the desk and the sending stand, for whoever watches over them: open to all who reach the address."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from defensoria.clock import utc_now
from defensoria.conversations import sending
from defensoria.desk.visits import Desk


async def report(request: Request) -> Response:
    """Whether sending is stopped and why, how many messages are in each state, how long the oldest waits."""
    desk: Desk = request.app.state.desk
    found = await desk.database.read(sending.report)
    # Whoever reaches this address reads it: Meta's own sentence after the code stays inside.
    why = (found.reason or "").partition(":")[0]
    stopped = {"since": found.stopped_since.isoformat(), "reason": why} if found.stopped_since else None
    waits = int((utc_now() - found.oldest).total_seconds()) if found.oldest else 0
    return JSONResponse(
        {"status": "ok", "sending": {"stopped": stopped, "messages": found.counts, "oldest_waits_seconds": waits}}
    )
