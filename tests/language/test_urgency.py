"""What cannot wait is heard in any words, and nothing else is taken for it."""

import csv
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from defensoria.language import urgency
from defensoria.language.urgency import RULES, Alarm, RulesError, load_rules, read_alarm
from defensoria.office.facts import office_facts
from defensoria.office.vocabulary import Subject, Urgency

HERE = Path(__file__).parent
DOMAIN = HERE.parents[1] / "domain.yml"


def rows(file: str) -> list[dict[str, str]]:
    with (HERE / file).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


KNOWN, FRESH = rows("urgencias.csv"), rows("urgencias_novas.csv")
BESIDE = (
    "moro em sinop",
    "ganho um salário mínimo",
    "sou viúva",
    "não tenho trabalho",
    "quero separar",
    "pago aluguel",
    "já chamei a polícia",
    "tenho dívida no banco",
    "recebo bpc",
    "tenho 3 filhos",
)
URGENT = [row for row in (*KNOWN, *FRESH) if row["alarme"]]


def read(text: str) -> str:
    alarm = read_alarm(text)
    return alarm.value if alarm else ""


def missed(said: list[dict[str, str]]) -> list[str]:
    return [row["mensagem"] for row in said if row["alarme"] and read(row["mensagem"]) != row["alarme"]]


def false_alarms(said: list[dict[str, str]]) -> list[str]:
    return [row["mensagem"] for row in said if not row["alarme"] and read(row["mensagem"])]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("ele ta me batendo", Alarm.VIOLENCE),
        ("vai me matar", Alarm.VIOLENCE),
        ("to trancada no banheiro com medo dele", Alarm.VIOLENCE),
        ("quebrou a medida protetiva e ta aqui na porta", Alarm.VIOLENCE),
        ("socorro ele voltou com faca", Alarm.VIOLENCE),
        ("ele me ameaçou ontem", Alarm.VIOLENCE),
        ("tenho medo dele voltar hoje", Alarm.VIOLENCE),
        ("descumpriu a medida protetiva", Alarm.VIOLENCE),
        ("meu filho foi preso em flagrante", Alarm.ARREST),
        ("levaram meu marido pra delegacia hoje", Alarm.ARREST),
        ("custódia amanhã", Alarm.ARREST),
        ("tem mandado de prisão contra mim", Alarm.ARREST),
        ("preciso de leito de UTI", Alarm.HEALTH),
        ("ela parou de respirar", Alarm.HEALTH),
        ("negaram a hemodiálise", Alarm.HEALTH),
        ("minha filha está sem insulina", Alarm.HEALTH),
        ("liminar descumprida", Alarm.HEALTH),
        ("criança trancada sozinha em casa", Alarm.CHILD),
        ("vão levar meu filho", Alarm.CHILD),
        ("o pai sequestrou meu filho agora", Alarm.CHILD),
        ("oficial de justiça na porta", Alarm.EVICTION),
        ("despejo hoje", Alarm.EVICTION),
        ("reintegração agora", Alarm.EVICTION),
        ("quero me matar", Alarm.SUICIDE),
        ("não aguento mais viver", Alarm.SUICIDE),
        ("vou acabar com tudo", Alarm.SUICIDE),
    ],
)
def test_hears_what_cannot_wait(said: str, meant: Alarm) -> None:
    assert read_alarm(said) is meant


@pytest.mark.parametrize(
    "said",
    [
        "ele não me bate",
        "não é urgente",
        "ninguém está me ameaçando",
        "e se ele for preso?",
        "meu pai faleceu na uti ano passado",
        "já faz 3 anos que fui agredida",
        "fui despejada em 2015",
        "quero saber de pensão",
        "meu marido cumpre pena",
        "preciso de um remédio que o posto não tem",
        "morrendo de rir",
        "matar a saudade",
        "me mata de raiva",
        "to morrendo de fome kkk",
        "despejo de esgoto",
        "criança precisa de creche",
        "pai preso há 2 anos quer progressão",
    ],
)
def test_leaves_alone_what_can_wait(said: str) -> None:
    assert read_alarm(said) is None


def test_nearly_all_known_messages_are_read_right() -> None:
    urgent = [row for row in KNOWN if row["alarme"]]
    assert len(urgent) >= 120
    assert len(KNOWN) - len(urgent) >= 200
    assert set(Counter(row["alarme"] for row in urgent)) == {alarm.value for alarm in Alarm}
    assert len(missed(KNOWN)) <= 0.01 * len(urgent), missed(KNOWN)
    assert false_alarms(KNOWN) == []


@pytest.mark.parametrize("number", sorted({row["conjunto"] for row in FRESH}))
def test_messages_written_after_the_rules_are_read_right(number: str) -> None:
    """Each set was written before the rules knew it, and they have learned from it since: only a new set measures."""
    said = [row for row in FRESH if row["conjunto"] == number]
    urgent = [row for row in said if row["alarme"]]
    assert len(missed(said)) <= 0.05 * len(urgent), missed(said)
    assert len(false_alarms(said)) <= 0.01 * (len(said) - len(urgent)), false_alarms(said)


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("quero me matar, ele me bate todo dia", Alarm.SUICIDE),
        ("ele ta me batendo e bateu na minha filha hoje", Alarm.VIOLENCE),
        ("o padrasto ta batendo na minha neta e ela não ta respirando", Alarm.CHILD),
        ("meu filho foi preso agora e está precisando de uti", Alarm.HEALTH),
        ("vieram fazer o despejo hoje e prenderam meu marido", Alarm.ARREST),
        ("o oficial de justiça está aqui para o despejo", Alarm.EVICTION),
    ],
)
def test_of_two_the_one_that_threatens_life_comes_first(said: str, first: Alarm) -> None:
    assert read_alarm(said) is first


def test_a_threat_to_both_is_violence() -> None:
    assert read_alarm("ele disse que vai me matar e depois se matar") is Alarm.VIOLENCE


def test_the_nearest_word_of_time_tells_when() -> None:
    assert read_alarm("me separei faz 3 anos mas ele me bateu ontem") is Alarm.VIOLENCE
    assert read_alarm("ele me bateu faz 3 anos, ontem falei com a advogada") is None


def test_a_denial_counts_only_for_what_follows_it() -> None:
    assert read_alarm("não sei o que fazer, ele me bate") is Alarm.VIOLENCE
    assert read_alarm("não tem leito pra minha mãe") is Alarm.HEALTH
    assert read_alarm("ele não para de me bater") is Alarm.VIOLENCE


def test_every_alarm_fills_the_slot() -> None:
    assert {alarm: alarm.urgency for alarm in Alarm} == {
        Alarm.SUICIDE: Urgency.HEALTH,
        Alarm.VIOLENCE: Urgency.VIOLENCE,
        Alarm.CHILD: Urgency.CHILD_AT_RISK,
        Alarm.HEALTH: Urgency.HEALTH,
        Alarm.ARREST: Urgency.ARREST,
        Alarm.EVICTION: Urgency.HOUSING,
    }


def test_no_menu_option_subject_or_city_is_an_alarm() -> None:
    responses = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"]
    buttons = [button for said in responses.values() for text in said for button in text.get("buttons", ())]
    facts = office_facts()
    labels = [*(button["title"] for button in buttons), *facts.municipios, *(subject.value for subject in Subject)]
    assert len(buttons) > 30
    assert [label for label in labels if read_alarm(label)] == []


def without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


@pytest.mark.parametrize(
    "write",
    [str.upper, without_accents, lambda text: f"  {text}!!! ", lambda text: f"oi, boa noite. {text}"],
    ids=["shouted", "without accents", "with signs", "after a greeting"],
)
def test_how_it_is_typed_changes_nothing(write: Callable[[str], str]) -> None:
    changed = [row["mensagem"] for row in URGENT if read(write(row["mensagem"])) != read(row["mensagem"])]
    assert len(changed) <= 0.01 * len(URGENT), changed


@pytest.mark.parametrize(
    "said",
    ["eli ta me agredino socoro", "tou sendo ameassada", "meu marido foi prezo", "to sem insolina", "kero mi mata"],
)
def test_is_heard_through_misspellings(said: str) -> None:
    assert read_alarm(said) is not None


def test_two_ordinary_messages_together_are_hardly_ever_an_alarm() -> None:
    ordinary = [row["mensagem"] for row in (*KNOWN, *FRESH) if not row["alarme"]]
    pairs = [f"{one}, {other}" for one, other in zip(ordinary, ordinary[7:], strict=False)]
    raised = [pair for pair in pairs if read(pair)]
    assert len(raised) <= 0.02 * len(pairs), raised


@given(st.text(max_size=300) | st.lists(st.sampled_from([row["mensagem"] for row in URGENT])).map("\n".join))
def test_never_raises(said: str) -> None:
    assert read_alarm(said) is None or isinstance(read_alarm(said), Alarm)


@pytest.mark.parametrize("unit", ["ele me bate ", "socorro! ", "x", "não ", "<(*", "quero me ", "\u200b‮\x00"])
def test_reads_ten_thousand_characters(unit: str) -> None:
    before = time.perf_counter()
    read_alarm((unit * 10_000)[:10_000])
    assert time.perf_counter() - before < 2


def test_an_ordinary_message_takes_few_milliseconds() -> None:
    took = []
    for row in KNOWN * 2:
        before = time.perf_counter()
        read_alarm(row["mensagem"])
        took.append(time.perf_counter() - before)
    assert median(took) < 0.003


def edited(old: str, new: str, folder: Path) -> Path:
    written = RULES.read_text(encoding="utf-8")
    assert old in written
    file = folder / RULES.name
    file.write_text(written.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("  me: [me, mi, mim]", "  me: [me, no, mim]", 'grupo "me": "False" não é um texto'),
        ("  me: [me, mi, mim]", "  me: [me, <eu>, mim]", 'entrada "<eu>": o grupo <eu> não existe'),
        ("  me: [me, mi, mim]", "  me: [me, m*, mim]", 'entrada "m*": não entendi "m*"'),
        ("  me: [me, mi, mim]", "  me: [me, (mi), mim]", 'entrada "(mi)": falta uma palavra'),
        ("  me: [me, mi, mim]", "  me: me", 'grupo "me": esperava uma lista'),
        ("  me: [me, mi, mim]", "  me: [me, mi", "não pôde ser lido"),
        ("      - fechadura + na_rua", "      - fechadura + na_lua", 'alarme "moradia", regra "fechadura + na_lua'),
        ("      - fechadura + na_rua + sem", "      - sem", "falta o grupo que precisa ser dito"),
        ("  moradia:\n", "  moradias:\n", 'alarmes: falta "moradia"'),
        ("trocas:\n", "troca:\n", 'o arquivo: falta "trocas"'),
    ],
)
def test_a_mistake_in_the_file_is_named(old: str, new: str, names: str, tmp_path: Path) -> None:
    with pytest.raises(RulesError) as error:
        load_rules(edited(old, new, tmp_path))
    assert str(error.value).startswith(RULES.name)
    assert names in str(error.value)


def test_a_word_added_to_the_file_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_alarm("ele ta me cacetando") is None
    rules = load_rules(edited("    batendo, bateno,", "    batendo, cacetando, bateno,", tmp_path))
    monkeypatch.setattr(urgency, "load_rules", lambda: rules)
    forget_words()
    try:
        assert read_alarm("ele ta me cacetando") is Alarm.VIOLENCE
    finally:
        forget_words()


def forget_words() -> None:
    urgency._spelling.cache_clear()
    urgency._symbols.cache_clear()
