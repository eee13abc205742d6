"""That a person has decided of two citizens who may be one that they are two."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("identity_conflicts", sa.Column("kept_apart_by", sa.String(length=80), nullable=True))
    op.add_column("identity_conflicts", sa.Column("kept_apart_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back."""
    for column in ("kept_apart_at", "kept_apart_by"):
        op.drop_column("identity_conflicts", column)
