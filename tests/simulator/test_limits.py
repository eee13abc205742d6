"""The Graph API's limits, each just kept and passed by one."""

from typing import Any

import pytest

from defensoria.simulator.graph_errors import GraphError
from defensoria.simulator.node import Node
from defensoria.simulator.outgoing import Outgoing, read_outgoing

TO = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "5565900000001"}


def send(**message: Any) -> Outgoing:
    return read_outgoing(Node("", {**TO, **message}))


def refusal(**message: Any) -> GraphError:
    with pytest.raises(GraphError) as refused:
        send(**message)
    assert refused.value.status == 400
    return refused.value


def text(length: int) -> dict[str, Any]:
    return {"type": "text", "text": {"body": "ã" * length}}


def button(*, id: str = "sim", title: str = "Sim") -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": id, "title": title}}


def buttons(*given: dict[str, Any], body: str = "Você já tem processo?", **more: Any) -> dict[str, Any]:
    interactive = {"type": "button", "body": {"text": body}, "action": {"buttons": list(given)}, **more}
    return {"type": "interactive", "interactive": interactive}


def row(number: int = 0, **more: Any) -> dict[str, Any]:
    return {"id": f"linha-{number}", "title": f"Linha {number}", **more}


def section(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"rows": list(rows), **more}


def listing(*sections: dict[str, Any], label: str = "Ver opções", body: str = "Qual assunto?", **more: Any) -> Any:
    action = {"button": label, "sections": list(sections)}
    return {
        "type": "interactive",
        "interactive": {"type": "list", "body": {"text": body}, "action": action, **more},
    }


def rows(count: int) -> list[dict[str, Any]]:
    return [row(number) for number in range(count)]


def text_part(kind: str, length: int) -> dict[str, Any]:
    part = {"text": "x" * length}
    return {kind: {"type": "text", **part} if kind == "header" else part}


LIMITS = {
    "text body": (lambda n: text(n), 4096, "text['body']"),
    "buttons": (lambda n: buttons(*(button(id=f"b{i}", title=f"B{i}") for i in range(n))), 3, "['action']['buttons']"),
    "button title": (lambda n: buttons(button(title="t" * n)), 20, "['buttons'][0]['reply']['title']"),
    "button id": (lambda n: buttons(button(id="i" * n)), 256, "['buttons'][0]['reply']['id']"),
    "button body": (lambda n: buttons(button(), body="x" * n), 1024, "interactive['body']['text']"),
    "header": (lambda n: buttons(button(), **text_part("header", n)), 60, "interactive['header']['text']"),
    "footer": (lambda n: buttons(button(), **text_part("footer", n)), 60, "interactive['footer']['text']"),
    "list rows": (lambda n: listing(section(*rows(n))), 10, "interactive['action']['sections']"),
    "list sections": (
        lambda n: listing(*(section(row(i), title=f"S{i}") for i in range(n))),
        10,
        "interactive['action']['sections']",
    ),
    "list body": (lambda n: listing(section(row()), body="x" * n), 1024, "interactive['body']['text']"),
    "list label": (lambda n: listing(section(row()), label="x" * n), 20, "interactive['action']['button']"),
    "section title": (lambda n: listing(section(row(), title="x" * n)), 24, "['sections'][0]['title']"),
    "row title": (lambda n: listing(section(row(title="x" * n))), 24, "['rows'][0]['title']"),
    "row description": (lambda n: listing(section(row(description="x" * n))), 72, "['rows'][0]['description']"),
    "row id": (lambda n: listing(section(row(id="x" * n))), 200, "['rows'][0]['id']"),
    "caption": (lambda n: {"type": "image", "image": {"id": "1", "caption": "x" * n}}, 1024, "image['caption']"),
    "callback data": (
        lambda n: {**text(1), "biz_opaque_callback_data": "x" * n},
        512,
        "biz_opaque_callback_data",
    ),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_message_at_the_limit_is_accepted_and_one_over_is_refused_by_field(name: str) -> None:
    build, limit, field = LIMITS[name]
    send(**build(limit))
    refused = refusal(**build(limit + 1))
    assert field in refused.details
    assert str(limit + 1) in refused.details
    assert refused.code == (100 if name == "text body" else 131009)


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (text(0), "text['body']"),
        ({"type": "text", "text": {"body": " \n "}}, "text['body']"),
        (buttons(), "interactive['action']['buttons']"),
        (buttons(button(title="")), "['reply']['title']"),
        (buttons(button(), body=""), "interactive['body']['text']"),
        (listing(), "interactive['action']['sections']"),
        (listing(section()), "['sections'][0]['rows']"),
        (listing(section(row()), label=""), "interactive['action']['button']"),
        (listing(section(row(title=""))), "['rows'][0]['title']"),
    ],
)
def test_what_must_hold_something_may_not_be_empty(message: dict[str, Any], field: str) -> None:
    assert field in refusal(**message).details


def test_ten_rows_are_counted_over_all_sections() -> None:
    send(**listing(section(*rows(5), title="A"), section(*rows(10)[5:], title="B")))
    refused = refusal(**listing(section(*rows(5), title="A"), section(*rows(11)[5:], title="B")))
    assert "11 rows in all" in refused.details


def test_sections_need_titles_only_when_there_are_several() -> None:
    send(**listing(section(row(1))))
    assert "['sections'][1]['title']" in refusal(**listing(section(row(1), title="A"), section(row(2)))).details


@pytest.mark.parametrize(
    "message",
    [
        buttons(button(id="a", title="Sim"), button(id="a", title="Não")),
        buttons(button(id="a", title="Sim"), button(id="b", title="Sim")),
        listing(section(row(1), row(1, title="Outra"))),
        listing(section(row(1), title="A"), section(row(1, title="Outra"), title="B")),
    ],
)
def test_ids_and_button_titles_may_not_repeat(message: dict[str, Any]) -> None:
    refused = refusal(**message)
    assert refused.code == 131009
    assert "unique" in refused.details


@pytest.mark.parametrize(
    ("message", "details"),
    [
        ({"type": "carta"}, "type"),
        ({"type": 7}, "type"),
        ({"type": "text"}, "text is required"),
        ({"type": "text", "text": "oi"}, "text must be a JSON object"),
        ({"type": "text", "text": {"body": 1}}, "text['body'] must be a string"),
        ({"type": "text", "text": {"body": "oi", "titulo": "x"}}, 'Unexpected key "titulo"'),
        ({"type": "text", "text": {"body": "oi", "preview_url": "sim"}}, "text['preview_url']"),
        ({**text(1), "messaging_product": "sms"}, "messaging_product"),
        ({**text(1), "recipient_type": "todos"}, "recipient_type"),
        ({**text(1), "to": None}, "to is required"),
        ({**text(1), "to": 5565900000001}, "to must be a string"),
        ({**text(1), "to": "Maria"}, "to must be a phone number"),
        ({**text(1), "to": "٥٥٦٥٩٠٠٠٠٠٠٠"}, "to must be a phone number"),
        ({**text(1), "recipient": "BR.1"}, "not both"),
        ({**text(1), "context": {}}, "context['message_id']"),
        ({**text(1), "context": "wamid.1"}, "context must be a JSON object"),
        (buttons({"type": "url", "reply": {"id": "a", "title": "A"}}), "['buttons'][0]['type']"),
        (listing(section(row()), header={"type": "image", "image": {"id": "1"}}), "interactive['header']['type']"),
        ({"type": "interactive", "interactive": {"type": "dança"}}, "interactive['type']"),
        ({"type": "template", "template": {"name": "aviso"}}, "template['language']"),
        ({"type": "image", "image": {}}, "exactly one"),
        ({"type": "image", "image": {"link": "javascript:alert(1)"}}, "image['link']"),
        ({"type": "audio", "audio": {"id": "1", "caption": "x"}}, "caption"),
        ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, "location['latitude']"),
        ({"type": "location", "location": {"latitude": True, "longitude": 0}}, "location['latitude']"),
        ({"type": "contacts", "contacts": []}, "contacts"),
        ({"type": "reaction", "reaction": {"emoji": "👍"}}, "reaction['message_id']"),
    ],
)
def test_a_wrong_shape_is_refused_by_field(message: dict[str, Any], details: str) -> None:
    refused = refusal(**message)
    assert details in refused.details
    assert refused.code in (100, 131009)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ({"text": {"body": "sem tipo é texto"}}, "sem tipo é texto"),
        (
            {
                "type": "template",
                "template": {
                    "name": "aviso",
                    "language": {"code": "pt_BR"},
                    "components": [{"type": "body", "parameters": [{"type": "text", "text": "Maria"}]}],
                },
            },
            "aviso\nMaria",
        ),
        ({"type": "document", "document": {"id": "1", "filename": "lista.pdf", "caption": "Leia"}}, "lista.pdf\nLeia"),
        ({"type": "sticker", "sticker": {"link": "https://exemplo.test/a.webp"}}, ""),
        ({"type": "video", "video": {"id": "1"}}, ""),
        (
            {"type": "location", "location": {"latitude": "-15.6", "longitude": -56.1, "name": "CPA"}},
            "CPA\n-15.6, -56.1",
        ),
        ({"type": "contacts", "contacts": [{"name": {"formatted_name": "Núcleo"}}]}, "Núcleo"),
        ({"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": ""}}, ""),
    ],
)
def test_every_type_is_accepted_in_its_basic_shape(message: dict[str, Any], shown: str) -> None:
    assert send(**message).content.text == shown


def test_punctuation_in_a_number_is_ignored() -> None:
    outgoing = send(**text(1), to="+55 (65) 90000-0001")
    assert (outgoing.wa_id, outgoing.addressee) == ("5565900000001", "+55 (65) 90000-0001")
