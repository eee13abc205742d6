"""Making ready what hearing needs."""

from decimal import Decimal

from defensoria.language.commands import read_command
from defensoria.language.money import read_income
from defensoria.language.places import read_place
from defensoria.language.urgency import read_alarm


def warm_up() -> None:
    """Read every list and rule that hearing needs, so that no citizen's first message waits for it."""
    read_alarm("oi")
    read_command("oi")
    read_place("oi", asked=True)
    read_income("oi", Decimal(1))
