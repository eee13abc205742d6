"""The proof: a citizen is planted wherever text can be kept, the purge runs, and every table, file and log is searched.

A new table or a new column for text fails here until the citizen is planted in it, and then until the purge takes it.
"""

import asyncio
import json
import logging
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import JSON, LargeBinary, MetaData, String, Table, Text, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.sql.type_api import TypeEngine

from defensoria.clock import utc_now
from defensoria.conversations import deliveries, inbox, notes
from defensoria.conversations.models import (
    Atendimento,
    AtendimentoFact,
    Base,
    Citizen,
    IdentityConflict,
    PrivacyRequest,
    RequestKind,
    RequestStatus,
    User,
)
from defensoria.privacy import holds, requests
from defensoria.privacy.daily import keep_once
from defensoria.settings import Settings

from .conftest import House

NAME, NUMBER, WORDS = "Quitéria Jacarandá", "556598127733", "cicatriz lilás"
SIGNS = ("Jacarand", "98127733", "cicatriz", "9812-7733")
"""What would give the citizen away, in any spelling: JSON writes accents as escapes."""

HOLDS_NOTHING_OF_CITIZENS = {
    "alembic_version": "the schema's version",
    "sqlite_sequence": "SQLite's highest ids",
    "users": "who works here",
    "user_nucleos": "who works here",
    "desk_sessions": "logins of who works here",
    "sending_state": "how sending stands",
    "workers": "processes",
    "served_citizens": "numbers of whom is being served at this instant",
    "audit_entries": "who did what: logins and protocols, never words (tests/conversations/test_audit.py)",
    "purge_runs": "counts",
    "facts_of_atendimentos": "facts without names, from which nothing leads back after the purge",
    "planning_days": "facts without names, packed by the day",
    "planning_progress": "a count of events",
    "fact_versions": "the office's own facts",
    "ready_answers": "texts written for everyone",
    "recovery_codes": "hashes of codes of who works here",
}
"""Tables that are searched like all others, but in which nobody is planted → why."""
NOT_FOR_WORDS = {
    ("messages", "pricing"): "WhatsApp's price category",
}
"""Columns in which nobody is planted → why."""
_FOR_WORDS = 150
"""Letters from which on a column is taken to hold words or names."""


def _tables(engine: Engine) -> dict[str, Table]:
    """Every table there is, ours or anybody's."""
    found = MetaData()
    found.reflect(engine)
    names = set(found.tables)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            made = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
            names |= {name for (name,) in made}
    assert names <= set(found.tables) | {"sqlite_sequence"}, "a table that cannot be read as one"
    return dict(found.tables)


def _holds_words(kind: TypeEngine) -> bool:
    return isinstance(kind, (Text, JSON, LargeBinary)) or (
        isinstance(kind, String) and (kind.length is None or kind.length >= _FOR_WORDS)
    )


def _said_as(kind: TypeEngine, said: str) -> object:
    """Words of the citizen as a column of that type keeps them."""
    if isinstance(kind, JSON):
        return {"message": {"from": NUMBER, "text": said}}
    return said.encode() if isinstance(kind, LargeBinary) else said


def _rows(house: House, table: Table) -> list[str]:
    with house.database.engine.connect() as connection:
        return [repr(tuple(row)) for row in connection.execute(select(table))]


def _places(house: House) -> Iterator[tuple[str, str]]:
    """Everything that is kept, in every table and every file: where, and what."""
    for name, table in _tables(house.database.engine).items():
        for row in _rows(house, table):
            yield name, row
    root = house.folders.media.parent
    for file in root.rglob("*"):
        # The server's own database files are PostgreSQL's to clean (autovacuum); ours are searched to the last byte.
        if file.is_file():
            yield (
                str(file.relative_to(root)),
                file.read_bytes().decode("latin-1") + file.read_bytes().decode("utf-8", "replace"),
            )


def _found(house: House) -> set[str]:
    return {place for place, kept in _places(house) if any(sign in kept for sign in SIGNS)}


def _plant_words(house: House) -> set[str]:
    """Fill every column that can hold words with the citizen's, but for those excepted. Returns the tables."""
    planted = set()
    ours = {**_tables(house.database.engine), **Base.metadata.tables}
    for name, table in ours.items():
        if name in HOLDS_NOTHING_OF_CITIZENS:
            continue
        assert _rows(house, table), (
            f"plant the citizen in {name}, or say in HOLDS_NOTHING_OF_CITIZENS why there is none"
        )
        columns = [
            column for column in table.columns if _holds_words(column.type) and (name, column.name) not in NOT_FOR_WORDS
        ]
        (key,) = table.primary_key.columns
        with house.database.engine.begin() as connection:
            for at, row in enumerate(connection.execute(select(key)).scalars().all()):
                said = f"{NAME} {NUMBER} {WORDS} {at}"
                values = {column.name: _said_as(column.type, said) for column in columns}
                if values:
                    connection.execute(update(table).where(key == row).values(values))
        planted |= {name} if columns else set()
    return planted


def _delivery(*said: tuple[str, str, str]) -> bytes:
    """What Meta delivers of some people: the number, the name and the words of each."""
    messages = [{"from": number, "type": "text", "text": {"body": words}} for number, _, words in said]
    contacts = [{"wa_id": number, "profile": {"name": name}} for number, name, _ in said]
    return json.dumps({"entry": [{"changes": [{"value": {"messages": messages, "contacts": contacts}}]}]}).encode()


@pytest.fixture
def planted(house: House, tmp_path: Path) -> House:
    """A citizen everywhere: two atendimentos, a file, Rasa's memory, a hold that ended, a request that was decided."""
    handler = logging.FileHandler(tmp_path / "all.log")
    logging.getLogger().addHandler(handler)
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        protocolo = house.is_attended(house.writes(WORDS, wa_id=NUMBER, name=NAME))
        house.sends_file(WORDS.encode(), wa_id=NUMBER)
        house.is_attended(house.writes("outra vez", wa_id="556599990002", name="Rita"))
        house.rasa_remembers(NUMBER, WORDS)
        logging.getLogger(__name__).info("Somebody has been planted.")
        house.folders.exports.mkdir()
        (house.folders.exports / "tudo.jsonl").write_text(f'{{"text": "{WORDS}"}}')
        with house.database.transaction() as session:
            inbox.keep_unreadable(session, "unknown", f"{NUMBER} {WORDS}")
            deliveries.put(session, _delivery((NUMBER, NAME, WORDS), ("556599990002", "Rita", "de outra")))
            one, other = session.scalars(select(Citizen.id).order_by(Citizen.id))
            session.add(IdentityConflict(citizen_id=one, other_id=other, kind="wa_id", noted_at=utc_now()))
            hold = holds.set_hold(session, requests.atendimento_of(session, protocolo), "ana", NAME, None, True)
            holds.lift(session, hold.id, "ana")
            request = requests.register(session, protocolo, RequestKind.ACCESS, "ana")
            requests.answer(session, request.id, "ana", RequestStatus.DONE, NAME)
            atendimento = requests.atendimento_of(session, protocolo)
            notes.add(session, atendimento, session.scalar(select(User).where(User.login == "ana")), f"{NAME} {WORDS}")
        yield house
    finally:
        logging.getLogger().setLevel(level)
        logging.getLogger().removeHandler(handler)


def test_every_table_keeps_nothing_of_citizens_or_has_one_planted(planted: House):
    known = set(_tables(planted.database.engine)) | set(Base.metadata.tables)
    assert _plant_words(planted) <= known
    assert set(HOLDS_NOTHING_OF_CITIZENS) - {"sqlite_sequence"} <= known


def test_nothing_of_a_citizen_is_left_anywhere(planted: House):
    tables = _plant_words(planted)
    before = _found(planted)
    assert tables <= before
    assert {"exports/tudo.jsonl"} | {f"media/{file.name}" for file in planted.folders.media.iterdir()} <= before
    if planted.database.engine.dialect.name == "sqlite":
        assert before & {"store.db", "store.db-wal"}, "the search reads the database's own file"

    planted.purge(4000)

    assert _found(planted) == set()
    with planted.database.transaction() as session:
        facts = session.scalars(select(AtendimentoFact)).all()
        assert len(facts) == 2
        assert all(fact.municipio == "Sinop" for fact in facts)
    emptied = set(Base.metadata.tables) - set(HOLDS_NOTHING_OF_CITIZENS)
    assert {name: _rows(planted, Base.metadata.tables[name]) for name in emptied} == {name: [] for name in emptied}


def test_nothing_of_who_was_erased_on_request_is_left_anywhere(planted: House, tmp_path: Path):
    (planted.folders.exports / "tudo.jsonl").unlink()
    with planted.database.transaction() as session:
        protocolo = session.scalar(select(Atendimento.protocolo).order_by(Atendimento.id))
        asked = requests.register(session, protocolo, RequestKind.ERASURE, "ana")
        session.execute(update(Atendimento).values(last_citizen_message_at=utc_now() - timedelta(days=2)))
        citizen_id = asked.citizen_id
        session.execute(update(PrivacyRequest).where(PrivacyRequest.id != asked.id).values(reason=NAME))
        inbox.keep_unreadable(session, "unknown", f'{{"from": "{NUMBER}", "text": "{WORDS}"}}')
        inbox.keep_unreadable(session, "unknown", "de outra pessoa")
        requests.grant_erasure(session, asked.id, "ana", "x")
    settings = Settings(_env_file=None, var_dir=tmp_path)
    assert settings.exports_dir == planted.folders.exports
    asyncio.run(keep_once(planted.database, settings))
    assert _found(planted) == set()
    with planted.database.transaction() as session:
        assert session.get(Citizen, citizen_id) is None
        assert session.scalars(select(Citizen.name)).all() == ["Rita"]
        (unread,) = deliveries.oldest(session, 10)
        assert unread.body == _delivery(("556599990002", "Rita", "de outra"))


def test_logs_say_nothing_of_citizens(planted: House, tmp_path: Path):
    planted.purge(4000)
    said = (tmp_path / "all.log").read_text()
    assert os.path.getsize(tmp_path / "all.log") > 0
    assert not any(sign in said for sign in SIGNS)
