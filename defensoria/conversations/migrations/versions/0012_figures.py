"""Figures: the days whose facts are packed, the views that other programs read, and indexes for the purge.

A later migration that makes `facts_of_atendimentos` anew on SQLite has to drop the views first and make them after it.
"""

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

# ruff: noqa: S608 - every name in the queries is of this file
revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_CUIABA = ZoneInfo("America/Cuiaba")
_QUESTIONS = ("criterio", "elegibilidade", "servico", "area", "assunto", "municipio", "confirmacao", "recado")
_BILLED = {"service": "atendimento", "utility": "utilidade", "marketing": "marketing", "other": "outras"}
_SLOTS = "municipio, nucleo, area, assunto, servico, criterio, elegibilidade, urgencia"
_ABANDONED = "outcome = 'abandonado'"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "planning_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("words", sa.JSON(), nullable=True),
        sa.Column("kinds", sa.JSON(), nullable=True),
        sa.Column("packed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("day"),
    )
    _note_days()
    op.create_index("atendimentos_due", "atendimentos", ["holder", "closed_at"])
    op.create_index("ix_citizens_address", "citizens", ["address"])
    for name, query in _views(op.get_bind().dialect.name).items():
        op.execute(f"CREATE VIEW {name} AS {query}")


def downgrade() -> None:
    """Take back."""
    for name in reversed(_views(op.get_bind().dialect.name)):
        op.execute(f"DROP VIEW {name}")
    op.drop_index("ix_citizens_address", "citizens")
    op.drop_index("atendimentos_due", "atendimentos")
    op.drop_table("planning_days")


def _note_days() -> None:
    """The days that have facts already: they wait for being packed."""
    facts = sa.table("facts_of_atendimentos", sa.column("opened_hour", sa.DateTime(timezone=True)))
    hours = op.get_bind().execute(sa.select(facts.c.opened_hour).distinct()).scalars()
    # SQLite gives them without their zone, in which they are kept.
    aware = (hour if hour.tzinfo else hour.replace(tzinfo=timezone.utc) for hour in hours)
    days = sorted({_day_of(hour) for hour in aware})
    if days:
        table = sa.table("planning_days", sa.column("day", sa.Date()))
        op.bulk_insert(table, [{"day": day} for day in days])


def _day_of(hour: datetime) -> date:
    return hour.astimezone(_CUIABA).date()


def _views(dialect: str) -> dict[str, str]:
    return {
        "v_atendimentos": _atendimentos(dialect),
        "v_triagem": _triage(dialect),
        "v_mensagens_custo": _cost(dialect),
        "v_demanda_diaria": _demand(dialect),
    }


def _atendimentos(dialect: str) -> str:
    hours = ", ".join(
        f"{_hour(dialect, column)} AS {name}"
        for column, name in (
            ("opened_hour", "hora"),
            ("queued_hour", "hora_na_fila"),
            ("claimed_hour", "hora_atendido"),
        )
    )
    return f"""
        SELECT {_day(dialect, "opened_hour")} AS dia, {hours}, {_day(dialect, "closed_hour")} AS dia_encerrado,
            {_SLOTS},
            outcome AS desfecho,
            CAST(came_back AS INTEGER) AS ja_veio_antes,
            CAST(outside_hours AS INTEGER) AS fora_do_horario,
            CAST(overnight AS INTEGER) AS esperou_outro_dia,
            {_flag("queued_hour IS NOT NULL")} AS encaminhado,
            {_flag("claimed_hour IS NOT NULL")} AS atendido,
            {_flag(_ABANDONED)} AS desistiu,
            messages_in AS mensagens_da_pessoa,
            messages_bot AS mensagens_do_robo,
            messages_people AS mensagens_da_equipe,
            files AS arquivos,
            minutes_triage AS minutos_na_triagem,
            minutes_waiting AS minutos_na_fila,
            minutes_first_answer AS minutos_ate_resposta,
            minutes_attended AS minutos_em_atendimento,
            transfers AS transferencias,
            not_understood AS nao_entendidas,
            corrections AS correcoes,
            CAST(wanted_person AS INTEGER) AS pediu_pessoa,
            rating AS avaliacao
        FROM facts_of_atendimentos"""


def _triage(dialect: str) -> str:
    return " UNION ALL ".join(
        f"""
        SELECT {_day(dialect, "opened_hour")} AS dia, municipio, nucleo, area, assunto,
            {order} AS ordem, '{slot}' AS pergunta, asked_{slot} AS vezes,
            {_flag(f"{_ABANDONED} AND last_question = '{slot}'")} AS parou_aqui
        FROM facts_of_atendimentos WHERE asked_{slot} > 0"""
        for order, slot in enumerate(_QUESTIONS, start=1)
    )


def _cost(dialect: str) -> str:
    return " UNION ALL ".join(
        f"""
        SELECT {_day(dialect, "opened_hour")} AS dia, municipio, nucleo, area, '{word}' AS categoria,
            COUNT(*) AS atendimentos, SUM(billed_{category}) AS mensagens
        FROM facts_of_atendimentos WHERE billed_{category} > 0 GROUP BY 1, 2, 3, 4"""
        for category, word in _BILLED.items()
    )


def _demand(dialect: str) -> str:
    sums = {
        "pessoas_novas": "came_back = false" if dialect == "postgresql" else "came_back = 0",
        "encaminhados": "queued_hour IS NOT NULL",
        "atendidos": "claimed_hour IS NOT NULL",
        "chegaram_fora_do_horario": "CAST(outside_hours AS INTEGER) = 1",
        "desistiram": _ABANDONED,
        "fora_dos_criterios": "elegibilidade = 'nao_elegivel'",
        "fora_da_competencia": "outcome = 'fora_da_competencia'",
    }
    return f"""
        SELECT {_day(dialect, "opened_hour")} AS dia, municipio, nucleo, area, assunto, servico,
            COUNT(*) AS atendimentos,
            {", ".join(f"SUM({_flag(condition)}) AS {name}" for name, condition in sums.items())},
            SUM(messages_in) AS mensagens_recebidas
        FROM facts_of_atendimentos GROUP BY 1, 2, 3, 4, 5, 6"""


def _day(dialect: str, column: str) -> str:
    # Cuiabá has had no daylight saving since 2019, before the first fact: SQLite knows no zones by their name.
    if dialect == "postgresql":
        return f"CAST({column} AT TIME ZONE 'America/Cuiaba' AS DATE)"
    return f"date({column}, '-4 hours')"


def _hour(dialect: str, column: str) -> str:
    if dialect == "postgresql":
        return f"CAST(EXTRACT(HOUR FROM {column} AT TIME ZONE 'America/Cuiaba') AS INTEGER)"
    return f"CAST(strftime('%H', {column}, '-4 hours') AS INTEGER)"


def _flag(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"
