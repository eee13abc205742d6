"""`python -m defensoria.whatsapp`: the webhook in a process of its own, so that Meta never waits for the dialogue.

It stores what Meta delivers; the processes of Rasa, which have the same address for who runs one of them alone, find it
in the store.
"""

import asyncio
import logging
from typing import Any

from sanic import Sanic

from defensoria.conversations.database import Database
from defensoria.conversations.schema import upgrade
from defensoria.settings import settings
from defensoria.whatsapp import webhook
from defensoria.whatsapp.graph import GraphClient
from defensoria.whatsapp.webhook import CHANNEL, Door


async def _start(app: Sanic, _loop: Any) -> None:
    config = settings()
    upgrade(config.database_url)
    app.ctx.database = Database(config.database_url)
    app.ctx.graph = GraphClient.from_settings(config)
    app.ctx.door = Door(app.ctx.database, app.ctx.graph, config.whatsapp_app_secret)
    app.ctx.reading = asyncio.create_task(app.ctx.door.run())


async def _stop(app: Sanic, _loop: Any) -> None:
    app.ctx.reading.cancel()
    await asyncio.gather(app.ctx.reading, return_exceptions=True)
    await app.ctx.door.close()
    await app.ctx.graph.close()
    app.ctx.database.dispose()


def main() -> None:
    """Serve the webhook on the configured port."""
    logging.basicConfig(level=logging.WARNING)
    app = Sanic("webhook", configure_logging=False)
    app.blueprint(webhook.blueprint(), url_prefix=f"/webhooks/{CHANNEL}")
    app.after_server_start(_start)
    app.before_server_stop(_stop)
    app.run(settings().bind_host, settings().webhook_port, access_log=False)


if __name__ == "__main__":
    main()
