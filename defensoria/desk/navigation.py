"""The places of the desk that its head leads to, for those whose role includes them."""

from collections.abc import Iterator
from dataclasses import dataclass

from defensoria.desk.permissions import Permission
from defensoria.desk.visits import Visit

_PLACES = (
    ("/", "Fila", Permission.ATTEND),
    ("/quadro", "Quadro do dia", Permission.SUPERVISE),
    ("/planejamento", "Planejamento", Permission.PLAN),
    ("/privacidade", "Privacidade", Permission.ADMINISTER),
)


@dataclass(frozen=True)
class Place:
    """One place: its address, what it is called, and whether the visit is there."""

    path: str
    words: str
    here: bool


def navigation(visit: Visit) -> Iterator[Place]:
    """The places this user may go to."""
    at = visit.request.url.path
    for path, words, permission in _PLACES:
        if visit.may(permission):
            yield Place(path, words, at == path or (path != "/" and at.startswith(f"{path}/")))
