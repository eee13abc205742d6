"""The life of the data: notices, requests, legal holds, runs of the purge, and the facts that it leaves."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_REMOVED_FROM = ("citizens", "atendimentos", "messages", "media", "atendimento_events")


def upgrade() -> None:
    """Apply."""
    op.add_column("citizens", sa.Column("notice_version", sa.String(length=20), nullable=True))
    op.add_column("citizens", sa.Column("notice_at", sa.DateTime(timezone=True), nullable=True))
    _never_the_same_id()
    # A row is removed only where nothing points to it, and that is looked up for each one.
    op.create_index("ix_atendimentos_previous_id", "atendimentos", ["previous_id"])
    op.create_index("ix_messages_citizen_id", "messages", ["citizen_id"])
    _holds()
    _requests()
    _facts()
    op.create_table(
        "purge_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Take back. Tables keep their AUTOINCREMENT: what was given once is not given again."""
    for table in ("purge_runs", "facts_of_atendimentos", "privacy_requests", "legal_holds"):
        op.drop_table(table)
    op.drop_index("ix_messages_citizen_id", "messages")
    op.drop_index("ix_atendimentos_previous_id", "atendimentos")
    op.drop_column("citizens", "notice_at")
    op.drop_column("citizens", "notice_version")


def _never_the_same_id() -> None:
    """SQLite takes AUTOINCREMENT only where a table is made."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    for name in _REMOVED_FROM:
        with op.batch_alter_table(name, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError(f"A row of {broken[0]} points to nothing.")


def _holds() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=True),
        sa.Column("atendimento_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=80), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizens.id"]),
        sa.ForeignKeyConstraint(["atendimento_id"], ["atendimentos.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_legal_holds_citizen_id", "legal_holds", ["citizen_id"])
    op.create_index("ix_legal_holds_atendimento_id", "legal_holds", ["atendimento_id"])


def _requests() -> None:
    op.create_table(
        "privacy_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("told_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizens.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number", "kind"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_privacy_requests_citizen_id", "privacy_requests", ["citizen_id"])


def _facts() -> None:
    instants = ("queued_hour", "claimed_hour", "closed_hour")
    counts = ("messages_in", "messages_bot", "messages_people", "files")
    minutes = ("minutes_triage", "minutes_waiting", "minutes_attended")
    lengths = {"nucleo": 80, "municipio": 80}
    words = ("nucleo", "criterio", "elegibilidade", "servico", "area", "assunto", "municipio", "urgencia", "outcome")
    op.create_table(
        "facts_of_atendimentos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opened_hour", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in instants),
        *(sa.Column(name, sa.String(length=lengths.get(name, 40)), nullable=True) for name in words),
        sa.Column("came_back", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in minutes),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_facts_of_atendimentos_opened_hour", "facts_of_atendimentos", ["opened_hour"])
