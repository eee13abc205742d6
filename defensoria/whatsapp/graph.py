"""Meta's Graph API, as far as messages go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from defensoria.settings import Settings

_TIMEOUT = httpx.Timeout(15.0, connect=5.0)

FINAL_CODES = frozenset(
    {100, 131008, 131009, 131026, 131047, 131049, 131050, 131051, 131052, 131053, 131062, *range(132000, 133000)}
)
"""Meta's error codes that another try would only repeat: what this message is, or whom it is for. Any other (rates,
outages, an expired token, a blocked account) keeps the message for later. Source: WhatsApp Cloud API error codes.
"""


@dataclass(frozen=True)
class Sent:
    """The message was taken; `wamid` is its id."""

    wamid: str


@dataclass(frozen=True)
class Refused:
    """The message was not taken. `passing` failures are worth another try. `reason` holds no text and no number."""

    reason: str
    passing: bool


class GraphClient:
    """A connection to the messages endpoint of one phone number.

    Args:
        base_url: Graph API address with its version, without a slash at the end.
        phone_number_id: the sender's.
        access_token: bearer token.
    """

    def __init__(self, base_url: str, phone_number_id: str, access_token: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=f"{base_url}/{phone_number_id}",
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=_TIMEOUT,
            limits=httpx.Limits(max_keepalive_connections=20, max_connections=40),
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> "GraphClient":
        """The client that the environment describes."""
        return cls(settings.whatsapp_graph_url, settings.whatsapp_phone_number_id, settings.whatsapp_access_token)

    async def send(
        self, address: str, address_kind: str, body: Mapping[str, Any], callback_data: str
    ) -> Sent | Refused:
        """Send one message. Never raises for what the network or Meta do."""
        addressee = {"to": address} if address_kind == "wa_id" else {"recipient": address}
        message = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **addressee,
            **body,
            "biz_opaque_callback_data": callback_data,
        }
        try:
            response = await self._client.post("/messages", json=message)
            answer = response.json()
        except httpx.HTTPError as error:
            return Refused(f"no answer from WhatsApp ({type(error).__name__})", passing=True)
        except ValueError:
            return Refused(f"WhatsApp answered {response.status_code} without JSON", passing=True)
        if response.is_success:
            return _sent(answer)
        return _refused(response.status_code, answer)

    async def mark_read(self, wamid: str) -> None:
        """Show the citizen that their message was read and that an answer is being written. Best effort."""
        body = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": wamid,
            "typing_indicator": {"type": "text"},
        }
        try:
            await self._client.post("/messages", json=body)
        except httpx.HTTPError:
            return

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _sent(answer: Any) -> Sent | Refused:
    try:
        return Sent(str(answer["messages"][0]["id"]))
    except (KeyError, IndexError, TypeError):
        return Refused("WhatsApp took the message without giving its id", passing=False)


def _refused(status: int, answer: Any) -> Refused:
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return Refused(f"HTTP {status} without a reason", passing=True)
    code = error.get("code")
    details = (error.get("error_data") or {}).get("details") or error.get("message") or ""
    return Refused(f"HTTP {status}, code {code}: {details}"[:300], passing=code not in FINAL_CODES)
