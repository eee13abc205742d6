"""What each role may do at the desk. Which conversations a user sees is another question: their núcleos decide it."""

from collections.abc import Iterator, Mapping
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


CODE, PASSWORD, ENROL = "/entrar/codigo", "/minha-conta/senha", "/minha-conta/segundo-fator"
"""Addresses of the steps that may be asked of someone before all else."""


def needs_second_factor(user: User) -> bool:
    """Whether the user's role asks for a second factor: whoever directs the work of others or administers."""
    return may(user, Permission.SUPERVISE) or may(user, Permission.ADMINISTER)


def first_steps(user: User, confirmed: bool, required: bool) -> Iterator[str]:
    """The addresses of what a user has to do before all else, in order.

    Args:
        user: who has logged in.
        confirmed: whether this session gave its second factor.
        required: whether this service asks for one (`DESK_SECOND_FACTOR`).
    """
    if user.second_factor is not None and not confirmed:
        yield CODE
    if user.must_change_password:
        yield PASSWORD
    if required and user.second_factor is None and needs_second_factor(user):
        yield ENROL
