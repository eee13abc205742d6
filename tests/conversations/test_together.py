"""Works that wait at the same time: one transaction, and each its own outcome."""

import asyncio

import pytest
from sqlalchemy import func, select

from defensoria.conversations import inbox
from defensoria.conversations.models import UnreadablePayload
from defensoria.conversations.together import Together


def _keep(session, reason):
    inbox.keep_unreadable(session, reason, "{}")
    if reason == "bad":
        raise ValueError(reason)
    return reason


async def _kept(database):
    return set(await database.read(lambda session: session.scalars(select(UnreadablePayload.reason)).all()))


async def test_what_comes_while_one_is_under_way_shares_the_next_transaction(database):
    transactions = 0

    async def counted(work, *args):
        nonlocal transactions
        transactions += 1
        return await database.run(work, *args)

    together = Together(counted)
    reasons = [str(number) for number in range(20)]
    assert await asyncio.gather(*(together.run(_keep, reason) for reason in reasons)) == reasons
    assert await _kept(database) == set(reasons)
    assert transactions < len(reasons)


async def test_one_that_fails_spoils_none_of_the_others_and_is_told(database):
    together = Together(database.run)
    outcomes = await asyncio.gather(
        *(together.run(_keep, reason) for reason in ("first", "bad", "last")), return_exceptions=True
    )
    assert outcomes[0] == "first"
    assert isinstance(outcomes[1], ValueError)
    assert outcomes[2] == "last"
    assert await _kept(database) == {"first", "last"}
    stored = await database.read(lambda session: session.scalar(select(func.count(UnreadablePayload.id))))
    assert stored == 2


async def test_whoever_no_longer_waits_keeps_nobody_else_waiting(database):
    together = Together(database.run)
    gone = asyncio.create_task(together.run(_keep, "gone"))
    await asyncio.sleep(0)
    gone.cancel()
    assert await together.run(_keep, "here") == "here"
    with pytest.raises(asyncio.CancelledError):
        await gone
