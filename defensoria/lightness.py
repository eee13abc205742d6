"""Rasa's server without TensorFlow, where the model needs none: to import it takes a third of the start.

Rasa imports it with parts of its own that this service's model does not use. What they find instead has every name and
does nothing; whoever calls it is told so.
"""

import importlib.machinery
import json
import sys
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

_LEFT_OUT = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "keras")
_LIGHT = (
    "defensoria.",
    "rasa.core.policies.ensemble.",
    "rasa.core.policies.memoization.",
    "rasa.core.policies.rule_policy.",
    "rasa.graph_components.",
    "rasa.nlu.classifiers.fallback_classifier.",
    "rasa.nlu.classifiers.regex_message_handler.",
)
"""Where components begin that are known to work without TensorFlow."""


class LeftOut(ImportError):
    """Something needs TensorFlow in a process that was started without it."""


def leave_out_tensorflow() -> None:
    """From now on this process imports something empty in its place. Before Rasa is imported."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def needs_tensorflow(model: Path) -> bool:
    """Whether a trained model names a component that may need it, or cannot be read to tell."""
    try:
        with tarfile.open(model) as archive:
            file = archive.extractfile("metadata.json")
            metadata = json.load(file) if file else {}
        components = [node["uses"] for node in metadata["predict_schema"]["nodes"].values()]
    except (OSError, KeyError, ValueError, tarfile.TarError):
        return True
    return not all(component.startswith(_LIGHT) for component in components)


class _Absent(type):
    """A class that has every attribute, may be inherited from, and cannot be used."""

    def __getattr__(cls, name: str) -> Any:
        return _absent(name)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        raise LeftOut(
            f"{cls.__name__} of TensorFlow is needed, and this process was started without it because no component of "
            "its model named one that does. Start it again with the model that does."
        )


class _AbsentModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        return _absent(name)


class _Finder:
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """Modules of what is left out, and no others."""
        left_out = name.partition(".")[0] in _LEFT_OUT
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if left_out else None  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """One that has every name."""
        module = _AbsentModule(spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it to be run."""


def _absent(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Absent(name, (), {})
