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
_WHEN = rf"(?=$| anos?\b| (?:agora )?(?:n?[oa] |em |dia |{_MONTHS}))"
_TOLD = (
    (re.compile(rf"\bmenos d[eo]s? {_YEARS}"), -1),
    (re.compile(rf"\b(?:tenho|completei|inteirei|minha idade|idade|(?:estou|to|ando) com){_SAID} {_YEARS}"), 0),
    (re.compile(rf"\bfiz{_SAID} {_YEARS}{_WHEN}"), 0),
    (re.compile(rf"\b(?:vou fazer|vou completar|completo|faco){_SAID} {_YEARS}{_WHEN}"), -1),
)
"""How an age is told, and how many years lie between the number said and the most that it tells of today."""
_BORN = re.compile(
    r"\b(?:(?:nasci|nascid[oa])\b(?: (?!e\b|ganh|receb|tir|renda|salario|meu|minha)[a-z0-9]+){0,6}?|sou d[eo])"
    r" (?P<year>19\d\d)\b"
)
_ALONE = re.compile(r"\b(?P<years>\d{2}) an(?:o|inho)s?\b(?: de idade)?")
# What is said of oneself beside an age and makes nobody protected.
_AROUND = frozenset({
    "eu", "tenho", "sou", "ja", "so", "ainda", "apenas", "de", "e", "a", "o", "oi", "ola", "bom", "boa", "dia",
    "tarde", "noite", "moca", "moco", "homem", "mulher", "casado", "casada", "solteiro", "solteira", "idade", "minha",
    "hoje", "agora", "uns", "com", "estou", "moro", "vivo", "sozinho", "sozinha", "trabalho", "trabalhando",
    "autonomo", "autonoma", "diarista", "pais", "pai", "mae", "marido", "esposa", "meus", "meu", "que", "vem",
    "ano", "mes", "semana", "passado", "passada",
})  # fmt: skip


def told_age(text: str, today: date) -> int | None:
    """How many years old its writer is, as the message tells; None where it tells none, or denies it. Never raises."""
    said = _with_digits(text)
    if found := _find(said):
        return found[1]
    born = _BORN.search(said)
    return today.year - int(born["year"]) - 1 if born else None


def tells_only_young_age(text: str) -> bool:
    """Whether a message tells an age below `ELDERLY` and nothing more, which protects nobody. Never raises."""
    said = _with_digits(text)
    alone = _ALONE.search(said)
    found, age = _find(said) or (alone, int(alone["years"]) if alone else ELDERLY)
    if found is None or age >= ELDERLY:
        return False
    return set(f"{said[: found.start()]} {said[found.end() :]}".split()) <= _AROUND


def _find(said: str) -> tuple[re.Match[str], int] | None:
    found = ((match, int(match["years"]) + less) for told, less in _TOLD if (match := told.search(said)))
    return next((age for age in found if not said[: age[0].start()].endswith("nao ")), None)


def _with_digits(text: str) -> str:
    return alpha2digit(normalise(text[:400]), "pt", 0)
