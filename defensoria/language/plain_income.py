"""An income told in fewer ways: what is said otherwise is put into the words that the reading knows."""

import re

from defensoria.language import income_holders as holders
from defensoria.language import pay_periods as pay
from defensoria.language.income_holders import RELATIVE
from defensoria.language.income_words import TOTAL

# "Fazendo a conta" adds up, and pays none.
_RECKONED = re.compile(r"\b(?:faz\w+|fiz) (?:a|as|uma|1) contas?\b|\bno fim das contas\b")
# Said of somebody else, and the speaker's own income: "o patrão paga 2 mil", "ele me dá 900".
_PAID_BY = re.compile(
    r"\b(?:(?:o|a|meu|minha) )?(?:patrao|patroa|empresa|firma|prefeitura|fazendeiro|inss|homem|dono|dona|chefe"
    r"|eles) (?:me )?(?:paga|acerta)\b"
    r"|\b(?:(?:(?:o|a|os|as|meu|minha|uma?) (?!pai\b|mae\b|descontos?\b)[a-z]+(?: d(?:[aeo] [a-z]+|ela|ele))?|ele|ela"
    r"|eles|que) )?me (?:pagam?|acertam?|da|dao|passam?|mandam?|deposita)\b(?= [^.;]{0,20}§)"
)
_SENT_BY = re.compile(
    rf"(§\d+(?: reais)?) que (?:o |a |meu |minha )?(?:{RELATIVE}|ex|ele|ela|igreja"
    rf"|genitor)\b(?: d[aeo]s? [a-z ]{{3,20}}?)?"
    r" (?:me )?(?:manda|deposita|paga|da|passa|ajuda)\b"
)
# "A gente recebe por cabeça": so speaks who is paid by the piece, of all who do that work.
_BY_THE_PIECE = re.compile(
    r"\ba gente (?:recebe|ganha|tira)(?= por (?:cabeca|producao|peca|diaria|dia|hora|empreita|comissao|saco|tonelada"
    r"|metro|quilo|kg|viagem|corrida|arroba)\b)"
)
# What falls into the account is pay, not the account to be paid; so is work on one's own account.
_INTO_ACCOUNT = re.compile(
    r"\b(?:cai|caem|entra|entram|depositam?) (?:pra mim )?na (?:minha )?conta\b|\bpor (?:minha )?conta(?: propria)?\b"
)
# What is added to one's own pay makes nobody else's: "3.900 contando a comissão".
_EXTRAS = re.compile(
    r"\b(?:contando|somando|juntando)(?: com)?(?: as?| os?)?"
    r"(?= (?:minhas? |meus? )?(?:comiss|hora|adiciona|gorjet|bonus|extra|vale|insalub|premi|produc)\w*)"
)
# "A carteira é 1.700, mas com comissão dá 2.500".
_WITH_EXTRAS = re.compile(
    r"\b(?:e |mas |so que )?com (?:as? |os? )?(?:hora|comiss|adiciona|extra|gorjet|bonus|premi|produc|insalub"
    r"|pericul)\w*(?: [a-z]+)? (?:da|vai a|vai para|chega a|fica|sobe para|fecha|passa para)(?= §)"
)
_GROSS_THEN_PAID = re.compile(r"(brut[oa][^§.;]{0,30}?)\bna (?:minha )?conta (?:so )?(?:cai|entra|vem)(?: so)?(?= §)")
_SUMMED_UP = re.compile(r"\b(?:dai|entao|ai) (?:fica|da)\b")
_SELLS = re.compile(r"\b(mei,?|loja|salao|negocio|barraca|comercio|oficina)\b([^.;§]{0,12}?) fatura\b")
# What a dead person left, or the state pays: no maintenance.
_THE_DEAD = (
    rf"(?: d[aeo](?: meu| minha)? (?:(?:finad|falecid)[oa](?: (?:meu |minha )?{RELATIVE})?|marido|esposo|velho))"
)
_PENSION_OF_THE_DEAD = re.compile(
    rf"\bpensao(?: por morte{_THE_DEAD}?|{_THE_DEAD}|(?= d(?:[eo] viuv|a viuvez|o inss|o governo|o estado"
    rf"|o exercito))"
    r"| que (?:o finado|ele|meu marido) deixou)"
)
_DEAD = re.compile(r"\b(?:falec\w+|morreu|finad[oa]|viuv[oa]|por morte|pensao por morte|obito)\b")
_PENSION_LEFT = re.compile(r"(?<!pago )(?<!de )\bpensao\b(?! alimenticia| que (?:eu )?pago)(?: dele| dela)?")
_BY_DEATH = re.compile(rf",? por (?:causa da )?morte(?: dele| dela| d[aeo] (?:meu |minha )?{RELATIVE})?")
# "Vivo da aposentadoria da minha avó": hers.
_LIVES_ON = re.compile(
    rf"\b(?:(?:viv(?:o|emos|endo)|sobrevivo|dependo) (?:so )?d[aeo]|so (?:entra|tem|temos) [oa])"
    rf" (?!pensao)(?:{holders.PAY}|dinheiro) d[aeo] ((?:minha "
    rf"|meu )?{RELATIVE})\b,? ?"
)
# "350 de pensão do pai da menina e 600 de bolsa".
_SUPPORT = re.compile(
    r"(^|, |\be |\bmais |\+ ?|\brecebo |\bganho )(§\d+(?: reais)?) de pensao d[eo] (?:meu |minha )?(?:ex|pai)\b"
    r"(?: d[aeo]s? (?:minhas? |meus? )?[a-z]+)?"
)
_MORE_THAN_I = re.compile(r"\b(ganha|recebe|tira) (?:bem |1 pouco )?(?:mais|menos|melhor) (?:do )?que eu\b,?")
_LEFT_BY_RELATIVE = re.compile(rf"\bbeneficio d[aeo] (?:meu |minha )?{RELATIVE}\b(?: falecid[oa])?")
_PENSION_FROM_FATHER = re.compile(r"\bpensao que o (?:pai|ex)\b[^.;§]{0,25}?\b(?:deposita|paga|manda|da)\b")
_PENSION_RECEIVED = re.compile(
    r"\b((?:recebo|ganho|recebe|vivo)(?: (?:uma|so|a|de|da|minha|1))*) (?:pensao(?: alimenticia)?|alimentos)\b"
)
_UP_TO_SUM = r"(?= (?:[a-z]+ ){0,2}§)"
_ALL_TOLD = re.compile(
    r"\b(?:no total|ao todo|total(?: d[aeo])?|somando|soma|fecha(?:ndo)?(?: em| com)?|bate(?: em)?|da tudo|tudo da"
    rf"|(?:tudo )?junto da|chega a|vai a){_UP_TO_SUM}|=(?= ?§)|\b(?:da|dao|fica)(?= §\d+(?: reais)? (?:tudo"
    rf"|no total|ao todo))"
)
# "Faturo 9 mil, tirando o diesel sobra 3": what is left once the costs of work are paid.
_LEFT_OVER = re.compile(
    r"\b(?:(?:me|nos|para mim|para nos) )?(?:sobr(?:a|am|ando)|rest(?:a|am)"
    rf"|fica(?:m|ndo)? (?:livre|limpo|para mim|comigo|no (?:meu )?bolso)){_UP_TO_SUM}"
    rf"|\b(?:para mim|no (?:meu )?bolso|na (?:minha )?mao|limpo|livre)(?: mesmo| so)* (?:fica|vem|sobra|da|cai|entra|e)"
    rf"{_UP_TO_SUM}"
    rf"|\b(?:tirando|menos (?:os )?(?:descontos?|impostos?)|descontad\w+|descontando"
    rf"|com (?:os? )?descontos?(?! d[eo] (?:emprest|consig|banco))"
    rf"|depois d\w+|abatendo|pagando|fora(?! d[aeo] [a-z]))\b"
    rf"[^§.;]{{0,60}}?\b(?:fica|da|cai|vem|entra|chega|fico com|(?:eu )?(?:recebo|pego|ganho|tiro)){_UP_TO_SUM}"
    rf"|(?<=brut[oa], )(?:fica|cai){_UP_TO_SUM}"
)
_WORK_COSTS = re.compile(
    r"\b(?:gasolina|combustivel|diesel|etanol|oleo|pecas?|pneus?|manutencao|mercadorias?|materia(?:l|is)|insumos?"
    r"|racao|sement\w+|adubo|produtos?|estoque|fornecedor\w*|(?:e|so) gastos?(?! (?:§|com|de))|despesas?|custos?|frete"
    r"|impostos?|taxas?|ajudantes?|funcionarios?|descont\w+|brut[oa]|fatur\w+"
    r"|(?:aluguel|prestacao|parcela) d[oa] (?:carro|moto|caminhao|ponto|sala|cadeira|salao|maquina|box|banca))\b"
)
_LIVING_COSTS = re.compile(
    r"\b(?:aluguel|contas?|luz|agua|energia|mercado|comida|remedios?|emprestimos?|consignad\w+|pensao|dividas?|cartao"
    r"|parcelas?|prestac\w+|escola|boletos?|juros|banco)\b"
)
# What was earned once: "tinha um bar que dava 8 mil", "antes tirava 7 mil de caminhão".
_ONCE = (
    r"(?:fui [a-z]+(?= (?:com|ganhando)\b)|era|eram|saia|ganhava\w*|recebia\w*|tirava\w*|faturava\w*|fazia\w*|dava"
    r"|davam|rendia|entrava|vendia\w*"
    r"|pagava\w*"
    r"|trabalhei(?=[^§.;]* (?:ate|ganhando)\b)"
    r"|lucrava|conseguia|trabalhava\w*|tinha|(?:es)?tava\w* (?:ganhando|recebendo|tirando|fazendo)|ja (?:ganhei"
    r"|recebi|tirei|fiz))"
)
_TODAY = (
    r"(?:hoje|agora|atualmente|no momento|ganho|recebo|tiro|faco|tenho|estou|to|vivo|mas|so que|porem|entao|pago|devo"
    r"|cobro|paga|deve)"
)
_ONCE_EARNED = re.compile(rf"\b{_ONCE}\b(?:(?!\b{_TODAY}\b)[^§.;])*§\d+(?: reais)?(?: ?(?:por|ao|no|todo|/) ?mes)?")
# "Com o salário dela dá 9 mil": of both.
_WITH_THEIRS = re.compile(
    rf"\bcom (?:o |a )?(?:meu |minha ){RELATIVE} (?:que )?(?:ganha|recebe|tira|faz)(?: uns)? §\d+(?: reais)?,? "
    r"(?:da|fica|soma|fecha|chega a|vai (?:a|para))(?: em| uns)?(?= (?:[a-z]+ )?§)|"
    rf"\b(?:junto |mais )?com (?:o |a )?{holders.PAY} d(?:el[ea]|[aeo]s? (?:meu |minha )?{RELATIVE}),? "
    r"(?:da|fica|soma|fecha|chega a|vai (?:a|para))(?: em)?(?= (?:[a-z]+ )?§)"
)
# "Quem trazia dinheiro era meu esposo": he brings none today.
_PROVIDED_ONCE = re.compile(
    r"\b(?:e )?quem (?:trazia|botava|colocava|punha|sustentava|mantinha|bancava|ganhava|trabalhava|segurava)\b[^§.;,]*"
    rf"|\bera (?:so )?(?:o |a )?(?:meu |minha )?{RELATIVE} (?:que|quem) (?:trazia|botava|colocava|punha|sustentava"
    r"|mantinha|bancava|ganhava|trabalhava|segurava)\b[^§.;,]*"
)
# "A arroba do boi tá 300": what a thing costs is nobody's pay.
_PRICE = re.compile(
    r"\b(?<!por )(?<!cada )(?:arroba|saca|saco|litro|quilo|kg|tonelada|duzia|bujao|botijao|gas|gasolina|diesel"
    r"|carne|cesta basica|consumo|gasto)\b(?: d[aeo] [a-z]+)?(?: (?:aqui|hoje|agora|ja|so))* (?:ta|esta|anda"
    r"|foi|subiu|custa|vale|sai|e|da|fica|era)(?: (?:a|por|em|para|mais de|quase|sempre|so|uns))* §\d+(?: reais)?"
)
# "Vendemos queijo, pro meu lado fica 600": of what several earn, the speaker's own share.
_OWN_SHARE = re.compile(
    r"\b(?:para (?:o meu lado|mim)|(?:n?a )?minha parte|(?:o )?meu lado)(?: mesmo| so)?(?: (?:e|fica|da|sobra|sai"
    r"|vem|cai|toca))*(?: so)?(?= §)"
)
# "Ganhei 7 mil na colheita passada, agora estou sem serviço", "… agora recebo 1.621".
_EARNED_BEFORE_TODAY = re.compile(
    r"\b(?:ganhei|recebi|tirei|fiz|faturei)\b[^§.;]*§\d+(?: reais)?(?=[^§]*\b(?:agora|hoje)\b(?:"
    r"[^§]*\b(?:sem|nada|parad[oa]|desempreg\w+|zerad[oa]|nao)\b[^§]*$|(?: eu| so)* (?:ganho|recebo|tiro"
    r"|faco)\b[^§]*§))"
)
# The instalments of unemployment pay are income: "faltam 3 parcelas de 1.850".
_INSURANCE_INSTALMENTS = re.compile(
    r"\b(seguro (?:desemprego|defeso)|(?<=recebendo o )seguro|(?<=recebo o )seguro|(?<=ganhando o )seguro"
    r"|defeso)\b([^§.;]{0,25}?),? ?(?:\b(?:[a-z]+"
    r"|\d+) )?parcelas?(?: de)?(?=[^§.;]{0,12}§)|\bparcelas? d[eo] (?:seguro|defeso)(?: desemprego| defeso)?"
)
_WORKS_AT_HOME = re.compile(
    r"\b(trabalh\w+|fac?o|fazendo|vend(?:o|endo)|costur\w+|atend(?:o|endo)|cozinh\w+|cuid(?:o|ando)|lav(?:o|ando)"
    r"|passo|conserto|arrumo|fabric\w+|produz\w*|mont(?:o|ando)|cort(?:o|ando)|dou|bord\w+|croche|tranco|bolos?"
    r"|doces?|salgad\w+|marmit\w+|unhas?|cabelos?|sobrancelhas?|manicure|costureira|salao)\b([^§.;]{0,40}?)"
    r" (?:aqui |la )?em casa\b"
)
_HELPED_BY = re.compile(rf"\b((?:meu|minha) {RELATIVE}) (?:que )?(?:me )?(?:ajuda com|manda|deposita)\b")
# "Minha esposa é professora, 4.200".
_JOB_THEN_SUM = re.compile(
    rf"\b((?:meu|minha) {RELATIVE} (?:e|eh|trabalha)\b(?! (?:que|eu|a gente|nos|meu|minha|(?:pag|dev|gast|mor|tenh|tem"
    rf"|quer|precis|receb|ganh|tir)\w+)\b)[^§,.;]{{2,30}}),? ?(?=§)"
)
# "5 mil sem os descontos", "4 mil já com os descontos": gross and net in other
_BEFORE_TAXES = re.compile(r"\b(?:sem (?:os )?descontos?|antes d[eo]s? (?:descontos?|impostos?|inss))\b")
_AFTER_TAXES = re.compile(
    r"(§\d+(?: reais)?,?)(?: isso)?(?: ja)? (?:descontad[oa]s?|com (?:os )?descontos?|depois d[eo]s? (?:descontos?"
    r"|impostos?|inss))\b(?! d[eo] (?:emprest|consig|banco))"
)
# "Líquido, depois de INSS e IR, 4.410": the word and its sum are one clause.
_NET_THEN_SUM = re.compile(
    r"(?:^|(?<=[.;,:] )|(?<=\bo )|(?<=\bmeu )|(?<=\bde )|(?<=\be )|(?<=\bsalario ))"
    r"(?:liquid|brut)[oa]s?\b[^§;.]{0,50}(?=§)"
)
# "No holerite 5.300, mas cai 4.250 na conta".
_FALLS_INTO_ACCOUNT = re.compile(
    r"\b(?:cai|entra|vem|chega|depositam?)((?: [a-z]+)?) (§\d+(?: reais)?) na (?:minha )?conta\b"
)
_NO_MORE = re.compile(r"\bnao (?:passa|ganho mais|recebo mais|chega a mais|e mais) (?:de|que|do que)\b")
_BOUNDED = r"(?:mais (?:de|que|do que)|acima de|passar? de)"
_DENIED_AFTER = re.compile(
    rf"\b{_BOUNDED} (?P<sum>§\d+)(?: (?:eu|a gente|nos))? (?:nao|nunca)\b(?: (?:ganho|recebo|tiro|ganhamos|passa|e"
    rf"|vejo))?"
)
# "1.900 meu e 1.621 da minha esposa".
_SUM_THEN_OWNER = re.compile(
    rf"§(\d+)(?: reais)? (?:(?P<own>eu|meu|minha)|(?:d?[oa] )?(?P<other>(?:meu |minha ){RELATIVE}|ele|ela)"
    rf"|(?P<his>dele|dela))\b"
    r"(?= *(?:[,;.+]|e\b|mais\b|com\b|$))"
)


def _owner_first(found: re.Match[str]) -> str:
    return f"eu ganho §{found[1]}" if found["own"] else f"{found['other'] or 'meu marido'} ganha §{found[1]}"


def _of_several(listed: str) -> bool:
    return holders.MEMBER.search(listed) is not None and not holders.OUTSIDER.search(listed)


_PLAINER = (
    (re.compile(r"\bseguro-(?=desemprego|defeso)"), "seguro "),
    (_RECKONED, " "),
    (_NO_MORE, " ate "),
    (_DENIED_AFTER, r"ate \g<sum>"),
    (holders.OF_RELATIVE, r" \1 de outros"),
    (holders.COUPLE, " a gente "),
    (re.compile(r"\s+(?=[\s,])"), ""),
    (holders.HIS_AND_MINE, " a gente "),
    (_WITH_THEIRS, "a gente ganha"),
    (_PROVIDED_ONCE, ", "),
    (_PRICE, " "),
    (_ONCE_EARNED, " "),
    (_EARNED_BEFORE_TODAY, " "),
    (_INSURANCE_INSTALMENTS, lambda found: f"seguro desemprego{found[2] or ''} "),
    (holders.ADDED_UP, lambda found: " a gente ganha " if _of_several(found["list"]) else found[0]),
    (holders.LISTED, lambda found: re.sub(r",| e\b(?= )", " com", found[0])),
    (holders.AFTERTHOUGHT, " "),
    (_WITH_EXTRAS, TOTAL),
    (_EXTRAS, "com"),
    (_GROSS_THEN_PAID, r"\1restante"),
    (_BEFORE_TAXES, "bruto"),
    (_AFTER_TAXES, r"\1 liquido"),
    (_NET_THEN_SUM, lambda found: re.sub(r",| e\b", "", found[0])),
    (_FALLS_INTO_ACCOUNT, r"liquido\1 \2"),
    (re.compile(r"(§\d+(?: reais)?) na (?:minha )?conta\b"), r"\1"),
    (pay.RATE_THEN, r"\1 "),
    (_LIVES_ON, r"\1 ganha "),
    (holders.WHO_EARNS, r"so \1 ganha"),
    (_JOB_THEN_SUM, r"\1 ganha "),
    (holders.ALONE_AT_HOME, "eu"),
    (re.compile(r"(§\d+)(?: reais)? de §\d+(?! reais por| por)"), r"\1"),
    (_WORKS_AT_HOME, r"\1\2"),
    (_SUPPORT, r"\1\2 de beneficio"),
    (_MORE_THAN_I, r"\1"),
    (_SENT_BY, r"\1 que eu ganho"),
    (_PAID_BY, "eu ganho"),
    (_BY_THE_PIECE, "eu ganho"),
    (_SELLS, r"\1\2 faturo"),
    (pay.THE_SAME, r"§\1\2 §\1"),
    (_INTO_ACCOUNT, "renda"),
    (holders.VOCATIVE, r"\1"),
    (holders.DEPENDENTS, "eu"),
    (_PENSION_FROM_FATHER, "beneficio"),
    (re.compile(r"\bsalario da pensao\b"), "salario do beneficio"),
    (re.compile(r"\bminha pensao\b(?! (?:alimenticia|atrasad|que (?:eu )?(?:pago|devo)))"), "meu beneficio"),
    (_PENSION_OF_THE_DEAD, "beneficio"),
    (holders.ONLY_PARENT, "so meu marido"),
    (holders.ONLY_ONE_WORKS, r"\1 ganha"),
)
"""Ways of saying the same and the plainer one, in the order in which they are put into the marked text."""


def make_plain(marked: str, asked: bool, by_service: bool, spoken_for: bool = False) -> str:
    """The marked message in fewer ways of saying the same.

    Args:
        asked: the income is the open question.
        by_service: the message says how many services are done.
        spoken_for: the matter is another person's, of whom "ele" and "ela" are said.
    """
    house = holders.HOUSEHOLD.search(marked) or holders.HELPS_THE_HOUSE.search(marked)
    marked = _OWN_SHARE.sub(", eu ganho", marked) if holders.TOGETHER.search(marked) else marked
    marked = _HELPED_BY.sub(r"\1 ganha" if house else "eu ganho", marked)
    if spoken_for and not (holders.SPEAKER.search(marked) or holders.MEMBER.search(marked)):
        marked = holders.SOMEBODYS.sub("minha", holders.SOMEBODY.sub("eu", marked))
    if asked:
        marked = holders.SPOKEN_FOR.sub("eu trabalho", marked)
    marked = holders.WIFE.sub("minha esposa", marked)
    if _SUM_THEN_OWNER.match(marked):
        marked = _SUM_THEN_OWNER.sub(_owner_first, marked)
    dead = _DEAD.search(marked)
    for pattern, plainer in _PLAINER:
        marked = pattern.sub(plainer, marked)
    if dead:
        marked = _LEFT_BY_RELATIVE.sub("beneficio", _BY_DEATH.sub("", _PENSION_LEFT.sub("beneficio", marked)))
    if by_service:
        marked = pay.FOR_EACH.sub(r"§\1 por servico ", pay.EACH_PAYS.sub(r"ganho §\1 por servico", marked))
    if holders.MEMBER.search(marked):
        marked = _SUMMED_UP.sub("no total", marked)
    elif not holders.HOUSEHOLD.search(marked) and marked.count("§") > 1:
        marked = _ALL_TOLD.sub(TOTAL, marked)
    if not any(who.search(marked) for who in (holders.MEMBER, holders.PRONOUN, holders.HOUSEHOLD)):
        marked = holders.PUT_TOGETHER.sub(" ", marked)
    if holders.LIVES_WITH_ME.search(marked) or holders.HOUSEHOLD.search(marked):
        marked = holders.FATHER_AT_HOME.sub("meu marido", marked)
    if asked and (_WORK_COSTS.search(marked) or not _LIVING_COSTS.search(marked)):
        marked = _LEFT_OVER.sub(TOTAL, marked)
    return _PENSION_RECEIVED.sub(r"\1 beneficio", marked)
