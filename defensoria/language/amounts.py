"""Finding sums of money in a message: "R$ 1.500,00", "dois mil e duzentos", "um salário e meio", "2 a 3 mil"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from text_to_num import alpha2digit

from defensoria.language.text import plain, spell_grandparents, write_out

CENT = Decimal("0.01")
_LONGEST = 2000
# The amounts between which a bare number, without "reais" or "mil", is taken for a monthly income.
_LEAST_BARE, _MOST_BARE, _MOST = Decimal(50), Decimal(100_000), Decimal(10_000_000)


@dataclass(frozen=True)
class Amounts:
    """A message whose sums of money stand as "§0", "§1"…, and the sums themselves, in reais."""

    text: str
    values: tuple[Decimal, ...]


_NUMBER = r"\d+(?:[.,]\d+)*"
_HALF = r"(?:meio|meia|1/2)"
_WAGE = r"(?:salarios?(?: minimos?)?|sal\.? ?min\w*|s\.?m\b\.?|minimos?\b)"
_COUNTED = (
    r"(?:anos?|anin|filh|crianc|menin|pesso|dias?|mes(?:es)?(?! (?:passad|retrasad))|vez"
    r"|hora|hrs?|minuto|seman|parcela|prestac|km|kg|kilo"
    r"|quilo|mg|ml|m2|metro|net[oa]|irma|comodo|quarto|processo|boleto|por cento|porcento|%|x\b|h\b|dependent|cabec"
    r"|cachorr|advogad|familias|bocas|moradores|vara|caixas|comprimid)"
)
# Numbers that are written like sums and are none.
_NOT_MONEY = tuple(
    re.compile(pattern)
    for pattern in (
        r"\d{7}-?\d{2}\.?\d{4}\.?\d\.?\d{2}\.?\d{4}",  # court case
        r"\d{2}\.?\d{3}\.?\d{3}/\d{4}-?\d{2}",  # CNPJ
        r"\d{3}\.\d{3}\.\d{3}-?\d{2}|\b\d{9}-\d{2}\b",  # CPF
        r"(?:\+?55 ?)?\(?\b\d{2}\)? ?9? ?\d{4}[- ]\d{4}\b|\b9?\d{4}-\d{4}\b",  # telephone
        r"\b\d{5}-\d{3}\b|\b\d{2}\.\d{3}-\d{3}\b",  # CEP
        r"\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|\b\d{1,2}[-.]\d{1,2}[-.](?:19|20)\d{2}\b",  # date
        r"\b\d{1,2}[:h]\d{2}\b|\b\d{1,2} ?h(?:rs?|oras?)?\b",  # hour
        r"\b\d{1,3}[oa]\b",  # ordinal
        r"\b(?:br|mt)[ -]?\d{3}\b|\b[nd]a (?:070|158|163|174|242|251|364)\b",  # highway
        r"\b(?:em|desde|ano de|(?:janeir|marc|abril|mai|junh|julh|agost|feverei?r|\w+br)o? de) (?:19"
        r"|20)\d{2}\b(?! ?(?:reais|r\$|conto|por mes|a \d|ate))",
        r"\b(?:processo|acao|caso|divorcio|(?:final|fim|comeco|inicio|meados) de|desde o ano de) (?:de )?(?:19"
        r"|20)\d{2}\b(?! ?reais)",
        r"\b(?:art(?:igo)?|lei|decreto|numero|num|n|no"
        r"|(?<!em )(?<!renda da )(?<!renda de )(?<!junto da )"
        r"(?<!total da )(?<!tudo da )(?<!soma da )casa|quadra|qd|lote|lt|bloco|apto?"
        r"|apartamento"
        r"|cpf|rg|cep|pis|nis|telefone|tel|fone|celular|zap|whatsapp|protocolo|processo|idade|opcao|agencia"
        r"|(?<!na )conta|rua (?:(?!(?:e|eu|faco|faz|ganh\w+|tir\w+|sobr\w+|receb\w+|entra|da (?:uns|mais|quase|\d))\b)"
        r"\w+ ?){1,5},?)"
        rf"[ .:º]*{_NUMBER}(?!\d)(?! ?(?:mil\b|k\b|reais|conto|sal))",
        rf"\b(?:protocolo|processo|telefone|celular|cpf|rg|cep|nis|senha) (?:e|eh|numero) {_NUMBER}",
        rf"\b(?:no |desde o |todo )?dia {_NUMBER}(?!\d)(?! ?(?:dias?|x|vez\w*)\b)",
        r"(?<!\$)(?<!\$ )\b\d{7,}\b",
    )
)
_MISSPELT = (
    (re.compile(r"\bhum\b|\bnum(?= sal)"), "um"),
    (re.compile(r"\bsalarinhos?\b"), "salario"),
    (re.compile(r"(?<=salario )(?:mi[mn]i[mn][ou]|minmo|minimu)\b"), "minimo"),
    (re.compile(r"\b(um|dois|tres|quatro|cinco|\d) sal\b(?!\.)"), r"\1 salario"),
    (re.compile(r"\b([1-9])[.,](\d)(?= (?:liquido|bruto|limpo|por mes|mensal))"), r"\1.\g<2>00"),
    (re.compile(r"\bs[ae]l[ae]?r[aeiou]{1,2}(s?)\b"), r"salario\1"),
    (re.compile(r"\b(duz|trez|quatroc|quinh|seisc|setec|oitoc|novec)entos?\b"), r"\1entos"),
    (re.compile(r"\b(duz|trez|quatroc|quinh|seisc)entao\b"), r"\1entos"),
    # Dictated, "novecentos, mil reais" has lost its comma.
    (re.compile(r"\b(?:novecentos|oitocentos|900|800) mil\b(?! (?:por|ao) ano)"), "mil"),
    (re.compile(r"\bmilao\b|\bmiu\b"), "mil"),
    (re.compile(r"\b([1-9])k([1-9])(?:00)?\b"), r"\1.\g<2>00"),
    (re.compile(r"\b([1-9]) e mei[oa] mil\b"), r"\1.500"),
    (re.compile(r"\bdus+entos?\b"), "duzentos"),
    (re.compile(r"\btres+entos?\b"), "trezentos"),
    (re.compile(r"\bsei(?:c|ss?)entos?\b"), "seiscentos"),
    (re.compile(r"\b(set|oit|nov)[eo]ss?entos?\b"), r"\1ecentos"),
    (re.compile(r"\boitecentos\b"), "oitocentos"),
    (re.compile(r"\bquinhetos?\b|\bquiento?s\b"), "quinhentos"),
    (re.compile(r"\b(?:mais ou menos|mais ou -|\+ ?/? ?-|cerca de|por volta de|em torno de|uns|umas|quase)\b"), " "),
    (re.compile(r"\be (pouco|pouquinho|uns quebrados|quebrados)\b"), " "),
    # "Dois barão", "3 conto e duzentos": so few of them are thousands.
    (
        re.compile(
            r"\b(um|dois|duas|tres|quatro|cinco|seis|sete|oito|nove|dez|1?\d(?:[.,]\d)?) "
            r"(?:barao|baroes|contos?|paus?)\b(?! (?:(?:a|por|cada|/|o) ?)?(?:hora|dia|diaria|cada|h\b))"
        ),
        r"\1 mil",
    ),
    (re.compile(r"\b(?:conto|paus?|pila|pilas|mango|mangos|contos|pratas?)\b"), "reais"),
    (re.compile(r"\be? ?\d+ centavos?\b"), " "),
    # "Trabalhei lá até 2024".
    (
        re.compile(
            r"\b((?:trabalhei|trabalhava|fiquei|registrad[oa]|empregad[oa])\b[^.;,]{0,40} ate) (?:19"
            r"|20)\d\d\b(?! ?reais)"
        ),
        r"\1 _",
    ),
    # "Os dois no mínimo" earn it, and "no mínimo" two thousand are at least as much.
    (
        re.compile(
            r"\b(os dois|os 2|nos dois|nos 2|ambos|o casal)((?: (?:aqui|ganham?|recebem?|trabalham?|registrados?"
            r"|fichados?|e|so|com|juntos|de carteira))*) (?:n?o|d[eo]|num|pelo|por) minimo(?=[ .!]*$)"
        ),
        r"os dois\2 1 salario cada",
    ),
    # "três mil e um filho" is not 3001.
    (re.compile(rf" e (?=(?:um|uma|dois|duas|tres|quatro|cinco|seis|\d) {_COUNTED})"), ", "),
)
_THOUSANDS = re.compile(rf"\b({_NUMBER}) ?(?:mil|k)\b")
_RANGE = re.compile(
    r"(?<![\d.,$])(?<!\$ )\b\d{1,3}(?:[.,]\d)? ?(?:a |ou |ate |- ?|, )"
    rf"(?=(?:um|dois|tres|\d{{1,2}}(?:[.,]\d)?) ?(?:mil|k|{_WAGE})\b)"
)
_AND_HALF_THOUSAND = re.compile(rf"\b(\d+)000 e {_HALF}\b(?! salario)")
_AND_HUNDREDS = re.compile(rf"\b(\d+)000,? (?:e |)(\d{{2,3}})\b(?![\d.,]| ?{_COUNTED}| ?mil)")
_SAID_SHORT = re.compile(rf"(?<![\d.,])\b([1-9]) e ([1-9][05]0)\b(?![\d.,]| ?{_COUNTED})")
_AND_HALF = re.compile(rf"\b((?:ganh|receb|tir|faz|fac)\w+ [1-9]) e {_HALF}\b(?! (?:sal|min|mil|reais))")
# "Eu ganho 2 e meu marido 3 mil", "entra 5 mil, pra mim fica 2", "ganho menos de três": a small number without its unit
# counts thousands where another sum of the message does, and else the minimum wages in which the question is put.
_EARNS = r"(?:ganh(?:o|a|am|amos)|receb(?:o|e|em|emos)|tir(?:o|a|am|amos))"
_TAKES_PART = (
    rf"(?:{_EARNS}|fa(?:co|z|zem|zemos)|fatur\w+|entra|vem|cai|sobr(?:a|am)|fica|fico com|restam?|juntos|eu|el[ea]"
    r"|marido|espos[oa]|mulher|mae|pai|filh[oa]|irma|irmao)"
)
_BOUND = r"(?:menos (?:de|que|do que)|abaixo de|nao (?:chega a|passa de)|mais (?:de|que)|acima de)"
_ABOUT = rf"(?: (?:so|nem|ate|no maximo|uma base de|{_BOUND}))*"
_ENDS = (
    r"(?P<half> e mei[oa])?(?= *(?:[,;!?)]|\.(?!\d)|$)| (?:e|mas|n[ao]s?|em|d[ao]|com|como|por mes|limpos?|liquidos?"
    r"|brutos?"
    r"|juntos|hoje|agora|pra|para|nao|trabalhando|fazendo)\b(?! (?:mei[oa]|pouco|1 pouco)\b))"
)
_SHORT_ALONE = re.compile(rf"\b(?P<lead>{_EARNS}{_ABOUT} |(?:^|{_EARNS} ){_BOUND} )(?P<count>[1-9]){_ENDS}")
_SHORT_BESIDE = re.compile(rf"\b(?P<lead>{_TAKES_PART}{_ABOUT} )(?P<count>[1-9]|1\d){_ENDS}")
_IN_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d?\.?\d00\b")
_IN_WAGES = re.compile(rf"\d(?: e {_HALF})? {_WAGE}")
# "Registrada, mínimo com insalubridade", and not "não consigo manter o mínimo em casa", "no mínimo 2 mil".
_THE_MINIMUM = (
    r"(?:(?<=\bo )|(?<=\bel )|(?<=aposentad[oa] do )|(?<=aposentadorias do )|(?<=^)|(?<=, )|(?<=ganho )|(?<=recebo )"
    r"|(?<=pelo ))"
    r"(?<!manter o )(?<!pagar o )(?<!ter o )(?<!garantir o )(?<!pago o )(?<!nem o )"
    r"minimo(?! ?(?:r\$|\d|que|d[aeo](?! (?:pensao|aposent|benef|inss|salario|bpc|loas|auxilio))|em casa|para|necess"
    r"|possivel|existencial|vital|basico|dign))"
)
_WAGES = re.compile(
    rf"\b(?P<half_of>{_HALF} {_WAGE})"
    rf"|\b(?P<count>{_NUMBER})(?P<half> e {_HALF})? ?(?:de )?{_WAGE}(?P<half_after> e {_HALF}\b)?"
    rf"|\b(?P<one_and_half>{_WAGE} e {_HALF}\b(?! salario))|\b(?P<one>salario minimo|{_THE_MINIMUM})\b"
    # "Só o salário da aposentadoria" is one; "o salário da pensão é 1.900" is its sum.
    r"|\b(?P<named>(?:(?<=\bo )|(?<=\bdo )|(?<=\beu ganho ))salario(?=(?: (?:d[aeo]|do meu|da minha) (?:aposent"
    r"|pensao|benef|inss"
    r"|governo|loas"
    r"|bpc|viuv)"
    r"|(?: mesmo| so)*[ .!]*$)[^\d]*$))"
)
# "Um salário de 2.000", "meu salário é 2.000": the wage is named, not counted ("1.200 de salário e 300" is two sums).
_WAGE_OF = re.compile(
    rf"(?:\b1 {_WAGE} |(?<!\d )(?<!\d de )\bsalario (?:e |eh |= ?|: ?)?)(?:de |no valor de )*"
    r"(?=(?:r\$ ?)?\d{3,}|(?:r\$ ?)?\d+[.,]\d{3})"
)
_SUM = re.compile(rf"(?P<sign>r\$ ?)?(?<![\d§.,/])(?P<number>{_NUMBER})(?P<unit> ?(?:reais|real|r\$))?(?![\d/])")
_LOOKS_COUNTED = re.compile(rf"[ .]*{_COUNTED}")
_A_MONTH = re.compile(r" mes\b")
_AGE = re.compile(
    r"\b(?:passou d[ao]s|passei d[ao]s|beirando(?: os)?|perto d[ao]s|chegando n?[ao]s|tenho|tem|fiz|completei|somos"
    r"|sao|com|opcao|item|idos[oa],?|(?:senhora?|velh[oa]) de|(?:avo|vou?|mae"
    r"|pai|ti[ao]|sogr[ao]|irma|irmao|filh[ao]"
    r"|net[ao]) de)\s*$"
)
_LEAST_PAID = Decimal(5)
_PAID_FOR = re.compile(
    r" (?:por|a|o|ao|na|no|cada|/) ?(?:dia|diaria|hora|corte|corrida|entrega|aula|sabado|domingo|feira)\b(?! \d)"
)
_OLDEST = 120
# So little is an age or a number of something, unless the message tells of pay by the day or the piece.
_PAID_BIT_BY_BIT = re.compile(
    r"\b(?:dias?|diari\w+|hora|horas|faxin\w+|limpezas?|corridas?|entregas?|viage(?:m|ns)|semana\w*|plant(?:ao|oes)"
    r"|noites?"
    r"|cabeca|servicos?|cortes?|bicos?|cada|por|sabado|domingo|feira|turno|mes|mensal|mensais|ganh\w+|receb\w+|tir\w+"
    r"|bolsa)\b"
)


def find_amounts(text: str, minimum_wage: Decimal) -> Amounts:
    """Replace every sum of money in a message by its marker.

    Minimum wages are counted in reais; of a range ("2 a 3 mil") the upper end is kept. Telephone, CPF, case numbers,
    dates, hours, ages and counted things are left alone. Only the first 2,000 characters are read. Never raises.
    """
    values: list[Decimal] = []

    def mark(value: Decimal) -> str:
        values.append(value.quantize(CENT))
        return f" §{len(values) - 1} "

    marked = _WAGES.sub(lambda found: _wages(found, minimum_wage, mark), _digits(text))
    marked = _SUM.sub(lambda found: _sum(found, marked, mark), marked)
    return Amounts(re.sub(r"\s+", " ", marked).strip(), tuple(values))


def _digits(text: str) -> str:
    """The plain message with every number in digits and what is no money taken out."""
    said = plain(spell_grandparents(re.sub(r"\n+", ". ", text[:_LONGEST]))).replace("§", " ").replace("⁄", "/")
    said = re.sub(r"\b3/4 (?:d[eo] )?(?=sal|minimo)", "0,75 ", re.sub(r"\b1/2(?= sal)", "meio", said))
    for pattern in _NOT_MONEY:
        said = pattern.sub(" _ ", said)
    for pattern, spelling in _MISSPELT:
        said = pattern.sub(spelling, said)
    said = re.sub(r" +", " ", write_out(said))
    said = _RANGE.sub("", said)
    said = _THOUSANDS.sub(lambda found: _short(_decimal(found[1]) * 1000), said)
    # The number parser changes what it reads into digits, and keeps the rest as it stands.
    said = alpha2digit(said, "pt", 0)
    said = re.sub(r"\b([1-9]) (1[0-9]{3})\b", lambda found: str(int(found[1]) * 1000 + int(found[2]) - 1000), said)
    said = _AND_HALF_THOUSAND.sub(r"\g<1>500", said)
    said = _AND_HUNDREDS.sub(lambda found: str(int(found[1]) * 1000 + int(found[2])), said)
    said = _SAID_SHORT.sub(lambda found: str(int(found[1]) * 1000 + int(found[2])), said)
    said = _AND_HALF.sub(r"\g<1>500", said)
    return _WAGE_OF.sub("salario de ", _in_full(said))


def _in_full(said: str) -> str:
    """The message with the unit of every small number that is a sum said short."""
    if _IN_THOUSANDS.search(said):
        return _SHORT_BESIDE.sub(
            lambda found: f"{found['lead']}{found['count']}{'500' if found['half'] else '000'}", said
        )
    said = _SHORT_ALONE.sub(_in_wages, said)
    return _SHORT_BESIDE.sub(_in_wages, said) if _IN_WAGES.search(said) else said


def _in_wages(found: re.Match[str]) -> str:
    return f"{found['lead']}{found['count']} salario{found['half'] or ''}"


def _short(value: Decimal) -> str:
    return f"{value.quantize(CENT) if value % 1 else value.quantize(Decimal(1))}"


def _decimal(number: str) -> Decimal:
    """A number as Brazilians write it: "1.500,00", "1.500", "1,5"; a foreign "1,500.00" is forgiven."""
    if len(number) > 15:
        return _MOST + 1
    if "," in number and "." in number:
        point = max(number.rfind(","), number.rfind("."))
        whole = re.sub(r"\D", "", number[:point])
        return Decimal(f"{whole}.{number[point + 1 :]}")
    groups = re.split(r"[.,]", number)
    if len(groups) > 1 and all(len(group) == 3 for group in groups[1:]):
        return Decimal("".join(groups))
    return Decimal(groups[0] + ("." + "".join(groups[1:]) if groups[1:] else ""))


def _wages(found: re.Match[str], minimum_wage: Decimal, mark: Callable[[Decimal], str]) -> str:
    count = Decimal(1)
    if found["half_of"]:
        count = Decimal("0.5")
    elif found["count"]:
        count = _decimal(found["count"])
        if count >= 50:  # "recebo 1500 salario": the wage is called by its sum
            return f"{found['count']} reais "
    if found["half"] or found["half_after"] or found["one_and_half"]:
        count += Decimal("0.5")
    return mark(count * minimum_wage)


def _sum(found: re.Match[str], text: str, mark: Callable[[Decimal], str]) -> str:
    value = _decimal(found["number"])
    sure = bool(found["sign"] or found["unit"])
    if value > _MOST or (not sure and not _bare_sum(value, found, text)):
        return found[0]
    return mark(value)


def _bare_sum(value: Decimal, found: re.Match[str], text: str) -> bool:
    if value == 0:
        return found["number"] == "0" and not _LOOKS_COUNTED.match(text, found.end())
    behind = text[found.end() :]
    if _PAID_FOR.match(behind):
        return value >= _LEAST_PAID
    if value <= _OLDEST:
        aged = _AGE.search(text[max(0, found.start() - 14) : found.start()])
        return (
            value >= _LEAST_BARE and not (aged or _LOOKS_COUNTED.match(behind)) and bool(_PAID_BIT_BY_BIT.search(text))
        )
    return value <= _MOST_BARE and bool(_A_MONTH.match(behind) or not _LOOKS_COUNTED.match(behind))
