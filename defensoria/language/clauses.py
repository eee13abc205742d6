"""Cutting a message into clauses for the reading of places, in plainer words for where somebody lives."""

import re
from collections.abc import Callable

from defensoria.language.gazetteer import gazetteer, initials, name_key

WHERE_I_LIVE = "ondemoro"
"""The word that stands, in a clause, behind a place of which it was said that the writer lives there."""

_A_PLACE = r"[a-z' ]{3,30}?"
_OOPS = r"(?:nao|ops|opa|eita|pera|perai|calma)"
_SELF_CORRECTED = (
    rf"(?:{_OOPS}[, ]+)*(?:quer dizer|ou melhor|digo|alias|minto|desculp[ae]|perdao|errei|me enganei"
    rf"|{_OOPS}(?=[, ]+(?:e|em|moro) ))"
)
_A_HOLDING = (
    r"(?:assentamento|acampamento|gleba|comunidade|aldeia|distrito|sitio|fazenda|chacara|rancho|vila|agrovila"
    r"|casa|lugar|bairro)"
)
_OTHER_STATES = (
    "(?:minas|goias|rondonia|tocantins|sao paulo|parana|bahia|mato grosso do sul|santa catarina|rio grande|maranhao"
    "|amazonas|acre|roraima|ceara|piaui|sergipe|alagoas|pernambuco|paraiba|espirito santo)"
)
_SAID_OTHERWISE: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), plainer)
    for pattern, plainer in (
        # "Água Boa, mas a de Minas".
        (rf"[,.;]? (?:mas |so que |que )?(?:e |eh )?(?:a|o|aquela|la) (?=d[eoa] {_OTHER_STATES}\b)", " "),
        # "… onde meu irmão está preso, que é Juína".
        (r", que (?=(?:e|eh|fica em) )", " que "),
        # "Quem mora em Cáceres é minha irmã".
        (
            r"\bquem ((?:mora|moram|vive|vivem|reside|tem casa|esta|ta|tao|fica|ficou|e"
            r"|veio)\b[^,.;!?]{2,45}?) (?:e|eh|sao|foi)"
            r" (?=(?:so )?(?:(?:o|a|os|as) )?(?:meus?|minhas?|ele|ela|eles|elas|pai|mae|mulher|filh\w+|ex"
            r"|outr[oa]|famil\w+|noss[oa])\b)",
            r"ele \1, ",
        ),
        # "A fazenda onde moro fica em Cocalinho".
        (
            rf"\b[ao] {_A_HOLDING} (?:em )?(?:onde|que) (?:(?:eu|nos|a gente|hoje|agora) )*"
            r"(?:moro|mora|moramos|vivo|vive|vivemos|resido) (?:fica|e|eh|esta|ta) (?=(?:em|no|na) )",
            "moro ",
        ),
        # "Dom Aquino é o nome da avenida".
        (
            rf"(?:^|(?<=, ))({_A_PLACE}) (?:e|eh|era) o nome"
            r" (?=d[aeo]s? (?!cidade|municip|lugar|distrito|bairro|vila|povoado|comunidade|gleba|assentamento))",
            r"nome e \1, ",
        ),
        # "… pra Acorizal, onde eu moro", "Peixoto, é aí que a gente vive".
        (
            r",? (?:(?:que|e|eh|ai|la|ali|aqui) )*(?:onde|aonde|(?<=ai )que|(?<=la )que|(?<=ali )que|(?<=aqui )que"
            r"|(?:a )?cidade (?:em )?(?:que|onde)|(?:o )?(?:lugar|municipio) (?:em )?(?:que|onde))"
            r" (?:(?:hoje|agora|atualmente|ainda) )?(?:(?:eu )?(?:moro|resido|vivo|(?:to|estou) morando"
            r"|tenho (?:a )?(?:minha )?(?:casa|residencia|moradia)|fica (?:a )?minha casa)"
            r"|(?:a gente|nos|minha familia|eu e [a-z ]{2,20}?) (?:mora|vive|moramos|vivemos|residimos))\b(?! ?:)",
            f" {WHERE_I_LIVE}",
        ),
        # "Resido em Primavera e leciono em Poxoréu": whatever else one does, one does not live there.
        (
            rf"\b((?:moro|resido|vivo|moramos|residimos|vivemos) (?:em|no|na) {_A_PLACE})(?:,| e| mas)"
            r"(?: mas| e)?(?: eu)? (?!(?:moro|resido|vivo|fico|durmo|quando|tudo|como)\b)"
            r"(?=[a-z]{3,}o (?:[a-z]+ ){0,3}?(?:em|no|na|pra|pro|para) )",
            r"\1, trabalho ",
        ),
        # "Moro no assentamento, pertence a Novo Mundo".
        (
            rf"\b({_A_HOLDING}(?: [a-z ]{{1,30}}?)?),? (?:(?:que|e|ele|ela|aqui|la|mas) )*(?:pertence|faz parte)"
            r" (?:(?:ao?|d[aeo]) )(?:municipio d[eo] )?",
            r"\1, municipio de ",
        ),
        # "Aldeia perto de Paranatinga, município é esse mesmo".
        (
            rf"\b(?:perto|pertinho|proxim[oa]|vizinh[oa]|lado) d[aeo] ({_A_PLACE}),? (?:(?:o|meu|nosso) )?municipio"
            r" (?:e |eh )?(?:ess[ea]|est[ea]|la|ai|o mesmo)(?: mesmo)?\b",
            r"municipio de \1",
        ),
        # "É Vera mesmo, a cidade".
        (rf"\b(?:e|eh) ({_A_PLACE})(?: mesmo)?, (?:a|o) (?:minha |meu )?(?:cidade|municipio)$", r"a cidade e \1"),
        (r"\bdaqui (?=d[aeo] )", "aqui "),
        # "Vim do Maranhão trabalhar em Peixoto e moro aqui até hoje".
        (
            rf"\b((?:vim|viemos|cheguei|chegamos)\b[^.;!?]{{3,70}}? (?:em|no|na|para|pra) {_A_PLACE}),? (?:e )?"
            r"(?:(?:eu|nos|a gente) )?(?:moro|mora|moramos|vivo|vive|fiquei|ficamos|to|tou|estou|continuo)"
            r"(?: morando| vivendo)? (?:aqui|la|ai)(?: mesmo)?\b(?! (?:em|no|na|perto) )",
            rf"\1 {WHERE_I_LIVE}",
        ),
        # "Fui pra Nova Canaã, tô lá até hoje".
        (
            rf"\b(?:fui|fomos|mudei|mudamos|vim|viemos|voltei) (?:embora )?(?:para|pra|pro|a) ({_A_PLACE}),? (?:e )?"
            r"(?:(?:moro|vivo|fiquei|ficamos) (?:la|ai|por la)|(?:to|tou|estou|tamo|estamos) (?:la|ai|por la)"
            r" (?:ate|desde|faz|ha|morando))\b",
            r"moro em \1, ",
        ),
        # "Moro em Lucas, quer dizer, morava", "moro em Lucas, digo, Sorriso".
        (rf"\bmoro (?:em|no|na) {_A_PLACE},? {_SELF_CORRECTED}[, ]+(?:eu )?(?:ja )?morava", "morava"),
        (
            rf"\b(?:moro|sou|estou|to) (?:em|de|no|na) {_A_PLACE},? {_SELF_CORRECTED}[, ]+"
            r"(?:(?:eu )?(?:moro|sou|estou|to|e) )?(?:(?:em|de) )?(?=[a-z])",
            "moro em ",
        ),
        # "Sinop, digo, Sorriso".
        (
            rf"^(?:(?:e|em|de) )?({_A_PLACE}),? {_SELF_CORRECTED}[, ]+"
            r"(?:(?:eu )?(?:moro|sou|e) )?(?:(?:em|de) )?(?=[a-z])",
            lambda found: "moro em " if name_key(found[1].split()) in gazetteer().exact else found[0],
        ),
        (rf"\btro(?:quei|camos) ({_A_PLACE}) por ", r"sai de \1, mudei para "),
        (r"\beu,\s+(?=(?:em|no|na|aqui)\b)", "eu "),
        (
            r"\bnunca sai d[aeo]\b|\bantes de morar (?:em|no|na)\b|\bpor enquanto (?:(?:to|estou|fico"
            r"|moro) )?em\b",
            "moro em",
        ),
        (
            r"\b(?:vim|viemos|fui|fomos|passei|passamos|comecei|voltei|voltamos) (?:a )?(?:morar|viver)\b|\b(?:vim"
            r"|viemos) parar\b|\b(?:pago aluguel|alugo (?:uma )?casa)(?= (?:em|no|na))",
            "moro",
        ),
        (
            r"\b(?:vim|viemos|voltei|voltamos|mudei|mudamos) (?:pra|para a"
            r"|para) (?:a )?casa d[aeo]s? (?:(?:minhas?|meus?|uma?) )?"
            r"[a-z]+ (?=(?:em|no|na|aqui|la) )",
            "moro ",
        ),
        # "Vim pra Boa Vista, depois me mudei pra Rondonópolis": the last one counts.
        (
            r"\b(?:vim|viemos|fui|fomos|mudei|mudamos|cheguei)\b([^.;!?]{3,60}?),? (?:e )?(?:depois|dai|de la)"
            r"(?: (?:eu|nos|a gente|me|nos))? (?=(?:mudei|mudamos|vim|viemos|fui|fomos|me mude)\b)",
            r"passei\1, ",
        ),
        (r"\b(?:a gente|nos|nois|eu e [a-z ]{2,20}?) (?:e|eh|semos|somo) (?:la )?de (?=[a-z])", "somos de "),
        # "O município que pertence é Feliz Natal", "a casa onde fico é em Denise".
        (
            r"\bmunicipio (?:(?:a )?que|ao qual)(?: (?:ele|ela|aqui|a gente))? (?:pertence|faz parte)(?: e)? ",
            "municipio de ",
        ),
        (r"\bonde (?:eu )?fico (?:e|eh) (?:la )?em ", "moro em "),
        # As Venezuelans and Bolivians say it.
        (r"\b(?:me mude|nos mudamos)(?= (?:a|para|pra)\b)(?: a)?", "mudei para "),
        (r"\b(?:vine|vinimos|llegue|llegamos) (?:a|para|pra)\b", "vim para"),
        (r"\b(?:vivimos|viviendo)\b", "vivemos"),
        (r"\bciudad(?: es)?\b", "cidade"),
    )
)
_SHORT_FORMS = tuple(
    (re.compile(pattern), full)
    for pattern, full in (
        (r"\bs(?:ao|\.|to|to\.)? ?(?=ant[oô]?nio\b)", "santo "),
        (r"\bs\.? ?(?=(?:jose|pedro|felix)\b)", "sao "),
        (r"\bs\.? ?j\.? ?(?=(?:d[eo]s? )?(?:rio claro|povo|xingu|quatro|4))", "sao jose "),
        (r"\bsto\.? ", "santo "),
        (r"\bcha?p?\.? (?=d[eo]s? guim)", "chapada "),
        (r"\b(?:sta|st)\.? ", "santa "),
        (r"\b(?:n\.? ?s(?:ra|r)?\.?|nsra\.?|nossa sra\.?) (?=do livramento|livramento)", "nossa senhora "),
        (r"\bb\.? ?(?=d[oe]s? (?:bugre|garca))", "barra "),
        (r"\bb\. ?(?=(?:bugre|garca))", "barra "),
        (r"\b(?:v|vz)\.? ?(?=grande\b)", "varzea "),
        (r"\b4 (?=marcos)", "quatro "),
        (r"\bc(?:po|p)\.? (?=(?:verde|novo)\b)", "campo "),
        (r"\bnva?\.? (?=[a-z]{5})", "nova "),
        (r"\bp(?:te|tes)?\.? (?:e )?(?=lacerda\b)", "pontes e "),
        (r"\bd['’´`]? ?(?=oeste\b)", "do "),
        (r"\bdist\.? (?=d)", "distrito "),
    )
)  # fmt: skip
# "Minha casa é em…", "meu endereço é em…": where the writer lives.
_HOME_IS = re.compile(
    r"\b(?:(?:minha|nossa|a) (?:casa|casinha|morada|residencia|aldeia|comunidade)|(?:meu|nosso|o) (?:barraco|endereco"
    r"|ranchinho|rancho|lar|ap)"
    r"|(?:minha familia e )?meu endereco)(?: d[ao]? ?gente| nossa| minha)?(?: mesmo| propria)? (?:e|eh|fica|ta|esta)"
    r" (?:(?:mesmo|aqui|la|ali) )*"
)
_LIVES = re.compile(r"\b(?:moro|moramos|resido|vivo em)\b")
_OTHER_SIDE = re.compile(
    r"\b(?:do|no) outro lado d[aeo] \w+ |\b(?:perto|pertinho|proxim[oa]|atras|ao lado|na frente|depois|na beira) d[ao]"
    r" [a-z]{3,}(?: [a-z]{3,})? (?=em )"
)
# "To na casa da minha mãe em…": in whose house tells nothing of where.
_IN_A_HOUSE = re.compile(
    r"\b(?:(?:de favor|morando|hospedad[oa]) )?(?:na|pra|para a|em) casa d[aeo]s? (?:(?:minhas?|meus?|uma?"
    r"|nossa) )?[a-z]+"
    r" (?=(?:em|no|na|aqui|la|de) )"
)
_CLAUSES = re.compile(
    r"[;!?\n]+|,\s+|(?<=\w{3})\.(?:\s+|$)|\s[-–]\s(?!(?:[a-z]{2})\b)|\b(?:mas|porem|so que|porque|enquanto)\b"
    r"|(?<!\beu )\be (?=(?:moro|resido|trabalho|faco|trato|compro|meu|minha|ele|ela|estou|sou|agora|hoje|quero"
    r"|preciso|nasci|tenho|vivo|o|a)\b)"
)


def split_clauses(text: str) -> list[str]:
    """Plain text in clauses, its short forms written out ("sto. antonio", "b. do garças")."""
    text = re.sub(r"\b(mor[oa]\w* (?:longe|perto|aqui|la|fora)),\s+(?=em\b)", r"\1 ", text)
    text = re.sub(r",\s*(?=(?:mt|mato grosso|sp|go|ms|ro|mg|pr|rs|sc|rj|ba|df)\b)", " ", text)
    for pattern, full in (*_SHORT_FORMS, *_SAID_OTHERWISE):
        text = pattern.sub(full, text)
    text = initials().write_out(_OTHER_SIDE.sub("", _IN_A_HOUSE.sub("", _home_said(text))))
    return [clause for clause in _CLAUSES.split(text) if clause and clause.strip()]


def _home_said(text: str) -> str:
    """Where "minha casa" is, the writer lives; where "a casa" is, only if they do not say where they live."""
    elsewhere = _LIVES.search(text) is not None
    return _HOME_IS.sub(lambda found: found[0] if elsewhere and found[0][:2] in ("a ", "o ") else "moro ", text)
