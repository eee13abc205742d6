"""`python -m defensoria envios`: IT sees what failed and why, and sends it again."""

import pytest
from click.testing import CliRunner

from defensoria.__main__ import main
from defensoria.conversations import inbox, sending
from defensoria.conversations.holder import BotTurn, finish_bot_turn
from defensoria.conversations.models import Message
from defensoria.settings import settings
from tests.conversations.conftest import TRIAGE, inbound, said
from tests.sending import fail, lease_due

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def envios(database, monkeypatch):
    """The command, on a store with one message that has failed."""
    with database.transaction() as session:
        message = inbox.receive(session, inbound())
        finish_bot_turn(session, message.id, message.atendimento_id, 0, BotTurn([said("segredo dela")], TRIAGE))
        (leased,) = lease_due(session)
        fail(session, leased.id)
    monkeypatch.setenv("DATABASE_URL", database.url)
    settings.cache_clear()
    yield lambda *arguments: CliRunner().invoke(main, ["envios", *arguments])
    monkeypatch.undo()
    settings.cache_clear()


def test_what_failed_is_listed_without_words_or_numbers(envios):
    shown = envios().output
    assert "Os envios estão andando." in shown
    assert "code 131026" in shown
    assert "segredo" not in shown
    assert "556599990001" not in shown


def test_a_stop_of_all_sending_is_shown_first(envios, database):
    with database.transaction() as session:
        sending.stop(session, 190, "HTTP 401, code 190: expired", False, 2)
    assert envios().output.startswith("PARADO desde ")


def test_what_failed_is_sent_again_and_nothing_else(envios, database):
    assert envios("--reenviar", "2").exit_code == 0
    with database.transaction() as session:
        assert session.get(Message, 2).status == "pending"
    assert envios("--reenviar", "2").exit_code == 1
