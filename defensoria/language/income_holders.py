"""The words that tell whose an income is: the writer's, a relative's, the household's, an outsider's.

Patterns for marked text: plain, lower case, every sum as "§" and its number (see `amounts`).
"""

import re

RELATIVE = (
    r"(?:marido|espos[oa]|mulher|companheir[oa]|conjuge|namorad[oa]|noiv[oa]|pai|mae|filh[oa]s?|irma|irmao|irmaos"
    r"|avos?|tia|tio|sogr[oa]|net[oa]|padrasto|madrasta|cunhad[oa]|genro|nora|prim[oa]|pais|mainha|painho"
    r"|(?<=\bo )(?:velho|veio|pia|guri)|(?<=\ba )(?:velha|veia|guria)|(?<=\bos )(?:velhos?|veios?))"
)
_ONE_OF_US = rf"(?:o |a |os |as )?(?:meus? |minhas? )?{RELATIVE}"
COUPLE = re.compile(
    rf"\beu(?:, {_ONE_OF_US})* (?:e|com|mais) {_ONE_OF_US}\b|\b(?:meu|minha) {RELATIVE} (?:e|mais) eu\b"
    r"|\beu (?:e|com|mais) (?:a patroa|o patrao (?:aqui )?(?:de|da) casa)\b|\bentre eu (?:e|mais) (?:ele|ela)\b"
    r"|\beu (?:e|com|mais) (?:ele|ela)\b(?=,? (?:junt|ganhamos|tiramos|da|dao|§)|\W*$)"
)
PAY = r"(?:salario|renda|ganho|aposentadoria|ordenado|pensao|beneficio|bico|pagamento|auxilio|bolsa|seguro)"
# "Com o salário dela e o meu": both earn, and one sum is told.
HIS_AND_MINE = re.compile(
    rf"\b(?:o |a )?(?:{PAY} )?(?:dele|dela) (?:e|com|mais) (?:o |a )?(?:meu|minha)\b(?: {PAY})?(?=[^§]*§[^§]*$)"
    rf"|\b(?:o |a )?(?:meu|minha)(?: {PAY})? (?:e|com|mais) (?:[oa] )?(?:dele|dela|d[ao]s? (?:minhas? "
    rf"|meus? )?{RELATIVE})\b"
    r"(?=[^§]*§[^§]*$)"
)
_AT_WORK = r"(?: (?:n[ao]|d[aeo]|em|com|como|por) (?:\w+ )?\w+)?"
# "Ele ganha 4 mil e eu 4 mil": who speaks of both at once speaks of the household.
BOTH = re.compile(
    rf"\b(?:ele|ela)\b[^§]*§\d+(?: reais)?{_AT_WORK},? (?:e |mais |\+ ?)?eu\b"
    rf"|\beu\b[^§]*§\d+(?: reais)?{_AT_WORK},? (?:e |mais |\+ ?)(?:ele|ela)\b"
    r"|\b(?:meu|minha)\b[^§]*§\d+(?: reais)?,? (?:e )?(?:[oa] |d[oa] )?(?:dele|dela)\b"
    r"|\b(?:dele|dela)\b[^§]*§\d+(?: reais)?,? (?:e |mais |com |\+ ?)?(?:[oa] )?(?:meu|minha)\b"
)
OUTSIDER = re.compile(
    r"\b(?:meu |minha |o |a )?ex\b|\b(?:o |do |pelo )?(?<!meu )pai (?:d[aeo]s?(?! §)|que)\b|\bo pai\b"
    r"|\ba mae d(?![ao] §)|\bgenitora?\b"
    r"|\bpatrao\b|\bpatroa\b|\brequerid|\bvizinh|\bempresa\b|\binss\b(?= (?:cobr|desc))"
)
# Who employs earns what nobody asked for, and says nothing of whose the next sum is.
EMPLOYER = re.compile(r"\b(?:patrao|patroa|empresa|vizinh\w+)\b")
# Who is provided for earns nothing: "sustento 3 filhos com 1.700".
DEPENDENTS = re.compile(
    r"\bcom (?:os |meus |minhas )?(?:\d+ )?(?:filh|crianc|menin|net)[oa]s? ?(?:pequen[oa]s|menores"
    r"|para criar)?(?! (?:que|junto|da|dao)\b)(?= *(?:[,.;]|$))"
    r"|\b(?:sustento|crio|cuido d[aeo]s?|tenho|moro com) (?:(?:os |as |meus |minhas |\d+ |dois |tres )+)?"
    rf"(?:filh|crianc|net)[oa]?\w*|\b(?:sustento|crio|cuido d[aeo]s?|ajudo|banco) (?:o |a )?(?:meus? "
    rf"|minhas? ){RELATIVE}\b"
    r"(?! que)"
)
PRONOUN = re.compile(r"(?<!fora )\b(?:ele|deles?|ela|delas?)\b")
# "Só meu esposo trabalha, ele ganha 2.900"; "ela ganha um salário da aposentadoria": of somebody in the household.
ANTECEDENT = re.compile(
    rf"\b(?:meu|minha) {RELATIVE} (?:(?!com\b|d[eo]\b|pra\b|para\b)\w+ ){{0,4}}(?:ele|ela) (?:ganha|recebe|tira"
    rf"|faz)\b"
)
# "Ele é ajudante, 110 por dia": whom the writer speaks for, where nothing is said of the writer.
SPOKEN_FOR = re.compile(r"^(?:ele|ela) (?:e|trabalha)\b(?=[^§]*§)(?!.*\b(?:eu|meu|minha)\b)")
# Where the matter is another person's, "ela ganha um salário" tells the income that counts.
EARNS_MYSELF = re.compile(r"\b(?:ganho|percebo|pego|recebo|tiro|faco|vivo)(?: [a-z]+){0,2} ?$")
SOMEBODY, SOMEBODYS = re.compile(r"\b(?:ele|ela)\b"), re.compile(r"\b(?:[oa] )?(?:dele|dela)\b")
THIRD_PERSON = re.compile(r"^\W*(?:(?:e|que|so|hoje|agora) )*(?:ganha|recebe|tira|faz|ganham|recebem|tiram|fazem)\b")
HE_EARNS = re.compile(r"\b(?:ele|ela) (?:ganha|recebe|tira|faz|tem)\b[^§]*$")
RETIRED = re.compile(
    r"\b(?:ele|ela) (?:e |ta )?(?:ganha|recebe|aposentad[oa]|vive)\b.*\b(?:aposentad|beneficio|bpc|loas)"
)
# "Na mercearia da minha tia", "ajudante do meu cunhado": of a relative's pay alone the sum is theirs.
OF_RELATIVE = re.compile(
    rf"(?:^|(?<!\d) )(?!(?:{PAY}s?|dinheiro|grana|parte|ajuda|mesada|trabalho|servico|faxinas?|diarias?|comissao"
    rf"|sustento|conta"
    r"|custas?|vive|vivo|vivemos|depend\w+|favor|o|a|os|as|e|mais|com|so|tem|ou|eu|na|no|depois)\b)([a-z]+)"
    rf" d[aeo]s? (?:uma? |meus? |minhas? ){RELATIVE}\b"
)
MEMBER = re.compile(rf"\b(?:(?:meu|minha|meus|minhas|nosso|nossa) |o |a |os |as )?{RELATIVE}\b")
TOGETHER = re.compile(
    r"\b(?:juntos?|juntas?|juntar|juntando|contando|nos [2-9]|os 2"
    r"|dos 2(?! (?:menin|filh|crianc|net|pequen|bebe|gemeo))|os [3-9] (?:junt|trabalh|somad|que|da"
    r"|tira)\w*|somand\w+|som(?:a|am|amos|ados?)|tudo junto|no total|ao todo|total da|nos dois|os dois|todo mundo"
    r"|todos|casal|a gente|ganhamos|recebemos|tiramos|fazemos|vivemos|temos|renda familiar|renda da (?:casa|familia)"
    r"|familiar|entre nos|nos (?:ganha|recebe|tira|faz|vive)m?"
    r"|casa (?:toda|inteira)|toda a casa|familia (?:tira|ganha|recebe|faz|toda|inteira|junta))\b"
)
# "Junta uns 1.100", "contando a comissão": what is put together is of several only where several are spoken of.
PUT_TOGETHER = re.compile(
    r"\b(?:(?<!tudo )junto|junta|juntar|juntando|no total|ao todo|total da)\b(?! (?:com )?tudo\b)|\bcontando\b"
)
HOUSEHOLD = re.compile(
    r"\b(?:dentro de casa|per capita|familia (?:junta|(?:de|com) (?:\d+|renda|ganho|salario))"
    r"|(?:as )?(?:[2-9]|nossas) rendas|(?:pra|para) \d+ (?:bocas?|pessoas?)|\d+ bocas|(?:la |aqui )?em casa"
    r"|na casa(?! d[eao]\b)|(?:renda|(?<=\bo )ganho) (?:aqui |la )?(?:daqui )?d[aeo] (?:minha |nossa )?(?:casa"
    r"|familia)|a renda (?:la|de la)(?= (?:e|da|fica|chega|gira|§))"
    r"|(?:minha|da|nossa|a) familia(?! d(?:ela|ele|[aeo] (?!casa)[a-z]+)\b)|noss[oa] (?:renda|ganho|salario"
    r"|rendimento)|(?:somos|somo|semo|semos|moramos|vivemos|nos (?:e|somos|semo"
    r"|estamos|samo)) (?:em )?\d+"
    r"|(?<=\ba )(?:nossa|da (?:casa|familia))(?= (?:e|da|nao|chega|passa|fica|gira|vai|soma|junt\w*|toda|inteira|§))"
    r"|(?:tud?o|total) (?:junto )?da casa|(?:pra|para a) casa toda|casa vive|(?:na|da) familia(?: toda| inteira)?"
    r"|\d+ (?:pessoas? )?(?:aqui )?(?:que )?trabalham?"
    r"|(?:renda|soma|ganhos?|rendimentos?|total|orcamento)(?: [a-z]+){0,3} d[aeo] (?:nosso |meu )?(?:lar|domicilio"
    r"|residencia|(?:nucleo|grupo|conjunto) familiar)|n?o (?:nosso |meu )?(?:lar|domicilio) (?:somos|entra|sao|da)"
    r"|no (?:nosso|meu) lar|conjunta)\b"
)
# Whose a sum is may stand behind it: "o mínimo da minha avó mais 1.200 que eu tiro".
OWNER_AFTER = re.compile(
    rf"(?: reais)? (?:e |que e |vem )?(?:(?:o|a|d[ao]) )?(?:d[ao] )?(?:meu |minha )?(?:{RELATIVE}|dele|dela)\b"
)
OWN = re.compile(
    r"\b(?:eu|ganho|percebo|pego|recebo|tiro|faco|faturo|meu (?:salario|beneficio|bpc|ordenado|pagamento)"
    r"|minha (?:renda|aposentadoria|pensao)|individual|sozinh[oa]|aposentad[oa]|pensionista"
    r"|trabalho|vivo|sou|estou|minha)\b"
)
SPEAKER = re.compile(r"\b(?:eu|ganho|percebo|pego|recebo|tiro|faco|trabalho|vivo|minha renda|meu salario)\b")
# "Salário mínimo, né, minha filha": said to whom reads, not of a daughter.
VOCATIVE = re.compile(r"\b(ne|viu|nao|sim|moca|oi|olha),? (?:minha filha|meu filho)\b")
WIFE = re.compile(
    r"(?:\b(?:a|minha)|(?<=\bd)a) patroa(?= (?:ganha|recebe|tira|faz|trabalha|que|e (?:aposent|do lar|diarist)|§"
    r"|(?:la |aqui )?de casa))|(?<=\b[oa] d)a patroa\b|(?:(?<=§\d )|(?<=reais ))da patroa\b"
    r"|(?<=\bo salario d)a patroa\b|(?<=\ba aposentadoria d)a patroa\b"
    r"|\b(?:meus?|minhas?) (?:velh[oa]|vei[oa])s?\b"
)
LIVES_WITH_ME = re.compile(
    r"\b(?:mora\w*|vive\w*|estamos|somos) (?:junt|casad)|\bmora (?:aqui )?comigo\b|\b(?:na|em) casa\b(?! d[eao]\b)"
)
FATHER_AT_HOME = re.compile(
    r"\b(?:o pai|a mae)\b(?: d(?:ele|ela|o|a|os|as)\b)?(?: (?:meu|minha|meus|minhas))?(?: (?:filh|menin|crianc)\w+)?"
)
# "Somando a aposentadoria da mãe, meu salário e o bico, dá 5 mil": one sum of all that is listed before it.
_ADDING_UP = r"(?:somand\w+|juntand\w+|contand\w+|junta|soma)"
ADDED_UP = re.compile(rf"\b{_ADDING_UP}\b(?P<list>[^.;?!§]{{0,160}}?)[ ,]*(?:\b(?:da|dao|fica|chega a|vai a)\b)? (?=§)")
LISTED = re.compile(
    rf"\b{_ADDING_UP}\b(?:(?!\bdao? §)[^.;?!]){{0,80}}(?:dao? )?§"
    r"|(?:^|\beu),? (?:eu,? )?[oa] [^§.;?!]{0,60}(?:junt|soma)[^§.;?!]{0,20}§"
)
ONLY_PARENT = re.compile(
    r"\bso (?:o |a )?(?:meu |minha )?(?:pai|mae)\b(?= (?:que )?(?:trabalha|ganha|recebe|tem|tira))"
)
# What a relative puts in is theirs where the household is spoken of: "… e eu 1.500, é isso que tem em casa".
HELPS_THE_HOUSE = re.compile(r"\b(?:em|pra|para|na|a) casa\b(?! d[aeo]\b)|\b(?:sustenta|mantem) (?:nos|a gente|todo)\b")
# "Quem trabalha é só minha mãe, 2 salários".
WHO_EARNS = re.compile(
    r"\bquem (?:trabalha|ganha|recebe|sustenta|banca|poe)(?: (?!e\b)[a-z]+){0,4}? (?:e|eh) (?:so |apenas )?"
    rf"((?:o |a )?(?:meu |minha )?{RELATIVE})\b"
)
ALONE_AT_HOME = re.compile(
    r"\b(sozinh[oa]|so|so eu) (?:aqui |la )?em casa\b|\bem casa (?:e |sou )?(so eu|sozinh[oa])\b"
)
ONLY_ONE_WORKS = re.compile(rf"\b(so (?:o |a )?(?:meu |minha )?{RELATIVE}) (?:que )?trabalha,?")
# "2 salários, eu e minha esposa": said after the sum, it belongs to it.
AFTERTHOUGHT = re.compile(
    r" ?, ?(?=(?:(?:e |isso |esse |o |a )*(?:a gente|juntos|no total|(?:la |aqui )?em casa|(?:a |d[ae] )?(?:familia"
    r"|casa)(?: toda| inteira| tudo)?))[ .!]*$)"
)
