"""What the assistant says without having been asked: when a closed office goes on, and how the service was found."""

from datetime import timedelta

from defensoria.clock import office_now
from defensoria.conversations import promises, ratings
from defensoria.conversations.database import Database
from defensoria.conversations.models import Atendimento
from defensoria.office.calendar import is_open, next_opening
from defensoria.office.facts import office_facts
from defensoria.whatsapp.bot import Bot

CLOSED = "utter_fim_do_dia"
RATING = "utter_satisfacao"
RATED = "utter_satisfacao_recebida"

_OVERTIME = timedelta(minutes=30)
"""How long after the closing an attendant may still be answering what they took."""


async def tell_who_waits(database: Database, bot: Bot) -> int:
    """Tell those who wait for a núcleo that has closed when it goes on. Returns how many were told.

    Raises:
        BotFailed: there are no words.
    """
    facts, now = office_facts(), office_now()
    told = 0
    for nucleo in await database.read(promises.nucleos_waited_for):
        if is_open(facts, now, nucleo):
            continue
        opening = next_opening(facts, now, nucleo)
        taken_too = not is_open(facts, now - _OVERTIME, nucleo)
        for atendimento in await database.read(promises.untold, nucleo, opening, taken_too):
            words = await bot.words(CLOSED, atendimento.citizen.address, _known(atendimento))
            told += await database.run(promises.promise, atendimento, opening, words)
    return told


async def ask_for_ratings(database: Database, bot: Bot) -> int:
    """Ask those whose atendimento a person has closed how it was. Returns how many were asked.

    Raises:
        BotFailed: there are no words.
    """
    asked = 0
    for atendimento in await database.read(ratings.to_be_asked):
        words = await bot.words(RATING, atendimento.citizen.address, _known(atendimento))
        asked += await database.run(ratings.ask, atendimento, words)
    return asked


def _known(atendimento: Atendimento) -> dict[str, str | None]:
    # Who works at the desk may have moved the conversation since the dialogue knew of it.
    return {"nucleo": atendimento.nucleo, "municipio": atendimento.municipio}
