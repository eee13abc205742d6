"""What goes on beside the desk: erasures that were granted, and each day, at the hour of `retencao.yml`, the purge."""

import asyncio
import logging

from defensoria.conversations.database import Database
from defensoria.privacy import purge as purging
from defensoria.privacy import requests
from defensoria.privacy.forgetting import Folders
from defensoria.privacy.purge import AlreadyRunning, Purge
from defensoria.privacy.retention import retention
from defensoria.settings import Settings

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 60.0


async def keep_terms(database: Database, settings: Settings) -> None:
    """Until cancelled: carry out what was granted, and purge each day. Of several processes, one purges."""
    while True:
        try:
            await keep_once(database, settings)
        except AlreadyRunning:
            pass
        except Exception:
            logger.exception("The daily purge failed; it goes on at the next look.")
        await asyncio.sleep(_LOOK_SECONDS)


async def keep_once(database: Database, settings: Settings) -> None:
    """Do what is due now, if anything is."""
    folders = Folders.of(settings)
    if await database.run(requests.carry_out, folders, settings.erasures_file):
        await asyncio.to_thread(purging.empty_log, database)
    purge = Purge(retention(), folders)
    if await database.read(purging.is_time, purge):
        removed = await purging.run(database, purge)
        logger.info("Purged: %s", {kind.value: count for kind, count in removed.items() if count} or "nothing due")
