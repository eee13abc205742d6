"""The outbox's way out: each citizen's messages one at a time and in order, tried again while the failure may pass.

Any process may run one; a lease in the store keeps two from sending the same message.
"""

import asyncio
import logging

from defensoria.conversations import outbox
from defensoria.conversations.database import Database
from defensoria.conversations.outbox import Leased
from defensoria.whatsapp.graph import GraphClient, Sent

logger = logging.getLogger(__name__)

_IDLE_SECONDS = 1.0
_AT_ONCE = 20


class Sender:
    """Sends what is due until it is cancelled."""

    def __init__(self, database: Database, graph: GraphClient) -> None:
        self._database = database
        self._graph = graph
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there is something to send now."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled. A failure of the database is logged and tried again."""
        while True:
            try:
                sent = await self.send_due()
            except Exception:
                logger.exception("The outbox could not be read or written; trying again.")
                sent = 0
            if not sent:
                await self._rest()

    async def send_due(self) -> int:
        """Send one message for each citizen who has one due. Returns how many were tried."""
        due = await self._database.run(outbox.lease_due, _AT_ONCE)
        await asyncio.gather(*(self._send(message) for message in due))
        return len(due)

    async def _send(self, message: Leased) -> None:
        result = await self._graph.send(message.address, message.address_kind, message.body, str(message.id))
        if isinstance(result, Sent):
            await self._database.run(outbox.mark_sent, message.id, result.wamid)
        elif result.passing:
            logger.warning("Message %d not taken, will be tried again: %s", message.id, result.reason)
            await self._database.run(outbox.mark_retry, message.id, result.reason)
        else:
            logger.error("Message %d refused: %s", message.id, result.reason)
            await self._database.run(outbox.mark_failed, message.id, result.reason)

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), _IDLE_SECONDS)
        except asyncio.TimeoutError:
            return
        finally:
            self._woken.clear()
