"""Faults that tests and the bench ask for: WhatsApp refuses, is slow or does not answer."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from defensoria.simulator.graph_errors import GraphError
from defensoria.simulator.incoming import InputError

CUTS = ("before", "after")


@dataclass(kw_only=True)
class Fault:
    """What happens to messages the business sends.

    Attributes:
        code: Meta's error code that is answered; None for no refusal.
        status: HTTP status of the refusal; alone, it is answered without any reason.
        retry_after: seconds in the refusal's `Retry-After`.
        delay: seconds until the message is looked at.
        cut: the connection is cut `before` the message is taken or `after`; in neither case is there an answer.
        to: the one addressee it happens to, as the request names them; empty for all.
        count: how many more messages it happens to; None for no end.
        share: part of the messages it happens to.
    """

    code: int | None = None
    status: int = 0
    retry_after: int = 0
    delay: float = 0.0
    cut: str = ""
    to: str = ""
    count: int | None = None
    share: float = 1.0

    def refusal(self) -> Response | None:
        """The answer instead of taking the message."""
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        if self.code is not None:
            error = GraphError(
                self.code, "Fault asked for", "the simulator was told to refuse", status=self.status or 400
            )
            return Response(json.dumps(error.body()), error.status, headers, "application/json")
        return Response("", self.status, headers) if self.status else None


class Faults:
    """The faults in force, the one asked for first before the others."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, body: object) -> Fault:
        """Put a fault in force.

        Args:
            body: a JSON object with members of `Fault`.

        Raises:
            InputError: it is not understood.
        """
        fault = _read(body)
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """No faults any more."""
        self._faults.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """The faults in force."""
        return [asdict(fault) for fault in self._faults]

    def strike(self, addressee: str) -> Fault | None:
        """The fault that happens to a message to `addressee`, if any; it counts as having happened."""
        for fault in self._faults:
            if fault.to in ("", addressee) and random.random() < fault.share:  # noqa: S311 - no secret
                if fault.count is not None:
                    fault.count -= 1
                    if fault.count <= 0:
                        self._faults.remove(fault)
                return fault
        return None


class CutConnection(Response):
    """No answer: the server closes the connection on an answer that it began and does not end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


_KINDS: Mapping[str, tuple[type, ...]] = {
    "code": (int,),
    "status": (int,),
    "retry_after": (int,),
    "delay": (int, float),
    "cut": (str,),
    "to": (str,),
    "count": (int,),
    "share": (int, float),
}


def _read(body: object) -> Fault:
    if not isinstance(body, dict) or not body:
        raise InputError(f"Give an object with some of: {', '.join(_KINDS)}.")
    for name, value in body.items():
        if name not in _KINDS or isinstance(value, bool) or not isinstance(value, _KINDS[name]):
            raise InputError(f"'{name}' is not understood; known are {', '.join(_KINDS)}.")
    fault = Fault(**body)
    numbers_fit = fault.delay >= 0 and 0 <= fault.share <= 1 and fault.retry_after >= 0
    if not numbers_fit or fault.status not in (0, *range(400, 600)) or fault.cut not in ("", *CUTS):
        raise InputError("'status' is 400 to 599, 'cut' before or after, 'share' 0 to 1, and nothing is negative.")
    if fault.count is not None and fault.count < 1:
        raise InputError("'count' is at least 1.")
    return fault
