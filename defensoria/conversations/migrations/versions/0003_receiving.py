"""Receiving: numbers compared without their ninth digit, identities in conflict, prices, and citizens' files."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOBILE = re.compile(r"55([1-9]\d)9?([6-9]\d{7})", re.ASCII)


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("citizen_aliases") as table:
        table.add_column(sa.Column("match_key", sa.String(length=200), nullable=True))
        table.create_index(op.f("ix_citizen_aliases_match_key"), ["match_key"], unique=False)
    _fill_in_match_keys()
    op.create_table(
        "identity_conflicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizens.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["citizens.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("citizen_id", "other_id"),
    )
    op.create_index(op.f("ix_identity_conflicts_other_id"), "identity_conflicts", ["other_id"], unique=False)
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("pricing", sa.JSON(), nullable=True))
    op.create_table(
        "media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("mime_type", sa.String(length=100), nullable=True),
        sa.Column("sha256", sa.String(length=100), nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=80), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
    )
    op.create_index("media_by_status", "media", ["status", "not_before"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index("media_by_status", table_name="media")
    op.drop_table("media")
    with op.batch_alter_table("messages") as table:
        table.drop_column("pricing")
    op.drop_index(op.f("ix_identity_conflicts_other_id"), table_name="identity_conflicts")
    op.drop_table("identity_conflicts")
    with op.batch_alter_table("citizen_aliases") as table:
        table.drop_index(op.f("ix_citizen_aliases_match_key"))
        table.drop_column("match_key")


def _fill_in_match_keys() -> None:
    aliases = sa.table(
        "citizen_aliases", sa.column("id"), sa.column("kind"), sa.column("value"), sa.column("match_key")
    )
    connection = op.get_bind()
    numbers = connection.execute(sa.select(aliases.c.id, aliases.c.value).where(aliases.c.kind == "wa_id")).all()
    for alias_id, number in numbers:
        mobile = _MOBILE.fullmatch(number)
        key = f"55{mobile[1]}9{mobile[2]}" if mobile else number
        connection.execute(aliases.update().where(aliases.c.id == alias_id).values(match_key=key))
