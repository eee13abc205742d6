"""What tests, the bench and the page use to act as people with phones: `/simulator/…`.

There is no login: whoever reaches the address may use it, so it is bound to the loopback interface by default. Requests
that change something must say `Content-Type: application/json`, which no other site's page can send unasked.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import wraps
from typing import Any

import anyio
from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from defensoria.simulator import stream
from defensoria.simulator.exchange import Exchange
from defensoria.simulator.incoming import InputError
from defensoria.simulator.node import read_json
from defensoria.simulator.phones import Phone
from defensoria.simulator.webhooks import BacklogFull

NUMBER = re.compile(r"\d{8,15}", re.ASCII)


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


_Handler = Callable[[Request, Exchange], Awaitable[Response]]


def _answering(handler: _Handler) -> Callable[[Request], Awaitable[Response]]:
    @wraps(handler)
    async def endpoint(request: Request) -> Response:
        try:
            return await handler(request, request.app.state.exchange)
        except _Refused as refused:
            return JSONResponse({"error": str(refused)}, status_code=refused.status)
        except InputError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        except BacklogFull as error:
            return JSONResponse({"error": str(error)}, status_code=503)

    return endpoint


@_answering
async def health(request: Request, exchange: Exchange) -> Response:
    """Whether the simulator runs, and how it gets on with the webhook."""
    webhooks = exchange.webhooks
    webhook = {
        "url": webhooks.url,
        "subscribed": webhooks.subscribed,
        "waiting": webhooks.waiting,
        "problem": webhooks.problem or None,
    }
    return JSONResponse({"status": "ok", "phones": len(exchange.phones), "webhook": webhook})


@_answering
async def list_phones(request: Request, exchange: Exchange) -> Response:
    """All phones, the one used last at the end."""
    return JSONResponse({"phones": [phone.as_json() for phone in exchange.phones]})


@_answering
async def create_phone(request: Request, exchange: Exchange) -> Response:
    """Make a phone: `{"name", "wa_id", "hides_number"}`, all optional; 409 when the number is taken."""
    body = await _object(request)
    wa_id, name, hides_number = body.get("wa_id") or "", body.get("name") or "", body.get("hides_number") or False
    if not isinstance(name, str) or len(name) > 60 or not isinstance(hides_number, bool):
        raise _Refused(400, "'name' is a text of at most 60 characters and 'hides_number' is true or false.")
    if wa_id:
        wa_id = _number(wa_id)
        if exchange.phones.get(wa_id) is not None:
            raise _Refused(409, f"There is already a phone with the number {wa_id}.")
    phone = exchange.phones.create(wa_id, name.strip(), hides_number=hides_number)
    return JSONResponse(phone.as_json(), status_code=201)


@_answering
async def transcript(request: Request, exchange: Exchange) -> Response:
    """A phone with all its messages, oldest first."""
    phone = _phone(request, exchange)
    return JSONResponse({**phone.as_json(), "messages": [message.as_json() for message in phone.messages.values()]})


@_answering
async def write(request: Request, exchange: Exchange) -> Response:
    """Send something from a phone, which is made when there is none; answers with the message's wamid and instant."""
    number = _number(request.path_params["wa_id"])
    body = await _object(request)
    message = exchange.from_phone(exchange.phones.get_or_create(number), body)
    return JSONResponse({"id": message.id, "at": message.at.timestamp()}, status_code=201)


@_answering
async def write_together(request: Request, exchange: Exchange) -> Response:
    """Send several things in one webhook: `{"messages": [{"wa_id", …as from one phone…}], "times", "delay"}`.

    It is posted `times` times, the first after `delay` seconds. Answers with the messages' wamids and instants.
    """
    body = await _object(request)
    messages, times, delay = body.get("messages"), body.get("times", 1), body.get("delay", 0.0)
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise _Refused(400, "'messages' is a list of objects with 'wa_id' and what 'messages' of one phone take.")
    if times not in range(1, 10) or not isinstance(delay, int | float) or not 0 <= delay <= 3600:
        raise _Refused(400, "'times' is a number from 1 to 9 and 'delay' one of seconds up to 3600.")
    bodies = [(exchange.phones.get_or_create(_number(message.pop("wa_id", None))), message) for message in messages]
    sent = exchange.from_phones(bodies, times=times, delay=delay)
    return JSONResponse({"messages": [{"id": m.id, "at": m.at.timestamp()} for m in sent]}, status_code=201)


@_answering
async def received(request: Request, exchange: Exchange) -> Response:
    """What phones received after the first `after` messages: `{"count", "messages": [{"wa_id", "id", "at", …}]}`."""
    journal = exchange.received
    messages = [
        {"wa_id": wa_id, "id": m.id, "at": m.at.timestamp(), "biz_opaque_callback_data": m.callback_data}
        for wa_id, m in journal.after(_after(request))
    ]
    return JSONResponse({"count": journal.count, "messages": messages})


@_answering
async def posts(request: Request, exchange: Exchange) -> Response:
    """The webhooks posted after the first `after` ones, with how long the answer took: `{"count", "posts"}`."""
    journal = exchange.webhooks.posts
    return JSONResponse({"count": journal.count, "posts": [vars(post) for post in journal.after(_after(request))]})


def _after(request: Request) -> int:
    number = request.query_params.get("after", "0")
    if not re.fullmatch(r"[0-9]{1,12}", number):
        raise _Refused(400, "'after' is a count.")
    return int(number)


@_answering
async def list_faults(request: Request, exchange: Exchange) -> Response:
    """The faults in force."""
    return JSONResponse({"faults": exchange.faults.as_json()})


@_answering
async def add_fault(request: Request, exchange: Exchange) -> Response:
    """Make messages of the business fail, as `Fault` describes; answers with the faults in force."""
    exchange.faults.add(await _object(request))
    return JSONResponse({"faults": exchange.faults.as_json()}, status_code=201)


@_answering
async def clear_faults(request: Request, exchange: Exchange) -> Response:
    """Let all messages go again."""
    exchange.faults.clear()
    return JSONResponse({"faults": []})


@_answering
async def events(request: Request, exchange: Exchange) -> Response:
    """Server-sent events of a phone: each message when it is new or changed, and the typing indicator."""
    phone = _phone(request, exchange)
    position = request.headers.get("last-event-id") or request.query_params.get("after", "")
    closing = anyio.Event()
    return EventSourceResponse(
        _opened(exchange, phone, position, closing),
        shutdown_event=closing,
        shutdown_grace_period=2 * stream.NOTICES_CLOSING_WITHIN,
    )


async def _opened(
    exchange: Exchange, phone: Phone, position: str, closing: anyio.Event
) -> AsyncIterator[dict[str, Any]]:
    phone.watchers += 1
    try:
        exchange.opened(phone)
        async for event in stream.events(phone, position, now=exchange.now, closing=closing):
            yield event
    finally:
        phone.watchers -= 1


async def _object(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise _Refused(415, "Send the body as Content-Type: application/json.")
    try:
        body = read_json(await request.body())
    except ValueError as error:
        raise _Refused(400, f"The body is not JSON: {error}.") from None
    if not isinstance(body, dict):
        raise _Refused(400, "The body must be a JSON object.")
    return body


def _phone(request: Request, exchange: Exchange) -> Phone:
    phone = exchange.phones.get(request.path_params["wa_id"])
    if phone is None:
        raise _Refused(404, "There is no phone with this number.")
    return phone


def _number(text: object) -> str:
    if not isinstance(text, str) or not NUMBER.fullmatch(text):
        raise _Refused(400, "A number is 8 to 15 digits with the country code, as in 5565900000001.")
    return text


routes = [
    Route("/simulator/faults", list_faults),
    Route("/simulator/faults", add_fault, methods=["POST"]),
    Route("/simulator/faults", clear_faults, methods=["DELETE"]),
    Route("/simulator/health", health),
    Route("/simulator/messages", received),
    Route("/simulator/messages", write_together, methods=["POST"]),
    Route("/simulator/webhooks", posts),
    Route("/simulator/phones", list_phones),
    Route("/simulator/phones", create_phone, methods=["POST"]),
    Route("/simulator/phones/{wa_id}", transcript),
    Route("/simulator/phones/{wa_id}/messages", write, methods=["POST"]),
    Route("/simulator/phones/{wa_id}/events", events),
]
