"""Planning: what is known of each atendimento, derived from its events, and how far the deriving has come."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_COUNTS = (
    *("transfers", "not_understood", "corrections"),
    *("asked_criterio", "asked_elegibilidade", "asked_servico", "asked_area", "asked_assunto"),
    *("asked_municipio", "asked_confirmacao", "asked_recado"),
    *("billed_service", "billed_utility", "billed_marketing", "billed_other"),
)
_FLAGS = ("outside_hours", "overnight", "wanted_person")


def upgrade() -> None:
    """Apply. The facts of before, which nothing but a purge has written, did not know what the new columns tell."""
    with op.batch_alter_table("facts_of_atendimentos") as table:
        table.add_column(sa.Column("atendimento_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("minutes_first_answer", sa.Integer(), nullable=True))
        table.add_column(sa.Column("rating", sa.String(length=20), nullable=True))
        table.add_column(sa.Column("last_question", sa.String(length=40), nullable=True))
        for name in _COUNTS:
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        for name in _FLAGS:
            table.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_unique_constraint("one_fact_per_atendimento", ["atendimento_id"])
    op.create_table(
        "planning_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("planning_progress")
    with op.batch_alter_table("facts_of_atendimentos") as table:
        table.drop_constraint("one_fact_per_atendimento", type_="unique")
        for name in (*_FLAGS, *_COUNTS, "last_question", "rating", "minutes_first_answer", "atendimento_id"):
            table.drop_column(name)
