"""The audit: who did what at the desk, each entry sealed with the one before."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("protocolo", sa.String(length=20), nullable=True),
        sa.Column("nucleo", sa.String(length=80), nullable=True),
        sa.Column("origin", sa.String(length=60), nullable=True),
        sa.Column("data", sa.JSON(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_entries_action", "audit_entries", ["action"])
    op.create_index("ix_audit_entries_protocolo", "audit_entries", ["protocolo"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("audit_entries")
