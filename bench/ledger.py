"""What became of every message: that none is lost, none is answered twice and none is left without its answer."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from defensoria.conversations.contents import is_sign
from defensoria.conversations.models import Atendimento, AtendimentoEvent, Delivery, Direction, Holder, Message, Status

_UNSENT = {Status.PENDING.value, Status.SENDING.value, Status.WAITING.value}


@dataclass(frozen=True)
class Stored:
    """A citizen's message as the store has it.

    Attributes:
        person: whether its conversation waits for a person, is a person's, or was: then the answer is theirs to give.
        needless: whether it asks for no answer: a reaction, or a mere sign after the closing.
        answers: the messages out that answer it, as (id, text), oldest first.
    """

    wamid: str
    status: str
    person: bool
    needless: bool
    answers: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Ledger:
    """Counts of messages. Those from `lost` on are faults: it balances when all of them are 0."""

    written: int
    answered: int
    without_need: int
    persons: int
    answers: int
    lost: int
    unprocessed: int
    unanswered: int
    doubled: int
    failed: int
    unsent: int
    not_arrived: int
    arrived_twice: int

    @property
    def faults(self) -> dict[str, int]:
        """The counts that must be 0, by name."""
        names = [field.name for field in fields(self)]
        return {name: getattr(self, name) for name in names[names.index("lost") :]}

    @property
    def balances(self) -> bool:
        """Whether every message was dealt with once, and every answer arrived once."""
        dealt_with = self.answered + self.without_need + self.persons
        return not any(self.faults.values()) and dealt_with == self.written


def balance(
    written: Collection[str], stored: Iterable[Stored], sent: Mapping[int, str], arrived: Iterable[int | None]
) -> Ledger:
    """Draw up the ledger.

    Args:
        written: the wamids of what people wrote.
        stored: what the store has of them.
        sent: id → status of the messages out that answer them.
        arrived: the ids of the messages out that reached a phone, once for each time.
    """
    known = {message.wamid: message for message in stored}
    ours = [known[wamid] for wamid in written if wamid in known]
    arrivals = Counter(arrived)
    taken = [number for number, status in sent.items() if status not in _UNSENT | {Status.FAILED.value}]
    silent = [m for m in ours if not m.answers and m.status != Status.RECEIVED.value]
    return Ledger(
        written=len(written),
        answered=sum(bool(m.answers) for m in ours),
        without_need=sum(m.needless for m in silent),
        persons=sum(m.person and not m.needless for m in silent),
        answers=len(sent),
        lost=len(written) - len(ours),
        unprocessed=sum(m.status == Status.RECEIVED.value for m in ours),
        unanswered=sum(not m.person and not m.needless for m in silent),
        doubled=sum(_is_doubled(m) for m in ours),
        failed=sum(status == Status.FAILED.value for status in sent.values()),
        unsent=sum(status in _UNSENT for status in sent.values()),
        not_arrived=sum(arrivals[number] == 0 for number in taken),
        arrived_twice=sum(arrivals[number] > 1 for number in sent),
    )


def _is_doubled(message: Stored) -> bool:
    # One turn may say several things, and never the same twice.
    texts = [text for _, text in message.answers]
    return len(set(texts)) < len(texts)


def read_store(session: Session, written: Collection[str]) -> tuple[list[Stored], dict[int, str]]:
    """What the store has of these messages, and the statuses of the messages out that answer them, by id."""
    # Before the messages themselves: while people write, an answer that is found later must not be missed here.
    answers = _answers(session)
    said = {
        row.id: row
        for row in session.execute(
            select(Message.id, Message.text, Message.status).where(Message.direction == Direction.OUT.value)
        )
    }
    rows = session.execute(
        select(Message.id, Message.wamid, Message.status, Message.type, Message.text, Message.stored_at, Atendimento)
        .join(Atendimento, Atendimento.id == Message.atendimento_id)
        .where(Message.direction == Direction.IN.value)
    )
    mine = [row for row in rows if row.wamid in written]
    stored = [
        Stored(
            wamid=row.wamid,
            status=row.status,
            person=_is_a_persons(row.Atendimento),
            needless=row.type == "reaction" or _is_last_sign(row),
            answers=tuple((number, said[number].text) for number in answers[row.id]),
        )
        for row in mine
    ]
    return stored, {number: said[number].status for row in mine for number in answers[row.id]}


def unsettled(session: Session) -> int:
    """How many messages are still to be served or sent, and deliveries to be read."""
    waiting = {Status.RECEIVED.value, Status.PENDING.value, Status.SENDING.value}
    messages = session.scalars(select(Message.id).where(Message.status.in_(waiting))).all()
    return len(messages) + len(session.scalars(select(Delivery.id)).all())


def _answers(session: Session) -> Mapping[int, list[int]]:
    """The ids of the messages out by the id of the message in they answer, oldest first."""
    answers = defaultdict(list)
    events = select(AtendimentoEvent.data).where(AtendimentoEvent.kind == "message_out").order_by(AtendimentoEvent.id)
    for data in session.scalars(events):
        if data and "answers" in data:
            answers[data["answers"]].append(data["message_id"])
    return answers


def _is_last_sign(row: Row) -> bool:
    """Whether hands or hearts came after the closing; before it they are owed an answer, as a file always is."""
    closed_at = row.Atendimento.closed_at
    return row.type == "text" and closed_at is not None and row.stored_at > closed_at and is_sign(row.text)


def _is_a_persons(atendimento: Atendimento) -> bool:
    queued = atendimento.queued_at or atendimento.queue_from
    return bool(queued) or atendimento.holder in (Holder.QUEUE.value, Holder.HUMAN.value)
