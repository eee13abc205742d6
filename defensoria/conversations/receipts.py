"""What becomes of a message that went: WhatsApp takes it, refuses it, says how far it came, or is not heard of."""

import logging
import random
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from defensoria.clock import utc_now
from defensoria.conversations import failures, sending
from defensoria.conversations.events import Whose, record
from defensoria.conversations.failures import Failure, Refusal
from defensoria.conversations.models import BOT_AUTHOR, Atendimento, Direction, Message, Status
from defensoria.conversations.outbox import TEMPLATE, UNHEARD, UNSENT, WINDOW_CLOSED, enqueue, invitation, invited

logger = logging.getLogger(__name__)

OUTCOME_UNKNOWN = "o WhatsApp não confirmou, e não se sabe se esta mensagem chegou"
INVITATION_FAILED = "o convite para a pessoa voltar a escrever não pôde ser enviado"

_MESSAGE_ID = re.compile(r"[0-9]{1,9}")
_GRACE = {True: timedelta(seconds=60), False: timedelta(minutes=3)}
"""How long a status may prove a message of the bot's (True) or a person's that was sent without an answer."""
_FIRST_WAIT_SECONDS = 2.0
_LONGEST_WAIT_SECONDS = 300.0
_RECIPIENT_SECONDS = 6.0
_MOST_ATTEMPTS = 500
"""Some 20 hours of the longest waits: what has not gone by then is outside the window or nobody waits for it."""

_PROGRESS = {
    Status.WAITING.value: 0,
    Status.PENDING.value: 0,
    Status.SENDING.value: 1,
    Status.SENT.value: 2,
    Status.DELIVERED.value: 3,
    Status.READ.value: 4,
    "played": 4,
}
_STATUS = {progress: status for status, progress in _PROGRESS.items() if status in set(Status)}

# Written out once: to put one of these together takes longer than to run it.
_MESSAGES, _ATENDIMENTOS = Message.__table__, Atendimento.__table__
_WAITING = (
    select(Message)
    .where(
        Message.citizen_id == bindparam("citizen_id"),
        Message.direction == Direction.OUT.value,
        Message.status == Status.WAITING.value,
    )
    .order_by(Message.id)
    .with_for_update()
)
_ANY_WAITING = (
    select(_MESSAGES.c.id)
    .where(
        _MESSAGES.c.direction == Direction.OUT.value,
        _MESSAGES.c.status == Status.WAITING.value,
        _MESSAGES.c.citizen_id == bindparam("citizen_id"),
    )
    .limit(1)
)
_OURS = (
    select(Message)
    .where(Message.wamid == bindparam("wamid"), Message.direction == Direction.OUT.value)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_STANDS = select(
    _MESSAGES.c.id,
    _MESSAGES.c.status,
    _MESSAGES.c.wamid,
    _MESSAGES.c.author,
    _MESSAGES.c.atendimento_id,
    _ATENDIMENTOS.c.nucleo,
).join_from(_MESSAGES, _ATENDIMENTOS, _ATENDIMENTOS.c.id == _MESSAGES.c.atendimento_id)
_STANDS_BY_WAMID = _STANDS.where(_MESSAGES.c.wamid == bindparam("wamid"), _MESSAGES.c.direction == Direction.OUT.value)
_STANDS_BY_ID = _STANDS.where(_MESSAGES.c.id == bindparam("message_id"))
_AS_SEEN = update(_MESSAGES).where(
    _MESSAGES.c.id == bindparam("message_id"), _MESSAGES.c.status == bindparam("status_before")
)
_REACHES = _AS_SEEN.values(
    status=bindparam("status_after"), wamid=bindparam("wamid_after"), lease_until=None, error=None
)
_COSTS = update(_MESSAGES).where(_MESSAGES.c.id == bindparam("message_id")).values(pricing=bindparam("price"))
_BY_ID = (
    select(Message)
    .where(Message.id == bindparam("message_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_WHOSE = select(_ATENDIMENTOS.c.id, _ATENDIMENTOS.c.nucleo).where(_ATENDIMENTOS.c.id == bindparam("atendimento_id"))
_UNHEARD = select(Message).where(*UNHEARD).with_for_update(skip_locked=True)


def mark_sent(session: Session, message_id: int, wamid: str) -> None:
    """Note that WhatsApp took the message. A status that came earlier than this is not set back."""
    sending.probe_passed(session, message_id)
    stands = session.execute(_STANDS_BY_ID, {"message_id": message_id}).one()
    first = stands.status == Status.SENDING.value and stands.wamid is None
    if first and _reaches(session, stands, Status.SENT.value, wamid):
        return
    message = _locked(session, message_id)
    if message.wamid == wamid:
        return
    given_up = _given_up(message)
    message.wamid = wamid
    message.lease_until = None
    if message.status in UNSENT or given_up:
        message.error = None
        _set_status(session, message, Status.SENT.value)


def mark_refused(session: Session, message_id: int, refusal: Refusal) -> None:
    """Note that WhatsApp did not take the message, and do what its error table says.

    Where a status says that WhatsApp has the message, that counts.
    """
    message = _locked(session, message_id)
    if message.status in UNSENT:
        _refuse(session, message, refusal)


def put_back(session: Session, message_id: int, seconds: float = 0.0) -> None:
    """Take a lease back as if it had not been: the message was not tried. It is due again after `seconds`."""
    message = _locked(session, message_id)
    if message.status in UNSENT:
        _put_back(message, seconds)


def resend(session: Session, message_id: int) -> bool:
    """Send a failed message once more, with all attempts before it. False when it is no failed message of ours."""
    message = _locked(session, message_id)
    failed = Status.FAILED.value
    if message is None or message.direction != Direction.OUT.value or message.status != failed:
        return False
    message.attempts = 0
    message.error = message.not_before = message.lease_until = message.resent_at = None
    _set_status(session, message, Status.PENDING.value)
    return True


def release_waiting(session: Session, citizen_id: int) -> None:
    """Let go, in order, what waited for the citizen to write again."""
    if not session.scalar(_ANY_WAITING, {"citizen_id": citizen_id}):
        return
    for message in session.scalars(_WAITING, {"citizen_id": citizen_id}).all():
        message.error = message.not_before = None
        _set_status(session, message, Status.PENDING.value)


def apply_status(
    session: Session,
    wamid: str,
    callback_data: str | None,
    status: str,
    error: str | None,
    pricing: Mapping[str, Any] | None = None,
) -> bool:
    """Take a status from WhatsApp. Statuses only move forward, except that `failed` may come after `sent`.

    `failed` is dealt with as a refusal of the same code is. A message that we gave up ourselves may prove to have come.

    Returns:
        False when no message of ours is meant.
    """
    if status != Status.FAILED.value and _goes_on(session, wamid, status, pricing):
        return True
    message = _meant(session, wamid, callback_data)
    if message is None:
        return False
    given_up = _given_up(message)
    # Of an attempt before the present one, WhatsApp may repeat that it failed.
    failing = (Status.SENT.value,) if message.wamid == wamid else (Status.SENT.value, Status.SENDING.value)
    message.wamid = wamid
    message.pricing = pricing or message.pricing
    if status == Status.FAILED.value:
        if message.status in failing:
            _refuse(session, message, failures.from_status(error))
        return True
    reached = _PROGRESS.get(status, _PROGRESS[Status.SENT.value])
    if given_up or reached > _PROGRESS.get(message.status, 99):
        message.lease_until = message.error = None
        _set_status(session, message, _STATUS[reached])
    return True


def settle_unheard(session: Session) -> None:
    """Decide about what perhaps reached WhatsApp, once no status is to be expected any more.

    The bot's words are sent a second time: a question read twice does less harm than silence. A person's words are
    the person's to send again.
    """
    for message in session.scalars(_UNHEARD, {"now": utc_now()}).all():
        logger.warning("Message %d was sent and nothing was heard of it.", message.id)
        if message.author == BOT_AUTHOR and message.resent_at is None:
            message.resent_at = utc_now()
            message.status, message.lease_until, message.not_before = Status.PENDING.value, None, None
        else:
            _fail(session, message, OUTCOME_UNKNOWN)


def _goes_on(session: Session, wamid: str, status: str, pricing: Mapping[str, Any] | None) -> bool:
    """Take a status that tells how far a message known by its wamid has come, as nearly all do; else do nothing."""
    stands = session.execute(_STANDS_BY_WAMID, {"wamid": wamid}).first()
    if stands is None:
        return False
    reached = _PROGRESS.get(status, _PROGRESS[Status.SENT.value])
    if reached > _PROGRESS.get(stands.status, 99) and not _reaches(session, stands, _STATUS[reached], wamid):
        return False
    if pricing:
        session.execute(_COSTS, {"message_id": stands.id, "price": pricing})
    return True


def _reaches(session: Session, stands: Row, status: str, wamid: str) -> bool:
    """Note that a message has reached `status`. False where another process changed it since it was read."""
    seen = {"message_id": stands.id, "status_before": stands.status}
    if session.execute(_REACHES, {**seen, "status_after": status, "wamid_after": wamid}).rowcount != 1:
        return False
    whose = Whose(stands.atendimento_id, stands.nucleo)
    record(session, whose, "status", stands.author, message_id=stands.id, status=status)
    return True


def _meant(session: Session, wamid: str, callback_data: str | None) -> Message | None:
    """The message of ours that a status is about: the one with its wamid, else the one we named to WhatsApp."""
    message: Message | None = session.scalar(_OURS, {"wamid": wamid})
    if message is not None or not callback_data or not _MESSAGE_ID.fullmatch(callback_data):
        return message
    message = _locked(session, int(callback_data))
    if message is None or message.direction != Direction.OUT.value:
        return None
    # A second attempt has a wamid of its own, which may be heard of here first.
    known = message.wamid is not None and message.status != Status.SENDING.value
    return None if known else message


def _given_up(message: Message) -> bool:
    """Whether it was not WhatsApp that said the message has failed."""
    return message.status == Status.FAILED.value and message.wamid is None


def _refuse(session: Session, message: Message, refusal: Refusal) -> None:
    failure, reason = refusal.failure, refusal.reason
    level = logging.ERROR if failure is Failure.OURS else logging.WARNING
    logger.log(level, "Message %d not taken (%s): %s", message.id, failure.value, reason)
    match failure:
        case Failure.PASSING:
            _retry(session, message, reason, refusal.retry_after)
        case Failure.RECIPIENT:
            _retry(session, message, reason, max(refusal.retry_after, _RECIPIENT_SECONDS))
        case Failure.STOP | Failure.HOLD:
            sending.stop(session, refusal.code, reason, failure is Failure.HOLD, message.id)
            _put_back(message)
        case Failure.UNKNOWN:
            message.error = reason
            message.lease_until = utc_now() + _GRACE[message.author == BOT_AUTHOR]
        case Failure.WINDOW:
            sending.probe_passed(session, message.id)
            _wait_for_citizen(session, message)
        case Failure.FINAL | Failure.OURS:
            sending.probe_passed(session, message.id)
            _fail(session, message, reason)


def _retry(session: Session, message: Message, error: str, retry_after: float) -> None:
    if message.attempts >= _MOST_ATTEMPTS:
        _fail(session, message, error)
        return
    longest = min(_FIRST_WAIT_SECONDS * 2.0 ** max(message.attempts - 1, 0), _LONGEST_WAIT_SECONDS)
    # The whole wait is left to chance, so that what failed together does not come back together.
    wait = max(random.uniform(0, longest), retry_after)  # noqa: S311 - no secret
    message.status = Status.PENDING.value
    message.lease_until = None
    message.not_before = utc_now() + timedelta(seconds=wait)
    message.error = error


def _put_back(message: Message, seconds: float = 0.0) -> None:
    message.status = Status.PENDING.value
    message.lease_until = None
    message.not_before = utc_now() + timedelta(seconds=seconds) if seconds else None
    message.attempts = max(message.attempts - 1, 0)


def _fail(session: Session, message: Message, error: str) -> None:
    message.lease_until = None
    message.error = error
    _set_status(session, message, Status.FAILED.value)
    if message.type == TEMPLATE:
        _fail_waiting(session, message.citizen_id)


def _fail_waiting(session: Session, citizen_id: int) -> None:
    for message in session.scalars(_WAITING, {"citizen_id": citizen_id}).all():
        _fail(session, message, INVITATION_FAILED)


def _wait_for_citizen(session: Session, message: Message) -> None:
    template = invitation()
    if template is None or message.type == TEMPLATE:
        _fail(session, message, WINDOW_CLOSED)
        return
    message.lease_until = None
    _set_status(session, message, Status.WAITING.value)
    if not invited(session, message.citizen_id):
        enqueue(session, session.get(Atendimento, message.atendimento_id), message.author, template)


def _locked(session: Session, message_id: int) -> Message:
    """The message as it is now; other transactions that note how it went wait for this one."""
    message: Message = session.scalar(_BY_ID, {"message_id": message_id})
    return message


def _set_status(session: Session, message: Message, status: str) -> None:
    message.status = status
    whose = session.execute(_WHOSE, {"atendimento_id": message.atendimento_id}).one()
    record(session, whose, "status", message.author, message_id=message.id, status=status)
