"""Figures of many measurements, and what they were measured on."""

import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from defensoria.settings import ROOT

PARTS_OF_HUNDRED = {"p50": 50, "p95": 95, "p99": 99, "máx": 100}
_PACKAGES = ("rasa", "rasa-sdk", "SQLAlchemy", "sanic", "uvloop")


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """The percentiles of some latencies, in milliseconds."""
    if not seconds:
        return {}
    return {name: round(float(np.percentile(seconds, part)) * 1000, 1) for name, part in PARTS_OF_HUNDRED.items()}


def machine() -> dict[str, Any]:
    """What measures here: the machine and how busy it is, the versions, the commit."""
    asked = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    commit = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 - a constant
    return {
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "versions": {package: version(package) for package in _PACKAGES},
        "commit": commit or None,
    }
