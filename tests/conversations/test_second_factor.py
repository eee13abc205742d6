"""The second factor: codes of an app and recovery codes, each taken once."""

from datetime import datetime, timedelta, timezone

import pytest
from pyotp import TOTP

from defensoria.conversations import second_factor, users
from defensoria.conversations.models import User
from defensoria.conversations.second_factor import Vault

NOON = datetime(2026, 11, 23, 16, 0, 10, tzinfo=timezone.utc)
VAULT = Vault("a key")


@pytest.fixture
def at(monkeypatch):
    """Set the clock to so many seconds after noon."""

    def set_to(seconds: int) -> None:
        monkeypatch.setattr(second_factor, "utc_now", lambda: NOON + timedelta(seconds=seconds))

    set_to(0)
    return set_to


def code(secret: str, seconds: int = 0) -> str:
    return TOTP(secret).at(NOON + timedelta(seconds=seconds))


@pytest.fixture
def enrolled(database, attendants, at):
    """Ana's secret and her recovery codes; her first code was taken a minute and a half ago."""
    at(-90)
    secret, _ = VAULT.offer(attendants[0])
    with database.transaction() as session:
        codes = second_factor.enrol(session, VAULT, attendants[0].id, secret, code(secret, -90))
    at(0)
    return secret, codes


def take(database, user, given: str, vault: Vault = VAULT) -> str | None:
    with database.transaction() as session:
        return second_factor.take_code(session, vault, user.id, given)


def test_the_reference_of_rfc_6238_is_taken(database, attendants, monkeypatch):
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    monkeypatch.setattr(second_factor, "utc_now", lambda: datetime.fromtimestamp(1111111109, timezone.utc))
    with database.transaction() as session:
        assert second_factor.enrol(session, VAULT, attendants[0].id, secret, "081804")


@pytest.mark.parametrize(("seconds", "taken"), [(0, True), (-30, True), (30, True), (-60, False), (60, False)])
def test_a_clock_may_be_off_by_one_step(database, attendants, enrolled, seconds, taken):
    secret, _ = enrolled
    assert (take(database, attendants[0], code(secret, seconds)) == "aplicativo") is taken


def test_a_code_is_taken_once_and_none_before_it_any_more(database, attendants, enrolled):
    secret, _ = enrolled
    assert take(database, attendants[0], code(secret)) == "aplicativo"
    assert take(database, attendants[0], code(secret)) is None
    assert take(database, attendants[0], code(secret, -30)) is None
    assert take(database, attendants[0], code(secret, 30)) == "aplicativo"


def test_the_code_that_enrolled_does_not_log_in(database, attendants, at):
    secret, _ = VAULT.offer(attendants[0])
    with database.transaction() as session:
        assert second_factor.enrol(session, VAULT, attendants[0].id, secret, code(secret))
    assert take(database, attendants[0], code(secret)) is None


@pytest.mark.parametrize("wrong", ["", "12345", "abcdef", "1234567", "٣٣٣٣٣٣", "não sei", "0" * 300])
def test_what_is_no_code_is_not_taken(database, attendants, enrolled, wrong):
    assert take(database, attendants[0], wrong) is None


def test_each_recovery_code_is_taken_once_by_its_user_alone(database, attendants, enrolled):
    _, codes = enrolled
    assert len(set(codes)) == 10
    assert take(database, attendants[1], codes[0]) is None
    assert take(database, attendants[0], f" {codes[0].upper()} ") == "recuperacao"
    assert take(database, attendants[0], codes[0]) is None
    assert take(database, attendants[0], codes[1].replace("-", "")) == "recuperacao"
    with database.transaction() as session:
        assert second_factor.recovery_codes_left(session, attendants[0]) == 8
        fresh = second_factor.new_recovery_codes(session, attendants[0])
    assert take(database, attendants[0], codes[2]) is None
    assert take(database, attendants[0], fresh[0]) == "recuperacao"


def test_the_database_alone_opens_no_login(database, attendants, enrolled):
    secret, codes = enrolled
    with database.engine.connect() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM users").all())
        kept += str(connection.exec_driver_sql("SELECT * FROM recovery_codes").all())
    assert secret not in kept
    assert not [given for given in codes if given in kept]
    assert take(database, attendants[0], code(secret), Vault("another key")) is None


def test_who_has_an_app_does_not_get_another_by_the_way(database, attendants, enrolled):
    other, _ = VAULT.offer(attendants[0])
    with database.transaction() as session:
        assert second_factor.enrol(session, VAULT, attendants[0].id, other, code(other)) is None
        assert VAULT.unlock(session.get(User, attendants[0].id)) == enrolled[0]


def test_an_offer_is_for_one_user_and_not_for_long(attendants, monkeypatch):
    secret, offered = VAULT.offer(attendants[0])
    assert VAULT.accept(attendants[0], offered) == secret
    assert VAULT.accept(attendants[1], offered) is None
    assert VAULT.accept(attendants[0], "nonsense") is None
    import time

    later = time.time() + 16 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    assert VAULT.accept(attendants[0], offered) is None


def test_a_session_is_of_use_once_its_code_is_given(database, attendants, enrolled):
    with database.transaction() as session:
        token, opened = users.start_session(session, session.get(User, attendants[0].id))
        assert not opened.confirmed
        assert opened.expires_at - opened.created_at == users.UNCONFIRMED_LENGTH
    with database.transaction() as session:
        users.confirm_session(session, token)
    with database.transaction() as session:
        found = users.find_session(session, token)
        assert found.confirmed
        assert found.expires_at - found.created_at == users.SESSION_LENGTH
