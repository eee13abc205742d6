"""The end of the day and of an atendimento: until when who waits was told, and how the citizen found the service."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # Column by column: SQLite would copy a table changed in a batch, and other tables point at this one.
    op.add_column("atendimentos", sa.Column("promised_for", sa.DateTime(timezone=True), nullable=True))
    op.add_column("atendimentos", sa.Column("rating_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("atendimentos", sa.Column("rating", sa.String(length=20), nullable=True))
    op.create_index("atendimentos_closed_at", "atendimentos", ["closed_at"])
    op.create_index("atendimentos_claimed", "atendimentos", ["claimed_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("atendimentos_claimed", "atendimentos")
    op.drop_index("atendimentos_closed_at", "atendimentos")
    for column in ("rating", "rating_asked_at", "promised_for"):
        op.drop_column("atendimentos", column)
