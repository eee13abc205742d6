"""What was not understood: read from real dialogues, grouped, and drafted for a designer."""

import pytest
from rasa.shared.nlu.training_data.loading import load_data

from defensoria.clock import office_now
from defensoria.conversations.models import Atendimento, Citizen
from defensoria.office.calendar import CUIABA
from defensoria.planning.choice import Choice
from defensoria.planning.drafts import draft
from defensoria.planning.grouping import group
from defensoria.planning.misunderstood import Said, read_misunderstood
from tests.planning.test_facts import _derive
from tests.whatsapp.conftest import line  # noqa: F401 - a fixture

TODAY = Choice(first=office_now().astimezone(CUIABA).date(), last=office_now().astimezone(CUIABA).date())


def said(text: str, citizen: int, question: str | None = "servico", intent: str | None = "tratar_saude") -> Said:
    return Said(citizen_id=citizen, text=text, question=question, intent=intent, confidence=0.3)


async def test_what_was_not_understood_comes_with_its_question_and_the_models_guess_and_without_the_name(line):  # noqa: F811
    for text in ("oi", "1", "blorg da Maria Quitéria de lá", "1", "1", "sinop", "1"):
        await line.say(line.maria, text)
    await line.database.run(_derive)
    (one,) = await line.database.run(read_misunderstood, _opened(await line.only_atendimento()))
    assert (one.text, one.question) == ("blorg da [nome] de lá", "servico")
    assert one.intent not in (None, "nlu_fallback")
    assert 0 < one.confidence < 1


async def test_what_the_store_calls_the_writer_is_taken_out(line):  # noqa: F811
    for text in ("oi", "1", "blorg do bakana de lá", "1", "1", "sinop", "1"):
        await line.say(line.maria, text)
    await line.database.run(_derive)
    await line.database.run(lambda session: session.query(Citizen).update({"name": "Bakana"}))
    (one,) = await line.database.run(read_misunderstood, _opened(await line.only_atendimento()))
    assert one.text == "blorg do [nome] de lá"


async def test_who_was_understood_is_not_looked_at_and_nothing_stands_before_the_period(line):  # noqa: F811
    for text in ("oi", "1", "1", "1", "sinop", "1"):
        await line.say(line.maria, text)
    for text in ("oi", "1", "blorg de lá", "1", "1", "sinop", "1"):
        await line.say(line.joao, text)
    await line.database.run(_derive)
    opened = _opened((await line.rows(Atendimento))[1])
    assert [one.text for one in await line.database.run(read_misunderstood, opened)] == ["blorg de lá"]
    assert await line.database.run(read_misunderstood, opened.before) == []


def _opened(atendimento: Atendimento) -> Choice:
    day = atendimento.opened_at.astimezone(CUIABA).date()
    return Choice(first=day, last=day)


def test_a_store_in_which_rasa_has_written_nothing_has_nothing_to_tell(database):
    with database.transaction() as session:
        assert read_misunderstood(session, TODAY) == []


MEDICINE = [
    "preciso do remedio",
    "preciso de remedio",
    "preciso do remédio urgente",
    "precisando de remedio",
    "do remedio",
]


def test_messages_that_are_alike_are_one_group_and_others_are_another():
    everything = [said(text, at) for at, text in enumerate(MEDICINE)]
    everything += [said("cadê meu protocolo", 10 + at, "area", "consultar") for at in range(6)]
    protocol, medicine = group(everything, 5).shown
    assert (protocol.messages, protocol.citizens, protocol.intent) == (6, 6, "consultar")
    assert protocol.questions == [("area", 6)]
    assert (medicine.messages, medicine.citizens) == (5, 5)
    assert set(medicine.examples) <= set(MEDICINE)


def test_the_same_messages_make_the_same_groups_in_whatever_order():
    everything = [said(text, at) for at, text in enumerate([*MEDICINE, "cadê meu protocolo", "protocolo cadê"])]
    there, back = group(everything, 1), group(everything[::-1], 1)
    told = [{(one.messages, one.citizens, one.intent, one.questions[0]) for one in way.shown} for way in (there, back)]
    assert told[0] == told[1]


def test_what_few_people_said_is_counted_and_not_shown_however_often_they_said_it():
    found = group([said("preciso do remedio", at % 4) for at in range(40)], 5)
    assert (found.shown, found.few_groups, found.few_messages, found.messages) == ([], 1, 40, 40)


def test_a_word_that_few_wrote_and_no_example_has_is_not_shown():
    everything = [said("preciso do remedio", at) for at in range(5)] + [said("preciso do remedio xurumela", 9)]
    (one,) = group(everything, 5).shown
    assert "preciso do remedio [...]" in one.examples
    everything += [said("preciso do remedio xurumela", 20 + at) for at in range(4)]
    (one,) = group(everything, 5).shown
    assert "preciso do remedio xurumela" in one.examples


@pytest.mark.parametrize("text", ["[nome]", "[telefone], [nome]", "preciso do remedio " * 20])
def test_what_tells_nothing_or_tells_too_much_is_no_example(text):
    assert group([said(text, at) for at in range(5)], 5).shown == []


def test_each_example_is_of_another_citizen():
    everything = [said(text, 1) for text in MEDICINE] + [said("preciso do remedio", at) for at in range(2, 6)]
    (one,) = group(everything, 5).shown
    assert len(one.examples) == 1


@pytest.fixture
def drafted(tmp_path):
    everything = [said(text, at) for at, text in enumerate([*MEDICINE, 'remedio: "#1" - \\ | % & * !tag'])]
    everything += [said("cadê meu protocolo", 10 + at, None, None) for at in range(6)]
    file = tmp_path / "rascunho.yml"
    file.write_text(draft(group(everything, 5), TODAY, 5, TODAY.last), encoding="utf-8")
    return file


def test_a_draft_teaches_rasa_nothing(drafted):
    assert load_data(str(drafted)).intent_examples == []


def test_a_draft_without_its_comment_marks_is_what_rasa_learns_from(drafted):
    head, groups = drafted.read_text(encoding="utf-8").split("nlu: []\n")
    lines = [row.removeprefix("# ") for row in groups.splitlines()]
    drafted.write_text(
        head + "nlu:\n" + "\n".join(f"# {row}" if not row.startswith(("-", " ")) else row for row in lines)
    )
    learnt = load_data(str(drafted))
    assert learnt.intents == {"tratar_saude", "escolha_a_intencao"}
    assert "preciso do remédio urgente" in {example.get("text") for example in learnt.intent_examples}
    assert learnt.entities == set()
