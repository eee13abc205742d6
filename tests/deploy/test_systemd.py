"""systemd itself reads the units without a complaint."""

import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import DEPLOY


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd on this machine: apt-get install systemd"
)
def test_systemd_understands_every_unit(tmp_path: Path):
    for file in (DEPLOY / "systemd").iterdir():
        # What is to be installed is not on this machine; whether it is there is not the question.
        text = (
            file.read_text()
            .replace("/opt/defensoria/.venv/bin/python", "/bin/true")
            .replace("/usr/bin/age", "/bin/true")
        )
        (tmp_path / file.name.replace("@.", "@5005.")).write_text(text)
    said = subprocess.run(["systemd-analyze", "verify", *tmp_path.iterdir()], capture_output=True, text=True)
    ours = [line for line in said.stderr.splitlines() if "defensoria" in line and "Failed to" not in line]
    assert ours == []
    assert said.returncode == 0, said.stderr
