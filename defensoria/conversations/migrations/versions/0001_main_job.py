"""The tables of the main job: citizens, atendimentos, messages, events and the desk's users."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "citizens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "unreadable_payloads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "atendimentos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("protocolo", sa.String(length=20), nullable=True),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column("holder", sa.String(length=10), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("attendant_id", sa.Integer(), nullable=True),
        sa.Column("nucleo", sa.String(length=80), nullable=True),
        sa.Column("criterio", sa.String(length=40), nullable=True),
        sa.Column("elegibilidade", sa.String(length=40), nullable=True),
        sa.Column("servico", sa.String(length=40), nullable=True),
        sa.Column("area", sa.String(length=40), nullable=True),
        sa.Column("assunto", sa.String(length=40), nullable=True),
        sa.Column("municipio", sa.String(length=80), nullable=True),
        sa.Column("urgencia", sa.String(length=40), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_citizen_message_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["attendant_id"],
            ["users.id"],
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"],
            ["citizens.id"],
        ),
        sa.ForeignKeyConstraint(
            ["previous_id"],
            ["atendimentos.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("protocolo"),
    )
    op.create_index("atendimentos_queue", "atendimentos", ["holder", "nucleo", "queued_at"], unique=False)
    op.create_index(op.f("ix_atendimentos_attendant_id"), "atendimentos", ["attendant_id"], unique=False)
    op.create_index(op.f("ix_atendimentos_citizen_id"), "atendimentos", ["citizen_id"], unique=False)
    op.create_index(
        "one_open_atendimento_per_citizen",
        "atendimentos",
        ["citizen_id"],
        unique=True,
        sqlite_where=sa.text("holder <> 'closed'"),
        postgresql_where=sa.text("holder <> 'closed'"),
    )
    op.create_table(
        "citizen_aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_id"],
            ["citizens.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "value"),
    )
    op.create_index(op.f("ix_citizen_aliases_citizen_id"), "citizen_aliases", ["citizen_id"], unique=False)
    op.create_table(
        "desk_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_desk_sessions_user_id"), "desk_sessions", ["user_id"], unique=False)
    op.create_table(
        "user_nucleos",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("nucleo", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("user_id", "nucleo"),
    )
    op.create_table(
        "atendimento_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("atendimento_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("nucleo", sa.String(length=80), nullable=True),
        sa.Column("data", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["atendimento_id"],
            ["atendimentos.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_atendimento_events_atendimento_id"), "atendimento_events", ["atendimento_id"], unique=False
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("atendimento_id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("type", sa.String(length=30), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("wamid", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["atendimento_id"],
            ["atendimentos.id"],
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"],
            ["citizens.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("wamid"),
    )
    op.create_index("messages_by_status", "messages", ["direction", "status", "citizen_id", "id"], unique=False)
    op.create_index("messages_of_atendimento", "messages", ["atendimento_id", "id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index("messages_of_atendimento", table_name="messages")
    op.drop_index("messages_by_status", table_name="messages")
    op.drop_table("messages")
    op.drop_index(op.f("ix_atendimento_events_atendimento_id"), table_name="atendimento_events")
    op.drop_table("atendimento_events")
    op.drop_table("user_nucleos")
    op.drop_index(op.f("ix_desk_sessions_user_id"), table_name="desk_sessions")
    op.drop_table("desk_sessions")
    op.drop_index(op.f("ix_citizen_aliases_citizen_id"), table_name="citizen_aliases")
    op.drop_table("citizen_aliases")
    op.drop_index(
        "one_open_atendimento_per_citizen",
        table_name="atendimentos",
        sqlite_where=sa.text("holder <> 'closed'"),
        postgresql_where=sa.text("holder <> 'closed'"),
    )
    op.drop_index(op.f("ix_atendimentos_citizen_id"), table_name="atendimentos")
    op.drop_index(op.f("ix_atendimentos_attendant_id"), table_name="atendimentos")
    op.drop_index("atendimentos_queue", table_name="atendimentos")
    op.drop_table("atendimentos")
    op.drop_table("users")
    op.drop_table("unreadable_payloads")
    op.drop_table("citizens")
