"""Whatever is posted to the webhook, signed or not: never a fault of ours, never a wait, never more than allowed."""

import asyncio
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defensoria.conversations import inbox
from defensoria.conversations.inbox import InboundMessage
from defensoria.conversations.models import Message, UnreadablePayload
from defensoria.whatsapp import service
from defensoria.whatsapp.gate import MOST_BYTES, REFUSALS
from defensoria.whatsapp.payloads import Unreadable, read_payload
from defensoria.whatsapp.signature import sign

from .conftest import APP_SECRET, inbound

WEBHOOK = "/webhooks/whatsapp/webhook"
CASES = [json.loads(case.read_text()) for case in sorted((Path(__file__).parent / "payloads").iterdir())]
PATIENCE = 5.0

_text = st.text(max_size=12) | st.sampled_from(["\x00", "a\ud800", "\udcff", "9" * 400, "-1", "1e999", "{}", "../../x"])
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=10,
)


@st.composite
def _bent(draw):
    """A payload of WhatsApp's in which some values, anywhere, are something else or gone."""
    payload = json.loads(json.dumps(draw(st.sampled_from(CASES))))
    for _ in range(draw(st.integers(1, 4))):
        place = payload
        while True:
            key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            inner = place[key]
            if isinstance(inner, (dict, list)) and inner and draw(st.integers(0, 5)):
                place = inner
                continue
            if draw(st.booleans()) or isinstance(place, list):
                place[key] = draw(_json)
            else:
                place[draw(_text)] = place.pop(key)
            break
    return json.dumps(payload).encode()


bodies = _bent() | st.binary(max_size=300) | _json.map(lambda value: json.dumps(value).encode())
many = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def unserved(line, monkeypatch):
    """The webhook alone: what it stores is not answered."""
    monkeypatch.setattr(service, "_PLACES", 0)
    return line


@many
@given(body=bodies)
async def test_a_signed_body_of_any_shape_is_acknowledged_at_once(unserved, body):
    answer = await asyncio.wait_for(unserved.post(body), PATIENCE)
    assert answer.status_code == 200


@many
@given(body=bodies)
async def test_what_was_acknowledged_can_be_stored_and_read_back_on_every_database(database, body):
    with database.transaction() as session:
        for item in read_payload(body):
            if isinstance(item, InboundMessage):
                inbox.receive(session, item)
            elif isinstance(item, Unreadable):
                inbox.keep_unreadable(session, item.reason, item.body)
    with database.transaction() as session:
        session.query(Message).all()
        session.query(UnreadablePayload).all()


@many
@given(
    signature=st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, blacklist_characters="\x7f"), max_size=90),
    body=st.binary(max_size=50),
)
async def test_no_header_of_any_bytes_opens_the_gate_or_breaks_it(unserved, signature, body):
    answer = await unserved.client.post(
        WEBHOOK, content=body, headers={b"X-Hub-Signature-256": signature.encode("latin-1")}
    )
    assert answer.status_code in (403, 429)


@pytest.mark.parametrize("depth", [60, 400, 980, 100_000])
async def test_a_body_nested_ever_so_deeply_is_kept_for_inspection(unserved, depth):
    nested = b'{"entry":[{"changes":[{"value":{"messages":[{"id":"w","from":"1","type":"text","text":{"body":"a"},"x":'
    body = nested + b"[" * depth + b"]" * depth + b"}]}}]}]}"
    assert (await unserved.post(body)).status_code == 200
    (kept,) = await unserved.rows(UnreadablePayload)
    assert kept.body == body.decode()


@pytest.mark.parametrize("announced", [f"Content-Length: {MOST_BYTES + 1}", "Transfer-Encoding: chunked"])
async def test_a_body_beyond_metas_size_is_413_before_it_is_read(unserved, announced):
    signature = f"X-Hub-Signature-256: {sign(b'', APP_SECRET)}"
    assert b"413" in await _answer_to_head(unserved, announced, signature, then=f"{MOST_BYTES + 1:x}\r\n")


async def test_a_body_without_a_signature_is_refused_before_it_is_read(unserved):
    assert b"403" in await _answer_to_head(unserved, "Content-Length: 1000")


async def test_a_signed_body_of_metas_size_is_taken(unserved):
    payload = json.dumps(inbound(unserved.maria, "oi")).encode()
    assert (await unserved.post(payload.ljust(MOST_BYTES))).status_code == 200
    assert len(await unserved.messages()) == 1


@pytest.mark.parametrize("secret", ["other", ""])
async def test_who_has_not_the_secret_is_429_after_some_tries_and_meta_never(unserved, secret):
    answers = [(await unserved.post(b"{}", secret=secret)).status_code for _ in range(REFUSALS.amount + 5)]
    assert answers == [403] * REFUSALS.amount + [429] * 5
    assert (await unserved.post(inbound(unserved.maria, "oi"))).status_code == 200
    query = {"hub.mode": "subscribe", "hub.verify_token": "other", "hub.challenge": "1"}
    assert (await unserved.client.get(WEBHOOK, params=query)).status_code == 429
    query["hub.verify_token"] = "test-verify-token"
    assert (await unserved.client.get(WEBHOOK, params=query)).status_code == 200


async def test_metas_own_traffic_is_not_limited(unserved):
    answers = await asyncio.gather(*(unserved.post(b"{}") for _ in range(REFUSALS.amount * 3)))
    assert {answer.status_code for answer in answers} == {200}


async def _answer_to_head(line, *headers: str, then: str = "") -> bytes:
    """The first line that is answered to a request whose body does not come."""
    url = line.client.base_url
    reading, writing = await asyncio.open_connection(url.host, url.port)
    head = "\r\n".join((f"POST {WEBHOOK} HTTP/1.1", "Host: x", *headers))
    writing.write(f"{head}\r\n\r\n{then}".encode())
    try:
        return await asyncio.wait_for(reading.readline(), PATIENCE)
    finally:
        writing.close()
