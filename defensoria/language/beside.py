"""What a message tells beside the answer it gives: a subject named along with a service, a life told with an income."""

import re

from defensoria.language.ages import tells_only_young_age
from defensoria.language.heard import OVER_LIMIT, PAY_RATE, SUPPOSED, Heard, Spoken
from defensoria.language.meanings import HOW_LONG
from defensoria.language.menu import read_named
from defensoria.language.menus import Menu
from defensoria.language.purposes import only_tells, states_need, wants_something
from defensoria.language.text import normalise
from defensoria.office.triage import CONFIRMATION, CORRECTION, Answers
from defensoria.office.vocabulary import Area, Subject

_PAPERS_INTENT = "perguntar_documentos"
# "É do remédio, cível": beside the area these are no subject yet.
_OTHER_INTENTS = ("outro_civel", "outro_criminal")
_CIVIL = re.compile(r"\b[cs]iv[ei]\w*")
_TELLS_A_FACT = ("informar_", "nlu_fallback", "pedir_ajuda", "perguntar_quem_pode", "perguntar_gratuidade")
# Behind "quero saber" it chooses the service, and does not ask by the way.
_ASKS_WHICH = re.compile(
    r"(?:(?:e|mas|oi|ai|ah|so|me diz|entao) )*(?:o que|que|quais|qual|precis[ao]|tem que|tenho que)\b"
    r".*\b(?:docu\w+|pape\w+|comprovante\w*|certid\w+|receita|laudo|xerox|copias?|rg|cpf|lev[ao]r?|traz\w+|mand[ao]r?)\b"
)


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
    return (of_the_area and (spoken.intent in _OTHER_INTENTS or not spoken.need)) or asks_papers_by_the_way(
        spoken, asked, answers
    )


def subject_beside(spoken: Spoken, asked: str | None, services: Menu, subjects: Menu) -> str | None:
    """The subject told beside a service, as in "o andamento do meu divórcio", or unasked beside a fact.

    Violence is not taken from an aside: its numbers and its queue need surer words.
    """
    if asked == "area":
        return _named_beside_area(spoken, subjects)
    unasked = asked is None and (spoken.intent or "").startswith(_TELLS_A_FACT)
    if not unasked and spoken.intent != HOW_LONG and spoken.intent not in services.meant_by:
        return None
    # Of a need told beside a fact, that it is another than those listed tells too little: "quero limpar meu nome".
    vague = unasked and spoken.need in _OTHER_INTENTS
    subject = None if vague else subjects.meant_by.get(spoken.need or "")
    named = _named_civil(spoken, subjects) if subject is None else set()
    if unasked and subject is None and (likely := subjects.meant_by.get(spoken.likely or "")):
        # What is only likely counts where the subject is named, too: "… divórcio. Recebo 8.900, tenho direito?".
        subject = likely if likely in named else None
    elif subject is None and not unasked:
        # "Documentos pra guarda": the service drowns the need, which is named all the same.
        near = next((subjects.meant_by[intent] for intent in spoken.ranking if intent in subjects.meant_by), None)
        subject = near if near in named else None
    return None if subject == Subject.DOMESTIC_VIOLENCE.value else subject


def subject_stated_later(spoken: Spoken, asked: str | None, answers: Answers, subjects: Menu) -> str | None:
    """The subject of a need stated now, where the one known was only supposed from the story before it."""
    if not answers.get(SUPPOSED) or asked in ("assunto", CONFIRMATION, CORRECTION):
        return None
    told = spoken.need or (spoken.intent if wants_something(spoken.text) else None)
    stated = subjects.meant_by.get(told or "")
    # Who tells of an arrest and then of the sentence has told what it is about.
    goes_on = (answers.get("assunto"), stated) == (Subject.ARREST.value, Subject.SENTENCE_EXECUTION.value)
    if only_tells(spoken.text) and not goes_on:
        return None
    return None if stated in (answers.get("assunto"), Subject.DOMESTIC_VIOLENCE.value) else stated


def _named_civil(spoken: Spoken, subjects: Menu) -> set[str]:
    """Every case is called "processo", so that the names of criminal subjects tell nothing beside other facts."""
    civil = [option for option in subjects.options if Subject(option.value).area is Area.CIVIL]
    civil = [option for option in civil if option.value != Subject.CIVIL_OTHER.value]
    return {option.value for option in civil if read_named(spoken.text, [option])}


def _named_beside_area(spoken: Spoken, subjects: Menu) -> str | None:
    """ "Cível, é sobre guarda": the likeliest subject, where it is named; "família" alone names the area."""
    intents = [intent for intent in spoken.ranking if intent in subjects.meant_by and intent not in _OTHER_INTENTS]
    near = subjects.meant_by[intents[0]] if intents and _CIVIL.search(normalise(spoken.text)) else None
    violence = near == Subject.DOMESTIC_VIOLENCE.value
    return near if not violence and near in _named_civil(spoken, subjects) else None


def _only_tells_who_asks(answer: Heard, spoken: Spoken, criteria: Menu) -> bool:
    """ "Crio meus netos, 600 do Bolsa Família": beside an income a life is told, and no need until one is stated.

    Violence or debts, which are a criterion themselves, are a need, too.
    """
    criterion = answer.slots.get("criterio")
    told = criterion or any(answer.slots.get(slot) for slot in (OVER_LIMIT, PAY_RATE)) or answer.says
    itself = criterion is not None and criterion == criteria.meant_by.get(spoken.intent or "")
    return bool(told) and not itself and not states_need(spoken.text)


def asks_papers_by_the_way(spoken: Spoken, asked: str | None, answers: Answers) -> bool:
    """ "Precisa levar comprovante disso?": of a need told before, or of the question itself, and no service."""
    if spoken.intent != _PAPERS_INTENT or asked is None:
        return False
    if asked == "servico":
        # "Quais documentos preciso levar?" chooses the service, unless a need was told before.
        return bool(answers.get("assunto")) and _ASKS_WHICH.match(normalise(spoken.text)) is not None
    return bool(answers.get("assunto") or (not spoken.need and "?" in spoken.text))
