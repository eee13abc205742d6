"""The Graph API's messages endpoint, `POST /{version}/{phone_number_id}/messages`."""

from __future__ import annotations

import asyncio
import hmac
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from defensoria.simulator.exchange import Exchange
from defensoria.simulator.faults import CutConnection
from defensoria.simulator.graph_errors import (
    ACCESS_TOKEN_INVALID,
    INVALID_PARAMETER,
    UNKNOWN_PATH,
    GraphError,
    invalid_parameter,
)
from defensoria.simulator.node import Node, read_json
from defensoria.simulator.outgoing import Outgoing, check_product, read_outgoing

_VERSION = re.compile(r"v\d{1,3}\.\d", re.ASCII)


async def messages(request: Request) -> Response:
    """Send a message, or mark one as read and show the typing indicator."""
    exchange: Exchange = request.app.state.exchange
    try:
        check_caller(request, exchange)
        body = Node("", _json(await request.body()))
        if body.get("status") is not None:
            return JSONResponse(_mark_read(exchange, body))
        return await _send_with_faults(exchange, body)
    except GraphError as error:
        return JSONResponse(error.body(), status_code=error.status)


def check_token(request: Request, exchange: Exchange) -> None:
    """That the caller has the business's access token.

    Raises:
        GraphError: it has not (190).
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    expected = exchange.settings.access_token
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.encode(), expected.encode()):
        raise GraphError(
            ACCESS_TOKEN_INVALID,
            "Invalid OAuth access token",
            "Send the access token of the business as 'Authorization: Bearer …'.",
            status=401,
        )


def check_caller(request: Request, exchange: Exchange) -> None:
    """That the caller has the token and names this phone number and an API version.

    Raises:
        GraphError: one of them is wrong.
    """
    check_token(request, exchange)
    if not _VERSION.fullmatch(request.path_params["version"]):
        raise GraphError(UNKNOWN_PATH, "Unknown path components", f"{request.url.path} names no API version.")
    if request.path_params["phone_number_id"] != exchange.settings.phone_number_id:
        raise GraphError(
            INVALID_PARAMETER,
            "Unsupported post request",
            f"Object with ID '{request.path_params['phone_number_id'][:40]}' does not exist: "
            f"the phone number id here is {exchange.settings.phone_number_id}.",
        )


def _json(raw: bytes) -> object:
    try:
        return read_json(raw)
    except ValueError as error:
        raise invalid_parameter(f"The request body is not JSON: {error}.") from None


async def _send_with_faults(exchange: Exchange, body: Node) -> Response:
    outgoing = read_outgoing(body)
    fault = exchange.faults.strike(outgoing.addressee)
    if fault is None:
        return JSONResponse(_send(exchange, outgoing, body))
    await asyncio.sleep(fault.delay)
    if fault.cut == "before":
        return CutConnection()
    if refusal := fault.refusal():
        return refusal
    answer = JSONResponse(_send(exchange, outgoing, body))
    return CutConnection() if fault.cut == "after" else answer


def _send(exchange: Exchange, outgoing: Outgoing, body: Node) -> dict[str, Any]:
    phone, message = exchange.from_business(outgoing, body.value)
    contact = {"input": outgoing.addressee}
    if outgoing.wa_id or not phone.hides_number:
        contact["wa_id"] = phone.wa_id
    if outgoing.user_id:
        contact["user_id"] = phone.user_id
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": message.id}]}


def _mark_read(exchange: Exchange, body: Node) -> dict[str, Any]:
    check_product(body)
    body.need("status").one_of("read")
    message_id = body.need("message_id").text(most=512)
    typing = body.get("typing_indicator")
    if typing is not None:
        typing.need("type").one_of("text")
    exchange.read_by_business(message_id, typing=typing is not None)
    return {"success": True}


routes = [Route("/{version}/{phone_number_id}/messages", messages, methods=["POST"])]
