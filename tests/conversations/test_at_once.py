"""Two transactions at the same moment: the second waits for the first and sees what it did."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import get_ident
from time import sleep
from typing import Any

import pytest
from sqlalchemy import select

from defensoria.conversations import inbox, notes, receipts, serving
from defensoria.conversations.database import Database
from defensoria.conversations.holder import BotTurn, Contested, answer, claim, close, finish_bot_turn
from defensoria.conversations.models import Atendimento, Message, Status, Worker
from defensoria.conversations.transfer import Destination, transfer
from tests.sending import fail_for_now, lease_due

from .conftest import TRIAGE, inbound, said

_TO_REACH_THE_LOCK = 0.3


@contextmanager
def _meanwhile(database: Any, work: Callable[..., Any], *args: Any) -> Iterator[tuple[Any, Future]]:
    """A transaction, and what comes of `work` in another that begins before it ends."""
    with ThreadPoolExecutor(1) as pool:

        def in_transaction() -> Any:
            with database.transaction() as session:
                return work(session, *args)

        with database.transaction() as session:
            outcome: Future = Future()
            yield session, outcome
            session.flush()
            running = pool.submit(in_transaction)
            sleep(_TO_REACH_THE_LOCK)
        error = running.exception(timeout=10)
        outcome.set_exception(error) if error else outcome.set_result(running.result())


def test_of_two_statuses_the_one_that_is_further_stays(database, queued):
    with database.transaction() as session:
        (leased,) = lease_due(session)
        receipts.mark_sent(session, leased.id, "wamid.out")
    with _meanwhile(database, receipts.apply_status, "wamid.out", None, "delivered", None) as (session, _):
        receipts.apply_status(session, "wamid.out", None, "read", None)
    with database.transaction() as session:
        assert session.get(Message, leased.id).status == Status.READ.value


def test_a_status_that_comes_while_the_failure_is_noted_stays(database, queued):
    with database.transaction() as session:
        (leased,) = lease_due(session)
    with _meanwhile(database, fail_for_now, leased.id, "no answer") as (session, _):
        receipts.apply_status(session, "wamid.out", str(leased.id), "delivered", None)
    with database.transaction() as session:
        assert session.get(Message, leased.id).status == Status.DELIVERED.value


def test_of_two_turns_on_one_message_one_is_kept(database):
    with database.transaction() as session:
        message = inbox.receive(session, inbound())
    turn = (message.id, message.atendimento_id, 0, BotTurn([said("Qual é a área?")], TRIAGE))
    with _meanwhile(database, finish_bot_turn, *turn) as (session, other):
        assert finish_bot_turn(session, *turn)
    assert not other.result()


def test_nothing_is_said_after_the_farewell(database, queued, attendants):
    ana = attendants[0]
    with database.transaction() as session:
        claim(session, queued, ana)
    with _meanwhile(database, answer, queued, ana, said("Só mais uma coisa")) as (session, other):
        close(session, queued, ana, "resolvido", said("Até logo"))
    with pytest.raises(Contested):
        other.result()


def test_a_message_that_comes_while_the_conversation_is_closed_is_served_in_the_next(database, queued, attendants):
    with database.transaction() as session:
        claim(session, queued, attendants[0])
    with _meanwhile(database, inbox.receive, inbound("mais uma coisa")) as (session, other):
        close(session, queued, attendants[0], "resolvido", None)
    with database.transaction() as session:
        waiting = inbox.unprocessed(session, other.result().citizen_id)
        served_in = inbox.reopen_if_closed(session, waiting)
        assert session.get(Atendimento, queued).holder == "closed"
        assert (served_in.previous_id, served_in.holder) == (queued, "bot")


async def test_reading_waits_for_no_writer_and_keeps_none_waiting(database, queued):
    another = Database(database.url)
    with database.transaction() as session:
        session.get(Atendimento, queued).outcome = "resolvido"
        session.flush()
        assert await another.read(serving.left_alone) == []
    another.dispose()


async def test_all_who_use_one_database_in_a_process_wait_in_one_line(database):
    another = Database(database.url)
    order = []
    slow = asyncio.create_task(database.run(lambda _: (sleep(0.05), order.append("first"))))
    await asyncio.sleep(0)
    quick = asyncio.create_task(another.run(lambda _: order.append("second")))
    await asyncio.gather(slow, quick)
    another.dispose()
    if database.engine.dialect.name == "sqlite":
        assert order == ["first", "second"]


async def test_what_is_jotted_down_takes_no_thread_where_nobody_else_writes(database):
    thread = await database.jot(lambda session: (serving.beat(session, "here"), get_ident())[1])
    assert (thread == get_ident()) == (database.engine.dialect.name == "sqlite")
    assert await database.read(_workers) == {"here"}


@pytest.mark.parametrize("same_process", [True, False])
async def test_what_is_jotted_down_while_another_writes_waits_and_keeps_nobody_else_waiting(database, same_process):
    another = Database(database.url)
    if same_process:
        writing = asyncio.create_task(database.run(lambda session: (serving.beat(session, "slow"), sleep(0.3))))
        await asyncio.sleep(0.1)
        jotting = asyncio.create_task(another.jot(serving.beat, "quick"))
        await asyncio.sleep(0)
        assert not writing.done()
        await asyncio.gather(writing, jotting)
    else:
        with database.transaction() as session:
            serving.beat(session, "slow")
            session.flush()
            jotting = asyncio.create_task(another.jot(serving.beat, "quick"))
            await asyncio.sleep(0.1)
        await jotting
    assert await database.read(_workers) == {"slow", "quick"}
    another.dispose()


async def test_what_fails_while_it_is_jotted_down_is_undone_and_told_and_the_next_goes_on(database):
    def fail(session):
        serving.beat(session, "nobody")
        raise ValueError("as foreseen")

    with pytest.raises(ValueError, match="as foreseen"):
        await database.jot(fail)
    await database.jot_first(serving.beat, "next")
    assert await database.read(_workers) == {"next"}


def _workers(session) -> set[str]:
    return set(session.scalars(select(Worker.name)))


async def test_closing_a_database_lets_what_runs_end(database):
    another = Database(database.url)
    running = asyncio.create_task(another.run(lambda _: sleep(0.05) or "done"))
    await asyncio.sleep(0)
    another.dispose()
    assert await running == "done"


def test_of_two_transfers_one_moves_the_conversation(database, queued, attendants):
    ana, bia = attendants
    with database.transaction() as session:
        claim(session, queued, ana)
    to_bia = Destination(nucleo="sinop", user_id=bia.id, words="Bia")
    away = Destination(nucleo="varzea-grande", words="fila")
    with _meanwhile(database, transfer, queued, ana, away, "é de lá") as (session, other):
        transfer(session, queued, ana, to_bia, "sua")
    with pytest.raises(Contested):
        other.result()
    with database.transaction() as session:
        moved = session.get(Atendimento, queued)
        assert (moved.nucleo, moved.attendant_id) == ("sinop", bia.id)
        assert [note.text for note in notes.of_atendimento(session, queued)] == ["sua"]


def test_nothing_is_said_by_who_has_handed_the_conversation_on(database, queued, attendants):
    ana, bia = attendants
    with database.transaction() as session:
        claim(session, queued, ana)
    to_bia = Destination(nucleo="sinop", user_id=bia.id, words="Bia")
    with _meanwhile(database, answer, queued, ana, said("Só mais uma coisa")) as (session, other):
        transfer(session, queued, ana, to_bia, "sua")
    with pytest.raises(Contested):
        other.result()
