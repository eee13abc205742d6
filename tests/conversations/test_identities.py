"""Two citizens who may be one stay two until a person decides, and then nothing of either is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from defensoria.conversations import inbox, privacy_requests
from defensoria.conversations.health import read_health
from defensoria.conversations.identities import NotMerged, doubts, keep_apart, merge, signs_of
from defensoria.conversations.models import (
    Atendimento,
    AuditEntry,
    Citizen,
    CitizenAlias,
    IdentityConflict,
    LegalHold,
    Message,
    RequestKind,
)
from defensoria.conversations.staff import By

from .conftest import NOON, inbound
from .test_citizens import NEW, OLD, changed

CTI = By("cti", "10.0.0.1")
SHORT, LONG = "556599990001", "5565999990001"


def _closed(session) -> None:
    """Nothing is under way any more."""
    session.execute(update(Message).values(status="processed"))
    session.execute(update(Atendimento).values(holder="closed", closed_at=NOON - timedelta(days=30)))


@pytest.fixture
def two(database) -> tuple[int, int]:
    """The same mobile with and without its ninth digit, both closed; the older wrote last."""
    with database.transaction() as session:
        older = inbox.receive(session, inbound("oi", wa_id=SHORT, profile_name="Maria")).citizen_id
        younger = inbox.receive(session, inbound("oi de novo", wa_id=LONG, user_id="BR.7")).citizen_id
        inbox.receive(session, inbound("alguém?", wa_id=SHORT))
        _closed(session)
        return older, younger


def _pairs(session) -> list[tuple[int, int, str]]:
    return [(doubt.older.id, doubt.younger.id, doubt.kind) for doubt in doubts(session)]


def test_look_alike_numbers_and_what_whatsapp_says_are_doubts_once_each(database, two):
    with database.transaction() as session:
        third = inbox.receive(session, inbound(wa_id="556588880001")).citizen_id
        inbox.receive(session, inbound(wa_id="556588880001", user_id="BR.7"))
        inbox.receive(session, inbound(wa_id=LONG, user_id="BR.7"))
        assert _pairs(session) == [(two[1], third, "user_id"), (*two, "ninth_digit")]
        health = read_health(session)
        assert (health.look_alikes, health.conflicts) == (1, 1)


def test_who_is_kept_apart_is_not_asked_about_again(database, two):
    with database.transaction() as session:
        keep_apart(session, two[1], two[0], CTI)
    with database.transaction() as session:
        assert doubts(session) == []
        assert read_health(session).look_alikes == 0
        session.add(IdentityConflict(citizen_id=two[1], other_id=two[0], kind="wa_id", noted_at=NOON))
        session.flush()
        assert doubts(session) == [], "nor when WhatsApp says so of the same two again"
        assert session.scalars(select(Citizen.id).order_by(Citizen.id)).all() == list(two)
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.actor, entry.action, entry.origin) == ("cti", "identidades_separadas", "10.0.0.1")
        assert entry.data == {"pessoas": list(two)}


def test_what_whatsapp_said_is_decided_as_well(database):
    with database.transaction() as session:
        one, other = (inbox.receive(session, inbound(wa_id=number)).citizen_id for number in (OLD, NEW))
        inbox.receive(session, changed({"wa_id": OLD}, {"wa_id": NEW}))
        assert _pairs(session) == [(one, other, "wa_id")]
        keep_apart(session, one, other, CTI)
        session.flush()
        assert doubts(session) == []


def test_merged_all_that_was_of_either_is_of_one(database, two):
    older, younger = two
    with database.transaction() as session:
        session.add(LegalHold(citizen_id=younger, reason="ofício", set_by="ana", set_at=NOON))
        merge(session, younger, older, CTI)
    with database.transaction() as session:
        (citizen,) = session.scalars(select(Citizen)).all()
        assert (citizen.id, citizen.name, citizen.address) == (older, "Maria", SHORT)
        for model, many in ((CitizenAlias, 3), (Atendimento, 2), (Message, 3), (LegalHold, 1)):
            assert session.scalars(select(model.citizen_id)).all() == [older] * many, model
        assert doubts(session) == []
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.data) == ("identidades_juntadas", {"fica": older, "sai": younger})
    with database.transaction() as session:
        for identity in ({"wa_id": SHORT}, {"wa_id": LONG}, {"wa_id": None, "user_id": "BR.7"}):
            assert inbox.receive(session, inbound(**identity)).citizen_id == older


def test_they_are_answered_where_they_last_wrote_from(database, two):
    with database.transaction() as session:
        inbox.receive(session, inbound("do outro aparelho", wa_id=LONG))
        _closed(session)
    with database.transaction() as session:
        assert merge(session, *two, CTI).address == LONG


def test_what_is_undecided_with_a_third_stays_so(database, two):
    older, younger = two
    with database.transaction() as session:
        third = inbox.receive(session, inbound(wa_id="556588880001")).citizen_id
        for one, other in ((younger, third), (older, younger)):
            session.add(IdentityConflict(citizen_id=one, other_id=other, kind="user_id", noted_at=NOON))
        _closed(session)
        merge(session, older, younger, CTI)
        assert _pairs(session) == [(older, third, "user_id")]


def test_an_open_conversation_goes_on_as_the_merged_ones(database, two, attendants):
    older, younger = two
    with database.transaction() as session:
        message = inbox.receive(session, inbound("de novo", wa_id=LONG))
        session.execute(update(Message).values(status="processed"))
        merge(session, older, younger, CTI)
        assert inbox.open_atendimento(session, older).id == message.atendimento_id


def _two_open(session, two) -> None:
    for number in (SHORT, LONG):
        inbox.receive(session, inbound("oi", wa_id=number))
    session.execute(update(Message).values(status="processed"))


def _being_answered(session, two) -> None:
    inbox.receive(session, inbound("oi", wa_id=SHORT))


def _asked_for_erasure(session, two) -> None:
    atendimento = session.scalar(select(Atendimento).where(Atendimento.citizen_id == two[1]))
    privacy_requests.note_request(session, atendimento, RequestKind.ERASURE.value)


@pytest.mark.parametrize("under_way", [_two_open, _being_answered, _asked_for_erasure])
def test_nobody_is_merged_while_something_of_theirs_is_under_way(database, two, under_way):
    with database.transaction() as session:
        under_way(session, two)
    with database.transaction() as session, pytest.raises(NotMerged):
        merge(session, *two, CTI)
    with database.transaction() as session:
        assert session.scalars(select(Citizen.id).order_by(Citizen.id)).all() == list(two)
        assert session.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize("decide", [keep_apart, merge])
def test_who_is_not_in_doubt_is_not_decided_upon(database, two, decide):
    with database.transaction() as session:
        third = inbox.receive(session, inbound(wa_id="556588880001")).citizen_id
    for one, other in ((two[0], third), (two[0], two[0]), (two[0], 999)):
        with database.transaction() as session, pytest.raises(NotMerged):
            decide(session, one, other, CTI)


def test_the_signs_of_a_citizen_are_without_words(database, two):
    with database.transaction() as session:
        signs = signs_of(session, session.get(Citizen, two[1]))
        assert set(signs.identities) == {("wa_id", LONG), ("user_id", "BR.7")}
        assert (signs.atendimentos, signs.last_wrote) == (1, NOON)
