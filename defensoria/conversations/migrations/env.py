"""Alembic's entry: it runs the migrations on the connection that `schema.py` hands over."""

from alembic import context

from defensoria.conversations.models import Base


def run() -> None:
    """Run the migrations inside one transaction, so that a failed one leaves nothing half done."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
