"""Waiting: conversations kept for the next opening, and reminders to who fell silent."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("atendimentos") as table:
        table.add_column(sa.Column("queue_from", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("atendimentos") as table:
        table.drop_column("reminded_at")
        table.drop_column("queue_from")
