"""Reading who serves where: municípios, comarcas, units, their contacts and the routes between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from defensoria.office.facts.reading import Files, Row, keyed
from defensoria.office.facts.records import (
    Comarca,
    Confidence,
    Contact,
    ContactKind,
    Door,
    Municipio,
    Nucleo,
    NucleoKind,
    Route,
)
from defensoria.office.vocabulary import Area, Service, Subject

PHONE = r"\(\d{2}\) \d{4,5}-\d{4}", "(65) 99963-4454"


@dataclass(frozen=True)
class Territory:
    """The tables that say who serves where, each reference between them checked."""

    municipios: Mapping[str, Municipio]
    comarcas: Mapping[str, Comarca]
    nucleos: Mapping[str, Nucleo]
    routes: tuple[Route, ...]


def load_territory(files: Files) -> Territory:
    """Read `municipios.csv`, `comarcas.csv`, `nucleos.csv`, `contatos.csv` and `rotas.csv`.

    Raises:
        FactsError: a row is wrong, names something unknown, or leaves a município without a núcleo.
    """
    municipio_rows = list(files.csv("municipios"))
    nucleo_rows = list(files.csv("nucleos"))
    contact_rows = list(files.csv("contatos"))
    route_rows = list(files.csv("rotas"))
    keyed(municipio_rows, lambda row: row.text("codigo_ibge"), str, "codigo_ibge")
    municipios = keyed(municipio_rows, _municipio, lambda municipio: municipio.name, "nome")
    comarcas = _comarcas(list(files.csv("comarcas")), municipios)
    for row in municipio_rows:
        row.known("comarca", row.text("comarca"), comarcas, "comarcas.csv")
    routes = keyed(route_rows, _route, lambda route: f"{route.order} de {route.comarca}", "ordem").values()
    contacts = [_contact(row) for row in contact_rows]
    nucleos = _nucleos(nucleo_rows, municipios, comarcas, tuple(routes), contacts)
    for row in contact_rows:
        row.known("nucleo", row.text("nucleo"), nucleos, "nucleos.csv")
    for row, route in zip(route_rows, routes, strict=True):
        _check_route(row, route, comarcas, nucleos)
    _check_doors(nucleo_rows, municipio_rows, nucleos, tuple(routes))
    return Territory(municipios, comarcas, nucleos, tuple(routes))


def _municipio(row: Row) -> Municipio:
    keeps_brasilia_time = row.yes("hora_de_brasilia")
    return Municipio(
        ibge=row.pattern("codigo_ibge", r"51\d{5}", "5103403"),
        name=row.text("nome"),
        comarca=row.text("comarca"),
        ddd=int(row.pattern("ddd", "6[56]", "65")),
        keeps_brasilia_time=keeps_brasilia_time,
        latitude=row.degrees("latitude", -18.1, -7.3),
        longitude=row.degrees("longitude", -61.7, -50.2),
        population=row.integer("populacao"),
        comarca_confidence=row.choice("confianca_comarca", Confidence),
        comarca_source=row.text("fonte_comarca"),
        comarca_source_date=row.source_date("data_comarca"),
        time_source=row.text("fonte_hora") if keeps_brasilia_time else row.optional("fonte_hora"),
        note=row.optional("observacao"),
        **row.source(),
    )


def _comarcas(rows: list[Row], municipios: Mapping[str, Municipio]) -> dict[str, Comarca]:
    def build(row: Row) -> Comarca:
        name = row.known("nome", row.text("nome"), municipios, "municipios.csv")
        return Comarca(
            name=name,
            court_codes=row.items("codigo_foro"),
            municipios=tuple(municipio.name for municipio in municipios.values() if municipio.comarca == name),
            note=row.optional("observacao"),
            **row.source(),
        )

    return keyed(rows, build, lambda comarca: comarca.name, "nome")


def _route(row: Row) -> Route:
    return Route(
        order=row.integer("ordem"),
        comarca=row.text("comarca"),
        area=row.optional_choice("area", Area),
        service=row.optional_choice("servico", Service),
        subject=row.optional_choice("assunto", Subject),
        nucleo=row.text("nucleo"),
        confidence=row.choice("confianca", Confidence),
        note=row.optional("observacao"),
        **row.source(),
    )


def _contact(row: Row) -> Contact:
    kind = row.choice("tipo", ContactKind)
    telephone = kind in (ContactKind.PHONE, ContactKind.WHATSAPP)
    return Contact(
        nucleo=row.text("nucleo"),
        kind=kind,
        value=row.pattern("valor", *PHONE) if telephone else row.text("valor"),
        public=row.yes("divulgar"),
        note=row.optional("observacao"),
        **row.source(),
    )


def _nucleos(
    rows: list[Row],
    municipios: Mapping[str, Municipio],
    comarcas: Mapping[str, Comarca],
    routes: Sequence[Route],
    contacts: Sequence[Contact],
) -> dict[str, Nucleo]:
    def build(row: Row) -> Nucleo:
        nucleo = row.pattern("id", r"[a-z0-9]+(-[a-z0-9]+)*", "varzea-grande")
        served = tuple(row.known("comarcas", name, comarcas, "comarcas.csv") for name in row.items("comarcas"))
        return Nucleo(
            id=nucleo,
            name=row.text("nome"),
            kind=row.choice("tipo", NucleoKind),
            seat=row.known("sede", row.text("sede"), municipios, "municipios.csv"),
            comarcas=served,
            municipios=tuple(name for comarca in served for name in comarcas[comarca].municipios),
            areas=row.choices("areas", Area),
            subjects=_subjects_of(nucleo, routes),
            door=row.choice("porta", Door),
            works_on=row.optional("faz"),
            contacts=tuple(contact for contact in contacts if contact.nucleo == nucleo),
            plantao_microregion=row.optional("microrregiao_plantao"),
            situation=row.optional("situacao"),
            confidence=row.choice("confianca", Confidence),
            note=row.optional("observacao"),
            **row.source(),
        )

    return keyed(rows, build, lambda nucleo: nucleo.id, "id")


def _subjects_of(nucleo: str, routes: Sequence[Route]) -> tuple[Subject, ...]:
    """The subjects that bring people to a unit; empty when a route to it, or having none, leaves the subject open."""
    subjects = dict.fromkeys(route.subject for route in routes if route.nucleo == nucleo)
    return () if None in subjects else tuple(subject for subject in subjects if subject)


def _check_route(row: Row, route: Route, comarcas: Mapping[str, Comarca], nucleos: Mapping[str, Nucleo]) -> None:
    row.known("comarca", route.comarca, comarcas, "comarcas.csv")
    nucleo = nucleos[row.known("nucleo", route.nucleo, nucleos, "nucleos.csv")]
    area = route.area or (route.subject and route.subject.area)
    if nucleo.door is Door.NONE:
        raise row.error(f"{nucleo.id} não recebe o público", "Escolha outro núcleo ou mude porta em nucleos.csv.")
    if route.comarca not in nucleo.comarcas:
        remedy = "Acrescente a comarca ao núcleo em nucleos.csv ou escolha outro núcleo."
        raise row.error(f"{nucleo.id} não atende a comarca de {route.comarca}", remedy)
    if area and area not in nucleo.areas:
        remedy = "Acrescente a área ao núcleo em nucleos.csv ou escolha outro núcleo."
        raise row.error(f"{nucleo.id} não atende a área {area.value}", remedy)


def _check_doors(
    nucleo_rows: list[Row], municipio_rows: list[Row], nucleos: Mapping[str, Nucleo], routes: Sequence[Route]
) -> None:
    """Every comarca has one general door, every area has a unit there, and every unit with a door can be reached."""
    doors: dict[str, str] = {}
    for row in nucleo_rows:
        nucleo = nucleos[row.text("id")]
        if nucleo.door is Door.BY_ROUTE and all(route.nucleo != nucleo.id for route in routes):
            raise row.error(f"nenhuma rota leva a {nucleo.id}", "Acrescente uma em rotas.csv ou mude porta.")
        if nucleo.door is not Door.GENERAL:
            continue
        for comarca in nucleo.comarcas:
            if comarca in doors:
                reason = f"a comarca de {comarca} já tem porta geral ({doors[comarca]})"
                raise row.error(reason, "Deixe porta geral em um só núcleo; no outro escreva por_rota.")
            doors[comarca] = nucleo.id
            for area in _areas_without_unit(nucleo, comarca, routes):
                reason = f"a área {area.value} fica sem núcleo na comarca de {comarca}"
                raise row.error(reason, "Acrescente a área aqui ou uma rota para a área inteira em rotas.csv.")
    for row in municipio_rows:
        if row.text("comarca") not in doors:
            reason = f"{row.text('nome')} fica sem núcleo: nenhum é porta geral na comarca de {row.text('comarca')}"
            raise row.error(reason, "Acrescente o núcleo em nucleos.csv ou corrija a comarca aqui.")


def _areas_without_unit(door: Nucleo, comarca: str, routes: Sequence[Route]) -> list[Area]:
    routed = {route.area for route in routes if route.comarca == comarca and not (route.service or route.subject)}
    return [area for area in Area if area not in door.areas and not {area, None} & routed]
