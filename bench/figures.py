"""Figures of many measurements, and what they were measured on."""

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from bench.system import Usage
from defensoria.settings import ROOT

PARTS_OF_HUNDRED = {"p50": 50, "p95": 95, "p99": 99, "máx": 100}
_PACKAGES = ("rasa", "rasa-sdk", "SQLAlchemy", "sanic", "uvloop")


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """The percentiles of some latencies, in milliseconds."""
    if not seconds:
        return {}
    return {name: round(float(np.percentile(seconds, part)) * 1000, 1) for name, part in PARTS_OF_HUNDRED.items()}


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What it took to answer a load.

    Attributes:
        messages: how many were written.
        latencies: seconds from the instant a message was meant for to its answer.
        seconds: from the first message's instant to the last answer.
        usage: CPU seconds used and memory by part, the stand-in for Meta among them.
    """

    messages: int
    latencies: Sequence[float]
    seconds: float
    usage: Mapping[str, Usage]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    @property
    def cpu(self) -> dict[str, float]:
        """CPU milliseconds a message, by part."""
        return {part: used.cpu * 1000 / self.messages for part, used in self.usage.items()}

    def as_json(self) -> dict[str, Any]:
        """Figures alone."""
        return {
            "messages": self.messages,
            "messages_per_second": round(self.rate, 2),
            "milliseconds": percentiles(self.latencies),
            "cpu_milliseconds_a_message": {part: round(spent, 2) for part, spent in self.cpu.items()},
            "memory_mb": {part: round(used.memory) for part, used in self.usage.items()},
        }


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
