"""What a message tells beside the answer it gives: a subject named along with a service, a life told with an income."""

from defensoria.language.ages import tells_only_young_age
from defensoria.language.heard import OVER_LIMIT, PAY_RATE, Heard, Spoken
from defensoria.language.menu import read_named
from defensoria.language.menus import Menu
from defensoria.language.purposes import states_need
from defensoria.office.triage import Answers
from defensoria.office.vocabulary import Area, Subject

_PAPERS_INTENT = "perguntar_documentos"
# "É do remédio, cível": beside the area these are no subject yet.
_OTHER_INTENTS = ("outro_civel", "outro_criminal")
_TELLS_A_FACT = ("informar_", "nlu_fallback")


def tells_no_need(spoken: Spoken, asked: str | None, answer: Heard, answers: Answers, criteria: Menu) -> bool:
    """Whether the intent of a message is only what its answer, or a question by the way, sounds like.

    `answer`: what it says to the open question. `criteria`: the menu of the criteria.
    """
    if asked == "criterio" and _only_tells_who_asks(answer, spoken, criteria):
        return True
    if tells_only_young_age(spoken.text):
        return True
    # "É de crime", where the area is asked, tells no need.
    of_the_area = asked == "area" and bool(answer.slots)
    return (of_the_area and (spoken.intent in _OTHER_INTENTS or not spoken.need)) or _asks_by_the_way(
        spoken, asked, answers
    )


def subject_beside(spoken: Spoken, asked: str | None, services: Menu, subjects: Menu) -> str | None:
    """The subject told beside a service, as in "o andamento do meu divórcio", or unasked beside a fact.

    Violence is not taken from an aside: its numbers and its queue need surer words.
    """
    unasked = asked is None and (spoken.intent or "").startswith(_TELLS_A_FACT)
    if not unasked and spoken.intent not in services.meant_by:
        return None
    subject = subjects.meant_by.get(spoken.need or "")
    # Every case is called "processo", so that the names of criminal subjects tell nothing here.
    civil = [option for option in subjects.options if Subject(option.value).area is Area.CIVIL]
    named = {option.value for option in civil if subject is None and read_named(spoken.text, [option])}
    if unasked and subject is None and (likely := subjects.meant_by.get(spoken.likely or "")):
        # What is only likely counts where the subject is named, too: "… divórcio. Recebo 8.900, tenho direito?".
        subject = likely if likely in named else None
    elif subject is None and not unasked:
        # "Documentos pra guarda": the service drowns the need, which is named all the same.
        near = next((subjects.meant_by[intent] for intent in spoken.ranking if intent in subjects.meant_by), None)
        subject = near if near in named else None
    return None if subject == Subject.DOMESTIC_VIOLENCE.value else subject


def _only_tells_who_asks(answer: Heard, spoken: Spoken, criteria: Menu) -> bool:
    """ "Crio meus netos, 600 do Bolsa Família": beside an income a life is told, and no need until one is stated.

    Violence or debts, which are a criterion themselves, are a need, too.
    """
    criterion = answer.slots.get("criterio")
    told = criterion or any(answer.slots.get(slot) for slot in (OVER_LIMIT, PAY_RATE)) or answer.says
    itself = criterion is not None and criterion == criteria.meant_by.get(spoken.intent or "")
    return bool(told) and not itself and not states_need(spoken.text)


def _asks_by_the_way(spoken: Spoken, asked: str | None, answers: Answers) -> bool:
    """ "Precisa levar comprovante disso?": of a need told before, or of the question itself, and no service."""
    known = answers.get("assunto") or (not spoken.need and "?" in spoken.text)
    return bool(known) and asked not in (None, "servico") and spoken.intent == _PAPERS_INTENT
