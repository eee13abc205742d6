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
    ("/administracao/usuarios", "Administração", Permission.ADMINISTER, ""),
)
_ADMINISTRATION = (
    ("/administracao/usuarios", "Usuários"),
    ("/administracao/fatos", "Fatos do órgão"),
    ("/privacidade", "Privacidade"),
    ("/auditoria", "Auditoria"),
    ("/administracao/identidades", "Identidades"),
    ("/administracao/saudacao", "Saudação"),
    ("/administracao/saude", "Saúde do sistema"),
    ("/administracao/ajustes", "Ajustes"),
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
            within = {place for place, _ in _ADMINISTRATION} if permission is Permission.ADMINISTER else {path}
            yield Place(path, words, key, any(_is_at(place, at) for place in within))


def administration(visit: Visit) -> Iterator[Place]:
    """The pages of the administration."""
    at = visit.request.url.path
    return (Place(path, words, "", _is_at(path, at)) for path, words in _ADMINISTRATION)


def _is_at(place: str, at: str) -> bool:
    return at == place or (place != "/" and at.startswith(f"{place}/"))
