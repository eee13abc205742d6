"""A mistyped facts file is refused with its name, the row, the reason and what to do."""

import csv
from pathlib import Path

import pytest

from defensoria.office.facts import FactsError, load_facts

# file, text as it is, the mistake made of it, what the message must say
MISTAKES = [
    ("municipios.csv", "5100201,Água Boa,", "5100102,Água Boa,", 'codigo_ibge "5100102" já está na linha 2'),
    ("municipios.csv", "5100201,Água Boa,", "5100201,Acorizal,", 'nome "Acorizal" já está na linha 2'),
    (
        "municipios.csv",
        "5100201,Água Boa,Água Boa,66",
        "5100201,Água Boa,Agua Boa,66",
        '"Agua Boa" não existe em comarcas',
    ),
    ("municipios.csv", "5100201,Água Boa,Água Boa,66", "5100201,Água Boa,Água Boa,6x", 'ddd "6x"'),
    ("municipios.csv", "5100201,Água", "51002,Água", 'codigo_ibge "51002"'),
    ("municipios.csv", "66,sim,-14.051", "66,talvez,-14.051", '"talvez" não é sim nem nao'),
    ("municipios.csv", "66,sim,-14.051", "66,sim,140.51", "fora de Mato Grosso"),
    ("municipios.csv", "66,sim,-14.051", '66,sim,"-14,051"', "não é um número"),
    ("municipios.csv", "-52.1601,29219", "-52.1601,29 mil", 'populacao "29 mil" não é um número inteiro'),
    ("comarcas.csv", "\nColniza,", "\nColnisa,", '"Colnisa" não existe em municipios.csv'),
    ("comarcas.csv", "Colniza,8.11.0105,", "Colniza,8.11.0105,,sem aspas,", "cabeçalho tem 5"),
    ("nucleos.csv", "\nalto-garcas,", "\nalto-araguaia,", 'id "alto-araguaia" já está na linha 3'),
    ("nucleos.csv", "\nalto-garcas,", "\nAlto Garças,", 'id "Alto Garças"'),
    ("nucleos.csv", "comarca,Colniza,Colniza,", "comarca,Colniza,Colnisa,", 'comarcas "Colnisa" não existe'),
    ("nucleos.csv", "comarca,Colniza,Colniza,", "comarca,Colnisa,Colniza,", 'sede "Colnisa" não existe'),
    ("nucleos.csv", "Colniza,Colniza,civel|criminal", "Colniza,Colniza,civil|criminal", 'areas "civil" não existe'),
    ("nucleos.csv", "Colniza,Colniza,civel|criminal", "Colniza,Colniza,civel", "criminal fica sem núcleo na comarca"),
    ("nucleos.csv", "Colíder,Colíder,", "Colíder,Colniza,", "a comarca de Colniza já tem porta geral"),
    ("contatos.csv", "\nitauba,endereco", "\nitaúba,endereco", 'nucleo "itaúba" não existe em nucleos.csv'),
    ("contatos.csv", "\nitauba,endereco", "\nitauba,casa", 'tipo "casa" não existe'),
    ("contatos.csv", "(65) 99664-0645", "65 99664", "não tem o formato"),
    ("rotas.csv", "\n40,Cuiabá,criminal,", "\n40,Cuiabá,penal,", 'area "penal" não existe'),
    ("rotas.csv", ",,moradia,", ",,despejo,", 'assunto "despejo" não existe'),
    ("rotas.csv", ",andamento_processual,,", ",andamento,,", 'servico "andamento" não existe'),
    ("rotas.csv", ",cuiaba-criminal,", ",cuiaba-crime,", 'nucleo "cuiaba-crime" não existe'),
    ("rotas.csv", ",nucleo-fundiario-cuiaba,", ",sede-administrativa,", "não recebe o público"),
    ("rotas.csv", ",nucleo-fundiario-cuiaba,", ",sinop,", "não atende a comarca de Cuiabá"),
    ("rotas.csv", ",nucleo-fundiario-cuiaba,", ",cuiaba-criminal,", "não atende a área civel"),
    ("rotas.csv", "\n40,Cuiabá", "\n30,Cuiabá", 'ordem "30 de Cuiabá" já está na linha 4'),
    ("salarios_minimos.csv", "2025-01-01,1518.00", "2024-01-01,1518.00", "já está na linha 5"),
    ("salarios_minimos.csv", "1621.00", "1.621,00", "cabeçalho tem 5"),
    ("salarios_minimos.csv", "1621.00", "1.621", 'valor "1.621" não é um valor em reais'),
    ("salarios_minimos.csv", "2026-01-01", "2026-13-01", 'vigencia "2026-13-01" não é uma data'),
    ("salarios_minimos.csv", ",2026-01-13", ",ontem", 'data "ontem" não é a data de uma fonte'),
    ("salarios_minimos.csv", ",2026-01-13", ",", "data está vazio"),
    ("expediente.csv", "sexta-feira,12:00", "sexta,12:00", 'dia "sexta" não existe'),
    ("expediente.csv", "sexta-feira,12:00", "sexta-feira,25:00", 'abre "25:00" não é uma hora'),
    ("expediente.csv", "sexta-feira,12:00,18:00", "sexta-feira,18:00,12:00", "não formam um horário"),
    ("fechamentos.csv", "\n28/10,", "\n30/02,", 'inicio "30/02" não é um dia'),
    ("fechamentos.csv", "\n28/10,,", "\n28/10,30/10/2026,", "inicio e fim não combinam"),
    ("fechamentos.csv", "\n28/10,,", "\n28/10/2026,27/10/2026,", "fim vem antes de inicio"),
    ("fechamentos.csv", "\n28/10,,,", "\n28/10,,26,", 'exceto_anos "26" não é um ano'),
    ("fechamentos.csv", ",feriado,Matupá,", ",feriado,Matupa,", 'sede "Matupa" não existe'),
    ("fechamentos.csv", ",feriado,Matupá,", ",feriado,,nucleo-x", 'nucleos "nucleo-x" não existe'),
    ("fechamentos.csv", ",feriado,Matupá,", ",festa,Matupá,", 'tipo "festa" não existe'),
    ("plantoes.csv", "\nmatupa,,(66) 99607", "\nmatupá,,(66) 99607", 'nucleos "matupá" não existe'),
    ("plantoes.csv", "\nmatupa,,(66) 99607", "\n,Nenhuma,(66) 99607", "não se sabe para quais núcleos vale"),
    ("plantoes.csv", "99607-2257,,2024-07-23,,", "99607-2257,,2024-07-23,2024-07-01,", "vem antes de vale_de"),
    ("plantao_urgencias.csv", "Prisão,prisao", "Prisão,cadeia", 'urgencia "cadeia" não existe'),
    ("emergencias.csv", "\n192,192,telefone", "\n192,19,telefone", 'numero "19"'),
    ("emergencias.csv", "\n192,192,telefone", "\n192,192,email", 'canal "email" não serve'),
    ("geral.csv", "\nnumero_unico", "\nnumero", 'chave "numero" não existe'),
    ("geral.csv", "(65) 99963-4454", "99963-4454", 'valor "99963-4454"'),
    ("assuntos.yml", "- id: moradia", "- id: despejo", 'id "despejo" não existe'),
    ("assuntos.yml", "- id: moradia", "- id: consumidor", 'id "consumidor" já está na linha'),
    (
        "servicos.yml",
        "- id: orientacao\n  documentos:",
        "- id: orientacao\n  papeis:",
        "os campos não",
    ),
]


@pytest.mark.parametrize(("file", "was", "mistake", "reason"), MISTAKES)
def test_a_mistake_is_reported_with_file_and_row(folder: Path, file: str, was: str, mistake: str, reason: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(was) == 1, "the packaged file changed: choose another row to spoil"
    (folder / file).write_text(text.replace(was, mistake), encoding="utf-8")
    line = text[: text.index(was)].count("\n") + was.startswith("\n") + 1
    with pytest.raises(FactsError) as error:
        load_facts(folder)
    message = str(error.value)
    assert message.startswith(f"{file}, linha {line}: ")
    assert reason in message
    remedy = message.rsplit(". ", 1)[1]
    assert remedy.endswith(".")


@pytest.mark.parametrize(
    "file", ["municipios.csv", "nucleos.csv", "rotas.csv", "fechamentos.csv", "emergencias.csv", "geral.csv"]
)
def test_a_row_without_source_is_refused(folder: Path, file: str) -> None:
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    names = lines[0].split(",")
    lines[1] = ",".join("" if name == "fonte" else cell for name, cell in zip(names, _cells(lines[1]), strict=True))
    (folder / file).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FactsError, match=rf"^{file}, linha 2: fonte está vazio\. Preencha\.$"):
        load_facts(folder)


def _cells(line: str) -> list[str]:
    return [f'"{cell}"' for cell in next(csv.reader([line]))]


def test_a_municipio_left_without_a_unit_is_named(folder: Path) -> None:
    _drop_line(folder / "nucleos.csv", "colniza,")
    with pytest.raises(FactsError, match=r"^municipios\.csv, linha \d+: Colniza fica sem núcleo: .* Acrescente"):
        load_facts(folder)


def test_a_unit_that_no_route_reaches_is_named(folder: Path) -> None:
    _drop_line(folder / "rotas.csv", "70,Cuiabá")
    with pytest.raises(FactsError, match=r"^nucleos\.csv, linha \d+: nenhuma rota leva a nucleo-fundiario-cuiaba\."):
        load_facts(folder)


def test_a_missing_value_of_the_vocabulary_is_named(folder: Path) -> None:
    text = (folder / "servicos.yml").read_text(encoding="utf-8")
    (folder / "servicos.yml").write_text(text[: text.index("- id: orientacao")], encoding="utf-8")
    with pytest.raises(FactsError, match=r"^servicos\.yml: falta orientacao\b"):
        load_facts(folder)


@pytest.mark.parametrize("file", ["salarios_minimos.csv", "expediente.csv"])
def test_a_table_without_rows_that_rules_need_is_refused(folder: Path, file: str) -> None:
    header = (folder / file).read_text(encoding="utf-8").splitlines()[0]
    (folder / file).write_text(header + "\n", encoding="utf-8")
    with pytest.raises(FactsError, match=rf"^{file}: não há nenhum"):
        load_facts(folder)


def test_another_header_is_refused_with_the_right_one(folder: Path) -> None:
    path = folder / "rotas.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("ordem,", "prioridade,", 1), encoding="utf-8")
    with pytest.raises(FactsError, match=r"^rotas\.csv, linha 1: o cabeçalho não confere .*ordem, comarca, area"):
        load_facts(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "emergencias.csv").unlink()
    with pytest.raises(FactsError, match=r"^emergencias\.csv: o arquivo não existe"):
        load_facts(folder)


def test_a_file_in_another_encoding_is_named(folder: Path) -> None:
    path = folder / "comarcas.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    with pytest.raises(FactsError, match=r"^comarcas\.csv: o arquivo não está em UTF-8\. Salve"):
        load_facts(folder)


def test_an_open_quote_is_reported(folder: Path) -> None:
    with (folder / "rotas.csv").open("a", encoding="utf-8") as file:
        file.write('99,Sinop,,,,sinop,alta,"fonte sem fim,2026,\n')
    with pytest.raises(FactsError, match=r"^rotas\.csv, linha \d+: as aspas não fecham"):
        load_facts(folder)


def test_broken_yaml_is_reported_with_its_line(folder: Path) -> None:
    path = folder / "servicos.yml"
    path.write_text("- id: novo_atendimento\n  documentos: [RG\n", encoding="utf-8")
    with pytest.raises(FactsError, match=r"^servicos\.yml, linha \d+: não é YAML"):
        load_facts(folder)


@pytest.mark.parametrize("text", ["", "id: novo_atendimento\n", "texto solto\n"])
def test_yaml_that_is_not_a_list_is_reported(folder: Path, text: str) -> None:
    (folder / "servicos.yml").write_text(text, encoding="utf-8")
    with pytest.raises(FactsError, match=r"^servicos\.yml, linha 1: o arquivo não é uma lista"):
        load_facts(folder)


def _drop_line(path: Path, start: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) == len(lines) - 1
    path.write_text("\n".join(kept), encoding="utf-8")
