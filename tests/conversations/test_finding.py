"""Searching: by protocol, number, name and words, without accents, and never beyond the user's núcleos."""

import pytest

from defensoria.conversations import desk_views, holder, inbox, users
from defensoria.conversations.finding import read_search
from defensoria.conversations.holder import BotTurn
from defensoria.conversations.models import Atendimento, Role

from .conftest import TRIAGE, inbound, said


@pytest.fixture
def handed(database):
    """Hands a citizen's conversation to a núcleo. Returns the protocol."""

    def handed(text: str = "oi", nucleo: str = "sinop", **who: str) -> str:
        with database.transaction() as session:
            message = inbox.receive(session, inbound(text, **who))
            turn = BotTurn([said("Vou chamar uma pessoa.")], {**TRIAGE, "nucleo": nucleo}, handoff=True)
            assert holder.finish_bot_turn(session, message.id, message.atendimento_id, 0, turn)
            return session.get(Atendimento, message.atendimento_id).protocolo

    return handed


@pytest.fixture
def finds(database, attendants):
    """What Ana of Sinop finds: protocol and where."""

    def finds(asked: str, limit: int = 50) -> list[tuple[str, str]]:
        with database.transaction() as session:
            found = desk_views.found(session, session.merge(attendants[0]), read_search(asked), limit)
            return [(atendimento.protocolo, what) for what, atendimento in found]

    return finds


@pytest.mark.parametrize("spelling", ["{}", "{.}", " {} "])
def test_by_protocol_with_or_without_its_signs(handed, finds, spelling):
    protocolo = handed()
    handed(wa_id="5565911112222")
    digits = protocolo.replace(".", "").replace("-", "")
    assert finds(spelling.replace("{.}", digits).replace("{}", protocolo)) == [(protocolo, "protocolo")]


@pytest.mark.parametrize(
    "asked",
    ["5566999634454", "556699634454", "(66) 99963-4454", "66 9963-4454", "+55 66 99963 4454", "99634454", "4454"],
)
@pytest.mark.parametrize("wa_id", ["556699634454", "5566999634454"])
def test_by_number_however_it_is_written(handed, finds, asked, wa_id):
    protocolo = handed(wa_id=wa_id)
    handed(wa_id="5565911112222")
    assert finds(asked) == [(protocolo, "numero")]


@pytest.mark.parametrize("asked", ["jose conceicao", "JOSÉ", "Conceição", "antônio"])
def test_by_name_without_accents(handed, finds, asked):
    protocolo = handed(profile_name="José Antonio da CONCEIÇÃO")
    handed(wa_id="5565911112222", profile_name="Maria")
    assert finds(asked) == [(protocolo, "nome")]


@pytest.mark.parametrize("asked", ["pensao", "PENSÃO atrasada", "Ção d", "100% [sim]", "a*b", "50_60", "c:\\temp"])
def test_by_what_was_said_with_every_sign_taken_as_it_is(handed, finds, asked):
    protocolo = handed("A Pensão está ATRASADA, solução dada: 100% [sim] a*b 50_60 c:\\temp")
    handed("a pensa 100 sim axxb 50x60", wa_id="5565911112222")
    assert finds(asked) == [(protocolo, "texto")]


def test_what_the_bot_says_to_everyone_is_not_found(handed, finds):
    handed()
    assert finds("chamar uma pessoa") == []


def test_nothing_of_another_nucleo_and_nothing_that_the_bot_holds(handed, finds, database):
    there = handed("segredo", nucleo="varzea-grande", profile_name="Joana")
    with database.transaction() as session:
        message = inbox.receive(session, inbound("segredo", wa_id="5565911112222", profile_name="Joana"))
        session.get(Atendimento, message.atendimento_id).nucleo = "sinop"
    for asked in ("segredo", "Joana", there, "0001", "2222"):
        assert finds(asked) == []


def test_the_newest_first_and_no_more_than_asked_for(handed, finds):
    protocols = [handed("pensão", wa_id=f"55659111122{number:02}") for number in range(4)]
    assert [protocolo for protocolo, _ in finds("pensao", limit=3)] == protocols[:0:-1]


def test_too_short_means_nothing_and_the_audit_is_told_only_the_kind():
    assert read_search(" a ") is None
    assert read_search("(65) 99963-4454").kind == "numero+palavras"
    assert read_search("2026.000123-7").kind == "protocolo"
    assert read_search("pensão").kind == "palavras"


def test_closed_ones_newest_first_and_within_the_nucleos(handed, database, attendants):
    for number in range(3):
        handed(wa_id=f"55659111122{number:02}")
    handed(nucleo="varzea-grande", wa_id="5565933334444")
    with database.transaction() as session:
        away = users.add_user(session, "eva", "Eva", Role.ATTENDANT, ["varzea-grande"], "senha-bem-comprida")
        for atendimento_id, user in ((2, attendants[0]), (1, attendants[0]), (4, away)):
            holder.claim(session, atendimento_id, user)
            holder.close(session, atendimento_id, user, "resolvido", None)
        by_itself = inbox.receive(session, inbound(wa_id="5565944445555"))
        turn = BotTurn([said("Até logo.")], {**TRIAGE, "nucleo": "sinop"}, outcome="informado")
        assert holder.finish_bot_turn(session, by_itself.id, by_itself.atendimento_id, 0, turn)
    with database.transaction() as session:
        ana = session.merge(attendants[0])
        assert [row.id for row in desk_views.closed(session, ana, 10)] == [1, 2]
        assert [row.id for row in desk_views.closed(session, ana, 1, 1)] == [2]
