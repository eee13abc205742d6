"""The one spelling in which everything else reads a citizen's words: plain lower-case Portuguese, and how it sounds."""

import re
import unicodedata
from functools import lru_cache

LONGEST_ANSWER = 400
"""Characters beyond which a message is no answer to a menu and no command, but a story."""

_ABBREVIATIONS = {
    # people
    "vc": "voce", "vcs": "voces", "ce": "voce", "ocê": "voce", "oce": "voce", "vce": "voce", "vose": "voce",
    "gnt": "gente", "ngm": "ninguem", "algm": "alguem", "cmg": "comigo", "ctg": "contigo", "qm": "quem",
    "dr": "doutor", "dra": "doutora", "adv": "advogado", "sr": "senhor", "sra": "senhora",
    # questions
    "q": "que", "ke": "que", "ki": "que", "oq": "o que", "oque": "o que", "pq": "porque", "pqe": "porque",
    "porq": "porque", "pk": "porque", "qdo": "quando", "qnd": "quando", "qndo": "quando", "qd": "quando",
    "qto": "quanto", "qt": "quanto", "qtos": "quantos", "ond": "onde", "qq": "qualquer", "qlq": "qualquer",
    "qlqr": "qualquer", "ql": "qual", "qal": "qual",
    # yes, no, thanks and greetings
    "n": "nao", "nn": "nao", "naum": "nao", "s": "sim", "ss": "sim", "obg": "obrigado",
    "obgd": "obrigado", "obgda": "obrigada", "obgdo": "obrigado", "brigado": "obrigado", "brigada": "obrigada",
    "vlw": "valeu", "flw": "falou", "blz": "beleza", "bd": "bom dia", "bdia": "bom dia", "bomdia": "bom dia",
    "btarde": "boa tarde", "boatarde": "boa tarde", "bn": "boa noite", "boanoite": "boa noite", "oie": "oi",
    "pf": "por favor", "pfv": "por favor", "pfvr": "por favor", "pfvor": "por favor", "porfavor": "por favor",
    "ppf": "por favor", "pls": "por favor", "xau": "tchau", "bjs": "beijos", "abs": "abracos",
    # little words
    "p": "para", "pra": "para", "pro": "para o", "pras": "para as", "pros": "para os", "d": "de", "eh": "e",
    "c": "com", "tb": "tambem", "tbm": "tambem", "tbem": "tambem", "tmb": "tambem", "msm": "mesmo", "msma": "mesma",
    "mto": "muito", "mta": "muita", "mtos": "muitos", "mtas": "muitas", "td": "tudo", "tds": "todos", "nd": "nada",
    "aki": "aqui", "aq": "aqui", "hj": "hoje", "agr": "agora", "dps": "depois", "amnh": "amanha", "smp": "sempre",
    "dnv": "de novo", "ent": "entao", "vdd": "verdade", "mlr": "melhor", "mds": "meu deus", "sla": "sei la",
    # verbs
    "qro": "quero", "kero": "quero", "qria": "queria", "qr": "quer", "fzr": "fazer", "fz": "faz", "vo": "vou",
    "tou": "estou", "pd": "pode", "pg": "paga", "pgto": "pagamento", "pgt": "pagamento",
    # as it is said in the country
    "nois": "nos", "muie": "mulher", "fia": "filha", "fio": "filho", "famia": "familia", "fml": "familia",
    "memo": "mesmo", "cadera": "cadeira", "trabaio": "trabalho", "trabaia": "trabalha", "trabaiei": "trabalhei",
    "trabaiava": "trabalhava", "trabaiamo": "trabalhamos", "trabaiano": "trabalhando", "juntano": "juntando",
    "somano": "somando", "contano": "contando", "recebeno": "recebendo", "ganhano": "ganhando", "morano": "morando",
    "precisano": "precisando", "pagano": "pagando", "deveno": "devendo", "quereno": "querendo", "viveno": "vivendo",
    "veve": "vive", "moramo": "moramos", "oces": "voces", "mode": "por causa", "adevogado": "advogado",
    "treis": "tres", "veiz": "vez", "veis": "vez", "meis": "mes", "ninhum": "nenhum", "ninhuma": "nenhuma",
    "cumpanhero": "companheiro", "cumpanhera": "companheira", "cumpanheiro": "companheiro", "altista": "autista",
    "poquinho": "pouquinho", "pouquin": "pouquinho", "poquim": "pouquinho", "pouquim": "pouquinho",
    # things
    "doc": "documento", "docs": "documentos", "cel": "celular", "tel": "telefone", "nr": "numero", "nro": "numero",
    "zap": "whatsapp", "wpp": "whatsapp", "whats": "whatsapp", "wats": "whatsapp", "zapzap": "whatsapp",
    "hrs": "horas", "hs": "horas", "proc": "processo", "tn": "tenho", "sbr": "saber",
    # what Spanish speakers answer in one word
    "nuevo": "novo", "nueva": "nova",
}  # fmt: skip

# What Venezuelans and Bolivians write: words that are no Portuguese…
SPANISH = {
    "hola": "ola", "gracias": "obrigado", "yo": "eu", "soy": "sou", "estoy": "estou", "tengo": "tenho",
    "necesito": "preciso", "quiero": "quero", "puedo": "posso", "gano": "ganho", "trabajo": "trabalho",
    "hijo": "filho", "hija": "filha", "hijos": "filhos", "hijas": "filhas", "mujer": "mulher", "mis": "meus",
    "usted": "voce", "ustedes": "voces", "abogado": "advogado", "abogada": "advogada", "pension": "pensao",
    "dinero": "dinheiro", "carcel": "cadeia", "deuda": "divida", "deudas": "dividas", "alquiler": "aluguel",
    "salud": "saude", "ayuda": "ajuda", "ahora": "agora", "tienen": "tem", "tiene": "tem",
    "hermano": "irmao", "hermana": "irma", "guarderia": "creche",
}  # fmt: skip
# … and those that are, or are misspelt, where nothing else of the message is Spanish.
_ALSO_SPANISH = {
    "el": "o", "y": "e", "no": "nao", "mi": "meu", "con": "com", "en": "em", "un": "um", "una": "uma", "es": "e",
    "del": "do", "papa": "pai", "mama": "mae", "nino": "menino", "nina": "menina", "ninos": "meninos", "sin": "sem",
    "pero": "mas", "buenas": "boas", "donde": "onde", "si": "sim",
}  # fmt: skip
_FEWEST_SPANISH = 2
# Without its accent, "vó" is "vo", which is "vou".
_GRANDPARENT = re.compile(r"\bv(?:[óô]|o[\u0301\u0302])\b", re.IGNORECASE)
# Read before "º" becomes "o": "nº 2" is a number, "no 2" is "em o 2".
_NUMBER_SIGN = re.compile(r"\bn\.?[º°]\.? ?(?=\d)", re.IGNORECASE)
# "Num tenho": in the country "num" is "não" before a verb, and elsewhere "em um".
_NUM = re.compile(
    r"\bnum(?= (?:tenho|tem|to|ta|tava|sei|sabe|quer|quero|queria|ganho|ganha|recebo|recebe|trabaio|trabalho|trabalha"
    r"|posso|pode|consigo|consegue|da|deu|deram|e|era|foi|vou|vai|fala|falaram|paga|pago|faz|faco|acho|conheco|moro"
    r"|me|se|lembro|entendi|entendo|precisa|preciso|recebi|aposentei|veio|cobra|existe|perde|quase|gosto|vejo|ve)\b)"
)
# Signs that mean something only before punctuation is dropped.
_SIGNS = (
    (re.compile(r"\br\$"), " reais "),
    (re.compile(r"\bb\.\s?o\b\.?"), " bo "),
    (re.compile(r"\bp/"), " para "),
    (re.compile(r"\bc/"), " com "),
    (re.compile(r"\bs/"), " sem "),
    (re.compile(r"\bn+\.? ?(?=\d{1,2}\b)"), " numero "),
    (re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))"), ""),
)
# A channel may guard a leading slash with a zero-width space, so that Rasa takes it for text.
_CODE = re.compile("[{}<>=\\\\|]|\\A[\\s\u200b]*/")
_DROPPED = frozenset({"Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn"})
_STANDING_ALONE = re.compile(r"(?<![\w./])[a-z]+(?![\w./])")
_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[\W_]+")
_LAUGHTER = re.compile(r"k{2,}|(?:ha){2,}h?|(?:he){2,}h?|(?:hua){2,}|(?:rs){2,}|rsrs?")
_THREE_OR_MORE = re.compile(r"([^\W\d])\1{2,}")
_DOUBLE = re.compile(r"([^\W\d])\1")
# Doubles that Portuguese spelling has: carro, isso, preencher, coordenador.
_TRUE_DOUBLES = frozenset("rseo")
# "roo" is what Rondonópolis is called.
_WHOLE_WORDS_IN_DOUBLE = frozenset({"voo", "zoo", "roo", "inss"})


# Each of those who read a message reads it anew.
@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """Lower case, without accents, invisible characters or fancy letters; punctuation and order are kept.

    Every kind of space becomes one blank. For readers to whom the punctuation tells something ("1.500,00").
    """
    decomposed = unicodedata.normalize("NFKD", text.replace("🔟", "10").replace("º", "o").replace("ª", "a"))
    decomposed = unicodedata.normalize("NFKD", decomposed.casefold())
    return _SPACES.sub(" ", "".join(map(_plain_character, decomposed))).strip()


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace():
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return "" if category in _DROPPED else character


@lru_cache(maxsize=64)
def normalise(text: str) -> str:
    """The text in plain lower-case words: no accents, signs or repeated letters, WhatsApp abbreviations written out.

    Digits are kept, thousands joined ("1.500" is "1500"); an emoji keycap is its digit, other emoji vanish.
    Normalising twice changes nothing. Never raises.
    """
    cleaned = plain(spell_grandparents(_NUMBER_SIGN.sub(" numero ", text)))
    for sign, meaning in _SIGNS:
        cleaned = sign.sub(meaning, cleaned)
    said = [_whole_word(word) for word in _NOT_WORD.sub(" ", _NUM.sub("nao", cleaned)).split()]
    if sum(word in SPANISH for word in said) >= _FEWEST_SPANISH:
        said = [SPANISH.get(word) or _ALSO_SPANISH.get(word, word) for word in said]
    return " ".join(said)


def spell_grandparents(text: str) -> str:
    """The text with "vó" and "vô" as "avo", which without their accents would be "vou"."""
    return _GRANDPARENT.sub("avo", text)


def words(text: str) -> list[str]:
    """The normalised words of a text, in order."""
    return normalise(text).split()


def write_out(text: str) -> str:
    """Plain text with its abbreviations written out and the rest, punctuation too, as it stands."""
    return _STANDING_ALONE.sub(lambda word: _ABBREVIATIONS.get(word[0], word[0]), _NUM.sub("nao", text))


def is_code(text: str) -> bool:
    """Whether a text is written for machines ("/restart", JSON, SQL): such text answers no menu and is no command."""
    return _CODE.search(text) is not None


@lru_cache(maxsize=16384)
def _whole_word(word: str) -> str:
    if _LAUGHTER.fullmatch(word):
        return "kkk"
    if word in _ABBREVIATIONS:
        return _ABBREVIATIONS[word]
    single = _THREE_OR_MORE.sub(r"\1", word)
    # "assssim" has lost the double that its spelling has; between vowels a long s or r can only be one.
    if single != word:
        single = re.sub(r"(?<=[aeiou])(s{3,}|r{3,})(?=[aeiou])", lambda run: run[0][:2], word)
        single = _THREE_OR_MORE.sub(r"\1", single)
    if single not in _WHOLE_WORDS_IN_DOUBLE:
        single = _DOUBLE.sub(lambda pair: pair[0] if _is_true_double(pair) else pair[1], single)
    return _ABBREVIATIONS.get(single, single)


def _is_true_double(pair: re.Match[str]) -> bool:
    inside = pair.start() > 0 and pair.end() < len(pair.string)
    return inside and pair[1] in _TRUE_DOUBLES


# How Brazilian Portuguese is heard, in the order in which the rules must run.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ç", "s"),
        (r"ph", "f"),
        (r"y", "i"),
        (r"w", "v"),
        (r"c(?=a(?:o|m)?s?$|oes?$)(?<=[aei]nc)", "s"),  # crianca, heranca: the cedilla is lost without accents
        (r"c(?=ao$|oes$)", "s"),
        (r"^ad[ei]v", "adv"),
        (r"[cs]h", "x"),
        (r"(?<=^e)x(?=h?[aeiou])|(?<=pro)x|(?<=ma)x|(?<=au)x|(?<=trou)x", "s"),
        (r"lh", "li"),
        (r"nh", "ñ"),
        (r"h", ""),
        (r"[sx]c(?=[ei])", "s"),
        (r"gu(?=[ei])", "G"),
        (r"g(?=[ei])", "j"),
        (r"qu(?=[ei])|q|ck", "k"),
        (r"c(?=[ei])", "s"),
        (r"c", "k"),
        (r"z", "s"),
        (r"G", "g"),
        (r"([^\W\d])\1+", r"\1"),
        (r"m(?=[^aeiou]|$)", "n"),
        (r"^(ins|es|is)(?=[^aeiou])", "is"),
        (r"^d[ei]s", "dis"),
        (r"^[ei]n(?=[^aeiou])", "in"),
        (r"(?:aun|ao|an)(?=s?$)", "an"),
        (r"ein(?=s?$)", "en"),
        (r"l(?=[^aeiou]|$)", "u"),
        (r"ou", "o"),
        (r"ei(?=[^aeiou])", "e"),
        (r"(?<=[^aeiou])e(?=s?$)", "i"),
        (r"o(?=s?$)", "u"),
        (r"(?<=..[aei])r$", ""),
        (r"([^\W\d])\1+", r"\1"),
    )
)


@lru_cache(maxsize=16384)
def phonetic(word: str) -> str:
    """How one word sounds, as a key: words written differently and said alike share it ("penção", "pensao").

    The key is for comparing only. A cedilla is heard when it is still there; without it, in the usual endings.
    """
    heard = plain(unicodedata.normalize("NFC", word).casefold().replace("ç", "ss"))
    for pattern, sound in _SOUNDS:
        heard = pattern.sub(sound, heard)
    return heard
