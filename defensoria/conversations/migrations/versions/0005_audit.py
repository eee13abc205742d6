"""The audit: who did what at the desk, each entry sealed with the one before, and the database keeps them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# An entry is never changed, and removed only once an `expurgo` entry names it or a later one.
_SQLITE = (
    """
    CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'entries of the audit are only added'); END
    """,
    """
    CREATE TRIGGER audit_entries_remain BEFORE DELETE ON audit_entries
    WHEN OLD.id > coalesce(
        (SELECT max(json_extract(data, '$.ate')) FROM audit_entries WHERE action = 'expurgo'), 0
    )
    BEGIN SELECT RAISE(ABORT, 'entries of the audit are only added'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.id <= (
            SELECT max((data ->> 'ate')::integer) FROM audit_entries WHERE action = 'expurgo'
        ) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'entries of the audit are only added';
    END $$
    """,
    """
    CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_entries_stay()
    """,
    """
    CREATE TRIGGER audit_entries_remain BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_stay()
    """,
)


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
    for statement in _POSTGRESQL if _on_postgresql() else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.drop_table("audit_entries")
    if _on_postgresql():
        op.execute("DROP FUNCTION audit_entries_stay()")


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
