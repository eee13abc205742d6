"""What each role may do at the desk. Which conversations a user sees is another question: their núcleos decide it."""

from collections.abc import Mapping
from enum import Enum

from defensoria.conversations.models import Role, User


class Permission(Enum):
    """A kind of work at the desk."""

    ATTEND = "attend"
    SUPERVISE = "supervise"
    PLAN = "plan"
    ADMINISTER = "administer"


_OF_ROLE: Mapping[str, frozenset[Permission]] = {
    Role.ATTENDANT.value: frozenset({Permission.ATTEND}),
    Role.SUPERVISOR.value: frozenset({Permission.ATTEND, Permission.SUPERVISE}),
    Role.MANAGER.value: frozenset({Permission.ATTEND, Permission.SUPERVISE, Permission.PLAN}),
    Role.ADMINISTRATOR.value: frozenset({Permission.ATTEND, Permission.SUPERVISE, Permission.ADMINISTER}),
}


def may(user: User, permission: Permission) -> bool:
    """Whether the user's role includes a kind of work."""
    return permission in _OF_ROLE[user.role]
