"""WhatsApp's markup as safe HTML."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defensoria.markup import to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("oi *Maria*!", "oi <strong>Maria</strong>!"),
        ("_itálico_ e ~riscado~", "<em>itálico</em> e <s>riscado</s>"),
        ("*negrito com _itálico_*", "<strong>negrito com <em>itálico</em></strong>"),
        ("```2026-000123```", "<code>2026-000123</code>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("nome_de_arquivo_longo", "nome_de_arquivo_longo"),
        ("*aberto\nfechado*", "*aberto\nfechado*"),
        ("a <b>", "a &lt;b&gt;"),
        (
            "Veja https://exemplo.test/a_b_c?x=1&y=2.",
            'Veja <a href="https://exemplo.test/a_b_c?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">'
            "https://exemplo.test/a_b_c?x=1&amp;y=2</a>.",
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_markup_is_shown_as_whatsapp_shows_it(text: str, html: str) -> None:
    assert to_html(text) == html


@given(st.text(alphabet=st.sampled_from("*_~`<>&\"' a1\nhttps:/."), max_size=80))
def test_no_text_opens_a_tag_of_its_own_or_loses_a_letter(text: str) -> None:
    html = str(to_html(text))
    tags = re.findall(r"<[^>]*>", html)
    own = re.compile(
        r'</?(strong|em|s|code)>|<a href="https?://[^"<>]*" target="_blank" rel="noopener noreferrer">|</a>'
    )
    assert all(own.fullmatch(tag) for tag in tags)
    shown = unescape(re.sub(r"<[^>]*>", "", html))
    assert re.sub(r"[*_~`]", "", shown) == re.sub(r"[*_~`]", "", text)
