"""Answers to numbered menus in the ways people give them, and the commands that hold at any question."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from defensoria.language.menu import NO_WORDS, YES_WORDS, Command, Option, read_choice, read_command, read_near_choice
from defensoria.language.text import normalise

CRITERION = (
    Option("renda_individual", "Renda individual", "Ganho até 3 salários mínimos", ("ganho sozinho", "moro sozinho")),
    Option("renda_familiar", "Renda familiar", "Em casa ganhamos até 5 salários mínimos"),
    Option("vulnerabilidade", "Vulnerabilidade social", "Situação de rua, violência, idade avançada"),
    Option("superendividamento", "Muitas dívidas", "Superendividamento"),
    Option("nenhum", "Nenhuma dessas"),
)
AREA = (
    Option("civel", "Cível", "Família, saúde, moradia, consumo", ("pensão", "divórcio")),
    Option("criminal", "Criminal", "Prisão, processo criminal", ("crime", "polícia")),
)
CONFIRM = (Option("sim", "Sim", synonyms=YES_WORDS), Option("nao", "Não", synonyms=NO_WORDS))
ANYTHING = st.text(max_size=300)


def choice(said: str, menu: tuple[Option, ...]) -> str | None:
    found = read_choice(said, menu)
    return found.value if found else None


@pytest.mark.parametrize(
    "said",
    [
        "2", "2.", "2)", "(2)", "*2*", "2️⃣", " 2 ", "02", "²", "２", "2ª", "2º", "opção 2", "opcao 2",
        "a opção número 2",
        "número dois", "numero 2", "nº 2", "dois", "duas", "a segunda", "segundo", "Segunda opção", "2 por favor",
        "quero a 2", "é a 2", "2, obrigada", "2 - renda familiar", "2 familiar", "eu escolho a opção 2", "item 2",
        "2!!!", "2 2", "2\n", "acho que é a 2", "a segumda", "sigunda", "o segundu",
        "a segunda da lista", "me encaixo na segunda", "é a dois né", "marca a segunda", "coloca 2",
    ],
)  # fmt: skip
def test_reads_the_number_in_every_form(said: str) -> None:
    assert choice(said, CRITERION) == "renda_familiar"


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("então é a 1, é negócio de família", "civel"), ("acho que a 2, é de crime", "criminal"),
        ("a primeira mesmo, é pensão", "civel"), ("é a 1 eu acho", "civel"), ("a 1 pq é sobre remédio", "civel"),
        ("opção 2 pq meu marido foi preso", "criminal"), ("seria a 2 no caso, meu irmão foi preso", "criminal"),
    ],
)  # fmt: skip
def test_reads_a_number_with_an_explanation_behind_it(said: str, value: str) -> None:
    assert choice(said, AREA) == value


@pytest.mark.parametrize(
    "said",
    [
        "é a 1, questão de crime", "a 1 ano", "a 2 meses ele não paga", "é a 2 vez que peço", "as 2, é pensão",
        "são 2, pensão e guarda", "não é a 1, é crime", "a 1 não, é crime", "artigo 2, crime", "1 filho, pensão",
        "a primeira vez, é pensão", "faz 1 ano, é pensão", "no dia 2, é audiência",
    ],
)  # fmt: skip
def test_a_number_that_counts_something_is_no_choice_whatever_follows(said: str) -> None:
    assert choice(said, AREA) is None


@pytest.mark.parametrize("said", ["muitas dívidas sim", "sim, muitas dívidas", "vulnerabilidade social, sim"])
def test_a_yes_beside_an_option_says_nothing_more(said: str) -> None:
    assert choice(said, CRITERION) == choice(said.replace("sim", ""), CRITERION) is not None


@pytest.mark.parametrize("said", ["1", "um", "uma", "a primeira", "primeiro", "1️⃣", "opção um", "a opcao numero 1"])
def test_reads_the_first_option(said: str) -> None:
    assert choice(said, CRITERION) == "renda_individual"


def test_the_last_is_the_last() -> None:
    assert choice("a última", CRITERION) == "nenhum"


@pytest.mark.parametrize(
    "said",
    [
        "tenho 2 filhos", "ganho 2 salarios", "ganho 1 salario", "2 pessoas", "um advogado", "uma ajuda", "1 e 2",
        "1, 2", "1 ou 2", "as duas", "os dois", "0", "6", "9", "22", "1,5", "1.500", "R$ 2", "2%", "1/2", "-", "",
        "   ", "?", "🙏", "não quero a 2", "nem a 1", "dia 2", "2 anos", "moro na casa 2", "1 renda familiar",
    ],
)  # fmt: skip
def test_a_number_that_chooses_nothing_chooses_nothing(said: str) -> None:
    assert choice(said, CRITERION) is None


@pytest.mark.parametrize("said", ["/1", "/restart", '{"opcao": 1}', "1=1", "SELECT 1", "<1>", "1; DROP TABLE"])
def test_text_for_machines_chooses_nothing(said: str) -> None:
    assert choice(said, CRITERION) is None


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("renda_individual", "renda_individual"),
        ("Renda individual", "renda_individual"),
        ("individual", "renda_individual"),
        ("indivdual", "renda_individual"),
        ("a individual por favor", "renda_individual"),
        ("ganho sozinho", "renda_individual"),
        ("familiar", "renda_familiar"),
        ("familar", "renda_familiar"),
        ("renda familiar mesmo", "renda_familiar"),
        ("vulneravel", "vulnerabilidade"),
        ("sou vulnerável", "vulnerabilidade"),
        ("vunerabilidade", "vulnerabilidade"),
        ("violência", "vulnerabilidade"),
        ("dividas", "superendividamento"),
        ("tenho muitas dívidas", "superendividamento"),
        ("mutas dividas", "superendividamento"),
        ("nenhuma", "nenhum"),
        ("nenhuma dessas", "nenhum"),
        ("renda", None),
        ("salários mínimos", None),
        ("não é renda familiar", None),
        ("individual ou familiar", None),
        ("qual a diferença?", None),
    ],
)
def test_reads_titles_parts_of_them_and_typos(said: str, value: str | None) -> None:
    assert choice(said, CRITERION) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("criminal", "criminal"),
        ("crimnal", "criminal"),
        ("quero cível", "civel"),
        ("civil", "civel"),
        ("saude", "civel"),
        ("divórcio", "civel"),
        ("é sobre um crime", "criminal"),
        ("Criminal, meu filho foi preso", "criminal"),
        ("criminal, não, cível", None),
        ("não é criminal", None),
        ("criminal e cível", None),
        ("meu processo", None),
        ("processo criminal", "criminal"),
        ("moradia e consumo", "civel"),
    ],
)
def test_reads_a_word_that_only_one_option_has(said: str, value: str | None) -> None:
    assert choice(said, AREA) == value


@pytest.mark.parametrize(
    "said",
    ["sim", "s", "ss", "SIM!", "simm", "isso", "isso mesmo", "claro", "quero", "quero sim", "pode", "pode ser", "ok",
     "blz", "👍", "sim, por favor", "sim, moro em Sinop", "aham", "com certeza", "1", "uai, certinho", "oxe tá certo",
     "tchê, tá tudo certo", "vixe, isso mesmo", "tá certim moço"],
)  # fmt: skip
def test_reads_yes(said: str) -> None:
    assert choice(said, CONFIRM) == "sim"


@pytest.mark.parametrize(
    "said",
    ["não", "nao", "n", "naum", "nn", "ñ", "nao quero", "prefiro não", "não, obrigada", "agora não", "👎", "2",
     "não preciso", "não, moro em Cuiabá"],
)  # fmt: skip
def test_reads_no(said: str) -> None:
    assert choice(said, CONFIRM) == "nao"


@pytest.mark.parametrize(
    "said",
    ["não sei", "nao entendi", "sim ou não", "sim e não", "pode me dizer o horário?", "quero falar de pensão", "👍👎",
     "talvez", "tenho dúvida", "que?"],
)  # fmt: skip
def test_neither_yes_nor_no(said: str) -> None:
    assert choice(said, CONFIRM) is None


def test_a_word_for_yes_is_no_misspelt_option() -> None:
    assert read_choice("certinho", [Option("registro", "Certidão"), Option("outro", "Outro")]) is None


TITLE = st.lists(
    st.sampled_from(
        [
            "Pensão",
            "Família",
            "Saúde",
            "Moradia",
            "Prisão",
            "Registro",
            "Não sei",
            "Outro",
            "Dívidas",
            "Idoso",
            "e",
            "de",
        ]
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


@given(st.lists(TITLE, min_size=1, max_size=10), st.data())
def test_every_title_chooses_its_option(titles: list[str], data: st.DataObject) -> None:
    assume(len({normalise(title) for title in titles}) == len(titles))
    menu = tuple(Option(f"v{at}", title) for at, title in enumerate(titles))
    at = data.draw(st.integers(0, len(menu) - 1))
    for said in (titles[at], titles[at].upper(), normalise(titles[at]), f"v{at}"):
        assert read_choice(said, menu) == menu[at]


@given(st.integers(1, 10), st.integers(0, 99))
def test_a_digit_chooses_by_position_or_nothing(size: int, digit: int) -> None:
    menu = tuple(Option(f"valor {at}x", f"Opção {'abcdefghij'[at]}") for at in range(size))
    assert read_choice(str(digit), menu) == (menu[digit - 1] if 1 <= digit <= size else None)


@given(ANYTHING)
def test_never_raises(said: str) -> None:
    for menu in (CRITERION, AREA, CONFIRM, ()):
        assert read_choice(said, menu) in (None, *menu)
    assert read_command(said) in (None, *Command)


def test_a_long_story_chooses_nothing() -> None:
    assert choice("sim " * 2500, CONFIRM) is None
    assert read_command("ajuda " * 2000) is None


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("voltar", Command.BACK),
        ("Volta", Command.BACK),
        ("VOLTAR!!", Command.BACK),
        ("voutar", Command.BACK),
        ("quero voltar por favor", Command.BACK),
        ("pergunta anterior", Command.BACK),
        ("menu", Command.RESTART),
        ("menú", Command.RESTART),
        ("recomeçar", Command.RESTART),
        ("recomesar", Command.RESTART),
        ("voltar ao início", Command.RESTART),
        ("começar de novo", Command.RESTART),
        ("atendente", Command.PERSON),
        ("atendnte", Command.PERSON),
        ("ATENDENTE", Command.PERSON),
        ("quero falar com uma pessoa", Command.PERSON),
        ("qro falar com atendente pfv", Command.PERSON),
        ("falar com alguém da defensoria", Command.PERSON),
        ("humano", Command.PERSON),
        ("ajuda", Command.HELP),
        ("ajudaaa", Command.HELP),
        ("me ajuda por favor", Command.HELP),
        ("não entendi", Command.HELP),
    ],
)
def test_reads_commands(said: str, command: Command) -> None:
    assert read_command(said) is command


@pytest.mark.parametrize(
    "said",
    [
        "preciso de ajuda com remédio", "vou voltar amanhã", "errei a cidade, é Sorriso", "pessoa idosa", "oi", "",
        "/restart", "/ajuda", "quero um advogado", "socorro", "atendimento", "meu marido não quer voltar",
        "ajuda de custo", "a pessoa me bateu", "falar com você", "volta redonda", "1",
        "olá, bom dia pessoal",
    ],
)  # fmt: skip
def test_a_message_that_says_more_is_no_command(said: str) -> None:
    assert read_command(said) is None


@pytest.mark.parametrize(("said", "meant"), [("trem da família", "renda_familiar"), ("zum zum", None)])
def test_an_option_nearly_named_is_one_to_ask_back_about(said: str, meant: str | None) -> None:
    assert read_choice(said, CRITERION) is None
    near = read_near_choice(said, CRITERION)
    assert (near.value if near else None) == meant


@given(ANYTHING)
def test_no_text_breaks_the_reading_of_a_near_option(said: str) -> None:
    assert read_near_choice(said, CRITERION) in (None, *CRITERION)
