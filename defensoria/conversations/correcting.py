"""Correcting what the triage found out, by the attendant who has the conversation."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from defensoria.conversations.events import record
from defensoria.conversations.holder import Contested, change, holder_name
from defensoria.conversations.models import Atendimento, Holder, User

CORRECTABLE = ("servico", "area", "assunto", "municipio", "urgencia")
"""Slots an attendant may correct. The núcleo changes only as the conversation is handed on."""


def correct(
    session: Session, atendimento_id: int, user: User, values: Mapping[str, str | None]
) -> Mapping[str, tuple[str | None, str | None]]:
    """Put in values of `CORRECTABLE` slots. Returns what changed: slot → value before and after.

    Raises:
        Contested: the conversation is not this user's.
    """
    seen: Atendimento = session.get(Atendimento, atendimento_id)
    changed = {
        slot: (getattr(seen, slot), values[slot])
        for slot in CORRECTABLE
        if slot in values and values[slot] != getattr(seen, slot)
    }
    mine = Atendimento.attendant_id == user.id
    new = {slot: after for slot, (_, after) in changed.items()}
    # The epoch stays: it is the same holder's turn.
    corrected = change(session, atendimento_id, Holder.HUMAN, seen.epoch, {"epoch": seen.epoch, **new}, mine)
    if corrected is None:
        raise Contested(holder_name(session, atendimento_id))
    if changed:
        record(session, corrected, "corrected", user.login, **{slot: list(pair) for slot, pair in changed.items()})
    return changed
