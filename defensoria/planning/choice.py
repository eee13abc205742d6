"""What the figures are about: a period, and perhaps a núcleo, an area, a subject, a town."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

FILTERS = ("nucleo", "area", "assunto", "municipio")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The atendimentos opened from `first` to `last`, both days included, in Cuiabá; None chooses all."""

    first: date
    last: date
    nucleo: str | None = None
    area: str | None = None
    assunto: str | None = None
    municipio: str | None = None

    @property
    def before(self) -> "Choice":
        """The period of the same length just before: what the figures are compared with."""
        length = self.last - self.first + timedelta(days=1)
        return replace(self, first=self.first - length, last=self.last - length)

    @property
    def days(self) -> Iterator[date]:
        """Every day of the period."""
        return (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))

    @property
    def chosen(self) -> Mapping[str, str]:
        """The filters that are set, by the name of the fact they are about."""
        return {name: value for name in FILTERS if (value := getattr(self, name))}
