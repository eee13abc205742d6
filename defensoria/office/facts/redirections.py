"""Reading which unit's requests go to another: each to one that serves the same, and never in a circle."""

from collections.abc import Mapping, Sequence
from datetime import date

from defensoria.office.facts.reading import Files, Row
from defensoria.office.facts.records import Door, Nucleo, Redirection


def load_redirections(files: Files, nucleos: Mapping[str, Nucleo]) -> tuple[Redirection, ...]:
    """Read `redirecionamentos.csv`.

    Raises:
        FactsError: a row is wrong, sends people where they are not served, stands against another, or closes a circle.
    """
    rows = list(files.csv("redirecionamentos"))
    redirections = tuple(_redirection(row, nucleos) for row in rows)
    for row, redirection in zip(rows, redirections, strict=True):
        _check_target(row, nucleos[redirection.nucleo], nucleos[redirection.to])
        _check_alone(row, redirection, rows, redirections)
    for row, redirection in zip(rows, redirections, strict=True):
        _check_no_circle(row, redirection, redirections)
    return redirections


def onward(redirections: Sequence[Redirection], nucleo: str, on: date) -> str | None:
    """The unit to which another's requests go on a day, or None when it keeps them."""
    return next((one.to for one in redirections if one.nucleo == nucleo and one.holds(on)), None)


def _redirection(row: Row, nucleos: Mapping[str, Nucleo]) -> Redirection:
    valid_from, valid_until = row.day("vale_de"), row.optional_day("vale_ate")
    if valid_until and valid_until < valid_from:
        raise row.error("vale_ate vem antes de vale_de", "Troque os dois.")
    return Redirection(
        nucleo=row.known("nucleo", row.text("nucleo"), nucleos, "nucleos.csv"),
        to=row.known("para", row.text("para"), nucleos, "nucleos.csv"),
        valid_from=valid_from,
        valid_until=valid_until,
        reason=row.text("motivo"),
        note=row.optional("observacao"),
        **row.source(),
    )


def _check_target(row: Row, nucleo: Nucleo, to: Nucleo) -> None:
    if to.door is Door.NONE:
        raise row.error(f"para {to.id} não recebe o público", "Escolha outro núcleo ou mude porta em nucleos.csv.")
    for area in nucleo.areas:
        if area not in to.areas:
            remedy = "Escolha outro núcleo ou acrescente a área em nucleos.csv."
            raise row.error(f"para {to.id} não atende a área {area.value}, que {nucleo.id} atende", remedy)


def _check_alone(row: Row, redirection: Redirection, rows: Sequence[Row], others: Sequence[Redirection]) -> None:
    for other_row, other in zip(rows, others, strict=True):
        if other_row.line >= row.line:
            return
        if other.nucleo == redirection.nucleo and _overlap(other, redirection):
            reason = f"{redirection.nucleo} já está redirecionado nesses dias na linha {other_row.line}"
            raise row.error(reason, "Encerre aquele com vale_ate, ou mude vale_de aqui.")


def _overlap(one: Redirection, other: Redirection) -> bool:
    return one.holds(max(one.valid_from, other.valid_from)) and other.holds(max(one.valid_from, other.valid_from))


def _check_no_circle(row: Row, redirection: Redirection, redirections: Sequence[Redirection]) -> None:
    # A circle is there from the day on which its last part begins: it shows at that row.
    passed = [redirection.nucleo]
    while step := onward(redirections, passed[-1], redirection.valid_from):
        if step in passed:
            reason = f"o redirecionamento volta ao começo ({' → '.join([*passed, step])})"
            raise row.error(reason, "Apague ou encerre um deles.")
        passed.append(step)
