"""Rasa's server without TensorFlow, where the model names nothing that needs it."""

import json
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from defensoria.lightness import needs_tensorflow
from tests.conftest import MODEL, ROOT

OURS = "defensoria.language.classifier.PortugueseIntentClassifier"


def _model(folder: Path, *components: str) -> Path:
    nodes = {str(place): {"uses": component} for place, component in enumerate(components)}
    metadata = json.dumps({"predict_schema": {"nodes": nodes}}).encode()
    with tarfile.open(folder / "model.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("metadata.json")
        entry.size = len(metadata)
        archive.addfile(entry, BytesIO(metadata))
    return folder / "model.tar.gz"


def test_the_model_of_this_project_needs_none():
    assert not needs_tensorflow(MODEL)


@pytest.mark.parametrize(
    "component",
    ["rasa.nlu.classifiers.diet_classifier.DIETClassifier", "rasa.core.policies.ted_policy.TEDPolicy", "x.Y"],
)
def test_a_component_that_may_need_it_keeps_it(tmp_path: Path, component: str):
    assert not needs_tensorflow(_model(tmp_path, OURS))
    assert needs_tensorflow(_model(tmp_path, OURS, component))


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_a_model_that_cannot_be_read_keeps_it(tmp_path: Path, content: bytes):
    assert needs_tensorflow(tmp_path)
    (tmp_path / "model.tar.gz").write_bytes(content)
    assert needs_tensorflow(tmp_path / "model.tar.gz")


def test_what_needs_it_all_the_same_is_told_so():
    asked = """
from defensoria.lightness import LeftOut, leave_out_tensorflow
leave_out_tensorflow()
import sys
import rasa.core.agent
from rasa.nlu.classifiers.diet_classifier import DIETClassifier
assert not hasattr(sys.modules["tensorflow"], "__version__")
import tensorflow
try:
    tensorflow.constant(1)
except LeftOut as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "constant of TensorFlow is needed" in run.stdout
