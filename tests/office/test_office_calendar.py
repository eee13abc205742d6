"""Open or closed, why, and when next: by table where the year has surprises, by property everywhere else."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defensoria.office.calendar import (
    CUIABA,
    ClosedKind,
    closes_at,
    closing,
    is_open,
    next_opening,
    say_hours,
    say_moment,
    time_open,
)
from defensoria.office.facts import FactsError, OfficeFacts, load_facts, office_facts
from defensoria.office.facts.records import Day

FORMAT = "%Y-%m-%d %H:%M"


def at(text: str) -> datetime:
    return datetime.strptime(text, FORMAT).replace(tzinfo=CUIABA)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23 11:59", False),
        ("2026-11-23 12:00", True),
        ("2026-11-23 17:59", True),
        ("2026-11-23 18:00", False),
        ("2026-11-21 15:00", False),  # Saturday
        ("2026-11-22 15:00", False),  # Sunday
        ("2026-11-20 15:00", False),  # Consciência Negra, national
        ("2023-11-20 15:00", False),  # the same, then only of the state
        ("2026-01-01 15:00", False),
        ("2026-04-03 15:00", False),  # Good Friday
        ("2026-04-21 15:00", False),
        ("2026-05-01 15:00", False),
        ("2026-09-07 15:00", False),
        ("2026-10-12 15:00", False),
        ("2026-11-02 15:00", False),
        ("2026-02-16 15:00", False),  # Carnival Monday
        ("2026-02-17 15:00", False),  # Carnival Tuesday
        ("2026-02-18 12:59", False),  # Ash Wednesday
        ("2026-02-18 13:00", True),
        ("2026-02-19 12:00", True),
        ("2026-06-04 15:00", False),  # Corpus Christi
        ("2026-06-05 15:00", True),
        ("2026-10-28 15:00", False),
        ("2026-12-08 15:00", False),
        ("2025-12-19 17:59", True),
        ("2025-12-19 18:00", False),
        ("2025-12-22 15:00", False),
        ("2026-01-06 17:59", False),
        ("2026-01-07 11:59", False),
        ("2026-01-07 12:00", True),
        ("2025-01-07 12:00", True),
    ],
)
def test_the_office_is_open_only_in_its_hours(facts: OfficeFacts, moment: str, expected: bool) -> None:
    assert is_open(facts, at(moment)) is expected


def test_the_last_second_before_each_edge_counts(facts: OfficeFacts) -> None:
    second = timedelta(seconds=1)
    assert not is_open(facts, at("2026-11-23 12:00") - second)
    assert is_open(facts, at("2026-11-23 18:00") - second)


@pytest.mark.parametrize(
    ("day", "seat", "elsewhere"),
    [
        ("2026-04-08", "cuiaba-criminal", "varzea-grande"),
        ("2027-04-19", "barra-do-bugres", "caceres"),
        ("2025-07-25", "matupa", "guaranta-do-norte"),
        ("2026-09-15", "barra-do-garcas", "nova-xavantina"),
    ],
)
def test_a_municipal_day_closes_only_the_units_seated_there(
    facts: OfficeFacts, day: str, seat: str, elsewhere: str
) -> None:
    moment = at(f"{day} 15:00")
    assert not is_open(facts, moment, seat)
    assert is_open(facts, moment, elsewhere)
    assert is_open(facts, moment)
    reason = closing(facts, moment, seat)
    assert reason is not None
    assert reason.kind is ClosedKind.HOLIDAY


def test_an_instant_from_another_zone_is_read_in_cuiaba(facts: OfficeFacts) -> None:
    assert is_open(facts, datetime(2026, 11, 23, 16, 0, tzinfo=timezone.utc))
    assert not is_open(facts, datetime(2026, 11, 23, 15, 59, tzinfo=timezone.utc))


@pytest.mark.parametrize("ask", [is_open, next_opening, closing])
def test_a_naive_instant_or_an_unknown_unit_is_refused(facts: OfficeFacts, ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ValueError, match="no time zone"):
        ask(facts, datetime(2026, 11, 23, 12, 0))
    with pytest.raises(ValueError, match="no unit with id"):
        ask(facts, at("2026-11-23 12:00"), "atlantida")
    with pytest.raises(ValueError, match="no time zone"):
        say_moment(datetime(2026, 11, 23, 12, 0))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23 13:17", "2026-11-23 13:17"),  # open: now
        ("2026-11-23 08:00", "2026-11-23 12:00"),
        ("2026-11-23 18:00", "2026-11-24 12:00"),
        ("2026-11-20 09:00", "2026-11-23 12:00"),  # holiday on a Friday
        ("2025-12-19 18:00", "2026-01-07 12:00"),  # across the recess
        ("2022-12-20 12:00", "2023-01-09 12:00"),  # the recess ends on a Friday, as in 2023
        ("2026-02-13 18:00", "2026-02-18 13:00"),  # Carnival, then Ash Wednesday
        ("2026-12-07 18:00", "2026-12-09 12:00"),
    ],
)
def test_the_next_opening_steps_over_closed_days(facts: OfficeFacts, moment: str, opens: str) -> None:
    found = next_opening(facts, at(moment))
    assert found == at(opens)
    assert found.tzinfo is CUIABA


def test_the_next_opening_knows_the_units_own_days(facts: OfficeFacts) -> None:
    assert next_opening(facts, at("2026-04-07 18:00"), "cuiaba-criminal") == at("2026-04-09 12:00")
    assert next_opening(facts, at("2026-04-07 18:00"), "sinop") == at("2026-04-08 12:00")


@pytest.mark.parametrize(
    ("moment", "kind", "text"),
    [
        ("2026-11-23 11:59", "fora_do_horario", "o atendimento de hoje só começa às 12h de Cuiabá"),
        ("2026-11-23 18:00", "fora_do_horario", "o atendimento de hoje terminou às 18h de Cuiabá"),
        ("2026-11-21 15:00", "fim_de_semana", "hoje é fim de semana"),
        ("2026-04-21 15:00", "feriado", "hoje é feriado: Tiradentes"),
        ("2026-06-04 15:00", "ponto_facultativo", "hoje é ponto facultativo: Corpus Christi"),
        ("2026-12-08 15:00", "feriado", "hoje é feriado: Dia da Justiça"),
        (
            "2026-12-25 15:00",
            "recesso",
            "o atendimento está parado de 20 de dezembro a 6 de janeiro: recesso de fim de ano",
        ),
        (
            "2026-02-18 12:30",
            "fora_do_horario",
            "o atendimento de hoje só começa às 13h de Cuiabá (Quarta-feira de Cinzas)",
        ),
        ("2026-02-18 18:30", "fora_do_horario", "o atendimento de hoje terminou às 18h de Cuiabá"),
    ],
)
def test_the_reason_can_be_told_to_a_citizen(facts: OfficeFacts, moment: str, kind: str, text: str) -> None:
    reason = closing(facts, at(moment))
    assert reason is not None
    assert (reason.kind.value, reason.text) == (kind, text)


def test_there_is_no_reason_while_open(facts: OfficeFacts) -> None:
    assert closing(facts, at("2026-11-23 12:00")) is None


def _with_row(folder: Path, row: str) -> OfficeFacts:
    with (folder / "fechamentos.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    return load_facts(folder)


def test_a_one_off_row_closes_one_unit_part_of_a_day(folder: Path) -> None:
    facts = _with_row(folder, "24/11/2026,,,,15:00,obra no prédio,interrupcao,,sinop,Portaria,2026-11,")
    assert is_open(facts, at("2026-11-24 14:59"), "sinop")
    assert not is_open(facts, at("2026-11-24 15:00"), "sinop")
    assert is_open(facts, at("2026-11-24 15:00"), "sorriso")
    assert is_open(facts, at("2027-11-24 15:00"), "sinop")
    reason = closing(facts, at("2026-11-24 15:00"), "sinop")
    assert reason is not None
    assert reason.text == "o atendimento de hoje terminou às 15h de Cuiabá (obra no prédio)"
    before = closing(facts, at("2026-11-24 11:00"), "sinop")
    assert before is not None
    assert before.text == "o atendimento de hoje só começa às 12h de Cuiabá"


def test_rows_that_leave_nothing_of_a_day_close_it(folder: Path) -> None:
    facts = _with_row(folder, "24/11/2026,,,18:00,,falta de luz,interrupcao,,,Portaria,2026-11,")
    reason = closing(facts, at("2026-11-24 15:00"))
    assert reason is not None
    assert (reason.kind, reason.text) == (ClosedKind.INTERRUPTION, "hoje não há atendimento: falta de luz")
    assert next_opening(facts, at("2026-11-24 10:00")) == at("2026-11-25 12:00")


def test_a_yearly_day_can_be_moved_in_one_year(folder: Path) -> None:
    path = folder / "fechamentos.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("\n28/10,,,", "\n28/10,,2026,"), encoding="utf-8")
    facts = _with_row(folder, "30/10/2026,,,,,Dia do Servidor Público,ponto_facultativo,,,Portaria,2026-10,")
    assert is_open(facts, at("2026-10-28 15:00"))
    assert not is_open(facts, at("2026-10-30 15:00"))
    assert not is_open(facts, at("2027-10-28 15:00"))
    assert is_open(facts, at("2028-10-30 15:00"))


def test_a_one_off_range_may_cross_the_year(folder: Path) -> None:
    facts = _with_row(folder, "14/12/2026,15/01/2027,,,,mudança de sede,interrupcao,,sinop,Portaria,2026-12,")
    assert next_opening(facts, at("2026-12-11 18:00"), "sinop") == at("2027-01-18 12:00")
    assert is_open(facts, at("2027-12-14 15:00"), "sinop")


def test_facts_that_never_open_are_refused_not_searched_for_ever(facts: OfficeFacts) -> None:
    hours = {0: facts.hours[0]}
    mondays = [replace(facts.closures[0], first=day, last=day) for day in _days_of_two_years()]
    shut = replace(facts, hours=hours, closures=tuple(mondays))
    with pytest.raises(FactsError, match=r"^fechamentos\.csv: não sobra nenhum dia"):
        next_opening(shut, at("2026-11-23 10:00"))


def _days_of_two_years() -> list[Day]:
    start = date(2026, 1, 1)
    days = [start + timedelta(days=number) for number in range(730)]
    return [Day(day=day.day, month=day.month, year=day.year) for day in days]


@pytest.mark.parametrize(
    ("moment", "town", "said"),
    [
        ("2026-11-23 12:00", None, "segunda-feira, 23 de novembro, às 12h de Cuiabá"),
        ("2026-11-23 12:00", "Cuiabá", "segunda-feira, 23 de novembro, às 12h de Cuiabá"),
        ("2026-11-23 12:00", "Barra do Garças", "segunda-feira, 23 de novembro, às 12h de Cuiabá (13h de Brasília)"),
        ("2026-12-01 13:05", "Vila Rica", "terça-feira, 1º de dezembro, às 13h05 de Cuiabá (14h05 de Brasília)"),
        (
            "2026-11-23 23:30",
            "Vila Rica",
            "segunda-feira, 23 de novembro, às 23h30 de Cuiabá (0h30 de Brasília do dia seguinte)",
        ),
        ("2026-11-23 01:00", None, "segunda-feira, 23 de novembro, à 1h de Cuiabá"),
    ],
)
def test_a_moment_is_said_in_the_hours_the_town_lives_by(
    facts: OfficeFacts, moment: str, town: str | None, said: str
) -> None:
    assert say_moment(at(moment), facts.municipio(town) if town else None) == said


def test_the_hours_are_said_in_both_times_to_the_towns_that_keep_brasilias(facts: OfficeFacts) -> None:
    both = "de segunda a sexta, das 12h às 18h de Cuiabá (13h às 19h de Brasília)"
    one = "de segunda a sexta, das 12h às 18h de Cuiabá"
    said = {name: say_hours(facts, municipio) for name, municipio in facts.municipios.items()}
    assert say_hours(facts) == one
    assert sum(text == both for text in said.values()) == 32
    assert sum(text == one for text in said.values()) == 110
    assert said["Confresa"] == both


def test_days_with_other_hours_are_said_apart(facts: OfficeFacts) -> None:
    friday = replace(facts.hours[4], closes=facts.hours[4].closes.replace(hour=16, minute=30))
    saturday = replace(facts.hours[4], weekday=5, opens=friday.opens.replace(hour=8), closes=friday.opens)
    facts = replace(facts, hours={**facts.hours, 4: friday, 5: saturday})
    expected = (
        "de segunda a quinta, das 12h às 18h de Cuiabá; na sexta-feira, das 12h às 16h30 de Cuiabá; "
        "no sábado, das 8h às 12h de Cuiabá"
    )
    assert say_hours(facts) == expected


moments = st.datetimes(
    min_value=datetime(2022, 1, 1), max_value=datetime(2040, 12, 31), timezones=st.just(timezone.utc)
)
units = st.sampled_from([None, "sinop", "cuiaba-criminal", "matupa", "barra-do-garcas"])


@given(moments, units)
def test_the_next_opening_is_open_and_never_before(moment: datetime, nucleo: str | None) -> None:
    found = next_opening(office_facts(), moment, nucleo)
    assert found >= moment
    assert is_open(office_facts(), found, nucleo)


@given(moments, units, st.floats(0, 1))
def test_nothing_is_open_between_now_and_the_next_opening(moment: datetime, nucleo: str | None, share: float) -> None:
    found = next_opening(office_facts(), moment, nucleo)
    between = moment + (found - moment) * share
    if between < found:
        assert not is_open(office_facts(), between, nucleo)


@given(st.dates(date(2022, 1, 1), date(2040, 12, 31)), units)
def test_no_minute_before_the_next_opening_is_open(day: date, nucleo: str | None) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=CUIABA)
    minutes = (start + timedelta(minutes=minute) for minute in range(0, 24 * 60, 7))
    first = next((minute for minute in minutes if is_open(office_facts(), minute, nucleo)), None)
    found = next_opening(office_facts(), start, nucleo)
    if first is None:
        assert found >= start + timedelta(days=1) - timedelta(minutes=7)
    else:
        assert first - timedelta(minutes=7) < found <= first


@given(moments, units)
def test_it_is_closed_exactly_when_there_is_a_reason(moment: datetime, nucleo: str | None) -> None:
    reason = closing(office_facts(), moment, nucleo)
    assert is_open(office_facts(), moment, nucleo) is (reason is None)
    if reason is not None:
        assert reason.text


@pytest.mark.parametrize(
    ("moment", "closes"),
    [("2026-11-23 12:00", "2026-11-23 18:00"), ("2026-11-23 18:00", None), ("2026-11-22 15:00", None)],
)
def test_says_when_the_day_that_is_open_ends(moment, closes):
    assert closes_at(office_facts(), at(moment)) == (at(closes) if closes else None)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23 12:30", "2026-11-23 13:00", 0.5),
        ("2026-11-23 10:00", "2026-11-23 20:00", 6),
        ("2026-11-20 17:00", "2026-11-23 12:30", 0.5),  # 20 November is a holiday
        ("2026-11-19 17:00", "2026-11-23 12:30", 1.5),
        ("2026-11-21 09:00", "2026-11-22 20:00", 0),
        ("2026-11-23 14:00", "2026-11-23 13:00", 0),
    ],
)
def test_counts_only_the_time_the_office_served(start, end, hours):
    assert time_open(office_facts(), at(start), at(end)) == timedelta(hours=hours)
