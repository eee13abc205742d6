"""Building the office's facts from their files and checking every reference between them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from defensoria.office.facts.reading import Cells, FactsError, Files, Row, keyed
from defensoria.office.facts.records import (
    BasicDocument,
    Closure,
    ClosureKind,
    ContactKind,
    EmergencyNumber,
    General,
    Hours,
    Municipio,
    Nucleo,
    OfficeFacts,
    PlantaoContact,
    ServiceFacts,
    SubjectFacts,
    UrgentMatter,
    Wage,
)
from defensoria.office.facts.redirections import load_redirections
from defensoria.office.facts.territory import PHONE, load_territory
from defensoria.office.vocabulary import Service, Subject, Urgency

PACKAGED = Path(__file__).parent
"""Where the project's own files are."""

_WEEKDAYS = ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo")
_GENERAL = {
    "numero_unico": PHONE,
    "pagina_plantao": (r"https://\S+", "https://defensoria.mt.def.br/pagina"),
    "pagina_nucleos": (r"https://\S+", "https://defensoria.mt.def.br/pagina"),
    "aviso_privacidade": (r"\d{4}-\d{2}(?:-\d{2})?", "2026-11"),
    "pagina_privacidade": (r"https://\S+", "https://defensoria.mt.def.br/pagina"),
    "aplicativo": (r"\S.{2,60}", "Defensoria Pública MT Cidadão"),
    "aplicativo_agendamento": (r"\S.{2,60}", "Serviços → Agendamento"),
    "salarios_renda_individual": (r"[1-9]\d?", "3"),
    "salarios_renda_familiar": (r"[1-9]\d?", "5"),
}
_MAY_BE_UNKNOWN = ("pagina_privacidade",)


def load_facts(folder: Path = PACKAGED, edited: Mapping[str, Sequence[Cells]] = MappingProxyType({})) -> OfficeFacts:
    """The facts of the files in `folder`, checked row by row and against each other.

    Args:
        folder: where the files are.
        edited: table, which is a CSV file's name without its ending → the rows that stand instead of the file's.

    Raises:
        FactsError: a file, row, value or reference is wrong; the message says which and what to do.
    """
    files = Files(folder, edited)
    territory = load_territory(files)
    return OfficeFacts(
        municipios=territory.municipios,
        comarcas=territory.comarcas,
        nucleos=territory.nucleos,
        routes=territory.routes,
        wages=_wages(files),
        hours=_hours(files),
        closures=_closures(files, territory.municipios, territory.nucleos),
        services=_services(files),
        subjects=_subjects(files),
        basic_documents=_basic_documents(files),
        emergencies=_emergencies(files),
        plantao_contacts=_plantao_contacts(files, territory.nucleos),
        redirections=load_redirections(files, territory.nucleos),
        urgent_matters=_urgent_matters(files),
        general=_general(files),
    )


def _wages(files: Files) -> tuple[Wage, ...]:
    """The minimum wages, oldest first."""

    def build(row: Row) -> Wage:
        return Wage(valid_from=row.day("vigencia"), amount=row.money("valor"), act=row.text("ato"), **row.source())

    rows = files.csv("salarios_minimos")
    wages = keyed(rows, build, lambda wage: wage.valid_from, "vigencia")
    if not wages:
        raise FactsError("salarios_minimos.csv: não há nenhum salário. Acrescente o salário mínimo em vigor.")
    return tuple(wages[day] for day in sorted(wages))


def _hours(files: Files) -> dict[int, Hours]:
    def build(row: Row) -> Hours:
        day, opens, closes = row.text("dia"), row.optional_time("abre"), row.optional_time("fecha")
        if day not in _WEEKDAYS:
            raise row.error(f'dia "{day}" não existe', f"Use um destes: {', '.join(_WEEKDAYS)}.")
        if not opens or not closes or opens >= closes:
            raise row.error("abre e fecha não formam um horário", "Escreva os dois, por exemplo 12:00 e 18:00.")
        return Hours(weekday=_WEEKDAYS.index(day), opens=opens, closes=closes, **row.source())

    hours = keyed(files.csv("expediente"), build, lambda h: h.weekday, "dia")
    if not hours:
        raise FactsError("expediente.csv: não há nenhum dia de atendimento. Acrescente ao menos um.")
    return hours


def _closures(files: Files, municipios: Mapping[str, Municipio], nucleos: Mapping[str, Nucleo]) -> tuple[Closure, ...]:
    return tuple(_closure(row, municipios, nucleos) for row in files.csv("fechamentos"))


def _closure(row: Row, municipios: Mapping[str, Municipio], nucleos: Mapping[str, Nucleo]) -> Closure:
    first = row.calendar_day("inicio")
    last = row.calendar_day("fim") if row.optional("fim") else first
    seat = row.optional("sede")
    if (first.year is None) != (last.year is None):
        raise row.error("inicio e fim não combinam", "Escreva o ano nos dois ou em nenhum.")
    if first.year and last.year and (last.year, last.month, last.day) < (first.year, first.month, first.day):
        raise row.error("fim vem antes de inicio", "Troque os dois.")
    opens, closes = row.optional_time("abre"), row.optional_time("fecha")
    if opens and closes and opens >= closes:
        raise row.error("abre não vem antes de fecha", "Corrija, ou deixe os dois vazios se não abre.")
    return Closure(
        first=first,
        last=last,
        except_years=frozenset(_year(row, item) for item in row.items("exceto_anos")),
        opens=opens,
        closes=closes,
        name=row.text("nome"),
        kind=row.choice("tipo", ClosureKind),
        seat=row.known("sede", seat, municipios, "municipios.csv") if seat else None,
        nucleos=tuple(row.known("nucleos", item, nucleos, "nucleos.csv") for item in row.items("nucleos")),
        note=row.optional("observacao"),
        **row.source(),
    )


def _year(row: Row, item: str) -> int:
    if not (item.isascii() and item.isdigit() and len(item) == 4):
        raise row.error(f'exceto_anos "{item}" não é um ano', "Escreva como 2026, ou 2026|2027.")
    return int(item)


def _services(files: Files) -> dict[Service, ServiceFacts]:
    def build(row: Row) -> ServiceFacts:
        return ServiceFacts(
            id=row.choice("id", Service),
            documents=row.items("documentos"),
            **row.source(),
        )

    rows = files.yaml("servicos.yml", "id documentos fonte data")
    services = keyed(rows, build, lambda service: service.id, "id")
    _check_complete("servicos.yml", [service.value for service in Service if service not in services])
    return services


def _subjects(files: Files) -> dict[Subject, SubjectFacts]:
    def build(row: Row) -> SubjectFacts:
        return SubjectFacts(
            id=row.choice("id", Subject),
            documents=row.items("documentos"),
            plantao=row.yes("plantao"),
            **row.source(),
        )

    rows = files.yaml("assuntos.yml", "id documentos plantao fonte data")
    subjects = keyed(rows, build, lambda subject: subject.id, "id")
    _check_complete("assuntos.yml", [subject.value for subject in Subject if subject not in subjects])
    return subjects


def _basic_documents(files: Files) -> tuple[BasicDocument, ...]:
    def build(row: Row) -> BasicDocument:
        return BasicDocument(id=row.text("id"), text=row.text("texto"), **row.source())

    rows = files.yaml("documentos_basicos.yml", "id texto fonte data")
    return tuple(keyed(rows, build, lambda document: document.id, "id").values())


def _emergencies(files: Files) -> dict[str, EmergencyNumber]:
    def build(row: Row) -> EmergencyNumber:
        channel = row.choice("canal", ContactKind)
        if channel not in (ContactKind.PHONE, ContactKind.WHATSAPP):
            raise row.error(f'canal "{channel.value}" não serve aqui', "Use telefone ou whatsapp.")
        return EmergencyNumber(
            id=row.text("id"),
            number=row.pattern("numero", rf"\d{{3}}|{PHONE[0]}", "190 ou (61) 9610-0180"),
            channel=channel,
            name=row.text("nome"),
            when=row.text("quando"),
            hours=row.optional("horario"),
            urgencies=row.choices("urgencias", Urgency),
            note=row.optional("observacao"),
            **row.source(),
        )

    return keyed(files.csv("emergencias"), build, lambda number: number.id, "id")


def _plantao_contacts(files: Files, nucleos: Mapping[str, Nucleo]) -> tuple[PlantaoContact, ...]:
    def build(row: Row) -> PlantaoContact:
        valid_from, valid_until = row.day("vale_de"), row.optional_day("vale_ate")
        if valid_until and valid_until < valid_from:
            raise row.error("vale_ate vem antes de vale_de", "Troque os dois.")
        region = row.optional("regiao")
        served = tuple(row.known("nucleos", one, nucleos, "nucleos.csv") for one in row.items("nucleos"))
        if not served and region:
            served = tuple(one.id for one in nucleos.values() if one.plantao_microregion == region)
        if not served:
            remedy = "Escreva os núcleos, ou uma região que esteja em microrregiao_plantao de nucleos.csv."
            raise row.error("não se sabe para quais núcleos vale", remedy)
        return PlantaoContact(
            nucleos=served,
            region=region,
            phone=row.pattern("telefone", *PHONE),
            name=row.optional("nome"),
            valid_from=valid_from,
            valid_until=valid_until,
            note=row.optional("observacao"),
            **row.source(),
        )

    return tuple(build(row) for row in files.csv("plantoes"))


def _urgent_matters(files: Files) -> tuple[UrgentMatter, ...]:
    def build(row: Row) -> UrgentMatter:
        return UrgentMatter(
            title=row.text("titulo"),
            urgency=row.choice("urgencia", Urgency),
            cases=row.items("casos"),
            **row.source(),
        )

    rows = files.csv("plantao_urgencias")
    return tuple(keyed(rows, build, lambda matter: matter.title, "titulo").values())


def _general(files: Files) -> dict[str, General]:
    def build(row: Row) -> General:
        key = row.text("chave")
        if key not in _GENERAL:
            raise row.error(f'chave "{key}" não existe', f"Use uma destas: {', '.join(_GENERAL)}.")
        return General(key=key, value=row.pattern("valor", *_GENERAL[key]), **row.source())

    general = keyed(files.csv("geral"), build, lambda one: one.key, "chave")
    _check_complete("geral.csv", [key for key in _GENERAL if key not in {*general, *_MAY_BE_UNKNOWN}])
    return general


def _check_complete(file: str, missing: list[str]) -> None:
    if missing:
        raise FactsError(f"{file}: falta {', '.join(missing)}. Acrescente um registro para cada.")
