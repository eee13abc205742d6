"""What the service's commands share: the migrated database, and who types them, as the audit names them."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from defensoria.conversations.database import Database
from defensoria.conversations.schema import upgrade
from defensoria.conversations.staff import By
from defensoria.settings import settings


@contextmanager
def transaction() -> Iterator[Session]:
    """A transaction of this service's database, which is brought up to date before."""
    upgrade(settings().database_url)
    database = Database(settings().database_url)
    try:
        with database.transaction() as session:
            yield session
    finally:
        database.dispose()


def operator() -> By:
    """The system's user who runs this command. Not by the environment, which says what its owner wants."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = str(number)
    return By(f"terminal:{name}"[:80])
