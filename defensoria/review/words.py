"""Holds what the bot says to the voice guide and to WhatsApp's limits: a linter of the responses in `domain.yml`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import Any

from defensoria.language.menus import numbered
from defensoria.language.spoken_facts import facts_of_the_day
from defensoria.office.calendar import CUIABA
from defensoria.office.facts import office_facts
from defensoria.review.code_names import CodeNames
from defensoria.review.problem import Problem
from defensoria.review.readability import reading_ease, sentences, words
from defensoria.review.wordlist import Wordlist, packaged_wordlist

TEXT_LIMIT = 4096
BODY_LIMIT = 1024
MOST_BUTTONS, BUTTON_TITLE = 3, 20
ROW_TITLE, ROW_DESCRIPTION = 24, 72
"""WhatsApp's, in characters; up to `MOST_BUTTONS` options are sent as buttons."""

LONGEST_SENTENCE = 20
"""Words."""
HARDEST = 50.0
"""The lowest reading ease: "fácil", eight years of school."""
ENOUGH_WORDS = 10
"""Below so many words the index measures the words of one sentence and not how it reads."""

SAID_WITH_EVERY_RESPONSE = frozenset({"resumo"})
"""Values that the NLG gives every response besides the office's facts."""

_LONGEST_VALUE = 300
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_GENDER_MARK = re.compile(
    r"\b\w+\(\w{1,3}\)|\b[oa]s?\(\w+\)|\b\w*[oa]s?/(?:as?|os?)\b|\b\w+@s?(?!\w)|\btod[xe]s\b", re.IGNORECASE
)
_SHOUTED = re.compile(r"\b[^\W\d_]*[A-ZÀ-Ú]{2,}[^\W\d_]*\b")
_LINK = re.compile(
    r"https?://\S+|\bwww\.\S+|\b[\w.-]+@[\w.-]+\.\w+|\b[\w-]+\.(?:gov|def|com|org|jus|net)(?:\.br)?\b", re.I
)
_WRITTEN_FACTS = (
    ("um link ou e-mail", _LINK),
    ("um valor em dinheiro", re.compile(r"R\$|\breais\b", re.IGNORECASE)),
    ("um limite em salários", re.compile(r"\b(?:\d+|um|dois|três|quatro|cinco|seis) salários?\b", re.IGNORECASE)),
    ("um telefone", re.compile(r"\(?\d[\d\s().-]{6,}\d")),
    (
        "uma data",
        re.compile(r"\d{1,2}/\d{1,2}(?:/\d+)?|\b\d{1,2}º? de (?:jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov|dez)\w+"),
    ),
    ("uma hora", re.compile(r"\b\d{1,2}(?:h|:\d\d)\w*")),
    ("um número", re.compile(r"\d+")),
    ("um dia de atendimento", re.compile(r"\b(?:segunda|terça|quarta|quinta|sexta)(?:-feira)? a \w+", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Saying:
    """One variation of a response, as the rules look at it."""

    name: str
    variation: Mapping[str, Any]
    given: frozenset[str]
    facts: Mapping[str, str]
    wordlist: Wordlist

    @property
    def text(self) -> str:
        """The text as it is written."""
        return str(self.variation.get("text") or "")

    @property
    def buttons(self) -> Sequence[Mapping[str, Any]]:
        """The options offered."""
        return self.variation.get("buttons") or ()

    @cached_property
    def without_values(self) -> str:
        """The text with a plain word for each placeholder."""
        return _PLACEHOLDER.sub("isso", self.text)

    @cached_property
    def as_sent(self) -> str:
        """The text as it leaves: long values filled in and the options numbered."""
        filled = self.filled(self.text)
        options = [{key: self.filled(str(value)) for key, value in _labels(button)} for button in self.buttons]
        return numbered(filled, options) if options else filled

    def filled(self, text: str) -> str:
        """A text with the office's facts, or something long, for each placeholder."""
        return _PLACEHOLDER.sub(lambda name: self.facts.get(name[1], "x" * _LONGEST_VALUE), text)

    def written(self) -> Iterator[tuple[str, str]]:
        """Every piece the citizen reads: where it is, and its words."""
        yield self.name, self.text
        for number, button in enumerate(self.buttons, start=1):
            for key, value in _labels(button):
                yield f"{self.name}, opção {number}, {_KEYS[key]}", str(value)


_KEYS = {"title": "título", "description": "descrição"}
Finding = tuple[str, str, str]
Rule = Callable[[Saying], Iterator[Finding]]


def problems(
    domain: Mapping[str, Any], code: CodeNames | None = None, wordlist: Wordlist | None = None
) -> list[Problem]:
    """What in the responses breaks the voice guide or WhatsApp's limits, in the order of the domain.

    Args:
        domain: a Rasa domain.
        code: names in the code, for the values that it gives responses; without it only the office's facts are known.
        wordlist: hard, gendered and known words and the exceptions; the packaged ones when not given.
    """
    wordlist = wordlist or packaged_wordlist()
    code = code or CodeNames()
    facts = _facts()
    found: list[Problem] = []
    used: set[tuple[str, str]] = set()
    for name, variations in (domain.get("responses") or {}).items():
        given = frozenset(facts) | SAID_WITH_EVERY_RESPONSE | code.given_to(name)
        for variation in variations or ():
            spoken = Saying(name, variation, given, facts, wordlist)
            for rule_name, rule in RULES.items():
                broken = [Problem(where, f"{what} [{rule_name}]", fix) for where, what, fix in rule(spoken)]
                if broken and (name, rule_name) in wordlist.exceptions:
                    used.add((name, rule_name))
                else:
                    found += broken
    return found + [
        Problem("palavras.yml", f"a exceção de {name} à regra {rule} não faz falta", "Tire a exceção.")
        for name, rule in wordlist.exceptions
        if (name, rule) not in used
    ]


def _facts() -> Mapping[str, str]:
    """The facts of a day on which everything is said at length: the first of the year, in the recess."""
    facts = office_facts()
    day = facts.wages[-1].valid_from
    return facts_of_the_day(facts, datetime.combine(day, time(), CUIABA), {})


def _labels(button: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(key, button[key]) for key in _KEYS if button.get(key)]


def _fits_whatsapp(spoken: Saying) -> Iterator[Finding]:
    limit = BODY_LIMIT if spoken.buttons else TEXT_LIMIT
    if len(spoken.as_sent) > limit:
        with_numbers = ", com as opções numeradas e os valores" if spoken.buttons else ""
        yield spoken.name, f"o texto tem {len(spoken.as_sent)} letras{with_numbers}; cabem {limit}", "Encurte o texto."
    if not spoken.text.strip():
        yield spoken.name, "não tem texto", "Escreva o que o robô diz."
    longest = {
        "title": BUTTON_TITLE if len(spoken.buttons) <= MOST_BUTTONS else ROW_TITLE,
        "description": ROW_DESCRIPTION,
    }
    for number, button in enumerate(spoken.buttons, start=1):
        for key, value in _labels(button):
            length = len(spoken.filled(str(value)))
            if length > longest[key]:
                where = f"{spoken.name}, opção {number}"
                yield where, f"{_KEYS[key]} com {length} letras; cabem {longest[key]}", f"Encurte: {value!r}."


def _options_are_clear(spoken: Saying) -> Iterator[Finding]:
    titles = [str(button.get("title") or "") for button in spoken.buttons]
    for number, (title, button) in enumerate(zip(titles, spoken.buttons, strict=True), start=1):
        where = f"{spoken.name}, opção {number}"
        if not words(title):
            yield (
                where,
                f"o título não tem palavras: {title!r}",
                "Escreva a opção em palavras; emoji sozinho não se lê.",
            )
        if title in titles[: number - 1]:
            yield where, f"o título {title!r} está em outra opção", "Dê um título só dela."
        if len(titles) > MOST_BUTTONS and not button.get("description"):
            yield (
                where,
                "não tem descrição",
                f"Com mais de {MOST_BUTTONS} opções, diga em poucas palavras o que cada uma é.",
            )


def _one_question(spoken: Saying) -> Iterator[Finding]:
    asked = sum(text.count("?") for _, text in spoken.written())
    if asked > 1:
        yield spoken.name, f"faz {asked} perguntas", "Faça uma pergunta por mensagem; o resto vira afirmação."


def _short_sentences(spoken: Saying) -> Iterator[Finding]:
    for sentence in sentences(spoken.without_values):
        length = len(words(sentence))
        if length > LONGEST_SENTENCE:
            yield (
                spoken.name,
                f"frase com {length} palavras: “{sentence[:60]}…”",
                f"Divida em frases de até {LONGEST_SENTENCE} palavras.",
            )


def _easy_to_read(spoken: Saying) -> Iterator[Finding]:
    ease = reading_ease(spoken.without_values)
    if ease is not None and len(words(spoken.without_values)) >= ENOUGH_WORDS and ease < HARDEST:
        fix = "Use palavras mais curtas e frases menores."
        yield spoken.name, f"leitura difícil: índice {ease:.0f}, o mínimo é {HARDEST:.0f}", fix


def _plain_words(spoken: Saying) -> Iterator[Finding]:
    for where, text in spoken.written():
        for word, plain in spoken.wordlist.hard_words(text):
            yield where, f"“{word}” é juridiquês", f"Escreva: {plain}."


def _neutral(spoken: Saying) -> Iterator[Finding]:
    for where, text in spoken.written():
        for word, neutral in spoken.wordlist.gendered_words(text):
            yield where, f"“{word}” supõe o gênero de quem lê", f"Escreva: {neutral}."
        for mark in _GENDER_MARK.finditer(text):
            yield where, f"“{mark[0]}” é difícil de ler", "Use uma forma sem gênero: “pessoa”, “quem”, “você”."


def _says_voce(spoken: Saying) -> Iterator[Finding]:
    for where, text in spoken.written():
        for word in spoken.wordlist.wrong_address(text):
            yield where, f"“{word}” não é o jeito do robô", "Diga “você”, “seu” e “sua”."


def _calm(spoken: Saying) -> Iterator[Finding]:
    exclamations = sum(text.count("!") for _, text in spoken.written())
    if exclamations > 1:
        yield spoken.name, f"tem {exclamations} pontos de exclamação", "Deixe no máximo um."
    for where, text in spoken.written():
        for shouted in _SHOUTED.findall(_PLACEHOLDER.sub("", text)):
            if shouted not in spoken.wordlist.acronyms:
                fix = "Escreva em minúsculas; uma sigla conhecida entra em “siglas”, em palavras.yml."
                yield where, f"“{shouted}” em maiúsculas parece grito", fix


def _facts_from_the_office(spoken: Saying) -> Iterator[Finding]:
    for where, text in spoken.written():
        bare = _PLACEHOLDER.sub("", text)
        for what, pattern in _WRITTEN_FACTS:
            if written := pattern.search(bare):
                fix = "Use um valor entre chaves, como {horario}: os fatos vêm de defensoria/office/facts."
                yield where, f"{what} escrito à mão: “{written[0].strip()}”", fix
                break


def _known_values(spoken: Saying) -> Iterator[Finding]:
    for where, text in spoken.written():
        for name in _PLACEHOLDER.findall(text):
            if name not in spoken.given:
                yield where, f"ninguém preenche {{{name}}} aqui", f"Use um destes: {', '.join(sorted(spoken.given))}."
        if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
            yield where, "há uma chave sem par", "Escreva o valor assim: {horario}."


def _marks_whatsapp_shows(spoken: Saying) -> Iterator[Finding]:
    for where, text in spoken.written():
        if text.count("*") % 2:
            yield where, "há um asterisco sem par", "Negrito é *assim*, com um asterisco de cada lado."
        if re.search(r"\*\*|__|\]\(|^#", text, re.MULTILINE):
            yield where, "o WhatsApp não entende **, __, # nem [texto](link)", "Use *negrito* e o link por extenso."


RULES: Mapping[str, Rule] = {
    "whatsapp": _fits_whatsapp,
    "opcoes": _options_are_clear,
    "uma-pergunta": _one_question,
    "frases": _short_sentences,
    "leitura": _easy_to_read,
    "palavras": _plain_words,
    "genero": _neutral,
    "tratamento": _says_voce,
    "calma": _calm,
    "fatos": _facts_from_the_office,
    "valores": _known_values,
    "negrito": _marks_whatsapp_shows,
}
"""Name → rule; an exception in `palavras.yml` names the rule."""
