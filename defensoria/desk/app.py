"""The desk as an ASGI application: its addresses, and what lives as long as it does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
from defensoria.desk import (
    attaching,
    attending,
    board,
    correcting,
    files,
    finding,
    login,
    noting,
    pages,
    panel,
    privacy,
    ready_answers,
    reopening,
    transferring,
)
from defensoria.desk.feed import Feed
from defensoria.desk.pace import LoginPace
from defensoria.desk.permissions import Permission
from defensoria.desk.security import SecurityHeaders
from defensoria.desk.stream import stream
from defensoria.desk.visits import Desk, private
from defensoria.planning import following
from defensoria.privacy.daily import keep_terms
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
            Route("/quadro", private(board.board_page, needs=Permission.SUPERVISE)),
            Route("/atendimentos/{protocolo}/transferir", private(transferring.transfer_page), methods=["GET"]),
            Route("/atendimentos/{protocolo}/transferir", private(transferring.hand_on), methods=["POST"]),
            Route(
                "/atendimentos/{protocolo}/tomar",
                private(transferring.take, needs=Permission.SUPERVISE),
                methods=["POST"],
            ),
            Route("/atendimentos/{protocolo}/nota", private(noting.note), methods=["POST"]),
            Route("/atendimentos/{protocolo}/convite", private(reopening.invite), methods=["POST"]),
            Route("/atendimentos/{protocolo}/mensagens/{id}/reenviar", private(reopening.resend), methods=["POST"]),
            Route("/privacidade", private(privacy.page, Permission.ADMINISTER)),
            Route("/privacidade/pedidos", private(privacy.register, Permission.ADMINISTER), methods=["POST"]),
            Route("/privacidade/pedidos/{id}/dados", private(privacy.give, Permission.ADMINISTER), methods=["POST"]),
            Route("/privacidade/pedidos/{id}", private(privacy.decide, Permission.ADMINISTER), methods=["POST"]),
            Route("/privacidade/guardas", private(privacy.hold, Permission.ADMINISTER), methods=["POST"]),
            Route("/privacidade/guardas/{id}", private(privacy.lift, Permission.ADMINISTER), methods=["POST"]),
            Route("/planejamento", private(panel.front, needs=Permission.PLAN)),
            Route("/planejamento/{section}", private(panel.section_page, needs=Permission.PLAN)),
            Route("/planejamento/{section}/{table}.{kind}", private(panel.table_file, needs=Permission.PLAN)),
            Route("/busca", private(finding.search_page), methods=["GET"]),
            Route("/busca", private(finding.search), methods=["POST"]),
            Route("/encerrados", private(finding.closed_page)),
            Route("/atendimentos/{protocolo}/dados", private(correcting.correct_page), methods=["GET"]),
            Route("/atendimentos/{protocolo}/dados", private(correcting.correct_dossier), methods=["POST"]),
            Route(
                "/atendimentos/{protocolo}/arquivo",
                private(attaching.send_file, files=1),
                methods=["POST"],
                max_body_size=attaching.LARGEST_FORM,
            ),
            Route("/respostas", private(ready_answers.page, Permission.SUPERVISE), methods=["GET"]),
            Route("/respostas", private(ready_answers.save, Permission.SUPERVISE), methods=["POST"]),
            Route("/respostas/remover", private(ready_answers.remove, Permission.SUPERVISE), methods=["POST"]),
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
    )
    return app


class _App(Starlette):
    def build_middleware_stack(self) -> ASGIApp:
        # Around everything, so that the pages for errors carry the headers as well.
        return SecurityHeaders(super().build_middleware_stack())


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    tasks = [asyncio.create_task(desk.feed.run())]
    if desk.sender is not None:
        tasks.append(asyncio.create_task(desk.sender.run()))
    # Here rather than in Rasa's process, which needs all of its one processor for answering.
    tasks.append(asyncio.create_task(keep_terms(desk.database, desk.settings)))
    tasks.append(asyncio.create_task(following.follow(desk.database)))
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
