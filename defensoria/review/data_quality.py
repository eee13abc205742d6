"""Holds the examples and the menus to what a model can learn from: no duplicates, contradictions or personal data."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from defensoria.language.commands import Command, read_command
from defensoria.language.menu import Option
from defensoria.language.menus import ASK_PREFIX, menu_of
from defensoria.language.text import normalise
from defensoria.office.triage import CORRECTION
from defensoria.office.vocabulary import Area, Criterion, Eligibility, Service, Subject
from defensoria.review.declared import declared_and_used
from defensoria.review.problem import Problem
from defensoria.review.project import Domain, Example, Project

FEWEST_EXAMPLES = 50
"""Below so many examples an intent is guessed rather than learned."""

VALUES_OF: Mapping[str, type[Enum]] = {
    "criterio": Criterion,
    "elegibilidade": Eligibility,
    "servico": Service,
    "area": Area,
    "assunto": Subject,
}
"""Slot → the values that every other part of the service understands."""

_COMMAND_INTENTS = {
    Command.BACK: "voltar",
    Command.RESTART: "recomecar",
    Command.PERSON: "falar_com_atendente",
    Command.HELP: "pedir_ajuda",
}
_YEARS = re.compile(r"(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d")
_PERSONAL = (
    ("um e-mail", re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")),
    ("um número de processo", re.compile(r"\b\d{7}-?\d{2}\.?\d{4}\.?\d\.?\d{2}\.?\d{4}\b")),
    ("um CNPJ", re.compile(r"\b\d{2}\.?\d{3}\.?\d{3}/\d{4}-?\d{2}\b")),
    ("um CPF", re.compile(r"\b\d{3}\.?\d{3}\.?\d{3}[-.]?\d{2}\b")),
    ("um telefone", re.compile(r"(?<!\d)(?:\+?55\s?)?(?:\(?\d{2}\)?\s?)?9?\s?\d{4}[\s.-]\d{4}(?!\d)")),
    ("um CEP", re.compile(r"\b\d{5}-\d{3}\b")),
    ("um número que parece documento ou telefone", re.compile(r"(?<!\d)\d{8,}(?!\d)")),
)


def problems(project: Project) -> list[Problem]:
    """What is wrong with the examples, the menus, and the names that domain, rules and code share."""
    return [
        *_duplicates(project.examples),
        *_personal_data(project.examples),
        *_too_few(project.domain, project.examples),
        *_taken_for_commands(project.examples),
        *menu_values(project.domain),
        *_menu_words(project.domain),
        *_gainsaid_by_menus(project.domain, project.examples),
        *declared_and_used(project),
    ]


def _duplicates(examples: Sequence[Example]) -> Iterator[Problem]:
    first: dict[str, Example] = {}
    for example in examples:
        same = first.setdefault(normalise(example.words), example)
        if same is example:
            continue
        if same.intent == example.intent:
            what = f"“{example.words}” repete {same.where} (“{same.words}”)"
            yield Problem(example.where, what, "Apague uma das linhas: para o robô são a mesma frase.")
        else:
            what = f"“{example.words}” está em {example.intent} e em {same.intent} ({same.where})"
            yield Problem(example.where, what, "Deixe a frase só na intenção certa.")


def _personal_data(examples: Sequence[Example]) -> Iterator[Problem]:
    for example in examples:
        text = _YEARS.sub("", example.text)
        for what, pattern in _PERSONAL:
            found = next((mark[0] for mark in pattern.finditer(text) if not _made_up(mark[0])), None)
            if found:
                fix = "Tire, ou troque todos os dígitos por 0: exemplos ficam no modelo e no repositório."
                yield Problem(example.where, f"parece ter {what}: “{found.strip()}”", fix)
                break


def _made_up(found: str) -> bool:
    """Whether all digits are the same: nobody's number."""
    return len({character for character in found if character.isdigit()}) == 1


def _too_few(domain: Domain, examples: Sequence[Example]) -> Iterator[Problem]:
    count: dict[str, int] = defaultdict(int)
    for example in examples:
        count[example.intent] += 1
    for intent, number in count.items():
        if number < FEWEST_EXAMPLES:
            fix = f"Escreva pelo menos {FEWEST_EXAMPLES}, como pessoas diferentes escreveriam."
            yield Problem(f"data/nlu, {intent}", f"tem só {number} exemplos", fix)


def _taken_for_commands(examples: Sequence[Example]) -> Iterator[Problem]:
    for example in examples:
        command = read_command(example.words)
        if command and example.intent != _COMMAND_INTENTS[command]:
            what = f"“{example.words}” está em {example.intent}, mas é lida como o comando “{command.value}”"
            fix = f"Mude o exemplo para {_COMMAND_INTENTS[command]}, ou peça à TI que o comando não leia essa frase."
            yield Problem(example.where, what, fix)


def _menus(domain: Domain) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every variation of a response that offers options, with the response's name."""
    for name, variations in (domain.get("responses") or {}).items():
        yield from ((name, variation) for variation in variations or () if variation.get("buttons"))


def menu_values(domain: Domain) -> Iterator[Problem]:
    """The options whose value nothing else in the service understands."""
    for name, variation in _menus(domain):
        form, slot = _asked(domain, name)
        allowed = _allowed(domain, form, slot, variation)
        for button in variation["buttons"]:
            value = str(button.get("payload"))
            if allowed is not None and value not in allowed:
                fix = f"Use um destes: {', '.join(sorted(allowed))}. Um valor novo é criado pela TI."
                yield Problem(name, f"o valor “{value}” não existe para {slot}", fix)


def _asked(domain: Domain, response: str) -> tuple[str, str]:
    """The form and the slot that a response asks for; both empty when it asks for none."""
    for form in domain.get("forms") or {}:
        prefix = f"{ASK_PREFIX}{form}_"
        if response.startswith(prefix):
            return form, response.removeprefix(prefix)
    return "", ""


def _allowed(domain: Domain, form: str, slot: str, variation: Mapping[str, Any]) -> set[str] | None:
    """The values an option of this menu may have; None when any will do."""
    if slot == CORRECTION:
        return set(domain["forms"][form].get("required_slots") or ())
    if slot in VALUES_OF:
        values = {str(value.value) for value in VALUES_OF[slot]}
        areas = {one.get("value") for one in variation.get("condition") or () if one.get("name") == "area"}
        if slot == "assunto" and areas:
            return {subject.value for subject in Subject if subject.area.value in areas}
        return values
    declared = ((domain.get("slots") or {}).get(slot) or {}).get("values")
    return set(map(str, declared)) if declared else None


def _menu_words(domain: Domain) -> Iterator[Problem]:
    for name, variation in _menus(domain):
        menu = menu_of({name: [variation]}, name)
        said_by: dict[str, Option] = {}
        for option in menu.options:
            for word in _names(option):
                other = said_by.setdefault(word, option)
                if other is not option:
                    what = f"“{word}” escolhe “{other.title}” e também “{option.title}”"
                    yield Problem(
                        name, what, "Deixe a palavra só na opção certa: as duas empatam e o robô pergunta de novo."
                    )
        meant: dict[str, str] = {}
        for button in variation["buttons"]:
            for intent in button.get("intencoes") or ():
                if intent in meant:
                    what = f"a intenção {intent} quer dizer “{meant[intent]}” e “{button.get('title')}”"
                    yield Problem(name, what, "Deixe a intenção em uma opção só.")
                meant.setdefault(intent, str(button.get("title")))


def _gainsaid_by_menus(domain: Domain, examples: Sequence[Example]) -> Iterator[Problem]:
    """Examples whose words choose one option of a menu and whose intent means another of the same menu."""
    by_words = {normalise(example.words): example for example in examples}
    for name, variation in _menus(domain):
        menu = menu_of({name: [variation]}, name)
        for option in menu.options:
            for example in filter(None, map(by_words.get, _names(option))):
                meant = menu.meant_by.get(example.intent, option.value)
                if meant != option.value:
                    what = (
                        f"“{example.words}” escolhe {option.value} em {name}, mas {example.intent} quer dizer {meant}"
                    )
                    fix = "Mude o exemplo de intenção ou tire a palavra dos sinônimos da opção."
                    yield Problem(example.where, what, fix)


def _names(option: Option) -> list[str]:
    """Everything that chooses an option, normalised, each once."""
    return list(dict.fromkeys(filter(None, map(normalise, (option.title, option.value, *option.synonyms)))))
