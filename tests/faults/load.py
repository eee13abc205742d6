"""Citizens who all write at once, and the ledger that must balance afterwards: nothing lost, nothing said twice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from tests.system.conftest import System, eventually

TRIAGE = ("oi", "1", "novo atendimento", "cível", "moro em sinop", "sim")
"""A whole triage, which ends in the queue of a núcleo."""
TO_THE_PERSON = "posso mandar os documentos por aqui?"
"""What comes after it is a person's to answer."""
SORRY = "Desculpe, tive um problema"
"""How the office begins where the bot gave no answer."""
PATIENCE = 180.0

FIRST_NUMBER = "5565900010000"

_numbers = count(int(FIRST_NUMBER))
_PROTOCOLO = re.compile(r"\d{4}\.\d{6}-\d")
_ROWS = """
    SELECT citizens.address, messages.direction, messages.author, messages.text, messages.wamid, messages.status,
           atendimentos.holder, messages.type
    FROM messages JOIN citizens ON citizens.id = messages.citizen_id
    JOIN atendimentos ON atendimentos.id = messages.atendimento_id ORDER BY messages.id
"""


@dataclass(frozen=True)
class Row:
    """A message as the store has it."""

    citizen: str
    direction: str
    author: str
    text: str
    wamid: str | None
    status: str
    holder: str
    type: str


@dataclass
class Load:
    """Some citizens with phones of their own, and what they have written: by citizen, the wamids in order."""

    system: System
    citizens: list[str]
    written: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, system: System, citizens: int) -> "Load":
        """That many citizens nobody knows yet."""
        return cls(system, [str(next(_numbers)) for _ in range(citizens)])

    def write(self, *messages: str | dict[str, Any]) -> None:
        """Everybody writes these texts, or sends these things, one after the other and without waiting for answers."""
        with httpx.Client(base_url=self.system.phone, timeout=30.0) as client:
            for message in messages:
                for citizen in self.citizens:
                    self._write(client, citizen, message)

    def _write(self, client: httpx.Client, citizen: str, message: str | dict[str, Any]) -> None:
        body = {"text": message} if isinstance(message, str) else message
        url = f"/simulator/phones/{citizen}/messages"
        wamid = client.post(url, json=body).raise_for_status().json()["id"]
        before = self.written.setdefault(citizen, [])
        before.append(wamid)
        if isinstance(message, str) and len(before) % 3 == 0:
            # WhatsApp delivers at least once.
            again = {"id": wamid, "type": "text", "text": {"body": message}}
            client.post(url, json={"raw": again}).raise_for_status()

    def rows(self) -> list[Row]:
        """These citizens' messages, oldest first, both ways."""
        with self.system.store() as store:
            rows = [Row(*row) for row in store.execute(_ROWS)]
        ours = set(self.citizens)
        return [row for row in rows if row.citizen in ours]

    def answers(self) -> int:
        """How many messages of the bot there are."""
        return sum(row.author == "bot" for row in self.rows())

    def answered(self, share: float, each: int = len(TRIAGE)) -> None:
        """Wait until that part of all answers is there, with `each` for every citizen."""
        wanted = share * each * len(self.citizens)
        eventually(lambda: self.answers() >= wanted, f"{wanted:.0f} answers", PATIENCE)

    def taken_in(self) -> None:
        """Wait until the office has all webhooks."""
        health = f"{self.system.phone}/simulator/health"
        eventually(lambda: httpx.get(health).json()["webhook"]["waiting"] == 0, "all webhooks taken", PATIENCE)

    def settled(self) -> None:
        """Wait until all that was written is in, dealt with and answered."""
        self.taken_in()
        under_way = ("received", "pending", "sending")
        wanted = sum(map(len, self.written.values()))

        def still() -> bool:
            rows = self.rows()
            stored = sum(row.direction == "in" for row in rows)
            return stored < wanted or any(row.status in under_way for row in rows)

        eventually(lambda: not still(), f"everything at rest ({self._statuses})", PATIENCE)
        # The last statuses of what went out.
        self.taken_in()

    @property
    def _statuses(self) -> Any:
        return _Late(lambda: sorted((row.direction, row.status) for row in self.rows()))

    def phone(self, citizen: str) -> list[dict[str, Any]]:
        """What a phone shows from the office, oldest first."""
        return [message for message in self.system.transcript(citizen) if message["direction"] == "out"]


class _Late:
    """A text made when it is read: only a failure needs it."""

    def __init__(self, text: Any) -> None:
        self._text = text

    def __str__(self) -> str:
        return str(self._text())


@dataclass
class Balance:
    """The ledger of a load: what is in it is what does not balance, and who was handed to a person for a failure."""

    lost: list[str] = field(default_factory=list)
    unserved: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    handed: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, load: Load, expected: Sequence[str]) -> "Balance":
        """Compare phones and store.

        Args:
            expected: what a citizen who writes the same in peace is answered (see `masked`).
        """
        balance = cls()
        for citizen in load.citizens:
            rows = [row for row in load.rows() if row.citizen == citizen]
            balance._count_store(load.written[citizen], rows)
            balance._count_answers(citizen, rows, expected)
            balance._count_phone(rows, load.phone(citizen))
        return balance

    def check(self, doubled: int = 0, handed: int = 0, failed: int = 0) -> None:
        """That all is zero, but for what the fault of the test explains.

        Args:
            doubled: at most so many were said again, because their outcome stayed unknown.
            handed: at most so many citizens were handed to a person.
            failed: exactly so many messages failed.
        """
        print({name: len(entries) for name, entries in vars(self).items()})
        for left in (self.lost, self.unserved, self.unsent, self.missing):
            assert not left, self
        assert len(self.failed) == failed, self
        assert not self.wrong, self.wrong
        assert len(self.doubled) <= doubled, self.doubled
        assert len(self.handed) <= handed, self.handed

    def _count_store(self, written: Sequence[str], rows: Sequence[Row]) -> None:
        stored = [row.wamid for row in rows if row.direction == "in"]
        self.lost += [wamid for wamid in written if stored.count(wamid) != 1]
        self.unserved += [row.text for row in rows if row.status == "received"]
        self.unsent += [row.text for row in rows if row.status in ("pending", "sending", "waiting")]
        self.failed += [row.text for row in rows if row.status == "failed"]

    def _count_answers(self, citizen: str, rows: Sequence[Row], expected: Sequence[str]) -> None:
        said = masked([row.text for row in rows if row.author == "bot" and row.type != "template"])
        if said == list(expected):
            return
        begun = list(expected[: len(said) - 1])
        if said and said[:-1] == begun and said[-1].startswith(SORRY) and rows[-1].holder == "queue":
            self.handed.append(citizen)
        else:
            self.wrong[citizen] = said

    def _count_phone(self, rows: Sequence[Row], shown: Sequence[dict[str, Any]]) -> None:
        known = [row.wamid for row in rows if row.direction == "out" and row.status != "failed"]
        self.doubled += [message["text"] for message in shown if message["id"] not in known]
        seen = [message["id"] for message in shown if message["id"] in known]
        self.missing += [wamid for wamid in known if wamid not in seen]
        assert seen == [wamid for wamid in known if wamid in seen], "the phone shows another order"


def masked(texts: Sequence[str]) -> list[str]:
    """Texts without what differs from one citizen to the next."""
    return [_PROTOCOLO.sub("…", text) for text in texts]
