"""The errors of Meta's Graph API, in the shape Meta gives them."""

from __future__ import annotations

import secrets
from typing import Any

INVALID_PARAMETER = 100
ACCESS_TOKEN_INVALID = 190
VALUE_NOT_VALID = 131009
OUTSIDE_WINDOW = 131047
UNKNOWN_PATH = 2500


class GraphError(Exception):
    """A request the Graph API refuses.

    Args:
        code: Meta's error code.
        message: Meta's short sentence; the code is put before it.
        details: what exactly was wrong and where, for the person who wrote the request.
        status: HTTP status of the answer.
    """

    def __init__(self, code: int, message: str, details: str, *, status: int = 400) -> None:
        super().__init__(f"(#{code}) {message}: {details}")
        self.code = code
        self.message = message
        self.details = details
        self.status = status

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        return {
            "error": {
                "message": f"(#{self.code}) {self.message}",
                "type": "OAuthException",
                "code": self.code,
                "error_data": {"messaging_product": "whatsapp", "details": self.details},
                "fbtrace_id": secrets.token_urlsafe(12),
            }
        }


def invalid_parameter(details: str) -> GraphError:
    """A parameter is missing, unknown or of the wrong kind (100)."""
    return GraphError(INVALID_PARAMETER, "Invalid parameter", details)


def value_not_valid(details: str) -> GraphError:
    """A parameter is there, but its value is outside WhatsApp's limits (131009)."""
    return GraphError(VALUE_NOT_VALID, "Parameter value is not valid", details)


def outside_window() -> GraphError:
    """Free text to someone who has not written within 24 hours (131047)."""
    return GraphError(
        OUTSIDE_WINDOW,
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    )
