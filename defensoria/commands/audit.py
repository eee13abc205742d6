"""`python -m defensoria audit`: check that nobody touched the audit, and take it out for the Corregedoria."""

import json
import sys
from typing import Any

import click

from defensoria.commands.terminal import operator, transaction
from defensoria.conversations import audit as chain


@click.group()
def audit() -> None:
    """A auditoria: conferir e exportar."""


@audit.command("verify")
@click.option(
    "--kept", "hashes", multiple=True, metavar="HASH", help="Um resumo anotado antes: confere se ainda está lá."
)
def verify(hashes: tuple[str, ...]) -> None:
    """Confere a auditoria inteira; termina com erro se alguém mexeu nela."""
    with transaction() as session:
        found = chain.check(session)
        gone = chain.missing(session, set(hashes)) if hashes else set()
    if found.first_broken is not None:
        click.echo(f"QUEBRADA no registro {found.first_broken}. Antes dele, {found.entries} conferem.")
    for hash_ in sorted(gone):
        click.echo(f"FALTA o registro de resumo {hash_}: foi apagado, ou a auditoria foi refeita.")
    if found.first_broken is not None or gone:
        sys.exit(1)
    click.echo(f"{found.entries} registros conferem.")
    click.echo(f"Último resumo (guarde fora deste servidor): {found.last_hash}")


@audit.command("export")
@click.option("--format", "shape", type=click.Choice(["jsonl"]), default="jsonl", show_default=True)
def export(shape: str) -> None:
    """Escreve cada registro como um objeto JSON, do mais antigo ao mais novo; a própria exportação é o último."""
    record_export("auditoria")
    with transaction() as session:
        for row in chain.export(session):
            click.echo(json.dumps(row, ensure_ascii=False))


def record_export(what: str, **data: Any) -> None:
    """Have an export in the audit before its first line is out: what follows may be cut off at any moment."""
    by = operator()
    with transaction() as session:
        chain.record(session, by.actor, "exportacao", o_que=what, **data)
