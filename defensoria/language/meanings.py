"""What a message means where its likeliest intent alone would mislead: a need told as a fact, a question by the way."""

import re
from dataclasses import replace

from defensoria.language.heard import Spoken
from defensoria.language.purposes import asks_advice, names_lawyer
from defensoria.language.text import normalise
from defensoria.office.triage import CONFIRMATION, CORRECTION

HOW_LONG = "perguntar_demora"
"""The intent of who asks how long something takes, answered by `utter_perguntar_demora`: rules tell it, no examples."""

_ADVICE, _NEW, _HELP, _COST = "pedir_orientacao", "pedir_novo_atendimento", "pedir_ajuda", "perguntar_gratuidade"
_CASE_STATUS, _CHILD_SUPPORT, _FAMILY = "consultar_andamento", "pedir_alimentos", "tratar_familia"
_VIOLENCE, _CARE, _HEALTH, _GOODBYE = "relatar_violencia", "cuidar_de_vulneravel", "pedir_saude", "despedir"
_HOURS, _ARREST, _SENTENCE = "perguntar_horario", "relatar_prisao", "acompanhar_execucao_penal"
# Where these are asked, what the service is has been answered.
_AFTER_THE_SERVICE = ("area", "municipio", "assunto", CONFIRMATION, CORRECTION)
_TAKES = (
    r"(?:demor\w*|lev[ao]\w*|atend\w+|respo\w+|retorn\w+|cham\w+|esper\w+|sai|sair|saem|resolv\w+|termin\w+"
    r"|acontec\w+|dura|durar)"
)
_WAITING = re.compile(
    rf"\b(?:quanto tempo|quant[oa]s (?:dias?|mes|meses|anos?|horas|semanas)|(?:qual|tem|que)(?: e)?(?: o| um)? prazo)\b"
    rf".*\b{_TAKES}\b"
    r"|\b(?:demor\w+|leva\w*|espera\w*) (?:\w+ )?(?:quanto|quant[oa]s)\b|\b(?:vai|vao|costuma|deve) demorar\b"
    r"|^(?:(?:e|mas|oi|isso|ai|la|sera que|so pergunto|certo|ta|sim|tudo|bem) )*"
    r"(?:demora|e demorado|quanto tempo)(?: (?:muito|mt|mto|bastante|mais ou menos|pra|para|por|ne|ai|isso)\b.*)?$"
    r"|\bdemora$|\b(?:tem|alguma|qual(?: e)?(?: a)?) previsao\b"
    r"|\bquando (?:(?:voces|e que|que|eu|alguem|vao|vai|vou|me|ser|a gente) )+(?:atend|respond|cham|retorn)\w+"
)
_TAKES_LONG = re.compile(r"\bdemora\b")
# "Há quanto tempo", "quanto tempo ele ainda puxa", "por quanto tempo guardam": other questions.
_ANOTHER_TIME = re.compile(
    r"\b(?:ha|faz|por|que) quanto tempo\b|\b(?:por ?que|pq)\b|\b(?:que|essa|de|tanta|com) demora\b"
    r"|\b(?:pena|pres[oa]s?|cadeia|prisao|progr\w+|regime|semi ?aberto|solt\w+|saidinha|puxa\w*|cumpr\w+|condenad\w+)\b"
)
_NO_LAWYER = re.compile(
    r"(?:(?:oi|e|mas|pois|entao|olha|eu|ele|ela|eles|nos|nois|a gente|ninguem|tambem|ainda|so que|(?:meu|minha) \w+) )*"
    r"(?:(?:ta|esta|to|tou|estou|estamos|tamo) )?(?:nao|num|n|sem|nem)"
    r"(?: (?:t[ei]m|tenho|temos|tinha|possui|posso|pode|podemos|consig\w+|conseg\w+|da|pra|para|como|condic\w+"
    r"|dinheiro|de|pagar|contratar|arrumar|arranjar|uma?|nenhuma?|com|que|ter|ainda|nosso|meu)){0,6}"
    r" (?:ad[ei]?vogad\w+|defensor\w*)(?: (?:nenhuma?|particular|ainda|nao|(?:pra|para) \w+(?: \w+)?))*"
)
_DEAR = re.compile(
    r"(?:(?:oi|e|mas|ai|isso|la) )*(?:(?:fica|sai|e|eh|custa) (?:muito |mt |mto )?(?:caro|dinheiro)"
    r"|tem (?:algum )?custo|(?:preciso|precisa|tem que) pagar(?: (?:alguma coisa|algo|alguem|quanto))?)"
    r"(?: (?:isso|ai|pra voces))?"
)
# "Ele casou de novo", "ele bateu no meu carro": in a story that goes on, not every man told of is a violent one.
_VIOLENT = re.compile(
    r"\b(?:me bat\w+|bat\w+ (?:muito|sempre|todo dia|de novo|em (?:mim|nos|casa|mulher)|n(?:a gente|el[ae]s?)"
    r"|n?[oa]s? (?:minh|meu|crianc|filh|men|mulher|mae)\w*\b(?! (?:carr|mot|mur|port|caminh|bicicl|veic|onib)))"
    r"|apanh\w+|surr\w+|espanc\w+|agred\w+|agress\w+|violen\w+"
    r"|viol(?:ou|ada)|amea[cs]\w+|mat(?:a|ar|ou)|morte|medo|protetiva|prote(?:cao|ger|gida)|maria da penha|abus\w+"
    r"|estupr\w+|forc(?:a|ou|ada)|machuc\w+|ferid\w+|ferimento|xing\w+|humilh\w+|persegu\w+|segu(?:e|ia|indo)"
    r"|vigi\w+|rond\w+|rastre\w+|ciume\w*|stalk\w+|fug(?:i|ida|ir|indo)|corrida|expuls\w+|enforc\w+|empurr\w+"
    r"|chut\w+|soco|murro|tapa|faca|arma|quebr\w+|tranc\w+|prende|bota fora|control\w+|em paz|atras de mim|me pegar"
    r"|nao aceita|socorro|casa de amparo|abrigo|bruto|maltrat\w+|maus tratos|tortur\w+|puxa\w* (?:meu )?cabelo"
    r"|esgan\w+|queim\w+|chantage\w+|apavorad\w+|nud[ez]s?|fotos? minhas?|grit\w+|drog\w+"
    r"|bebad\w+|bebend\w+|bebid\w+|el[ea] bebe)\b"
)
# "A caminhonete furou a preferencial e me jogou no chão": what runs somebody over, where no person is spoken of.
_ACCIDENT = re.compile(
    r"\b(?:o|a|um|uma|outr[oa]|aquel[ea]|ess[ea])"
    r" (?:carro|moto\w*|caminhonete|camionete|caminhao|carreta|onibus|bicicleta|bike|trator|van|cavalo|egua|boi|vaca"
    r"|touro|bezerro|mula|burro|porco|cachorr[oa]|cadela) (?:\w+ ){0,6}?(?:(?:me|nos) )?"
    r"(?:jogou|derrubou|atropelou|bateu|arrastou|lancou|fechou|arremessou|empurrou|acertou|pegou|mordeu|atacou|atingiu)\b"
)
_SOMEBODY = re.compile(
    r"\b(?:el[ea]s?|ex|marido|espos[oa]|companheir[oa]|namorad[oa]|padrasto|pai|mae|irma[o]?|cunhad[oa]|filh[oa]|genro"
    r"|sogr[oa]|homem|cara|proposito|querer|ameac\w*|agred\w*|agress\w*|viol\w*|matar|medo|medida|protetiva)\b"
)
# "Já reclamei lá e nada", "já faz três meses": a story goes on, and no case of one's own is asked about.
_OF_A_CASE = re.compile(
    r"\b(?:process\w+|acao|acoes|caso|audienc\w+|sentenc\w+|recurs\w+|juiz\w*|forum|justica|autos|protocol\w+|pedido"
    r"|advogad\w+|defensor\w*|andamento|andando|anda|andou|situacao|resposta|resultado|decisao|saiu a"
    r"|(?:ja|nao|nem|quando) (?:saiu|sai)|julg\w+|saber (?:d[oae]s?|se)|consult\w+|acompanh\w+"
    r"|como (?:ta|esta|vai|ficou|anda)"
    r"|em que pe|numero|cpf|atendimento|dei entrada|ja tem|marc\w+|aguard\w+|despach\w+)\b"
)
_PROGRESS = re.compile(
    r"\b(?:progress\w+|progred\w+|semi ?aberto|saidinha|saida temporaria|remic\w+|livramento condicional"
    r"|(?:mud|pass|troc)\w+ (?:de|o|pro|para o) (?:regime|semiaberto|aberto))\b"
)
_PENSION = r"pen[sc]+ao"
_PAID = re.compile(
    rf"\b(?:pago|deposito|pagando) (?:\w+ )?(?:(?:a|minha|de) )?{_PENSION}\b"
    rf"|\b{_PENSION} (?:(?:eu|ja|sempre|ta|esta) )*(?:pago|paga|em dia)\b"
)
_VISITS = re.compile(r"\bvisit\w*|\bguarda\b|\bconviv\w+|\bver (?:[ao]s?|meus?|minhas?) \w+|\bdivorci\w+")
_OF_THE_SUM = re.compile(r"\b(?:aument|diminu|baixa|reduz|revis|exoner|atras|cobra|parar|valor)\w*")
_TREATMENT = re.compile(
    r"\b(?:nao (?:consigo|tem|acho|fornece\w*|da|entrega\w*)|falta\w*|precis\w+|neg\w+|sem) (?:\w+ ){0,3}?(?:remedios?"
    r"|medicamentos?|medicacao|cirurgia|exames?|fraldas?|uti|internacao|fisioterapia|home care|cadeira de rodas)\b"
)
_GUARDIANSHIP = re.compile(
    r"\b(?:curat\w+|interdi\w+|tutela|responsavel|procuracao|abandon\w+|maltrat\w+|assinar|banco)\b"
)


def as_meant(spoken: Spoken, asked: str | None) -> Spoken:
    """The message with the intent that its words bear out, while `asked` is the open question. Never raises."""
    said = normalise(spoken.text)
    of_the_case = spoken.intent == _CASE_STATUS and asked not in _AFTER_THE_SERVICE
    if not of_the_case and spoken.intent != _HOURS and asks_how_long(spoken.text):
        return replace(spoken, intent=HOW_LONG, likely=None)
    if of_the_case and asked is not None and "?" not in spoken.text and not _OF_A_CASE.search(said):
        return replace(spoken, intent=None, likely=None)
    if "?" in spoken.text and (spoken.intent == _GOODBYE or spoken.intent == _VIOLENCE != spoken.need):
        # "Vou ter que sair quando?", "ele mora longe, tem problema?": what only sounds so is neither.
        return replace(spoken, intent=None, likely=None)
    if _NO_LAWYER.fullmatch(said) or _DEAR.fullmatch(said):
        # Everybody who writes has no lawyer: it tells neither a criterion nor a need.
        return replace(spoken, intent=_COST, need=None)
    if spoken.intent == _VIOLENCE and (_tells_an_accident(said) or not (asked is None or _VIOLENT.search(said))):
        return replace(spoken, intent=None, likely=None)
    if spoken.intent == _CHILD_SUPPORT and _PAID.search(said) and _VISITS.search(said) and not _OF_THE_SUM.search(said):
        # "Quero acertar a visita, eu pago pensão certinho".
        return replace(spoken, intent=_FAMILY, need=_FAMILY)
    if spoken.intent == _CARE and _TREATMENT.search(said) and not _GUARDIANSHIP.search(said):
        # "Não consigo o remédio da minha mãe, que tem Alzheimer".
        return replace(spoken, intent=_HEALTH, need=_HEALTH)
    if spoken.intent == _ARREST and _PROGRESS.search(said):
        # "Meu irmão tá preso há dois anos e quero pedir a progressão".
        return replace(spoken, intent=_SENTENCE, need=_SENTENCE)
    if spoken.intent == _ADVICE and not asks_advice(spoken.text):
        # "Chegou um papel do fórum", "preciso de um defensor".
        return replace(spoken, intent=_NEW if asked == "servico" or names_lawyer(spoken.text) else _HELP)
    return spoken


def _tells_an_accident(said: str) -> bool:
    return _ACCIDENT.search(said) is not None and _SOMEBODY.search(said) is None


def asks_how_long(text: str) -> bool:
    """Whether a message asks how long an answer, or a case, takes; a pena's length is another matter. Never raises."""
    said = normalise(text)
    asks = _WAITING.search(said) or ("?" in text and _TAKES_LONG.search(said))
    return bool(asks) and _ANOTHER_TIME.search(said) is None
