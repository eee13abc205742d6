"""What people ask about their own data is noted, confirmed with its number, and never stands before a danger."""

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest

from defensoria.conversations.holder import BotTurn
from defensoria.conversations.models import Atendimento, Message, RequestKind
from defensoria.conversations.tracker_store import ServiceTrackerStore
from defensoria.language import data_requests
from defensoria.office.facts import office_facts
from defensoria.settings import settings
from defensoria.whatsapp.bot import Bot
from tests.agent import remembering, trained_agent

PROTOCOLO = "2026.000001-3"
_numbers = count(1)


class Chat:
    """One citizen in the WhatsApp channel."""

    def __init__(self, store: ServiceTrackerStore, notice: str | None = None) -> None:
        self._store = store
        self._bot, self._sender, self._notice = Bot(trained_agent()), f"privacy-{next(_numbers)}", notice

    def say(self, text: str) -> BotTurn:
        """The bot's turn on a message."""
        message = Message(id=1, type="text", text=text, payload={}, wamid=f"wamid.p{next(_numbers)}")
        turn = asyncio.run(
            self._bot.answer(message, Atendimento(protocolo=PROTOCOLO), self._sender, False, notice=self._notice)
        )
        with self._store._database.transaction() as session:
            turn.remember(session)
        self._notice = turn.notice or self._notice
        return turn


@pytest.fixture
def store(tmp_path, monkeypatch) -> Iterator[ServiceTrackerStore]:
    """Where Rasa remembers them."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'trackers.db'}")
    settings.cache_clear()
    with remembering(monkeypatch) as store:
        yield store
    settings.cache_clear()


@pytest.fixture
def chat(clock, store) -> Chat:
    """A citizen who writes for the first time, on a Monday afternoon."""
    return Chat(store)


def _text(turn: BotTurn) -> str:
    return "\n".join(outgoing.text for outgoing in turn.says)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("meus dados", "acesso"),
        ("quero ver o que vocês têm sobre mim", "acesso"),
        ("Quais dados meus vcs guardam?", "acesso"),
        ("apagar meus dados", "apagamento"),
        ("quero que apaguem tudo que eu escrevi", "apagamento"),
        ("revogar", "apagamento"),
    ],
)
def test_a_request_is_confirmed_with_its_number_and_closes_the_conversation(chat: Chat, said: str, kind: str):
    turn = chat.say(said)
    assert (turn.data_request, turn.outcome) == (kind, "pedido_de_dados")
    assert PROTOCOLO in _text(turn)
    assert not turn.handoff


def test_every_kind_told_by_words_is_one_that_the_store_knows():
    assert set(data_requests._KINDS.values()) <= {kind.value for kind in RequestKind}


def test_in_the_middle_of_the_triage_it_is_noted_and_the_question_asked_again(chat: Chat):
    for message in ("oi", "1", "1"):
        chat.say(message)
    turn = chat.say("quero apagar meus dados")
    assert turn.data_request == "apagamento"
    assert turn.outcome is None
    assert PROTOCOLO in _text(turn)
    assert "qual área" in _text(turn)
    assert chat.say("cível").data_request is None


@pytest.mark.parametrize("before", [(), ("oi", "1")])
def test_danger_goes_first_and_the_request_is_still_noted(chat: Chat, before: tuple[str, ...]):
    for message in before:
        chat.say(message)
    turn = chat.say("apaguem meus dados, meu marido está me batendo agora")
    assert turn.data_request == "apagamento"
    assert "190" in _text(turn)
    assert "Anotei" not in _text(turn)
    assert turn.outcome is None


@pytest.mark.parametrize(
    "said", ["usaram meus dados num empréstimo", "meu nome está no serasa", "quero ver como está meu processo"]
)
def test_a_need_in_which_data_are_spoken_of_is_no_request(chat: Chat, said: str):
    turn = chat.say(said)
    assert turn.data_request is None
    assert turn.outcome is None


def test_the_notice_is_in_the_first_message_and_adds_none(chat: Chat):
    first = chat.say("oi")
    assert len(first.says) == 1
    assert "apagar os seus dados" in _text(first)
    assert first.notice == office_facts().privacy_notice


def test_who_has_read_the_notice_reads_it_again_only_when_it_changed(clock, store):
    assert "apagar os seus dados" not in _text(Chat(store, office_facts().privacy_notice).say("oi"))
    changed = Chat(store, "2020-01").say("oi")
    assert "apagar os seus dados" in _text(changed)


def test_outside_the_hours_the_notice_is_there_too(clock, store):
    clock("2026-11-22T14:00:00-04:00")
    turn = Chat(store).say("oi")
    assert len(turn.says) == 1
    assert "apagar os seus dados" in _text(turn)


def test_nobody_reads_a_notice_before_the_numbers_to_call(chat: Chat):
    turn = chat.say("meu marido está me batendo")
    assert turn.notice is None
    assert "apagar os seus dados" not in _text(turn)
