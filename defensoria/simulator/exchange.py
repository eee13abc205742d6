"""WhatsApp in the middle: takes what either side sends, keeps it in the chat and tells the other side."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from defensoria.simulator.faults import Faults
from defensoria.simulator.graph_errors import invalid_parameter, outside_window, value_not_valid
from defensoria.simulator.incoming import content_of, read_input
from defensoria.simulator.journal import Journal
from defensoria.simulator.outgoing import Outgoing
from defensoria.simulator.payloads import BUSINESS_NUMBER, complete, inbound, status
from defensoria.simulator.phones import Direction, Message, Phone, Phones, Status, new_wamid
from defensoria.simulator.samples import Uploads
from defensoria.simulator.settings import ReadReceipts, SimulatorSettings
from defensoria.simulator.webhooks import BacklogFull, WebhookSender

logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=24)
TYPING = timedelta(seconds=25)
REPEATED_AFTER = 1.0
"""Seconds between two posts of the same webhook that was to be posted several times."""


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(timezone.utc)


class Exchange:
    """Carries messages between the phones and the business's webhook."""

    def __init__(
        self,
        settings: SimulatorSettings,
        webhooks: WebhookSender,
        phones: Phones | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.settings = settings
        self.webhooks = webhooks
        self.phones = phones if phones is not None else Phones()
        self.now = now
        self.faults = Faults()
        self.received = Journal[tuple[str, Message]]()
        """What the business sent to all phones together."""
        self.uploads = Uploads()
        self._following: set[asyncio.Task[None]] = set()

    def from_phone(self, phone: Phone, body: object) -> Message:
        """Send what a person did on a phone (see `read_input`) to the business.

        Raises:
            InputError: the body is not understood.
            BacklogFull: the business has not accepted webhooks for too long.
        """
        message = self._written(phone, body)
        self._deliver(f"from {phone.wa_id}", [(phone, message)])
        self._record(phone, message)
        return message

    def from_phones(
        self, bodies: Sequence[tuple[Phone, object]], *, times: int = 1, delay: float = 0.0
    ) -> list[Message]:
        """Send what several people did, or one person did several times, in one webhook: others may overtake it.

        Args:
            times: how often it is posted; Meta posts again what it takes for not acknowledged.
            delay: seconds before it is posted.

        Raises:
            InputError: a body is not understood; then nothing is sent.
        """
        messages = [(phone, self._written(phone, body)) for phone, body in bodies]
        for phone, message in messages:
            self._record(phone, message)
        for number in range(times):
            self._start(self._deliver_later(messages, delay + number * REPEATED_AFTER))
        return [message for _, message in messages]

    async def _deliver_later(self, messages: Sequence[tuple[Phone, Message]], delay: float) -> None:
        await asyncio.sleep(delay)
        try:
            self._deliver(f"batch {new_wamid()}", messages)
        except BacklogFull as error:
            logger.warning("messages dropped: %s", error)

    def _deliver(self, lane: str, messages: Sequence[tuple[Phone, Message]]) -> None:
        def accepted() -> None:
            for phone, message in messages:
                self._advance(phone, message, Status.DELIVERED)

        items = [(phone, message.payload) for phone, message in messages]
        self.webhooks.send(lane, inbound(items, phone_number_id=self.settings.phone_number_id), accepted)

    def _record(self, phone: Phone, message: Message) -> None:
        phone.last_inbound_at = message.at
        self.phones.record(phone, message)

    def _written(self, phone: Phone, body: object) -> Message:
        at = self.now()
        item = complete(phone, read_input(body, business_number=BUSINESS_NUMBER), wamid=new_wamid(), at=at)
        context = item.get("context")
        return Message(
            id=str(item.get("id") or new_wamid()),
            direction=Direction.IN,
            content=content_of(item),
            at=at,
            payload=item,
            context_id=str(context.get("id", "")) if isinstance(context, dict) else "",
            status=Status.SENT,
        )

    def from_business(self, outgoing: Outgoing, payload: object) -> tuple[Phone, Message]:
        """Put a message of the business on the addressee's phone and start reporting its statuses.

        Raises:
            GraphError: nobody has that user id, or the 24 hours are over.
        """
        phone = self._addressee(outgoing)
        at = self.now()
        message = Message(
            id=new_wamid(),
            direction=Direction.OUT,
            content=outgoing.content,
            at=at,
            payload=payload,
            context_id=outgoing.context_id,
            callback_data=outgoing.callback_data,
        )
        phone.typing_until = None
        self.phones.record(phone, message)
        self.received.append((phone.wa_id, message))
        self._start(self._follow(phone, message))
        return phone, message

    def read_by_business(self, wamid: str, *, typing: bool) -> None:
        """Mark a person's message, and those before it, as read; show that the business is typing.

        Raises:
            GraphError: no person wrote such a message.
        """
        phone = self.phones.with_message(wamid)
        if phone is None or phone.messages[wamid].direction is not Direction.IN:
            raise invalid_parameter("message_id is not the id of a message received by this phone number.")
        at = self.now()
        for message in list(phone.messages.values()):
            if message.direction is Direction.IN:
                self._advance(phone, message, Status.READ)
            if message.id == wamid:
                break
        if typing:
            phone.typing_until = at + TYPING
            phone.touch()

    def opened(self, phone: Phone) -> None:
        """The person looks at the chat: what was delivered is now read."""
        for message in list(phone.messages.values()):
            if message.direction is Direction.OUT and message.status is Status.DELIVERED:
                self._report_read(phone, message)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def aclose(self) -> None:
        """Stop reporting statuses and what is still to be delivered."""
        for task in self._following:
            task.cancel()
        await asyncio.gather(*self._following, return_exceptions=True)

    def _addressee(self, outgoing: Outgoing) -> Phone:
        if outgoing.user_id:
            phone = self.phones.with_user_id(outgoing.user_id)
            if phone is None:
                raise value_not_valid("recipient is not the user id of anyone known to this business.")
        else:
            phone = self.phones.get(outgoing.wa_id)
        last = phone.last_inbound_at if phone is not None else None
        if outgoing.free_form and (last is None or self.now() - last > WINDOW):
            raise outside_window()
        return phone if phone is not None else self.phones.create(outgoing.wa_id)

    async def _follow(self, phone: Phone, message: Message) -> None:
        for reached in (Status.SENT, Status.DELIVERED):
            await asyncio.sleep(self.settings.status_delay)
            self._advance(phone, message, reached)
        self._report_read(phone, message)

    def _report_read(self, phone: Phone, message: Message) -> None:
        receipts = self.settings.read_receipts
        if receipts is ReadReceipts.ALWAYS or (receipts is ReadReceipts.OPEN and phone.watchers):
            self._advance(phone, message, Status.READ)

    def _advance(self, phone: Phone, message: Message, reached: Status) -> None:
        at = self.now()
        if not phone.advance(message, reached, at) or message.direction is Direction.IN:
            return
        report = status(phone, message, reached, at, phone_number_id=self.settings.phone_number_id)
        try:
            self.webhooks.send(f"status {message.id}", report)
        except BacklogFull as error:
            logger.warning("status dropped: %s", error)
