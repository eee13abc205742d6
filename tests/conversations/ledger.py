"""Everything the store holds at one moment, and what may have become of it by the next."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from defensoria.conversations.models import (
    BOT_AUTHOR,
    Atendimento,
    CitizenAlias,
    Direction,
    Holder,
    Message,
    Status,
)

UNSENT = {Status.PENDING.value, Status.SENDING.value}
FOLLOWING = {
    Status.RECEIVED.value: {Status.RECEIVED, Status.PROCESSED},
    Status.PROCESSED.value: {Status.PROCESSED},
    **dict.fromkeys(UNSENT, set(Status) - {Status.RECEIVED, Status.PROCESSED}),
    Status.SENT.value: {Status.SENT, Status.DELIVERED, Status.READ, Status.FAILED},
    Status.DELIVERED.value: {Status.DELIVERED, Status.READ},
    Status.READ.value: {Status.READ},
    Status.FAILED.value: {Status.FAILED},
}
"""Which statuses a message may have at the next moment, by the one it has now.

What we gave up ourselves may prove to have arrived.
"""

_STAGES = [stage.value for stage in Holder]
_OF_ATENDIMENTOS = [
    getattr(Atendimento, name)
    for name in (
        "id",
        "citizen_id",
        "holder",
        "epoch",
        "attendant_id",
        "outcome",
        "queued_at",
        "queue_from",
        "closed_at",
    )
]
_OF_MESSAGES = [
    getattr(Message, name)
    for name in ("id", "atendimento_id", "citizen_id", "direction", "author", "text", "wamid", "status", "epoch")
]


@dataclass(frozen=True)
class Ledger:
    """The store's rows by id, oldest first, and who is known by which identity."""

    atendimentos: Mapping[int, Any]
    messages: Mapping[int, Any]
    aliases: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, session: Session) -> "Ledger":
        """What there is now."""
        atendimentos, messages = (
            {row.id: row for row in session.execute(select(*columns).order_by(columns[0]))}
            for columns in (_OF_ATENDIMENTOS, _OF_MESSAGES)
        )
        aliases = session.execute(select(CitizenAlias.kind, CitizenAlias.value, CitizenAlias.citizen_id))
        return cls(atendimentos, messages, {(kind, value): citizen_id for kind, value, citizen_id in aliases})

    def going(self, direction: Direction) -> list[Any]:
        """The messages of one direction."""
        return [row for row in self.messages.values() if row.direction == direction.value]

    def unserved(self) -> list[Any]:
        """The citizens' messages that nobody has dealt with."""
        return [row for row in self.going(Direction.IN) if row.status == Status.RECEIVED.value]

    def unsent(self) -> list[Any]:
        """The messages that WhatsApp has not taken or refused yet, as far as is known."""
        return [row for row in self.going(Direction.OUT) if row.status in UNSENT]

    def transcript(self, atendimento_id: int) -> list[int]:
        """The ids of an atendimento's messages."""
        return [row.id for row in self.messages.values() if row.atendimento_id == atendimento_id]

    def bot_words(self, atendimento_id: int) -> list[Any]:
        """What the bot said in an atendimento."""
        transcript = map(self.messages.__getitem__, self.transcript(atendimento_id))
        return [row for row in transcript if row.author == BOT_AUTHOR]

    def check(self, answered: Counter[int], winners: Mapping[int, int]) -> None:
        """That each message is stored and dealt with once, and each conversation is in one pair of hands.

        Args:
            answered: how many turns of the bot were kept, by message.
            winners: which user took a conversation, by atendimento.
        """
        wamids = [row.wamid for row in self.going(Direction.IN)]
        assert len(wamids) == len(set(wamids)), "a message is stored twice"
        for message in self.going(Direction.IN):
            self._check_dealt_with(message, answered[message.id])
        rows = self.atendimentos.values()
        still_open = [row.citizen_id for row in rows if row.holder != Holder.CLOSED.value]
        assert len(still_open) == len(set(still_open)), "a citizen has two open atendimentos"
        for row in rows:
            self._check_hands(row, winners.get(row.id))

    def check_after(self, before: "Ledger") -> None:
        """That everything there was has become something it may become."""
        assert before.aliases.items() <= self.aliases.items(), "two people became one"
        for message in before.messages.values():
            now = self.messages[message.id]
            proved = message.status == Status.FAILED.value and message.wamid is None and now.wamid is not None
            assert proved or now.status in FOLLOWING[message.status], "a status went back"
            assert (now.citizen_id, now.text) == (message.citizen_id, message.text)
        for atendimento in before.atendimentos.values():
            self._check_turns_of_holders(atendimento, before)
            self._check_transcript(atendimento.id, before)

    def _check_dealt_with(self, message: Any, answers: int) -> None:
        atendimento = self.atendimentos[message.atendimento_id]
        if message.status == Status.RECEIVED.value:
            assert answers == 0, "a message is answered and not done"
        elif atendimento.queued_at or atendimento.queue_from:
            assert answers <= 1, "a message is answered twice"
        else:
            assert answers == 1, "a message is done and neither bot nor person had it"

    def _check_hands(self, row: Any, winner: int | None) -> None:
        assert row.attendant_id == winner
        assert (row.closed_at is not None) == (row.holder == Holder.CLOSED.value)
        if row.holder != Holder.CLOSED.value:
            assert (winner is not None) == (row.holder == Holder.HUMAN.value)
        if winner is not None:
            claimed = row.epoch - (row.holder == Holder.CLOSED.value)
            assert all(said.epoch < claimed for said in self.bot_words(row.id)), "bot words of a person's epoch"

    def _check_turns_of_holders(self, seen: Any, before: "Ledger") -> None:
        row = self.atendimentos[seen.id]
        assert _STAGES.index(row.holder) >= _STAGES.index(seen.holder), "a holder's turn came back"
        assert (row.epoch > seen.epoch) == (row.holder != seen.holder), "a turn without its epoch"
        if seen.holder == Holder.CLOSED.value:
            assert row == seen, "what was closed has changed"
        if seen.holder != Holder.BOT.value:
            assert len(self.bot_words(seen.id)) == len(before.bot_words(seen.id)), "the bot spoke out of its turn"

    def _check_transcript(self, atendimento_id: int, before: "Ledger") -> None:
        was, now = before.transcript(atendimento_id), self.transcript(atendimento_id)
        assert all(new > max(was, default=0) for new in set(now) - set(was)), "a message came in between older ones"
        gone = [before.messages[i] for i in set(was) - set(now)]
        # What nobody had dealt with when a conversation was closed goes on in the next.
        assert not gone or self.atendimentos[atendimento_id].holder == Holder.CLOSED.value
        assert all(message.status == Status.RECEIVED.value for message in gone)
