"""What stands around a place's name: does someone live there, work there, or is it a street or a person?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from defensoria.language.clauses import WHERE_I_LIVE
from defensoria.language.gazetteer import JOINING, Care, Kind, gazetteer, name_key


class Role(int, Enum):
    """What a place is to the citizen; the higher one decides when a message names several."""

    ELSEWHERE = 0
    NAMED = 1
    HERE = 2
    HOME = 3
    MUNICIPIO = 4


@dataclass(frozen=True)
class Surroundings:
    """What a clause says around a name: its role, and how surely it is a place at all."""

    role: Role
    assurance: Care
    in_mato_grosso: bool = False
    quarter: bool = False
    """Whether it is named as quarters are: "no Boa Esperança", where a town would be "em"."""


_HOME = frozenset({
    "moro", "moramos", "morando", "resido", "residimos", "residindo", "residente", "vivo", "vivemos", "vivendo",
    "morador", "moradora", "moradores", "domiciliada", "domiciliado", "durmo", "endereco", "moradia", "domicilio",
    "residencia",
})  # fmt: skip
_OTHERS_HOME = frozenset({"mora", "moram", "reside", "residem", "vive", "vivem", "chegou", "chegaram"})
_WITH_ME = frozenset({"gente", "familia", "comigo", "nos", "conosco"})
# "Vim morar em…", "atendem quem mora em…": the writer does.
_INCLUDES_ME = frozenset({"vim", "quem", "viemos"})
_RELATED = frozenset({
    "marido", "esposo", "esposa", "filho", "filha", "filhos", "pai", "mae", "irmao", "irma", "ele", "ela", "neto",
    "neta", "sobrinho", "sobrinha", "vizinha", "vizinho", "amiga", "amigo", "ex", "companheiro", "namorado",
    "advogado",
    "preso",
})  # fmt: skip
# "Minha mãe é de…", "a serraria é em…": where somebody or something else is from, or is.
_OTHERS = _RELATED | frozenset({
    "advogada", "medico", "medica", "juiz", "juiza", "delegado", "promotor", "patrao", "vendedor", "vendedora",
    "comprador", "inquilino", "inquilina", "loja", "imobiliaria", "banco", "empresa", "firma", "serraria", "madeireira",
    "garimpo", "servico", "emprego", "frigorifico", "oficina", "obra", "concessionaria", "usina", "hospital", "escola",
})  # fmt: skip
# "A prefeitura de…", "o ônibus da…": whose place it is, not where the writer lives.
_INSTITUTIONS = frozenset({
    "prefeitura", "defensoria", "nucleo", "conselho", "inss", "caps", "cras", "creas", "secretaria", "camara", "sus",
    "onibus", "van", "carreta", "caminhao", "viatura", "ambulancia", "trem", "barco", "lotacao", "taxi", "carro",
    "boleto", "carta", "multa", "notificacao", "promotoria", "tribunal", "batalhao", "policia", "pm", "bombeiros",
    "garagem", "agencia", "cooperativa", "sindicato", "universidade", "associacao", "upa", "posto", "postinho",
    "mercado", "time", "radio", "jornal", "site", "energisa", "concessionaria", "promotor", "placa", "unimed", "plano",
    "alguem", "pessoal", "fabrica", "ufmt", "unemat", "ifmt", "unic", "univag", "senai", "detran", "ciretran",
})  # fmt: skip
_OFFICES = frozenset({"defensoria", "nucleo"})
_WANTED = frozenset({"falar", "falo", "quero", "queria", "preciso", "atendimento", "agendar", "marcar", "procuro"})
_NOW = frozenset({"hoje", "agora", "atualmente"})
_FARMS = frozenset({"sitio", "chacara", "fazenda", "estancia", "haras", "rancho"})
_WISHES = frozenset({"vou", "vamos", "quero", "queria", "pretendo", "penso", "pensando", "posso"})
_DENIALS = frozenset({"nao", "nem", "nunca"})
_IS = frozenset({"e", "era", "sao", "eram"})
_BEING = frozenset({"ser"})
_OF = (("de",), ("do",), ("da",))
# "A gente é de…", "minha cidade é de…": where the writer is from.
_OURS = _WITH_ME | frozenset({"eu", "aqui", "nois", "cidade", "municipio", "casa", "moramos", "moro", "sou", "somos"})
_STAYS = frozenset({"esta", "ta", "fica", "ficou"})
_OF_OR_IN = frozenset({"de", "do", "da", "em", "no", "na", "la", "ali"})
_PASSING = frozenset({"hospital", "internado", "internada", "passeio", "visitando"})
_MOVED = frozenset({
    "mudamo", "mudemos", "mudemo",
    "mudei", "mudamos", "mudou", "mudando", "vim", "viemos", "viemo", "mudar", "voltei", "voltamos", "voltando",
    "volto", "retornei",
})  # fmt: skip
_ELSEWHERE = frozenset({
    "trabalho", "trabalha", "trabalhava", "trabalhando", "trabalhei", "preso", "presa", "presos", "detido", "detida",
    "cadeia", "presidio", "penitenciaria", "recolhido", "recolhida", "nasci", "nasceu", "nascido", "nascida",
    "natural", "registrado", "registrada", "registrei", "morava", "morei", "morou", "moravamos", "vinha", "estuda",
    "estudo", "internado", "internada", "hospital", "processo", "vara", "comarca", "forum", "delegacia", "viajou",
    "viajei", "viagem", "aconteceu", "acidente", "comprei", "foi", "fui", "transferido", "transferida",
    "transferiram", "casei", "casamos", "casou", "perto", "vizinho", "proximo", "proxima",
    "audiencia", "faleceu", "morreu", "finado", "falecido", "trampo", "trampei", "trampa", "pce", "cumprindo",
    "saida",
    "caminho", "rumo", "km", "quilometro", "quilometros", "pertinho", "lado", "ladinho", "cartorio", "certidao",
    "faculdade", "parente", "parentes", "ex", "visitar", "visita", "corre", "correndo", "tramita", "tramitando",
    "julgado", "originalmente", "origem",
    "parei", "paramos", "paramo", "passei", "passamos", "ia", "iam", "vai", "vou", "fugiu", "fugiram",
    "compramos", "compramo", "comprou", "vendi", "vendemos", "vendeu", "herdei", "herdamos", "herdou", "deixou",
    "deixaram", "sai", "saimos", "larguei", "antes", "vivia", "ir", "indo", "quebrou", "capotou", "sede",
    "leciono", "lecionava", "aula", "aulas", "atendo", "presto", "entrego", "entregas", "vendo", "limpo", "faxina",
    "faxinas", "diaria", "diarias", "bico", "bicos", "dirijo", "estagio", "curso", "trato", "operado", "operada",
    "matriculado", "matriculada",
    "consulta", "pericia", "exame", "cirurgia", "tratamento", "cumpre", "cumpriu", "cumprir", "puxa", "puxando",
    "eleitoral", "titulo", "hemodialise", "dialise", "fisioterapia", "quimioterapia", "quimio", "compro", "compra",
    "compras",
})  # fmt: skip
# Land that is somewhere else, unless the writer says they live on it.
_PROPERTY = frozenset({"terreno", "fazenda", "lote", "alugada", "alugado"})
_BORN = frozenset({"originalmente", "origem", "natural", "nascido", "nascida"})
_HERE = frozenset({
    "eu", "fico", "fiquei", "fiquemo", "fiquemos", "paro", "ficamos", "sou", "somos", "estou", "to", "tou", "estamos",
    "tamo", "tamos", "cheguei", "chegamos", "falo", "falando", "aqui", "cidade", "municipio",
})  # fmt: skip
_TOWN, _IN_THE = frozenset({"cidade", "municipio"}), frozenset({"no", "na", "do", "da"})
_LINKS = JOINING | frozenset({
    "em", "no", "na", "nos", "nas", "aqui", "la", "ai", "hoje", "agora", "atualmente", "ja", "cidade", "municipio",
    "minha", "interior", "a", "o", "para", "ate", "sou", "bairro", "distrito", "mesmo", "regiao", "uma", "pequena",
    "assentamento", "gleba", "comunidade", "zona", "rural", "centro",
})  # fmt: skip
# "Aldeia no município de…", "a fazenda fica no município de…": land people live on, with its município behind it.
_LAND = frozenset({
    "aldeia", "comunidade", "assentamento", "gleba", "distrito", "sitio", "chacara", "fazenda", "quilombo", "vila",
    "povoado", "agrovila", "acampamento", "rural", "fica", "pertence", "pertencemos", "sou", "somos",
})  # fmt: skip
_ADMINISTRATIVE = frozenset({
    "cidade", "municipio", "comarca", "forum", "delegacia", "prefeitura", "defensoria", "nucleo",
})  # fmt: skip
_PLACES = _ADMINISTRATIVE | {"lugar", "distrito", "bairro", "vila", "povoado", "comunidade", "assentamento", "gleba"}
STREETS = frozenset({
    "rua", "av", "avenida", "travessa", "praca", "escola", "edificio", "linha", "rodovia", "estrada", "hotel",
    "mercado", "supermercado", "posto", "farmacia", "loja", "igreja", "paroquia", "colegio", "time", "banco",
    "creche",
    "condominio", "predio", "shopping", "clinica", "empresa",
    "transportadora", "firma", "usina", "frigorifico", "oficina", "restaurante",
})  # fmt: skip
_CORNERS = frozenset({"esquina"})
_WATERS = frozenset({"rio", "rios", "corrego", "ribeirao", "lago", "lagoa", "represa", "igarape"})
_BANKS = frozenset({"beira", "beirada", "margem", "margens", "barranca", "barranco"})
_ARTICLES = frozenset({
    "a", "o", "as", "os", "da", "do", "na", "no", "pela", "pelo", "numa", "num", "duma", "dum", "uma", "um", "essa",
    "esse", "aquela", "aquele", "daquela", "daquele", "nessa", "nesse", "naquela", "naquele", "dessa", "desse",
})  # fmt: skip
# Towns named as things are: with an article they are the thing, "depois da ponte branca".
_THINGS = frozenset({"ponte branca", "pedra preta", "agua boa", "campo verde"})
_MORE_OF_IT = frozenset({"da", "do", "das", "dos", "de", "que", "q", "onde", "no", "na"})
_SAINTLY = frozenset({"santa", "santo", "sao", "nossa", "bom"})
_DEVOTION = frozenset({
    "devota", "devoto", "devotos", "devocao", "promessa", "promessas", "gracas", "rezo", "rezei", "rezar",
    "rezando", "reza", "oracao", "oracoes", "orei", "orar", "novena", "terco", "missa", "fe", "imagem", "santinho",
    "santinha", "padroeira", "padroeiro", "procissao", "romaria", "festa", "maos", "milagre", "bencao", "valei",
    "valha", "santa", "santo",
})  # fmt: skip
_BLESSING = re.compile(
    r"^(?:(?:que )?(?:me|nos|te|o|a|lhe|voces?) (?:ajudou|proteg|protej|abenco|guard|guie|ilumin|salv|livr)"
    r"|que me ajude|interced|rogai|orai)"
)
_QUARTERS = frozenset({"bairro", "jardim", "residencial", "parque", "setor", "loteamento", "conjunto", "vila", "cohab"})
_LOCAL_KINDS = frozenset({Kind.NEIGHBOURHOOD, Kind.DISTRICT})
_CALLED = frozenset({"chama", "chamava", "chamo", "chamam", "chamar", "chamara", "chamado", "chamada", "nome"})
_PERSON_KINDS = frozenset({Kind.PERSON, Kind.PERSON_NICKNAME})
_PERSON_BEFORE = frozenset({
    "dona", "senhora", "senhor", "doutora", "doutor", "tia", "tio", "prima", "primo", "chamo", "nome", "chama",
    "minha",
    "meu", "filha", "filho", "esposa", "mae", "irma", "amiga", "vizinha", "advogada", "santa", "ex", "eu", "pela",
    "pelo", "com", "a", "o", "ela", "maria", "ana", "chamada", "chamado",
})  # fmt: skip
# "Meu filho Jauru", "o cavalo Diamantino": a name right behind one of the family, or an animal, is theirs.
_KIN = frozenset({
    "filho", "filha", "neto", "neta", "marido", "esposo", "esposa", "irmao", "irma", "primo", "prima", "sobrinho",
    "sobrinha", "tio", "tia", "pai", "mae", "sogro", "sogra", "cunhado", "cunhada", "bebe", "enteado", "enteada",
    "menino", "menina", "crianca", "nene", "cavalo", "egua", "potro", "boi", "touro", "vaca", "bezerro", "mula",
    "burro", "cachorro", "cachorra", "cadela", "gato", "gata", "papagaio",
})  # fmt: skip
# "O dr. Diamantino": a name behind a title is a person's, whatever town is called so.
_TITLES = frozenset({"doutor", "doutora", "dona", "seu", "senhor", "senhora", "professor", "professora"})
_HIT_OR_TRUST = frozenset({
    "bateu", "bati", "batia", "batendo", "agrediu", "tiro", "soco", "facada", "confio", "confiar", "mexeu", "mexer",
    "pegou", "tapa", "deu", "dei", "penso", "mandou", "encostou",
})  # fmt: skip
_GREETINGS = frozenset({
    "oi", "ola", "bom", "boa", "dia", "tarde", "noite", "e", "aqui", "em", "de", "mt", "sim", "na", "no", "da", "do",
    "cidade", "municipio", "a", "o", "minha", "por", "favor", "obrigado", "obrigada", "eu", "sou", "moro", "fica",
})  # fmt: skip
_FILLERS = _GREETINGS | frozenset({
    "mesmo", "ne", "ta", "viu", "so", "bem", "isso", "senhor", "senhora", "moca", "moco", "doutor", "doutora",
    "certo",
    "nossa", "querida", "querido", "amor", "ok", "zona", "rural", "sitio", "chacara", "fazenda", "interior", "regiao",
    "assentamento", "beleza", "ai", "pois", "entao", "que", "olha", "ah",
})  # fmt: skip
"""What may stand around the bare answer to the question for the city."""
STATES = frozenset({"sp", "rj", "mg", "go", "ms", "ro", "rs", "sc", "pr", "ba", "df", "rn", "pb", "rr", "ac"})
"""Abbreviations of other states that are no common word."""
_FAR, _NEAR = 8, 4
_LONGEST_SAINT = 6


def read_surroundings(tokens: Sequence[str], start: int, end: int, kind: Kind, asked: bool) -> Surroundings | None:
    """Read what a clause's normalised words say around `tokens[start:end]`.

    None when the name is a street's, a river's, a person's, or a place where the citizen says they do not live.
    """
    before = list(tokens[:start])
    farm = bool(_FARMS.intersection(before[-1:]))
    if (
        _is_street(before, kind)
        or (farm and not asked)
        or _is_called(before, tokens[end : end + _NEAR + 2])
        or _denied(before)
        or (not asked and _is_subject(before, kind) and end == len(tokens))
        or (asked and not before and tokens[end : end + 1] == ["nao"])
    ):
        return None
    if _TITLES.intersection(before[-2:]):
        return None
    quarter = kind not in _LOCAL_KINDS and (farm or before[-1:] in (["no"], ["na"]))
    in_mato_grosso = _followed_by_mato_grosso(tokens, end)
    followed = in_mato_grosso or bool(STATES.intersection(tokens[end : end + 1]))
    role, spoken_of = _role(before, _of_this_name(tokens[end : end + 5]), asked)
    person = kind in _PERSON_KINDS or (kind is not Kind.OFFICIAL and not spoken_of)
    named_after_kin = bool(_KIN.intersection(before[-1:])) and not spoken_of
    if not followed and (named_after_kin or (person and _is_person(before))):
        return None
    if followed or (spoken_of and not _HIT_OR_TRUST & set(before[-_NEAR:])) or _administrative(before):
        return Surroundings(role, Care.LIVING_THERE, in_mato_grosso, quarter)
    alone = all(token in (_FILLERS if asked else _GREETINGS) or token.isdigit() for token in (*before, *tokens[end:]))
    if asked and (alone or len(tokens) - (end - start) <= 1):
        return Surroundings(max(role, Role.HERE), Care.LIVING_THERE, in_mato_grosso, quarter)
    if asked and not before and tokens[end] in _ELSEWHERE:
        return Surroundings(role, Care.LIVING_THERE, in_mato_grosso, quarter)
    place_word = alone or tuple(before[-1:]) in (("em",), ("ou",)) or before[-2:] == ["dentro", "de"]
    return Surroundings(role, Care.PLACE_WORD if place_word else Care.NONE, quarter=quarter)


def no_places(tokens: Sequence[str], asked: bool) -> set[int]:
    """Where in a clause's words a thing or a saint is named that a town is called after."""
    found: set[int] = set()
    for start in range(len(tokens)):
        thing = " ".join(tokens[start : start + 2]) in _THINGS
        if thing and _is_thing(tokens[:start], tokens[start + 2 :], asked):
            found.update((start, start + 1))
        if tokens[start] in _SAINTLY:
            end = _end_of_name(tokens, start)
            if _is_saint(list(tokens[:start]), tokens[end:]):
                found.update(range(start, end))
    return found


def _end_of_name(tokens: Sequence[str], start: int) -> int:
    """Where the longest name that begins at `start` ends; a saint unknown as a town has two words."""
    known = (
        end
        for end in range(min(start + _LONGEST_SAINT, len(tokens)), start + 1, -1)
        if tokens[end - 1] not in JOINING and name_key(tokens[start:end]) in gazetteer().exact
    )
    return next(known, min(start + 2, len(tokens)))


def _is_saint(before: list[str], after: Sequence[str]) -> bool:
    """ "Sou devota de Santa Terezinha", "São José me ajude"."""
    if before[-1:] == ["em"] and before[-2:-1] != ["fe"]:
        return False
    if before[-2:] == ["dia", "de"]:
        return True
    nearest = next((word for word in reversed(before[-_NEAR:]) if word in _HOME | _HERE | _DEVOTION), None)
    return nearest in _DEVOTION or (not nearest and _BLESSING.match(" ".join(after[:_NEAR])) is not None)


def _is_thing(before: Sequence[str], after: Sequence[str], asked: bool) -> bool:
    """ "Depois da ponte branca", "na ponte branca da estrada", but not "moro na Ponte Branca"."""
    if not _ARTICLES.intersection(before[-1:]):
        return False
    if (_HOME | _HERE).intersection(before[-2:-1]) or (asked and len(before) == 1):
        return bool(_MORE_OF_IT.intersection(after[:1]))
    return True


def _of_this_name(after: Sequence[str]) -> list[str]:
    """The words behind a name, unless they tell where the next one is: "… de Guiratinga, onde moro é Tesouro"."""
    of_the_next = list(after[:2]) == [WHERE_I_LIVE, "e"] and _begins_a_name(after[2:])
    return [] if of_the_next else list(after[:4])


def _begins_a_name(words: Sequence[str]) -> bool:
    names = gazetteer().exact
    return any(name_key(words[:size]) in names for size in range(1, len(words) + 1))


def _followed_by_mato_grosso(tokens: Sequence[str], end: int) -> bool:
    after = list(tokens[end : end + 4])
    return after[:1] == ["mt"] or (after[:2] == ["mato", "grosso"] and after[2:4] != ["do", "sul"])


def _is_street(before: Sequence[str], kind: Kind) -> bool:
    on_the_water = _WATERS.intersection(before[-2:-1]) or _BANKS.intersection(before[-2:-1])
    if (
        _WATERS.intersection(before[-1:])
        or (on_the_water and before[-1] in ("da", "do"))
        or _CORNERS.intersection(before[-3:])
    ):
        return True
    near = [token for token in before[-3:] if token not in JOINING][-1:]
    return any(token in STREETS or (token in _QUARTERS and kind not in _LOCAL_KINDS) for token in near)


def _is_called(before: Sequence[str], after: Sequence[str]) -> bool:
    """ "A menina se chama Juara", "o nome do cavalo era Diamantino", "Dom Aquino é o nome da avenida".

    A town may be called so only where a town is spoken of.
    """
    near = before[-_NEAR - 2 :] if _IS.intersection(before[-1:]) else before[-2:]
    behind = after[2:] if list(after[:3]) in (["e", "o", "nome"], ["era", "o", "nome"]) else ()
    return bool(_CALLED.intersection((*near, *behind))) and not _PLACES.intersection((*before, *behind))


def _is_person(before: Sequence[str]) -> bool:
    return before[-1] in _PERSON_BEFORE if before else False


def _is_subject(before: Sequence[str], kind: Kind) -> bool:
    """ "O Diamantino é meu tio": a town stands with no article, a person does."""
    return kind is Kind.OFFICIAL and before in (["o"], ["a"])


def _administrative(before: Sequence[str]) -> bool:
    near = [token for token in before[-2:] if token not in JOINING][-1:]
    return any(token in _ADMINISTRATIVE for token in near)


def _denied(before: Sequence[str]) -> bool:
    """ "Não moro em Sinop": the nearest word of living is denied."""
    for at in range(len(before) - 1, max(-1, len(before) - _NEAR - 1), -1):
        if before[at] in (_HOME | _HERE) - _TOWN:
            return bool(_DENIALS.intersection(before[max(0, at - 2) : at]))
    return tuple(before[-1:]) == ("nao",) or tuple(before[-2:]) == ("nao", "e")


def _of_another(word: str, before: Sequence[str], between: Sequence[str], asked: bool) -> bool:
    """ "Meu marido está em…", "a loja é de…", "o advogado de…": where somebody else is, or something."""
    if (
        not asked
        and word in _IS | _BEING
        and tuple(between) in _OF
        and not _OURS & set(before)
        and set(before) - _GREETINGS
    ):
        # "O juiz que deu a sentença é de…", "um rapaz que dizia ser de…"
        return True
    if word in _IS | _STAYS and (word in _STAYS or _OF_OR_IN.issuperset(between)):
        known = _RELATED if word in _STAYS else _OTHERS
        return bool(known.intersection(before[-_NEAR:])) and not _WITH_ME.intersection(before[-_NEAR:])
    return word in _OTHERS - _WITH_ME and tuple(between) in _OF


def _of_an_institution(before: list[str]) -> bool:
    """ "Na defensoria de Cáceres me mandaram aqui", but not "quero falar com a defensoria de Paranatinga"."""
    near = _INSTITUTIONS.intersection(before[-3:-1]) if before[-1:] in (["de"], ["da"], ["do"]) else frozenset()
    return bool(near) and not (near <= _OFFICES and _WANTED.intersection(before))


def _land(word: str, before: Sequence[str]) -> bool:
    """ "O lote em…", but not "moro num lote em…"."""
    return word in _PROPERTY and not _HOME.intersection(before[-_NEAR:])


def _and_i(before: Sequence[str]) -> bool:
    """ "Eu e ela mora em…": the writer is one of those who live there."""
    near = list(before[-_NEAR:])
    return any(one == "eu" and other in ("e", "mais", "com") for one, other in pairwise(near))


def _by_now(before: Sequence[str]) -> bool:
    """ "Antes era Juína, agora Castanheira", "hoje é Castanheira"."""
    near = before[:-1] if before[-1:] == ["e"] else before
    return bool(_NOW.intersection(near[-1:])) and not _RELATED.intersection(near[-_NEAR:])


def _is_my_municipio(before: list[str]) -> bool:
    """ "Moro na aldeia, município de…", "o município é…", "minha cidade é…": the residence in so many words."""
    rest = before[:-1] if before[-1:] in (["de"], ["e"], ["do"], ["da"]) else before
    owned = rest[:-2] if rest[-2:-1] in (["meu"], ["minha"], ["nosso"], ["nossa"]) else None
    if rest[-1:] != ["municipio"] and (rest[-1:] != ["cidade"] or owned is None):
        return False
    said = set(rest[:-1] if owned is None else owned)
    if said & (_ELSEWHERE | _OTHERS | _INSTITUTIONS | _MOVED | _DENIALS) or (
        _OTHERS_HOME & said and not _WITH_ME & said
    ):
        return False
    return rest[-2:-1] not in (["no"], ["do"], ["ao"], ["pelo"], ["para"]) or bool(said & (_HOME | _LAND))


def _role(before: list[str], after: Sequence[str], asked: bool) -> tuple[Role, bool]:
    """The role told by the nearest word before the name (or after: "Sinop é onde moro"), and whether one told it."""
    if _is_my_municipio(before):
        return Role.MUNICIPIO, True
    if after[:1] == [WHERE_I_LIVE] or before[-2:] == [WHERE_I_LIVE, "e"] or _by_now(before):
        return Role.HOME, True
    if not asked and _of_an_institution(before):
        return Role.ELSEWHERE, True
    first = max(0, len(before) - _FAR)
    for at in range(len(before) - 1, first - 1, -1):
        word, between = before[at], before[at + 1 :]
        with_me = _WITH_ME.intersection((*before[max(0, at - 3) : at], *between[:1])) or _and_i(before[:at])
        if word in _HOME or (word in _OTHERS_HOME and with_me):
            return Role.HOME, True
        if (
            word in ("mudou", "mudar")
            and (_RELATED | _WISHES).intersection(before[max(0, at - _NEAR) : at])
            and not with_me
        ):
            return Role.ELSEWHERE, True
        if word == "morava" and between[:1] == ["comigo"]:
            return Role.HOME, True
        if word in _MOVED:
            return (Role.HOME if "para" in between else Role.ELSEWHERE), True
        if word in _OTHERS_HOME and asked:
            # Whoever answers for somebody else tells where that person lives.
            return Role.NAMED, True
        if word in _OTHERS_HOME and _INCLUDES_ME.intersection(before[max(0, at - 2) : at]):
            return Role.HOME, True
        if (
            word in _OTHERS_HOME | _ELSEWHERE
            or _land(word, before[:at])
            or _of_another(word, before[:at], between, asked)
        ):
            return Role.ELSEWHERE, True
        if word in ("pertence", "pertencemos") and between:
            # "A gleba pertence a…" is where they live; what belongs to Vera is a person's.
            return Role.HERE, False
        if word == "era" and between == ["de"]:
            return Role.ELSEWHERE, True
        if word == "sou" and _BORN.intersection(before[:at]):
            return Role.ELSEWHERE, True
        if word == "sou" and between[-1:] in (["de"], ["da"], ["do"]) and not _RELATED.intersection(between):
            return Role.HERE, True
        if word in _TOWN and at > 1 and before[at - 1] in _IN_THE:
            # "O carro foi apreendido no município de…": what stands before tells whose it is.
            continue
        if word == "aqui" and between == ["em"] and _HOME.intersection(before[:at]):
            return Role.HOME, True
        if word in _HERE and all(word in _LINKS for word in between):
            return Role.HERE, len(between) > 0 or word in ("aqui", "cidade", "municipio")
    if _PASSING.intersection(after[:3]):
        return Role.ELSEWHERE, True
    lives = [at for at, token in enumerate(after) if token in ("moro", "resido", "moramos")]
    if lives and not {"em", "no", "na", "aqui"} & set(after[lives[0] + 1 :]):
        return Role.HOME, True
    return Role.NAMED, False
