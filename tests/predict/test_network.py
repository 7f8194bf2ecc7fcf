"""An exported file is read with its labels or not at all."""

import subprocess
import sys

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto

from mimika.errors import RunError
from mimika.predict.network import NetworkCard, read_network
from tests.predict.files import CARD, write_network

FACES = np.random.default_rng(1).integers(0, 256, (5, 48, 48)).astype(np.uint8)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "faces.onnx"


def test_a_file_gives_its_card_and_its_answers(path):
    weights = write_network(path)
    network = read_network(path)
    assert network.card == CARD
    logits = FACES.reshape(5, -1).astype(np.float32) @ weights
    powers = np.exp(logits)
    answers = network.probabilities(FACES)
    assert answers.dtype == np.float32
    assert answers == pytest.approx(powers / powers.sum(axis=1, keepdims=True), abs=1e-5)


def test_no_faces_have_no_answers(path):
    write_network(path)
    assert read_network(path).probabilities(FACES[:0]).shape == (0, 7)


def test_faces_may_be_a_view_and_threads_change_nothing(path):
    write_network(path)
    one, two = read_network(path), read_network(path, threads=2)
    assert two.probabilities(FACES[::2]) == pytest.approx(one.probabilities(FACES)[::2], abs=1e-6)


def test_a_card_survives_the_metadata():
    card = CARD.model_copy(update={"provenance": {"data": "2 — “quoted”", "nested": {"n": [1, None]}}})
    assert NetworkCard.from_metadata(card.to_metadata()) == card


def test_the_metadata_is_readable_by_other_programs():
    texts = CARD.to_metadata()
    assert texts["labels"] == '["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]'
    assert {name: texts[name] for name in ("size", "color", "mean", "std", "temperature", "threshold")} == {
        "size": "48",
        "color": "gray",
        "mean": "0.5",
        "std": "0.25",
        "temperature": "1.5",
        "threshold": "0.6",
    }


def test_what_other_programs_have_written_beside_it_is_left_alone(path):
    write_network(path, {**CARD.to_metadata(), "onnx.infer": "onnxruntime.quant"})
    assert read_network(path).card == CARD


def test_a_missing_file_is_refused(path):
    with pytest.raises(RunError) as refusal:
        read_network(path)
    assert str(refusal.value) == f"{path}: no such file; `mimika export` writes one from a trained network."


@pytest.mark.parametrize("name", ["run", "run/last.safetensors"])
def test_of_a_run_it_is_told_how_to_make_the_file(tmp_path, name):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "last.safetensors").touch()
    with pytest.raises(RunError) as refusal:
        read_network(tmp_path / name)
    assert str(refusal.value) == (
        f"{tmp_path / name}: not an exported network. Of a run, `mimika export {tmp_path / name} --data DATA --out "
        "faces.onnx` makes one."
    )


@pytest.mark.parametrize("content", [b"", b"no protobuf " * 20])
def test_what_is_not_onnx_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(RunError) as refusal:
        read_network(path)
    assert str(refusal.value) == f"{path}: not an ONNX file that onnxruntime {onnxruntime.__version__} can load."


def test_a_truncated_file_is_refused(path):
    write_network(path)
    path.write_bytes(path.read_bytes()[:30_000])
    with pytest.raises(RunError, match="not an ONNX file that onnxruntime"):
        read_network(path)


def test_a_file_without_labels_is_refused(path):
    write_network(path, {})
    with pytest.raises(RunError) as refusal:
        read_network(path)
    assert str(refusal.value) == (
        f"{path}: no labels inside, so its answers cannot be named; take a file that mimika exported."
    )


def test_the_same_labels_in_another_order_are_refused(path):
    texts = {**CARD.to_metadata(), "labels": '["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]'}
    write_network(path, texts)
    with pytest.raises(RunError) as refusal:
        read_network(path)
    assert str(refusal.value) == (
        f"{path}: its labels are angry disgust fear happy neutral sad surprise, not angry disgust fear happy sad "
        "surprise neutral in this order."
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"labels": "angry,happy"}, "labels: should be a list (found 'angry,happy')"),
        ({"threshold": None}, "threshold: Field required"),
        ({"threshold": "1.5"}, "threshold: should be less than or equal to 1 (found 1.5)"),
        ({"temperature": "hot"}, "temperature: should be a number (found 'hot')"),
        ({"color": "rgb"}, "color: should be 'gray' (found 'rgb')"),
    ],
)
def test_metadata_of_another_kind_is_refused(path, change, fault):
    texts = {name: text for name, text in {**CARD.to_metadata(), **change}.items() if text is not None}
    write_network(path, texts)
    with pytest.raises(RunError) as refusal:
        read_network(path)
    assert str(refusal.value) == f"{path}: its metadata is not mimika's: {fault}."


def test_a_network_with_fewer_answers_than_labels_is_refused(path):
    write_network(path, columns=6)
    with pytest.raises(RunError) as refusal:
        read_network(path)
    assert str(refusal.value) == (
        f"{path}: its network takes faces (tensor(uint8), n×48×48) and gives probabilities (tensor(float), n×6), not "
        "gray faces of 48×48 pixels and 7 probabilities, one for each label."
    )


@pytest.mark.parametrize("change", [{"takes": TensorProto.FLOAT}, {"names": ("x", "y")}])
def test_a_network_that_takes_or_gives_something_else_is_refused(path, change):
    write_network(path, **change)
    with pytest.raises(RunError, match="its network takes "):
        read_network(path)


def test_reading_a_network_needs_no_torch_and_loads_onnxruntime_only_then(path):
    write_network(path)
    code = (
        "import sys; from pathlib import Path; from mimika.predict.network import read_network\n"
        "print('onnxruntime' in sys.modules); read_network(Path(sys.argv[1])); print('torch' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert told.stdout == "False\nFalse\n"
