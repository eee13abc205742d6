"""The words around a sum of money that tell what it is: earned, spent, net, gross, on top of another, a total.

Patterns for marked text: plain, lower case, every sum as "§" and its number (see `amounts`).
"""

import re

EARNING = (
    r"(?:ganho|percebo|pego|ganha|ganham|ganhamos|ganhando|recebo|recebe|recebem|recebemos|recebendo|tiro|tira"
    r"|tiramos|faturo|lucro|lucra|renda|salario|ordenado|remuneracao|aposentad[oa]|aposentadoria|pensionista"
    r"|bolsa familia|bpc|loas"
    r"|beneficio|auxilio|seguro desemprego|restante|vivo|vive|vivemos|faco|faz|sobrevivo|sustenta|banca|mantem|poe"
    r"|diaria|diarias|bico|bicos|holerite|contracheque"
    r"|carteira)"
)
# What is paid, owed or worth, and what was once earned: no income of today.
SPENDING = (
    r"(?:pago|pagar|paga|pagamos|pagando|gasto|gastos|gasta|gastamos|devo|devemos|devem|devendo|deve|dever|divida"
    r"|dividas|aluguel|parcelas?"
    r"|prestacao|prestacoes|conta|contas|fatura|boletos?|multa|emprestimos?|financi\w+|\d+ ?x de|fianca|taxas?"
    r"|poupanca|toma|fraldas?|fixou|arbitrou|orcamento (?:ficou|deu|d[eo]|e)|custa|custo|custam"
    r"|remedios?|cobranca|cobrando|cobraram|pensao|indenizacao|consignado|descont\w+|comprei|vendi|roubaram"
    r"|perdi|golpe|transferi|pix|deposito|depositei|mando|emprestei|emprestou|depositou|atrasad[oa]s?|causa|alimentos"
    r"|exame|cirurgia|consulta"
    r"|entrada|limite|cartao|acordo|preciso de|quero|pagou|paguei|pagaram|pagava|gastei|vale|valem|valia"
    r"|custou|levou|levaram|cobra|cobram|era|eram|ganhava|recebia|tirava|ganhavamos|faturava|ja (?:ganhei|recebi"
    r"|tirei)|cobrou|cobravam?|pediu|pediram|pedem?|pedindo|quer(?! dizer)|querem|passagem|passagens|conserto|luz"
    r"|agua|energia|internet|mensalidades?|matricula|honorarios"
    r"|ficou em|tomou|tomaram|sacou|sacaram|heranca|loteria|rescisao|fgts|acerto|rifa|sorteio|bingo|aposta"
    r"|(?:ganh|receb)\w+ (?:n|d|pel)a justica"
    r"|ultim[oa] (?:salario|pagamento|emprego|holerite)|(?:salario|renda) (?:era|foi)|tinha (?:1 )?(?:renda|salario)"
    r"|quando (?:eu )?(?:tava|estava|trabalhava|era))"
)
GOVERNS = re.compile(rf"\b(?:(?P<earning>{EARNING})|(?P<spending>{SPENDING}))\b")
FOR_SPENDING = re.compile(
    r"(?: (?:por mes|todo mes|mensais|reais))* (?:de|do|da|com|no|na|em|para) (?:o |a )?"
    r"(?:aluguel|divida|dividas|parcela|prestacao|luz|agua|energia|remedio|remedios|emprestimo|conta|multa|cartao"
    r"|financiamento|fianca|indenizacao|consignado|poupanca|(?<!no )(?<!do )mercado)\b"
)
# "Recebi 8 mil de rescisão", "ganhei 5 mil na justiça": once, and by no month.
PAID_ONCE = re.compile(
    r"(?: reais)? (?:d[aeo]|n[ao]|pel[ao]|com [ao]) (?:minha |meu |1 )?(?:rescisao|acerto|fgts|heranca|loteria|rifa"
    r"|bingo|sorteio|aposta|indenizacao|causa|justica|precatorio|retroativo|venda)\b"
)
SETTLES = re.compile(r"\brestante(?: [a-z]+){0,2} ?$")
TOTAL = "restante"
"""What stands, in the marked text, before a sum that counts instead of those told before it."""
NET = re.compile(r"\b(?:liquid[oa]s?|limpos?|livres?|na mao|no (?:meu )?bolso)\b")
GROSS = re.compile(r"\b(?:brut[oa]s?|no papel|holerite|contracheque|(?:vencimento|salario) (?:base|basico))\b")
MORE_THAN = re.compile(
    r"(?<!nao )(?<!nem )(?:mais (?:de|que)|mais do que|acima de|superior a|pass(?:a|o|ando)(?: 1 pouco| bem)? d[eo]s?"
    r"|ultrapass\w+(?: d?[eo]s?)?|maior que) ?$"
)
EARNED_AFTER = re.compile(
    r"(?: reais| por mes| todo mes| mensais)* (?:que )?(?:eu )?(?:ganho|recebo|tiro|(?:de|e|da|do) (?:o "
    r"|a )?(?:meu |minha )?(?:salario|renda|aposentadoria|beneficio|bolsa familia|bpc|auxilio))\b"
)
ADDS = re.compile(
    r"(?:\bmais|^e|\+|\bfora|\bcom|\balem d[aeo])(?: [a-z]+){0,4} ?$|\bpor fora\b(?!.* (?:da|fica|chega)\b)[^§]*$"
)
# Without its accent, "é" is "e": only behind a sum does it join another to it.
AND = re.compile(r"\be(?: [a-z]+){0,4} ?$")
# Of what is earned at one time or another, nothing is added up: "com hora extra 3 mil, sem ela 2".
BY_TURNS = re.compile(
    r"\b(?:as vezes|tem (?:mes|vez|dia|semana)|mes (?:bom|ruim|fraco|melhor|cheio)|(?:n[ao]|fora d[ao]) (?:safra"
    r"|entressafra"
    r"|seca|chuva|piracema|ferias|temporada|defeso)|n[ao] (?:bom|ruim|fraco|melhor|pior)|quando (?:chove|tem|da|nao)"
    r"|sem (?:as? )?(?:hora|comiss|extra)\w*|depende\w*|varia\w*|fora (?:dela|dele|disso))\b"
)
BENEFIT_LOST = re.compile(
    r"\b(?:cort\w+|neg(?:ou|aram|ado|ada)|suspen\w+|bloque\w+|cancel\w+|indefer\w+|quero|queria|pedir|pedi"
    r"|solicit\w+|dar entrada|consegui\w*|preciso|perdi|nao recebo|nao tenho|sem|direito|como(?! (?:trabalhador"
    r"|lavrador|agricultor|pescador))|sobre|problema)\b"
)
# "Qual o valor do salário mínimo?" asks for a sum and tells none.
ASKS = re.compile(
    r".*\b(?:quem|alguem que) (?:ganha|recebe|tira)\b[^.;!]*\?\W*|(?!.*\b(?:ganho|ganhamos|recebo|recebemos|tiro|faco"
    r"|faturo|vivo|sobrevivo|temos|tenho)\b)(?:.*[.,!?;] )?\W*(?:"
    r"(?:e |mas |entao |moca |oi )*(?:(?:qual|quais|quantos?|como|por que|porque|precisa\w*|pode|posso|serve|vale)\b"
    r"|(?:voces )?(?:contam?|entram?|soma)\b|tem (?:que|de)\b|se (?:eu|a gente|for|ele|ela)\b"
    r"|e (?:pra|para|preciso|obrigad[oa]|renda|liquid|brut))[^?]*"
    r"|[^?]*\b(?:entra|conta|da quanto|e quanto)(?: (?:tambem|como renda|n(?:a|essa|esta) (?:renda|conta)))?"
    r"(?: ou nao)?)\?\W*"
)
BREAK = re.compile(
    r"[.;!?,]+ |[;!?]+|\b(?:mas|porem|enquanto|so que|ja que|pois|porque)\b|\b(?=e (?:eu|meu|minha|o meu|a minha"
    r"|ele|ela|queria|quero|gostaria|preciso|estou|pago|pagamos|gasto|gastamos|devo|devemos|moro|tenho|sou|ganho"
    r"|recebo|tiro|o pai|a mae|a familiar|a renda|a da|la em casa"
    r"|juntos|no total)\b)|\bso (?=(?:o |a )?(?:meu|minha)\b)"
    r"|(?<=§\d) (?=(?:ele|ela|eu|meu|minha)\b[^§]*(?:§|desempreg|do lar|nada))"
)
