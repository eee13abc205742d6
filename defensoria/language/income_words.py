"""The words around a sum of money that tell whose it is, what for, how often, and that there is none.

Patterns for plain lower-case text in which every sum stands as "§" and its number (see `amounts`).
"""

import re
from functools import lru_cache

from defensoria.language.text import SPANISH, phonetic

RELATIVE = (
    r"(?:marido|espos[oa]|mulher|companheir[oa]|conjuge|namorad[oa]|noiv[oa]|pai|mae|filh[oa]s?|irma|irmao|irmaos"
    r"|avo|tia|tio|sogr[oa]|net[oa]|padrasto|madrasta|cunhad[oa]|genro|nora|prim[oa]|pais|mainha|painho"
    r"|(?<=\bo )(?:velho|veio|pia|guri)|(?<=\ba )(?:velha|veia|guria)|(?<=\bos )(?:velhos?|veios?))"
)
COUPLE = re.compile(
    rf"\beu (?:e|com|mais) (?:o |a )?(?:meu |minha )?{RELATIVE}\b|\b(?:meu|minha) {RELATIVE} (?:e|mais) eu\b"
    r"|\beu (?:e|com|mais) (?:a patroa|o patrao (?:aqui )?(?:de|da) casa)\b|\bentre eu (?:e|mais) (?:ele|ela)\b"
    r"|\beu (?:e|com|mais) (?:ele|ela)\b(?=,? (?:junt|ganhamos|tiramos|da|dao|§)|\W*$)"
)
# "Com o salário dela e o meu": both earn, and one sum is told.
HIS_AND_MINE = re.compile(
    r"\b(?:o |a )?(?:(?:salario|renda|ganho|aposentadoria) )?(?:dele|dela) (?:e|com|mais) (?:o |a )?(?:meu"
    r"|minha)\b(?=[^§]*§[^§]*$)"
    r"|\b(?:o |a )?(?:meu|minha)(?: (?:salario|renda|ganho|aposentadoria))? (?:e|com|mais) (?:o |a )?(?:dele"
    r"|dela)\b(?=[^§]*§[^§]*$)"
)
_AT_WORK = r"(?: (?:n[ao]|d[aeo]|em|com|como|por) (?:\w+ )?\w+)?"
# "Ele ganha 4 mil e eu 4 mil": who speaks of both at once speaks of the household.
BOTH = re.compile(
    rf"\b(?:ele|ela)\b[^§]*§\d+(?: reais)?{_AT_WORK},? (?:e |mais |\+ ?)?eu\b"
    rf"|\beu\b[^§]*§\d+(?: reais)?{_AT_WORK},? (?:e |mais |\+ ?)(?:ele|ela)\b"
    r"|\b(?:meu|minha)\b[^§]*§\d+(?: reais)?,? (?:e )?(?:[oa] |d[oa] )?(?:dele|dela)\b"
    r"|\b(?:dele|dela)\b[^§]*§\d+(?: reais)?,? (?:e |mais |com |\+ ?)?(?:[oa] )?(?:meu|minha)\b"
)
BREAK = re.compile(
    r"[.;!?,]+ |[;!?]+|\b(?:mas|porem|enquanto|so que|ja que|pois|porque)\b|\be (?=(?:eu|meu|minha|o meu|a minha"
    r"|ele|ela|queria|quero|gostaria|preciso|estou|pago|gasto|devo|moro|tenho|sou|ganho|recebo|tiro|o pai|a mae"
    r"|a familiar|a renda|a da|la em casa"
    r"|juntos|no total)\b)|\bso (?=(?:o |a )?(?:meu|minha)\b)"
    r"|(?<=§\d) (?=(?:ele|ela|eu|meu|minha)\b[^§]*(?:§|desempreg|do lar|nada))"
)
OUTSIDER = re.compile(
    r"\b(?:meu |minha |o |a )?ex\b|\b(?:o |do |pelo )?pai (?:d[aeo]s?|que)\b|\bo pai\b|\ba mae d|\bgenitora?\b"
    r"|\bpatrao\b|\bpatroa\b|\brequerid|\bvizinh|\bempresa\b|\binss\b(?= (?:cobr|desc))"
)
# Who is provided for earns nothing: "sustento 3 filhos com 1.700".
DEPENDENTS = re.compile(
    r"\b(?:sustento|crio|cuido d[aeo]s?|tenho|moro com) (?:(?:os |as |meus |minhas |\d+ |dois |tres )+)?"
    r"(?:filh|crianc|net)[oa]?\w*"
)
PRONOUN = re.compile(r"\b(?:ele|dele|ela|dela)\b")
# "Só meu esposo trabalha, ele ganha 2.900"; "ela ganha um salário da aposentadoria": of somebody in the household.
ANTECEDENT = re.compile(
    rf"\b(?:meu|minha) {RELATIVE} (?:(?!com\b|d[eo]\b|pra\b|para\b)\w+ ){{0,4}}(?:ele|ela) (?:ganha|recebe|tira"
    rf"|faz)\b"
)
# "Ele é ajudante, 110 por dia": whom the writer speaks for, where nothing is said of the writer.
SPOKEN_FOR = re.compile(r"^(?:ele|ela) (?:e|trabalha)\b(?=[^§]*§)(?!.*\b(?:eu|meu|minha)\b)")
HE_EARNS = re.compile(r"\b(?:ele|ela) (?:ganha|recebe|tira|faz|tem)\b[^§]*$")
RETIRED = re.compile(
    r"\b(?:ele|ela) (?:e |ta )?(?:ganha|recebe|aposentad[oa]|vive)\b.*\b(?:aposentad|beneficio|bpc|loas)"
)
MEMBER = re.compile(rf"\b(?:(?:meu|minha|meus|minhas|nosso|nossa) |o |a |os |as )?{RELATIVE}\b")
TOGETHER = re.compile(
    r"\b(?:juntos?|juntas?|juntando|junta|juntar|contando|nos [2-9]|d?os 2|os [3-9] (?:junt|trabalh|somad|que|da"
    r"|tira)\w*"
    r"|somand\w+|soma|somamos|somados?|tudo junto|no total|ao todo|total da|nos dois|os dois|todo mundo"
    r"|todos|casal|a gente|ganhamos|recebemos|tiramos|fazemos|vivemos|temos|renda familiar|renda da (?:casa|familia)"
    r"|familiar|entre nos|nos (?:ganha|recebe|tira|faz|vive)m?"
    r"|casa (?:toda|inteira)|toda a casa|familia (?:tira|ganha|recebe|faz|toda))\b"
)
HOUSEHOLD = re.compile(
    r"\b(?:(?:la |aqui )?em casa|na casa(?! d[eao]\b)|renda d[aeo] (?:minha |nossa )?(?:casa|familia)|(?:minha|da"
    r"|nossa"
    r"|a) familia|noss[oa] (?:renda|ganho|salario|rendimento)|(?:somos|somo|semo|semos|nos (?:e|somos|semo"
    r"|estamos|samo)) (?:em )?\d+"
    r"|(?<=\ba )(?:nossa|da (?:casa|familia))(?= (?:e|da|nao|chega|passa|fica|gira|vai|soma|junt\w*|toda|inteira|§))"
    r"|(?:tud?o|total) (?:junto )?da casa|(?:pra|para a) casa toda|casa vive|(?:na|da) familia(?: toda| inteira)?"
    r"|\d+ (?:pessoas? )?(?:aqui )?(?:que )?trabalham?"
    r"|(?:renda|soma|ganhos?|rendimentos?|total|orcamento)(?: [a-z]+){0,3} d[aeo] (?:nosso |meu )?(?:lar|domicilio"
    r"|residencia|(?:nucleo|grupo|conjunto) familiar)|n?o (?:nosso |meu )?(?:lar|domicilio) (?:somos|entra|sao|da)"
    r"|no (?:nosso|meu) lar|conjunta)\b"
)
# Of nobody: "somos em cinco, e a renda é 3.500" is the five's.
IMPERSONAL = re.compile(r"\b(?:a renda|a soma|o total|entra|da|dao)\b")
OWN = re.compile(
    r"\b(?:eu|ganho|percebo|pego|recebo|tiro|faco|faturo|meu (?:salario|beneficio|bpc|ordenado|pagamento)"
    r"|minha (?:renda|aposentadoria|pensao)|individual|sozinh[oa]|aposentad[oa]|pensionista"
    r"|trabalho|vivo|sou|estou|minha)\b"
)
SPEAKER = re.compile(r"\b(?:eu|ganho|percebo|pego|recebo|tiro|faco|trabalho|vivo|minha renda|meu salario)\b")
EARNING = (
    r"(?:ganho|percebo|pego|ganha|ganham|ganhamos|ganhando|recebo|recebe|recebem|recebemos|recebendo|tiro|tira"
    r"|tiramos|faturo"
    r"|renda|salario|ordenado|remuneracao|aposentad[oa]|aposentadoria|pensionista|bolsa familia|bpc|loas"
    r"|beneficio|auxilio|seguro desemprego|restante|vivo|vive|vivemos|faco|faz|sobrevivo|diaria|diarias|bico"
    r"|bicos|holerite|contracheque"
    r"|carteira)"
)
# What is paid, owed or worth, and what was once earned: no income of today.
SPENDING = (
    r"(?:pago|pagar|paga|pagando|gasto|gastos|gasta|devo|devendo|deve|dever|divida|dividas|aluguel|parcelas?"
    r"|prestacao|prestacoes|conta|contas|fatura|boletos?|multa|emprestimos?|financiamento|fianca|custa|custo|custam"
    r"|remedios?|cobranca|cobrando|cobraram|pensao|indenizacao|consignado|descont\w+|comprei|vendi|roubaram"
    r"|perdi|golpe|transferi|pix|depositei|depositou|atrasad[oa]s?|causa|alimentos|exame|cirurgia|consulta"
    r"|entrada|limite|cartao|acordo|preciso de|quero|pagou|paguei|pagaram|pagava|gastei|vale|valem|valia"
    r"|custou|levou|levaram|cobra|cobram|era|eram|ganhava|recebia|tirava|ganhavamos|faturava|ja (?:ganhei|recebi"
    r"|tirei)"
    r"|ultim[oa] (?:salario|pagamento|emprego|holerite)|(?:salario|renda) (?:era|foi)|tinha (?:1 )?(?:renda|salario)"
    r"|quando (?:eu )?(?:tava|estava|trabalhava|era))"
)
GOVERNS = re.compile(rf"\b(?:(?P<earning>{EARNING})|(?P<spending>{SPENDING}))\b")
FOR_SPENDING = re.compile(
    r"(?: (?:por mes|todo mes|mensais|reais))* (?:de|do|da|com|no|na|em|para) (?:o |a )?"
    r"(?:aluguel|divida|dividas|parcela|prestacao|luz|agua|energia|remedio|remedios|emprestimo|conta|multa|cartao"
    r"|financiamento|fianca|indenizacao|consignado|mercado)\b"
)
# Said of somebody else, and the speaker's own income: "o patrão paga 2 mil", "ele me dá 900".
PAID_BY = re.compile(
    r"\b(?:(?:o|a|meu|minha) )?(?:patrao|patroa|empresa|firma|prefeitura|fazendeiro|inss) (?:me )?paga\b"
    r"|\b(?:(?:ele|ela|eles|que) )?me (?:pagam?|da|dao)\b(?= [^.;]{0,20}§)"
)
# "Salário mínimo, né, minha filha": said to whom reads, not of a daughter.
VOCATIVE = re.compile(r"\b(ne|viu|nao|sim|moca|oi|olha),? (?:minha filha|meu filho)\b")
# What falls into the account is pay, not the account to be paid; so is work on one's own account.
INTO_ACCOUNT = re.compile(
    r"\b(?:cai|caem|entra|entram|depositam?) (?:pra mim )?na (?:minha )?conta\b|\bpor (?:minha )?conta(?: propria)?\b"
)
# What is added to one's own pay makes nobody else's: "3.900 contando a comissão".
EXTRAS = re.compile(
    r"\b(?:contando|somando|juntando)(?: com)?(?: as?| os?)?"
    r"(?= (?:minhas? |meus? )?(?:comiss|hora|adiciona|gorjet|bonus|extra|vale|insalub|premi|produc)\w*)"
)
GROSS_THEN_PAID = re.compile(r"(brut[oa][^§.;]{0,30}?)\bna (?:minha )?conta (?:so )?(?:cai|entra|vem)(?: so)?(?= §)")
SUMMED_UP = re.compile(r"\b(?:dai|entao|ai) (?:fica|da)\b")
SELLS = re.compile(r"\b(mei,?|loja|salao|negocio|barraca|comercio|oficina)\b([^.;§]{0,12}?) fatura\b")
WIFE = re.compile(r"\b(?:a|minha) patroa(?= (?:ganha|recebe|tira|faz))|\b(?:meu|minha) (?:velh[oa]|vei[oa])\b")
THE_SAME = re.compile(
    r"§(\d+)([^§.;]{0,40} (?:ganha|recebe|tira|aposentad[oa])) (?:o |a )?(?:outr[oa]|mesm[oa]|mesma coisa|igual)\b"
)
LIVES_WITH_ME = re.compile(
    r"\b(?:mora\w*|vive\w*|estamos|somos) (?:junt|casad)|\bmora (?:aqui )?comigo\b|\b(?:na|em) casa\b(?! d[eao]\b)"
)
FATHER_AT_HOME = re.compile(
    r"\b(?:o pai|a mae)\b(?: d(?:ele|ela|o|a|os|as)\b)?(?: (?:meu|minha|meus|minhas))?(?: (?:filh|menin|crianc)\w+)?"
)
# What a dead person left, or the state pays: no maintenance.
_THE_DEAD = rf"(?: d[aeo](?: meu| minha)? (?:(?:finad|falecid)[oa](?: {RELATIVE})?|marido|esposo|velho))"
PENSION_OF_THE_DEAD = re.compile(
    rf"\bpensao(?: por morte{_THE_DEAD}?|{_THE_DEAD}|(?= d(?:[eo] viuv|a viuvez|o inss|o governo|o estado"
    rf"|o exercito))"
    r"| que (?:o finado|ele|meu marido) deixou)"
)
PENSION_FROM_FATHER = re.compile(r"\bpensao que o (?:pai|ex)\b[^.;§]{0,25}?\b(?:deposita|paga|manda|da)\b")
PENSION_RECEIVED = re.compile(r"\b((?:recebo|ganho|recebe|vivo)(?: (?:uma|so|a|de|da|minha|1))*) pensao\b")
DAILY_BEFORE = re.compile(
    r"\b(?:diarias?|por dia|cada dia)(?: (?:n[ao]|em|d[ao]) \w+)?(?: (?:e|de|da|dao|a|sao|eh|da uns))* ?$"
    r"|\b(?:dias|vez(?:es)?) (?:por|no|ao|na) (?:mes|semana) (?:a|por|de|ganhando) ?$"
    r"|\bcada (?:faxina|limpeza|diaria|servico|corrida|casa|plantao|entrega|corte|aula|viagem|turno|bico)"
    r"(?: (?:e|eh|da|sai|custa|por|a|de|pagam?|fica|me|uns))* ?$"
)
WEEKLY_BEFORE = re.compile(r"\b(?:por semana|cada semana|toda semana)(?: (?:e|de|da|ganho|recebo|tiro))* ?$")
YEARLY_BEFORE = re.compile(r"\b(?:por|no|ao) ano(?: (?:e|da|ganho|recebo|tiro|faco))* ?$")
BY_THE_MONTH = re.compile(r"(?: reais)?,? ?(?:por|ao|no|/|todo)? ?(?:fim do |final do )?mes\b| mensa(?:l|is)\b")
SERVICES = re.compile(r"\b(?:faxin\w+|limpezas?|limpo|casas?|diari\w+|plant(?:ao|oes)|rocad\w+|capin\w+|carpi\w+)\b")
FOR_EACH = re.compile(
    r"§(\d+)(?: reais)? (?:cada(?: uma?| 1)?(?: casa| faxina| diaria| plantao)?|por (?:casa|faxina|diaria|plantao))\b"
    r"(?! (?:semana|mes|dia|hora))"
)
EACH_PAYS = re.compile(
    r"\bcada (?:uma?|1|casa|faxina|limpeza|vez|servico|corte|diaria|plantao)(?: casa)?"
    r" (?:me )?(?:(?:pagam?|da|dao|e|sai|custa|por) )?(?:a |por )?§(\d+)"
)
SETTLES = re.compile(r"\brestante(?: [a-z]+){0,2} ?$")
TOTAL = "restante"
"""What stands, in the marked text, before a sum that counts instead of those told before it."""
_UP_TO_SUM = r"(?= (?:[a-z]+ ){0,2}§)"
ALL_TOLD = re.compile(
    r"\b(?:no total|ao todo|total(?: d[aeo])?|somando|soma|fecha(?:ndo)?(?: em| com)?|bate(?: em)?|da tudo|tudo da"
    rf"|(?:tudo )?junto da|chega a|vai a){_UP_TO_SUM}|=(?= ?§)|\b(?:da|dao|fica)(?= §\d+(?: reais)? (?:tudo"
    rf"|no total|ao todo))"
)
# "Faturo 9 mil, tirando o diesel sobra 3": what is left once the costs of work are paid.
LEFT_OVER = re.compile(
    r"\b(?:(?:me|nos|pra mim) )?(?:sobr(?:a|am|ando)|rest(?:a|am)|fica(?:m|ndo)? (?:livre|limpo|pra mim|comigo))"
    rf"{_UP_TO_SUM}"
    rf"|\b(?:tirando|menos (?:os )?(?:descontos?|impostos?)|descontad\w+|descontando"
    rf"|com (?:os? )?descontos?(?! d[eo] (?:emprest|consig|banco))"
    rf"|depois d\w+|abatendo|pagando|fora)\b"
    rf"[^§.;]{{0,60}}?\b(?:fica|da|cai|vem|entra|fico com|(?:eu )?(?:recebo|pego)){_UP_TO_SUM}"
    rf"|(?<=brut[oa], )(?:fica|cai){_UP_TO_SUM}"
)
WORK_COSTS = re.compile(
    r"\b(?:gasolina|combustivel|diesel|etanol|oleo|pecas?|pneus?|manutencao|mercadorias?|materia(?:l|is)|insumos?"
    r"|racao"
    r"|sement\w+|adubo|despesas?|custos?|frete|impostos?|taxas?|ajudantes?|funcionarios?|descont\w+|brut[oa]|fatur\w+"
    r"|(?:aluguel|prestacao|parcela) d[oa] (?:carro|moto|caminhao|ponto|sala|cadeira|salao|maquina|box|banca))\b"
)
LIVING_COSTS = re.compile(
    r"\b(?:aluguel|contas?|luz|agua|energia|mercado|comida|remedios?|emprestimos?|consignad\w+|pensao|dividas?|cartao"
    r"|parcelas?|prestac\w+|escola|boletos?|juros|banco)\b"
)
# What was earned once: "tinha um bar que dava 8 mil", "antes tirava 7 mil de caminhão".
_ONCE = (
    r"(?:era|eram|saia|ganhava\w*|recebia\w*|tirava\w*|faturava\w*|fazia\w*|dava|davam|rendia|entrava|vendia\w*|pagava\w*"
    r"|lucrava|conseguia|trabalhava\w*|tinha|(?:es)?tava\w* (?:ganhando|recebendo|tirando|fazendo)|ja (?:ganhei"
    r"|recebi|tirei|fiz))"
)
_TODAY = (
    r"(?:hoje|agora|atualmente|no momento|ganho|recebo|tiro|faco|tenho|estou|to|vivo|mas|so que|porem|entao|pago|devo"
    r"|cobro|paga|deve)"
)
ONCE_EARNED = re.compile(rf"\b{_ONCE}\b(?:(?!\b{_TODAY}\b)[^§.;])*§\d+(?: reais)?(?: ?(?:por|ao|no|todo|/) ?mes)?")
# "Ganhei 7 mil na colheita passada, agora estou sem serviço", "… agora recebo 1.621".
EARNED_BEFORE_TODAY = re.compile(
    r"\b(?:ganhei|recebi|tirei|fiz|faturei)\b[^§.;]*§\d+(?: reais)?(?=[^§]*\b(?:agora|hoje)\b(?:"
    r"[^§]*\b(?:sem|nada|parad[oa]|desempreg\w+|zerad[oa]|nao)\b[^§]*$|(?: eu| so)* (?:ganho|recebo|tiro"
    r"|faco)\b[^§]*§))"
)
# The instalments of unemployment pay are income: "faltam 3 parcelas de 1.850".
INSURANCE_INSTALMENTS = re.compile(
    r"\b(seguro (?:desemprego|defeso)|defeso)\b([^§.;]{0,25}?),? ?(?:\b(?:[a-z]+"
    r"|\d+) )?parcelas?(?: de)?(?=[^§.;]{0,12}§)"
    r"|\bparcelas? d[eo] (?:seguro|defeso)(?: desemprego| defeso)?"
)
# "Somando eu, a mãe e o filho, 5 mil": the sum is of all who are listed before it.
LISTED = re.compile(
    r"\b(?:somando|juntando|contando|junta|soma)\b[^§.;?!]{0,80}§|(?:^"
    r"|\beu),? (?:eu,? )?[oa] [^§.;?!]{0,60}(?:junt|soma)[^§.;?!]{0,20}§"
)
WORKS_AT_HOME = re.compile(
    r"\b(trabalh\w+|fac?o|fazendo|vend(?:o|endo)|costur\w+|atend(?:o|endo)|cozinh\w+|cuid(?:o|ando)|lav(?:o|ando)"
    r"|passo|conserto|arrumo|fabric\w+|produz\w*|mont(?:o|ando)|cort(?:o|ando)|dou|bord\w+|croche|tranco|bolos?"
    r"|doces?|salgad\w+|marmit\w+|unhas?|cabelos?|sobrancelhas?|manicure|costureira|salao)\b([^§.;]{0,40}?)"
    r" (?:aqui |la )?em casa\b"
)
ONLY_PARENT = re.compile(
    r"\bso (?:o |a )?(?:meu |minha )?(?:pai|mae)\b(?= (?:que )?(?:trabalha|ganha|recebe|tem|tira))"
)
HELPED_BY = re.compile(rf"\b((?:meu|minha) {RELATIVE}) (?:que )?(?:me )?(?:ajuda com|manda|deposita)\b")
# What a relative puts in is theirs where the household is spoken of: "… e eu 1.500, é isso que tem em casa".
HELPS_THE_HOUSE = re.compile(r"\b(?:em|pra|para|na|a) casa\b(?! d[aeo]\b)")
# "Quem trabalha é só minha mãe, 2 salários".
WHO_EARNS = re.compile(
    r"\bquem (?:trabalha|ganha|recebe|sustenta|banca|poe)(?: (?!e\b)[a-z]+){0,4}? (?:e|eh) (?:so |apenas )?"
    rf"((?:o |a )?(?:meu |minha )?{RELATIVE})\b"
)
# "Minha esposa é professora, 4.200".
JOB_THEN_SUM = re.compile(rf"\b((?:meu|minha) {RELATIVE} (?:e|eh|trabalha)\b(?! que)[^§,.;]{{2,30}}),? ?(?=§)")
ALONE_AT_HOME = re.compile(
    r"\b(sozinh[oa]|so|so eu) (?:aqui |la )?em casa\b|\bem casa (?:e |sou )?(so eu|sozinh[oa])\b"
)
ONLY_ONE_WORKS = re.compile(rf"\b(so (?:o |a )?(?:meu |minha )?{RELATIVE}) (?:que )?trabalha,?")
RATE_THEN = re.compile(r"\b(diarias?|por dia|por ano|por semana), (?=(?:da )?§)")
NET = re.compile(r"\b(?:liquid[oa]s?|limpos?|na mao)\b")
GROSS = re.compile(r"\b(?:brut[oa]s?|holerite|contracheque|(?:vencimento|salario) (?:base|basico))\b")
# "5 mil sem os descontos", "4 mil já com os descontos": gross and net in other words.
BEFORE_TAXES = re.compile(r"\b(?:sem (?:os )?descontos?|antes d[eo]s? (?:descontos?|impostos?|inss))\b")
AFTER_TAXES = re.compile(
    r"(§\d+(?: reais)?,?)(?: isso)?(?: ja)? (?:descontad[oa]s?|com (?:os )?descontos?|depois d[eo]s? (?:descontos?"
    r"|impostos?|inss))\b(?! d[eo] (?:emprest|consig|banco))"
)
# "Líquido, depois de INSS e IR, 4.410": the word and its sum are one clause.
NET_THEN_SUM = re.compile(
    r"(?:^|(?<=[.;,:] )|(?<=\bo )|(?<=\bmeu )|(?<=\bde )|(?<=\be )|(?<=\bsalario ))"
    r"(?:liquid|brut)[oa]s?\b[^§;.]{0,50}(?=§)"
)
# "No holerite 5.300, mas cai 4.250 na conta".
FALLS_INTO_ACCOUNT = re.compile(
    r"\b(?:cai|entra|vem|chega|depositam?)((?: [a-z]+)?) (§\d+(?: reais)?) na (?:minha )?conta\b"
)
MORE_THAN = re.compile(
    r"(?<!nao )(?<!nem )(?:mais (?:de|que)|mais do que|acima de|superior a|pass(?:a|o|ando)(?: 1 pouco| bem)? d[eo]s?"
    r"|ultrapass\w+(?: d?[eo]s?)?|maior que) ?$"
)
NO_MORE = re.compile(r"\bnao (?:passa|ganho mais|recebo mais|chega a mais|e mais) (?:de|que|do que)\b")
# "2 salários, eu e minha esposa": said after the sum, it belongs to it.
AFTERTHOUGHT = re.compile(r" ?, ?(?=(?:a gente|juntos|no total|(?:la |aqui )?em casa|a familia toda)[ .!]*$)")
# Ranges: the lower sum, then the upper.
BETWEEN = re.compile(r"\bentre §(\d+) e (?=§(\d+))")
RANGE = re.compile(r"§(\d+) ?(?:,? ?(?:a|ou|ate|as vezes|ou as vezes|tem mes que|no maximo)|-) ?(?=§(\d+))")
# "Ganham 1 salário cada", "e minha esposa também": the sum is said once and earned twice.
EACH_EARNS = re.compile(r"\bcada (?:um|uma|1|qual)(?: de nos)? (?:ganha|recebe|tira|faz|com) §(\d+)")
EACH = re.compile(r"§(\d+)(?: reais)? cada(?: um| uma| 1| qual)?\b(?! (?:dia|hora|semana|mes|diaria))")
ALSO = re.compile(rf"§(\d+)([^§.;]{{0,30}}?(?:,| e)+ (?:(?:o |a )?(?:meu|minha) {RELATIVE}|ele|ela)) tambem\b")
EARNED_AFTER = re.compile(
    r"(?: reais| por mes| todo mes| mensais)* (?:que )?(?:eu )?(?:ganho|recebo|tiro|(?:de|e|da|do) (?:o "
    r"|a )?(?:meu |minha )?(?:salario|renda|aposentadoria|beneficio|bolsa familia|bpc|auxilio))\b"
)
ADDS = re.compile(r"(?:\bmais|\be|\+|\be mais|\bfora|\bcom|\balem d[aeo])(?: [a-z]+){0,4} ?$")
BENEFIT_LOST = re.compile(
    r"\b(?:cort\w+|neg(?:ou|aram|ado|ada)|suspen\w+|bloque\w+|cancel\w+|indefer\w+|quero|queria|pedir|pedi"
    r"|solicit\w+|dar entrada|consegui\w*|preciso|perdi|nao recebo|nao tenho|sem|direito|como|sobre|problema)\b"
)
# "Sem renda fixa" and "sem renda para pagar um advogado" do not mean that there is none.
QUALIFIED = r"(?! (?:fix|suficient|para|pra|alta|boa|comprov|formal|certa))"
NOTHING = "|".join(
    (
        rf"nao (?:tenho|tem|possuo|possui|temos) (?:nenhuma |qualquer |1 )?(?:renda|salario|ganho|rendimento)s?"
        rf"{QUALIFIED}",
        r"agora (?:estou |to |ta )?(?:parad[oa]|sem nada|zerad[oa])",
        r"dinheiro (?:mesmo )?(?:eu |a gente )?(?:nem|nao) (?:vejo|ve|vemos)\b",
        r"(?:renda|salario|ganho) (?:eu |nos |aqui )?nao (?:tenho|tem|temos|entra|existe)",
        rf"(?:tenho|temos) (?:renda|salario|ganho|servico|trabalho|emprego) nao{QUALIFIED}|(?:ganho|recebo|tiro"
        rf"|tenho) nada",
        r"nao (?:tenho|tem|sobrou|restou) (?:mais )?nada(?! d[aeo]\b| a ver| contra| com)",
        r"nao (?:estou |to )(?:ganhando|recebendo|tirando)(?! (?:bem|muito|direito|o suficiente))",
        r"nao entra (?:mais )?(?:nada|dinheiro(?! todo)|nenhum|1 (?:real|centavo|tostao))|(?:hoje|agora) nada\b",
        r"(?:fiquei|ficamos|estou|to|ando|tamos) sem (?:nada|renda(?! (?:fix|compr))|ganhar|receber|fonte|trampo"
        r"|salario)",
        rf"sem (?:nenhuma |qualquer )?(?:renda|salario|ganhos|rendimento)s?{QUALIFIED}",
        r"(?:renda|salario) (?:e |esta )?nenhuma?|nenhuma renda",
        r"nao (?:ganho|recebo|ganhamos|recebemos|tiro) (?:nada|nenhum|coisa|dinheiro)(?! d[aeo]\b)",
        r"(?:nao|sem) (?:trabalho|trabalhar|trabalhando)(?! (?:fixo|registrad|(?:de|com) carteira|fora|em|no|na"
        r"|aos))",
        r"(?:nao |sem )(?:estou |to |ter |tenho )?(?:trabalhando|trabalho|emprego|servico|trampo)"
        r"(?! (?:fixo|em|no|na|aos))",
        r"desempreg\w+|(?:estou|to) parad[oa]|(?:estou |to )?recebendo nada|entra(?:ndo)? nada",
        r"vivo d[ea] (?:ajuda|favor|doac\w+|caridade)|(?:nao )?(?:tenho|tem) ganho nenhum",
        r"mand\w+ (?:eu |me |nos |a gente )?embora|parei de trabalhar",
        r"perdi (?:o |meu )?(?:emprego|servico|trabalho|trampo|bico)(?! d[eo] §)",
    )
)
# "Qual o valor do salário mínimo?" asks for a sum and tells none.
ASKS = re.compile(
    r"(?!.*\b(?:ganho|ganhamos|recebo|recebemos|tiro|faco|faturo|vivo|sobrevivo|temos|tenho)\b)(?:.*[.,!?;] )?\W*(?:"
    r"(?:e |mas |entao |moca |oi )*(?:(?:qual|quais|quantos?|como|por que|porque|precisa\w*|pode|posso|serve|vale)\b"
    r"|(?:voces )?(?:contam?|entram?|soma)\b|tem (?:que|de)\b|se (?:eu|a gente|for|ele|ela)\b"
    r"|e (?:pra|para|preciso|obrigad[oa]|renda|liquid|brut))[^?]*"
    r"|[^?]*\b(?:entra|conta|da quanto|e quanto)(?: (?:tambem|como renda|na (?:renda|conta)))?)\?\W*"
)
# What tells, to who asks for the income, that there is none.
DISMISSED = re.compile(
    r"\b(?:fui|estou|to|acabei de ser) (?:demitid|dispensad|desligad)[oa]\b"
    r"|\b(?:(?:me|nos) (?:dispens|demit|mand|deslig)\w+"
    r"|(?:dispensou|dispensaram|demitiu|demitiram) (?:eu|nos|a gente))\b"
    r"|\b(?:estou|to|ando) (?:zerad[oa]|lis[oa]|dur[oa]|quebrad[oa])\b"
    r"|\b(?:me (?:sustenta|banca)|(?:me|nos) da(?: o)? de comer|dependo (?:d[aeo]s? )?(?:minh|meu|outr|ajuda"
    r"|favor|filh))"
    r"|\bnao (?:posso|consigo|aguento|da pra|da para|(?:estou|to) (?:podendo|conseguindo)"
    r"|tenho como) (?:mais )?trabalhar\b"
    r"|\bnenhum (?:centavo|real|tostao)\b|\bnao recebo[ .!]*$|\bfaliu\b|\bfali\b|\bfui a falencia\b"
)
FIRST_PERSON = re.compile(r"\b(?:fiquei|ficamos|ando|tenho|ganho|recebo|tiro|possuo|estou|to|vivo|parei|perdi)\b")
NO_INCOME = re.compile(rf"\b(?:{NOTHING})")
NOBODY = re.compile(
    r"\bninguem (?:\w+ ){0,4}(?:trabalha|ganha|recebe|tem (?:renda|salario|emprego))|\b(?:todos|todo mundo"
    r"|os dois) (?:\w+ ){0,2}desempreg"
)
NOTHING_ASKED = re.compile(
    r"(?:(?:eu|to|estou|ando|de tudo) )*(?:(?:zerad[oa]|sem nada|lis[oa]|dur[oa]"
    r"|quebrad[oa]|pelad[oa]|sem nenhum)[ ,]*)+[ .!]*"
    r"|(?:eu )?(?:nad(?:a|inha)(?: de nada)?|parad[oa]|nenhum[a]?|nao tenho|nao ganho|nao recebo|nao trabalho"
    r"|do lar|sou do lar"
    r"|dona de casa"
    r"|sou dona de casa|sem|nao tem|nenhuma renda|nao possuo|nada nao|so estudo|sou estudante|estudante|0)[ .!]*"
)

PLAINER = (
    (re.compile(r"\bseguro-(?=desemprego|defeso)"), "seguro "),
    (NO_MORE, " ate "),
    (COUPLE, " a gente "),
    (re.compile(r"\s+(?=[\s,])"), ""),
    (HIS_AND_MINE, " a gente "),
    (ONCE_EARNED, " "),
    (EARNED_BEFORE_TODAY, " "),
    (INSURANCE_INSTALMENTS, lambda found: f"seguro desemprego{found[2] or ''} "),
    (LISTED, lambda found: re.sub(r",| e\b(?= )", " com", found[0])),
    (AFTERTHOUGHT, " "),
    (EXTRAS, "com"),
    (GROSS_THEN_PAID, r"\1restante"),
    (BEFORE_TAXES, "bruto"),
    (AFTER_TAXES, r"\1 liquido"),
    (NET_THEN_SUM, lambda found: re.sub(r",| e\b", "", found[0])),
    (FALLS_INTO_ACCOUNT, r"liquido\1 \2"),
    (RATE_THEN, r"\1 "),
    (WHO_EARNS, r"so \1 ganha"),
    (JOB_THEN_SUM, r"\1 ganha "),
    (ALONE_AT_HOME, "eu"),
    (re.compile(r"(§\d+)(?: reais)? de §\d+(?! reais por| por)"), r"\1"),
    (WORKS_AT_HOME, r"\1\2"),
    (PAID_BY, "eu ganho"),
    (SELLS, r"\1\2 faturo"),
    (WIFE, "minha esposa"),
    (THE_SAME, r"§\1\2 §\1"),
    (INTO_ACCOUNT, "renda"),
    (VOCATIVE, r"\1"),
    (DEPENDENTS, "eu"),
    (PENSION_FROM_FATHER, "beneficio"),
    (re.compile(r"\bsalario da pensao\b"), "salario do beneficio"),
    (re.compile(r"\bminha pensao\b(?! (?:alimenticia|atrasad|que (?:eu )?(?:pago|devo)))"), "meu beneficio"),
    (PENSION_OF_THE_DEAD, "beneficio"),
    (ONLY_PARENT, "so meu marido"),
    (ONLY_ONE_WORKS, r"\1 ganha"),
)
"""Ways of saying the same and the plainer one, in the order in which they are put into the marked text."""

# The words of an income that are most often spelt by ear.
_HEARD = {
    phonetic(word): word
    for word in (
        "desempregado", "desempregada", "desempregados", "desemprego", "aposentado", "aposentada", "aposentadoria",
        "beneficio", "auxilio", "familia", "recebo", "recebe", "recebemos", "diaria", "diarias", "renda",
        "pensionista", "individual", "liquido", "bruto", "comissao", "quinzena", "semana", "trabalho", "trabalha",
        "esposa", "esposo", "companheiro", "companheira", "marido", "sozinho", "sozinha", "somando", "juntando",
    )
}  # fmt: skip
_OUT_OF_WORK = re.compile(r"d[ei][sz][ei][mn]?pr?e[gq]\w{1,5}")
# What Spanish speakers say for it.
_SPANISH = {
    **SPANISH, "gana": "ganha", "ganamos": "ganhamos", "recibo": "recebo", "recibe": "recebe", "sueldo": "salario",
    "trabaja": "trabalha", "desempleado": "desempregado", "desempleada": "desempregada", "cobramos": "recebemos",
    "esposos": "casal", "tenemos": "temos", "ingreso": "renda", "ingresos": "renda", "pagan": "pagam", "mes": "mes",
}  # fmt: skip
_WORD = re.compile(r"(?<!§)\b[a-z]{4,}\b")


def by_ear(marked: str) -> str:
    """The marked text with the words of an income, where they are spelt by ear or in Spanish, as they are written."""
    written = _WORD.sub(lambda found: _as_written(found[0]), marked)
    return re.sub(r"\bno (?=(?:tenho|temos)\b)", "nao ", re.sub(r"\bsin (?=trabalho\b)", "sem ", written))


@lru_cache(maxsize=8192)
def _as_written(word: str) -> str:
    if _OUT_OF_WORK.fullmatch(word) and not word.startswith("desempenh"):
        return "desemprego" if word.endswith("go") else "desempregado"
    # By ear, "trabalhar" is "trabalha".
    return _SPANISH.get(word) or (word if word.endswith("r") else _HEARD.get(phonetic(word), word))
