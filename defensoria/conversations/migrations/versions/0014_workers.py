"""Several workers: which of them are there, and whom each of them serves."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "workers",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "served_citizens",
        sa.Column("citizen_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("worker", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizens.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["worker"], ["workers.name"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("citizen_id"),
    )
    op.create_index(op.f("ix_served_citizens_worker"), "served_citizens", ["worker"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("served_citizens")
    op.drop_table("workers")
