"""`python -m defensoria users`: the desk's users from the server's terminal, for the first one and for emergencies."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from defensoria.commands.terminal import operator, transaction
from defensoria.conversations import staff
from defensoria.conversations.models import Role, User
from defensoria.conversations.users import UserError
from defensoria.living_facts import take_up
from defensoria.office.facts import office_facts

ALL_NUCLEOS = "todos"


@click.group()
def users() -> None:
    """The desk's users."""


@users.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The person's name, as colleagues and the audit see it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.ATTENDANT.value)
@click.option("--nucleo", "nucleos", multiple=True, required=True, help=f"Id of a núcleo; repeatable; '{ALL_NUCLEOS}'.")
@click.option("--password", help="Asked for when not given; '-' generates one and prints it.")
@click.option("--lasting", is_flag=True, help="The person chose it: it need not be changed at the first login.")
def add(login: str, name: str, role: str, nucleos: tuple[str, ...], password: str | None, lasting: bool) -> None:
    """Make the user LOGIN."""
    with transaction() as session:
        take_up(session)
    chosen = _nucleos(nucleos)
    generated = password == "-"  # noqa: S105
    if password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with transaction() as session:
        given = None if generated else password
        password = staff.create(session, operator(), login, name, Role(role), chosen, given, lasting)
    click.echo(f"User {login} made." + (f" Password: {password}" if generated else ""))


@users.command("list")
def listed() -> None:
    """Show every user."""
    with transaction() as session:
        for user in session.scalars(select(User).order_by(User.login)):
            state = "active" if user.active else "inactive"
            factor = "second factor" if user.second_factor else "password only"
            nucleos = ",".join(sorted(user.nucleo_ids)) or "-"
            click.echo(f"{user.login:<24} {user.role:<14} {state:<9} {factor:<14} {user.name}  [{nucleos}]")


@users.command("deactivate")
@click.argument("login")
def deactivate(login: str) -> None:
    """Keep LOGIN out from now on; their sessions end at once."""
    with transaction() as session:
        staff.deactivate(session, operator(), _user(session, login))
    click.echo(f"User {login} is out.")


@users.command("password")
@click.argument("login")
@click.option("--reset-second-factor", is_flag=True, help="Also forget their second factor: the phone is lost.")
def password(login: str, reset_second_factor: bool) -> None:
    """Give LOGIN a password, shown once, to be changed at the next login; let them in again if they were out."""
    with transaction() as session:
        user, by = _user(session, login), operator()
        given = staff.reset_password(session, by, user) if user.active else staff.activate(session, by, user)
        if reset_second_factor:
            staff.reset_second_factor(session, by, user)
    click.echo(f"User {login}. Password: {given}")


def _user(session: Session, login: str) -> User:
    user = session.scalar(select(User).where(User.login == login.strip().lower()))
    if user is None:
        raise UserError(f"Não há o login {login}.")
    return user


def _nucleos(chosen: tuple[str, ...]) -> set[str]:
    known = set(office_facts().nucleos)
    if chosen == (ALL_NUCLEOS,):
        return known
    unknown = sorted(set(chosen) - known)
    if unknown:
        raise UserError(f"no núcleo {', '.join(unknown)}: the ids are in defensoria/office/facts/nucleos.csv")
    return set(chosen)
