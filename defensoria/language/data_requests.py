"""Telling a request about one's own data, kept by the office, from a need in which data are spoken of."""

import re

from defensoria.language.text import normalise

DATA_REQUEST = "pedido_de_dados"
"""The slot that holds what was asked for."""

_ACCESS, _ERASURE = "acesso", "apagamento"
ASKED_BY = {_ACCESS: "pedir_meus_dados", _ERASURE: "apagar_meus_dados"}
"""What is asked for → the intent that asks for it, and by whose name it is confirmed."""
_KINDS = {intent: kind for kind, intent in ASKED_BY.items()}
# Words that say it by themselves, whatever else the message is about.
_DATA = r"(?:(?:os |as |todos os |todas as )?(?:meus|minhas) (?:dados|mensagens|informacoes|conversas))"
_CLEAR = {
    _ERASURE: re.compile(rf"\b(?:apag|exclu|delet|remov|elimin)\w* {_DATA}\b"),
    _ACCESS: re.compile(rf"\b(?:ver|acess\w+|copia d[eo]s?|mostr\w+) {_DATA}\b"),
}
# "Usaram meus dados para um empréstimo" is a need, and so is a name in Serasa's register.
_ABOUT_OTHERS = re.compile(
    r"\b(?:serasa|spc|emprestimos?|golpes?|banco|cartao|loja|conta|clon\w+|vaz(?:ou|aram|amento)|us(?:aram|ou)|"
    r"cartorio|certidao|processos?|ex|face(?:book)?|instagram|internet)\b"
)
_MOST_WORDS = 25


def asks_about_data(intent: str | None) -> bool:
    """Whether an intent is of those by which people ask about their data."""
    return intent in _KINDS


def read_data_request(text: str, intent: str | None) -> str | None:
    """What a message asks for, `acesso` or `apagamento`; None where it asks nothing about data here. Never raises."""
    said = normalise(text)
    if len(said.split()) > _MOST_WORDS or (_ABOUT_OTHERS.search(said) and "minha conta" not in said):
        return None
    clear = next((kind for kind, words in _CLEAR.items() if words.search(said)), None)
    return clear or _KINDS.get(intent or "")
