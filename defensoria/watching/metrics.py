"""What Prometheus reads of a process and of the store, and who may read it.

Whoever asks needs `METRICS_TOKEN`; without one nothing is told. The token of Rasa's API would do too much: it opens
conversations.
"""

import hmac
from collections.abc import Iterable

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import generate_latest as written

from defensoria.settings import settings
from defensoria.watching.store import Reading

CONTENT_TYPE = CONTENT_TYPE_LATEST
OUTCOMES = ("answered", "handed_over", "closed", "failed", "dropped")
"""Of a turn: the bot goes on; a person is to; it is over; the bot gave no answer; somebody else had dealt with it."""
ANSWERS = ("ok", "refused", "failed")
"""Of the webhook: stored; not signed by Meta; not stored."""

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)

WEBHOOK = Histogram("defensoria_webhook_seconds", "Until a webhook was answered.", ["answer"], buckets=_SECONDS)
TURN = Histogram("defensoria_turn_seconds", "From a message's storing to the end of its turn.", buckets=_SECONDS)
TURNS = Counter("defensoria_turns_total", "Turns of the bot.", ["outcome"])

# A rate needs the 0 before the 1.
for _outcome in OUTCOMES:
    TURNS.labels(_outcome)
for _answer in ANSWERS:
    WEBHOOK.labels(_answer)


def is_allowed(authorization: str | None) -> bool:
    """Whether a request with this `Authorization` may read the numbers."""
    token = settings().metrics_token
    given = (authorization or "").encode("utf-8", "surrogatepass")
    return bool(token) and hmac.compare_digest(f"Bearer {token}".encode(), given)


def of_this_process() -> bytes:
    """Its own numbers, its memory and CPU among them."""
    return bytes(written(REGISTRY))


def of_the_store(readings: Iterable[Reading]) -> bytes:
    """Numbers that were read from the store."""
    registry = CollectorRegistry()
    for reading in readings:
        gauge = Gauge(reading.name, reading.meaning, [reading.label] if reading.label else [], registry=registry)
        for value, number in reading.numbers.items():
            (gauge.labels(value) if reading.label else gauge).set(number)
    return bytes(written(registry))
