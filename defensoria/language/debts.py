"""Noticing that somebody owes more than they can pay, from the words they use for it."""

import re

from defensoria.language.text import normalise

_DEBTS = re.compile(
    r"\b(?:divid\w+|debitos?|dev(?:o|e|endo|emos)|cart(?:a[eo]|oes)\w*|(?:tantas?|muitas?) contas?|parcel\w+|juros"
    r"|serasa|spc|nome sujo|boletos?|cobran\w+|agiota"
    r"|prestac\w+|fatura\w*|atrasad\w+|[ei]ndividad\w+|carne|sobra)\b"
)
# A loan is a debt, unless it is only what an income is told after: "1.621, com o desconto do empréstimo 1.100".
_LOANS = re.compile(r"\b(?:emprestim\w+|consignad\w+|financi\w+|credito|banco)\b")
_OWING = re.compile(
    r"\b(?:devendo|(?:super ?)?[ei]ndivida(?:d|ment)\w+|atolad[oa] (?:em|de|ate|nas?)|capacidade de pagamento"
    r"|compromissos financeiros|credores|renegoci(?:ei|amos)|refinanci(?:ei|amos)"
    r"|(?:refinanciamento|emprestimo) em cima de|compromet\w+ (?:quase )?tod[ao] (?:[oa] |minha |meu )*(?:renda"
    r"|salario)"
    r"|nome (?:ta |esta |anda |todo |bem )*sujo|serasa|spc|agiota|juros|dividas?"
    r"|(?:banco|emprestimos?|parcelas?|cartao) (?:[a-z]+ )?"
    r"(?:desconta|come|leva|toma|pega|engole)m? (?:quase )?(?:tudo|(?:todo )?(?:o )?meu salario)"
    r"|meus debitos|consignad\w+|emprestimos? no meu nome)\b"
)
_LISTED = re.compile(r"\bnome (?:\w+ )?(?:sujo|(?:n?o|para o) (?:serasa|spc))\b|\b(?:serasa|spc)\b")
# The instalments of unemployment pay are paid to the citizen.
_INSURANCE = re.compile(r"\bseguro desemprego\b|\bdefeso\b|\bparcelas? do seguro\b(?! d[aeo]\b)")
# "Descontam o consignado e sobra 1.900" tells what one earns.
_LEFT = re.compile(r"\bsobra(?:m)?(?: (?:so|uns|limpo|de))* (?=\d)")
_INSTALMENTS = re.compile(r"\b(?:parcel\w+|atrasad\w+)\b")
# "Não tenho dívida", "não devo nada".
_NONE = re.compile(
    r"\b(?:nao|nem|sem|nunca)(?: (?:tenho|tive|devo|estou|to|ha|existe|fiz))?(?: (?:nenhuma?|qualquer|mais|uma?))*"
    r" (?:dividas?|devendo|devo|emprestimos?|endividad[oa]|nada(?= (?:a|para|pra) ningu?em)|nome sujo)\b"
)

# "Fizeram um empréstimo no meu nome": what others did is a fraud to complain of, and no debt of the writer's.
_BY_OTHERS = re.compile(
    r"\b(?:(?:fiz|abr|tir|peg|us|clon|contrat|cai|bot|coloc)(?:eram|iram|aram|iram|eru|ero|aro)\w*|alguem|golpe|golpista"
    r"|fraude\w*|(?:nunca|nao) (?:fiz|assinei|pedi|contratei|peguei|reconheco|autorizei|comprei))\b"
)


def speaks_of_debts(text: str, with_income: bool) -> bool:
    """Whether a message has any word of debts; `with_income`: it tells an income too. Never raises."""
    said = normalise(text)
    if _INSURANCE.search(said):
        said = _INSTALMENTS.sub(" ", said)
    said = _NONE.sub(" ", _LEFT.sub(" ", said) if with_income else said)
    return bool(_DEBTS.search(said) or (not with_income and _LOANS.search(said)))


def is_owing(text: str, complains: bool = False) -> bool:
    """Whether a message says of itself that its writer is in debt, whatever it was understood as. Never raises.

    `complains`: a purchase or a charge was complained of before, so that to be on a list of debtors belongs to that.
    """
    said = _LISTED.sub(" ", normalise(text)) if complains else normalise(text)
    return _OWING.search(_NONE.sub(" ", said)) is not None and _BY_OTHERS.search(said) is None
