"""A citizen is recognised by number and id, keeps up with their changes, and is never merged with another."""

import pytest
from sqlalchemy import select

from defensoria.conversations import inbox
from defensoria.conversations.citizens import look_alikes, match_key
from defensoria.conversations.contents import Edit, IdentityChange, Reaction, Revoke, Text
from defensoria.conversations.models import Atendimento, Citizen, CitizenAlias, Holder, Message, Status

from .conftest import NOON, inbound

OLD, NEW = "556599990001", "556599990009"


def changed(old: dict[str, str], new: dict[str, str]):
    """WhatsApp's notice of a change."""
    return inbound(
        type="system", content=IdentityChange(kind="user_changed_number", old=old, new=new), **{"wa_id": None, **old}
    )


def aliases(session, citizen_id: int) -> set[str]:
    return set(session.scalars(select(CitizenAlias.value).where(CitizenAlias.citizen_id == citizen_id)))


def test_a_change_of_number_takes_the_citizen_and_their_atendimento_along(database):
    with database.transaction() as session:
        before = inbox.receive(session, inbound(wa_id=OLD, user_id="BR.1"))
        inbox.receive(session, changed({"wa_id": OLD, "user_id": "BR.1"}, {"wa_id": NEW, "user_id": "BR.2"}))
    with database.transaction() as session:
        after = inbox.receive(session, inbound(wa_id=NEW, user_id="BR.2"))
        assert (after.citizen_id, after.atendimento_id) == (before.citizen_id, before.atendimento_id)
        assert aliases(session, before.citizen_id) == {NEW, "BR.2"}
        assert session.get(Citizen, before.citizen_id).address == NEW


def test_a_change_of_id_alone_leaves_the_number_and_the_address(database):
    with database.transaction() as session:
        before = inbox.receive(session, inbound(wa_id=OLD, user_id="BR.1"))
        inbox.receive(session, changed({"wa_id": OLD, "user_id": "BR.1"}, {"user_id": "BR.2"}))
        assert aliases(session, before.citizen_id) == {OLD, "BR.2"}
        assert session.get(Citizen, before.citizen_id).address == OLD


def test_who_writes_without_a_number_is_answered_at_the_new_id(database):
    with database.transaction() as session:
        before = inbox.receive(session, inbound(wa_id=None, user_id="BR.1"))
        inbox.receive(session, changed({"user_id": "BR.1"}, {"user_id": "BR.2"}))
        assert session.get(Citizen, before.citizen_id).address == "BR.2"


def test_a_number_that_was_given_up_belongs_to_whoever_writes_from_it_next(database):
    with database.transaction() as session:
        before = inbox.receive(session, inbound(wa_id=OLD))
        inbox.receive(session, changed({"wa_id": OLD}, {"wa_id": NEW}))
        assert inbox.receive(session, inbound(wa_id=OLD)).citizen_id != before.citizen_id


def test_a_change_to_somebody_elses_number_merges_nobody_and_is_noted_once_for_a_person(database):
    with database.transaction() as session:
        one, two = (inbox.receive(session, inbound(wa_id=number)) for number in (OLD, NEW))
        for _ in range(2):
            notice = inbox.receive(session, changed({"wa_id": OLD}, {"wa_id": NEW, "user_id": "BR.2"}))
        assert notice.citizen_id == one.citizen_id
        assert (aliases(session, one.citizen_id), aliases(session, two.citizen_id)) == ({OLD}, {NEW})
        assert session.get(Citizen, one.citizen_id).address == OLD
        assert [alike.id for alike in look_alikes(session, one.citizen_id)] == [two.citizen_id]
        assert [alike.id for alike in look_alikes(session, two.citizen_id)] == [one.citizen_id]


def test_a_message_with_ids_of_two_people_is_noted_for_a_person(database):
    with database.transaction() as session:
        by_number = inbox.receive(session, inbound(wa_id=OLD))
        by_id = inbox.receive(session, inbound(wa_id=None, user_id="BR.2"))
        inbox.receive(session, inbound(wa_id=OLD, user_id="BR.2"))
        assert [alike.id for alike in look_alikes(session, by_number.citizen_id)] == [by_id.citizen_id]


def test_the_same_mobile_with_and_without_its_ninth_digit_is_two_citizens_who_look_alike(database):
    with database.transaction() as session:
        short, long, landline = (
            inbox.receive(session, inbound(wa_id=number))
            for number in ("556599990001", "5565999990001", "556536130001")
        )
        assert len({short.citizen_id, long.citizen_id, landline.citizen_id}) == 3
        assert [alike.id for alike in look_alikes(session, short.citizen_id)] == [long.citizen_id]
        assert session.get(Citizen, short.citizen_id).address == "556599990001"
        assert look_alikes(session, landline.citizen_id) == []


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("556599990001", "5565999990001"),
        ("5565999990001", "5565999990001"),
        ("556636130001", "556636130001"),
        ("5511912345678", "5511912345678"),
        ("351912345678", "351912345678"),
        ("55659999000", "55659999000"),
    ],
)
def test_only_a_brazilian_mobile_gains_a_ninth_digit_to_be_compared(number, key):
    assert match_key(number) == key


@pytest.mark.parametrize(
    "content",
    [
        Reaction(message_id="wamid.1", emoji="👍"),
        Edit(message_id="wamid.1", content=Text(body="outra coisa")),
        Revoke(message_id="wamid.1"),
        IdentityChange(kind="customer_identity_changed", old={"wa_id": OLD}),
    ],
)
def test_what_asks_for_no_answer_is_kept_and_opens_nothing(database, content):
    with database.transaction() as session:
        first = inbox.receive(session, inbound())
        atendimento = session.get(Atendimento, first.atendimento_id)
        atendimento.holder, atendimento.reminded_at = Holder.CLOSED.value, NOON
    with database.transaction() as session:
        quiet = inbox.receive(session, inbound(type="x", content=content, minutes=5))
        assert (quiet.atendimento_id, quiet.status) == (first.atendimento_id, Status.PROCESSED.value)
        atendimento = session.get(Atendimento, first.atendimento_id)
        assert (atendimento.last_citizen_message_at, atendimento.reminded_at) == (NOON, NOON)


def test_an_edit_is_kept_with_its_words_beside_what_was_said_first(database):
    with database.transaction() as session:
        inbox.receive(session, inbound("em Snop", wamid="wamid.first"))
        inbox.receive(
            session, inbound(type="edit", content=Edit(message_id="wamid.first", content=Text(body="em Sinop")))
        )
        assert session.scalars(select(Message.text).order_by(Message.id)).all() == ["em Snop", "em Sinop"]
