"""Rasa's tracker store in the service's own database, so that `DATABASE_URL` alone moves everything.

Named in `endpoints.yml`. Rasa makes and owns its table, `events`; ours are migrated apart (see `schema.py`).
"""

import json
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy.orm import Session, sessionmaker

from defensoria.conversations.database import Database
from defensoria.settings import settings


class ServiceTrackerStore(SQLTrackerStore):
    """Rasa's SQL tracker store on `DATABASE_URL`, in line with the rest of the service.

    Rasa's own reads and writes on the event loop: while the database is busy, nothing else would be served.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: EndpointConfig | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        # Rasa's own initialiser would open an engine without our pragmas; the one above it sets the rest.
        super(SQLTrackerStore, self).__init__(domain, event_broker, **kwargs)
        self._database = Database(settings().database_url)
        self.engine = self._database.engine
        self.Base.metadata.create_all(self.engine)
        self.sessionmaker = sessionmaker(bind=self.engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add the tracker's new events."""
        await self.stream_events(tracker)
        await self._database.run(self._add_events, tracker)

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> DialogueStateTracker | None:
        events = await self._database.read(self._read_events, sender_id, fetch_events_from_all_sessions)
        if not (self.domain and events):
            return None
        return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)

    def _read_events(self, session: Session, sender_id: str, all_sessions: bool) -> list[dict[str, Any]]:
        return [json.loads(row.data) for row in self._event_query(session, sender_id, all_sessions)]

    def _add_events(self, session: Session, tracker: DialogueStateTracker) -> None:
        for event in self._additional_events(session, tracker):
            data = event.as_dict()
            session.add(
                self.SQLEvent(
                    sender_id=tracker.sender_id,
                    type_name=event.type_name,
                    timestamp=data.get("timestamp"),
                    intent_name=data.get("parse_data", {}).get("intent", {}).get("name"),
                    action_name=data.get("name"),
                    data=json.dumps(data),
                )
            )
