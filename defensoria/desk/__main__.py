"""`python -m defensoria.desk`: serve the desk until it is stopped."""

import logging
import socket
import sys

import uvicorn
import uvloop

from defensoria.conversations import schema
from defensoria.conversations.database import Database
from defensoria.conversations.schema import SchemaError
from defensoria.desk.app import create_app
from defensoria.office.facts import FactsError, office_facts
from defensoria.settings import Settings, SettingsError, settings
from defensoria.whatsapp.graph import GraphClient
from defensoria.whatsapp.sender import Sender

_SECONDS_TO_FINISH = 3


def main() -> None:
    """Start, or end with one sentence that says why not."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        chosen = settings()
        office_facts()
        schema.upgrade(chosen.database_url)
        listening = _listen(chosen)
    except (SettingsError, FactsError, SchemaError) as error:
        sys.exit(f"The desk did not start. {error}")
    except OSError as error:
        sys.exit(
            f"The desk did not start: {chosen.bind_host}:{chosen.desk_port} cannot be used ({error.strerror}). "
            "Stop what uses it, or set DESK_PORT to another port."
        )
    try:
        uvloop.run(_serve(chosen, listening))
    except KeyboardInterrupt:
        sys.exit(0)


def _listen(chosen: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in chosen.bind_host else socket.AF_INET
    # Without naming the protocol asyncio leaves small packets waiting, 40 ms a page.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((chosen.bind_host, chosen.desk_port))
    return listening


async def _serve(chosen: Settings, listening: socket.socket) -> None:
    database = Database(chosen.database_url)
    graph = GraphClient.from_settings(chosen)
    app = create_app(database, chosen, Sender(database, graph, chosen.whatsapp_messages_per_second))
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    try:
        await uvicorn.Server(config).serve(sockets=[listening])
    finally:
        await graph.close()
        database.dispose()


if __name__ == "__main__":
    main()
