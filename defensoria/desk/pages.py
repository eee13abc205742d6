"""Turning templates into answers: the pages of a visit, and the pages for what went wrong."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from defensoria.desk import labels, wording
from defensoria.desk.navigation import administration, navigation
from defensoria.desk.visits import Visit
from defensoria.markup import to_html

STATIC = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"

_ERRORS = {
    400: ("Não foi possível entender o pedido", "Volte à página anterior e tente de novo."),
    403: (
        "Este pedido não foi aceito",
        "A página ficou aberta por muito tempo, ou o pedido veio de outro lugar. Volte, recarregue e tente de novo.",
    ),
    404: (
        "Não encontramos esta página",
        "O endereço pode estar errado, ou o atendimento é de um núcleo que não é o seu.",
    ),
    405: ("Não é possível fazer isso aqui", "Volte à fila e tente pelo botão da página."),
    413: (
        "O que você enviou é grande demais",
        "Volte e divida a mensagem em partes menores. Fotos podem ter até 5 MB e documentos até 16 MB.",
    ),
    429: ("Muitas tentativas seguidas", "Espere um pouco e tente de novo."),
    500: (
        "Algo deu errado do nosso lado",
        "Tente de novo em instantes. Se continuar, avise a TI e diga a que horas aconteceu.",
    ),
}


@cache
def templates() -> Environment:
    """The templates, escaping everything they show."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["whatsapp"] = to_html
    environment.globals["static"] = _static_address
    environment.globals["outcomes"] = labels.OUTCOMES
    environment.globals["navigation"] = navigation
    environment.globals["administration"] = administration
    for words in (wording.instant, wording.number, wording.plural, wording.counted):
        environment.filters[words.__name__] = words
    return environment


def render(visit: Visit, template: str, status: int = 200, **context: Any) -> Response:
    """A page for a logged-in user."""
    html = (
        templates()
        .get_template(template)
        .render(
            visit=visit,
            user=visit.user,
            csrf_token=visit.csrf_token,
            cursor=visit.cursor,
            **context,
        )
    )
    return HTMLResponse(html, status)


def render_public(template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page for anyone."""
    return HTMLResponse(templates().get_template(template).render(**context), status)


async def refused(_request: Request, error: Exception) -> Response:
    """The page for a request that cannot be served as asked."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    title, advice = _ERRORS.get(status, _ERRORS[400])
    answer = render_public("error.html", status, title=title, advice=advice)
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


async def failed(_request: Request, _error: Exception) -> Response:
    """The page for a fault of ours. The server logs the fault itself."""
    title, advice = _ERRORS[500]
    return render_public("error.html", 500, title=title, advice=advice)


def _static_address(name: str) -> str:
    return f"/static/{name}?v={_DIGESTS[name]}"


_DIGESTS = {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12] for file in STATIC.iterdir()}
