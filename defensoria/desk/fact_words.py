"""How the desk calls the tables of the office's facts and their columns, and how each cell is filled in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from defensoria.desk import labels
from defensoria.office.editing import Table
from defensoria.office.facts import ClosureKind, Confidence, ContactKind, Door, NucleoKind, office_facts
from defensoria.office.facts.reading import Cells
from defensoria.office.vocabulary import Area, Service, Subject, Urgency

Options = list[tuple[str, str]]
"""What a cell may hold, in the order shown: value and words."""


@dataclass(frozen=True)
class Words:
    """How a table is called.

    Attributes:
        title: the table.
        row: one row of it, as the goal of a button.
        about: what one row says and does.
        listed: the columns that the list of rows shows; the form of a row shows all.
    """

    title: str
    row: str
    about: str
    listed: str


TABLES: Mapping[str, Words] = {
    "fechamentos": Words(
        "Fechamentos e horários menores",
        "fechamento",
        "Um dia ou período sem atendimento, ou com horário menor, para todos, para uma cidade ou para alguns núcleos. "
        "Feriados nacionais e de Mato Grosso já são conhecidos.",
        "inicio fim abre fecha nome tipo sede nucleos",
    ),
    "plantoes": Words(
        "Contatos do plantão",
        "contato do plantão",
        "Um telefone de plantão, para quais núcleos e em quais dias. O robô só diz os que valem no dia.",
        "nucleos regiao telefone nome vale_de vale_ate",
    ),
    "contatos": Words(
        "Endereços e telefones dos núcleos",
        "contato",
        "Um endereço, telefone ou e-mail de um núcleo. O que não pode ser divulgado fica aqui e não é dito a ninguém.",
        "nucleo tipo valor divulgar",
    ),
    "redirecionamentos": Words(
        "Redirecionamentos",
        "redirecionamento",
        "Um núcleo cujos pedidos novos vão para outro, que atende as mesmas áreas, desde um dia e até outro, ou até "
        "que alguém encerre.",
        "nucleo para vale_de vale_ate motivo",
    ),
    "nucleos": Words(
        "Núcleos",
        "núcleo",
        "Um núcleo e as comarcas que atende. O identificador não muda nem sai, porque os atendimentos o guardam: para "
        "fechar um núcleo, redirecione-o.",
        "id nome tipo sede comarcas areas porta",
    ),
    "rotas": Words(
        "Rotas",
        "rota",
        "Nas comarcas com mais de um núcleo, quem recebe o quê. Vale a de menor ordem que combina; o que fica vazio "
        "combina com tudo.",
        "ordem comarca area servico assunto nucleo",
    ),
    "expediente": Words("Expediente", "dia", "O horário de um dia da semana, na hora de Cuiabá.", "dia abre fecha"),
    "emergencias": Words(
        "Números de emergência",
        "número",
        "Um número que o robô dá a quem corre perigo. O primeiro de cada urgência é o primeiro a ligar.",
        "id numero canal nome quando horario urgencias",
    ),
    "plantao_urgencias": Words(
        "O que o plantão atende",
        "tipo de caso",
        "Um tipo de caso que não espera o expediente.",
        "titulo urgencia casos",
    ),
    "salarios_minimos": Words(
        "Salários mínimos",
        "salário mínimo",
        "Um salário mínimo, desde o dia em que vale. Dele saem os limites de renda.",
        "vigencia valor ato",
    ),
    "geral": Words(
        "Valores gerais",
        "valor",
        "Um valor único: o número do WhatsApp, páginas, o aplicativo, limites de renda em salários mínimos.",
        "chave valor",
    ),
}

_LABELS: Mapping[str, tuple[str, str]] = {
    "abre": ("Abre às", "Por exemplo 12:00. Num fechamento: preenchido, o dia só encurta."),
    "area": ("Área", "Vazio: qualquer uma."),
    "areas": ("Áreas", ""),
    "assunto": ("Assunto", "Vazio: qualquer um."),
    "ato": ("Ato", "A lei ou o decreto."),
    "canal": ("Canal", ""),
    "casos": ("Casos", "Um por linha, em palavras simples."),
    "chave": ("Chave", "Não muda: o robô a procura por este nome."),
    "comarca": ("Comarca", ""),
    "comarcas": ("Comarcas que atende", ""),
    "confianca": ("Confiança", "Quanta certeza há nesta linha."),
    "data": ("Data da fonte", "Por exemplo 2026, 2026-01 ou 31/01/2026; s/d se não tem."),
    "dia": ("Dia da semana", "Por exemplo segunda-feira."),
    "divulgar": ("Pode ser divulgado?", ""),
    "exceto_anos": ("Exceto nos anos", "Anos em que não vale, separados por |. Por exemplo 2026|2027."),
    "faz": ("O que faz", ""),
    "fecha": ("Fecha às", "Por exemplo 18:00. Num fechamento: preenchido, o dia só encurta."),
    "fim": ("Último dia", "Vazio: um dia só."),
    "fonte": ("Fonte", "De onde se sabe: a portaria, a página, quem avisou."),
    "horario": ("Horário", "Vazio: não se sabe."),
    "id": ("Identificador", "Letras minúsculas, números e hífen. Depois de salvo não muda."),
    "inicio": ("Primeiro dia", "28/10 todo ano; 30/10/2026 uma vez; pascoa-47 contado do domingo de Páscoa."),
    "microrregiao_plantao": ("Microrregião do plantão", ""),
    "motivo": ("Motivo", ""),
    "nome": ("Nome", ""),
    "nucleo": ("Núcleo", ""),
    "nucleos": ("Núcleos", ""),
    "numero": ("Número", "Por exemplo 190 ou (65) 99963-4454."),
    "observacao": ("Observação", "Só para a equipe."),
    "ordem": ("Ordem", "A menor que combina vale."),
    "para": ("Vai para o núcleo", ""),
    "porta": ("Porta", "Como as pessoas chegam a este núcleo."),
    "quando": ("Quando ligar", ""),
    "regiao": ("Região", "Sem núcleos marcados, vale para os que têm esta microrregião do plantão."),
    "sede": ("Cidade-sede", ""),
    "servico": ("Serviço", "Vazio: qualquer um."),
    "situacao": ("Situação", ""),
    "telefone": ("Telefone", "Por exemplo (66) 99999-0000."),
    "tipo": ("Tipo", ""),
    "titulo": ("Título", ""),
    "urgencia": ("Urgência", ""),
    "urgencias": ("Urgências", ""),
    "vale_ate": ("Vale até", "Por exemplo 31/01/2026. Vazio: até que alguém encerre."),
    "vale_de": ("Vale desde", "Por exemplo 31/01/2026."),
    "valor": ("Valor", ""),
    "vigencia": ("Vale desde", "Por exemplo 01/01/2026."),
}
_LABELS_OF_TABLE: Mapping[tuple[str, str], tuple[str, str]] = {
    ("fechamentos", "nome"): ("Nome do dia", "Como o robô diz: “hoje é feriado: …”."),
    ("fechamentos", "sede"): ("Só na cidade", "Vazio: não depende da cidade."),
    ("fechamentos", "nucleos"): ("Só nos núcleos", "Sem cidade e sem núcleos, vale para todos."),
    ("plantoes", "nome"): ("Quem está de plantão", "Pode ficar vazio."),
    ("salarios_minimos", "valor"): ("Valor em reais", "Por exemplo 1621.00, sem ponto de milhar."),
}

_MEMBERS: Mapping[str, Mapping[Enum, str]] = {
    "closure": {
        ClosureKind.HOLIDAY: "Feriado",
        ClosureKind.OPTIONAL: "Ponto facultativo",
        ClosureKind.RECESS: "Recesso",
        ClosureKind.INTERRUPTION: "Interrupção",
    },
    "contact": {
        ContactKind.ADDRESS: "Endereço",
        ContactKind.PHONE: "Telefone",
        ContactKind.WHATSAPP: "WhatsApp",
        ContactKind.EMAIL: "E-mail",
    },
    "nucleo": {
        NucleoKind.COMARCA: "De comarca",
        NucleoKind.UNIFIED: "Unificado",
        NucleoKind.SPECIALISED: "Especializado",
        NucleoKind.ADMINISTRATIVE: "Administrativo",
    },
    "door": {
        Door.GENERAL: "Geral: recebe tudo da comarca",
        Door.BY_ROUTE: "Por rota: só o que uma rota manda",
        Door.NONE: "Nenhuma: não recebe o público",
    },
    "confidence": {
        Confidence.CONFIRMED: "Confirmada",
        Confidence.HIGH: "Alta",
        Confidence.MEDIUM: "Média",
        Confidence.LOW: "Baixa",
    },
}
_LISTS = frozenset({("fechamentos", "nucleos"), ("plantoes", "nucleos"), ("nucleos", "comarcas")}) | frozenset(
    {("nucleos", "areas"), ("emergencias", "urgencias")}
)
"""Cells that hold several of their options."""
_LINES = frozenset({("plantao_urgencias", "casos")})
"""Cells that hold several texts of one's own."""
_LONG = frozenset({"fonte", "observacao", "motivo", "valor", "faz"})


@dataclass(frozen=True)
class Cell:
    """One cell as a form asks for it. `kind` is `text`, `long`, `lines`, `one` of the options or `several`."""

    column: str
    label: str
    hint: str
    kind: str
    value: str
    options: Options
    fixed: bool

    @property
    def chosen(self) -> frozenset[str]:
        """The options that a cell of several holds."""
        return frozenset(part for part in self.value.split("|") if part)

    @property
    def lines(self) -> str:
        """The value of a cell of lines, one below the other."""
        return "\n".join(self.value.split("|"))


def label(table: Table, column: str) -> str:
    """The heading of a column."""
    return _said_of(table, column)[0]


def cells(table: Table, row: Cells, new: bool) -> list[Cell]:
    """The form of a row."""
    return [_cell(table, column, row.get(column, ""), new) for column in table.columns]


def spoken(table: Table, column: str, value: str, most: int = 4) -> str:
    """What a cell says, in the words of its options without what explains them after a colon.

    Args:
        most: of several options as many are said, and how many more there are.
    """
    words = {option: said.partition(": ")[0] for option, said in _options(table, column) or ()}
    parts = value.split("|")
    if len(parts) > most:
        parts = [*parts[: most - 1], f"mais {len(parts) - most + 1}"]
    return ", ".join(words.get(part, part) for part in parts)


def listed(table: Table) -> list[str]:
    """The columns that the list of rows shows."""
    return TABLES[table.name].listed.split()


def _cell(table: Table, column: str, value: str, new: bool) -> Cell:
    words, hint = _said_of(table, column)
    options = _options(table, column)
    kind = "text"
    if options is not None:
        kind = "several" if (table.name, column) in _LISTS else "one"
        known = {option for option, _ in options}
        # What stands and is not among the options any more is not lost by opening the form.
        options = options + [(part, part) for part in value.split("|") if part and part not in known]
    elif (table.name, column) in _LINES:
        kind = "lines"
    elif column in _LONG:
        kind = "long"
    fixed = column == table.lasting and not new
    return Cell(column, words, hint, kind, value, options or [], fixed)


def _said_of(table: Table, column: str) -> tuple[str, str]:
    return _LABELS_OF_TABLE.get((table.name, column)) or _LABELS[column]


def _options(table: Table, column: str) -> Options | None:
    make = _OPTIONS.get((table.name, column)) or _OPTIONS.get(column)
    return make() if make else None


def _nucleos() -> Options:
    return sorted(((id, nucleo.name) for id, nucleo in office_facts().nucleos.items()), key=lambda one: one[1])


def _towns() -> Options:
    return [(name, name) for name in office_facts().municipios]


def _comarcas() -> Options:
    return [(name, name) for name in office_facts().comarcas]


def _members(of: str) -> Callable[[], Options]:
    return lambda: [(str(member.value), words) for member, words in _MEMBERS[of].items()]


def _menu(slot: str, values: Iterable[Enum]) -> Callable[[], Options]:
    return lambda: [(str(one.value), labels.option(slot, str(one.value))) for one in values]


def _urgencies() -> Options:
    return [(one.value, labels.urgency(one.value)) for one in Urgency]


_OPTIONS: Mapping[str | tuple[str, str], Callable[[], Options]] = {
    "nucleo": _nucleos,
    "para": _nucleos,
    "nucleos": _nucleos,
    "sede": _towns,
    "comarca": _comarcas,
    "comarcas": _comarcas,
    "area": _menu("area", Area),
    "areas": _menu("area", Area),
    "servico": _menu("servico", Service),
    "assunto": _menu("assunto", Subject),
    "urgencia": _urgencies,
    "urgencias": _urgencies,
    "confianca": _members("confidence"),
    "porta": _members("door"),
    "canal": lambda: [one for one in _members("contact")() if one[0] in ("telefone", "whatsapp")],
    "divulgar": lambda: [("sim", "Sim"), ("nao", "Não")],
    ("fechamentos", "tipo"): _members("closure"),
    ("contatos", "tipo"): _members("contact"),
    ("nucleos", "tipo"): _members("nucleo"),
}
