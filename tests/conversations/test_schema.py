"""Migrations: on an empty database, on a filled one, and the same tables as the models describe."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, update

from defensoria.conversations import inbox
from defensoria.conversations.database import create_engine_for
from defensoria.conversations.models import Atendimento, Base, CitizenAlias, Message
from defensoria.conversations.schema import SchemaError, upgrade

from .conftest import inbound

MIGRATIONS = Path(inbox.__file__).parent / "migrations"


def test_the_migrations_make_exactly_the_tables_of_the_models(database):
    with database.engine.connect() as connection:
        ours = {"include_object": lambda _object, name, *_rest: name != "sqlite_sequence"}
        context = MigrationContext.configure(connection, opts=ours)
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_a_filled_database_keeps_what_it_holds(database):
    with database.transaction() as session:
        inbox.receive(session, inbound("guarde isto"))
    upgrade(database.url)
    with database.transaction() as session:
        assert session.scalars(select(Message.text)).all() == ["guarde isto"]


def test_numbers_stored_before_they_were_compared_can_be_compared(database):
    with database.transaction() as session:
        inbox.receive(session, inbound(wa_id="556599990001", user_id="BR.1"))
        session.execute(update(CitizenAlias).values(match_key=None))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
        connection.commit()
    upgrade(database.url)
    with database.transaction() as session:
        keys = session.scalars(select(CitizenAlias.match_key).order_by(CitizenAlias.kind)).all()
        assert set(keys) == {None, "5565999990001"}


def test_rasas_own_table_beside_ours_is_left_alone(database):
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE events (id INTEGER PRIMARY KEY, data TEXT)")
    upgrade(database.url)
    assert "events" in inspect(database.engine).get_table_names()


def test_a_file_that_is_no_database_is_one_clear_sentence(tmp_path: Path):
    broken = tmp_path / "broken.db"
    broken.write_text("this is not a database" * 100)
    with pytest.raises(SchemaError, match=r"broken\.db.*DATABASE_URL"):
        upgrade(f"sqlite:///{broken}")


def test_a_password_in_the_url_is_not_shown():
    with pytest.raises(SchemaError) as error:
        upgrade("postgresql://defensoria:segredo@127.0.0.1:1/none")
    assert "segredo" not in str(error.value)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlite_runs_in_wal_mode(database):
    with create_engine_for(database.url).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlite_gives_no_id_twice_where_rows_are_removed(database):
    removed_from = [
        table.name for table in Base.metadata.tables.values() if table.dialect_options["sqlite"]["autoincrement"]
    ]
    assert {"citizens", "atendimentos", "messages"} <= set(removed_from)
    with database.engine.connect() as connection:
        for name in removed_from:
            made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).scalar()
            assert "AUTOINCREMENT" in made, name


def test_making_the_tables_anew_keeps_what_points_to_them(database):
    with database.transaction() as session:
        inbox.receive(session, inbound("guarde isto", user_id="BR.1"))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
        connection.commit()
    upgrade(database.url)
    with database.transaction() as session:
        atendimento = session.scalar(select(Message)).atendimento_id
        assert session.get(Atendimento, atendimento).citizen.aliases[0].value
        inbox.receive(session, inbound("e isto", user_id="BR.1"))
        assert session.scalars(select(Message.atendimento_id)).all() == [atendimento, atendimento]
