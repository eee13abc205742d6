"""Users: passwords to be changed, second factor, and where each is connected."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("second_factor", sa.String(length=300), nullable=True))
        batch.add_column(sa.Column("second_factor_step", sa.Integer(), nullable=True))
    # Who is in logs in again: of sessions opened before it is not known where.
    op.execute("DELETE FROM desk_sessions")
    with op.batch_alter_table("desk_sessions", recreate="always") as batch:
        batch.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False))
        batch.add_column(sa.Column("confirmed", sa.Boolean(), nullable=False))
        batch.add_column(sa.Column("origin", sa.String(length=60), nullable=True))
        batch.add_column(sa.Column("device", sa.String(length=200), nullable=True))
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_recovery_codes_user_id", "recovery_codes", ["user_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("recovery_codes")
    with op.batch_alter_table("desk_sessions") as batch:
        for name in ("device", "origin", "confirmed", "seen_at"):
            batch.drop_column(name)
    with op.batch_alter_table("users") as batch:
        for name in ("second_factor_step", "second_factor", "must_change_password"):
            batch.drop_column(name)
