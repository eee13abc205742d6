"""Rasa's tracker store in the service's own database, so that `DATABASE_URL` alone moves everything.

Named in `endpoints.yml`. Rasa makes and owns its table, `events`; ours are migrated apart (see `schema.py`).
"""

from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy.orm import sessionmaker

from defensoria.conversations.database import create_engine_for
from defensoria.settings import settings


class ServiceTrackerStore(SQLTrackerStore):
    """Rasa's SQL tracker store on `DATABASE_URL`, with the same locking as the rest of the service."""

    def __init__(
        self,
        domain: Domain | None = None,
        host: EndpointConfig | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        # Rasa's own initialiser would open an engine without our pragmas; the one above it sets the rest.
        super(SQLTrackerStore, self).__init__(domain, event_broker, **kwargs)
        self.engine = create_engine_for(settings().database_url)
        self.Base.metadata.create_all(self.engine)
        self.sessionmaker = sessionmaker(bind=self.engine)
