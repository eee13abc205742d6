"""The few words that are commands at any question: back, start again, a person, help."""

import re
from enum import Enum

from rapidfuzz.distance import OSA

from defensoria.language.text import LONGEST_ANSWER, is_code, normalise, phonetic


class Command(str, Enum):
    """What a citizen may say at any question."""

    BACK = "voltar"
    RESTART = "recomecar"
    PERSON = "atendente"
    HELP = "ajuda"


_COMMANDS = {
    Command.BACK: (
        "voltar", "volta", "volte", "voltar atras", "voltar uma", "pergunta anterior", "anterior", "errei",
        "eu errei", "quero voltar", "pode voltar", "voltar pergunta", "voltar a pergunta anterior",
        "voltar para a pergunta anterior", "voltar para a anterior", "voltar uma pergunta", "corrigir",
        "respondi errado", "digitei errado", "marquei errado",
    ),
    Command.RESTART: (
        "recomecar", "menu", "inicio", "comecar de novo", "comecar novamente", "reiniciar", "iniciar de novo",
        "voltar ao inicio", "voltar para o inicio", "voltar ao menu", "voltar para o menu", "menu principal",
        "menu inicial", "voltar ao comeco", "voltar para o comeco", "do comeco", "do inicio",
        "comecar tudo de novo", "recomecar tudo", "recomeca", "restart", "zerar", "quero recomecar",
        "quero comecar de novo", "ver o menu",
    ),
    Command.PERSON: (
        "atendente", "humano", "pessoa", "uma pessoa", "um atendente", "uma atendente", "falar com atendente",
        "falar com um atendente", "falar com uma atendente", "falar com humano", "falar com um humano",
        "falar com pessoa", "falar com uma pessoa", "falar com alguem", "falar com gente",
        "falar com uma pessoa de verdade", "pessoa de verdade", "atendimento humano", "atendente humano",
        "quero atendente", "quero um atendente", "chamar atendente", "chama atendente", "chama um atendente",
        "chamar um atendente", "me passa para um atendente", "me transfere para um atendente",
        "falar com o atendente", "falar com a atendente", "falar com um defensor", "falar com uma defensora",
        "falar com defensor", "falar com a defensoria", "falar com um advogado", "falar com servidor",
        "falar com um servidor", "conversar com uma pessoa", "conversar com alguem", "conversar com um atendente",
        "quero uma pessoa", "quero um humano", "quero falar com gente de verdade", "nao quero falar com robo",
        "nao quero robo", "ser atendido por uma pessoa", "quero ser atendido por uma pessoa",
    ),
    Command.HELP: (
        "ajuda", "me ajuda", "me ajude", "ajude", "help", "preciso de ajuda", "quero ajuda", "ajuda ai",
        "ajuda por favor", "pode me ajudar", "voce pode me ajudar", "nao entendi", "nao entendi nada",
        "como funciona", "como respondo", "como responder", "o que eu respondo", "o que responder",
        "o que e para responder", "instrucoes", "nao sei responder", "explica melhor",
        "explique melhor",
    ),
}  # fmt: skip
# What may stand around a command and leaves it a command.
_COURTESY = re.compile(
    r"^(?:(?:oi|ola|bom dia|boa tarde|boa noite|por favor|eu|quero|queria|gostaria de|preciso|posso|prefiro|so) )+"
    r"|(?: (?:por favor|da defensoria|agora|ai|entao|obrigad[oa]|urgente|ja|moc[oa]|viu))+$"
)
_COMMAND_OF = {normalise(phrase): command for command, phrases in _COMMANDS.items() for phrase in phrases}


_WORDS_OF_THEIR_OWN = frozenset({"pessoal"})
"""One letter from a command, and something else: "bom dia, pessoal" asks for nobody."""


_STARTING_AGAIN = re.compile(
    r"\b(?:re?comec\w*|recome\w*|comes\w*|r?e?inici\w*|menu\w*|zer\w*|reset\w*|restart\w*|refa\w*|de ?novo"
    r"|outra vez|tudo"
    r"|opcoes|limp\w*|apag\w*|atendimento|assunto|cancel\w*|volt\w*)\b"
)


_GOING_BACK = re.compile(
    r"\b(?:volt\w*|retorn\w*|anterior\w*|atras|antes|err\w*|engan\w*|corrig\w*|mud\w*|troc\w*|alter\w*|desfa\w*"
    r"|refaz\w*|respond\w*|respost\w*|respondid\w*|ultima|primeira|segunda|de ?novo|outra vez|apert\w*|digit\w*"
    r"|marqu\w*|cliqu\w*|arrum\w*|rever)\b"
)


def speaks_of_going_back(text: str) -> bool:
    """Whether a message has any word of going back: without one, an intent alone takes no answer back."""
    return _GOING_BACK.search(normalise(text)) is not None


def speaks_of_starting_again(text: str) -> bool:
    """Whether a message has any word of starting again: without one, an intent alone empties no answers."""
    return _STARTING_AGAIN.search(normalise(text)) is not None


def read_command(text: str) -> Command | None:
    """The command that a message is, and nothing but is; None otherwise.

    "ajuda" is one, "preciso de ajuda com remédio" is not. A message that begins with "/" never is.
    """
    if len(text) > LONGEST_ANSWER or is_code(text):
        return None
    message = normalise(text)
    bare = _COURTESY.sub("", _COURTESY.sub("", message))
    for said in (message, bare):
        if said in _COMMAND_OF:
            return _COMMAND_OF[said]
    return _mistyped_command(bare)


def _mistyped_command(said: str) -> Command | None:
    if len(said) < 5 or said in _WORDS_OF_THEIR_OWN:
        return None
    sound = _sound(said)
    near = {
        command
        for phrase, command, phrase_sound in _LONG_PHRASES
        if sound == phrase_sound or OSA.distance(said, phrase, score_cutoff=1) <= 1
    }
    return near.pop() if len(near) == 1 else None


def _sound(said: str) -> tuple[str, ...]:
    return tuple(map(phonetic, said.split()))


_LONG_PHRASES = [(phrase, command, _sound(phrase)) for phrase, command in _COMMAND_OF.items() if len(phrase) >= 6]
