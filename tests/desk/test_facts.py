"""IT edits the office's facts at the desk: by form, by CSV, back to an earlier version; what cannot hold is refused."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from defensoria.clock import office_now
from defensoria.conversations import facts as store
from defensoria.conversations.models import AuditEntry
from defensoria.office.calendar import CUIABA
from defensoria.office.editing import TABLES, packaged, to_csv
from defensoria.office.facts import load_facts, office_facts

pytestmark = pytest.mark.usefixtures("facts_may_change")

CLOSURES = "/administracao/fatos/fechamentos"
NEW = {
    **{"inicio": "30/11/2026", "fim": "", "nome": "dedetização", "tipo": "interrupcao"},
    **{"fonte": "Aviso do núcleo", "data": "2026-11-22", "versao": "0"},
}


@pytest.fixture
def it(browser_of):
    return browser_of("cti")


async def add(it, **more: object):
    return await it.post(f"{CLOSURES}/linhas/nova", data={"csrf_token": it.csrf_token, **NEW, **more})


def versions(office, table: str = "fechamentos") -> list[tuple[int, str, str]]:
    with office.database.transaction() as session:
        return [(one.number, one.author, one.how) for one in store.history(session, table)]


async def test_every_table_opens_with_its_rows_and_forms(it):
    page = (await it.get("/administracao/fatos")).text
    for table in TABLES.values():
        assert f'href="/administracao/fatos/{table.name}"' in page
        shown = (await it.get(f"/administracao/fatos/{table.name}")).text
        assert shown.count('data-testid="row"') == len(packaged(table))
        for line in {2 if packaged(table) else "nova", "nova"}:
            form = await it.get(f"/administracao/fatos/{table.name}/linhas/{line}")
            assert form.status_code == 200
            assert set(re.findall(r'name="(\w+)"', form.text)) >= set(table.columns)


async def test_saving_a_row_as_its_form_shows_it_changes_nothing(it, office):
    for table in TABLES.values():
        for line in range(2, 2 + min(len(packaged(table)), 12)):
            path = f"/administracao/fatos/{table.name}/linhas/{line}"
            answer = await it.post(path, data=sent_by((await it.get(path)).text))
            assert answer.url.params["salvo"] == "0", (table.name, line, answer.text)
    assert versions(office) == []


def sent_by(page: str) -> dict[str, list[str]]:
    """What a browser sends for the row's form of a page."""
    form = page[page.index('class="row-form"') : page.index('data-testid="save"')]
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="(\w+)"', tag)[1], re.search(r'value="([^"]*)"', tag)[1]
        if 'type="checkbox"' not in tag or " checked" in tag:
            fields.setdefault(name, []).append(unescape(value))
    for name, text in re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', form):
        fields[name] = [unescape(text)]
    for name, inside in re.findall(r'<select [^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        fields[name] = [unescape(value) for value in re.findall(r'value="([^"]*)" selected', inside)] or [""]
    return fields


async def test_a_row_added_holds_at_once_is_told_in_the_history_and_audited(it, office):
    page = await add(it, nucleos=["sinop", "sorriso"])
    assert "Salvo. É a versão 1" in page.text
    assert "dedetização" in page.text
    assert office_facts().closures[-1].nucleos == ("sinop", "sorriso")
    assert versions(office) == [(1, "cti", "edicao"), (0, "sistema", "arquivo")]
    history = (await it.get(f"{CLOSURES}/historico")).text
    assert "por <b>cti</b>: edição na página" in history
    assert history.count('data-testid="change"') == 1
    assert "Núcleo de Sinop, Núcleo de Sorriso" in history
    with office.database.transaction() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "fato_alterado")).all()
        assert (entry.actor, entry.data) == ("cti", {"tabela": "fechamentos", "versao": 1})


async def test_a_row_is_changed_and_removed(it, office):
    await add(it)
    line = 2 + len(packaged(TABLES["fechamentos"]))
    await it.send_form(f"{CLOSURES}/linhas/{line}", **{**NEW, "versao": "1", "abre": "14:00"})
    assert office_facts().closures[-1].opens.hour == 14
    page = await it.send_form(f"{CLOSURES}/linhas/{line}/remover", versao="2")
    assert "dedetização" not in page.text
    assert [number for number, *_ in versions(office)] == [3, 2, 1, 0]
    history = (await it.get(f"{CLOSURES}/historico")).text
    assert re.findall(r'class="tag what">(\w+)<', history) == ["sai", "muda", "entra"]


async def test_a_mistake_is_named_by_its_label_and_what_was_typed_stays(it, office):
    page = await add(it, inicio="31 de novembro", observacao='<script>"x"</script>')
    assert page.status_code == 422
    assert ">Primeiro dia &#34;31 de novembro&#34; não é um dia. Escreva como 20/12" in page.text
    assert 'value="31 de novembro"' in page.text
    assert "<script>&#34;" not in page.text
    assert "&lt;script&gt;" in page.text
    assert versions(office) == []


async def test_of_two_who_edit_at_once_the_second_is_told(it, browser_of, office):
    await add(it)
    page = await add(browser_of("cti"), nome="outra coisa")
    assert page.status_code == 409
    assert "cti mudou esta tabela enquanto" in page.text
    assert 'value="outra coisa"' in page.text
    assert [number for number, *_ in versions(office)] == [1, 0]


async def test_a_name_that_is_used_elsewhere_can_be_neither_changed_nor_removed(it, office):
    assert "Remover esta linha" not in (await it.get("/administracao/fatos/nucleos/linhas/2")).text
    assert "Remover esta linha" in (await it.get(f"{CLOSURES}/linhas/2")).text
    page = await it.send_form("/administracao/fatos/nucleos/linhas/2/remover", versao="0")
    assert page.status_code == 422
    assert "não pode sair, porque é usado. Para fechar um núcleo, use “Redirecionamentos”" in page.text
    assert versions(office, "nucleos") == []


async def test_what_another_table_would_lose_by_an_edit_is_told_by_its_name(it, office):
    rows = packaged(TABLES["nucleos"])
    line = next(line for line, row in enumerate(rows, start=2) if row["id"] == "cuiaba-criminal")
    path = f"/administracao/fatos/nucleos/linhas/{line}"
    page = await it.post(path, data={**sent_by((await it.get(path)).text), "areas": ["civel"]})
    assert page.status_code == 422
    assert re.search(r">“Rotas”, linha \d+: cuiaba-criminal não atende a área criminal", page.text)
    assert "em “Núcleos”" in page.text
    assert versions(office, "nucleos") == []


async def test_a_csv_comes_out_is_edited_shown_and_comes_in(it, office):
    out = await it.get(f"{CLOSURES}/csv")
    assert out.headers["content-disposition"] == 'attachment; filename="fechamentos.csv"'
    assert out.content == to_csv(TABLES["fechamentos"], packaged(TABLES["fechamentos"]))
    edited = out.content + "30/11/2026;;;;;<b>dedetização</b>;interrupcao;;sinop;Aviso;2026-11-22;\n".encode()
    shown = await upload(it, edited)
    assert shown.text.count('data-testid="change"') == 1
    assert "&lt;b&gt;dedetização" in shown.text
    assert versions(office) == []
    await it.send_form(f"{CLOSURES}/importar/confirmar", versao="0", conteudo=edited.decode("utf-8-sig"))
    assert versions(office)[0] == (1, "cti", "importacao")
    assert office_facts().closures[-1].nucleos == ("sinop",)


async def upload(it, content: bytes, table: str = "fechamentos"):
    path = f"/administracao/fatos/{table}/importar"
    files = {"arquivo": ("tabela.csv", content, "text/csv")}
    return await it.post(path, data={"csrf_token": it.csrf_token}, files=files)


@pytest.mark.parametrize(
    ("content", "status", "problem"),
    [
        (b"a;b\n1;2\n", 422, "Linha 1: o cabeçalho não confere"),
        (b"\xff\xfe", 422, "não está em UTF-8"),
        (
            b"inicio;fim;exceto_anos;abre;fecha;nome;tipo;sede;nucleos;fonte;data;observacao\n"
            b"1/1;;;;;x;festa;;;y;2026;\n",
            422,
            "Linha 2: Tipo &#34;festa&#34; não existe",
        ),
        (b"x" * (210 * 1024), 413, "passa de 200 KB"),
    ],
)
async def test_a_file_that_cannot_hold_is_refused_whole(it, office, content, status, problem):
    page = await upload(it, content)
    assert page.status_code == status
    assert problem in page.text
    assert versions(office) == []


async def test_an_import_without_a_file_is_told(it):
    page = await it.post(f"{CLOSURES}/importar", data={"csrf_token": it.csrf_token})
    assert page.status_code == 422
    assert "Escolha um arquivo CSV." in page.text


async def test_a_file_that_says_the_same_needs_no_confirmation(it):
    page = await upload(it, (await it.get(f"{CLOSURES}/csv")).content)
    assert "O arquivo diz o mesmo que já vale." in page.text


async def test_an_earlier_version_is_looked_at_and_restored(it, office):
    await add(it)
    page = (await it.get(f"{CLOSURES}/versoes/0")).text
    assert "O que muda se ela voltar a valer" in page
    assert page.count('data-testid="change"') == 1
    await it.send_form(f"{CLOSURES}/versoes/0/restaurar", versao="1")
    assert versions(office)[0] == (2, "cti", "restauracao")
    assert office_facts().closures == load_facts().closures
    assert "volta a uma versão anterior (0)" in (await it.get(f"{CLOSURES}/historico")).text


async def test_a_redirected_nucleo_tells_what_waits_in_its_queue(it, office):
    office.hands_over(nucleo="sinop", wa_id="551")
    office.takes("bia", office.hands_over(nucleo="sinop", wa_id="552"))
    office.hands_over(nucleo="sinop", wa_id="553")
    today = office_now().astimezone(CUIABA).date().isoformat()
    cells = {
        "nucleo": "sinop",
        "para": "sorriso",
        "vale_de": today,
        "motivo": "obra",
        "fonte": "Portaria",
        "data": "2026",
    }
    page = await it.send_form("/administracao/fatos/redirecionamentos/linhas/nova", versao="0", **cells)
    assert (
        "<b>Núcleo de Sinop</b>, redirecionado hoje: 2 na fila, 0 guardados para a abertura, 1 em atendimento"
        in page.text
    )
    assert office_facts().redirections[0].to == "sorriso"


async def test_a_table_is_searched(it):
    page = await it.get("/administracao/fatos/nucleos?busca=sorriso")
    assert 0 < page.text.count('data-testid="row"') < 5
    assert "Nenhuma linha com “xyz”" in (await it.get("/administracao/fatos/nucleos?busca=xyz")).text


@pytest.mark.parametrize(
    "path",
    ["municipios", "fechamentos/linhas/1", "fechamentos/linhas/999", "fechamentos/linhas/x", "fechamentos/versoes/7"],
)
async def test_what_is_not_there_is_not_found(it, path):
    assert (await it.get(f"/administracao/fatos/{path}")).status_code == 404


@pytest.mark.parametrize("login", ["ana", "gil"])
@pytest.mark.parametrize(
    "path", ["fatos", "fatos/fechamentos", "fatos/fechamentos/csv", "ajustes", "saude", "saudacao"]
)
async def test_only_it_sees_these_pages(browser_of, login, path):
    answer = await browser_of(login).get(f"/administracao/{path}")
    assert answer.status_code == 403


async def test_only_it_may_edit(browser_of, office):
    for login in ("ana", "gil"):
        browser = browser_of(login)
        assert (await add(browser)).status_code == 403
        assert "Administração" not in (await browser.get("/")).text
    assert versions(office) == []
