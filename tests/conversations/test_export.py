"""The audit export has the fields of the contract."""

import json

from defensoria.conversations import notes
from defensoria.conversations.export import export_atendimentos
from defensoria.conversations.holder import claim, close
from defensoria.conversations.models import TRIAGE_SLOTS, Atendimento


def test_each_atendimento_is_one_object_with_its_triage_and_messages(database, queued, attendants):
    with database.transaction() as session:
        claim(session, queued, attendants[0])
        notes.add(session, session.get(Atendimento, queued), attendants[0], "só entre nós")
        close(session, queued, attendants[0], "resolvido", None)
    with database.transaction() as session:
        (row,) = [json.loads(json.dumps(row)) for row in export_atendimentos(session, with_messages=True)]
    assert set(row) == {
        "protocolo", "citizen_id", "opened_at", "queued_at", "claimed_at", "closed_at",
        "holder", "attendant", "outcome", "rating", "triage", "messages", "notes",
    }  # fmt: skip
    assert (row["holder"], row["attendant"], row["outcome"]) == ("closed", "ana", "resolvido")
    assert set(row["triage"]) == {*TRIAGE_SLOTS, "atendimento_humano", "protocolo"}
    assert row["triage"]["protocolo"] == row["protocolo"]
    assert row["opened_at"].endswith("+00:00")
    assert [(m["direction"], m["author"], m["text"]) for m in row["messages"]] == [
        ("in", "citizen", "oi"),
        ("out", "bot", "Pronto!"),
    ]
    assert [(note["author"], note["text"], note["transfer"]) for note in row["notes"]] == [
        ("ana", "só entre nós", None)
    ]
    assert set(row["messages"][0]) == {"at", "direction", "author", "type", "text", "wamid", "status"}


def test_without_messages_none_is_given(database, queued):
    with database.transaction() as session:
        (row,) = export_atendimentos(session)
    assert "messages" not in row
