"""No space left for citizens' files."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.load import TRIAGE, Balance, Load
from tests.system.conftest import System, eventually, running


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The folder of citizens' files on a disk of 64 KB."""
    folder = tmp_path / "var" / "media"
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_files_wait_for_space_while_texts_go_on(tmp_path: Path, small_disk: Path):
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space left"):
        filler.write_bytes(bytes(128 * 1024))
    with running(tmp_path) as system:
        quiet = Load.of(system, 1)
        quiet.write(*TRIAGE[:3])
        quiet.settled()
        expected = [row.text for row in quiet.rows() if row.author == "bot"]

        senders = Load.of(system, 4)
        senders.write("oi", {"type": "document"}, {"type": "audio"})
        eventually(lambda: _files(system)["pending", True] == 8, "eight files that could not be written")
        writers = Load.of(system, 4)
        writers.write(*TRIAGE[:3])
        for load in (senders, writers):
            load.settled()
        Balance.of(writers, expected).check()
        assert _files(system)["pending", True] == 8

        filler.unlink()
        eventually(lambda: _files(system)["stored", False] == 8, "eight files on the disk", 90)
        kept = list(small_disk.iterdir())
        assert len(kept) == 8
        assert all(file.stat().st_size for file in kept)


def _files(system: System) -> Counter[tuple[str, bool]]:
    """How many files there are, by status and by whether there was an error that still counts."""
    with system.store() as store:
        return Counter(
            (status, error is not None) for status, error in store.execute("SELECT status, error FROM media")
        )
