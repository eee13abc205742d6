"""An income told without a sum: by the limits that the menu names, by whose it is, or as none of what was offered."""

import re

from defensoria.language import income_holders as holders
from defensoria.language.text import LONGEST_ANSWER, normalise
from defensoria.office.vocabulary import Criterion

_LIMIT = (
    r"(?:limites?|valor(?:es)?|faixas?|tetos?|quantias?|opc(?:ao|oes)|isso|disso|isto|desse|dessa|maximo|permitido"
    r"|estipulado|tabela)\b"
)
_NEAR = r"(?: [a-z]+){0,4}?"
_OVER = (
    rf"\b(?:(?:ultra)?pass(?:a|am|amos|o|ando)|super(?:a|am|amos|o)|exced(?:e|em|emos|o)|estour(?:a|am|amos|o)|acima"
    rf"|mais|maior(?:es)?|superior(?:es)?|alem){_NEAR} {_LIMIT}"
)
_WITHIN = rf"\b(?:dentro|abaixo|menos|menor|inferior|cabe|entra|encaixa|enquadra){_NEAR} {_LIMIT}"
_NOT = r"\b(?:nao|nunca|nem|jamais)(?: [a-z]+){0,2} "
_SIDES = (
    (re.compile(rf"{_NOT}(?={_OVER})|{_NOT}(?:cheg\w+|alcanc\w+|ating\w+|bat\w+){_NEAR} {_LIMIT}"), False),
    (re.compile(rf"{_NOT}(?={_WITHIN})|{_OVER}(?!.* nao\b(?! (?:estou|to|tenho|temos|sou)\b))"), True),
    (re.compile(rf"(?!.* nao\b).*{_WITHIN}"), False),
)
"""What tells on which side of the limits an income is, and whether it is over them: the first that is found counts."""
_SOMEBODY_ELSE = re.compile(r"\b(?:ele|ela|me|comigo)\b")
# Who asks, or supposes, chooses nothing.
_ASKS = re.compile(r"\b(?:se(?! (?:encaix|enquadr|aplic))|quem|quanto|qual|quais|como|pode|posso|sera)\b")
_NONE = frozenset({"nenhum", "nenhuma", "nenhuns", "nenhumas", "nada"})
_OFFERED = frozenset({
    "combina", "combinam", "encaixa", "encaixam", "encaixo", "enquadra", "enquadro", "serve", "servem", "bate",
    "aplica", "parece", "caso", "casos", "frase", "frases", "opcao", "opcoes", "alternativa", "alternativas",
    "situacao", "situacoes", "dessas", "desses", "destas", "destes", "delas", "deles", "dessa", "desse", "daquelas",
    "daqueles", "disso", "item", "itens",
})  # fmt: skip
_AROUND = frozenset({
    "nao", "e", "sou", "eu", "me", "mim", "a", "o", "as", "os", "se", "com", "comigo", "para", "pro", "de", "da",
    "do", "das", "dos", "em", "ai", "aqui", "la", "que", "acho", "olha", "moca", "moco", "entao", "bom", "minha",
    "meu", "vida", "realidade", "tem", "ver", "essas", "esses", "estas", "nem", "infelizmente", "mesmo", "hoje",
})  # fmt: skip
_ONE_S_OWN = re.compile(r"\b(?:eu|minha|meu|mim|comigo|ganho|recebo|tiro|sozinh[oa])\b")
_HOUSE = re.compile(r"\b(?:casa|familia|familiar|nossa|nosso)\b")
_ALL_LIMITS = re.compile(rf"\btodos (?:os |as |ess[ea]s |el[ea]s )?{_LIMIT}")
_PAY = r"(?:renda|salario|ganho|aposentadoria|ordenado|beneficio|pagamento|dinheiro|pensao)"
_ANOTHER = rf"(?:(?:d?[oa]s?|{_PAY}|meus?|minhas?|de) )*(?:{holders.RELATIVE}|dele|dela|deles|delas|patroa)\b"
# "É a minha renda junto com a do meu marido", "somando todo mundo".
_JOINT = re.compile(
    rf"\b(?:renda|salario|ganho) (?:minha |meu )?(?:junt[oa]|somad[oa]|mais|com|e) (?:(?:com|mais|e|a|o) )*{_ANOTHER}"
    rf"|\b(?:minha|meu) (?:{_PAY} )?(?:junt[oa] |somad[oa] )?(?:com|mais|e) {_ANOTHER}"
    r"|\b(?:soma|somand\w+|juntand\w+|somad[oa]s?|total|tudo junto)\b(?: [a-z]+){0,3}"
    r" (?:todo mundo|todos|familia|casa|nos 2|nos dois|a gente)\b"
)
_ABOUT_PAY = re.compile(rf"\b(?:{_PAY}|rendas|salarios|ganh\w+|receb\w+|soma\w*|junt\w+|total)\b")
_OTHERWISE = re.compile(
    r"\b(?:nao|nem|sem|perd\w+|cort\w+|acab\w+|quer\w*|precis\w+|atras\w+|process\w+|divid\w+|descont\w+|bloque\w+"
    r"|separ\w+|brig\w+|ex)\b|\d"
)
_SHORT = 14
# "Só minha mesmo", "todo mundo junto": whose it is, and nothing more.
_ONE = re.compile(r"\b(?:so|somente|apenas|sozinh[oa])\b")
_ONLY_ONE = frozenset({
    "minha", "meu", "eu", "comigo", "mim", "sozinho", "sozinha", "so", "somente", "apenas", "mesmo", "e", "a", "o",
    "aqui", "ne", "renda", "de", "moro",
})  # fmt: skip
_ALL = re.compile(r"\b(?:junt[oa]s?|todo mundo|a gente|nos|familia)\b")
_ONLY_ALL = frozenset({
    "junto", "juntos", "juntas", "todo", "mundo", "todos", "gente", "nos", "familia", "toda", "inteira", "dois",
    "duas", "so", "tudo", "somado", "casa", "de", "da", "e", "a", "o", "eu", "com", "aqui", "daqui", "mesmo", "ne",
    "renda", "em", "la", "meus", "meu", "minha", "pais", "pai", "mae", "marido", "esposa", "mulher", "irmao", "irma",
})  # fmt: skip
# "Ganho bem pouquinho": far below every limit, however much it is.
_LITTLE = re.compile(
    r"(?<!que )\b(?:ganho|recebo|tiro|faco|(?:me |nos )?(?:sobra|entra)|ganhamos|recebemos|tiramos"
    r"|(?:a gente|nos) (?:ganha|recebe|tira|faz))(?: (?:bem|muito|mto|so|tao|um|uma|uns|umas|e|la|de|eu))*"
    r" (?:pouc\w+|pouquinh\w+|pouquissim\w+|mixaria|merreca|micharia|trocad\w+|trocos?|quase nada)\b"
)
_NEM_UMA = re.compile(r"\bnem (uma?)\b")
_THAT_YOU_OFFER = re.compile(
    r"\bque (?:voces?|a senhora|o senhor|ta|esta) ?(?:coloc|fal|mand|diss|pergunt|mostr|escrev)?\w*"
)


def read_by_limits(text: str) -> Criterion | None:
    """The option that an answer without a sum chooses, or None where it tells none, or not whose. Never raises.

    Over the limits, and who finds themselves in none of the options, chooses none of them; within them, and where only
    whose the income is was told, it is the family's or the writer's own.
    """
    said = _NEM_UMA.sub(r"nenh\1", normalise(text))
    words = set(_THAT_YOU_OFFER.sub(" ", said).split())
    if "?" in text or len(text) > LONGEST_ANSWER or _ASKS.search(said):
        return None
    if words & _NONE and words & _OFFERED and words <= _NONE | _OFFERED | _AROUND:
        return Criterion.NONE
    if _ONE.search(said) and _ONE_S_OWN.search(said) and words <= _ONLY_ONE:
        return Criterion.INDIVIDUAL_INCOME
    if _ALL.search(said) and words <= _ONLY_ALL:
        return Criterion.FAMILY_INCOME
    if (little := _LITTLE.search(said)) and not _OTHERWISE.search(said):
        return Criterion.FAMILY_INCOME if holders.TOGETHER.search(little[0]) else Criterion.INDIVIDUAL_INCOME
    over = next((over for pattern, over in _SIDES if pattern.search(said)), None)
    if over is False:
        return _whose(_ALL_LIMITS.sub(" ", said))
    if over:
        return Criterion.NONE if _ABOUT_PAY.search(said) or not _SOMEBODY_ELSE.search(said) else None
    joint = _JOINT.search(said) and _ABOUT_PAY.search(said) and not _OTHERWISE.search(said)
    return Criterion.FAMILY_INCOME if joint and len(said.split()) <= _SHORT else None


def _whose(said: str) -> Criterion | None:
    if _JOINT.search(said) or holders.TOGETHER.search(said) or _HOUSE.search(said):
        return Criterion.FAMILY_INCOME
    return Criterion.INDIVIDUAL_INCOME if _ONE_S_OWN.search(said) else None
