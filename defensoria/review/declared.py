"""Holds the names that domain, examples, rules, menus and code share: each one is declared, and each one is used."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.constants import DEFAULT_ACTION_NAMES, DEFAULT_INTENTS, DEFAULT_SLOT_NAMES

from defensoria.language.menus import ASK_PREFIX, ask_response
from defensoria.review.problem import Problem
from defensoria.review.project import Domain, Project

LEARNT_TO_TELL_APART: Mapping[str, str] = {
    "informar_renda": "a renda é lida nas palavras; a intenção separa esses números dos outros assuntos",
    "informar_municipio": "a cidade é lida nas palavras; a intenção separa esses nomes dos outros assuntos",
}
"""Intents that lead to nothing by themselves → why they are learned all the same."""

_DOMAIN = "domain.yml"
# Rasa's words for its own things, which look like names of responses.
_NOT_RESPONSES = frozenset({"utter_action", "utter_message"})


def declared_and_used(project: Project) -> list[Problem]:
    """Names that are used and not declared, and those that are declared and not used."""
    return [
        *_intents(project),
        *_entities(project),
        *_forms(project),
        *_slots(project),
        *_actions(project),
        *_responses(project),
    ]


def _intents(project: Project) -> Iterator[Problem]:
    declared = _names(project.domain.get("intents"))
    learned = {example.intent for example in project.examples}
    in_menus = {
        intent: name
        for name, variation in _variations(project.domain)
        for button in variation.get("buttons") or ()
        for intent in button.get("intencoes") or ()
    }
    in_scripts = _in_scripts(project, "intent")
    own = {*DEFAULT_INTENTS, DEFAULT_NLU_FALLBACK_INTENT_NAME}
    yield from _undeclared("a intenção", {**in_menus, **in_scripts, **_first_places(project)}, {*declared, *own})
    told = {intent for intent in declared if f"/{intent}" in project.code.strings}
    for intent in sorted(declared - learned - told - own):
        yield Problem(_DOMAIN, f"a intenção {intent} não tem exemplos", "Escreva exemplos em data/nlu ou tire-a daqui.")
    for intent in sorted(declared - own):
        leads = f"utter_{intent}" in (project.domain.get("responses") or {}) or project.code.says(intent)
        if not (
            leads or intent in in_menus or intent in in_scripts or intent in told or intent in LEARNT_TO_TELL_APART
        ):
            fix = f"Ponha-a nas “intencoes” de uma opção, ou crie a resposta utter_{intent}."
            yield Problem(_DOMAIN, f"a intenção {intent} não leva a nada", fix)


def _first_places(project: Project) -> dict[str, str]:
    return {example.intent: example.where for example in reversed(project.examples)}


def _entities(project: Project) -> Iterator[Problem]:
    declared = _names(project.domain.get("entities"))
    marked = {entity: example.where for example in project.examples for entity in example.entities}
    yield from _undeclared("a entidade", marked, declared)
    yield from _unused("a entidade", declared, {*marked, *project.code.strings})


def _forms(project: Project) -> Iterator[Problem]:
    declared = set(project.domain.get("forms") or {})
    used = {form: where for form, where in _in_scripts(project, "active_loop").items() if form}
    yield from _undeclared("o formulário", used, declared)
    used |= {name: "actions/" for names in project.code.followups.values() for name in names}
    yield from _unused("o formulário", declared, used)


def _slots(project: Project) -> Iterator[Problem]:
    declared = set(project.domain.get("slots") or {})
    used = {name: "actions/" for name in project.code.slots}
    used |= {slot: f"{_DOMAIN}, {form}" for form, slot in _questions(project.domain)}
    used |= {
        condition["name"]: name
        for name, variation in _variations(project.domain)
        for condition in variation.get("condition") or ()
        if condition.get("type") == "slot"
    }
    for script in project.scripts:
        used |= {
            name: f"{script.file}, “{script.name}”" for step in script.values_of("slot_was_set") for name in _set(step)
        }
    yield from _undeclared("o slot", used, {*declared, *DEFAULT_SLOT_NAMES})
    yield from _unused("o slot", declared, {*used, *project.code.strings})


def _set(step: Any) -> set[str]:
    return {name for part in step for name in (part if isinstance(part, dict) else [part])}


def _actions(project: Project) -> Iterator[Problem]:
    declared = _names(project.domain.get("actions"))
    forms = set(project.domain.get("forms") or {})
    responses = set(project.domain.get("responses") or {})
    used = {name: where for name, where in _in_scripts(project, "action").items() if name not in forms}
    written = {name for name in project.code.actions if name.startswith(("action_", "validate_"))}
    yield from _undeclared("a ação", used, {*declared, *responses, *DEFAULT_ACTION_NAMES})
    yield from _undeclared("a ação", dict.fromkeys(written, "actions/"), {*declared, *DEFAULT_ACTION_NAMES})
    followups = {name for names in project.code.followups.values() for name in names}
    validations = {f"validate_{form}" for form in forms}
    asks = {f"action_ask_{form}_{slot}" for form, slot in _questions(project.domain)}
    yield from _unused("a ação", declared, {*used, *validations, *asks, *followups})
    for name in sorted(declared - written - responses):
        yield Problem(_DOMAIN, f"a ação {name} não existe em actions/", "Tire-a daqui ou peça à TI que a escreva.")


def _responses(project: Project) -> Iterator[Problem]:
    declared = set(project.domain.get("responses") or {})
    asked = {ask_response(form, slot): f"{_DOMAIN}, {form}" for form, slot in _questions(project.domain)}
    said = {name: "o código" for name in project.code.strings if name.startswith("utter_") and not name.endswith("_")}
    said = {name: where for name, where in said.items() if name.isidentifier() and name not in _NOT_RESPONSES}
    in_scripts = {name: where for name, where in _in_scripts(project, "action").items() if name.startswith("utter_")}
    yield from _undeclared("a resposta", {**said, **asked, **in_scripts}, declared)
    answers = {f"utter_{intent}" for intent in _names(project.domain.get("intents"))}
    coded = {name for name in declared if not name.startswith(ASK_PREFIX) and project.code.says(name)}
    yield from _unused("a resposta", declared, {*said, *asked, *in_scripts, *answers, *coded})


def _questions(domain: Domain) -> list[tuple[str, str]]:
    """Every form with every slot it asks for."""
    forms: Mapping[str, Any] = domain.get("forms") or {}
    return [(form, slot) for form, content in forms.items() for slot in (content or {}).get("required_slots") or ()]


def _variations(domain: Domain) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, variations in (domain.get("responses") or {}).items():
        yield from ((name, variation) for variation in variations or ())


def _in_scripts(project: Project, key: str) -> dict[str, str]:
    """What rules and stories name under `key` → where."""
    return {
        str(name): f"{script.file}, “{script.name}”"
        for script in project.scripts
        for name in script.values_of(key)
        if name is not None
    }


def _names(listed: Any) -> set[str]:
    """The names of a list in the domain, of which some may carry settings: `- intent: {use_entities: []}`."""
    return {name for one in listed or () for name in (one if isinstance(one, dict) else [one])}


def _undeclared(kind: str, used: Mapping[str, str], declared: Collection[str]) -> Iterator[Problem]:
    for name in sorted(set(used) - set(declared)):
        fix = f"Declare {name} em {_DOMAIN} ou corrija o nome."
        yield Problem(used[name], f"{kind} {name} não está em {_DOMAIN}", fix)


def _unused(kind: str, declared: Collection[str], used: Collection[str]) -> Iterator[Problem]:
    for name in sorted(set(declared) - set(used)):
        yield Problem(_DOMAIN, f"{kind} {name} não é usado em lugar nenhum", "Tire do domínio ou ligue a algo.")
