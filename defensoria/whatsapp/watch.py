"""What a process tells those who watch over it: whether it lives, whether it can do its work, and its numbers."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from sanic.request import Request
from sanic.response import HTTPResponse, json, raw, text
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from defensoria.watching import metrics

Handler = Callable[[Request], Awaitable[HTTPResponse]]

_PATIENCE_SECONDS = 2.0


async def alive(_request: Request) -> HTTPResponse:
    """That this process answers at all: one that does not is to be started again."""
    return text("ok")


async def ready(request: Request) -> HTTPResponse:
    """Whether this process can do its work: 503 where Rasa's has no model or the database does not answer."""
    context = request.app.ctx
    stands = {"database": await _answers(context)}
    if hasattr(context, "agent"):
        stands["model"] = context.agent.is_ready()
    return json(stands, status=200 if all(stands.values()) else 503)


async def numbers(request: Request) -> HTTPResponse:
    """This process's numbers, for whoever has the token of the watch."""
    if not metrics.is_allowed(request.headers.get("Authorization")):
        return request.app.ctx.door.gate.refuse(request)
    return raw(metrics.of_this_process(), headers={"Content-Type": metrics.CONTENT_TYPE})


def timed(handler: Handler) -> Handler:
    """The webhook's handler, with the time each answer took."""

    async def measured(request: Request) -> HTTPResponse:
        begun, answer = time.perf_counter(), "failed"
        try:
            response = await handler(request)
            answer = "ok" if response.status == 200 else "refused"
        finally:
            metrics.WEBHOOK.labels(answer).observe(time.perf_counter() - begun)
        return response

    return measured


async def _answers(context: object) -> bool:
    try:
        await asyncio.wait_for(context.database.read(_one), _PATIENCE_SECONDS)  # type: ignore[attr-defined] # Sanic's own
    except (SQLAlchemyError, OSError, asyncio.TimeoutError, AttributeError):
        return False
    return True


def _one(session: Session) -> None:
    session.execute(select(1))
