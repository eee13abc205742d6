"""The notice at the end of the day: how long is left and who still waits, and afterwards that they were told."""

from datetime import datetime, timedelta

from defensoria.clock import office_now
from defensoria.conversations.models import User
from defensoria.desk import wording
from defensoria.desk.overview import Overview
from defensoria.office.calendar import closes_at, closing, next_opening, say_moment
from defensoria.office.facts import OfficeFacts, office_facts

_WARNING = timedelta(minutes=30)


def day_notice(user: User, overview: Overview) -> str | None:
    """The notice for a user's lists, or None in the middle of the day and where nobody waits."""
    if not overview.waiting:
        return None
    facts, now = office_facts(), office_now()
    nucleos: list[str | None] = [nucleo for nucleo in user.nucleo_ids if nucleo in facts.nucleos]
    return _notice(facts, now, nucleos or [None], overview.waiting)


def _notice(facts: OfficeFacts, now: datetime, nucleos: list[str | None], waiting: int) -> str | None:
    wait = wording.counted(waiting, "pessoa ainda espera", "pessoas ainda esperam")
    if all(closing(facts, now, nucleo) for nucleo in nucleos):
        opening = say_moment(min(next_opening(facts, now, nucleo) for nucleo in nucleos))
        return f"O atendimento terminou e {wait}. Quem espera é avisado de que a resposta vem {opening}."
    ends = [end for nucleo in nucleos if (end := closes_at(facts, now, nucleo))]
    if min(ends) - now > _WARNING:
        return None
    left = wording.length(min(ends) - now)
    return f"O atendimento termina em {left} e {wait}. Quem ficar será avisado e guarda o lugar na fila."
