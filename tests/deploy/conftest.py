"""The files of `deploy/`, read as those read them who run them."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def unit(file: Path) -> list[tuple[str, str]]:
    """The settings of a unit file, in order; a name may come several times."""
    lines = (line.strip() for line in file.read_text().splitlines())
    return [
        (name, value) for name, mark, value in (line.partition("=") for line in lines) if mark and name[0] not in "#["
    ]


def environment(file: Path) -> dict[str, str]:
    """The variables of an environment file."""
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def compose() -> dict:
    """The compose file, with its anchors resolved."""
    return yaml.safe_load((DEPLOY / "compose.yml").read_text())


def commands() -> Iterator[tuple[str, list[str]]]:
    """Where our own Python is started, and with which arguments."""
    for file in UNITS:
        for name, value in unit(file):
            words = shlex.split(value.lstrip("-")) if name.startswith("Exec") else []
            if words and words[0].endswith("/python"):
                yield file.name, [word.replace("%i", "5005") for word in words[1:]]
    for name, service in compose()["services"].items():
        command = service.get("command", "")
        if isinstance(command, str) and command.startswith("python "):
            yield f"compose {name}", shlex.split(command)[1:]
