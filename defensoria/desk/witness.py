"""What the audit is told of looks and refusals: the first by a session at one thing in half an hour."""

import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from defensoria.conversations import audit, desk_views
from defensoria.conversations.database import Database
from defensoria.conversations.desk_views import NotVisible

READING, FILE, REFUSED = "leitura", "arquivo", "acesso_recusado"

_AGAIN_SECONDS = 30 * 60.0


class Witness:
    """Remembers in this process's memory what is in the audit already.

    A page that stays open asks for itself again and again, and nothing that a request says of itself can be trusted to
    tell that apart. So an entry stands for all looks by one session in the half hour after it; two processes, or one
    that was started again, write it twice.
    """

    def __init__(self, database: Database, now: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._now = now
        self._told: dict[tuple[str, ...], float] = {}

    async def tell(
        self, who: str, actor: str, action: str, origin: str, protocolo: str | None = None, **data: str
    ) -> None:
        """Add an entry unless it stands already.

        Args:
            who: the session's token, or another mark of who it is.
            actor: login of the user.
            action: the audit's word.
            origin: network address of the request.
            protocolo: of the atendimento concerned; where there is none with it, there is no entry either.
            data: ids of what is seen.
        """
        key = (who, action, protocolo or "", *data.values())
        if self._now() - self._told.get(key, float("-inf")) < _AGAIN_SECONDS:
            return
        await self._database.run(_record, actor, action, origin, protocolo, data)
        self._forget_old()
        self._told[key] = self._now()

    def _forget_old(self) -> None:
        # Oldest first, for one that is told again goes to the end.
        old = self._now() - _AGAIN_SECONDS
        while self._told and (first := next(iter(self._told.items())))[1] <= old:
            del self._told[first[0]]


def _record(
    session: Session, actor: str, action: str, origin: str, protocolo: str | None, data: dict[str, str]
) -> None:
    try:
        nucleo = desk_views.nucleo_of(session, protocolo) if protocolo is not None else None
    except NotVisible:
        return
    audit.record(session, actor, action, protocolo=protocolo, nucleo=nucleo, origin=origin, **data)
