"""What somebody said without who they are: names, numbers, dates and addresses are taken out, rather too much than
too little. Towns of Mato Grosso stay, and ages and counts of one or two digits.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

from defensoria.planning.naming import addresses_in, names_in

_MONTH = r"(?:janeiro|fevereiro|março|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)"
_DIGIT_WORD = r"(?:zero|uma?|dois|duas|tr[eê]s|quatro|cinco|seis|meia|sete|oito|nove)"
_NUMBER_WORD = (
    r"(?:uma?|dois|duas|tr[eê]s|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|treze|quatorze|catorze|quinze"
    r"|dezess?eis|dezess?ete|dezoito|dezenove|vinte|trinta|quarenta|cinq[uü]enta|sessenta|setenta|oitenta|noventa"
    r"|cem|cento|duzentos|trezentos|quatrocentos|quinhentos|seiscentos|setecentos|oitocentos|novecentos|mil)\b"
)
_SPELLED = rf"{_NUMBER_WORD}(?:\s+(?:e\s+)?{_NUMBER_WORD})*"
_COINS = r"(?:reais|real|contos?|pilas?|mil|milh[aãoõ]\w+)"
_BETWEEN = r"[\s.,;:/\\|_*+=x-]{0,3}"

# The order tells: what has a shape of its own goes before the number that is merely long.
_SHAPES = [
    (re.compile(pattern, re.IGNORECASE), mark)
    for pattern, mark in (
        (r"(?<!\S)[^\s@]*\s?@\s?\S+", "[email]"),
        (r"(?<!\S)\S+\s+arroba\s+\S+(?:\s+ponto\s+\w+)*", "[email]"),
        (r"(?:https?:|www\.)\S*|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|gov|jus|br|me|app|ly)\b\S*", "[link]"),
        (r"(?<!\d)\d{7}\W?\d{2}\W?\d{4}\W?\d\W?\d{2}\W?\d{4}(?!\d)", "[processo]"),
        (r"(?<!\d)\d{3}\.\d{3}\.\d{3}\W?\d{2}(?!\d)", "[cpf]"),
        (rf"(?:\br\$|\$)\s*\d[\d.,]*(?:\s*{_COINS}\b)*", "[valor]"),
        (rf"(?<!\d)\d[\d.,]*\s*{_COINS}\b(?:\s+(?:e\s+)?\d[\d.,]*)?(?:\s+{_COINS}\b)*", "[valor]"),
        (rf"\b{_SPELLED}\s+{_COINS}\b(?:\s+e\s+{_SPELLED})?(?:\s+{_COINS}\b)*", "[valor]"),
        (rf"\b(?:{_DIGIT_WORD}[\s,.-]+){{3,}}{_DIGIT_WORD}\b", "[numero]"),
        (r"(?<!\d)\d{1,4}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{2,4}(?![\d-])|(?<![\d/])\d{1,2}/\d{1,4}(?![\d/-])", "[data]"),
        (rf"\b(?:\d{{1,2}}[ºo°]?\s+(?:de\s+)?)?{_MONTH}\s+(?:de\s+)?\d{{2,4}}\b", "[data]"),
        (rf"\b\d{{1,2}}[ºo°]?\s+(?:de\s+)?{_MONTH}\b", "[data]"),
        (r"\bnasc\w*\s+(?:em|no ano de|dia|aos?)?\s*\d[\d\s/.-]*", "[data]"),
        (r"(?<![\w])[a-z]{3}-?\d[a-z\d]\d\d(?!\w)", "[placa]"),
        (r"(?<!\d)(?:\+?\s?55\s?)?0?\s?\d{2}\s?-?\s?9?\s?\d{4}[\s.-]?\d{4}(?!\d)", "[telefone]"),
        (r"(?<!\d)9?\s?\d{4}[\s.-]?\d{4}(?!\d)", "[telefone]"),
        (rf"\d(?:{_BETWEEN}\d){{2,}}", "[numero]"),
        (r"\b(?=(?:\w*\d){3})\w+\b", "[numero]"),
    )
]
_BRACKETS = str.maketrans(dict.fromkeys("[]{}()<>", " "))
_AGAIN = re.compile(r"(\[\w+\])(?:[\s,.;:/-]*\1)+")
_LOOSE = re.compile(r"(?<=\]) (?=[,.;:!?])")


def anonymise(text: str, names: Collection[str] = ()) -> str:
    """The text on one line, with marks such as `[nome]` in place of what may tell who is meant.

    Args:
        text: as somebody wrote it.
        names: of people known to be meant, such as the writer's; each of their words is taken out.
    """
    cleaned = _clean(text)
    for shape, mark in _SHAPES:
        cleaned = shape.sub(f" {mark} ", cleaned)
    cleaned = _replace(cleaned, addresses_in(cleaned), "[endereco]")
    cleaned = _replace(cleaned, names_in(cleaned, names), "[nome]")
    return _LOOSE.sub("", _AGAIN.sub(r"\1", " ".join(cleaned.split())))


def _clean(text: str) -> str:
    """Digits as digits, in whatever signs they were written, and nothing invisible; lines stay apart."""
    composed = unicodedata.normalize("NFKC", text.replace("º", "°"))
    return "".join(map(_clean_letter, unicodedata.normalize("NFC", composed))).translate(_BRACKETS)


@lru_cache(maxsize=4096)
def _clean_letter(letter: str) -> str:
    category = unicodedata.category(letter)
    if category.startswith("N"):
        return str(unicodedata.digit(letter, " "))
    if letter.isspace():
        return "\n" if letter in "\n\r\x85\u2028\u2029" else " "
    return "" if category.startswith(("C", "M")) else letter


def _replace(text: str, spans: Iterator[tuple[int, int]], mark: str) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], f" {mark} "]
        at = end
    return "".join([*parts, text[at:]])
