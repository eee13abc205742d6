"""What happens to a message when the bot gives no answer: never silence.

The words stand here and not among Rasa's responses, since Rasa is what failed.
"""

from defensoria.clock import office_now
from defensoria.conversations.holder import BotTurn
from defensoria.conversations.models import TRIAGE_SLOTS, Atendimento
from defensoria.office.calendar import CUIABA, closing, next_opening, say_moment
from defensoria.office.facts import office_facts
from defensoria.office.triage import nucleo_for
from defensoria.whatsapp.rendering import text_messages

_TO_A_PERSON = (
    "Desculpe, tive um problema e não consegui ler a sua mensagem. Chamei uma pessoa para responder você por aqui.\n\n"
    "Seu protocolo é *{protocolo}*."
)
_CLOSED = (
    "Desculpe, tive um problema e não consegui ler a sua mensagem. Agora não há ninguém atendendo aqui: voltamos "
    "{opening}.\n\nEm perigo agora, ligue *{police}* (Polícia) ou *{ambulance}* (SAMU). O plantão da Defensoria está "
    "em {plantao}."
)


def turn_without_bot(atendimento: Atendimento) -> BotTurn:
    """The turn that stands in for the bot's: in hours a person is called, out of hours the plantão is said.

    Without a city the conversation has no núcleo: managers and administrators see it and take it on.
    """
    facts, now = office_facts(), office_now()
    known: dict[str, str | None] = {name: getattr(atendimento, name) for name in TRIAGE_SLOTS}
    unit = nucleo_for(known, facts, now.astimezone(CUIABA).date())
    nucleo = unit.id if unit else None
    if closing(facts, now, nucleo) is None:
        text = _TO_A_PERSON.format(protocolo=atendimento.protocolo)
        return BotTurn(says=text_messages(text), triage={**known, "nucleo": nucleo}, handoff=True)
    text = _CLOSED.format(
        opening=say_moment(next_opening(facts, now, nucleo), facts.municipios.get(known["municipio"] or "")),
        police=facts.emergencies["190"].number,
        ambulance=facts.emergencies["192"].number,
        plantao=facts.plantao_page,
    )
    return BotTurn(says=text_messages(text), triage=known)
