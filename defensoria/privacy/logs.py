"""The log files of the service's parts: set aside day by day, and gone at their term. They hold no citizen's words."""

import shutil
from datetime import datetime
from pathlib import Path

from defensoria.office.calendar import CUIABA


def set_aside(folder: Path, now: datetime) -> None:
    """Put what every part has written so far into a file of the day, `rasa.log.20261123`, and let it begin anew.

    The parts go on writing into the same files, which is why these are emptied and not moved; a line that is written
    at that very instant may be lost.
    """
    for log in folder.glob("*.log"):
        if log.stat().st_size:
            with log.open("rb") as written, _of_day(log, now).open("ab") as kept:
                shutil.copyfileobj(written, kept)
            log.open("wb").close()


def set_aside_before(folder: Path, limit: datetime) -> list[Path]:
    """What was set aside before an instant."""
    return sorted(file for file in folder.glob("*.log.*") if file.stat().st_mtime < limit.timestamp())


def _of_day(log: Path, now: datetime) -> Path:
    return log.with_name(f"{log.name}.{now.astimezone(CUIABA):%Y%m%d}")
