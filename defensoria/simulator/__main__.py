"""Start the simulator: `python -m defensoria.simulator`."""

from __future__ import annotations

import logging
import os
import socket
import sys
from contextlib import suppress

import uvicorn

from defensoria.simulator.app import create_app
from defensoria.simulator.settings import SettingsError, load_settings

logger = logging.getLogger("defensoria.simulator")

STREAMS_END_WITHIN = 2
"""Seconds that open event streams may hold up the end."""
CONNECTIONS_IDLE = 75
"""Seconds a connection stays open unused: longer than callers keep theirs, or one closes as the next request is written
and nobody knows whether that arrived."""


def main() -> int:
    """Serve until interrupted; 2 when a setting is missing or wrong."""
    try:
        settings = load_settings(os.environ)
    except SettingsError as error:
        print(f"WhatsApp simulator: {error}", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        listening = _listen(settings.host, settings.port)
    except OSError as error:
        print(
            f"WhatsApp simulator: cannot listen on {settings.host} port {settings.port} ({error.strerror}). "
            "End the other program there, or set SIMULATOR_PORT or BIND_HOST.",
            file=sys.stderr,
        )
        return 2
    config = uvicorn.Config(
        create_app(settings),
        ws="none",  # Rasa pins a release of websockets that uvicorn cannot import
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=STREAMS_END_WITHIN,
        timeout_keep_alive=CONNECTIONS_IDLE,
    )
    logger.info("phones at http://%s:%d, webhooks to %s", settings.host, settings.port, settings.webhook_url)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    return listening


if __name__ == "__main__":
    sys.exit(main())
