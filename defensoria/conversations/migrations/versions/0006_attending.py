"""Attending: notes between colleagues, ready answers, and the list of closed conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("atendimento_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("transfer", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["atendimento_id"], ["atendimentos.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_notes_atendimento_id", "notes", ["atendimento_id"])
    op.create_table(
        "ready_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nucleo", sa.String(length=80), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ready_answers_nucleo", "ready_answers", ["nucleo"])
    op.create_index("atendimentos_closed", "atendimentos", ["nucleo", "closed_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("atendimentos_closed", table_name="atendimentos")
    op.drop_table("ready_answers")
    op.drop_table("notes")
