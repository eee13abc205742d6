"""The office's facts once read: one frozen record for each kind of row, each with the source and date of its data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cached_property

from dateutil.easter import easter

from defensoria.office.vocabulary import Area, Service, Subject, Urgency


class Confidence(str, Enum):
    """How sure the office can be of a row: confirmed by a page, or inferred with good, medium or poor reason."""

    CONFIRMED = "confirmada"
    HIGH = "alta"
    MEDIUM = "media"
    LOW = "baixa"


class NucleoKind(str, Enum):
    """What a unit is in the office's structure."""

    COMARCA = "comarca"
    UNIFIED = "unificado"
    SPECIALISED = "especializado"
    ADMINISTRATIVE = "administrativo"


class Door(str, Enum):
    """How citizens get to a unit: it takes its whole comarca, only what a route sends to it, or nobody."""

    GENERAL = "geral"
    BY_ROUTE = "por_rota"
    NONE = "nenhuma"


class ContactKind(str, Enum):
    """What a contact is."""

    ADDRESS = "endereco"
    PHONE = "telefone"
    WHATSAPP = "whatsapp"
    EMAIL = "email"


class ClosureKind(str, Enum):
    """Why the office closes on a day of its own list."""

    HOLIDAY = "feriado"
    OPTIONAL = "ponto_facultativo"
    RECESS = "recesso"
    INTERRUPTION = "interrupcao"


@dataclass(frozen=True, kw_only=True)
class Sourced:
    """Where a fact was read and when: `source_date` is `AAAA`, `AAAA-MM`, `AAAA-MM-DD` or `s/d` (the page has none)."""

    source: str
    source_date: str


@dataclass(frozen=True, kw_only=True)
class Municipio(Sourced):
    """One of the 142 towns. Its official hour is Cuiabá's; 32 live by Brasília's (`keeps_brasilia_time`)."""

    ibge: str
    name: str
    comarca: str
    ddd: int
    keeps_brasilia_time: bool
    latitude: float
    longitude: float
    population: int
    comarca_confidence: Confidence
    comarca_source: str
    comarca_source_date: str
    time_source: str | None
    note: str | None


@dataclass(frozen=True, kw_only=True)
class Comarca(Sourced):
    """One of the 79 court districts; it is named after the município where its court sits."""

    name: str
    court_codes: tuple[str, ...]
    municipios: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, kw_only=True)
class Contact(Sourced):
    """One address, phone or e-mail of a unit. One that is not `public` is too old or not meant for citizens."""

    nucleo: str
    kind: ContactKind
    value: str
    public: bool
    note: str | None


@dataclass(frozen=True, kw_only=True)
class Nucleo(Sourced):
    """A unit of the office. `municipios` are those of its comarcas; no `subjects` means every subject of its areas."""

    id: str
    name: str
    kind: NucleoKind
    seat: str
    comarcas: tuple[str, ...]
    municipios: tuple[str, ...]
    areas: tuple[Area, ...]
    subjects: tuple[Subject, ...]
    door: Door
    works_on: str | None
    contacts: tuple[Contact, ...]
    plantao_microregion: str | None
    situation: str | None
    confidence: Confidence
    note: str | None

    @property
    def address(self) -> str | None:
        """The address citizens may be told, or None when it is not known."""
        return self._public(ContactKind.ADDRESS)

    @property
    def phone(self) -> str | None:
        """The phone citizens may be told, or None when it is not known."""
        return self._public(ContactKind.PHONE)

    @property
    def email(self) -> str | None:
        """The e-mail citizens may be told, or None when it is not known."""
        return self._public(ContactKind.EMAIL)

    def _public(self, kind: ContactKind) -> str | None:
        return next((contact.value for contact in self.contacts if contact.public and contact.kind is kind), None)


@dataclass(frozen=True, kw_only=True)
class Route(Sourced):
    """In one comarca, the unit for a need; None means any. Of the routes that fit, the lowest `order` wins."""

    order: int
    comarca: str
    area: Area | None
    service: Service | None
    subject: Subject | None
    nucleo: str
    confidence: Confidence
    note: str | None

    def fits(self, area: Area | None, service: Service | None, subject: Subject | None) -> bool:
        """Whether this route takes the need: what the route leaves open fits anything, also the unknown."""
        return self.area in (None, area) and self.service in (None, service) and self.subject in (None, subject)


@dataclass(frozen=True, kw_only=True)
class Wage(Sourced):
    """The national minimum wage in reais a month, from a day on."""

    valid_from: date
    amount: Decimal
    act: str


@dataclass(frozen=True, kw_only=True)
class Hours(Sourced):
    """Opening and closing time of a weekday (Monday is 0), in Cuiabá time; closed at `closes` sharp."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class Day:
    """A day of the calendar as the office writes it: `20/12` every year, `30/10/2026` once, `pascoa-47` from Easter."""

    day: int = 0
    month: int = 0
    year: int | None = None
    from_easter: int | None = None

    def falls_on(self, year: int) -> date | None:
        """The date in a year; None when the day belongs to another year or that year lacks it (29/02)."""
        if self.year not in (None, year):
            return None
        if self.from_easter is not None:
            return easter(year) + timedelta(days=self.from_easter)
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, kw_only=True)
class Closure(Sourced):
    """Days without service, or with shorter hours when `opens` or `closes` says so.

    It holds for every unit, unless it names a `seat` (the units seated in that município) or `nucleos` (ids).
    A range that ends in an earlier month than it starts runs into the next year. `except_years` are the years in
    which it starts and does not hold.
    """

    first: Day
    last: Day
    except_years: frozenset[int]
    opens: time | None
    closes: time | None
    name: str
    kind: ClosureKind
    seat: str | None
    nucleos: tuple[str, ...]
    note: str | None

    @property
    def whole_day(self) -> bool:
        """Whether nothing of the day is left open."""
        return self.opens is None and self.closes is None

    def span(self, on: date) -> tuple[date, date] | None:
        """First and last day of the occurrence that covers `on`, or None."""
        for year in (on.year, on.year - 1):
            first = None if year in self.except_years else self.first.falls_on(year)
            if first is None:
                continue
            last = self.last.falls_on(year)
            if last is None or last < first:
                last = self.last.falls_on(year + 1)
            if last is not None and first <= on <= last:
                return first, last
        return None


@dataclass(frozen=True, kw_only=True)
class ServiceFacts(Sourced):
    """What citizens are told of a service; `documents` are what it needs to know or see."""

    id: Service
    documents: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SubjectFacts(Sourced):
    """What citizens are told of a subject; `documents` come on top of the basic ones. `plantao`: may be urgent."""

    id: Subject
    documents: tuple[str, ...]
    plantao: bool


@dataclass(frozen=True, kw_only=True)
class BasicDocument(Sourced):
    """A document asked of everyone, whatever the subject."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class EmergencyNumber(Sourced):
    """A number for emergencies. `channel` is `telefone` or `whatsapp`; `urgencies` are those it serves."""

    id: str
    number: str
    channel: ContactKind
    name: str
    when: str
    hours: str | None
    urgencies: tuple[Urgency, ...]
    note: str | None


@dataclass(frozen=True, kw_only=True)
class PlantaoContact(Sourced):
    """A phone on duty for some units outside their hours; no `valid_until` means that nobody said until when."""

    nucleos: tuple[str, ...]
    region: str | None
    phone: str
    name: str | None
    valid_from: date
    valid_until: date | None
    note: str | None


@dataclass(frozen=True, kw_only=True)
class Redirection(Sourced):
    """That one unit's new requests go to another, from a day on; no `valid_until` means until somebody ends it."""

    nucleo: str
    to: str
    valid_from: date
    valid_until: date | None
    reason: str
    note: str | None

    def holds(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, kw_only=True)
class UrgentMatter(Sourced):
    """What plantão takes, in plain words."""

    title: str
    urgency: Urgency
    cases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class General(Sourced):
    """A single value of the office, such as its WhatsApp number."""

    key: str
    value: str


@dataclass(frozen=True, kw_only=True, eq=False)
class OfficeFacts:
    """Everything the office knows about itself, checked as a whole by `load_facts`; what is asked of it can be cached.

    An edit makes them anew, so that two are the same only when they are one.
    """

    municipios: Mapping[str, Municipio]
    comarcas: Mapping[str, Comarca]
    nucleos: Mapping[str, Nucleo]
    routes: tuple[Route, ...]
    wages: tuple[Wage, ...]
    hours: Mapping[int, Hours]
    closures: tuple[Closure, ...]
    services: Mapping[Service, ServiceFacts]
    subjects: Mapping[Subject, SubjectFacts]
    basic_documents: tuple[BasicDocument, ...]
    emergencies: Mapping[str, EmergencyNumber]
    plantao_contacts: tuple[PlantaoContact, ...]
    redirections: tuple[Redirection, ...]
    urgent_matters: tuple[UrgentMatter, ...]
    general: Mapping[str, General]

    def municipio(self, name: str) -> Municipio:
        """The município with that official name.

        Raises:
            ValueError: there is none.
        """
        if name not in self.municipios:
            raise ValueError(f"no município named {name!r}: use the official name of municipios.csv")
        return self.municipios[name]

    def nucleo(self, id: str) -> Nucleo:
        """The unit with that id.

        Raises:
            ValueError: there is none.
        """
        if id not in self.nucleos:
            raise ValueError(f"no unit with id {id!r}: use an id of nucleos.csv")
        return self.nucleos[id]

    @property
    def whatsapp_number(self) -> str:
        """The office's single WhatsApp number, as it is written for people."""
        return self.general["numero_unico"].value

    @property
    def plantao_page(self) -> str:
        """Where the office publishes who is on plantão."""
        return self.general["pagina_plantao"].value

    @property
    def app(self) -> str:
        """The office's app for citizens."""
        return self.general["aplicativo"].value

    @property
    def app_scheduling(self) -> str:
        """Where in the app an in-person attendance is booked."""
        return self.general["aplicativo_agendamento"].value

    @property
    def privacy_notice(self) -> str:
        """The version of the privacy notice: another one is shown again to everybody."""
        return self.general["aviso_privacidade"].value

    @property
    def privacy_page(self) -> str | None:
        """Where the office publishes what it does with citizens' data, if it does."""
        page = self.general.get("pagina_privacidade")
        return page.value if page else None

    @property
    def nucleos_page(self) -> str:
        """Where the office publishes the contacts of its núcleos."""
        return self.general["pagina_nucleos"].value

    @property
    def wages_individual(self) -> Decimal:
        """Income limit for a person, in minimum wages."""
        return Decimal(self.general["salarios_renda_individual"].value)

    @property
    def wages_family(self) -> Decimal:
        """Income limit for a family, in minimum wages."""
        return Decimal(self.general["salarios_renda_familiar"].value)

    @cached_property
    def routes_by_comarca(self) -> Mapping[str, tuple[Route, ...]]:
        """The routes of each comarca that has any, in order."""
        ordered = sorted(self.routes, key=lambda route: route.order)
        return {
            comarca: tuple(route for route in ordered if route.comarca == comarca)
            for comarca in dict.fromkeys(route.comarca for route in ordered)
        }

    @cached_property
    def general_doors(self) -> Mapping[str, Nucleo]:
        """The unit of each comarca that takes whatever no route sends elsewhere."""
        return {
            comarca: nucleo
            for nucleo in self.nucleos.values()
            if nucleo.door is Door.GENERAL
            for comarca in nucleo.comarcas
        }
