"""`python -m bench.year`: a database with a year of the office's size in it, the same for the same seed.

Nobody in it exists, and what is said are a few sentences over and over. The facts for planning come from the same
function that derives them in service (`planning.facts.values_of`), fed with the rows as they are made: read back from
the store, as in service, they would take hours. The tests do that with a small year.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

import click
from rasa.core.tracker_store import SQLTrackerStore
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.bulk import put
from bench.lives import Life, lives
from defensoria.conversations.database import Database
from defensoria.conversations.models import (
    BOT_AUTHOR,
    CITIZEN_AUTHOR,
    Atendimento,
    AtendimentoEvent,
    AtendimentoFact,
    Citizen,
    CitizenAlias,
    Direction,
    Holder,
    Message,
    PlanningProgress,
    Role,
    Status,
    User,
)
from defensoria.conversations.protocol import protocol_number
from defensoria.conversations.schema import upgrade
from defensoria.office.facts import OfficeFacts, office_facts
from defensoria.planning.days import changed
from defensoria.planning.dialogue import Way
from defensoria.planning.facts import Told, values_of

ATENDIMENTOS, MESSAGES = 650_000, 10_000_000
"""Of a year of the office's size."""
LAST_DAY, SEED = date(2026, 11, 20), 12
_BLOCK = 2000
"""Atendimentos a transaction."""
_FIRST_NUMBER = 55_65_91000_0000
"""Mobile numbers in Brazil go on after the 9 with a digit from 6 to 9, so that these belong to nobody."""
_SENTENCES = (
    "Boa tarde, preciso de ajuda.",
    "É sobre a pensão do meu filho, que está atrasada.",
    "1",
    "Moro aqui na cidade mesmo.",
    "Tenho os documentos, posso mandar agora.",
    "Obrigada.",
    "Olá! Vou anotar o seu pedido. Responda com o número da opção.",
    "Recebemos o seu pedido. Uma pessoa do núcleo responde no horário de atendimento.",
    "Pode me mandar uma foto do comprovante de residência, por favor?",
)
_PRICE = {"billable": False, "category": "service", "type": "regular", "model": "PMP"}
_BILLED = {"billable": True, "category": "utility", "type": "regular", "model": "PMP"}
_RasaEvent = SQLTrackerStore.SQLEvent


@dataclass
class _Rows:
    """The rows of some atendimentos, by their table."""

    citizens: list[Mapping[str, Any]] = field(default_factory=list)
    aliases: list[Mapping[str, Any]] = field(default_factory=list)
    atendimentos: list[Mapping[str, Any]] = field(default_factory=list)
    messages: list[Mapping[str, Any]] = field(default_factory=list)
    events: list[Mapping[str, Any]] = field(default_factory=list)
    dialogues: list[Mapping[str, Any]] = field(default_factory=list)
    facts: list[Mapping[str, Any]] = field(default_factory=list)

    def write(self, session: Session) -> None:
        """Put all into the store, and begin anew."""
        changed(session, {row["opened_hour"] for row in self.facts})
        tables = (Citizen, CitizenAlias, Atendimento, Message, AtendimentoEvent, _RasaEvent, AtendimentoFact)
        for table, rows in zip(tables, vars(self).values(), strict=True):
            put(session.connection(), table.__table__, rows)
            rows.clear()


class _Writer:
    """Turns lives into rows; ids are counted here, so that a row is known to others before it is written."""

    def __init__(self, facts: OfficeFacts, attendants: Mapping[str, tuple[int, str]], with_dialogues: bool) -> None:
        self.rows = _Rows()
        self._facts = facts
        self._attendants = attendants
        self._with_dialogues = with_dialogues
        self._message_id = 0

    def add(self, life: Life) -> None:
        """The rows of one life, and of its citizen when they come for the first time."""
        if life.previous is None:
            self._add_citizen(life)
        row = self._atendimento(life)
        self.rows.atendimentos.append(row)
        told = Told(transfers=int(life.transferred))
        self._events(life)
        for message in self._messages(life):
            self.rows.messages.append(message)
            self._event(life, message["at"], f"message_{message['direction']}", message["author"], message["id"])
            told.hear(*(message[name] for name in ("author", "direction", "type", "at", "pricing")))
        if self._with_dialogues:
            self.rows.dialogues += _dialogue(life)
        if life.holder is not Holder.BOT:
            self.rows.facts.append(values_of(Atendimento(**row), told, _way(life), self._facts))

    def _add_citizen(self, life: Life) -> None:
        number = _number(life)
        self.rows.citizens.append({"id": life.citizen, "address": number, "name": "Pessoa", "created_at": life.opened})
        self.rows.aliases.append({"citizen_id": life.citizen, "kind": "wa_id", "value": number, "match_key": number})

    def _atendimento(self, life: Life) -> dict[str, Any]:
        attendant, _ = self._attendant(life)
        return {
            "id": life.id,
            "protocolo": protocol_number(life.id, life.opened) if life.queued else None,
            "citizen_id": life.citizen,
            "previous_id": life.previous,
            "holder": life.holder.value,
            "epoch": 2 if life.queued else 0,
            "attendant_id": attendant if life.claimed else None,
            **life.triage,
            "opened_at": life.opened,
            "queued_at": life.queued,
            "claimed_at": life.claimed,
            "closed_at": life.closed,
            "last_citizen_message_at": life.claimed or life.queued or life.opened,
            "promised_for": life.promised,
            "outcome": life.outcome,
            "rating": life.rating,
        }

    def _messages(self, life: Life) -> Iterator[dict[str, Any]]:
        triage = 2 + 2 * len(life.asked)
        end = life.closed or life.claimed or life.opened
        for place in range(life.messages):
            by_citizen = place % 2 == 0
            at = life.opened + timedelta(seconds=10 * place)
            author = CITIZEN_AUTHOR if by_citizen else BOT_AUTHOR
            if place >= triage and life.claimed:
                # A person has the first word, and the citizen the next.
                by_citizen = not by_citizen
                author = CITIZEN_AUTHOR if by_citizen else self._attendant(life)[1]
                at = life.claimed + (end - life.claimed) * ((place - triage + 1) / (life.messages - triage + 1))
                at = at.replace(microsecond=0)
            yield self._message(life, place, author, at, life.billed and place == triage)

    def _message(self, life: Life, place: int, author: str, at: datetime, billed: bool) -> dict[str, Any]:
        self._message_id += 1
        incoming = author == CITIZEN_AUTHOR
        text = _SENTENCES[(life.id + place) % len(_SENTENCES)]
        image = incoming and life.files and place == life.messages - 2
        return {
            "id": self._message_id,
            "atendimento_id": life.id,
            "citizen_id": life.citizen,
            "direction": (Direction.IN if incoming else Direction.OUT).value,
            "author": author,
            "type": "image" if image else "text",
            "text": text,
            "payload": {"type": "text", "text": {"body": text}},
            "wamid": f"wamid.ano.{self._message_id}",
            "at": at,
            "stored_at": at,
            "status": (Status.PROCESSED if incoming else Status.READ).value,
            "attempts": 0,
            "pricing": None if incoming else _BILLED if billed else _PRICE,
        }

    def _events(self, life: Life) -> None:
        login = self._attendant(life)[1]
        steps = (
            (life.opened, "opened", CITIZEN_AUTHOR),
            (life.queued, "kept" if life.promised else "queued", BOT_AUTHOR),
            (life.claimed, "claimed", login),
            (life.claimed if life.transferred else None, "transferred", login),
            (life.closed, "closed", login if life.claimed else BOT_AUTHOR),
        )
        for at, kind, actor in steps:
            if at:
                self._event(life, at, kind, actor)

    def _event(self, life: Life, at: datetime, kind: str, actor: str, message_id: int | None = None) -> None:
        data = {"message_id": message_id} if message_id else None
        nucleo = life.triage["nucleo"]
        row = {"atendimento_id": life.id, "at": at, "kind": kind, "actor": actor, "nucleo": nucleo, "data": data}
        self.rows.events.append(row)

    def _attendant(self, life: Life) -> tuple[int, str]:
        return self._attendants.get(life.triage["nucleo"] or "", (0, BOT_AUTHOR))


def fill(
    database: Database, atendimentos: int, messages: int, last: date, seed: int, with_dialogues: bool = False
) -> Mapping[str, int]:
    """Write a year into an empty, migrated store. Returns how many rows each table has.

    Args:
        last: the year's last day.
        with_dialogues: also those of Rasa's events from which the way through the triage is read.

    Raises:
        ValueError: there is something in the store, or there are too few messages for so many triages.
    """
    facts = office_facts()
    with database.transaction() as session:
        if session.scalar(select(func.count()).select_from(Atendimento)):
            raise ValueError("o banco não está vazio")
        attendants = _attendants(session, facts)
    if with_dialogues:
        SQLTrackerStore.Base.metadata.create_all(database.engine)
    writer = _Writer(facts, attendants, with_dialogues)
    written: Counter[str] = Counter()
    for life in lives(atendimentos, messages, last, seed, facts):
        writer.add(life)
        if life.id % _BLOCK == 0 or life.id == atendimentos:
            written.update({name: len(rows) for name, rows in vars(writer.rows).items()})
            with database.transaction() as session:
                writer.rows.write(session)
    with database.transaction() as session:
        session.add(PlanningProgress(id=1, event_id=written["events"]))
    _tidy(database)
    return written


def _attendants(session: Session, facts: OfficeFacts) -> dict[str, tuple[int, str]]:
    """One for each núcleo, with whose password nobody can log in."""
    now = datetime(2020, 1, 1, tzinfo=timezone.utc)
    users = {
        nucleo: User(
            login=f"atende-{nucleo}"[:60],
            name=f"Atendente {place}",
            password_hash="",
            role=Role.ATTENDANT.value,
            created_at=now,
        )
        for place, nucleo in enumerate(sorted(facts.nucleos), start=1)
    }
    session.add_all(users.values())
    session.flush()
    return {nucleo: (user.id, user.login) for nucleo, user in users.items()}


def _tidy(database: Database) -> None:
    """PostgreSQL goes on counting ids after ours, and looks at the tables, as it does by itself in time."""
    if database.engine.dialect.name != "postgresql":
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in ("citizens", "atendimentos", "messages"):
            highest = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"  # noqa: S608
            connection.exec_driver_sql(highest)
        connection.exec_driver_sql("VACUUM ANALYZE")


def _number(life: Life) -> str:
    return str(_FIRST_NUMBER + life.citizen)


def _way(life: Life) -> Way:
    return Way(
        asked=Counter(life.asked),
        last_question=life.asked[-1],
        not_understood=life.not_understood,
        wanted_person=life.wanted_person,
    )


def _dialogue(life: Life) -> Iterator[Mapping[str, Any]]:
    """What Rasa wrote down of the triage, as far as planning reads it."""
    events: list[tuple[str, str | None, Mapping[str, Any]]] = [
        ("bot", None, {"metadata": {"utter_action": f"utter_ask_triagem_form_{slot}"}}) for slot in life.asked
    ]
    events += [("slot", "incompreensoes", {"value": count + 1.0}) for count in range(life.not_understood)]
    events += [("slot", "pede_pessoa", {"value": True})] * life.wanted_person
    for place, (kind, name, data) in enumerate(events):
        at = (life.opened + timedelta(seconds=1 + place)).timestamp()
        said = json.dumps({"event": kind, "timestamp": at, "name": name, **data})
        yield {"sender_id": _number(life), "type_name": kind, "timestamp": at, "action_name": name, "data": said}


@click.command()
@click.option("--database", "url", default="sqlite:///var/year.db", show_default=True, help="Um banco vazio.")
@click.option("--atendimentos", default=ATENDIMENTOS, show_default=True, help="Quantos atendimentos.")
@click.option("--messages", default=MESSAGES, show_default=True, help="Quantas mensagens ao todo.")
@click.option("--last-day", type=click.DateTime(["%Y-%m-%d"]), default=f"{LAST_DAY}", show_default=True)
@click.option("--seed", default=SEED, show_default=True, help="A mesma semente dá o mesmo ano.")
@click.option("--dialogues", is_flag=True, help="Também o que o Rasa guarda e o planejamento lê.")
def main(url: str, atendimentos: int, messages: int, last_day: datetime, seed: int, dialogues: bool) -> None:
    """Enche um banco vazio com um ano do tamanho do da Defensoria, sem ninguém de verdade."""
    upgrade(url)
    database = Database(url)
    began, cpu = time.monotonic(), time.process_time()
    try:
        written = fill(database, atendimentos, messages, last_day.date(), seed, dialogues)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    finally:
        database.dispose()
    for name, count in written.items():
        click.echo(f"{name:>14} {count:>12,}")
    click.echo(f"{time.monotonic() - began:.0f} s, {time.process_time() - cpu:.0f} s de CPU")


if __name__ == "__main__":
    main()
