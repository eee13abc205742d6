"""Reading the answer to a numbered menu."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import OSA, Prefix

from defensoria.language.commands import Command, read_command
from defensoria.language.text import LONGEST_ANSWER, is_code, normalise, phonetic, plain

__all__ = [
    "NO_WORDS",
    "YES_WORDS",
    "Command",
    "Option",
    "is_named",
    "is_number",
    "read_choice",
    "read_command",
    "read_named",
    "read_near_choice",
]

YES_WORDS: tuple[str, ...] = (
    "sim", "s", "ss", "si", "sm", "isso", "isso mesmo", "isso ai", "e isso", "claro", "claro que sim", "com certeza",
    "certeza", "certo", "certinho", "correto", "ta certo", "esta certo", "tudo certo", "quero", "quero sim",
    "sim quero", "eu quero", "pode", "pode ser", "pode sim", "sim pode", "ok", "okay", "beleza", "aceito", "concordo",
    "confirmo", "confirmar", "confirmado", "positivo", "exato", "exatamente", "perfeito", "aham", "uhum", "ahan",
    "e", "e sim", "sim e", "tenho", "tenho sim", "sim tenho", "sim senhor", "sim senhora", "sou", "sou sim", "bora",
    "vamos", "por favor", "sim por favor", "quero por favor", "gostaria", "gostaria sim", "preciso", "preciso sim",
    "continuar", "yes", "certim", "certin", "certissimo", "tudo certinho", "ta certinho", "confere", "ta bom",
    "ta bao", "joia",
    "show", "show de bola", "beleza pura", "pode mandar", "isso ai mesmo", "e isso ai", "e isso ai mesmo", "tudo ok",
    "ta ok", "tudo correto",
)  # fmt: skip
"""Synonyms for the option that says yes."""

NO_WORDS: tuple[str, ...] = (
    "nao", "n", "nn", "na", "no", "nop", "nope", "nao quero", "quero nao", "eu nao quero", "nao obrigado",
    "nao obrigada", "prefiro nao", "agora nao", "melhor nao", "acho que nao", "acredito que nao", "negativo", "nunca",
    "jamais", "nada", "nao pode", "nao precisa", "precisa nao", "nao preciso", "nao tenho", "tenho nao", "nao e",
    "nao sou", "sou nao", "nao e isso", "nao esta certo", "nao ta certo", "esta errado", "ta errado", "errado",
    "incorreto", "nao aceito", "nao concordo", "de jeito nenhum", "nem pensar", "deixa", "deixa pra la", "dispenso",
    "por enquanto nao", "ainda nao", "nao gostaria",
)  # fmt: skip
"""Synonyms for the option that says no."""


@dataclass(frozen=True)
class Option:
    """One option of a menu: the value it stores, what the citizen sees, and other words that choose it."""

    value: str
    title: str
    description: str = ""
    synonyms: tuple[str, ...] = ()


_NUMBERS = {
    "zero": 0, "um": 1, "uma": 1, "hum": 1, "dois": 2, "duas": 2, "tres": 3, "treis": 3, "quatro": 4, "cinco": 5,
    "seis": 6, "seiz": 6, "sete": 7, "oito": 8, "nove": 9, "dez": 10, "onze": 11, "doze": 12, "treze": 13,
    "quatorze": 14, "catorze": 14, "quinze": 15, "primeiro": 1, "primeira": 1, "segundo": 2, "segunda": 2,
    "terceiro": 3, "terceira": 3, "quarto": 4, "quarta": 4, "quinto": 5, "quinta": 5, "sexto": 6, "sexta": 6,
    "setimo": 7, "setima": 7, "oitavo": 8, "oitava": 8, "nono": 9, "nona": 9, "decimo": 10, "decima": 10,
    "ultimo": -1, "ultima": -1,
}  # fmt: skip
_SHORTEST_MISSPELT = 6
_SHORTEST_HEARD = 6
_LONG_ORDINALS = tuple(
    (phonetic(word), _NUMBERS[word]) for word in ("primeiro", "primeira", "segundo", "segunda", "terceiro", "terceira")
)
_DIGITS = re.compile(r"0{0,2}(\d{1,2})[ao]?")
# Words said around a choice without choosing anything. "os" and "as" are not among them: "as duas" chooses both.
_FILLERS = frozenset({
    "a", "o", "e", "eu", "de", "do", "da", "dos", "das", "em", "no", "na", "para", "por", "favor", "que", "com",
    "meu", "minha", "um", "uma", "opcao", "opcoes", "numero", "item", "alternativa", "escolha", "escolho",
    "quero", "queria", "gostaria", "prefiro", "seria", "sera", "ser", "vou", "vai", "marco", "marcar", "fico",
    "ficar", "acho", "acredito", "creio", "resposta", "ok", "beleza", "entao", "isso", "esse", "essa", "este",
    "esta", "mesmo", "mesma", "aqui", "so", "ai", "la", "ola", "oi", "bom", "boa",
    "obrigado", "obrigada", "sobre", "preciso", "tenho", "caso", "mim", "me", "digito", "tecla", "letra", "ta",
    "bem", "area", "assunto", "tipo", "sou", "estou", "ter", "querer", "pode", "falar", "fala", "tratar", "ver",
    "resolver", "voce", "voces", "moco", "moca", "senhor", "senhora", "tudo",
})  # fmt: skip
# Said with a number, and in words alone part of an answer: "a primeira da lista", "me encaixo na terceira".
_BESIDE_A_NUMBER = _FILLERS | {
    "lista", "menu", "frase", "encaixo", "encaixa", "combina", "comigo", "serve", "se", "ne", "marca", "coloca", "bota",
}  # fmt: skip
# A letter away from a word of the menus, and something else: "é da casa" chooses no "caso novo".
_WORDS_OF_THEIR_OWN = frozenset({"casa"})
_NEGATIONS = frozenset({"nao", "sem", "nunca", "nem", "nenhum", "nenhuma", "jamais"})
_DENIALS = frozenset({"nao", "sem", "nunca", "nem"})
_YES_OR_NO = frozenset(normalise(word) for word in YES_WORDS + NO_WORDS)
_BEGINNINGS = frozenset(
    {"sim", "quero sim", "pode sim", "claro", "com certeza", "isso mesmo", "esta certo", "ta certo"}
)
_THUMBS = {"👍": "sim", "👌": "sim", "✅": "sim", "☑": "sim", "👎": "nao", "❌": "nao"}
_MONEY_OR_SHARE = re.compile(r"[$%]")
# Said before the answer without answering: greetings and exclamations of every region.
_GREETING = re.compile(
    r"^(?:(?:oi|ola|bom dia|boa tarde|boa noite|ah|bah|eita|hum|opa|oxe|rapaz|tche|uai|ue|vixe|xomano)(?: |$))+"
    r"| (?:bom dia|boa tarde|boa noite)$"
)
_SET_OFF = re.compile(r"\s*(\d{1,2})\s*(?:\)|[-–:]|\.(?=\s))\s*(?=[^\W\d]{2})")
# "É a 1, …", "acho que a segunda mesmo, …", "opção 2 pq …": an option, set off from what explains it.
_EXPLAINED = re.compile(
    r"(?:(?:entao|ah|bom|olha|eu|acho|creio|acredito|que|q|e|eh|seria|sera|vou|fico|marco|escolho|quero|oi) )*"
    r"(?:(?:com )?(?:a|na) (?=[1-9]\b)|(?:com )?a (?=[a-z]{6})|(?:(?:a|na) )?(?:opcao|alternativa|numero|num|item) )"
    r"(\d|primeira|segunda|terceira|quarta|quinta|uma?|dois|duas|tres|quatro|cinco)"
    r"(?: (?:opcao|mesmo|entao|ne|ai|eu|acho))*"
    r"(?:\s*[,.;:–-]\s*|\s+(?=(?:pq|porque|por|pois|que e|no caso)\b))(?=[a-z])"
)
_CONFIRMED = re.compile(r"^(?:sim|isso)[ ,.!]+|[ ,]+sim[ .!]*$")
_CLAUSE = re.compile(r"\s*(?:[,:.!]\s+|\n+)")
_ITEMS = re.compile(r"[,;/.()\n]| e | ou ")
_MOSTLY, _NEARLY = 0.6, 0.3
_SHORT_SENTENCE = 8


def read_choice(text: str, options: Sequence[Option]) -> Option | None:
    """The option that a message chooses, or None when it chooses none or could mean two.

    Read as a choice: the value itself, the option's number in any form ("1️⃣", "opção 1", "a primeira"), its title or
    a part of it that no other option shares, a synonym, all with small typos; or, in a short sentence, a title of one
    word. A number outside the menu, two numbers, or a number that counts something ("tenho 2 filhos") choose nothing.
    Never raises.
    """
    tapped = [option for option in options if text.strip() in (option.value, option.title)]
    if len(tapped) == 1:
        return tapped[0]
    if not options or len(text) > LONGEST_ANSWER or is_code(text):
        return None
    readers = (_numbered, _read_whole, _read_first_clause, _titled, _begun_with_yes, _explained, _confirmed)
    return next((choice for read in readers if (choice := read(text, options))), None)


def read_near_choice(text: str, options: Sequence[Option]) -> Option | None:
    """The one option that a message not read as a choice comes near to, to ask back about. Never raises."""
    message = _GREETING.sub("", normalise(text)).split()
    if not message or len(text) > LONGEST_ANSWER or _split_number(" ".join(message))[0]:
        return None
    menu = tuple(map(_phrases, options))
    near = _best(_content(message), options, menu, tuple(map(_vocabulary, menu)), enough=_NEARLY)
    return near or (None if _NEGATIONS & set(message) else _mentioned(message, options))


def is_number(text: str) -> bool:
    """Whether a message is nothing but an option's number, in any form: "2️⃣", "opção 2", "a segunda". Never raises."""
    numbers, rest = _split_number(normalise(text))
    return bool(numbers) and not rest


def is_named(text: str, options: Sequence[Option]) -> bool:
    """Whether a message is word for word the title or a synonym of an option. Never raises."""
    said = normalise(text)
    return any(said in _names(option) for option in options)


def read_named(text: str, options: Sequence[Option]) -> Option | None:
    """The one option that a message names among other words, or None when it names none or several. Never raises.

    A long word counts by its sound, too: "divorsio".
    """
    named = {word for option in options for word in _phrases(option) if len(word) >= _SHORTEST_HEARD}
    heard = {phonetic(word): word for word in named}
    said = normalise(text).split()
    return _mentioned([word if word in named else heard.get(phonetic(word), word) for word in said], options)


def _read_whole(text: str, options: Sequence[Option]) -> Option | None:
    message = normalise(text) or _thumb(text)
    message = _GREETING.sub("", message)
    if not message:
        return None
    menu = tuple(map(_phrases, options))
    exact = [option for option, phrases in zip(options, menu, strict=True) if message in phrases]
    if exact:
        return exact[0] if len(exact) == 1 else None
    numbers, rest = _split_number(message)
    if numbers:
        return _by_number(numbers, rest, text, options)
    return _by_words(message.split(), options, menu)


def _read_first_clause(text: str, options: Sequence[Option]) -> Option | None:
    """ "Criminal, meu filho foi preso": the answer comes first, and nothing after it may gainsay it."""
    first, *others = _CLAUSE.split(text.strip(), maxsplit=1)
    if not others or len(first.split()) > 3:
        return None
    choice = _read_whole(first, options)
    if choice is None:
        return None
    rest = normalise(others[0])
    if _split_number(rest)[0] and not _split_number(rest)[1]:
        return None
    later = _read_whole(others[0], options) or _mentioned(rest.split(), options)
    return choice if later in (None, choice) else None


def _titled(text: str, options: Sequence[Option]) -> Option | None:
    """ "Quero uma orientação sobre meu processo": a short message with the one-word title of one option."""
    message = normalise(text).split()
    titles = [_title_of(option) for option in options if " " not in option.title]
    named = _mentioned(message, titles) if len(message) <= _SHORT_SENTENCE and not _NEGATIONS & set(message) else None
    return next((option for option in options if named and option.title == named.title), None)


@lru_cache(maxsize=1024)
def _title_of(option: Option) -> Option:
    return replace(option, value=option.title, synonyms=())


def _numbered(text: str, options: Sequence[Option]) -> Option | None:
    """ "3) ando de cadeira de rodas": a number set off as the menu sets it off, before words of explanation."""
    found = _SET_OFF.match(text)
    number = int(found[1]) if found else 0
    return options[number - 1] if 1 <= number <= len(options) else None


def _explained(text: str, options: Sequence[Option]) -> Option | None:
    """ "Então é a 1, é negócio de família": an option's number, and an explanation that gainsays it in nothing."""
    said = plain(text)
    found = _EXPLAINED.match(said)
    number = (int(found[1]) if found[1].isdigit() else _NUMBERS[found[1]]) if found else 0
    if found is None or not 1 <= number <= len(options):
        return None
    rest = normalise(said[found.end() :])
    later = _read_whole(rest, options) or _mentioned(rest.split(), options)
    return (
        options[number - 1] if later in (None, options[number - 1]) and not _NEGATIONS & {*rest.split()[:1]} else None
    )


def _confirmed(text: str, options: Sequence[Option]) -> Option | None:
    """ "Sim, preciso de proteção", where no option is a plain yes."""
    said = plain(text)
    rest = _CONFIRMED.sub("", said)
    if rest == said or any("sim" in _phrases(option) for option in options):
        return None
    return _read_whole(rest, options) if rest else None


def _begun_with_yes(text: str, options: Sequence[Option]) -> Option | None:
    """ "Quero sim que alguém olhe": a message that begins with a yes and takes nothing back."""
    message = f"{_GREETING.sub('', normalise(text))} "
    if any(f" {token} " in f" {message}" for token in (*_NEGATIONS, "mas")):
        return None
    yes = [
        option
        for option in options
        if any(message.startswith(f"{word} ") for word in _BEGINNINGS & set(_phrases(option)))
    ]
    return yes[0] if len(yes) == 1 else None


def _thumb(text: str) -> str:
    meanings = {meaning for sign, meaning in _THUMBS.items() if sign in text}
    return meanings.pop() if len(meanings) == 1 else ""


@lru_cache(maxsize=1024)
def _phrases(option: Option) -> tuple[str, ...]:
    """Everything that names an option, normalised, the title first."""
    named = map(normalise, (option.title, option.value, *option.synonyms))
    return tuple(dict.fromkeys(phrase for phrase in named if phrase))


@lru_cache(maxsize=1024)
def _names(option: Option) -> frozenset[str]:
    return frozenset(map(normalise, (option.title, *option.synonyms)))


@lru_cache(maxsize=1024)
def _items(option: Option) -> tuple[str, ...]:
    """What an option's description lists, normalised."""
    return tuple(map(normalise, _ITEMS.split(option.description)))


def _split_number(message: str) -> tuple[list[int], list[str]]:
    """The numbers said in a message, and what else it says that matters."""
    numbers, rest = [], []
    tokens = message.split()
    for token in tokens:
        digits = _DIGITS.fullmatch(token)
        if digits:
            numbers.append(int(digits[1]))
        elif (number := _number(token)) is not None and (token not in _FILLERS or _only_fillers(tokens, but=token)):
            numbers.append(number)
        elif token not in _BESIDE_A_NUMBER:
            rest.append(token)
    return numbers, rest


@lru_cache(maxsize=4096)
def _number(token: str) -> int | None:
    """The number a word is; one of the long ordinals also when spelt by ear or a letter away: "primera", "tersera"."""
    if token in _NUMBERS or len(token) < _SHORTEST_MISSPELT:
        return _NUMBERS.get(token)
    heard = phonetic(token)
    return next((number for sound, number in _LONG_ORDINALS if OSA.distance(heard, sound) <= 1), None)


def _only_fillers(tokens: Sequence[str], but: str) -> bool:
    """Whether "um" is the number: nothing else in the message carries meaning."""
    return all(token in _FILLERS for token in tokens if token != but)


def _by_number(numbers: list[int], rest: list[str], text: str, options: Sequence[Option]) -> Option | None:
    if _MONEY_OR_SHARE.search(text):
        return None
    chosen = {number if number >= 0 else len(options) for number in numbers}
    if not rest:
        position = chosen.pop() - 1
        return options[position] if not chosen and 0 <= position < len(options) else None
    # "2 - pensão", "até 3 salários": the words decide, and the number must not speak for another option.
    menu = tuple(map(_phrases, options))
    by_words = _by_title([*map(str, chosen), *rest], options, menu) or _by_title(rest, options, menu)
    if by_words is None:
        return None
    named = {token for phrase in _phrases(by_words) for token in phrase.split()}
    numbers_fit = all(str(number) in named or options.index(by_words) == number - 1 for number in chosen)
    return by_words if numbers_fit else None


def _by_words(message: Sequence[str], options: Sequence[Option], menu: Sequence[tuple[str, ...]]) -> Option | None:
    """The one option that the words choose: by its title and synonyms, else by its description."""
    return _by_title(message, options, menu) or _by_description(message, options, menu)


def _by_title(message: Sequence[str], options: Sequence[Option], menu: Sequence[tuple[str, ...]]) -> Option | None:
    """A whole phrase of the option, else words that only this option has."""
    content = _content(message)
    held = _unique(_containing(message, content, options, menu))
    return held if held is not None else _best(content, options, menu, tuple(map(_vocabulary, menu)))


def _by_description(
    message: Sequence[str], options: Sequence[Option], menu: Sequence[tuple[str, ...]]
) -> Option | None:
    """Everything that matters in the message stands in items of one option's description, and in no other option."""
    content = _content(message)
    described = list(map(_items, options))
    said = [(" ".join(item for item in items if item and _covers(content, item.split())),) for items in described]
    known = tuple(_vocabulary((*items, *phrases)) for items, phrases in zip(described, menu, strict=True))
    return _best(content, options, said, known, enough=0.85)


def _covers(content: Sequence[str], item: Sequence[str]) -> bool:
    """Whether most of an item of a description was said: "processo" alone is not "processo criminal"."""
    matter = _content(item)
    return sum(any(_alike(token, own) for token in content) for own in matter) > _MOSTLY * len(matter)


def _content(message: Sequence[str]) -> Sequence[str]:
    return [token for token in message if token not in _FILLERS] or message


@lru_cache(maxsize=1024)
def _vocabulary(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(token for phrase in phrases for token in phrase.split())


def _unique(options: Iterable[Option]) -> Option | None:
    found = list(dict.fromkeys(options))
    return found[0] if len(found) == 1 else None


def _mentioned(message: Sequence[str], options: Sequence[Option]) -> Option | None:
    """An option named anywhere in the words, or None when there is none or several."""
    found = {
        option
        for option in options
        for phrase in _phrases(option)
        if phrase not in _YES_OR_NO and f" {phrase} " in f" {' '.join(message)} "
    }
    return found.pop() if len(found) == 1 else None


def _containing(
    message: Sequence[str], content: Sequence[str], options: Sequence[Option], menu: Sequence[tuple[str, ...]]
) -> Iterator[Option]:
    """Options of which a whole phrase stands in the message, longer phrases hiding those inside them."""
    spans: list[tuple[int, int, Option]] = []
    for option, phrases in zip(options, menu, strict=True):
        for phrase in phrases:
            spans += [(start, end, option) for start, end in _places(phrase.split(), message)]
    for start, end, option in spans:
        hidden = any(s <= start and end <= e and (e - s) > (end - start) for s, e, _ in spans)
        said = message[start:end]
        if not hidden and _says_enough(said, content) and not _denied(message, start, said):
            yield option


def _places(phrase: Sequence[str], message: Sequence[str]) -> Iterator[tuple[int, int]]:
    size = len(phrase)
    for start in range(len(message) - size + 1):
        if list(message[start : start + size]) == list(phrase):
            yield start, start + size


def _says_enough(phrase: Sequence[str], content: Sequence[str]) -> bool:
    """A phrase of two meaningful words speaks for itself; one word must be most of what was said."""
    if " ".join(phrase) in _YES_OR_NO:
        return all(token in phrase or token in _YES_OR_NO for token in content)
    meaningful = [token for token in phrase if token not in _FILLERS]
    return len(meaningful) >= 2 or len(content) <= len(meaningful) / _MOSTLY


def _denied(message: Sequence[str], start: int, phrase: Sequence[str]) -> bool:
    before = message[max(0, start - 3) : start]
    return any(token in _NEGATIONS for token in before) and not any(token in _NEGATIONS for token in phrase)


def _best(
    content: Sequence[str],
    options: Sequence[Option],
    menu: Sequence[tuple[str, ...]],
    vocabularies: tuple[frozenset[str], ...],
    enough: float = _MOSTLY,
) -> Option | None:
    """The option with the highest share of the message's words, if one of them is its own and no other comes near."""
    denied = any(token in _NEGATIONS for token in content)
    scores: list[tuple[float, Option]] = []
    for index, (option, phrases) in enumerate(zip(options, menu, strict=True)):
        others = _others(vocabularies, index)
        scores += [(_score(content, phrase.split(), others, denied), option) for phrase in phrases]
    ranked = sorted(scores, key=lambda scored: -scored[0])
    if not ranked or ranked[0][0] < enough:
        return None
    rivals = (score for score, option in ranked if option != ranked[0][1])
    return ranked[0][1] if ranked[0][0] - next(rivals, 0.0) > 0.05 else None


@lru_cache(maxsize=4096)
def _others(vocabularies: tuple[frozenset[str], ...], index: int) -> frozenset[str]:
    """The words of all options but one."""
    return frozenset[str]().union(*(words for at, words in enumerate(vocabularies) if at != index))


def _score(content: Sequence[str], phrase: Sequence[str], others: frozenset[str], denied: bool) -> float:
    """How much of the message a phrase explains, 0 to 1; 0 when nothing tells it from the other options."""
    if denied != any(token in _NEGATIONS for token in phrase):
        return 0.0
    # A part of "de jeito nenhum" says nothing: words for yes and no count only as they stand.
    if " ".join(phrase) in _YES_OR_NO and len(phrase) != len(content):
        return 0.0
    likeness = [max((_alike(token, own) for own in phrase), default=0.0) for token in content]
    distinctive = any(
        like and token not in others and (len(token) > 1 or token.isdigit())
        for token, like in zip(content, likeness, strict=True)
        if token not in _FILLERS and token not in _DENIALS
    )
    return sum(likeness) / len(content) if distinctive else 0.0


@lru_cache(maxsize=8192)
def _alike(said: str, meant: str) -> float:
    """How surely one word is another one mistyped, shortened or spelt by ear: 0, or 0.8 to 1."""
    if said == meant:
        return 1.0
    if said in _YES_OR_NO:  # "certinho" is no "certidão"
        return 0.0
    if (
        said in _WORDS_OF_THEIR_OWN
        or min(len(said), len(meant)) < 3
        or said.isdigit()
        or meant.isdigit()
        or meant in _FILLERS
    ):
        return 0.0
    if phonetic(said) == phonetic(meant):
        return 0.95
    if len(said) >= 4 and meant.startswith(said):
        return 0.9
    if Prefix.similarity(said, meant) >= max(6, _MOSTLY * min(len(said), len(meant))):
        return 0.8
    longest = max(len(said), len(meant))
    allowed = 0 if longest < 4 else 1 if longest < 8 else 2
    return 0.85 if OSA.distance(said, meant) <= allowed else 0.0
