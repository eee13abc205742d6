"""`python -m bench.attendants`: many attendants at the desk at once, each with a page open, while citizens write.

Every browser follows its stream and fetches its page again as the page's script would. Beside that, pages are opened
at random instants: their times, from the instant intended, are the figure.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import aiohttp
import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.figures import machine, percentiles
from bench.system import difference, free_port, usage_of
from defensoria.clock import utc_now
from defensoria.conversations import holder, inbox, schema, users
from defensoria.conversations.contents import Text
from defensoria.conversations.database import Database
from defensoria.conversations.holder import BotTurn
from defensoria.conversations.inbox import InboundMessage
from defensoria.conversations.models import (
    BOT_AUTHOR,
    CITIZEN_AUTHOR,
    Atendimento,
    Direction,
    Message,
    Outcome,
    Role,
    Status,
    User,
    UserNucleo,
)
from defensoria.office.facts import office_facts
from defensoria.settings import ROOT, settings

_PER_NUCLEO = 20
_WAITING = 10
_REST_SECONDS = 0.6
"""How long a page's script rests between two fetches."""
_LIST_KINDS = ("queued", "claimed", "closed", "transferred", "taken_over")
_AT_THE_QUEUE = 4
"""One of so many has the queue's page open, the others a conversation."""
_SAID_BEFORE = 20
"""Messages of each conversation before it is handed over."""
_START_SECONDS = 60.0
_WARM_UP_SECONDS = 10.0
"""For all who sit down at once to have their first page."""

_numbers = count(1)


@dataclass
class Attendant:
    """One browser: its cookie, its núcleo, the user's conversation, the page it has open, and what it saw."""

    cookie: str
    nucleo: str
    protocolo: str
    citizen: str
    at_the_queue: bool
    changes: int = 0
    fetches: list[float] = field(default_factory=list)

    @property
    def page(self) -> str:
        """The address of the page that is open."""
        return "/" if self.at_the_queue else f"/atendimentos/{self.protocolo}"


@dataclass
class Measured:
    """Seconds that pages took which were opened at instants fixed beforehand, and what went wrong."""

    opened: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)


def fill(database: Database, attendants: int) -> list[Attendant]:
    """People of some núcleos, each with one conversation taken, and a queue in every núcleo."""
    nucleos = sorted(office_facts().nucleos)[: -(-attendants // _PER_NUCLEO)]
    made = []
    for number in range(attendants):
        nucleo = nucleos[number // _PER_NUCLEO]
        with database.transaction() as session:
            user = _person(number, nucleo)
            session.add(user)
            session.flush()
            citizen, atendimento = _handed_over(session, nucleo)
            holder.claim(session, atendimento.id, user)
            token, _ = users.start_session(session, user)
            made.append(Attendant(token, nucleo, atendimento.protocolo, citizen, number % _AT_THE_QUEUE == 0))
    for nucleo in nucleos:
        for _ in range(_WAITING):
            with database.transaction() as session:
                _handed_over(session, nucleo)
    return made


def _person(number: int, nucleo: str) -> User:
    # Nobody logs in here by a password, and to keep one takes a tenth of a second.
    return User(
        login=f"a{number}",
        name=f"Atendente {number}",
        password_hash="",
        role=Role.ATTENDANT.value,
        created_at=utc_now(),
        nucleos=[UserNucleo(nucleo=nucleo)],
    )


def write(session: Session, citizen: str) -> None:
    """A citizen's message arrives."""
    inbox.receive(session, _inbound(citizen))


def come_and_go(session: Session, nucleo: str) -> None:
    """Somebody enters a núcleo's queue, is taken by one of its people, and another conversation of theirs is closed."""
    _, atendimento = _handed_over(session, nucleo)
    user = session.scalar(select(User).join(User.nucleos).where(User.nucleos.any(nucleo=nucleo)).limit(1))
    holder.claim(session, atendimento.id, user)
    holder.close(session, atendimento.id, user, Outcome.RESOLVED.value, None)


def _handed_over(session: Session, nucleo: str) -> tuple[str, Atendimento]:
    citizen = f"5565{next(_numbers):09d}"
    inbox.receive(session, _inbound(citizen))
    message = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    _say_before(session, message)
    triage = {"nucleo": nucleo, "municipio": "Cuiabá", "area": "civel", "assunto": "alimentos"}
    holder.finish_bot_turn(session, message.id, message.atendimento_id, 0, BotTurn([], triage, handoff=True))
    return citizen, session.get(Atendimento, message.atendimento_id, populate_existing=True)


def _say_before(session: Session, first: Message) -> None:
    """What bot and citizen say to each other before a person is called."""
    for number in range(_SAID_BEFORE):
        asks = number % 2 == 0
        text = "Qual é a renda da sua família por mês, somando a de todos?" if asks else "Uns dois mil reais"
        session.add(
            Message(
                atendimento_id=first.atendimento_id,
                citizen_id=first.citizen_id,
                direction=(Direction.OUT if asks else Direction.IN).value,
                author=BOT_AUTHOR if asks else CITIZEN_AUTHOR,
                type="text",
                text=text,
                payload={"type": "text", "text": {"body": text}} if asks else first.payload,
                wamid=f"wamid.{next(_numbers)}",
                at=first.at,
                stored_at=first.stored_at,
                status=(Status.READ if asks else Status.PROCESSED).value,
            )
        )
    session.flush()


def _inbound(citizen: str) -> InboundMessage:
    text = Text(body="O pai do meu filho não paga a pensão há três meses e eu não sei o que fazer.")
    return InboundMessage(
        wamid=f"wamid.{next(_numbers)}", type="text", at=utc_now(), wa_id=citizen, profile_name="Maria", content=text
    )


class Hall:
    """The attendants at a running desk.

    Args:
        client: with the desk's address as its base.
    """

    def __init__(self, client: aiohttp.ClientSession, attendants: Sequence[Attendant]) -> None:
        self._client = client
        self._attendants = attendants
        self.measured = Measured()

    async def sit(self, attendant: Attendant) -> None:
        """Keep a page open until cancelled: follow the stream, fetch again what changed."""
        stale = asyncio.Event()
        refresher = asyncio.create_task(self._refresh(attendant, stale))
        try:
            cookies = _cookie(attendant)
            async with self._client.get("/stream?desde=0", headers=cookies, timeout=aiohttp.ClientTimeout()) as stream:
                async for line in stream.content:
                    if line.startswith(b"data:"):
                        self._hear(attendant, json.loads(line[5:]), stale)
        except aiohttp.ClientError as error:
            self.measured.errors[type(error).__name__] += 1
        finally:
            refresher.cancel()

    async def open_pages(self, per_second: float, seconds: float) -> None:
        """Open pages of people chosen at random, at instants that do not wait for the page before."""
        rng = random.Random(7)  # noqa: S311 - a load, no secret
        opening, started = [], time.monotonic()
        at = 0.0
        while (at := at + rng.expovariate(per_second)) < seconds:
            await asyncio.sleep(max(started + at - time.monotonic(), 0))
            attendant = rng.choice(self._attendants)
            path = rng.choice(["/", f"/atendimentos/{attendant.protocolo}"])
            opening.append(asyncio.create_task(self._open(attendant, path, started + at)))
        await asyncio.gather(*opening)

    def _hear(self, attendant: Attendant, change: dict[str, str], stale: asyncio.Event) -> None:
        attendant.changes += 1
        if not change or change["mine"] or (attendant.at_the_queue and change["kind"] in _LIST_KINDS):
            stale.set()

    async def _refresh(self, attendant: Attendant, stale: asyncio.Event) -> None:
        while True:
            await stale.wait()
            stale.clear()
            began = time.monotonic()
            if await self._fetch(attendant, attendant.page):
                attendant.fetches.append(time.monotonic() - began)
            await asyncio.sleep(_REST_SECONDS)

    async def _open(self, attendant: Attendant, path: str, intended: float) -> None:
        if await self._fetch(attendant, path):
            self.measured.opened.append(time.monotonic() - intended)

    async def _fetch(self, attendant: Attendant, path: str) -> bool:
        try:
            async with self._client.get(path, headers=_cookie(attendant), allow_redirects=False) as page:
                await page.read()
                if page.status != 200:
                    self.measured.errors[str(page.status)] += 1
                return page.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            self.measured.errors[type(error).__name__] += 1
            return False


def _cookie(attendant: Attendant) -> dict[str, str]:
    return {"Cookie": f"mesa={attendant.cookie}"}


async def _write_all(
    database: Database, attendants: Sequence[Attendant], messages: float, turnover: float, seconds: float
) -> int:
    """Messages and changes of the queues at steady rates. Returns how many messages were written."""
    rng = random.Random(11)  # noqa: S311 - a load, no secret
    started = time.monotonic()
    written = changed = 0
    while (passed := time.monotonic() - started) < seconds:
        while written < passed * messages:
            await database.run(write, rng.choice(attendants).citizen)
            written += 1
        while changed < passed * turnover:
            await database.run(come_and_go, rng.choice(attendants).nucleo)
            changed += 1
        await asyncio.sleep(0.01)
    return written


async def _measure(attendants: Sequence[Attendant], database: Database, options: "Options") -> tuple[Measured, int]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(options.address, connector=connector) as client:
        hall = Hall(client, attendants)
        sitting = [asyncio.create_task(hall.sit(attendant)) for attendant in attendants]
        await asyncio.sleep(_WARM_UP_SECONDS)
        written, _ = await asyncio.gather(
            _write_all(database, attendants, options.messages, options.turnover, options.seconds),
            hall.open_pages(options.pages, options.seconds),
        )
        await asyncio.sleep(2)
        for task in sitting:
            task.cancel()
        await asyncio.gather(*sitting, return_exceptions=True)
    return hall.measured, written


@dataclass(frozen=True)
class Options:
    """The load: messages, queue changes and pages opened, each a second, for so many seconds."""

    address: str
    messages: float
    turnover: float
    pages: float
    seconds: float


@click.command()
@click.option("--attendants", default=200, show_default=True)
@click.option("--messages", default=10.0, show_default=True, help="Citizens' messages a second.")
@click.option("--turnover", default=0.5, show_default=True, help="Conversations queued, taken and closed a second.")
@click.option("--pages", default=5.0, show_default=True, help="Pages opened a second beside the browsers' own.")
@click.option("--seconds", default=60.0, show_default=True)
def main(attendants: int, messages: float, turnover: float, pages: float, seconds: float) -> None:
    """Measure how long a page takes with many attendants at the desk, and print it as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DESK_PORT": str(free_port()), "VAR_DIR": folder}
        settings.cache_clear()
        chosen = settings()
        schema.upgrade(chosen.database_url)
        database = Database(chosen.database_url)
        people = fill(database, attendants)
        options = Options(f"http://127.0.0.1:{chosen.desk_port}", messages, turnover, pages, seconds)
        desk = subprocess.Popen(
            [sys.executable, "-m", "defensoria.desk"],
            cwd=ROOT,
            stdout=(Path(folder) / "desk.log").open("wb"),
            stderr=subprocess.STDOUT,
        )
        try:
            asyncio.run(_until_up(options.address))
            before = usage_of({"desk": desk.pid})
            measured, written = asyncio.run(_measure(people, database, options))
            used = difference(before, usage_of({"desk": desk.pid}))["desk"]
        finally:
            desk.terminate()
            desk.wait(30)
            database.dispose()
    report = {
        **machine(),
        "attendants": attendants,
        "messages written": written,
        "changes heard": sum(person.changes for person in people),
        "page opened (ms)": percentiles(measured.opened),
        "page fetched again (ms)": percentiles([one for person in people for one in person.fetches]),
        "pages": len(measured.opened) + sum(len(person.fetches) for person in people),
        "errors": dict(measured.errors),
        "desk cpu (s)": round(used.cpu, 1),
        "desk memory (MB)": round(used.memory),
    }
    click.echo(json.dumps(report, indent=2, ensure_ascii=False))


async def _until_up(address: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    async with aiohttp.ClientSession() as client:
        while time.monotonic() < deadline:
            with suppress(aiohttp.ClientError):
                async with client.get(f"{address}/saude"):
                    return
            await asyncio.sleep(0.2)
    raise RuntimeError("the desk did not come up")


if __name__ == "__main__":
    main()
