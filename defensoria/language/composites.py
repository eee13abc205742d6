"""Messages made of training examples, so that a need is heard among other facts and every known city is a city."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from defensoria.language.features import Tokens

_SEED = 1988
_GREETING = "cumprimentar"
_CITY = "informar_municipio"
_INCOME = "informar_renda"
_FACTS = frozenset({_CITY, _INCOME, "informar_vulnerabilidade"})
# What is said alone: beside anything else it is not the point of the message.
_SMALL_TALK = frozenset({
    "cumprimentar", "agradecer", "despedir", "afirmar", "negar", "pedir_ajuda", "falar_com_atendente", "recomecar",
    "voltar", "fora_de_escopo", "xingar", "pedir_meus_dados", "apagar_meus_dados",
})  # fmt: skip
# Asked beside a fact, these are seldom told from the fact: they are only greeted.
_QUESTIONS = frozenset({
    "consultar_andamento", "perguntar_documentos", "agendar_atendimento", "pedir_orientacao", "pedir_novo_atendimento",
    "perguntar_horario", "perguntar_aplicativo",
    "perguntar_quem_pode", "perguntar_gratuidade", "perguntar_endereco", "perguntar_competencia",
})  # fmt: skip
_LIVING_THERE = (
    ["moro", "em"],
    ["sou", "de"],
    ["aqui", "em"],
    ["resido", "em"],
    ["sou", "moradora", "do", "bairro"],
    ["moro", "no", "bairro"],
    ["estou", "na", "cidade", "de"],
)
_JOINTS: tuple[Tokens, ...] = ([], [], [], ["e"], ["mas"])
_LONGEST_NEED = 14
"""Words beyond which a need is a story, and is told by itself."""
_SHARE_GREETED = 0.3
_SHARE_FACT_FIRST = 0.6


@dataclass(frozen=True)
class Composite:
    """A made message, its intent, and the position of the example that it contains (none for a lone city)."""

    message: Tokens
    intent: str
    source: int | None


def compose(messages: Sequence[Tokens], intents: Sequence[str], cities: Sequence[Tokens]) -> list[Composite]:
    """A composite for each example of two words or more that is not small talk, and one for each city by itself.

    A need gets a fact before or after it, and now and then a greeting in front ("bom dia moro em sinop …"); a fact
    or a question gets a greeting. The same examples in the same order give the same composites.
    """
    said = list(zip(messages, intents, strict=True))
    choice = np.random.default_rng(_SEED)
    greetings = [message for message, intent in said if intent == _GREETING] or [[]]
    facts = [message for message, intent in said if intent in (_INCOME, _CITY) and len(message) > 1]
    homes = [[*_LIVING_THERE[at % len(_LIVING_THERE)], *city] for at, city in enumerate(cities)]
    beside = [*facts, *homes] or [[]]
    made = [Composite(message, _CITY, None) for message in [*cities, *homes]] if _CITY in intents else []
    for source, (message, intent) in enumerate(said):
        if intent in _SMALL_TALK or len(message) < 2:
            continue
        greeting = greetings[choice.integers(len(greetings))]
        fact = beside[choice.integers(len(beside))]
        greeted, fact_first = choice.random(2) < (_SHARE_GREETED, _SHARE_FACT_FIRST)
        if intent in _FACTS or intent in _QUESTIONS:
            whole = [*greeting, *message]
        else:
            joint = _JOINTS[choice.integers(len(_JOINTS))]
            whole = [*fact, *joint, *message] if fact_first else [*message, *joint, *fact]
            whole = [*greeting, *whole] if greeted else whole
        made.append(Composite(whole, intent, source))
    return made


def is_need(intent: str) -> bool:
    """Whether an intent tells what somebody needs: no small talk, no fact, no question that goes with any need."""
    return intent not in _SMALL_TALK and intent not in _FACTS and intent not in _QUESTIONS


def is_question(intent: str) -> bool:
    """Whether an intent is a question that goes with any need: how a case stands, which documents, what it costs."""
    return intent in _QUESTIONS


def join_needs(messages: Sequence[Tokens], intents: Sequence[str]) -> list[Composite]:
    """Each short need beside a question ("como está", "quais documentos"), so that it is heard there too."""
    said = list(zip(messages, intents, strict=True))
    questions = [message for message, intent in said if intent in _QUESTIONS]
    greetings = [message for message, intent in said if intent == _GREETING] or [[]]
    choice = np.random.default_rng(_SEED)
    made = []
    for source, (message, intent) in enumerate(said):
        if not is_need(intent) or len(message) > _LONGEST_NEED or not questions:
            continue
        before, after = (questions[at] for at in choice.integers(len(questions), size=2))
        greeting = greetings[choice.integers(len(greetings))] if choice.random() < _SHARE_GREETED else []
        made += [
            Composite([*greeting, *before, *message], intent, source),
            Composite([*message, *after], intent, source),
        ]
    return made
