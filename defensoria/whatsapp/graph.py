"""Meta's Graph API, as far as messages go."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from defensoria.conversations.failures import FAILURES, Failure, Refusal
from defensoria.settings import Settings

_TIMEOUT = aiohttp.ClientTimeout(total=15.0, connect=5.0)
_UPLOAD_TIMEOUT = aiohttp.ClientTimeout(total=40.0, connect=5.0)
"""Shorter than a message's lease, with its sending."""
_MOST_CONNECTIONS = 64
FILE_GONE = "o arquivo não está mais guardado aqui"


@dataclass(frozen=True)
class Sent:
    """The message was taken; `wamid` is its id."""

    wamid: str


@dataclass
class _Progress:
    """How far a request came: nothing of one that was not `written` can have reached WhatsApp."""

    written: bool = False


async def _note_written(_session: aiohttp.ClientSession, context: Any, _params: Any) -> None:
    context.trace_request_ctx.written = True


class GraphClient:
    """A connection to the messages endpoint of one phone number. Made where an event loop runs.

    Args:
        base_url: Graph API address with its version, without a slash at the end.
        phone_number_id: the sender's.
        access_token: bearer token.
    """

    def __init__(self, base_url: str, phone_number_id: str, access_token: str) -> None:
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_note_written)  # type: ignore[arg-type] # aiohttp's own signature
        self._url = f"{base_url}/{phone_number_id}/messages"
        self._media_url = f"{base_url}/{phone_number_id}/media"
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_MOST_CONNECTIONS),
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=_TIMEOUT,
            trace_configs=[trace],
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> "GraphClient":
        """The client that the environment describes."""
        return cls(settings.whatsapp_graph_url, settings.whatsapp_phone_number_id, settings.whatsapp_access_token)

    async def send(
        self, address: str, address_kind: str, body: Mapping[str, Any], callback_data: str
    ) -> Sent | Refusal:
        """Send one message. Never raises for what the network or Meta do."""
        addressee = {"to": address} if address_kind == "wa_id" else {"recipient": address}
        message = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **addressee,
            **body,
            "biz_opaque_callback_data": callback_data,
        }
        progress = _Progress()
        try:
            status, retry_after, raw = await self._post(message, progress)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            failure = Failure.UNKNOWN if progress.written else Failure.PASSING
            return Refusal(f"no answer from WhatsApp ({type(error).__name__})", failure)
        answer = _read(raw)
        return _sent(answer) if status < 300 else _refused(status, answer, retry_after)

    async def upload(self, file: Path, mime_type: str) -> str | Refusal:
        """Put a file at WhatsApp's. Returns its media id. Never raises for what the network or Meta do.

        Nobody is sent anything yet: whatever fails may be tried again.
        """
        try:
            with await asyncio.to_thread(file.open, "rb") as content:
                form = aiohttp.FormData({"messaging_product": "whatsapp", "type": mime_type})
                form.add_field("file", content, filename=file.name, content_type=mime_type)
                posting = self._session.post(
                    self._media_url,
                    data=form,
                    allow_redirects=False,
                    timeout=_UPLOAD_TIMEOUT,
                    trace_request_ctx=_Progress(),
                )
                async with posting as response:
                    status, retry_after = response.status, _seconds(response.headers.get("Retry-After"))
                    answer = _read(await response.read())
        except FileNotFoundError:
            return Refusal(FILE_GONE, Failure.FINAL)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            return Refusal(f"the file could not be uploaded ({type(error).__name__})", Failure.PASSING)
        if status >= 300:
            return _refused(status, answer, retry_after)
        media_id = answer.get("id") if isinstance(answer, dict) else None
        return str(media_id) if media_id else Refusal("WhatsApp took the file without giving its id", Failure.PASSING)

    async def mark_read(self, wamid: str) -> None:
        """Show the citizen that their message was read and that an answer is being written. Best effort."""
        body = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": wamid,
            "typing_indicator": {"type": "text"},
        }
        try:
            await self._post(body, _Progress())
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            return

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def _post(self, body: Mapping[str, Any], progress: _Progress) -> tuple[int, float, bytes]:
        posting = self._session.post(self._url, json=body, allow_redirects=False, trace_request_ctx=progress)
        async with posting as response:
            return response.status, _seconds(response.headers.get("Retry-After")), await response.read()


def _seconds(retry_after: str | None) -> float:
    """The wait asked for. The header's other form, a date, is not used by Meta and counts as none."""
    return float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else 0.0


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _sent(answer: Any) -> Sent | Refusal:
    try:
        return Sent(str(answer["messages"][0]["id"]))
    except (KeyError, IndexError, TypeError):
        return Refusal("WhatsApp took the message without giving its id", Failure.UNKNOWN)


def _refused(status: int, answer: Any, retry_after: float) -> Refusal:
    error = answer.get("error") if isinstance(answer, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(error, dict) or not isinstance(code, int):
        return Refusal(f"HTTP {status} without a reason", Failure.PASSING, retry_after=retry_after)
    # A code that is not in the table holds its message: what is new at Meta's shall lose nothing here.
    failure = FAILURES.get(code, Failure.PASSING)
    data = error.get("error_data")
    details = (data.get("details") if isinstance(data, dict) else None) or error.get("message") or ""
    return Refusal(f"HTTP {status}, code {code}: {details}"[:300], failure, code, retry_after)
