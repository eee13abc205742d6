"""The live stream of a served desk: who is told what, and what a dropped connection misses."""

import json
import re
from collections.abc import Callable, Iterator

import httpx
import pytest

from defensoria.conversations.events import record
from defensoria.conversations.models import Atendimento, AtendimentoEvent
from defensoria.desk.feed import Feed, Missed
from defensoria.desk.stream import told
from tests.desk.conftest import OTHER_NUCLEO, wait_until_handed_out


@pytest.fixture
def follow(address, office) -> Iterator[Callable[..., "Follower"]]:
    followers: list[Follower] = []

    def follow(login: str, since: int | None = None) -> "Follower":
        followers.append(Follower(address, office.session_of(login)[0], since))
        return followers[-1]

    yield follow
    for follower in followers:
        follower.close()


class Follower:
    """An open page: `heard` are the events it was told, as (kind of event, id, data)."""

    def __init__(self, address: str, token: str, since: int | None) -> None:
        self._client = httpx.Client(base_url=address, cookies={"mesa": token}, timeout=10)
        cursor = re.search(r'data-cursor="(\d+)"', self._client.get("/").text)
        self.cursor = int(cursor.group(1)) if since is None else since
        headers = {"last-event-id": str(self.cursor)}
        self._stream = self._client.send(self._client.build_request("GET", "/stream", headers=headers), stream=True)
        assert self._stream.headers["content-type"].startswith("text/event-stream")
        assert self._stream.headers["cache-control"] == "no-store"
        self._lines = self._stream.iter_lines()

    def next(self) -> tuple[str, int, dict]:
        event: dict[str, str] = {}
        for line in self._lines:
            if not line and "event" in event:
                return event["event"], int(event["id"]), json.loads(event["data"])
            name, _, value = line.partition(": ")
            event[name] = value
        raise AssertionError("the stream ended")

    def close(self) -> None:
        self._stream.close()
        self._client.close()


def told_until(follower: Follower, last: str) -> list[dict]:
    told = [follower.next()[2]]
    while told[-1]["kind"] != last:
        told.append(follower.next()[2])
    return told


def test_a_page_is_told_what_happens_in_its_nucleo_and_nothing_of_others(office, follow):
    ana, bia = follow("ana"), follow("bia")
    theirs = office.hands_over("de Sinop", nucleo=OTHER_NUCLEO, wa_id="551")
    ours = office.hands_over("de Várzea Grande", wa_id="552")
    for follower, protocolo in ((ana, ours), (bia, theirs)):
        told = told_until(follower, "queued")
        assert {data["protocolo"] for data in told} == {protocolo}
        assert all(set(data) == {"protocolo", "kind", "mine", "waiting"} for data in told), "never words"


def test_a_citizens_message_to_a_person_is_told(office, follow):
    protocolo = office.hands_over()
    office.takes("ana", protocolo)
    ana = follow("ana")
    office.writes("chegou agora")
    assert told_until(ana, "message_in")[-1]["protocolo"] == protocolo


def test_a_page_is_told_whose_the_conversation_is_and_how_many_wait_for_its_user(office, follow):
    office.hands_over(nucleo=OTHER_NUCLEO, wa_id="551")
    protocolo = office.hands_over(wa_id="552")
    office.hands_over(wa_id="553")
    ana, rui = follow("ana"), follow("rui")
    office.takes("ana", protocolo)
    assert told_until(ana, "claimed")[-1] == {"protocolo": protocolo, "kind": "claimed", "mine": True, "waiting": 1}
    assert told_until(rui, "claimed")[-1] == {"protocolo": protocolo, "kind": "claimed", "mine": False, "waiting": 1}


async def test_nothing_is_kept_for_who_may_not_see_it_and_what_was_kept_is_told_to_nobody_who_lost_sight(app, office):
    protocolo = office.hands_over()
    feed = app.state.desk.feed
    await feed.start()
    ana, bia = office.user("ana"), office.user("bia")
    with feed.subscribe(ana, feed.newest) as of_ana, feed.subscribe(bia, feed.newest) as of_bia:
        office.takes("rui", protocolo)
        await feed.read()
        assert of_bia.empty()
        change = of_ana.get_nowait()
        assert told(feed, of_ana, change) is not None
        of_ana.follows(bia)
        assert told(feed, of_ana, change) is None


def test_what_was_missed_is_told_after_reconnecting(app, office, follow):
    protocolo = office.hands_over()
    wait_until_handed_out(app, office)
    ana = follow("ana")
    office.writes("ouvida")
    _, last, _ = ana.next()
    ana.close()
    office.takes("rui", protocolo)
    office.writes("perdida")
    wait_until_handed_out(app, office)
    again = follow("ana", since=last)
    assert [again.next()[2]["kind"] for _ in range(2)] == ["claimed", "message_in"]


def test_a_page_that_was_away_too_long_looks_at_everything_again(office, follow):
    assert follow("ana", since=999_999).next()[0] == "atualizar"


def test_a_stranger_gets_no_stream(address):
    answer = httpx.get(f"{address}/stream")
    assert answer.status_code == 303


async def test_a_lower_id_committed_after_a_higher_one_is_not_missed(office):
    feed = Feed(office.database)
    protocolo = office.hands_over()
    await feed.start()
    with office.database.transaction() as session:
        atendimento = session.get(Atendimento, office.atendimento_id(protocolo))
        newest = session.query(AtendimentoEvent).order_by(AtendimentoEvent.id.desc()).first()
        record(session, atendimento, "early", "ana")
        session.flush()
        late_id = newest.id + 1
        session.query(AtendimentoEvent).filter_by(id=late_id).update({"id": late_id + 5})
    with feed.subscribe(office.user("ana"), feed.newest) as subscription:
        await feed.read()
        assert subscription.get_nowait().id == late_id + 5
        with office.database.transaction() as session:
            late = session.get(Atendimento, office.atendimento_id(protocolo))
            session.add(
                AtendimentoEvent(id=late_id, atendimento_id=late.id, at=late.opened_at, kind="late", actor="ana")
            )
        await feed.read()
        assert subscription.get_nowait().kind == "late"
        await feed.read()
        assert subscription.empty(), "nothing is told twice"


async def test_a_page_that_does_not_read_is_told_to_look_again_instead_of_piling_up(office):
    feed = Feed(office.database)
    protocolo = office.hands_over()
    await feed.start()
    with feed.subscribe(office.user("ana"), feed.newest) as subscription:
        with office.database.transaction() as session:
            atendimento = session.get(Atendimento, office.atendimento_id(protocolo))
            for _ in range(1200):
                record(session, atendimento, "message_in", "citizen")
        while await feed.read():
            pass
        waiting = [subscription.get_nowait() for _ in range(subscription.qsize())]
    assert isinstance(waiting[0], Missed)
    assert len(waiting) <= 200
