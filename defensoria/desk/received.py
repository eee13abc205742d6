"""What a citizen sent, in the attendant's words, where it is more than what the citizen wrote."""

from collections.abc import Mapping

from defensoria.conversations.contents import (
    Contacts,
    Content,
    Edit,
    FlowReply,
    IdentityChange,
    Location,
    Media,
    Order,
    Reaction,
    RequestWelcome,
    Revoke,
    Unsupported,
)
from defensoria.conversations.models import Message
from defensoria.whatsapp.payloads import read_context, read_referral, read_stored

_BY_TYPE: Mapping[str, str | None] = {
    **dict.fromkeys(("text", "interactive", "button")),
    "audio": "áudio recebido",
    "image": "imagem recebida",
    "video": "vídeo recebido",
    "document": "documento recebido",
    "sticker": "figurinha recebida",
    "location": "localização recebida",
    "contacts": "contato recebido",
    "order": "pedido de catálogo recebido",
    "reaction": "reação recebida",
    "system": "aviso do WhatsApp",
    "edit": "mensagem corrigida",
    "revoke": "mensagem apagada",
}
_CHANGES: Mapping[str, str] = {
    "user_changed_number": "aviso do WhatsApp: a pessoa mudou de número",
    "customer_changed_number": "aviso do WhatsApp: a pessoa mudou de número",
    "user_changed_user_id": "aviso do WhatsApp: a pessoa mudou de identificação",
    "customer_identity_changed": "aviso do WhatsApp: a pessoa trocou de aparelho ou reinstalou o WhatsApp",
}

PURGED = "apagada: o prazo de guarda terminou"


def describe(message: Message, hours: Mapping[str, str]) -> str | None:
    """`áudio recebido`, `corrigiu a mensagem das 14:32`; None where the text says it all.

    Args:
        message: one from a citizen.
        hours: when the messages it may refer to were written, by wamid, as the transcript shows it.
    """
    if message.payload is None and message.text is None:
        return PURGED
    content = read_stored(message.payload)
    said = (content and _describe(content, hours)) or _by_type(message.type)
    origin = _origin((message.payload or {}).get("message") or {})
    return "; ".join(part for part in (said, origin) if part) or None


def _by_type(message_type: str) -> str | None:
    return _BY_TYPE.get(message_type, "mensagem de um tipo que não aparece aqui")


def _describe(content: Content, hours: Mapping[str, str]) -> str | None:
    match content:
        case Media(kind="document", filename=str(filename)):
            return f"documento recebido: {filename}"
        case Location():
            return _place(content)
        case Contacts(cards=cards) if cards:
            return "contato recebido: " + "; ".join(", ".join((card.name, *card.phones)) for card in cards)
        case Reaction(emoji=emoji, message_id=wamid):
            return f"reagiu com {emoji} {_to(wamid, hours)}" if emoji else f"retirou a reação {_to(wamid, hours)}"
        case Order(items=items) if items:
            return "pedido de catálogo: " + "; ".join(f"{item.quantity} × {item.product}" for item in items)
        case FlowReply():
            return "formulário do WhatsApp respondido"
        case IdentityChange(kind=kind):
            return _CHANGES.get(kind)
        case Edit(message_id=wamid):
            return f"corrigiu {_which(wamid, hours)}"
        case Revoke(message_id=wamid):
            return f"apagou {_which(wamid, hours)}"
        case RequestWelcome():
            return "abriu a conversa"
        case Unsupported():
            return "mensagem que o WhatsApp não repassa: peça que a pessoa escreva"
        case _:
            return None


def _place(place: Location) -> str:
    names = [name for name in (place.name, place.address) if name]
    return " – ".join([f"localização recebida: {place.latitude:.5f}, {place.longitude:.5f}", *names])


def _which(wamid: str, hours: Mapping[str, str]) -> str:
    return f"a mensagem das {hours[wamid]}" if wamid in hours else "uma mensagem anterior"


def _to(wamid: str, hours: Mapping[str, str]) -> str:
    return f"à mensagem das {hours[wamid]}" if wamid in hours else "a uma mensagem anterior"


def _origin(raw: Mapping[str, object]) -> str | None:
    context, referral = read_context(raw), read_referral(raw)
    if context is not None and context.forwarded:
        return "encaminhada de outra conversa"
    if referral is not None:
        return f"veio do anúncio “{referral.headline}”" if referral.headline else "veio de um anúncio"
    return None
