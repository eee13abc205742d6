"""What the worker tells those who watch over it: whether it lives, whether it can serve, and its numbers."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from defensoria.settings import settings
from tests.whatsapp.conftest import inbound

READY, ALIVE, NUMBERS = (f"/webhooks/whatsapp/{name}" for name in ("ready", "alive", "metrics"))


@pytest.fixture
def token(monkeypatch) -> dict[str, str]:
    """The header of who may read the numbers."""
    monkeypatch.setenv("METRICS_TOKEN", "watch-token")
    settings.cache_clear()
    return {"Authorization": "Bearer watch-token"}


async def _read(line, token: dict[str, str]) -> dict[tuple[str, str], float]:
    answer = await line.client.get(NUMBERS, headers=token)
    assert answer.status_code == 200
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_it_is_ready_with_a_model_and_a_database(line):
    answer = await line.client.get(READY)
    assert (answer.status_code, answer.json()) == (200, {"model": True, "database": True})
    assert (await line.client.get(ALIVE)).text == "ok"


async def test_without_a_model_it_lives_and_is_not_ready(line, monkeypatch):
    monkeypatch.setattr(line.app.ctx.agent, "is_ready", lambda: False)
    answer = await line.client.get(READY)
    assert (answer.status_code, answer.json()) == (503, {"model": False, "database": True})
    assert (await line.client.get(ALIVE)).status_code == 200


async def test_without_its_database_it_lives_and_is_not_ready(line, monkeypatch):
    async def fails(_work):
        raise OperationalError("SELECT 1", {}, OSError("gone"))

    with monkeypatch.context() as broken:
        broken.setattr(line.app.ctx.database, "read", fails)
        answer = await line.client.get(READY)
    assert (answer.status_code, answer.json()) == (503, {"model": True, "database": False})
    assert (await line.client.get(ALIVE)).status_code == 200


async def test_numbers_are_for_the_watch_alone(line, token, monkeypatch):
    for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": f"Bearer {settings().rasa_token}"}):
        assert (await line.client.get(NUMBERS, headers=headers)).status_code == 403
    monkeypatch.delenv("METRICS_TOKEN")
    settings.cache_clear()
    for headers in ({}, token, {"Authorization": "Bearer"}):
        assert (await line.client.get(NUMBERS, headers=headers)).status_code == 403


async def test_a_webhook_and_a_turn_are_counted_and_nobody_is_in_the_numbers(line, token):
    before = await _read(line, token)
    await line.say(line.maria, "meu marido me bateu")
    await line.post(inbound(line.maria, "oi"), secret="wrong")
    after = await _read(line, token)
    gained = {name: after[name] - before.get(name, 0) for name in after}
    assert gained["defensoria_webhook_seconds_count", "ok"] == 1
    assert gained["defensoria_webhook_seconds_count", "refused"] == 1
    assert gained["defensoria_turns_total", "answered"] == 1
    assert gained["defensoria_turn_seconds_count", ""] == 1
    said = (await line.client.get(NUMBERS, headers=token)).text
    assert line.maria not in said
    assert "bateu" not in said
    assert "Maria" not in said


async def test_a_turn_without_an_answer_counts_as_failed(line, token, monkeypatch):
    async def fails(_message):
        raise RuntimeError("no")

    before = await _read(line, token)
    monkeypatch.setattr(line.app.ctx.agent, "handle_message", fails)
    await line.say(line.maria, "oi")
    after = await _read(line, token)
    assert after["defensoria_turns_total", "failed"] - before["defensoria_turns_total", "failed"] == 1
