"""The places of the desk that its head leads to, for those whose role includes them."""

from collections.abc import Iterator
from dataclasses import dataclass

from defensoria.desk.permissions import Permission
from defensoria.desk.visits import Visit

_PLACES = (
    ("/", "Fila", Permission.ATTEND, "f"),
    ("/encerrados", "Encerrados", Permission.ATTEND, "h"),
    ("/busca", "Busca", Permission.ATTEND, "b"),
    ("/respostas", "Respostas", Permission.SUPERVISE, ""),
    ("/quadro", "Quadro do dia", Permission.SUPERVISE, ""),
    ("/planejamento", "Planejamento", Permission.PLAN, ""),
    ("/privacidade", "Privacidade", Permission.ADMINISTER, ""),
)


@dataclass(frozen=True)
class Place:
    """One place: its address, what it is called, the key that leads to it, and whether the visit is there."""

    path: str
    words: str
    key: str
    here: bool


def navigation(visit: Visit) -> Iterator[Place]:
    """The places this user may go to."""
    at = visit.request.url.path
    for path, words, permission, key in _PLACES:
        if visit.may(permission):
            yield Place(path, words, key, at == path or (path != "/" and at.startswith(f"{path}/")))
