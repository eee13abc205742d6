"""What a citizen said in one message, and what that changes: values that hearing takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from defensoria.office.triage import CONFIRMATION, CORRECTION, QUESTIONS

NEED = "necessidade"
"""The key of a message's parse data that names the need it tells beside its intent; None where it tells none."""
WANTS_PERSON, WITHOUT_CITY, SUGGESTED_CITIES = "pede_pessoa", "sem_cidade", "cidades_possiveis"
SUGGESTED_OPTION = "opcao_possivel"
"""The question and the option that the last answer to it seemed to mean, so that a "sim" takes it."""
OVER_LIMIT = "renda_acima"
"""The citizen's own income in reais, where it is over the limit, so that the family's is asked."""
SEPARATOR = "|"
"""Between the parts of a slot that keeps several."""
PAY_RATE = "ganho_por_vez"
"""What one day or hour pays, and which of the two, where it was told without how many make a month."""
SUPPOSED = "assunto_suposto"
"""Whether the subject was taken from a story that states no need: one stated later stands in its place."""
HEARD_SLOTS = (
    *QUESTIONS, CONFIRMATION, CORRECTION, SUGGESTED_CITIES, SUGGESTED_OPTION, OVER_LIMIT, PAY_RATE, SUPPOSED,
    "urgencia", WANTS_PERSON, WITHOUT_CITY,
)  # fmt: skip
"""The slots that hearing a message may fill, and that starting again empties."""


@dataclass(frozen=True)
class Spoken:
    """A citizen's message.

    Attributes:
        text: its words.
        intent: the intent understood in them.
        tapped: the response whose option was tapped.
        need: the intent of a need told beside it.
        repeated: whether the citizen has just said the same.
        likely: the intent it is nearest to, where it was too uncertain to be understood.
        ranking: the intents it may have, the likeliest first.
    """

    text: str
    intent: str | None = None
    tapped: str | None = None
    need: str | None = None
    repeated: bool = False
    likely: str | None = None
    ranking: tuple[str, ...] = ()


@dataclass(frozen=True)
class Say:
    """A response to utter before the open question is asked (again), with the values it needs."""

    response: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """What a message changes: slot → new value (None empties it), and what to say first.

    `understood` is False only for a message that answered nothing and asked nothing.
    """

    slots: Mapping[str, str | bool | None] = field(default_factory=dict)
    says: tuple[Say, ...] = ()
    understood: bool = True
