"""Who is served first: the urgent, then who WhatsApp is about to cut off, then who waits longest."""

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from defensoria.conversations.models import Atendimento
from defensoria.conversations.order import in_order

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=timezone.utc)


def waiting(name, queued_hours, heard_hours, urgencia=None):
    return Atendimento(
        protocolo=name,
        urgencia=urgencia,
        queued_at=NOW - timedelta(hours=queued_hours),
        last_citizen_message_at=NOW - timedelta(hours=heard_hours) if heard_hours is not None else None,
    )


def test_the_rule_by_example():
    rows = [
        waiting("recente", 0.2, 0.2),
        waiting("antiga", 4, 4),
        waiting("janela por 2 h", 3, 22),
        waiting("janela por 1 h", 1, 23),
        waiting("janela encerrada", 2, 30),
        waiting("urgente nova", 0.1, 0.1, "saude"),
        waiting("urgente antiga", 2, 2, "prisao"),
        waiting("urgente, janela por 1 h", 0.5, 23, "violencia"),
        waiting("sem mensagem", 5, None),
    ]
    assert [row.protocolo for row in in_order(rows, NOW)] == [
        "urgente, janela por 1 h",
        "urgente antiga",
        "urgente nova",
        "janela por 1 h",
        "janela por 2 h",
        "sem mensagem",
        "antiga",
        "janela encerrada",
        "recente",
    ]


ROWS = st.lists(
    st.builds(
        lambda queued, heard, urgent: waiting("x", queued, heard, "saude" if urgent else None),
        st.floats(0, 100),
        st.none() | st.floats(0, 100),
        st.booleans(),
    ),
    max_size=12,
)


@given(ROWS)
def test_nobody_is_lost(rows):
    ordered = in_order(rows, NOW)
    assert sorted(map(id, ordered)) == sorted(map(id, rows))


@given(ROWS)
def test_no_urgent_one_waits_behind_another(rows):
    urgent = [bool(row.urgencia) for row in in_order(rows, NOW)]
    assert urgent == sorted(urgent, reverse=True)
