"""Noticing that a citizen takes an answer back: "errei a cidade, é Sorriso", "na verdade é criminal"."""

import re
from dataclasses import dataclass

from defensoria.language.text import normalise, plain
from defensoria.office.vocabulary import Area, Criterion

COUNTERPARTS = {
    Area.CIVIL.value: Area.CRIMINAL.value,
    Area.CRIMINAL.value: Area.CIVIL.value,
    Criterion.INDIVIDUAL_INCOME.value: Criterion.FAMILY_INCOME.value,
    Criterion.FAMILY_INCOME.value: Criterion.INDIVIDUAL_INCOME.value,
}
"""Who denies the one means the other."""

_ITS_PLACE = r"(?: n?a (?:primeira|segunda|terceira|quarta|quinta|ultima)(?: pergunta| resposta)?)?"
_OOPS = r"(?:ops|opa|epa|nao(?=,)|eita|vixe|ih|desculp[ae]|perdao|pera|perai)(?:[,.! ]+(?:nao|moc[ao]))*"
_THE_RIGHT_ONE = (
    r"(?=[,.! ]+(?:(?:eu )?moro\b|em(?: (?!foi|ta|esta|tem|mora)[a-z']+){1,4}$"
    r"|(?:e|eh|era) (?!(?:que|ai|[ao]s?|eu|sobre|so|pra|para|por|meu"
    r"|minha|isso|se|sim|de|com|como|quando|quanto|uma?)\b|\d)))"
)
_CUE = re.compile(
    rf"^{_OOPS}{_THE_RIGHT_ONE}|^(?:ops|epa|ih|perdao)(?=[,.! ]+[a-z']+(?: [a-z']+){{0,3}}$)"
    rf"|^(?:{_OOPS}[,.! ]+)*(?:digo|minto)\b(?! que)|^\*(?=[a-z ]{{3,}}$)|(?<=[a-z]{{3}})\*$"
    rf"|\b(?:errei{_ITS_PLACE}|erramos|quer dizer(?! que)|na (?:verdade|vdd)|ou melhor|me enganei|enganei|engano"
    r"|(?:me )?confundi|o corretor (?:mudou|trocou|corrigiu)|corrij\w+|corrig\w+|quis dizer|queria dizer"
    r"|(?:quero |pode )?(?:mudar|trocar|muda|troca)"
    r"|(?:digitei|escrevi|falei|disse|mandei|apertei|cliquei|marquei|escolhi|coloquei) errado"
    r"|(?:cidade|municipio) (?:ta|esta|ficou|foi|veio) errad[ao]|nao e|nao era|alias"
    r"|melhor dizendo)\b"
)
# Of these, "não é crime, é da casa" may as well answer the question that is open.
_DENIAL = re.compile(rf"nao e|nao era|alias|melhor dizendo|{_OOPS}")
# "Não, errei…": no to the summary, and no part of the new value.
_NO_FIRST = re.compile(r"^(?:nao|n)(?:\s*[,.;:!][\s,.;:!]*|$)")
# "A renda está errada" takes an answer back, but only before the summary: elsewhere a bill may be wrong.
_WRONG = re.compile(r"\b(?:(?:ta|esta|tava|estava|ficou|foi|veio) )?errad[oa]s?\b")
_SLOT_WORDS = {
    "municipio": re.compile(r"\b(?:cidade|municipio)\b"),
    "criterio": re.compile(r"\b(?:renda|criterio|salario|faixa|ganho)\b"),
    "servico": re.compile(r"\bservico\b"),
    "area": re.compile(r"\barea\b"),
    "assunto": re.compile(r"\b(?:assunto|tema)\b"),
}
# What is said in one breath: "a renda é da família e a cidade é Sorriso" takes two answers back.
_STATEMENT = re.compile(r"[,.;:\n]|\s+e\s+")
# "Familiar, não individual": behind the new value, what it replaces.
_INSTEAD = re.compile(r"(?<=\w)[\s,]+(?:e )?(?:nao|em vez de|no lugar de|ao inves de)\b.*$")
_DENIED = re.compile(r"\b(?:nao|n) (?:e|era|eh) (?:mais )?([^,.;]+?)(?: nao)?(?=[,.;]|$| (?:e|mas) )")
# "Aliás, meu processo é em Sinop": where something else is, is no new value.
_OF_SOMETHING_ELSE = re.compile(
    r"\b((?:processo|audiencia|acidente|trabalho|emprego|servico|ele|ela|ex|filh[oa]s?|marido|esposa|mae|pai|irma|irmao)"
    r"(?: [a-z]+){0,2}) (?:e|eh|era|foi) (?=(?:la )?(?:em|de|no|na)\b)"
)
# What stands before the new value: "não é Cuiabá, é Sorriso", "a cidade: Sorriso".
_BEFORE_VALUE = re.compile(r"(?:[,;:]|\be sim\b|\bmas\b|\b[eé]\b(?!\s+sim\b)|\bpara\b|\bpra\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Correction:
    """That an answer is taken back: `slot` is the one named, if any.

    `said` is what may be its new value, the likeliest first: the last thing said, what was said before it, and all of
    it but the words of correction. `denies`: it may only deny something, and give the open question its answer.
    """

    slot: str | None
    said: tuple[str, ...]
    denies: bool = False


def read_correction(text: str) -> Correction | None:
    """The correction that a message makes, or None when it takes nothing back. Never raises."""
    cues = _CUE.findall(plain(text))
    if not cues:
        return None
    return Correction(named_slot(text), values_in(text), denies=all(map(_DENIAL.fullmatch, cues)))


def named_slot(text: str) -> str | None:
    """The slot that a message names: "a cidade" is `municipio`. None when it names none or several."""
    words = normalise(text)
    named = [slot for slot, pattern in _SLOT_WORDS.items() if pattern.search(words)]
    return named[0] if len(named) == 1 else None


def statements_in(text: str) -> tuple[str, ...]:
    """The statements of a message: each may take another answer back."""
    return tuple(filter(None, map(str.strip, _STATEMENT.split(text))))


def values_in(text: str) -> tuple[str, ...]:
    """What may be the new value in a message that takes an answer back, the likeliest first."""
    told = _OF_SOMETHING_ELSE.sub(r"\1 fica ", _DENIED.sub(" ", plain(text)))
    said = list(filter(None, map(_without_cue, [*reversed(_BEFORE_VALUE.split(told)), told])))
    return tuple(dict.fromkeys([*said, *(_INSTEAD.sub("", value) for value in said)]))


def denied_in(text: str) -> str | None:
    """What a message says it is not: "crime" in "não é crime não". None when it denies nothing."""
    found = _DENIED.search(plain(text))
    return found[1] if found else None


def _without_cue(said: str) -> str:
    rest = _CUE.sub(" ", plain(said))
    for pattern in (_WRONG, *_SLOT_WORDS.values()):
        rest = pattern.sub(" ", rest)
    return _NO_FIRST.sub("", rest.strip(" ,.;:")).strip(" ,.;:")
