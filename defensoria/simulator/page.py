"""The phone in the browser: one page with the chat of one phone and a switcher between phones."""

from __future__ import annotations

from itertools import islice

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from defensoria.simulator.bubbles import bubble, environment
from defensoria.simulator.control import NUMBER
from defensoria.simulator.exchange import Exchange
from defensoria.simulator.payloads import BUSINESS_NUMBER
from defensoria.simulator.phones import FIRST_FICTIONAL, Phone, Phones
from defensoria.simulator.stream import position

SHOWN_PHONES = 30
"""The switcher shows the phones used last; a load test makes thousands."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def first_phones(phones: Phones) -> None:
    """The phones there are at start: WhatsApp's three ways of naming a person."""
    phones.create(name="Rosa (esconde o número)", wa_id=str(FIRST_FICTIONAL + 2), hides_number=True)
    phones.create(name="João (sem o nono dígito)", wa_id="556500000002")
    phones.create(name="Maria", wa_id=str(FIRST_FICTIONAL))


async def page(request: Request) -> HTMLResponse:
    """`GET /?phone=…`: a well-formed number nobody has yet gets a phone, so that a tab outlives a restart."""
    phones = request.app.state.exchange.phones
    number = request.query_params.get("phone", "")
    phone = phones.get_or_create(number) if NUMBER.fullmatch(number) else _last_used(request.app.state.exchange)
    html = environment.get_template("phone.html").render(
        phone=phone,
        phones=_shown(phones, phone),
        bubbles=[bubble(phone, message) for message in phone.messages.values()],
        position=position(phone),
        business_number=BUSINESS_NUMBER,
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"})


def _last_used(exchange: Exchange) -> Phone:
    phones = list(exchange.phones)
    return phones[-1] if phones else exchange.phones.create(name="Maria")


def _shown(phones: Phones, current: Phone) -> list[Phone]:
    last_used = list(islice(reversed(list(phones)), SHOWN_PHONES))
    shown = last_used if current in last_used else [current, *last_used]
    return sorted(shown, key=lambda phone: phone.name.casefold())


routes = [Route("/", page)]
