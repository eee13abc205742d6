"""Users and their sessions."""

from datetime import timedelta

import pytest

from defensoria.clock import utc_now
from defensoria.conversations import users
from defensoria.conversations.models import DeskSession, Role, User


def test_a_password_is_kept_as_argon2_and_checked(database, attendants):
    with database.transaction() as session:
        assert session.get(User, attendants[0].id).password_hash.startswith("$argon2id$")
        ana = users.find_user(session, "ANA ")
        assert users.password_fits(ana, "senha-bem-comprida")
        assert not users.password_fits(ana, "outra-senha-qualquer")
        assert not users.password_fits(users.find_user(session, "ninguem"), "senha-bem-comprida")


def test_a_deactivated_user_is_out_at_once(database, attendants):
    with database.transaction() as session:
        token, _ = users.start_session(session, attendants[0])
        session.get(User, attendants[0].id).active = False
    with database.transaction() as session:
        assert users.find_user(session, "ana") is None
        assert users.find_session(session, token) is None


def test_a_session_ends_by_itself_and_its_token_is_not_kept(database, attendants):
    with database.transaction() as session:
        token, opened = users.start_session(session, attendants[0])
        assert opened.token_hash != token
    with database.transaction() as session:
        assert users.find_session(session, token).user.login == "ana"
        session.get(DeskSession, opened.token_hash).expires_at = utc_now() - timedelta(seconds=1)
        assert users.find_session(session, token) is None


@pytest.mark.parametrize(
    ("login", "password", "why"),
    [
        ("ana", "senha-bem-comprida", "Já existe"),
        ("carla", "curta", "pelo menos 10"),
        ("carla", "Defensoria@2026", "fácil de adivinhar"),
        ("carla dias", "senha-bem-comprida", "nome e login"),
        (" ", "senha-bem-comprida", "nome e login"),
    ],
)
def test_a_user_that_cannot_be_made_says_why(database, attendants, login, password, why):
    with database.transaction() as session, pytest.raises(users.UserError, match=why):
        users.add_user(session, login, "Nome", Role.ATTENDANT, ["sinop"], password)
