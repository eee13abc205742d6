"""The desk as an ASGI application: its addresses, and what lives as long as it does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from defensoria.clock import utc_now
from defensoria.conversations import sending
from defensoria.conversations.database import Database
from defensoria.conversations.desk_views import NotVisible
from defensoria.desk import administration, attending, facts, files, login, pages
from defensoria.desk.feed import Feed
from defensoria.desk.pace import LoginPace
from defensoria.desk.permissions import Permission
from defensoria.desk.security import SecurityHeaders
from defensoria.desk.stream import stream
from defensoria.desk.visits import Desk, private
from defensoria.living_facts import Follower
from defensoria.settings import Settings
from defensoria.whatsapp.sender import Sender

_LARGEST_FORM = 256 * 1024


def create_app(database: Database, settings: Settings, sender: Sender | None = None) -> Starlette:
    """The desk over a database that has its tables.

    Args:
        database: the store; it stays the caller's to dispose.
        settings: of this process.
        sender: run while the application lives and woken by every answer; None when something else empties the outbox.
    """
    app = _App(
        routes=[
            Route("/saude", _health),
            Route("/entrar", login.login_page, methods=["GET"]),
            Route("/entrar", login.log_in, methods=["POST"]),
            Route("/sair", private(login.log_out), methods=["POST"]),
            Route("/", private(attending.queue_page)),
            Route("/stream", private(stream)),
            Route("/atendimentos/{protocolo}", private(attending.conversation_page)),
            Route("/atendimentos/{protocolo}/midia/{id}", private(files.give)),
            Route("/atendimentos/{protocolo}/assumir", private(attending.take), methods=["POST"]),
            Route("/atendimentos/{protocolo}/resposta", private(attending.answer), methods=["POST"]),
            Route("/atendimentos/{protocolo}/encerrar", private(attending.close), methods=["POST"]),
            *_administration(),
            Mount("/static", StaticFiles(directory=pages.STATIC)),
        ],
        exception_handlers={HTTPException: pages.refused, NotVisible: pages.refused, Exception: pages.failed},
        lifespan=_lifespan,
        max_body_size=_LARGEST_FORM,
    )
    app.state.desk = Desk(
        database=database,
        settings=settings,
        sender=sender,
        feed=Feed(database),
        pace=LoginPace(settings.redis_url),
        facts=Follower(database),
    )
    return app


def _administration() -> list[Route]:
    it = partial(private, needs=Permission.ADMINISTER)
    table = "/administracao/fatos/{tabela}"
    return [
        Route("/administracao/fatos", it(facts.tables_page)),
        Route(table, it(facts.table_page)),
        Route(f"{table}/csv", it(facts.download)),
        Route(f"{table}/importar", it(facts.preview_import, most_files=1), methods=["POST"]),
        Route(f"{table}/importar/confirmar", it(facts.confirm_import), methods=["POST"]),
        Route(f"{table}/historico", it(facts.history_page)),
        Route(f"{table}/versoes/{{numero}}", it(facts.version_page)),
        Route(f"{table}/versoes/{{numero}}/restaurar", it(facts.restore), methods=["POST"]),
        Route(f"{table}/linhas/{{linha}}", it(facts.row_page), methods=["GET"]),
        Route(f"{table}/linhas/{{linha}}", it(facts.save_row, most_fields=facts.MOST_FIELDS), methods=["POST"]),
        Route(f"{table}/linhas/{{linha}}/remover", it(facts.remove_row), methods=["POST"]),
        Route("/administracao/ajustes", it(administration.settings_page)),
        Route("/administracao/saude", it(administration.health_page)),
        Route("/administracao/saude/reenviar", it(administration.resend), methods=["POST"]),
        Route("/administracao/saudacao", it(administration.greeting_page)),
    ]


class _App(Starlette):
    def build_middleware_stack(self) -> ASGIApp:
        # Around everything, so that the pages for errors carry the headers as well.
        return SecurityHeaders(super().build_middleware_stack())


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    await desk.facts.look()
    tasks = [asyncio.create_task(desk.feed.run()), asyncio.create_task(desk.facts.run())]
    if desk.sender is not None:
        tasks.append(asyncio.create_task(desk.sender.run()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _health(request: Request) -> Response:
    desk: Desk = request.app.state.desk
    report = await desk.database.run(sending.report)
    # Whoever reaches this address reads it: Meta's own sentence after the code stays inside.
    why = (report.reason or "").partition(":")[0]
    stopped = {"since": report.stopped_since.isoformat(), "reason": why} if report.stopped_since else None
    waits = int((utc_now() - report.oldest).total_seconds()) if report.oldest else 0
    return JSONResponse(
        {"status": "ok", "sending": {"stopped": stopped, "messages": report.counts, "oldest_waits_seconds": waits}}
    )
