"""The figures, against a plain count of the same facts."""

import random
from datetime import date, datetime, timedelta
from statistics import median_low
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select

from defensoria.conversations.database import Database
from defensoria.conversations.models import AtendimentoFact, PlanningDay
from defensoria.planning import figures
from defensoria.planning.choice import Choice
from defensoria.planning.days import changed, keep_packed, pack_one
from defensoria.planning.dialogue import QUESTIONS

CUIABA = ZoneInfo("America/Cuiaba")
PERIOD = Choice(first=date(2026, 11, 1), last=date(2026, 11, 14))
CITIES, NUCLEOS = ("Sinop", "Cuiabá", None), ("sinop", "cuiaba-civel")


def _fact(rng: random.Random) -> AtendimentoFact:
    opened = datetime(2026, 10, 18, tzinfo=CUIABA) + timedelta(hours=rng.randrange(24 * 30))
    handed, taken = rng.random() < 0.6, rng.random() < 0.8
    return AtendimentoFact(
        opened_hour=opened,
        queued_hour=opened if handed else None,
        claimed_hour=opened + timedelta(hours=1) if handed and taken else None,
        municipio=rng.choice(CITIES),
        nucleo=rng.choice(NUCLEOS),
        area=rng.choice(("civel", "criminal")),
        elegibilidade=rng.choice(("elegivel", "nao_elegivel")),
        outcome=rng.choice((None, "abandonado", "resolvido", "fora_da_competencia")),
        came_back=rng.random() < 0.3,
        messages_in=rng.randrange(9),
        messages_bot=3,
        messages_people=2,
        files=0,
        minutes_triage=rng.randrange(30) if handed else None,
        minutes_waiting=rng.randrange(90) if handed and taken else None,
        minutes_attended=rng.randrange(90) if handed and taken else None,
        minutes_first_answer=rng.randrange(60) if handed and taken else None,
        outside_hours=rng.random() < 0.2,
        overnight=False,
        transfers=rng.randrange(2),
        rating=rng.choice((None, *figures.RATINGS)),
        **{f"asked_{slot}": rng.randrange(3) for slot in QUESTIONS},
        last_question=rng.choice(QUESTIONS),
        not_understood=rng.randrange(2),
        corrections=0,
        wanted_person=False,
        **{f"billed_{category}": rng.randrange(3) for category in figures.BILLED},
    )


@pytest.fixture
def kept(database: Database) -> list[AtendimentoFact]:
    """Four hundred facts, some of them outside the period; the same in every run."""
    rng = random.Random(3)  # noqa: S311 - test data
    facts = [_fact(rng) for _ in range(400)]
    with database.transaction() as session:
        session.add_all(facts)
    return facts


def _inside(facts: list[AtendimentoFact], choice: Choice = PERIOD) -> list[AtendimentoFact]:
    return [fact for fact in facts if choice.first <= fact.opened_hour.astimezone(CUIABA).date() <= choice.last]


def _table(database: Database, table, choice: Choice = PERIOD) -> dict:
    with database.transaction() as session:
        return {row[0]: tuple(row[1:]) for row in table(figures.Asked(session, choice)).rows}


def test_totals_beside_the_period_before(database, kept):
    found = _table(database, figures.demand_totals)
    before = Choice(first=date(2026, 10, 18), last=date(2026, 10, 31))
    assert PERIOD.before == before
    assert found["atendimentos"] == (len(_inside(kept)), len(_inside(kept, before)))
    assert found["pessoas_novas"][0] == sum(not fact.came_back for fact in _inside(kept))
    assert found["mensagens"][0] == sum(fact.messages_in for fact in _inside(kept))


def test_days_and_hours_are_those_of_cuiaba(database, kept):
    days = _table(database, figures.by_day)
    assert list(days) == list(PERIOD.days)
    hours = _table(database, figures.by_hour)
    for fact in _inside(kept)[:20]:
        local = fact.opened_hour.astimezone(CUIABA)
        same = [f for f in _inside(kept) if f.opened_hour.astimezone(CUIABA).date() == local.date()]
        assert days[local.date()] == (len(same),)
    assert sum(count for (count,) in days.values()) == sum(row[-1] for row in hours.values()) == len(_inside(kept))


@pytest.mark.parametrize("name", ["municipio", "nucleo", "area"])
def test_counts_by_value(database, kept, name):
    found = _table(database, figures.by_value(name))
    for value in {getattr(fact, name) for fact in kept}:
        assert found[value][0] == sum(getattr(fact, name) == value for fact in _inside(kept))


def test_the_way_through_the_triage(database, kept):
    found = _table(database, figures.way)
    for slot in QUESTIONS:
        times = [getattr(fact, f"asked_{slot}") for fact in _inside(kept)]
        left = [fact for fact in _inside(kept) if fact.outcome == "abandonado" and fact.last_question == slot]
        assert found[slot] == (sum(n > 0 for n in times), sum(n > 1 for n in times), len(left))


def test_the_service_of_each_nucleo(database, kept):
    found = _table(database, figures.service)
    for nucleo in NUCLEOS:
        handed = [fact for fact in _inside(kept) if fact.nucleo == nucleo and fact.queued_hour]
        taken = [fact for fact in handed if fact.claimed_hour]
        assert found[nucleo][0] == len(taken)
        assert found[nucleo][1] == median_low(fact.minutes_first_answer for fact in taken)
        assert found[nucleo][-3:] == tuple(sum(f.rating == rating for f in handed) for rating in figures.RATINGS)


def test_unmet_demand_and_cost(database, kept):
    found = _table(database, figures.unmet("municipio"))
    for city in CITIES:
        there = [fact for fact in _inside(kept) if fact.municipio == city]
        assert found[city][1] == sum(fact.outcome == "abandonado" for fact in there)
        assert found[city][2] == sum(fact.elegibilidade == "nao_elegivel" for fact in there)
    assert _table(database, figures.cost)["utility"][0] == sum(fact.billed_utility for fact in _inside(kept))


def test_a_choice_narrows_every_figure(database, kept):
    chosen = Choice(first=PERIOD.first, last=PERIOD.last, municipio="Sinop", area="civel")
    there = [fact for fact in _inside(kept) if (fact.municipio, fact.area) == ("Sinop", "civel")]
    assert _table(database, figures.demand_totals, chosen)["atendimentos"][0] == len(there)
    assert set(_table(database, figures.by_value("municipio"), chosen)) == {"Sinop"}


@pytest.mark.parametrize(("values", "part", "expected"), [([], 50, None), ([5], 50, 5), ([1, 2, 3, 4], 50, 2)])
def test_percentiles(values, part, expected):
    histogram = {value: values.count(value) for value in values}
    assert figures.percentile(histogram, part) == expected


_EVERY = (
    *(figures.demand_totals, figures.by_day, figures.by_hour, figures.way, figures.way_totals),
    *(figures.service, figures.waits_by_hour, figures.cost, figures.by_value("municipio"), figures.by_value("area")),
    *(figures.unmet("municipio"), figures.unmet("nucleo")),
)


def _every_table(database: Database) -> list:
    with database.transaction() as session:
        choices = (PERIOD, Choice(first=PERIOD.first, last=PERIOD.last, nucleo="sinop"))
        return [table(figures.Asked(session, choice)) for choice in choices for table in _EVERY]


def _pack_all(database: Database) -> None:
    with database.transaction() as session:
        while packed := pack_one(session):
            keep_packed(session, packed)


@pytest.fixture
def packed(database, kept) -> None:
    """All of the days are packed."""
    with database.transaction() as session:
        changed(session, {fact.opened_hour for fact in kept})
    _pack_all(database)


def test_packed_days_give_the_same_figures_as_the_facts(database, packed):
    from_packed = _every_table(database)
    with database.transaction() as session:
        days = session.scalar(select(func.count()).where(PlanningDay.packed.is_not(None)))
        assert days == len(set(session.scalars(select(PlanningDay.day)))) > 25
        session.execute(delete(PlanningDay))
    assert _every_table(database) == from_packed


def test_a_fact_that_changed_is_seen_at_once_and_packed_again(database, packed, kept):
    gone = _inside(kept)[0]
    with database.transaction() as session:
        session.delete(session.get(AtendimentoFact, gone.id))
        changed(session, [gone.opened_hour])
    for _ in range(2):
        assert _table(database, figures.demand_totals)["atendimentos"][0] == len(_inside(kept)) - 1
        _pack_all(database)


def test_a_day_that_changes_while_it_is_packed_is_not_kept_as_it_was(database, packed, kept):
    one = _inside(kept)[0]
    with database.transaction() as session:
        changed(session, [one.opened_hour])
        day = pack_one(session)
        session.delete(session.get(AtendimentoFact, one.id))
        changed(session, [one.opened_hour])
        keep_packed(session, day)
    assert _table(database, figures.demand_totals)["atendimentos"][0] == len(_inside(kept)) - 1
    _pack_all(database)
    assert _table(database, figures.demand_totals)["atendimentos"][0] == len(_inside(kept)) - 1


def test_a_day_whose_facts_all_went_is_packed_as_empty(database, packed, kept):
    with database.transaction() as session:
        session.execute(delete(AtendimentoFact))
        changed(session, {fact.opened_hour for fact in kept})
    _pack_all(database)
    assert _table(database, figures.demand_totals)["atendimentos"] == (0, 0)


def test_today_is_not_packed(database):
    today = datetime.now(CUIABA).replace(minute=0, second=0, microsecond=0)
    with database.transaction() as session:
        changed(session, [today])
        assert pack_one(session) is None
