"""The purge: what is due goes, what is open or held stays, and the facts remain without names."""

import asyncio
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, update

from defensoria.clock import utc_now
from defensoria.conversations import audit, inbox
from defensoria.conversations.models import (
    Atendimento,
    AtendimentoFact,
    AuditEntry,
    Citizen,
    CitizenAlias,
    DeskSession,
    IdentityConflict,
    MediaFile,
    Message,
    PurgeRun,
    UnreadablePayload,
    User,
)
from defensoria.conversations.users import start_session
from defensoria.privacy import holds
from defensoria.privacy import purge as purging
from defensoria.privacy.daily import keep_once
from defensoria.privacy.purge import AlreadyRunning, Purge
from defensoria.privacy.retention import DataClass, retention
from defensoria.settings import Settings
from tests.sending import lease_due

from .conftest import House

A_YEAR, LONG = 400, 2000


def _all(house: House, column):
    with house.database.transaction() as session:
        return session.scalars(select(column)).all()


def _count(house: House, model) -> int:
    with house.database.transaction() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_words_go_at_their_term_and_the_atendimento_stays(house: House):
    house.is_attended(house.writes("ele me bateu"))
    removed = house.purge(A_YEAR)
    assert removed[DataClass.MESSAGES] == _count(house, Message) == 4
    for column in (Message.text, Message.payload, Message.wamid):
        assert set(_all(house, column)) == {None}
    assert _all(house, Atendimento.municipio) == ["Sinop"]


def test_before_the_term_nothing_goes(house: House):
    house.is_attended(house.writes("ele me bateu"))
    house.rasa_remembers("556599990001", "oi")
    assert house.purge_spares(29)


def test_an_open_conversation_keeps_everything_however_old(house: House):
    house.writes("ainda espero")
    path = house.sends_file(b"laudo")
    house.rasa_remembers("556599990001", "ainda espero")
    assert house.purge_spares(LONG)
    assert path.exists()
    assert house.rasa_knows() == {"556599990001"}


def test_files_go_from_the_disk_and_from_the_store(house: House):
    atendimento = house.writes("segue")
    path = house.sends_file(b"laudo")
    house.is_attended(atendimento)
    stray = house.folders.media / ".9-ff.jpg.part"
    stray.write_bytes(b"half")
    assert house.purge(200)[DataClass.FILES] == 2
    assert not path.exists()
    assert not stray.exists()
    assert _count(house, MediaFile) == 0


def test_rasa_forgets_whom_nobody_is_talking_to(house: House):
    house.is_attended(house.writes("oi"))
    house.writes("oi", wa_id="556599990002")
    for sender in ("556599990001", "556599990002", "ensaio-no-terminal"):
        house.rasa_remembers(sender, "oi")
    assert house.purge(31)[DataClass.DIALOGUES] == 2
    assert house.rasa_knows() == {"556599990002"}


def test_an_atendimento_becomes_a_fact_without_a_way_back(house: House):
    atendimento_id = house.writes("preciso de pensão")
    house.sends_file(b"foto")
    house.is_attended(atendimento_id)
    opened = datetime(2026, 3, 2, 13, 47, 12, tzinfo=timezone.utc)
    with house.database.transaction() as session:
        moments = {"opened_at": opened, "queued_at": opened + timedelta(minutes=4, seconds=40)}
        session.execute(update(Atendimento).values(**moments, claimed_at=opened + timedelta(minutes=64)))
    house.purge(LONG)
    (fact,) = _all(house, AtendimentoFact)
    assert (fact.municipio, fact.nucleo, fact.outcome) == ("Sinop", "sinop", "resolvido")
    assert fact.opened_hour == fact.queued_hour == opened.replace(minute=0, second=0)
    assert fact.claimed_hour == opened.replace(hour=14, minute=0, second=0)
    assert (fact.minutes_triage, fact.minutes_waiting) == (4, 59)
    assert (fact.messages_in, fact.messages_bot, fact.messages_people, fact.files) == (3, 1, 1, 1)
    assert fact.came_back is False
    for model in (Atendimento, Message, Citizen, CitizenAlias):
        assert _count(house, model) == 0


def test_who_came_back_is_kept_with_the_newer_atendimento_alone(house: House):
    first = house.writes("a primeira vez")
    house.is_attended(first)
    long_ago = utc_now() - timedelta(days=LONG)
    with house.database.transaction() as session:
        session.execute(update(Atendimento).values(closed_at=long_ago))
        session.execute(update(Citizen).values(created_at=long_ago))
    second = house.writes("voltei")
    house.purge(0)
    assert _all(house, Atendimento.id) == [second]
    assert _all(house, Atendimento.previous_id) == [None]
    assert _all(house, Citizen.name) == ["Maria"]
    assert _all(house, AtendimentoFact.came_back) == [False]


def test_a_protocol_that_was_removed_is_not_given_again(house: House):
    protocolo = house.is_attended(house.writes("oi"))
    house.purge(LONG)
    assert house.is_attended(house.writes("oi", wa_id="556599990009")) != protocolo


def test_two_who_may_be_one_are_forgotten_with_either(house: House):
    ids = [house.writes("oi", wa_id=number) for number in ("556599990001", "556599990002")]
    for atendimento_id in ids:
        house.is_attended(atendimento_id)
    with house.database.transaction() as session:
        one, other = session.scalars(select(Citizen.id)).all()
        session.add(IdentityConflict(citizen_id=one, other_id=other, kind="wa_id", noted_at=utc_now()))
    house.purge(LONG)
    assert _count(house, IdentityConflict) == _count(house, Citizen) == 0


@pytest.mark.parametrize("whole", [True, False])
def test_what_is_held_stays_until_the_hold_ends(house: House, whole: bool):
    protocolo = house.is_attended(house.writes("guardem"))
    house.rasa_remembers("556599990001", "guardem")
    with house.database.transaction() as session:
        atendimento = session.scalar(select(Atendimento).where(Atendimento.protocolo == protocolo))
        hold = holds.set_hold(session, atendimento, "chefe", "ofício do juízo", None, whole)
    assert house.purge_spares(LONG)
    assert "guardem" in _all(house, Message.text)
    with house.database.transaction() as session:
        assert holds.lift(session, hold.id, "chefe")
    assert house.purge(LONG)[DataClass.IDENTITIES] == 2
    assert house.rasa_knows() == set()


def test_a_hold_with_an_end_ends_by_itself(house: House):
    protocolo = house.is_attended(house.writes("guardem"))
    with house.database.transaction() as session:
        atendimento = session.scalar(select(Atendimento).where(Atendimento.protocolo == protocolo))
        holds.set_hold(session, atendimento, "chefe", "ofício", utc_now() + timedelta(days=A_YEAR + 1), True)
    assert house.purge_spares(A_YEAR)
    assert house.purge(A_YEAR + 2)[DataClass.MESSAGES] == 4


def test_what_waited_to_be_said_is_not_sent_empty(house: House):
    atendimento_id = house.writes("oi")
    house.is_attended(atendimento_id)
    with house.database.transaction() as session:
        session.execute(update(Message).where(Message.direction == "out").values(status="waiting"))
    house.purge(A_YEAR)
    house.writes("voltei")
    with house.database.transaction() as session:
        assert lease_due(session) == []


def test_payloads_sessions_and_exports_go_at_their_terms(house: House):
    house.is_attended(house.writes("oi"))
    house.folders.exports.mkdir()
    export = house.folders.exports / "atendimentos.jsonl"
    export.write_text("{}")
    with house.database.transaction() as session:
        inbox.keep_unreadable(session, "unknown", "5565 disse algo")
        start_session(session, session.scalar(select(User)))
    removed = house.purge(32)
    assert (removed[DataClass.UNREADABLE], removed[DataClass.SESSIONS], removed[DataClass.EXPORTS]) == (1, 1, 1)
    assert not export.exists()
    assert _count(house, UnreadablePayload) == _count(house, DeskSession) == 0


def test_a_rehearsal_counts_what_the_run_then_removes_and_removes_nothing(house: House):
    house.is_attended(house.writes("oi"))
    house.rasa_remembers("556599990001", "oi")
    foreseen = house.purge(A_YEAR, now=False)
    assert _count(house, Message) == 4
    assert "oi" in _all(house, Message.text)
    assert house.purge(A_YEAR) == foreseen


def test_the_audit_past_its_term_goes_and_its_chain_goes_on_to_hold(house: House):
    protocolo = house.is_attended(house.writes("oi"))
    with house.database.transaction() as session:
        atendimento = session.scalar(select(Atendimento).where(Atendimento.protocolo == protocolo))
        holds.lift(session, holds.set_hold(session, atendimento, "chefe", "ofício", None, True).id, "chefe")
    assert house.purge(LONG, now=False)[DataClass.AUDIT] == 2
    house.purge(LONG)
    assert not set(_all(house, AuditEntry.action)) & {"guarda_legal", "guarda_legal_encerrada"}
    with house.database.transaction() as session:
        assert audit.check(session).first_broken is None


def test_a_run_that_breaks_off_goes_on_at_the_next(house: House, monkeypatch: pytest.MonkeyPatch):
    house.is_attended(house.writes("oi"))
    house.rasa_remembers("556599990001", "oi")
    monkeypatch.setattr(purging, "BATCH", 1)
    whole, batches = purging._remove_some, iter(range(3))

    def breaks_off(*args):
        if next(batches, None) is None:
            raise OSError("no space left")
        return whole(*args)

    monkeypatch.setattr(purging, "_remove_some", breaks_off)
    with pytest.raises(OSError, match="no space"):
        house.purge(LONG)
    assert None in _all(house, Message.text)
    assert _count(house, Citizen) == 1
    monkeypatch.setattr(purging, "_remove_some", whole)
    with pytest.raises(AlreadyRunning):
        house.purge(LONG)
    with house.database.transaction() as session:
        session.execute(update(PurgeRun).values(lease_until=utc_now() - timedelta(seconds=1)))
    house.purge(LONG)
    assert _count(house, Citizen) == 0
    assert _count(house, AtendimentoFact) == 1


def test_it_is_time_once_a_day_after_the_hour(house: House):
    at_night = Purge(retention(), house.folders, datetime(2026, 11, 23, 3, 30, tzinfo=timezone(timedelta(hours=-4))))
    with house.database.transaction() as session:
        assert purging.is_time(session, at_night)
        run = PurgeRun(started_at=at_night.now, lease_until=at_night.now, finished_at=at_night.now)
        session.add(run)
    for later, due in ((timedelta(hours=23), False), (timedelta(hours=24), True)):
        purge = Purge(retention(), house.folders, at_night.now + later)
        with house.database.transaction() as session:
            assert purging.is_time(session, purge) is due


def test_the_daily_round_purges_once(house: House, tmp_path):
    house.is_attended(house.writes("oi"))
    long_ago = utc_now() - timedelta(days=LONG)
    with house.database.transaction() as session:
        session.execute(update(Atendimento).values(closed_at=long_ago))
    settings = Settings(_env_file=None, var_dir=tmp_path)
    for _ in range(2):
        asyncio.run(keep_once(house.database, settings))
    assert _count(house, AtendimentoFact) == _count(house, PurgeRun) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("step", purging._ALL_STEPS, ids=lambda step: step.due.__name__)
def test_what_is_about_to_go_is_looked_up_by_its_key(house: House, step: purging.Step):
    house.rasa_remembers("556599990001", "oi")
    with house.database.transaction() as session:
        query = purging._still_due(step.due(utc_now(), utc_now()), [1, 2]).compile(
            session.connection(), compile_kwargs={"render_postcompile": True}
        )
        explained = session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {query}", tuple(query.params[name] for name in query.positiontup)
        )
        ways = [row.detail for row in explained]
    through_all = [way for way in ways if way.startswith("SCAN") or "holder=?" in way]
    assert not through_all, ways
