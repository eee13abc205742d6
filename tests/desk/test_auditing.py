"""The page for the audit: what it shows to whom, that it says whether the chain holds, and that looking is kept too."""

import csv
import io
import re

import pytest
from sqlalchemy import select, text

from defensoria.conversations import audit
from defensoria.conversations.models import AuditEntry, Role
from defensoria.desk import audit_words, auditing
from defensoria.settings import ROOT

GUIDE = ROOT / "docs" / "guia-da-ti.md"


@pytest.fixture
def it(browser_of):
    return browser_of("cti")


def note(office, actor: str, action: str, protocolo: str | None = None, **data: object) -> None:
    with office.database.transaction() as session:
        audit.record(session, actor, action, protocolo=protocolo, **data)


def entries(page: str) -> list[str]:
    rows = page.split('data-testid="entry">')[1:]
    return [row.split('<th scope="row">')[1].split("<td class")[0].replace("</th><td>", " ") for row in rows]


def last(office) -> tuple[str, str, dict]:
    with office.database.transaction() as session:
        row = session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
        return row.actor, row.action, row.data


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
async def test_it_is_for_it_alone(browser_of, office, role):
    office.promote("ana", role)
    ana = browser_of("ana")
    assert (await ana.get("/auditoria")).status_code == 403
    assert (await ana.get("/auditoria.csv")).status_code == 403
    assert (await ana.send_form("/auditoria/conferir")).status_code == 403
    assert "/auditoria" not in (await ana.get("/")).text


async def test_what_was_done_is_shown_in_words_and_newest_first(it, office):
    note(office, "ana", "leitura", "2026.000001-3")
    note(office, "rui", "entrada_recusada", motivo="senha")
    page = (await it.get("/auditoria")).text
    shown = entries(page)
    assert shown[1].startswith("rui Entrada recusada")
    assert shown[2].startswith("ana Leu a conversa")
    assert "motivo: senha" in page
    assert "2026.000001-3" in page


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ("pessoa=ANA", ["ana"]),
        ("acao=saida", ["rui"]),
        ("protocolo=2026.000001-3", ["ana"]),
        ("pessoa=ana&acao=saida", []),
        ("de=2020-01-01&ate=2020-01-31", []),
    ],
)
async def test_choices(it, office, asked, who):
    note(office, "ana", "leitura", "2026.000001-3")
    note(office, "rui", "saida")
    assert [row.split()[0] for row in entries((await it.get(f"/auditoria?{asked}")).text)] == who


@pytest.mark.parametrize("asked", ["de=ontem", "de=2026-02-02&ate=2026-02-01", "protocolo=João", "pessoa=minha senha"])
async def test_what_cannot_be_meant_is_said_and_kept_nowhere(it, office, asked):
    answer = await it.get(f"/auditoria?{asked}")
    assert answer.status_code == 422
    assert 'data-testid="problem"' in answer.text
    assert asked.split("=")[1] not in str(last(office))


async def test_page_after_page_shows_every_entry_once(it, office, monkeypatch):
    monkeypatch.setattr(auditing, "_A_PAGE", 3)
    for _ in range(7):
        note(office, "ana", "leitura")
    seen, address = [], "/auditoria?pessoa=ana"
    while address:
        page = (await it.get(address)).text
        seen.append(len(entries(page)))
        older = page.split('data-testid="older"')
        address = older[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&") if len(older) > 1 else ""
    assert seen == [3, 3, 1]


async def test_a_look_is_in_the_audit_with_what_was_looked_for(it, office):
    await it.get("/auditoria?pessoa=ana&de=2026-11-01&ate=2026-11-02")
    told = {"de": "2026-11-01", "ate": "2026-11-02", "pessoa": "ana"}
    assert last(office) == ("cti", "auditoria_consultada", told)


async def test_the_chain_is_checked_and_the_page_remembers_when(it, office):
    note(office, "ana", "saida")
    page = (await it.send_form("/auditoria/conferir")).text
    with office.database.transaction() as session:
        assert session.scalar(select(AuditEntry.hash).where(AuditEntry.id == 1)) in page
    assert "1 registro confere." in page
    assert "por cti: 1 registro conferia." in (await it.get("/auditoria")).text


async def test_an_entry_that_was_changed_is_named(it, office):
    for _ in range(3):
        note(office, "ana", "saida")
    with office.database.engine.begin() as connection:
        for trigger in (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        ):
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text("UPDATE audit_entries SET actor = 'rui' WHERE id = 2"))
    page = (await it.send_form("/auditoria/conferir")).text
    assert "Não confere no registro 2; antes dele, 1 registro confere." in page
    assert "não conferia no registro 2" in (await it.get("/auditoria")).text


async def test_the_table_leaves_as_csv_and_that_is_in_the_audit(it, office):
    note(office, "ana", "leitura", "2026.000001-3")
    answer = await it.get("/auditoria.csv?pessoa=ana")
    assert answer.headers["content-disposition"].startswith('attachment; filename="auditoria-')
    head, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    assert row[head.index("Quem")] == "ana"
    assert row[head.index("Ação")] == "Leu a conversa"
    assert last(office)[:2] == ("cti", "exportacao")
    assert last(office)[2] | {"o_que": "auditoria", "pessoa": "ana"} == last(office)[2]


async def test_what_is_too_much_for_one_file_is_refused_with_what_to_do(it, office, monkeypatch):
    monkeypatch.setattr(auditing, "MOST_EXPORTED", 2)
    for _ in range(3):
        note(office, "ana", "saida")
    answer = await it.get("/auditoria.csv")
    assert answer.status_code == 422
    assert "Escolha menos dias" in answer.text


def test_the_guide_and_the_page_know_the_same_actions():
    chapter = GUIDE.read_text().split("\n## Auditoria\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in chapter.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`(\w+)`", "".join(rows))) == set(audit_words.ACTIONS)
