"""`python -m defensoria envios`: how sending stands, and what did not arrive."""

from collections.abc import Iterator

import click

from defensoria.clock import utc_now
from defensoria.commands.terminal import operator, transaction
from defensoria.conversations import audit, receipts, sending


@click.command()
@click.option(
    "--reenviar", "again", type=int, metavar="ID", help="Manda de novo a mensagem que falhou com este número."
)
def envios(again: int | None) -> None:
    """Mostra como vão os envios ao WhatsApp e as mensagens que não chegaram."""
    with transaction() as session:
        if again is not None:
            if not receipts.resend(session, again):
                raise click.ClickException(f"a mensagem {again} não está entre as que falharam")
            audit.record(session, operator().actor, "reenvio", mensagem=again)
            click.echo(f"A mensagem {again} vai ser enviada de novo.")
            return
        report = sending.report(session)
    for line in _lines(report):
        click.echo(line)


def _lines(report: sending.Report) -> Iterator[str]:
    if report.stopped_since:
        yield f"PARADO desde {report.stopped_since:%Y-%m-%d %H:%M} UTC: {report.reason}. Nada se perde; há tentativas."
    else:
        yield "Os envios estão andando."
    for status, count in sorted(report.counts.items()):
        yield f"{status:>10} {count}"
    if report.oldest:
        yield f"A mais antiga por enviar espera há {int((utc_now() - report.oldest).total_seconds())} s."
    if report.dead:
        yield "Falharam (a mais nova primeiro); --reenviar ID manda de novo:"
    for dead in report.dead:
        yield f"{dead.id:>8}  {dead.at:%Y-%m-%d %H:%M} UTC  {dead.protocolo}  {dead.reason}"
