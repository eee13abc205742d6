"""The words that tell of no income: out of work, cut off, living on what others give or what one plants."""

import re

# "Sem renda fixa" and "sem renda para pagar um advogado" do not mean that there is none.
QUALIFIED = r"(?! (?:fix|suficient|para|pra|alta|boa|comprov|formal|certa))"
_NOT = r"(?:nao|nem|nunca|quase nao|quase nem)"
# "Sem receber a pensão" tells nothing of one's own.
_NO_PAY = r"(?! (?:a |minha |o |meu )?(?:pensao|heranca|resposta))"
NOTHING = "|".join(
    (
        rf"nao (?:tenho|tem|possuo|possui|temos) (?:nenhuma |qualquer |1 )?(?:renda|salario|ganho|rendimento)s?"
        rf"{QUALIFIED}",
        r"agora (?:estou |to |ta )?(?:em casa )?(?:parad[oa]|sem nada|zerad[oa])",
        rf"dinheiro (?:mesmo |eu |a gente |nos |aqui )*{_NOT} (?:vejo|ve|vemos|entra|cai|pinga|aparece|sobra)\b",
        rf"{_NOT} (?:vejo|ve|vemos|cai|caiu|pinga|pingou) (?:mais |nenhum |1 |nem )*(?:dinheiro|real|centavo|tostao"
        rf"|nada)\b",
        r"(?:renda|salario|ganho) (?:eu |nos |aqui )?nao (?:tenho|tem|temos|entra|existe)",
        rf"(?:tenho|temos) (?:renda|salario|ganho|servico|trabalho|emprego) nao{QUALIFIED}|(?:ganho|recebo|tiro"
        rf"|tenho) nada(?! a ver)",
        r"nao (?:tenho|tem|sobrou|restou) (?:mais )?nada(?! d[aeo]\b| a ver| contra| com)",
        r"nao (?:estou |to )(?:ganhando|recebendo|tirando)(?! (?:bem|muito|direito|o suficiente))",
        r"nao entra (?:mais )?(?:nada|dinheiro(?! todo)|nenhum|1 (?:real|centavo|tostao))|(?:hoje|agora) nada\b",
        r"(?:fiquei|ficamos|estou|to|ando|tamos)(?: em casa| aqui| agora)* sem (?:nada|renda(?! (?:fix|compr))|ganhar"
        rf"|receber{_NO_PAY}|fonte|trampo"
        r"|salario)",
        rf"sem (?:nenhuma |qualquer )?(?:renda|salario|ganho|rendimento)s?{QUALIFIED}",
        r"(?:renda|salario) (?:hoje |agora |atual |e |esta )*nenhuma?|nenhuma renda|nem (?:renda|salario) (?:eu "
        r"|nos )?(?:tenho|temos)",
        r"nao (?:ganho|recebo|ganhamos|recebemos|tiro) (?:nada|nenhum|coisa|dinheiro|salario|1 (?:tostao|centavo|real))"
        r"(?! d[aeo]\b)",
        r"(?:nao|sem) (?:trabalho|trabalhar|trabalhando)(?! (?:fixo|registrad|(?:de|com) carteira|fora|em|no|na"
        r"|aos))",
        r"(?:nao |sem )(?:estou |to |ter |tenho )?(?:trabalhando|trabalho|emprego|servico|trampo)"
        r"(?! (?:fixo|em|no|na|aos))",
        r"\bnada (?:me |nos )?(?:entra|cai|recebo|ganho|tiro)\b",
        r"desempreg\w+|(?:estou|to)(?: em casa| aqui)? parad[oa]|(?:estou |to )?recebendo nada|entra(?:ndo)? nada",
        r"vivo d[ea] (?:ajuda|favor|doac\w+|caridade)|(?:nao )?(?:tenho|tem) ganho nenhum",
        r"mand\w+ (?:eu |me |nos |a gente )?embora|parei de trabalhar",
        r"perdi (?:o |meu )?(?:emprego|servico|trabalho|trampo|bico)(?! d[eo] §)",
    )
)
_WORK = r"(?:emprego|servico|trabalho|trampo|bico)"
_BENEFIT = r"(?:bolsa familia|beneficio|auxilio|bpc|loas|seguro(?: desemprego| defeso)?)"
_STOPPED = r"(?:cort|suspen[ds]|bloque|cancel|neg)"
_NO_SUM = r"(?! (?:de |era |que )*§)"
# What tells, to who asks for the income, that there is none.
DISMISSED = re.compile(
    "|".join(
        (
            r"\b(?:fui|estou|to|acabei de ser) (?:demitid|dispensad|desligad)[oa]\b",
            r"\b(?:me|nos) (?:dispens|demit|mand|deslig)\w+|\b(?:dispens|demit)(?:ou|aram|iu|iram) (?:eu|nos"
            r"|a gente)\b",
            r"\b(?:patrao|patroa|chefe|gerente|firma|empresa) (?:me |nos )?(?:bot|coloc|toc|jog|po)\w* (?:eu "
            r"|a gente )?"
            r"(?:para fora|na rua)\b",
            r"\b(?:estou|to|ando) (?:zerad[oa]|lis[oa]|dur[oa]|quebrad[oa])\b",
            r"\bme (?:sustenta|banca|mante)|\b(?:me|nos) da(?: o)? de comer",
            r"\bdependo (?:d[aeo]s? )?(?:minh|meu|outr|ajuda|favor|filh)",
            r"\bnao (?:posso|pude|consigo|aguento|da para|(?:estou|to) (?:podendo|conseguindo)"
            r"|tenho como) (?:mais )?trabalhar\b",
            r"\bnao (?:tenho de onde tirar|faco nada)\b|\bnao tenho [a-z]+ nem (?:renda|salario|ganho|emprego)\b",
            # Who lives by what they plant, catch or are given earns nothing.
            r"\b(?:vivo|vivemos|como|comemos) (?:so )?d[oa]s? que (?:eu |a gente |nos )?(?:pesc|plant|colh|cac|cri)\w+",
            r"\b(?:planto|plantamos|crio|pesco|colho)\b[^.;§]{0,40} (?:so )?para (?:o |meu |nosso )*(?:comer|consumo"
            r"|gasto)\b",
            r"\b(?:vivo|vivemos|sobreviv\w+|vivendo|dependo)\b[^.;§]{0,30}\b(?:igreja|vizinh\w+|doac\w+|ajuda|favor"
            r"|esmola"
            rf"|caridade|cestas? basicas?|pastoral|amig\w+|parentes?|outros)\b{_NO_SUM}",
            r"\bnada (?:no momento|por enquanto|por agora|agora|ainda|[en]?ss?t?e mes)\b",
            rf"\b(?:atras de|(?:a |na )?procura d[eo]|procurando|buscando|em busca de) (?:1 |um )?{_WORK}\b",
            # "Ainda não arrumei nada", "nunca trabalhei".
            rf"\b{_NOT} (?:mais |ainda )*(?:consegu|arrum|arranj|ach|encontr)\w+ (?:mais |nenhum |1 |outro |ainda )*"
            rf"(?:{_WORK}|nada)\b(?! (?:n[ao]|d[aeo]|com|sobre|para)\b)",
            r"\bnunca (?:trabalhei|tive (?:emprego|salario|renda))\b|\bdinheiro (?:mesmo |aqui |la )*nao tem\b",
            # What one lived on has come to an end: "saí da firma", "acabou meu contrato", "o auxílio foi cortado".
            rf"\bsai d[aeo] (?:meu )?(?:firma|empresa|{_WORK}|mercado|fazenda|loja|usina|frigorifico)\b",
            rf"\b(?:larguei|deixei|fechei) (?:d?[ao] |meu |minha )*(?:{_WORK}|bar|loja|negocio|salao|comercio)\b",
            rf"\b(?:perdi|{_STOPPED}\w+)(?: [a-z]+){{0,2}} (?:{_BENEFIT}|pagamento)\b{_NO_SUM}",
            rf"\b{_BENEFIT} (?:foi |esta |ta )?(?:{_STOPPED}\w*[oa]|acabou|venceu|terminou)\b",
            rf"\b(?:acabou|venceu|terminou) (?:o |meu |minha )*(?:{_BENEFIT}|{_WORK})\b",
            r"\bfaliu\b|\bfali\b|\bfui a falencia\b|\bquebrei\b(?! [ao])",
            rf"\bsem receber\b{_NO_PAY}|\bnao recebo[ .!]*$|\b(?:nenhum|sem 1) (?:centavo|real|tostao|puto|vintem)\b"
            rf"|\bas custas d",
        )
    )
)
FIRST_PERSON = re.compile(r"\b(?:fiquei|ficamos|ando|tenho|ganho|recebo|tiro|possuo|estou|to|vivo|parei|perdi)\b")
NO_INCOME = re.compile(rf"\b(?:{NOTHING})")
NOBODY = re.compile(
    r"\bninguem (?:\w+ ){0,4}(?:trabalha|ganha|recebe|tem (?:renda|salario|emprego))|\b(?:todos|todo mundo"
    r"|os dois) (?:\w+ ){0,2}desempreg"
)
NOTHING_SAID = re.compile(
    r"(?:olha |eu |moca |hoje |agora |no momento |por enquanto |infelizmente )*(?:nad(?:a|inha)(?: de nada)?|zero"
    r"|zerad[oa]|sem nada|parad[oa]|sem renda)[ .!]*"
)
NOTHING_ASKED = re.compile(
    r"(?:(?:eu|to|estou|ando|de tudo) )*(?:(?:zerad[oa]|sem nada|lis[oa]|dur[oa]"
    r"|quebrad[oa]|pelad[oa]|sem nenhum)[ ,]*)+[ .!]*"
    r"|(?:eu )?(?:nad(?:a|inha)(?: de nada)?|parad[oa]|nenhum[a]?|nao tenho|nao ganho|nao recebo|nao trabalho"
    r"|do lar|sou do lar|dona de casa"
    r"|sou dona de casa|sem|nao tem|nenhuma renda|nao possuo|nada nao|so estudo|sou estudante|estudante|0)[ .!]*"
)
