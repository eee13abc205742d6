"""How long each class of data is kept: the terms that the office edits in `retencao.yml`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, Extra, Field, ValidationError, validator

FILE = Path(__file__).parent / "retencao.yml"


class RetentionError(ValueError):
    """`retencao.yml` cannot be used; the message says where and why."""


class DataClass(str, Enum):
    """A kind of data with a term of its own."""

    MESSAGES = "mensagens"
    FILES = "arquivos"
    DIALOGUES = "dialogos"
    UNREADABLE = "ilegiveis"
    IDENTITIES = "identidades"
    REQUESTS = "pedidos"
    SESSIONS = "sessoes"
    AUDIT = "auditoria"
    EXPORTS = "exportacoes"
    LOGS = "registros"


class Rule(BaseModel, extra=Extra.forbid, frozen=True):
    """The term of one class, in days, and why it is kept so long."""

    name: str = Field(alias="nome", min_length=1)
    days: int = Field(alias="dias", gt=0)
    since: str = Field(alias="conta_de", min_length=1)
    purpose: str = Field(alias="finalidade", min_length=1)
    ground: str = Field(alias="base", min_length=1)
    source: str = Field(alias="prazo", min_length=1)


class Retention(BaseModel, extra=Extra.forbid, frozen=True):
    """Every term, the hour of the daily purge in Cuiabá, and the smallest count that may leave the office."""

    rules: Mapping[DataClass, Rule] = Field(alias="classes")
    hour: int = Field(alias="hora", ge=0, le=23)
    smallest_count: int = Field(alias="menor_contagem", gt=1)

    @validator("rules")
    def _complete(cls, rules: Mapping[DataClass, Rule]) -> Mapping[DataClass, Rule]:
        missing = [kind.value for kind in DataClass if kind not in rules]
        if missing:
            raise ValueError(f"falta {', '.join(missing)}")
        return rules

    def before(self, kind: DataClass, now: datetime) -> datetime:
        """The instant before which data of a class are due at `now`."""
        return now - timedelta(days=self.rules[kind].days)


def load_retention(file: Path = FILE) -> Retention:
    """Read and check the terms.

    Raises:
        RetentionError: the file is missing, is no YAML, or a class or value is not understood.
    """
    try:
        return Retention.parse_obj(yaml.safe_load(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        places = "; ".join(f"{' > '.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise RetentionError(f"{file.name}: {places}.") from None
    except (OSError, yaml.YAMLError) as error:
        raise RetentionError(f"{file.name}: {error}") from None


@lru_cache(maxsize=1)
def retention() -> Retention:
    """The terms of this process, read once."""
    return load_retention()
