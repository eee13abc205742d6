"""Messages that say several things at once, made of training examples, so that the need is heard among the facts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from defensoria.language.features import Tokens

_SEED = 1988
_GREETING = "cumprimentar"
_FACT = "informar_"
_FACTS_BESIDE_NEEDS = ("informar_renda", "informar_municipio")
# What is said alone: beside anything else it is not the point of the message.
_SMALL_TALK = frozenset({
    "cumprimentar", "agradecer", "despedir", "afirmar", "negar", "pedir_ajuda", "falar_com_atendente", "recomecar",
    "voltar", "fora_de_escopo", "xingar",
})  # fmt: skip
# Asked beside a fact, these are seldom told from the fact: they are only greeted.
_QUESTIONS = frozenset({
    "consultar_andamento", "perguntar_documentos", "agendar_atendimento", "pedir_orientacao", "perguntar_horario",
    "perguntar_quem_pode", "perguntar_gratuidade", "perguntar_endereco", "perguntar_competencia",
})  # fmt: skip
_SHARE_GREETED = 0.3
_SHARE_FACT_FIRST = 0.6


@dataclass(frozen=True)
class Composite:
    """A made message, and the position of the example whose intent it has."""

    message: Tokens
    source: int


def compose(messages: Sequence[Tokens], intents: Sequence[str]) -> list[Composite]:
    """One composite for each example of two words or more that is not small talk.

    A need gets a fact before or after it, and now and then a greeting in front ("bom dia moro em sinop …"); a fact
    or a question gets a greeting. The same examples in the same order give the same composites.
    """
    choice = np.random.default_rng(_SEED)
    greetings = [message for message, intent in zip(messages, intents, strict=True) if intent == _GREETING]
    facts = [m for m, intent in zip(messages, intents, strict=True) if intent in _FACTS_BESIDE_NEEDS and len(m) > 1]
    if not greetings or not facts:
        return []
    made = []
    for source, (message, intent) in enumerate(zip(messages, intents, strict=True)):
        if intent in _SMALL_TALK or len(message) < 2:
            continue
        greeting = greetings[choice.integers(len(greetings))]
        fact = facts[choice.integers(len(facts))]
        greeted, fact_first = choice.random(2) < (_SHARE_GREETED, _SHARE_FACT_FIRST)
        if intent.startswith(_FACT) or intent in _QUESTIONS:
            made.append(Composite([*greeting, *message], source))
        else:
            said = [*fact, *message] if fact_first else [*message, *fact]
            made.append(Composite([*greeting, *said] if greeted else said, source))
    return made
