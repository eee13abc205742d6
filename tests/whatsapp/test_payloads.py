"""What WhatsApp delivers, one JSON file a case."""

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defensoria.conversations.inbox import InboundMessage
from defensoria.whatsapp.payloads import DeliveryStatus, Unreadable, read_payload

CASES = Path(__file__).parent / "payloads"


def read(case: str):
    return read_payload((CASES / f"{case}.json").read_bytes())


@pytest.mark.parametrize(
    ("case", "kind", "text", "reply_id"),
    [
        ("text", "text", "oi", None),
        ("button_reply", "interactive", "Cível", "utter_ask_triagem_form_area|civel"),
        ("list_reply", "interactive", "Documentos", "utter_ask_triagem_form_servico|documentos"),
        ("template_button", "button", "Sim", None),
        ("audio", "audio", None, None),
        ("reaction_removed", "reaction", None, None),
        ("type_never_seen", "hologram", None, None),
    ],
)
def test_a_message_is_read_with_who_when_and_what(case, kind, text, reply_id):
    (message,) = read(case)
    assert isinstance(message, InboundMessage)
    assert (message.type, message.text, message.reply_id) == (kind, text, reply_id)
    assert (message.wa_id, message.user_id, message.profile_name) == ("556599990001", "BR.77", "Maria")
    assert message.at == datetime.fromtimestamp(1795449600, timezone.utc)
    assert message.payload["id"] == "wamid.IN1"


def test_a_message_without_number_is_served_by_its_business_scoped_id():
    (message,) = read("without_number")
    assert (message.wa_id, message.user_id, message.address, message.profile_name) == (None, "BR.88", "BR.88", "Ana")


def test_a_system_message_comes_without_contacts():
    (message,) = read("system_without_contacts")
    assert (message.type, message.wa_id) == ("system", "556599990001")


def test_a_status_carries_our_data_and_the_reason_of_a_failure():
    assert read("status_failed") == [DeliveryStatus("wamid.OUT1", "failed", "42", "131026 Message undeliverable")]
    assert read("status_read") == [DeliveryStatus("wamid.OUT1", "read", None, None)]


def test_every_entry_change_and_message_is_walked_and_one_bad_one_spoils_no_other():
    items = read("batch_with_one_bad")
    assert [item.text for item in items if isinstance(item, InboundMessage)] == ["um", "dois", "três"]
    (bad,) = [item for item in items if isinstance(item, Unreadable)]
    assert json.loads(bad.body) == {"from": "556599990001", "type": "text"}
    assert [item.wamid for item in items if isinstance(item, DeliveryStatus)] == ["wamid.OUT1"]


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_kept_with_its_reason(raw):
    (item,) = read_payload(raw)
    assert isinstance(item, Unreadable)
    assert item.reason.startswith("not JSON")


@pytest.mark.parametrize("raw", [b"{}", b"[]", b"null", b'{"entry": [null, {"changes": [{}]}]}', b'{"entry": 3}'])
def test_what_carries_nothing_gives_nothing(raw):
    assert read_payload(raw) == []


def test_a_nul_and_a_lone_surrogate_in_a_text_are_made_storable():
    payload = json.loads((CASES / "text.json").read_text())
    payload["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"] = "a\x00b\ud800"
    (message,) = read_payload(json.dumps(payload).encode())
    assert message.text == "ab?"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(st.data())
def test_no_field_of_any_shape_raises(data):
    payload = json.loads((CASES / data.draw(st.sampled_from(sorted(p.name for p in CASES.iterdir())))).read_text())
    value = payload["entry"][0]["changes"][0]["value"]
    target = data.draw(st.sampled_from([payload, value, *value.get("messages", []), *value.get("statuses", [])]))
    target[data.draw(st.sampled_from(sorted(target)))] = data.draw(_json)
    read_payload(json.dumps(payload).encode())
