"""What WhatsApp delivers, one JSON file a case."""

import json
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defensoria.conversations.contents import (
    Contact,
    Contacts,
    Context,
    Edit,
    FlowReply,
    IdentityChange,
    Location,
    Media,
    Order,
    OrderItem,
    Reaction,
    Referral,
    Reply,
    RequestWelcome,
    Revoke,
    TemplateButton,
    Text,
    Unknown,
    Unsupported,
)
from defensoria.conversations.inbox import InboundMessage
from defensoria.whatsapp.payloads import DeliveryStatus, Pricing, Unreadable, read_payload, read_stored

CASES = Path(__file__).parent / "payloads"


def read(case: str):
    return read_payload((CASES / f"{case}.json").read_bytes())


FILE = {"id": "9", "sha256": "EXlZQfPsmTqhBWqg8BqvN5r7QMOM3EOFuKvQDz1F2yY="}
MARIA = {"wa_id": "556599990001", "user_id": "BR.77"}
NEW_NUMBER = {"wa_id": "556599990009", "user_id": "BR.99"}

CONTENTS = {
    "text": ("text", Text(body="oi")),
    "image": ("image", Media(kind="image", mime_type="image/jpeg", caption="minha conta de luz", **FILE)),
    "video": ("video", Media(kind="video", mime_type="video/mp4", **FILE)),
    "audio": ("audio", Media(kind="audio", mime_type="audio/ogg; codecs=opus", voice=True, **FILE)),
    "document": (
        "document",
        Media(kind="document", mime_type="application/pdf", filename="comprovante.pdf", caption="segue", **FILE),
    ),
    "sticker": ("sticker", Media(kind="sticker", mime_type="image/webp", **FILE)),
    "location": (
        "location",
        Location(latitude=-15.601, longitude=-56.097, name="Praça Alencastro", address="Centro, Cuiabá"),
    ),
    "contacts": (
        "contacts",
        Contacts(cards=(Contact(name="João da Silva", phones=("+55 65 90000-0001",)), Contact(name="Ana"))),
    ),
    "reaction": ("reaction", Reaction(message_id="wamid.OUT1", emoji="👍")),
    "reaction_removed": ("reaction", Reaction(message_id="wamid.OUT1", emoji=None)),
    "button_reply": ("interactive", Reply(kind="button", id="utter_ask_triagem_form_area|civel", title="Cível")),
    "list_reply": (
        "interactive",
        Reply(kind="list", id="utter_ask_triagem_form_servico|documentos", title="Documentos"),
    ),
    "flow_reply": ("interactive", FlowReply(name="flow", response='{"nome": "Maria"}')),
    "interactive_never_seen": ("interactive", Unknown(type="interactive wave_reply")),
    "template_button": ("button", TemplateButton(text="Sim", payload="SIM")),
    "order": (
        "order",
        Order(
            items=(OrderItem(product="sku-1", quantity=2, price=Decimal("10.5"), currency="BRL"),),
            text="é este",
        ),
    ),
    "edit": ("edit", Edit(message_id="wamid.IN0", content=Text(body="em Sinop"))),
    "edit_caption": (
        "edit",
        Edit(message_id="wamid.IN0", content=Media(kind="image", mime_type="image/jpeg", caption="frente", **FILE)),
    ),
    "revoke": ("revoke", Revoke(message_id="wamid.IN0")),
    "request_welcome": ("request_welcome", RequestWelcome()),
    "unsupported": ("unsupported", Unsupported(errors=("131051 Message type unknown",))),
    "errors_instead_of_content": ("image", Unsupported(errors=("131052 Media download error",))),
    "type_never_seen": ("hologram", Unknown(type="hologram")),
}
NOTICES = {
    "system_without_contacts": IdentityChange(
        kind="user_changed_number", old={"wa_id": "556599990001"}, new={"wa_id": "556599990009"}
    ),
    "system_number_changed": IdentityChange(kind="user_changed_number", old=MARIA, new=NEW_NUMBER),
    "system_id_changed": IdentityChange(
        kind="user_changed_user_id", old={"user_id": "BR.77"}, new={"user_id": "BR.99"}
    ),
    "system_new_device": IdentityChange(kind="customer_identity_changed", old={"wa_id": "556599990001"}),
}
WORDS = {
    "text": "oi",
    "image": "minha conta de luz",
    "document": "segue",
    "button_reply": "Cível",
    "list_reply": "Documentos",
    "template_button": "Sim",
    "order": "é este",
    "edit": "em Sinop",
    "edit_caption": "frente",
}


@pytest.mark.parametrize("case", CONTENTS)
def test_a_message_is_read_with_who_when_and_what(case):
    (message,) = read(case)
    assert isinstance(message, InboundMessage)
    assert (message.type, message.content) == CONTENTS[case]
    assert (message.wa_id, message.user_id, message.profile_name) == ("556599990001", "BR.77", "Maria")
    assert message.at == datetime.fromtimestamp(1795449600, timezone.utc)
    assert message.payload["id"] == "wamid.IN1"


@pytest.mark.parametrize("case", CONTENTS)
def test_only_what_the_citizen_wrote_or_tapped_is_their_words(case):
    (message,) = read(case)
    assert message.text == WORDS.get(case)
    assert message.reply_id == (CONTENTS[case][1].id if case in ("button_reply", "list_reply") else None)


@pytest.mark.parametrize("case", CONTENTS)
def test_what_the_store_keeps_reads_the_same_again(case):
    (message,) = read(case)
    assert read_stored({"message": json.loads(json.dumps(message.payload))}) == message.content


@pytest.mark.parametrize("case", NOTICES)
def test_a_notice_of_whatsapps_comes_without_contacts_and_names_the_citizen_as_they_were(case):
    (message,) = read(case)
    assert (message.type, message.content) == ("system", NOTICES[case])
    assert message.identities == message.content.old


def test_a_message_says_what_it_refers_to_and_where_its_author_comes_from():
    (message,) = read("reply_to_a_message")
    assert message.context == Context(replied_to="wamid.OUT1")
    (message,) = read("forwarded")
    assert message.context == Context(forwarded=True, frequently_forwarded=True)
    (message,) = read("referral")
    assert message.referral == Referral(
        source_type="ad", source_id="12", source_url="https://fb.me/x", headline="Mutirão", body="Venha"
    )


def test_a_message_without_number_is_served_by_its_business_scoped_id():
    (message,) = read("without_number")
    assert (message.wa_id, message.user_id, message.address, message.profile_name) == (None, "BR.88", "BR.88", "Ana")


def test_a_status_carries_our_data_and_the_reason_of_a_failure():
    (status,) = read("status_failed")
    assert (status.wamid, status.status, status.callback_data) == ("wamid.OUT1", "failed", "42")
    assert (status.error, status.recipient) == ("131026 Message undeliverable", {})


def test_a_status_carries_whom_it_reached_and_its_price():
    (status,) = read("status_sent_with_price")
    assert status == DeliveryStatus(
        wamid="wamid.OUT1",
        status="sent",
        at=datetime.fromtimestamp(1795449601, timezone.utc),
        recipient=MARIA,
        conversation_id="c1",
        pricing=Pricing(billable=False, category="service", type="free_customer_service", model="PMP"),
    )
    (played,) = read("status_played")
    assert (played.status, played.recipient, played.pricing) == ("played", {"user_id": "BR.77"}, None)


def test_errors_that_belong_to_no_message_are_kept_for_inspection():
    (error,) = read("errors_at_value_level")
    assert isinstance(error, Unreadable)
    assert error.reason == "error: 130429 Rate limit hit"
    assert json.loads(error.body)["code"] == 130429


def test_every_entry_change_and_message_is_walked_and_one_bad_one_spoils_no_other():
    items = read("batch_with_one_bad")
    assert [item.text for item in items if isinstance(item, InboundMessage)] == ["um", "dois", "três"]
    (bad,) = [item for item in items if isinstance(item, Unreadable)]
    assert json.loads(bad.body) == {"from": "556599990001", "type": "text"}
    assert [item.wamid for item in items if isinstance(item, DeliveryStatus)] == ["wamid.OUT1"]


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"NaN", b'{"a": 1e999}'])
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
