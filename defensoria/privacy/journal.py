"""The journal of erasures, in a file of its own: no names, and enough to erase again what a backup brings back.

It is not in the database, since a restored database would have forgotten what was erased after its backup.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from defensoria.clock import utc_now


def note_erasure(file: Path, citizen_id: int) -> None:
    """Add a citizen's id, with the instant, before they are erased."""
    file.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"at": utc_now().isoformat(), "citizen_id": citizen_id})
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as journal:
        journal.write(line + "\n")
        journal.flush()
        os.fsync(journal.fileno())


def erasures(file: Path) -> Iterator[tuple[int, datetime]]:
    """Every citizen's id that was erased, with the instant."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else ()
    for line in lines:
        entry = json.loads(line)
        yield int(entry["citizen_id"]), datetime.fromisoformat(entry["at"])
