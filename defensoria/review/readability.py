"""How hard a Portuguese text is to read: sentences, words, syllables, and the Flesch index adapted to Portuguese."""

import re

_SENTENCE_END = re.compile(r"[.!?…]+(?:\s|$)|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SILENT_U = re.compile(r"(?<=[qg])u(?=[eéêií])")
_NUCLEI = "aeiouáéíóúâêôãõàü"
_GLIDES = "iu"
_ACCENTED = "áéíóúâêô"
_NASAL = {"ã": "eo", "õ": "e"}
# A final "ia", "io", "ua"… is one syllable only after the stressed one: "família", "água", but "moradia".
_RISING_ENDING = re.compile(r"(?:[ieo]|(?<![qg])u)[aeo]s?$")


def sentences(text: str) -> list[str]:
    """The sentences of a text: they end at a full stop, a question or exclamation mark, or a line's end."""
    return [part.strip() for part in _SENTENCE_END.split(text) if _WORD.search(part)]


def words(text: str) -> list[str]:
    """The words of a text in lower case; numbers and signs are none."""
    return [word.lower() for word in _WORD.findall(text)]


def syllables(word: str) -> int:
    """How many syllables a Portuguese word has when it is spoken with care; at least 1.

    A word of several parts ("meio-dia") has those of its parts. Unusual hiatuses may be missed.
    """
    if "-" in word:
        return sum(map(syllables, word.split("-")))
    letters = _SILENT_U.sub("", word.lower())
    count = sum(_starts_nucleus(letters, at) for at in range(len(letters)))
    ending = _RISING_ENDING.search(letters)
    if ending and any(letter in _ACCENTED for letter in letters[: ending.start()]):
        count -= 1
    return max(count, 1)


def reading_ease(text: str) -> float | None:
    """The Flesch index adapted to Portuguese: about 100 is very easy, 50 hard for eight years of school; None if empty.

    248,835 − 1,015 · words per sentence − 84,6 · syllables per word (Martins, Ghiraldelo, Nunes & Oliveira Jr.,
    "Readability formulas applied to textbooks in Brazilian Portuguese", ICMC-USP, 1996).
    """
    spoken = words(text)
    if not spoken:
        return None
    return 248.835 - 1.015 * len(spoken) / len(sentences(text)) - 84.6 * sum(map(syllables, spoken)) / len(spoken)


def _starts_nucleus(letters: str, at: int) -> bool:
    letter, before = letters[at], letters[at - 1] if at else ""
    if letter not in _NUCLEI:
        return False
    if before in _NASAL:
        return letter not in _NASAL[before]
    if letter in _GLIDES and before and before in _NUCLEI:
        return before == letter or _stands_alone(letters[at + 1 :])
    # "quatro", "água": the u after q or g glides into the vowel.
    return not (before == "u" and letter in "aoáóâôã" and letters[max(at - 2, 0)] in "qg" and at >= 2)


def _stands_alone(after: str) -> bool:
    """Whether an i or u after a vowel is a syllable of its own: "rainha", "ainda", "ruim", "juiz"."""
    return re.match(r"nh|[lmnrz](?![aeiouáéíóúâêôãõh])", after) is not None
