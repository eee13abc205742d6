"""Every address of the desk, what answers it, and the kind of work it is for."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from defensoria.desk import (
    account,
    administration,
    attaching,
    attending,
    auditing,
    board,
    correcting,
    facts,
    files,
    finding,
    health,
    identities,
    login,
    metrics,
    noting,
    pages,
    panel,
    people,
    privacy,
    ready_answers,
    reopening,
    transferring,
    understanding,
)
from defensoria.desk.permissions import CODE, ENROL, PASSWORD, Permission
from defensoria.desk.stream import stream
from defensoria.desk.visits import Visit, private
from defensoria.desk.witness import FILE

Handler = Callable[[Visit], Awaitable[Response]]


def routes() -> list[Route | Mount]:
    """All of them, those of a group together."""
    return [
        Route("/saude", health.report),
        Route("/metrics", metrics.numbers),
        *_login(),
        *_lists(),
        *_conversation(),
        *_direction(),
        *_planning(),
        *_account(),
        *_people(),
        *_facts(),
        *_system(),
        *_privacy(),
        *_audit(),
        Mount("/static", StaticFiles(directory=pages.STATIC)),
    ]


def _login() -> list[Route]:
    return [
        Route("/entrar", login.login_page, methods=["GET"]),
        Route("/entrar", login.log_in, methods=["POST"]),
        Route(CODE, private(login.code_page, needs=None, steps=[CODE]), methods=["GET"]),
        Route(CODE, private(login.give_code, needs=None, steps=[CODE]), methods=["POST"]),
        Route("/sair", private(login.log_out, needs=None, steps=[CODE, PASSWORD, ENROL]), methods=["POST"]),
    ]


def _lists() -> list[Route]:
    return [
        Route("/", private(attending.queue_page)),
        Route("/stream", private(stream)),
        Route("/busca", private(finding.search_page), methods=["GET"]),
        Route("/busca", private(finding.search), methods=["POST"]),
        Route("/encerrados", private(finding.closed_page)),
    ]


def _conversation() -> list[Route]:
    one = "/atendimentos/{protocolo}"
    forms: list[tuple[str, Handler, Permission]] = [
        ("assumir", attending.take, Permission.ATTEND),
        ("tomar", transferring.take, Permission.SUPERVISE),
        ("resposta", attending.answer, Permission.ATTEND),
        ("nota", noting.note, Permission.ATTEND),
        ("convite", reopening.invite, Permission.ATTEND),
        ("mensagens/{id}/reenviar", reopening.resend, Permission.ATTEND),
        ("dados", correcting.correct_dossier, Permission.ATTEND),
        ("transferir", transferring.hand_on, Permission.ATTEND),
        ("encerrar", attending.close, Permission.ATTEND),
    ]
    return [
        Route(one, private(attending.conversation_page)),
        Route(f"{one}/midia/{{id}}", private(files.give, reads=FILE)),
        Route(f"{one}/dados", private(correcting.correct_page), methods=["GET"]),
        Route(f"{one}/transferir", private(transferring.transfer_page), methods=["GET"]),
        Route(
            f"{one}/arquivo",
            private(attaching.send_file, most_files=1),
            methods=["POST"],
            max_body_size=attaching.LARGEST_FORM,
        ),
        *(Route(f"{one}/{path}", private(handler, needs), methods=["POST"]) for path, handler, needs in forms),
    ]


def _direction() -> list[Route]:
    return [
        Route("/quadro", private(board.board_page, Permission.SUPERVISE)),
        Route("/respostas", private(ready_answers.page, Permission.SUPERVISE), methods=["GET"]),
        Route("/respostas", private(ready_answers.save, Permission.SUPERVISE), methods=["POST"]),
        Route("/respostas/remover", private(ready_answers.remove, Permission.SUPERVISE), methods=["POST"]),
    ]


def _planning() -> list[Route]:
    return [
        Route("/planejamento", private(panel.front, Permission.PLAN)),
        Route("/planejamento/compreensao", private(understanding.page, Permission.PLAN)),
        Route("/planejamento/compreensao/rascunho.yml", private(understanding.draft_file, Permission.PLAN)),
        Route("/planejamento/{section}", private(panel.section_page, Permission.PLAN)),
        Route("/planejamento/{section}/{table}.{kind}", private(panel.table_file, Permission.PLAN)),
    ]


def _account() -> list[Route]:
    return [
        Route("/minha-conta", private(account.account_page, needs=None), methods=["GET"]),
        Route("/minha-conta/sessoes", private(account.end_session, needs=None), methods=["POST"]),
        Route("/minha-conta/codigos", private(account.renew_recovery_codes, needs=None), methods=["POST"]),
        Route(PASSWORD, private(account.password_page, needs=None, steps=[PASSWORD]), methods=["GET"]),
        Route(PASSWORD, private(account.change_password, needs=None, steps=[PASSWORD]), methods=["POST"]),
        Route(ENROL, private(account.second_factor_page, needs=None, steps=[ENROL]), methods=["GET"]),
        Route(ENROL, private(account.enrol, needs=None, steps=[ENROL]), methods=["POST"]),
    ]


def _people() -> list[Route]:
    start, one = "/administracao/usuarios", "/administracao/usuarios/{id}"
    return _administration(
        (start, people.people_page, "GET"),
        (start, people.make_person, "POST"),
        (f"{start}/novo", people.new_person_page, "GET"),
        (one, people.person_page, "GET"),
        (one, people.change_person, "POST"),
        (f"{one}/sessoes", people.end_persons_sessions, "POST"),
        (f"{one}/{{acao}}", people.act_on_person, "POST"),
    )


def _facts() -> list[Route]:
    it = partial(private, needs=Permission.ADMINISTER)
    start, table = "/administracao/fatos", "/administracao/fatos/{tabela}"
    return [
        Route(start, it(facts.tables_page)),
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
    ]


def _system() -> list[Route]:
    return _administration(
        ("/administracao/ajustes", administration.settings_page, "GET"),
        ("/administracao/saude", administration.health_page, "GET"),
        ("/administracao/saude/reenviar", administration.resend, "POST"),
        ("/administracao/saudacao", administration.greeting_page, "GET"),
        ("/administracao/identidades", identities.page, "GET"),
        ("/administracao/identidades", identities.decide, "POST"),
    )


def _privacy() -> list[Route]:
    return _administration(
        ("/privacidade", privacy.page, "GET"),
        ("/privacidade/pedidos", privacy.register, "POST"),
        ("/privacidade/pedidos/{id}/dados", privacy.give, "POST"),
        ("/privacidade/pedidos/{id}", privacy.decide, "POST"),
        ("/privacidade/guardas", privacy.hold, "POST"),
        ("/privacidade/guardas/{id}", privacy.lift, "POST"),
    )


def _audit() -> list[Route]:
    return _administration(
        ("/auditoria", auditing.audit_page, "GET"),
        ("/auditoria.csv", auditing.table_file, "GET"),
        ("/auditoria/conferir", auditing.check, "POST"),
    )


def _administration(*addresses: tuple[str, Handler, str]) -> list[Route]:
    return [
        Route(path, private(handler, Permission.ADMINISTER), methods=[method]) for path, handler, method in addresses
    ]
