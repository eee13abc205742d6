"""The age that a message tells of its writer, in years or by the year of birth."""

import re
from datetime import date

from text_to_num import alpha2digit

from defensoria.language.text import normalise

ELDERLY = 60
"""Years from which somebody is elderly, and so protected (Lei 10.741/2003, art. 1º)."""
_MONTHS = (
    r"(?:janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|mes|ano|semana|dia"
    r"|natal)"
)
# What else is counted: "tenho 80 reais", "fiz 70 por dia", "tenho 65 anos de contribuição".
_NO_AGE = (
    r"(?! (?:mil|reais|conto|pila|por|a (?:hora|diaria)|dias?|(?:mes(?:es)?|semanas?)(?! passad[ao]| que vem)|horas?"
    r"|quilos?|kg|km|parcel|boleto"
    r"|divid|caixa|cabeca|pessoas?|filhos?|processos?|cento|anos? (?:de (?!idade)|atras)))"
)
_YEARS = rf"(?P<years>\d{{2,3}})\b{_NO_AGE}(?: an(?:o|inho)s?\b(?: de idade)?)?"
_SAID = r"(?: (?:eu|ja|so|hoje|agora|apenas|quase|e|de))*"
_HAS = re.compile(rf"\b(?:tenho|completei|inteirei|minha idade|idade|(?:estou|to|ando) com){_SAID} {_YEARS}")
_TURNED = re.compile(rf"\bfiz{_SAID} {_YEARS}(?=$| anos?\b| (?:agora )?(?:n?[oa] |em |dia |{_MONTHS}))")
_WILL_TURN = re.compile(
    rf"\b(?:vou fazer|vou completar|completo|faco){_SAID} {_YEARS}(?=$| anos?\b| (?:agora )?(?:n?[oa] |em |dia "
    rf"|{_MONTHS}))"
)
_BORN = re.compile(r"\b(?:nasci|nascid[oa]|sou d[eo])\b(?: (?!n[ao]s?\b|meu|minha)[a-z0-9]+){0,4}? (?P<year>19\d\d)\b")
_ALONE = re.compile(r"\b(?P<years>\d{2}) an(?:o|inho)s?\b(?: de idade)?")
# What is said of oneself beside an age and makes nobody protected.
_AROUND = frozenset({
    "eu", "tenho", "sou", "ja", "so", "ainda", "apenas", "de", "e", "a", "o", "oi", "ola", "bom", "boa", "dia",
    "tarde", "noite", "moca", "moco", "homem", "mulher", "casado", "casada", "solteiro", "solteira", "idade", "minha",
    "hoje", "agora", "uns", "com", "estou", "moro", "vivo", "sozinho", "sozinha", "trabalho", "trabalhando",
    "autonomo", "autonoma", "diarista",
})  # fmt: skip


def told_age(text: str, today: date) -> int | None:
    """How many years old its writer is at least, as the message tells; None where it tells none. Never raises."""
    said = _with_digits(text)
    if found := _HAS.search(said) or _TURNED.search(said):
        return int(found["years"])
    if found := _WILL_TURN.search(said):
        return int(found["years"]) - 1
    found = _BORN.search(said)
    return today.year - int(found["year"]) - 1 if found else None


def tells_only_young_age(text: str) -> bool:
    """Whether a message tells an age below `ELDERLY` and nothing more, which protects nobody. Never raises."""
    said = _with_digits(text)
    found = next((found for pattern in (_HAS, _TURNED, _ALONE) if (found := pattern.search(said))), None)
    if found is None or int(found["years"]) >= ELDERLY:
        return False
    return set(f"{said[: found.start()]} {said[found.end() :]}".split()) <= _AROUND


def _with_digits(text: str) -> str:
    return alpha2digit(normalise(text[:400]), "pt", 0)
