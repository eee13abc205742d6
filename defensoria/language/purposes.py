"""Telling what a message is for: it asks for help with something, for a lawyer, or what the question means."""

import re
from collections.abc import Sequence

from defensoria.language.menu import Option
from defensoria.language.text import normalise

_WANTS = re.compile(
    r"\b(?:quer(?:o|ia|emos|iamos|endo)|precis\w+|gostaria\w*|necessit\w+|pretendo|vim|pedir|peco|solicit\w+|resolver"
    r"|entrar com|dar entrada)\b"
)
_NAMES_MATTER = re.compile(r"\b(?:por causa|e sobre|a respeito)\b")
_COMPLAINS = re.compile(
    r"\bnao (?:me )?(?:paga|dei?xa|aceita|entrega|devolve|resolve|assume|fornece|libera|autoriza|cobre|marca)\w*"
    r"|\b(?:negou|negaram|cortou|cortaram|reteve"
    r"|invadiu|invadiram|cobrou|cobraram|cobrando|bateram|intimad[oa]|processad[oa]|absurd[oa])\b"
    r"|\b(?:luz|agua|conta|fatura|boleto) (?:\w+ )?(?:veio|vem|chegou)\b"
)
_ONLY_TO_KNOW = re.compile(
    r"\b(?:saber|perguntar|entender|duvidas?|informac\w+|andamento|ver como|falar|conversar|marcar)\b"
)
_ADVICE = re.compile(
    r"\b(?:ori[ea]n?t\w+|duv\w+|consult\w+|conselh\w+|aconselh\w+|inform\w+|pergunt\w+|saber|entend\w+|explica(?:cao|coes)?"
    r"|direitos?(?! de defesa)|razao|proceder|(?<!nao )posso|da pra|tem como|(?:a|na) lei"
    r"|(?:o )?que (?:(?:eu|a gente|nos) )?(?:faco|fazer|devo|faz|significa|quer dizer)"
    r"|como (?:(?:eu|a gente|que|se) )*(?:faco|faz|fazer|entr\w+|abr\w+|proced\w+)|nao (?:sei|compreend\w+))\b"
)
_LAWYER = re.compile(r"\b(?:defensor(?:a|es|as|ia)?|ad[ei]?vogad[oa]s?|doutora?)\b")
_MOST_WORDS = 8
# "Como assim?", "não sei o que é isso", "que critério é esse?": nothing but the question is spoken of.
_PUZZLED = re.compile(
    r"(?:(?:mas|oi|desculpa|moc[oa]) )*(?:(?:como assim|nao (?:sei|entendi|entendo)|explica(?: melhor)?|me explica)\b.*"
    r"|(?:o )?que (?:(?:e|sao|seria|significa|quer dizer) .+|\w+ (?:e|sao) ess[ae]s?)|qual (?:e )?a diferenca\b.*)"
)
_LITTLE_WORDS = frozenset({
    "mas", "oi", "desculpa", "moca", "moco", "como", "assim", "nao", "sei", "entendi", "entendo", "explica", "melhor",
    "me", "o", "a", "os", "as", "um", "uma", "de", "do", "da", "que", "qual", "quais", "e", "sao", "seria", "ser",
    "significa", "quer", "dizer", "isso", "essa", "esse", "essas", "esses", "ai", "esta", "este", "diferenca", "entre",
    "ou", "pergunta", "opcao", "opcoes", "direito", "bem", "nada", "responder", "dessas", "desses", "minha", "meu",
    "criterio", "renda", "servico", "area", "assunto", "cidade", "municipio", "te", "eu",
})  # fmt: skip


def wants_something(text: str) -> bool:
    """Whether a message says in so many words that something is wanted. Never raises."""
    return _WANTS.search(normalise(text)) is not None or names_matter(text)


def names_matter(text: str) -> bool:
    """Whether a message names what, or whom, it is about: "é sobre meu marido". Never raises."""
    return _NAMES_MATTER.search(normalise(text)) is not None


def states_need(text: str) -> bool:
    """Whether a message says in so many words that something is wanted, or complains of something. Never raises."""
    return wants_something(text) or _COMPLAINS.search(normalise(text)) is not None


def only_tells(text: str) -> bool:
    """Whether a message asks for nothing and complains of nothing, as the beginning of a story. Never raises."""
    said = normalise(text)
    return _WANTS.search(said) is None and _COMPLAINS.search(said) is None


def wants_done(text: str) -> bool:
    """Whether something is wanted to be done, and not only told. Never raises."""
    return wants_something(text) and "?" not in text and _ONLY_TO_KNOW.search(normalise(text)) is None


def asks_advice(text: str) -> bool:
    """Whether a message says in so many words that advice is wanted: a doubt, a right, what to do. Never raises."""
    return _ADVICE.search(normalise(text)) is not None


def names_lawyer(text: str) -> bool:
    """Whether a message speaks of a defender or a lawyer, whom everybody writes to the office for. Never raises."""
    return _LAWYER.search(normalise(text)) is not None


def asks_what_is_meant(text: str, options: Sequence[Option]) -> bool:
    """Whether a message asks what the open question, or one of its `options`, means: "o que é cível?". Never raises."""
    said = normalise(text)
    if len(said.split()) > _MOST_WORDS or not _PUZZLED.fullmatch(said):
        return False
    named = {word for option in options for word in normalise(" ".join((option.title, *option.synonyms))).split()}
    return _LITTLE_WORDS.union(named).issuperset(said.split())
